import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson, jsonMembers } from '../json.js'
import { inField } from '../places.js'
import { ed25519Form, publicKeys, type WebhookPublicKeyOptions } from '../public-keys.js'
import { windowOf } from '../secrets.js'
import type { Webhook, WebhookAnswer, WebhookSpec } from '../webhook.js'

/** As data. */
export const DISCORD: WebhookSpec = {
  id: 'discord',
  place: inField('X-Signature-Ed25519', HEX),
  // Nothing stands between time and body: only because the time is digits, and a body of JSON is none, there is one reading.
  time: { field: 'x-signature-timestamp', unit: SECONDS },
  base: ({ time, body }) => [time, body],
  delivery: inJson('id'),
  covers: ['field:x-signature-timestamp'],
  weaknesses: ['no-separator', 'no-url', 'no-key-id'],
  challenge: (_request, body) => pong(body),
}

const JSON_TYPE = { 'content-type': 'application/json' } as const

/**
 * The answers to the PING of interactions (type 1) and to that of webhook events (type 0, which is answered with 204).
 * An event has type 1 as well, and a member `event`.
 */
function pong(body: Uint8Array): WebhookAnswer | undefined {
  const members = jsonMembers(body)
  if (members?.['type'] === 0) return { status: 204, headers: JSON_TYPE, body: '' }
  if (members?.['type'] !== 1 || members['event'] !== undefined) return undefined
  return { status: 200, headers: JSON_TYPE, body: '{"type":1}' }
}

/**
 * Interactions and webhook events of Discord. The public key is that of the application, in hexadecimal. Discord sends a PING, and
 * wrong signatures too, before it accepts a URL: answer `verdict.answer` where there is one, and 401 to what is refused.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for a public key that is none.
 * @see {@link https://discord.com/developers/docs/interactions/overview | Discord: interactions}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { discord } from 'countersign/webhook/discord'
 *
 * const webhook = discord({ publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' })
 *
 * export async function POST(request: Request) {
 *   const verdict = await receiveWebhook(webhook, request)
 *   if (!verdict.ok) return new Response(null, { status: verdict.status })
 *   const { answer } = verdict
 *   if (answer) return new Response(answer.body || null, { status: answer.status, headers: answer.headers })
 *   return Response.json({ type: 4, data: { content: 'hello' } })
 * }
 * ```
 */
export const discord = (options: WebhookPublicKeyOptions): Webhook =>
  webhookOf(DISCORD, publicKeys('discord', options, ed25519Form('hex')), windowOf('discord', options))
