import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { oneParameter, queryOf } from '../parameters.js'
import { inField } from '../places.js'
import { plainAnswer } from '../questions.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const DROPBOX: WebhookSpec = {
  id: 'dropbox',
  place: inField('X-Dropbox-Signature', HEX),
  base: ({ body }) => [body],
  weaknesses: ['no-time', 'no-url', 'no-key-id'],
  question: (request) =>
    request.method === 'GET' ? plainAnswer(oneParameter(queryOf(request), 'challenge')) : undefined,
}

/**
 * Webhooks of Dropbox: HMAC-SHA256 of the body with the app secret. When the URL is registered, Dropbox asks by a GET request that
 * must be answered with its parameter `challenge`: the verdict is then a refusal with an `answer`. No time is signed, and two
 * notifications may be equal, so a duplicate means only that there is nothing new to be learned from it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://www.dropbox.com/developers/reference/webhooks | Dropbox: webhooks}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { dropbox } from 'countersign/webhook/dropbox'
 *
 * const webhook = dropbox({ secret: 'an-app-secret-of-dropbox' })
 *
 * export async function handle(request: Request) {
 *   const verdict = await receiveWebhook(webhook, request)
 *   if (verdict.answer !== undefined) return new Response(verdict.answer.body, verdict.answer)
 *   if (!verdict.ok) return new Response(null, { status: verdict.status })
 *   return new Response(null, { status: 200 })
 * }
 * ```
 */
export const dropbox = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(DROPBOX, secretKeys('dropbox', options, { untimed: true }))
