import { fail } from '../../../errors.js'
import type { HttpRequest } from '../../../message/message.js'
import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { jsonMembers, withJsonMember } from '../json.js'
import { formOf, oneParameter } from '../parameters.js'
import { oneLine, signatureBytes } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { SignaturePlace, Webhook, WebhookSpec } from '../webhook.js'

const NO_BODY = /* @__PURE__ */ new Uint8Array(0)
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/

const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i

/** The parts of the signature: in the member `signature` of JSON, or among the parameters of a form, as routes send them. */
function partsOf(request: HttpRequest): Readonly<Record<string, unknown>> | undefined {
  const body = request.body instanceof Uint8Array ? request.body : NO_BODY
  const members = jsonMembers(body)
  if (members !== undefined) {
    const found = Object.hasOwn(members, 'signature') ? members['signature'] : undefined
    return typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>) : undefined
  }
  if (!FORM.test(oneLine(request, 'content-type') ?? '')) return undefined
  const form = formOf(body)
  return Object.fromEntries(['signature', 'timestamp', 'token'].map((name) => [name, oneParameter(form, name)]))
}

const IN_BODY: SignaturePlace = {
  codec: HEX,
  read: (request) => {
    const found = partsOf(request)
    if (found === undefined) return undefined
    const { signature, timestamp: time, token: id, 'parent-signature': parent } = found
    if (signature === undefined && time === undefined && id === undefined) return undefined
    if (typeof signature !== 'string' || typeof id !== 'string' || !TOKEN.test(id))
      return fail('AUTH_MALFORMED', 'the signature must come as "token", "timestamp" and "signature"')
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
 * Webhooks of Mailgun. Only a time and a token are signed, and stand in the body together with the signature: who has seen one
 * delivery can send any other event with it. Pass `deliveries`, so that each token counts once, and ask Mailgun's API about what
 * matters. The secret is the webhook signing key. The body is JSON, or a urlencoded form, as routes send it; one that is signed here
 * must be a JSON object, and gets the member `signature`.
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
