import { equalBytes, utf8 } from '../../../crypto/encoding.js'
import { isSecret, type Secret } from '../../../crypto/secret.js'
import { fail, kindOf } from '../../../errors.js'
import type { HttpRequest } from '../../../message/message.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { oneParameter, queryOf } from '../parameters.js'
import { inField } from '../places.js'
import { plainAnswer } from '../questions.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookAnswer, WebhookSpec } from '../webhook.js'

/** Options of {@link meta}. */
export interface MetaOptions extends Omit<WebhookSecretOptions, 'toleranceMs'> {
  /** The text that was chosen with the URL: Meta shows it when it asks for the URL. Without it no such question is answered. */
  readonly verifyToken?: string | Secret
}

/** As data. */
export const META: WebhookSpec = {
  id: 'meta',
  place: inField('X-Hub-Signature-256', HEX, { prefix: 'sha256=' }),
  base: ({ body }) => [body],
  weaknesses: ['no-time', 'no-url', 'no-key-id'],
}

function answerTo(request: HttpRequest, token: Uint8Array): WebhookAnswer | undefined {
  if (request.method !== 'GET') return undefined
  const query = queryOf(request)
  const shown = oneParameter(query, 'hub.verify_token')
  return oneParameter(query, 'hub.mode') === 'subscribe' && shown !== undefined && equalBytes(utf8(shown), token)
    ? plainAnswer(oneParameter(query, 'hub.challenge'))
    : undefined
}

function tokenOf(token: unknown): Uint8Array {
  if (!(typeof token === 'string' || isSecret(token)) || token === '')
    return fail('CONFIG_INVALID', `meta: "verifyToken" must be text that is not empty, got ${kindOf(token)}`)
  return utf8(typeof token === 'string' ? token : token.revealText())
}

/**
 * Webhooks of Meta's platforms: HMAC-SHA256 of the body with the app secret. When the URL is registered, Meta asks by a GET request
 * that shows `verifyToken`: the verdict is then a refusal with an `answer`. No time is signed: pass `deliveries`, so that one that
 * comes again is recognised.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developers.facebook.com/docs/graph-api/webhooks/getting-started | Meta: webhooks}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { meta } from 'countersign/webhook/meta'
 *
 * const webhook = meta({ secret: 'an-app-secret-of-the-app', verifyToken: 'a-text-of-your-choice' })
 * const deliveries = memoryDeliveries()
 *
 * export async function handle(request: Request) {
 *   const verdict = await receiveWebhook(webhook, request, { deliveries })
 *   if (verdict.answer !== undefined) return new Response(verdict.answer.body, verdict.answer)
 *   return new Response(null, { status: verdict.ok ? 200 : verdict.status })
 * }
 * ```
 */
export function meta(options: MetaOptions): Webhook {
  const keys = secretKeys('meta', options, { untimed: true, more: { verifyToken: 1 } })
  const { verifyToken } = options
  if (verifyToken === undefined) return webhookOf(META, keys)
  const token = tokenOf(verifyToken)
  return webhookOf({ ...META, question: (request) => answerTo(request, token) }, keys)
}
