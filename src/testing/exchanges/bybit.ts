import type { Account } from '../accounts.js'
import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import { BYBIT_CALLS } from '../calls/bybit.js'
import type { Facts, Refusal } from '../refusal.js'

// bybit-exchange.github.io/docs/v5/error, "HTTP Code" and "V5 Api codes": the code stands in an answer with status 200.
const bodyOf = (retCode: number, retMsg: string, nowMs: number, result: unknown = {}) => ({
  retCode,
  retMsg,
  result,
  retExtInfo: {},
  time: nowMs,
})
const no = (code: number, text: string): Refusal => [200, ({ nowMs }: Facts) => bodyOf(code, text, nowMs)]

const late = ({ nowMs, time, window }: Facts) =>
  bodyOf(
    10002,
    'invalid request, please check your server timestamp or recv_window param. ' +
      `req_timestamp[${time}],server_timestamp[${nowMs}],recv_window[${window || 5000}]`,
    nowMs,
  )

// docs/v5/user/apikey-info.
const keyInfo = ({ permissions, allowIp, createdMs, expiresAtMs, keyId }: Account, nowMs: number) => {
  const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, '')
  const may = (own: 'trade' | 'withdraw', ...names: string[]): string[] => (permissions.has(own) ? names : [])
  const endMs = expiresAtMs ?? (allowIp.length > 0 ? undefined : createdMs + 90 * 86_400_000)
  return bodyOf(0, '', nowMs, {
    id: '1',
    note: keyId,
    apiKey: keyId,
    readOnly: permissions.has('trade') || permissions.has('withdraw') ? 0 : 1,
    secret: '',
    permissions: {
      ContractTrade: may('trade', 'Order', 'Position'),
      Spot: may('trade', 'SpotTrade'),
      Wallet: may('withdraw', 'AccountTransfer', 'Withdraw'),
      Options: [],
      Derivatives: may('trade', 'DerivativesTrade'),
      Exchange: [],
      Earn: [],
    },
    ips: allowIp.length > 0 ? allowIp : ['*'],
    type: 1,
    ...(endMs === undefined
      ? { deadlineDay: -2, expiredAt: '1970-01-01T00:00:00Z' }
      : { deadlineDay: Math.floor((endMs - nowMs) / 86_400_000), expiredAt: iso(endMs) }),
    createdAt: iso(createdMs),
    uta: 1,
    userID: 1,
    rsaPublicKey: '',
    isMaster: true,
  })
}

const reply = ({ code, received, refusal }: SocketFacts) => ({
  req_id: received['req_id'],
  success: code === undefined,
  ret_msg: code === undefined ? '' : code === 'TIMESTAMP_EXPIRED' ? 'Request expired' : Object(refusal.body).retMsg,
  op: received['op'],
  conn_id: 'cejreaspqfh3sjdnldmg-p',
})

/** Bybit v5. */
export const BYBIT: ExchangeAnswers = {
  calls: BYBIT_CALLS,
  refusals: {
    AUTH_MISSING: no(10001, 'empty value: apiTimestamp[] apiKey[] apiSignature[]: openapi sign params error!'),
    KEY_UNKNOWN: no(10003, 'API key is invalid.'),
    KEY_EXPIRED: no(33004, 'Your api key has expired.'),
    TIMESTAMP_EXPIRED: [200, late],
    SIGNATURE_INVALID: no(10004, 'Error sign, please check your signature generation algorithm.'),
    IP_DENIED: no(10010, "Unmatched IP, please check your API key's bound IP addresses."),
    SCOPE_DENIED: no(10005, 'Permission denied, please check your API key permissions.'),
  },
  // "server_time - recv_window <= timestamp < server_time + 1000"
  window: { pastMs: 5_000, futureMs: 1_000 },
  needs: [[/^POST \/v5\/asset\/(?:withdraw|transfer)/, 'withdraw']],
  time: {
    '/v5/market/time': (nowMs) =>
      bodyOf(0, 'OK', nowMs, { timeSecond: String(Math.floor(nowMs / 1000)), timeNano: `${nowMs}000000` }),
  },
  keyInfo: { 'GET /v5/user/query-api': keyInfo },
  success: (echo, id, nowMs) => bodyOf(0, 'OK', nowMs, { ...echo, orderId: String(id) }),
  socket: {
    accepted: reply,
    refused: reply,
    other: ({ received }) =>
      received['op'] === 'ping'
        ? { success: true, ret_msg: 'pong', conn_id: 'cejreaspqfh3sjdnldmg-p', op: 'ping' }
        : { success: true, ret_msg: '', conn_id: 'cejreaspqfh3sjdnldmg-p', op: received['op'] },
    anonymous: ({ received }) => ({ success: false, ret_msg: 'Request not authorized', op: received['op'] }),
  },
}
