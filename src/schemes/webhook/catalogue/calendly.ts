import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inPairs } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const CALENDLY: WebhookSpec = {
  id: 'calendly',
  place: inPairs('Calendly-Webhook-Signature', HEX, { time: 't', signature: 'v1', separator: ',' }),
  time: { unit: SECONDS },
  base: ({ time, body }) => [`${time}.`, body],
  // Three minutes in the example of the documentation.
  toleranceMs: 180_000,
  weaknesses: ['no-url', 'no-key-id'],
}

/**
 * Webhooks of Calendly: `t=…,v1=…` over the time in seconds, a dot and the body. The secret is the signing key of the
 * subscription.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures | Calendly: webhook signatures}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { calendly } from 'countersign/webhook/calendly'
 *
 * const webhook = calendly({ secret: 'a-signing-key-of-the-subscription' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const calendly = (options: WebhookSecretOptions): Webhook =>
  webhookOf(CALENDLY, secretKeys('calendly', options), windowOf('calendly', options))
