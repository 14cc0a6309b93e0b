import { SECONDS } from '../../scheme/times.js'
import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inField } from '../places.js'
import { ed25519Form, publicKeys, type WebhookPublicKeyOptions } from '../public-keys.js'
import { windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const TELNYX: WebhookSpec = {
  id: 'telnyx',
  place: inField('telnyx-signature-ed25519', BASE64),
  time: { field: 'telnyx-timestamp', unit: SECONDS },
  base: ({ time, body }) => [`${time}|`, body],
  covers: ['field:telnyx-timestamp'],
  weaknesses: ['no-url', 'no-key-id'],
}

/**
 * Webhooks of Telnyx. The public key is the base64 of the portal. A duplicate is recognised by what is signed: pass `deliveries`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for a public key that is none.
 * @see {@link https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks | Telnyx: receiving webhooks}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { telnyx } from 'countersign/webhook/telnyx'
 *
 * const webhook = telnyx({ publicKey: '1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const telnyx = (options: WebhookPublicKeyOptions): Webhook =>
  webhookOf(TELNYX, publicKeys('telnyx', options, ed25519Form('base64')), windowOf('telnyx', options))
