import { DATE } from '../../scheme/times.js'
import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const ZENDESK: WebhookSpec = {
  id: 'zendesk',
  place: inField('X-Zendesk-Webhook-Signature', BASE64),
  time: { field: 'x-zendesk-webhook-signature-timestamp', unit: DATE },
  delivery: { field: 'x-zendesk-webhook-invocation-id', signed: false },
  base: ({ time, body }) => [time, body],
  covers: ['field:x-zendesk-webhook-signature-timestamp'],
  weaknesses: ['no-separator', 'unsigned-id', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of Zendesk: the date and the body without anything between them. The secret is its text, which is not decoded
 * although it looks like base64.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developer.zendesk.com/documentation/webhooks/verifying/ | Zendesk: verifying webhooks}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { zendesk } from 'countersign/webhook/zendesk'
 *
 * const webhook = zendesk({ secret: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const zendesk = (options: WebhookSecretOptions): Webhook =>
  webhookOf(ZENDESK, secretKeys('zendesk', options), windowOf('zendesk', options))
