import type { Account, Permission } from '../accounts.js'
import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import { KRAKEN_CALLS } from '../calls/kraken.js'
import type { Refusal } from '../refusal.js'

// docs.kraken.com, "Spot errors": always HTTP 200, with what went wrong in a list.
const no = (error: string): Refusal => [200, { error: [error] }]

const NAMES: ReadonlyArray<readonly [Permission, readonly string[]]> = [
  ['read', ['query-funds', 'query-open-trades', 'query-closed-trades', 'query-ledger']],
  ['trade', ['modify-trades', 'close-trades']],
  ['withdraw', ['withdraw-funds']],
]

// "Get API Key Info".
const keyInfo = ({ permissions, allowIp, createdMs, expiresAtMs, keyId }: Account, nowMs: number) => ({
  error: [],
  result: {
    apiKeyName: keyId,
    permissions: NAMES.filter(([own]) => permissions.has(own)).flatMap(([, names]) => names),
    ipAllowlist: allowIp,
    nonceWindow: 0,
    createdTime: String(Math.floor(createdMs / 1000)),
    lastUsed: String(Math.floor(nowMs / 1000)),
    validUntil: expiresAtMs === undefined ? '0' : String(Math.floor(expiresAtMs / 1000)),
  },
})

// WebSocket v2 acknowledges with the method that was called.
const reply = ({ received, code, nowMs }: SocketFacts) => ({
  method: received['method'],
  ...(code === undefined
    ? { result: { ...Object(received['params']), token: undefined }, success: true }
    : { error: 'ESession:Invalid session', success: false }),
  req_id: received['req_id'],
  time_in: new Date(nowMs).toISOString(),
  time_out: new Date(nowMs).toISOString(),
})

/** Kraken spot. */
export const KRAKEN: ExchangeAnswers = {
  calls: KRAKEN_CALLS,
  refusals: {
    AUTH_MISSING: no('EAPI:Invalid key'),
    KEY_UNKNOWN: no('EAPI:Invalid key'),
    SIGNATURE_INVALID: no('EAPI:Invalid signature'),
    REPLAY: no('EAPI:Invalid nonce'),
    SCOPE_DENIED: no('EGeneral:Permission denied'),
  },
  missing: { sign: no('EAPI:Invalid signature'), nonce: no('EAPI:Invalid nonce') },
  needs: [
    [/\/(?:Withdraw|WithdrawCancel|WalletTransfer)$/, 'withdraw'],
    [/\/(?:AddOrder|AddOrderBatch|AmendOrder|EditOrder|Cancel\w*)$/, 'trade'],
    [/./, 'read'],
  ],
  time: {
    '/0/public/Time': (nowMs) => ({
      error: [],
      result: { unixtime: Math.floor(nowMs / 1000), rfc1123: new Date(nowMs).toUTCString() },
    }),
  },
  keyInfo: { 'POST /0/private/GetApiKeyInfo': keyInfo },
  success: (echo, id) => ({
    error: [],
    result: { descr: echo, txid: [`OABCDE-${String(id).padStart(5, '0')}-FGHIJK`] },
  }),
  token: (token) => ({ error: [], result: { token, expires: 900 } }),
  socket: { accepted: reply, refused: reply },
}
