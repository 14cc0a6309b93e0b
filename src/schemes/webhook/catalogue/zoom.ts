import { ENCODE } from '../../../crypto/encoding.js'
import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { jsonMember } from '../json.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookAnswer, WebhookKey, WebhookSpec } from '../webhook.js'

// The answer is an HMAC with the secret of the deliveries: with a colon in it, the token could be the text of one.
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/

function answerTo(_request: unknown, body: Uint8Array, key: WebhookKey): WebhookAnswer | undefined {
  if (jsonMember(body, 'event') !== 'endpoint.url_validation') return undefined
  const plainToken = jsonMember(body, 'payload.plainToken')
  const signed = typeof plainToken === 'string' && TOKEN.test(plainToken) ? key.sign?.(plainToken) : undefined
  if (!(signed instanceof Uint8Array)) return undefined
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ plainToken, encryptedToken: ENCODE.hex(signed) }),
  }
}

/** As data. */
export const ZOOM: WebhookSpec = {
  id: 'zoom',
  place: inField('X-Zm-Signature', HEX, { prefix: 'v0=' }),
  time: { field: 'x-zm-request-timestamp', unit: SECONDS },
  base: ({ time, body }) => [`v0:${time}:`, body],
  covers: ['field:x-zm-request-timestamp'],
  weaknesses: ['no-url', 'no-key-id'],
  challenge: answerTo,
}

/**
 * Webhooks of Zoom, by the secret token of the app. Zoom asks at least every 72 hours whether the endpoint has the secret
 * (`endpoint.url_validation`): where `verdict.answer` is there, send it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developers.zoom.us/docs/api/webhooks/ | Zoom: verify webhook events}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { zoom } from 'countersign/webhook/zoom'
 *
 * const webhook = zoom({ secret: 'a-secret-token-of-the-app' })
 *
 * export async function POST(request: Request) {
 *   const verdict = await receiveWebhook(webhook, request)
 *   if (!verdict.ok) return new Response(null, { status: verdict.status })
 *   if (verdict.answer !== undefined) return new Response(verdict.answer.body, verdict.answer)
 *   console.log(verdict.json())
 *   return new Response(null, { status: 200 })
 * }
 * ```
 */
export const zoom = (options: WebhookSecretOptions): Webhook =>
  webhookOf(ZOOM, secretKeys('zoom', options), windowOf('zoom', options))
