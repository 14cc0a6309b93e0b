import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inJson } from '../json.js'
import { inPairs } from '../places.js'
import { type SecretForm, secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

// https://docs.stripe.com/keys: secret, restricted and publishable keys.
const NOT: SecretForm['not'] = [
  /^[srp]k_(test|live)_/,
  "the signing secret of the webhook's endpoint, which starts with whsec_, got an API key",
]

/** As data. */
export const STRIPE: WebhookSpec = {
  id: 'stripe',
  // Besides v1 there may be v0, of test events, which protects nothing.
  place: inPairs('Stripe-Signature', HEX, { time: 't', signature: 'v1', separator: ',', others: true }),
  time: { unit: SECONDS },
  base: ({ time, body }) => [`${time}.`, body],
  delivery: inJson('id'),
  weaknesses: ['no-url', 'no-key-id'],
}

/**
 * Webhooks of Stripe. The secret is the whole text `whsec_…`, which is not decoded; two of them while it is rolled. The window holds
 * in both directions.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://docs.stripe.com/webhooks/signature | Stripe: verify webhook signatures}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { stripe } from 'countersign/webhook/stripe'
 *
 * const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' })
 *
 * export async function POST(request: Request) {
 *   const verdict = await receiveWebhook(webhook, request)
 *   if (!verdict.ok) return new Response(null, { status: verdict.status })
 *   console.log(verdict.json())
 *   return new Response(null, { status: 200 })
 * }
 * ```
 */
export const stripe = (options: WebhookSecretOptions): Webhook =>
  webhookOf(STRIPE, secretKeys('stripe', options, { not: NOT }), windowOf('stripe', options))
