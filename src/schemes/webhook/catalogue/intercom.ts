import { checkedSha1Key } from '../../../crypto/hmac-sha1-key.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson } from '../json.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const INTERCOM: WebhookSpec = {
  id: 'intercom',
  place: inField('X-Hub-Signature', HEX, { prefix: 'sha1=' }),
  delivery: inJson('id'),
  base: ({ body }) => [body],
  weaknesses: ['sha1', 'no-time', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of Intercom: HMAC-SHA1 of the body in `X-Hub-Signature`, with the client secret of the app. No time is signed: pass
 * `deliveries`, so that one that comes again is recognised.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developers.intercom.com/docs/webhooks/webhook-notifications | Intercom: webhook notifications}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { intercom } from 'countersign/webhook/intercom'
 *
 * const webhook = intercom({ secret: 'a-client-secret-of-the-app' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const intercom = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(INTERCOM, secretKeys('intercom', options, { key: checkedSha1Key, untimed: true }))
