import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson } from '../json.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const COINBASE_COMMERCE: WebhookSpec = {
  id: 'coinbase-commerce',
  place: inField('X-CC-Webhook-Signature', HEX),
  delivery: inJson('event.id'),
  base: ({ body }) => [body],
  weaknesses: ['no-time', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of Coinbase Commerce: HMAC-SHA256 of the body with the shared secret of the settings. No time is signed: pass
 * `deliveries`, so that one that comes again is recognised. The number of the attempt stands in the body; the id of the event
 * does not change.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://docs.cdp.coinbase.com/commerce/api-architecture/webhooks-security | Coinbase Commerce: webhook security}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { coinbaseCommerce } from 'countersign/webhook/coinbase-commerce'
 *
 * const webhook = coinbaseCommerce({ secret: 'a-shared-secret-of-the-settings' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const coinbaseCommerce = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(COINBASE_COMMERCE, secretKeys('coinbase-commerce', options, { untimed: true }))
