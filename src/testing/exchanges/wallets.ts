import type { Account } from '../accounts.js'
import type { ExchangeAnswers, OpenFacts } from '../answers.js'
import { jsonOf } from '../parameters.js'
import type { Refusal, Said } from '../refusal.js'

const DAY = 86_400_000
const MS: Readonly<Record<'s' | 'ms' | 'ns', number>> = { s: 1000, ms: 1, ns: 1e-6 }

/** A moment that an order states; `undefined` for what is none. */
const momentOf = (value: unknown, unit: keyof typeof MS): number | undefined =>
  (typeof value === 'string' || typeof value === 'number') && /^[1-9]\d{0,19}$/.test(String(value))
    ? Number(value) * MS[unit]
    : undefined

/** The member of a JSON body at a path of names. */
const memberOf = (body: string, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, name) => Object(at)[name], jsonOf(body))

// Hyperliquid docs, "Error responses": with status 200. What is signed wrong recovers to an account that is none.
const hyperliquid = (response: string): Refusal => [200, { status: 'err', response }]
// What the page calls the end of an action (`expiresAfter`) has no text there: these words are ours.
const tooOld: Said = ({ json, params, nonce, nowMs }) => {
  const { expiresAfter } = { ...params, ...Object(json) } as { readonly expiresAfter?: unknown }
  const response =
    typeof expiresAfter === 'number' && expiresAfter <= nowMs
      ? `Action expired: expiresAfter ${expiresAfter}`
      : `Invalid nonce: nonce too low ${nonce} < ${nowMs - 2 * DAY}`
  return { status: 'err', response }
}
const NO_ACCOUNT = hyperliquid('User or API Wallet 0x0000000000000000000000000000000000000000 does not exist.')

// "Query a user's role". An account that may withdraw is a master's key, and any other one an agent of another account.
const MASTER = `0x${'0'.repeat(39)}1`
const AGENT_MS = 180 * DAY
const isAgent = ({ permissions, record }: Account): boolean =>
  !permissions.has('withdraw') && record.status !== 'revoked'
const info = ({ json, accounts, nowMs }: OpenFacts): unknown => {
  const { type, user } = Object(json) as Readonly<Record<string, unknown>>
  const account = accounts.get(String(user).toLowerCase())
  if (type === 'userRole') {
    if (account === undefined || account.record.status === 'revoked') return { role: 'missing' }
    return isAgent(account) ? { role: 'agent', data: { user: MASTER } } : { role: 'user' }
  }
  if (type !== 'extraAgents') return undefined
  const agents = user === MASTER ? [...accounts.values()].filter(isAgent) : []
  return agents.map(({ keyId, expiresAtMs }, at) => ({
    name: `bot ${at}`,
    address: keyId,
    validUntil: expiresAtMs ?? nowMs + AGENT_MS,
  }))
}

/** Hyperliquid. */
export const HYPERLIQUID: ExchangeAnswers = {
  refusals: {
    KEY_UNKNOWN: NO_ACCOUNT,
    SIGNATURE_INVALID: NO_ACCOUNT,
    REPLAY: [200, ({ nonce }) => ({ status: 'err', response: `Invalid nonce: duplicate nonce ${nonce}` })],
    TIMESTAMP_EXPIRED: [200, tooOld],
    TIMESTAMP_FUTURE: [200, ({ nonce }) => ({ status: 'err', response: `Invalid nonce: nonce too high ${nonce}` })],
  },
  // "Nonces and API wallets": within (T - 2 days, T + 1 day).
  nonceTime: { unit: 'ms', pastMs: 2 * DAY, futureMs: DAY },
  open: { 'POST /info': info },
  success: (_, id) => ({
    status: 'ok',
    response: { type: 'order', data: { statuses: [{ resting: { oid: id } }] } },
  }),
  socket: {
    accepted: ({ received }) => ({
      channel: 'post',
      data: {
        id: received['id'] ?? null,
        response: { type: 'action', payload: { status: 'ok', response: { type: 'default' } } },
      },
    }),
    refused: ({ received, refusal }) => ({
      channel: 'post',
      data: { id: received['id'] ?? null, response: { type: 'action', payload: refusal.body } },
    }),
  },
}

// asterdex/api-docs, "Error Codes", which are Binance's.
const aster = (status: number, code: number, msg: string): Refusal => [status, { code, msg }]
const time = (nowMs: number) => ({ serverTime: nowMs })

/** Aster, v3 and v1. */
export const ASTER: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: aster(400, -1102, "Mandatory parameter 'signature' was not sent, was empty/null, or malformed."),
    KEY_UNKNOWN: aster(401, -2015, 'Invalid API-key, IP, or permissions for action'),
    SIGNATURE_INVALID: aster(400, -1022, 'Signature for this request is not valid.'),
    TIMESTAMP_FUTURE: aster(400, -1021, 'Timestamp for this request is outside of the recvWindow.'),
    TIMESTAMP_EXPIRED: aster(400, -1021, 'Timestamp for this request is outside of the recvWindow.'),
    IP_DENIED: aster(401, -2015, 'Invalid API-key, IP, or permissions for action'),
    SCOPE_DENIED: aster(401, -2015, 'Invalid API-key, IP, or permissions for action'),
  },
  window: { pastMs: 5_000, futureMs: 1_000 },
  // v3: microseconds, within 10 seconds of the server's time.
  nonceTime: { unit: 'us', pastMs: 10_000, futureMs: 10_000 },
  time: { '/fapi/v1/time': time, '/fapi/v3/time': time },
  success: (echo, id, nowMs) => ({ ...echo, orderId: id, updateTime: nowMs, status: 'NEW' }),
}

// docs.pacifica.fi, "Error codes": the texts of 400 are not listed.
const pacifica = (status: number, error: string): Refusal => [
  status,
  { success: false, data: null, error, code: status },
]

/** Pacifica. */
export const PACIFICA: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: pacifica(400, 'Invalid request'),
    KEY_UNKNOWN: pacifica(404, 'Account not found'),
    SIGNATURE_INVALID: pacifica(400, 'Verification failed'),
    TIMESTAMP_FUTURE: pacifica(400, 'Invalid timestamp'),
    TIMESTAMP_EXPIRED: pacifica(400, 'Signature expired'),
    SCOPE_DENIED: pacifica(403, 'Unauthorized'),
  },
  window: { pastMs: 5_000, futureMs: 1_000 },
  success: (_, id) => ({ success: true, data: { order_id: id }, error: null, code: null }),
  socket: {
    accepted: ({ received }) => ({ code: 200, data: {}, id: received['id'] ?? null, t: 0 }),
    refused: ({ received, refusal }) => ({ ...Object(refusal.body), id: received['id'] ?? null }),
  },
}

// api.docs.extended.exchange, "Common error codes": the form is the page's, the words are ours in part.
const extended = (status: number, message: string): Refusal => [
  status,
  { status: 'ERROR', error: { code: status, message } },
]

// "Get markets": what an order is signed for; the values are ours.
const EXTENDED_MARKET = {
  name: 'BTC-USD',
  active: true,
  l2Config: {
    ...{ type: 'STARKX', collateralId: '0x1', collateralResolution: 1_000_000 },
    ...{ syntheticId: '0x4254432d3600000000000000000000', syntheticResolution: 1_000_000 },
  },
}

/** Extended: the API key is shown. What a Stark key signed inside is for a route: see `extendedOrders`. */
export const EXTENDED: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: extended(401, 'Unauthorized'),
    KEY_UNKNOWN: extended(401, 'Unauthorized'),
    SCOPE_DENIED: extended(403, 'Forbidden'),
  },
  needs: [
    [/\/user\/(?:withdrawal|transfer)/, 'withdraw'],
    [/^(?:POST|PUT|PATCH|DELETE) /, 'trade'],
    [/./, 'read'],
  ],
  ends: {
    endMs: ({ body }) => momentOf(memberOf(body, 'expiryEpochMillis'), 'ms'),
    refusal: extended(400, 'Order expiry is in the past'),
  },
  open: { 'GET /api/v1/info/markets': () => ({ status: 'OK', data: [EXTENDED_MARKET] }) },
  success: (_, id) => ({ status: 'OK', data: { id } }),
}

// docs.nado.xyz, "Errors": the codes are the page's, the words are ours in part.
const nado = (code: number, error: string): Refusal => [200, { status: 'failure', error_code: code, error }]
const NOT_SIGNER = nado(2028, "The provided signature does not match with the sender's or the linked signer's.")

/** Nado's gateway. What is signed wrong recovers to an account that is none. */
export const NADO: ExchangeAnswers = {
  refusals: {
    KEY_UNKNOWN: NOT_SIGNER,
    SIGNATURE_INVALID: NOT_SIGNER,
    SIGNATURE_MALFORMED: nado(2027, 'The provided signature does not meet the required length specifications.'),
    TIMESTAMP_EXPIRED: nado(2011, 'The nonce is too old.'),
    REPLAY: nado(2033, 'The nonce was used before.'),
  },
  needs: [[/./, 'trade']],
  ends: {
    endMs: ({ body }) => momentOf(memberOf(body, 'place_order', 'order', 'expiration'), 's'),
    refusal: [200, { status: 'failure', error: 'The order has expired.' }],
  },
  open: {
    'POST /v1/query': ({ json }) => ({ status: 'success', data: {}, request_type: `query_${Object(json).type}` }),
  },
  success: (echo, id) => ({
    status: 'success',
    data: { digest: `0x${id.toString(16).padStart(64, '0')}` },
    request_type: `execute_${Object.keys(echo)[0]}`,
  }),
  socket: {
    accepted: ({ received }) => ({ id: received['id'] ?? null, result: null }),
    refused: ({ received, refusal }) => ({ ...Object(refusal.body), id: received['id'] ?? null }),
  },
}

// What an order is signed for, of the members that the official SDK (edgex-python-sdk 2.0.1) reads; the values are ours.
const METADATA = {
  global: {
    appName: 'edgeX',
    chainId: '33431',
    nativeChainId: '33431',
    contractAddress: '0x1ae109ea449cfe0bed08bfe8911e968a49a919b1',
  },
  contractList: [
    {
      ...{ contractId: '10000001', contractName: 'BTCUSD', quoteCoinId: '1000', resolution: '0x2540be400' },
      ...{ tickSize: '0.1', stepSize: '0.001', minOrderSize: '0.001' },
    },
  ],
  coinList: [{ coinId: '1000', coinName: 'USD', resolution: '0xf4240' }],
}
const edgex = (data: unknown) => ({ code: 'SUCCESS', data, msg: null })

/** edgeX. No official page lists its refusals: their form is that of its answers, statuses and words are ours. */
export const EDGEX: ExchangeAnswers = {
  refusals: {
    SIGNATURE_INVALID: [401, { code: 'UNAUTHORIZED', data: null, msg: 'request refused' }],
    SCOPE_DENIED: [403, { code: 'FORBIDDEN', data: null, msg: 'not permitted' }],
  },
  ends: {
    endMs: ({ body }) => momentOf(memberOf(body, 'expireTime'), 'ms'),
    refusal: [200, { code: 'INVALID_EXPIRE_TIME', data: null, msg: 'expireTime is in the past' }],
  },
  open: { 'GET /api/v2/public/meta/getMetaData': () => edgex(METADATA) },
  success: (_, id) => edgex({ orderId: String(id) }),
}

// api-docs.grvt.io, "Error Codes": the status is in the answer as well.
const grvt = (status: number, code: number, message: string): Refusal => [status, { code, message, status }]
const UNAUTHENTICATED = grvt(401, 1000, 'You need to authenticate prior to using this functionality')

/** GRVT: the login, and requests of its session. The secret of an account is its API key, and the cookie of its session. */
export const GRVT: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: UNAUTHENTICATED,
    AUTH_MALFORMED: UNAUTHENTICATED,
    KEY_UNKNOWN: UNAUTHENTICATED,
    SIGNATURE_INVALID: UNAUTHENTICATED,
    SCOPE_DENIED: grvt(403, 1001, 'You are not authorized to access this functionality'),
  },
  ends: {
    endMs: ({ body }) =>
      momentOf(memberOf(body, 'order', 'signature', 'expiration') ?? memberOf(body, 'signature', 'expiration'), 'ns'),
    refusal: grvt(403, 2001, 'Signature has expired'),
  },
  // Everything is a POST; reads are recognised by their names.
  needs: [
    [/\/(?:lite|full)\/v\d\/(?:transfer|withdrawal)$/, 'withdraw'],
    [/\/(?:create|cancel|set|add|pre|replace|vault)_\w+$/, 'trade'],
    [/./, 'read'],
  ],
  sessions: {
    'POST /auth/api_key/login': {
      secret: ({ api_key }) => api_key,
      opened: ({ keyId }, secret, nowMs) => {
        const expires = new Date(nowMs + 86_400_000).toUTCString()
        return Response.json(
          { status: 'success' },
          {
            headers: {
              'set-cookie': `gravity=${secret}; Path=/; Expires=${expires}; HttpOnly; Secure; SameSite=None`,
              'x-grvt-account-id': keyId,
            },
          },
        )
      },
    },
  },
  success: (echo, id) => ({ result: { ...echo, order_id: `0x${id.toString(16).padStart(32, '0')}` } }),
}
