import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { NOT_STRIPE, STRIPE_PAIRS } from '../forms.js'
import { inJson } from '../json.js'
import { inPairs } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const STRIPE: WebhookSpec = {
  id: 'stripe',
  place: /* @__PURE__ */ inPairs('Stripe-Signature', HEX, STRIPE_PAIRS),
  time: { unit: SECONDS },
  base: ({ time, body }) => [`${time}.`, body],
  delivery: /* @__PURE__ */ inJson('id'),
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
  webhookOf(STRIPE, secretKeys('stripe', options, { not: NOT_STRIPE }), windowOf('stripe', options))
