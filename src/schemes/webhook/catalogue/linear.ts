import { MILLISECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { jsonMember, withJsonMember } from '../json.js'
import { inField } from '../places.js'
import { type SecretForm, secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { TimePlace, Webhook, WebhookSpec } from '../webhook.js'

const NO_BODY = /* @__PURE__ */ new Uint8Array(0)

// The field `linear-timestamp` is not signed: a fresh one before an old body would pass, so the signed time alone counts.
const IN_BODY: TimePlace = {
  read: ({ body }) => {
    const time = jsonMember(body instanceof Uint8Array ? body : NO_BODY, 'webhookTimestamp')
    return typeof time === 'number' ? String(time) : undefined
  },
  write: (request, time) =>
    IN_BODY.read(request) === undefined ? withJsonMember(request, 'webhookTimestamp', Number(time)) : request,
}

const NOT: SecretForm['not'] = [
  /^lin_(api|oauth)_/,
  'the signing secret of the webhook, such as lin_wh_…, got an API key',
]

/** As data. */
export const LINEAR: WebhookSpec = {
  id: 'linear',
  place: inField('Linear-Signature', HEX),
  time: { place: IN_BODY, unit: MILLISECONDS },
  delivery: { field: 'linear-delivery', signed: false },
  base: ({ body }) => [body],
  // One minute in the documentation and in the official package.
  toleranceMs: 60_000,
  weaknesses: ['unsigned-id', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of Linear: HMAC-SHA256 of the body, which holds the time itself (`webhookTimestamp`, in milliseconds). The field
 * `linear-timestamp` is not signed and is not read. A delivery may be a minute old. A body that is signed here and has no
 * `webhookTimestamp` gets one.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://linear.app/developers/webhooks | Linear: securing webhooks}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { linear } from 'countersign/webhook/linear'
 *
 * const webhook = linear({ secret: 'lin_wh_0123456789abcdef' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const linear = (options: WebhookSecretOptions): Webhook =>
  webhookOf(LINEAR, secretKeys('linear', options, { not: NOT }), windowOf('linear', options))
