import { fail } from '../../../errors.js'
import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { jsonMember, withJsonMember } from '../json.js'
import { signatureBytes } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { SignaturePlace, Webhook, WebhookSpec } from '../webhook.js'

const NO_BODY = /* @__PURE__ */ new Uint8Array(0)
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/

const IN_BODY: SignaturePlace = {
  codec: HEX,
  read: ({ body }) => {
    const found = jsonMember(body instanceof Uint8Array ? body : NO_BODY, 'signature')
    if (typeof found !== 'object' || found === null) return undefined
    const {
      signature,
      timestamp: time,
      token: id,
      'parent-signature': parent,
    } = found as Readonly<Record<string, unknown>>
    if (signature === undefined && time === undefined && id === undefined) return undefined
    if (typeof signature !== 'string' || typeof id !== 'string' || !TOKEN.test(id))
      return fail('AUTH_MALFORMED', 'the member "signature" must hold "token", "timestamp" and "signature"')
    // Events of a subaccount carry a second one, by the key of the account above it.
    const all = typeof parent === 'string' ? [signature, parent] : [signature]
    return { signatures: all.map((one) => signatureBytes(one, HEX, '"signature"')), time: String(time), id }
  },
  write: ([signature], { time, id, request }) =>
    withJsonMember(request, 'signature', { token: id, timestamp: time, signature }),
}

/** As data. */
export const MAILGUN: WebhookSpec = {
  id: 'mailgun',
  place: IN_BODY,
  time: { unit: SECONDS },
  delivery: { beside: true },
  base: ({ time, id }) => [`${time}${id}`],
  withoutBody: true,
  weaknesses: ['no-body', 'no-separator', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of Mailgun. Only a time and a token are signed, and stand in the JSON body together with the signature: who has seen one
 * delivery can send any other event with it. Pass `deliveries`, so that each token counts once, and ask Mailgun's API about what
 * matters. The secret is the webhook signing key. A body that is signed here must be a JSON object, and gets the member `signature`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks | Mailgun: securing webhooks}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { mailgun } from 'countersign/webhook/mailgun'
 *
 * const webhook = mailgun({ secret: 'a-webhook-signing-key-of-the-account' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const mailgun = (options: WebhookSecretOptions): Webhook =>
  webhookOf(MAILGUN, secretKeys('mailgun', options), windowOf('mailgun', options))
