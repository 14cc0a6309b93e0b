import { isCountersignError } from '../../errors.js'
import { readTransaction } from '../../exchange/families/cosmos-transaction.js'
import { bytesOf, CHAIN } from '../../exchange/families/dydx-call.js'
import { paradexOrders } from '../../exchange/orders/paradex.js'
import type { Draft } from '../../exchange/spec/draft.js'
import type { Account } from '../accounts.js'
import type { ExchangeAnswers, OpenFacts } from '../answers.js'
import type { Refusal, Said } from '../refusal.js'

// CometBFT answers with status 200; codes of cosmos-sdk types/errors/errors.go.
const HASH = '0'.repeat(64)
const result = (code: number, codespace: string, log: string): Said => ({
  jsonrpc: '2.0',
  id: 1,
  result: { code, data: '', log, codespace, hash: HASH },
})
const refused = (code: number, log: string): Refusal => [200, result(code, 'sdk', log)]
const UNAUTHORIZED = refused(
  4,
  'signature verification failed; please verify account number (5), sequence (0) and chain-id (dydx-mainnet-1): unauthorized',
)
// protocol/x/accountplus/keeper/timestampnonce.go
const NONCE = refused(32, 'timestamp nonce is not valid: incorrect account sequence')

// protocol/x/clob/types/errors.go. Orders that rest state a time; what ends with a block is not known here.
const ENDED: Refusal = [200, result(3003, 'clob', 'The block time is greater than the GoodTilBlockTime of the message')]

/** The first end of the orders and cancellations in a transaction. */
function endOf(draft: Draft): number | undefined {
  const ends = readTransaction(CHAIN, bytesOf(draft)).messages.flatMap((message) => {
    const { order, good_til_block_time: own } = message as Readonly<Record<string, unknown>>
    const seconds: unknown = Object(order).good_til_block_time ?? own
    return seconds === undefined ? [] : [Number(seconds) * 1000]
  })
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/** dYdX: a node of its chain. */
export const DYDX: ExchangeAnswers = {
  needed: ['accountNumber'],
  refusals: {
    AUTH_MISSING: [200, { jsonrpc: '2.0', id: -1, error: { code: -32602, message: 'Invalid params', data: '' } }],
    AUTH_MALFORMED: refused(2, 'tx parse error'),
    KEY_UNKNOWN: refused(9, 'account does not exist: unknown address'),
    SIGNATURE_INVALID: UNAUTHORIZED,
    TIMESTAMP_FUTURE: NONCE,
    TIMESTAMP_EXPIRED: NONCE,
    REPLAY: NONCE,
  },
  // protocol/x/accountplus/keeper/timestampnonce.go: smaller numbers are the account's sequence.
  nonceTime: { unit: 'ms', from: 2 ** 40, pastMs: 30_000, futureMs: 30_000 },
  ends: { endMs: endOf, refusal: ENDED },
  success: (_, id) => ({
    jsonrpc: '2.0',
    id: 1,
    result: { code: 0, data: '', log: '[]', codespace: '', hash: id.toString(16).toUpperCase().padStart(64, '0') },
  }),
}

// docs.paradex.trade, "Errors".
const paradex = (status: number, error: string, message: string): Refusal => [status, { error, message }]
const UNSIGNED = paradex(401, 'STARKNET_SIGNATURE_VERIFICATION_FAILED', 'starknet signature verification failed')

/** The form of a JWT, whose parts only the exchange itself reads: without claims, and with a random text for its signature. */
const jwt = (random: string): string => `e30.e30.${random}`

const said = ([status, body]: Refusal): Response => Response.json(body, { status })
const NO_TOKEN = paradex(401, 'INVALID_TOKEN', 'Invalid Bearer Token')

/** What is asked with a token. */
const shown =
  (answer: (facts: OpenFacts & { readonly bearer: Account }) => unknown) =>
  (facts: OpenFacts): unknown =>
    facts.bearer === undefined ? said(NO_TOKEN) : answer({ ...facts, bearer: facts.bearer })

// "Create order". The request shows the token, and what the account's key signed is in the order.
const order = shown(async ({ bearer, json, options, nowMs, nextId }) => {
  const { key } = bearer.record
  const { algorithm, keyId } = key
  const nothing = { algorithm, keyId, sign: () => new Uint8Array(64) }
  const environment = options['chain'] === 'testnet' ? 'testnet' : 'live'
  try {
    const signed = json as Parameters<ReturnType<typeof paradexOrders>['verify']>[0]
    if (!(await paradexOrders({ key: nothing, environment }).verify(signed, key))) return said(UNSIGNED)
  } catch (error) {
    return said(paradex(400, 'VALIDATION_ERROR', isCountersignError(error) ? error.message : 'malformed'))
  }
  if (!bearer.permissions.has('trade')) return said(paradex(403, 'FORBIDDEN', 'not permitted'))
  return { ...Object(json), id: String(nextId()), account: keyId, status: 'NEW', created_at: nowMs }
})

// "Get Subkey". An account that may withdraw has its own key, which is no subkey.
const subkey = shown(({ path, bearer, nowMs }) => {
  if (bearer.permissions.has('withdraw')) return Response.json({ error: 'NOT_FOUND' }, { status: 404 })
  return Response.json({
    account_id: bearer.keyId,
    allowed_cidrs: bearer.allowIp,
    created_at: nowMs * 1e6,
    id: 1,
    name: 'bot',
    public_key: path.split('/').at(-1),
    revoked_at: 0,
    state: bearer.permissions.has('trade') ? 'active' : 'pending',
    updated_at: nowMs * 1e6,
  })
})

/** Paradex: the login, orders with a separate signature, and the socket that is shown the login's token. */
export const PARADEX: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: paradex(400, 'VALIDATION_ERROR', 'required headers are missing'),
    KEY_UNKNOWN: paradex(400, 'NOT_ONBOARDED', 'user has never called /onboarding endpoint'),
    SIGNATURE_INVALID: UNSIGNED,
    TIMESTAMP_FUTURE: paradex(400, 'INVALID_REQUEST_PARAMETER', 'PARADEX-TIMESTAMP is invalid'),
    TIMESTAMP_EXPIRED: paradex(400, 'INVALID_REQUEST_PARAMETER', 'PARADEX-TIMESTAMP is invalid'),
  },
  tokenText: jwt,
  token: (token) => ({ jwt_token: token }),
  open: {
    'GET /v1/account/keys/subkeys/*': subkey,
    'POST /v1/orders': order,
    'GET /v1/orders': shown(() => ({ results: [] })),
    'DELETE /v1/orders/*': shown(() => new Response(null, { status: 204 })),
    'GET /v1/positions': shown(() => ({ results: [] })),
  },
  socket: {
    accepted: ({ received }) => ({
      jsonrpc: '2.0',
      result: { node_id: 'mock' },
      usIn: 0,
      usDiff: 0,
      id: received['id'] ?? 0,
    }),
    refused: ({ received }) => ({
      jsonrpc: '2.0',
      error: { code: 40111, message: 'Invalid Bearer Token' },
      id: received['id'] ?? 0,
    }),
  },
}
