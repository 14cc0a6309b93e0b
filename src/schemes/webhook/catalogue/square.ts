import { fail, kindOf, urlKind } from '../../../errors.js'
import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson } from '../json.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** Options of {@link square}. */
export interface SquareOptions extends Omit<WebhookSecretOptions, 'toleranceMs'> {
  /** The URL exactly as it stands in the subscription: its text is signed. */
  readonly notificationUrl: string
}

/** As data, without the URL. */
export const SQUARE: WebhookSpec = {
  id: 'square',
  place: inField('X-Square-HmacSha256-Signature', BASE64),
  delivery: inJson('event_id'),
  base: ({ body }) => [body],
  // Where the URL ends, the body begins: a URL with another end is another subscription's.
  weaknesses: ['no-time', 'no-separator', 'no-key-id'],
}

/**
 * Webhooks of Square: the URL of the subscription and the body, without anything between them. The secret is the signature key of the
 * subscription. No time is signed: pass `deliveries`, so that one that comes again is recognised.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developer.squareup.com/docs/webhooks/step3validate | Square: validate notifications}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { square } from 'countersign/webhook/square'
 *
 * const webhook = square({
 *   secret: 'a-signature-key-of-the-subscription',
 *   notificationUrl: 'https://example.com/webhooks/square',
 * })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export function square(options: SquareOptions): Webhook {
  const keys = secretKeys('square', options, { untimed: true, more: { notificationUrl: 1 } })
  const { notificationUrl } = options
  if (typeof notificationUrl !== 'string')
    fail(
      'CONFIG_INVALID',
      `square: "notificationUrl" must be the URL of the subscription, got ${kindOf(notificationUrl)}`,
    )
  if (!URL.canParse(notificationUrl))
    fail('CONFIG_INVALID', `square: "notificationUrl" must be an absolute URL, got ${urlKind(notificationUrl)}`)
  return webhookOf({ ...SQUARE, base: ({ body }) => [notificationUrl, body] }, keys)
}
