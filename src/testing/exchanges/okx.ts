import type { VerdictCode } from '../../errors.js'
import type { Account } from '../accounts.js'
import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import { OKX_CALLS } from '../calls/okx.js'
import type { Refusal } from '../refusal.js'

// docs-v5, "Error code", "API Class" (50100 to 50199): HTTP 401.
const no = (code: string, msg: string): Refusal => [401, { code, msg, data: [] }]

// The same, "WebSocket", "Public" (60000 to 64002).
const SOCKET: Readonly<Partial<Record<VerdictCode, readonly [string, string]>>> = {
  TIMESTAMP_EXPIRED: ['60006', 'Timestamp request expired'],
  TIMESTAMP_FUTURE: ['60006', 'Timestamp request expired'],
  TIMESTAMP_MALFORMED: ['60004', 'Invalid timestamp'],
  SIGNATURE_INVALID: ['60007', 'Invalid sign'],
  SIGNATURE_MALFORMED: ['60007', 'Invalid sign'],
  PASSPHRASE_INVALID: ['60024', 'Wrong passphrase'],
  KEY_UNKNOWN: ['60005', 'Invalid apiKey'],
}

const failed = ({ code }: SocketFacts) => {
  const [number, msg] = SOCKET[code ?? 'AUTH_MISSING'] ?? ['60009', 'Login failed.']
  return { event: 'error', code: number, msg, connId: 'a4d3ae55' }
}

const keyInfo = ({ permissions, allowIp, keyId }: Account) => ({
  code: '0',
  data: [
    {
      acctLv: '2',
      ip: allowIp.join(','),
      kycLv: '3',
      label: keyId,
      perm: [['read', 'read_only'] as const, ['trade', 'trade'] as const, ['withdraw', 'withdraw'] as const]
        .filter(([own]) => permissions.has(own))
        .map(([, name]) => name)
        .join(','),
      posMode: 'net_mode',
      type: '0',
      uid: '1',
      mainUid: '1',
    },
  ],
  msg: '',
})

/** OKX v5. */
export const OKX: ExchangeAnswers = {
  calls: OKX_CALLS,
  refusals: {
    AUTH_MISSING: no('50114', 'Invalid Authority'),
    KEY_UNKNOWN: no('50111', 'Invalid OK-ACCESS-KEY'),
    TIMESTAMP_MALFORMED: no('50112', 'Invalid OK-ACCESS-TIMESTAMP'),
    TIMESTAMP_EXPIRED: no('50102', 'Timestamp request expired'),
    SIGNATURE_INVALID: no('50113', 'Invalid Sign'),
    PASSPHRASE_INVALID: no('50105', 'Request header OK-ACCESS-PASSPHRASE incorrect.'),
    IP_DENIED: [
      401,
      ({ clientIp }) => ({
        code: '50110',
        msg: `Your IP ${clientIp} is not included in your API key's IP whitelist.`,
        data: [],
      }),
    ],
    SCOPE_DENIED: no('50120', "This API key doesn't have permission to use this function"),
  },
  missing: {
    key: no('50103', 'Request header OK-ACCESS-KEY can not be empty.'),
    passphrase: no('50104', 'Request header OK-ACCESS-PASSPHRASE can not be empty.'),
    sign: no('50106', 'Request header OK-ACCESS-SIGN can not be empty.'),
    time: no('50107', 'Request header OK-ACCESS-TIMESTAMP can not be empty.'),
  },
  environment: no('50101', 'APIKey does not match current environment.'),
  // "Requests expire 30 seconds after the timestamp."
  window: { pastMs: 30_000 },
  needs: [[/^POST \/api\/v5\/asset\/(?:withdrawal|transfer)/, 'withdraw']],
  time: { '/api/v5/public/time': (nowMs) => ({ code: '0', data: [{ ts: String(nowMs) }], msg: '' }) },
  keyInfo: { 'GET /api/v5/account/config': keyInfo },
  success: (echo, id, nowMs) => ({
    code: '0',
    msg: '',
    data: [{ ...echo, ordId: String(id), sCode: '0', sMsg: '', ts: String(nowMs) }],
  }),
  socket: {
    accepted: () => ({ event: 'login', msg: '', code: '0', connId: 'a4d3ae55' }),
    refused: failed,
    other: ({ received }) => ({
      event: received['op'] ?? 'error',
      arg: Object(received['args'])[0],
      connId: 'a4d3ae55',
    }),
    anonymous: () => ({ event: 'error', code: '60011', msg: 'Please log in', connId: 'a4d3ae55' }),
    pings: { ping: 'pong' },
  },
}
