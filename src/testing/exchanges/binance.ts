import { defined } from '../../support/defined.js'
import type { Account } from '../accounts.js'
import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import { BINANCE_CALLS } from '../calls/binance.js'
import type { Facts } from '../refusal.js'

// rest-api.md and errors.md of binance-spot-api-docs; futures, options and portfolio margin say the same.
const INVALID = { code: -1022, msg: 'Signature for this request is not valid.' }
const REJECTED = { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }
const absent = ({ name }: Facts) => ({
  code: -1102,
  msg: `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
})
const time = (nowMs: number) => ({ serverTime: nowMs })

// wallet docs, "Get API Key Permission".
const keyInfo = ({ permissions, allowIp, createdMs, expiresAtMs }: Account) =>
  defined({
    ipRestrict: allowIp.length > 0,
    createTime: createdMs,
    enableReading: permissions.has('read'),
    enableWithdrawals: permissions.has('withdraw'),
    enableInternalTransfer: permissions.has('withdraw'),
    permitsUniversalTransfer: permissions.has('withdraw'),
    enableMargin: permissions.has('trade'),
    enableFutures: permissions.has('trade'),
    enableSpotAndMarginTrading: permissions.has('trade'),
    enableVanillaOptions: false,
    enablePortfolioMarginTrading: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    tradingAuthorityExpirationTime: expiresAtMs,
  })

// web-socket-api.md, "Response format".
const reply = ({ received, refusal, code, params, nowMs, keyId, message }: SocketFacts) =>
  code !== undefined
    ? { id: received['id'] ?? null, status: refusal.status, error: refusal.body }
    : {
        id: received['id'] ?? null,
        status: 200,
        result:
          message === 'login'
            ? {
                apiKey: keyId,
                authorizedSince: nowMs,
                connectedSince: nowMs,
                returnRateLimits: true,
                serverTime: nowMs,
              }
            : { ...Object(params['params']), orderId: 1, transactTime: nowMs },
      }

/** Binance: spot, margin, futures, options. */
export const BINANCE: ExchangeAnswers = {
  calls: BINANCE_CALLS,
  refusals: {
    AUTH_MISSING: [400, absent],
    AUTH_MALFORMED: [400, INVALID],
    KEY_UNKNOWN: [401, REJECTED],
    TIMESTAMP_MALFORMED: [
      400,
      (facts) =>
        facts.window !== '' && !(Number(facts.window) <= 60_000)
          ? { code: -1131, msg: 'recvWindow must be less than 60000' }
          : absent({ ...facts, name: 'timestamp' }),
    ],
    TIMESTAMP_FUTURE: [400, { code: -1021, msg: "Timestamp for this request was 1000ms ahead of the server's time." }],
    TIMESTAMP_EXPIRED: [400, { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' }],
    SIGNATURE_INVALID: [400, INVALID],
    IP_DENIED: [401, REJECTED],
    SCOPE_DENIED: [401, REJECTED],
  },
  missing: { key: [401, { code: -2014, msg: 'API-key format invalid.' }] },
  window: { pastMs: 5_000, futureMs: 1_000 },
  needs: [[/^POST \/s?api\/v\d+\/(?:asset\/transfer|capital\/withdraw)/, 'withdraw']],
  time: { '/api/v3/time': time, '/fapi/v1/time': time, '/dapi/v1/time': time, '/eapi/v1/time': time },
  keyInfo: { 'GET /sapi/v1/account/apiRestrictions': keyInfo },
  success: (echo, id, nowMs) => ({ ...echo, orderId: id, transactTime: nowMs, status: 'NEW' }),
  socket: {
    accepted: reply,
    refused: reply,
    other: ({ received }) => ({ id: received['id'] ?? null, status: 200, result: {} }),
  },
}
