import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const BITBUCKET: WebhookSpec = {
  id: 'bitbucket',
  place: inField('X-Hub-Signature', HEX, { prefix: 'sha256=' }),
  delivery: { field: 'x-request-uuid', signed: false },
  base: ({ body }) => [body],
  weaknesses: ['no-time', 'unsigned-id', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of Bitbucket Cloud: HMAC-SHA256 of the body in `X-Hub-Signature`, which at other services is SHA-1. No time is
 * signed: pass `deliveries`, so that one that comes again is recognised.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/ | Bitbucket: secure webhooks}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { bitbucket } from 'countersign/webhook/bitbucket'
 *
 * const webhook = bitbucket({ secret: 'a-secret-of-this-repository' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const bitbucket = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(BITBUCKET, secretKeys('bitbucket', options, { untimed: true }))
