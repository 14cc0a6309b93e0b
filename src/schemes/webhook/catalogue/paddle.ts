import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson } from '../json.js'
import { inPairs } from '../places.js'
import { type SecretForm, secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

// https://developer.paddle.com/api-reference/about/authentication: the format of API keys.
const NOT: SecretForm['not'] = [
  /^pdl_(live|sdbx|test)_apikey_/,
  "the secret of the notification's destination, got an API key",
]

/** As data. */
export const PADDLE: WebhookSpec = {
  id: 'paddle',
  // Several h1 stand there while the secret is rotated.
  place: inPairs('Paddle-Signature', HEX, { time: 'ts', signature: 'h1', separator: ';' }),
  time: { unit: SECONDS },
  base: ({ time, body }) => [`${time}:`, body],
  delivery: inJson('notification_id'),
  // The default of the official packages: each attempt is signed anew.
  toleranceMs: 5_000,
  weaknesses: ['no-url', 'no-key-id'],
}

/**
 * Webhooks of Paddle Billing: `ts=…;h1=…` over the time in seconds, a colon and the body. A delivery may be five seconds old, as
 * in the official packages; state `toleranceMs` where clocks differ by more. While a secret is rotated, Paddle signs with both.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developer.paddle.com/webhooks/signature-verification | Paddle: verify webhook signatures}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { paddle } from 'countersign/webhook/paddle'
 *
 * const webhook = paddle({ secret: 'pdl_ntfset_0123456789abcdef' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const paddle = (options: WebhookSecretOptions): Webhook =>
  webhookOf(PADDLE, secretKeys('paddle', options, { not: NOT }), windowOf('paddle', options))
