import { MILLISECONDS } from '../../scheme/times.js'
import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson } from '../json.js'
import { secretInTextKey } from '../odd-keys.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const DINGTALK: WebhookSpec = {
  id: 'dingtalk',
  place: inField('sign', BASE64),
  time: { field: 'timestamp', unit: MILLISECONDS },
  delivery: inJson('msgId'),
  // The secret follows the line feed: the key puts it there.
  base: ({ time }) => [`${time}\n`],
  covers: ['field:timestamp'],
  withoutBody: true,
  // One hour in the documentation.
  toleranceMs: 3_600_000,
  weaknesses: ['no-body', 'no-url', 'no-key-id'],
}

/**
 * Messages that DingTalk sends to a robot: HMAC-SHA256 of the time and the secret. Nothing of the message is signed, so who has seen
 * one can send any other for an hour. Pass `deliveries`: a second message with the same time is then reported as a duplicate.
 * The secret is the app secret.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://open.dingtalk.com/document/orgapp/receive-message | DingTalk: receive messages of a robot}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { dingtalk } from 'countersign/webhook/dingtalk'
 *
 * const webhook = dingtalk({ secret: 'an-app-secret-of-the-robot' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const dingtalk = (options: WebhookSecretOptions): Webhook =>
  webhookOf(DINGTALK, secretKeys('dingtalk', options, { key: secretInTextKey }), windowOf('dingtalk', options))
