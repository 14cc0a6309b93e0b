import type { ExchangeAnswers, SocketFacts } from '../answers.js'
import type { Refusal } from '../refusal.js'

// huobiapi.github.io/docs/spot, "Error Code": HTTP 200, one code for all of it, and the reason in words; that of an address
// is ours.
const no = (reason: string): Refusal => [
  200,
  { status: 'error', 'err-code': 'api-signature-not-valid', 'err-msg': `Signature not valid: ${reason}`, data: null },
]

const spot = ({ code, message, nowMs, refusal }: SocketFacts) => {
  if (message === 'contract-login') {
    const head = { op: 'auth', type: 'api', ts: nowMs }
    return code === undefined
      ? { ...head, 'err-code': 0, data: { 'user-id': '1' } }
      : { ...head, 'err-code': 2003, 'err-msg': Object(refusal.body)['err-msg'] }
  }
  return code === undefined
    ? { action: 'req', code: 200, ch: 'auth', data: {} }
    : { action: 'req', code: 2002, ch: 'auth', message: 'auth.fail' }
}

/** HTX. */
export const HTX: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: no('Incorrect Access key [Access key错误]'),
    KEY_UNKNOWN: no('Incorrect Access key [Access key错误]'),
    TIMESTAMP_EXPIRED: no('Invalid submission time or incorrect time format [无效的提交时间，或时间格式错误]'),
    SIGNATURE_INVALID: no('Verification failure [校验失败]'),
    IP_DENIED: no('Incorrect IP address [IP地址错误]'),
    SCOPE_DENIED: no('API key has no permission [API Key没有权限]'),
  },
  missing: {
    sign: no('Verification failure [校验失败]'),
    time: no('Invalid submission time or incorrect time format'),
  },
  // "Timestamp ... the difference ... no more than 5 minutes"
  window: { pastMs: 300_000, futureMs: 300_000 },
  time: { '/v1/common/timestamp': (nowMs) => ({ status: 'ok', data: nowMs }) },
  success: (_, id) => ({ status: 'ok', data: String(id) }),
  socket: { accepted: spot, refused: spot },
}
