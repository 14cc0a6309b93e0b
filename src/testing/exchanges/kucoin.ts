import { defined } from '../../support/defined.js'
import type { Account } from '../accounts.js'
import type { ExchangeAnswers } from '../answers.js'
import { KUCOIN_CALLS } from '../calls/kucoin.js'
import type { Refusal } from '../refusal.js'

// kucoin.com/docs-new, "Errors code".
const no = (code: string, msg: string): Refusal => [401, { code, msg }]

// "Get Apikey Info".
const keyInfo = ({ permissions, allowIp, createdMs, expiresAtMs, keyId }: Account) => ({
  code: '200000',
  data: defined({
    remark: keyId,
    apiKey: keyId,
    apiVersion: 3,
    permission: [
      ['General'],
      permissions.has('trade') ? ['Spot', 'Futures', 'Margin'] : [],
      permissions.has('withdraw') ? ['Withdrawal', 'Transfer'] : [],
    ]
      .flat()
      .join(','),
    ...(allowIp.length > 0 && { ipWhitelist: allowIp.join(',') }),
    createdAt: createdMs,
    expiredAt: expiresAtMs,
    uid: 1,
    isMaster: true,
  }),
})

/** KuCoin: spot, futures, unified account. */
export const KUCOIN: ExchangeAnswers = {
  calls: KUCOIN_CALLS,
  refusals: {
    AUTH_MISSING: no(
      '400001',
      'Please check the header of your request for KC-API-KEY, KC-API-SIGN, KC-API-TIMESTAMP, KC-API-PASSPHRASE',
    ),
    TIMESTAMP_EXPIRED: no('400002', 'Invalid KC-API-TIMESTAMP'),
    KEY_UNKNOWN: no('400003', 'KC-API-KEY not exists'),
    PASSPHRASE_INVALID: no('400004', 'Invalid KC-API-PASSPHRASE'),
    SIGNATURE_INVALID: no('400005', 'Invalid KC-API-SIGN'),
    IP_DENIED: no('400006', 'The requested ip address is not in the api whitelist'),
    SCOPE_DENIED: no('400007', 'Access denied, require more permission'),
  },
  // "The difference between KC-API-TIMESTAMP and the server time should be within 5 seconds."
  window: { pastMs: 5_000, futureMs: 5_000 },
  time: { '/api/v1/timestamp': (nowMs) => ({ code: '200000', data: nowMs }) },
  keyInfo: { 'GET /api/v1/user/api-key': keyInfo },
  success: (echo, id) => ({ code: '200000', data: { ...echo, orderId: String(id) } }),
  token: (token, endpoint) => ({
    code: '200000',
    data: {
      token,
      instanceServers: [{ endpoint, encrypt: false, protocol: 'websocket', pingInterval: 18_000, pingTimeout: 10_000 }],
    },
  }),
  socket: {
    greeting: { id: 'a4d3ae55', type: 'welcome' },
    accepted: () => undefined,
    refused: () => undefined,
    other: ({ received }) => ({ id: received['id'], type: received['type'] === 'ping' ? 'pong' : 'ack' }),
  },
}
