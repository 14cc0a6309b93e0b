import { checkedSha1Key } from '../../../crypto/hmac-sha1-key.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson } from '../json.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const VERCEL: WebhookSpec = {
  id: 'vercel',
  place: inField('X-Vercel-Signature', HEX),
  delivery: inJson('id'),
  base: ({ body }) => [body],
  weaknesses: ['sha1', 'no-time', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of Vercel: HMAC-SHA1 of the body in `x-vercel-signature`. The secret is that of the webhook, or the client secret of
 * an integration. No time is signed: pass `deliveries`, so that one that comes again is recognised.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://vercel.com/docs/webhooks/webhooks-api | Vercel: webhooks API reference}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { vercel } from 'countersign/webhook/vercel'
 *
 * const webhook = vercel({ secret: 'a-secret-of-this-webhook' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const vercel = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(VERCEL, secretKeys('vercel', options, { key: checkedSha1Key, untimed: true }))
