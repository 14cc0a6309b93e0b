import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const LINE: WebhookSpec = {
  id: 'line',
  place: inField('X-Line-Signature', BASE64),
  base: ({ body }) => [body],
  weaknesses: ['no-time', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of the LINE Messaging API: HMAC-SHA256 of the body with the channel secret. One delivery may hold several events,
 * each with its own id. No time is signed: pass `deliveries`, so that one that comes again is recognised.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/ | LINE: verify webhook signatures}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { line } from 'countersign/webhook/line'
 *
 * const webhook = line({ secret: '8c570fa6dd201bb328f1c1eac23a96d8' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const line = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(LINE, secretKeys('line', options, { untimed: true }))
