import { webhookOf } from '../define-webhook.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import { STANDARD_SECRET, standardForm } from '../standard-form.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const STANDARD_WEBHOOKS: WebhookSpec = /* @__PURE__ */ standardForm('standard-webhooks', 'webhook')

/** As data. */
export const SVIX: WebhookSpec = /* @__PURE__ */ standardForm('svix', 'svix')

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
  webhookOf(
    STANDARD_WEBHOOKS,
    secretKeys('standard-webhooks', options, STANDARD_SECRET),
    windowOf('standard-webhooks', options),
  )

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
  webhookOf(SVIX, secretKeys('svix', options, STANDARD_SECRET), windowOf('svix', options))
