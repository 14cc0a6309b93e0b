import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import type { ExchangeAnswers } from '../answers.js'
import { jsonOf, without } from '../parameters.js'
import type { Facts, Refusal } from '../refusal.js'

// docs.gemini.com/rest/error-codes: HTTP 400, 403 for roles.
const no = (status: number, reason: string, message: string): Refusal => [status, { result: 'error', reason, message }]
const AUTH: ReadonlySet<string> = new Set(['request', 'nonce', 'account'])

/** Gemini. The request is in the payload, the body is empty. */
export const GEMINI: ExchangeAnswers = {
  refusals: {
    AUTH_MISSING: no(400, 'MissingApikeyHeader', "Must provide 'X-GEMINI-APIKEY' header"),
    KEY_UNKNOWN: no(400, 'InvalidApiKey', 'Invalid API key'),
    SIGNATURE_INVALID: no(400, 'InvalidSignature', 'InvalidSignature'),
    REPLAY: [
      400,
      ({ nonce }: Facts) => ({
        result: 'error',
        reason: 'InvalidNonce',
        message: `Nonce '${nonce}' has not increased since your last call to the Gemini API.`,
      }),
    ],
    TIMESTAMP_EXPIRED: [
      400,
      ({ time, nowMs }: Facts) => ({
        result: 'error',
        reason: 'InvalidNonce',
        message: `Nonce '${time}' is not within 30 seconds of server time '${Math.floor(nowMs / 1000)}'`,
      }),
    ],
    SCOPE_DENIED: no(403, 'MissingRole', 'To access this endpoint, you need to log in to the website and add a role'),
  },
  missing: { sign: no(400, 'MissingSignatureHeader', "Must provide 'X-GEMINI-SIGNATURE' header") },
  // Time-based nonces: "within +/- 30 seconds of server time".
  window: { pastMs: 30_000, futureMs: 30_000 },
  needs: [
    [/\/(?:withdraw|transfer)\//, 'withdraw'],
    [/\/order\/(?:new|cancel)/, 'trade'],
    [/./, 'read'],
  ],
  params: ({ payload }) => {
    const json = base64Decode(payload)
    return without(jsonOf((json && utf8Decode(json)) ?? '') ?? {}, AUTH)
  },
  success: (echo, id, nowMs) => ({ ...echo, order_id: String(id), timestampms: nowMs, is_live: true }),
}
