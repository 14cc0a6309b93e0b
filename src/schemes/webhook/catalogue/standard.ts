import { webhookOf } from '../define-webhook.js'
import { inVersions } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

const standard = (id: string, name: string, docs: string, prefix: string): WebhookSpec => ({
  id,
  name,
  docs,
  place: inVersions(`${prefix}-signature`, 'v1'),
  time: { field: `${prefix}-timestamp`, unit: 's' },
  delivery: { field: `${prefix}-id`, signed: true },
  base: (parts) => [`${parts.id}.${parts.time}.`, parts.body],
  covers: [`field:${prefix}-id`, `field:${prefix}-timestamp`],
  algorithms: ['hmac-sha256'],
  weaknesses: ['no-url', 'no-key-id'],
})

/** As data. */
export const STANDARD_WEBHOOKS: WebhookSpec = standard(
  'standard-webhooks',
  'Standard Webhooks',
  'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  'webhook',
)

/** As data. */
export const SVIX: WebhookSpec = standard(
  'svix',
  'Svix',
  'https://docs.svix.com/receiving/verifying-payloads/how-manual',
  'svix',
)

const FORM = { encoding: 'base64', prefix: 'whsec_' } as const

/**
 * Standard Webhooks with a shared secret (`v1`), as OpenAI, Twilio's Event Streams, PagerDuty and others send them. The secret is base64
 * after `whsec_`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md | Standard Webhooks}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { standardWebhooks } from 'countersign/webhook/standard'
 *
 * const webhook = standardWebhooks({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const standardWebhooks = (options: WebhookSecretOptions): Webhook =>
  webhookOf(STANDARD_WEBHOOKS, secretKeys('standard-webhooks', options, FORM), windowOf('standard-webhooks', options))

/**
 * {@link standardWebhooks} with Svix's names of the fields (`svix-id` and so on).
 *
 * @throws {CountersignError} as {@link standardWebhooks}.
 * @see {@link https://docs.svix.com/receiving/verifying-payloads/how-manual | Svix: verifying payloads}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { svix } from 'countersign/webhook/standard'
 *
 * const webhook = svix({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const svix = (options: WebhookSecretOptions): Webhook =>
  webhookOf(SVIX, secretKeys('svix', options, FORM), windowOf('svix', options))
