import { MILLISECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson } from '../json.js'
import { inPairs } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const WORKOS: WebhookSpec = {
  id: 'workos',
  // Unlike Stripe's, the time is in milliseconds and a space follows the comma.
  place: inPairs('WorkOS-Signature', HEX, { time: 't', signature: 'v1', separator: ', ' }),
  time: { unit: MILLISECONDS },
  base: ({ time, body }) => [`${time}.`, body],
  delivery: inJson('id'),
  // The default of the official packages.
  toleranceMs: 180_000,
  weaknesses: ['no-url', 'no-key-id'],
}

/**
 * Webhooks of WorkOS: `WorkOS-Signature: t=…, v1=…` over the time in milliseconds, a dot and the body. A delivery may be three
 * minutes old, as in the official packages.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://workos.com/docs/events/data-syncing/webhooks | WorkOS: webhooks}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { workos } from 'countersign/webhook/workos'
 *
 * const webhook = workos({ secret: 'a-signing-secret-of-the-endpoint' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const workos = (options: WebhookSecretOptions): Webhook =>
  webhookOf(WORKOS, secretKeys('workos', options), windowOf('workos', options))
