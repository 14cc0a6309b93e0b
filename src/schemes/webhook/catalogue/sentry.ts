import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const SENTRY: WebhookSpec = {
  id: 'sentry',
  place: inField('Sentry-Hook-Signature', HEX),
  delivery: { field: 'request-id', signed: false },
  base: ({ body }) => [body],
  // Sentry-Hook-Timestamp is not signed, so a window over it would prove nothing.
  weaknesses: ['no-time', 'unsigned-id', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of the Sentry integration platform: HMAC-SHA256 of the body with the client secret. `Sentry-Hook-Timestamp` is not
 * signed and is not read. No time is signed: pass `deliveries`, so that one that comes again is recognised.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://docs.sentry.io/organization/integrations/integration-platform/webhooks/ | Sentry: webhooks}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { sentry } from 'countersign/webhook/sentry'
 *
 * const webhook = sentry({ secret: 'a-client-secret-of-the-integration' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const sentry = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(SENTRY, secretKeys('sentry', options, { untimed: true }))
