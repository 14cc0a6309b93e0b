/** Stripe webhooks in a Worker. Its bindings are STRIPE_WEBHOOK_SECRET and a KV namespace, EVENTS. */
// npm install countersign
import { receiveWebhook } from 'countersign/webhook'
import { stripe } from 'countersign/webhook/stripe'

/**
 * Events that were handled. KV answers from the nearest place, so two attempts at once may both be new: where an event must never be
 * handled twice, let a Durable Object or a unique index of your database claim it.
 */
const deliveriesIn = (kv) => ({
  claim: async ({ id, nowMs, untilMs }) => {
    if ((await kv.get(id)) !== null) return false
    await kv.put(id, '1', { expirationTtl: Math.max(60, Math.ceil((untilMs - nowMs) / 1_000)) })
    return true
  },
  release: (id) => kv.delete(id),
})

// biome-ignore lint/style/noDefaultExport: what a Worker is
export default {
  async fetch(request, env) {
    const webhook = stripe({ secret: env.STRIPE_WEBHOOK_SECRET })
    const verdict = await receiveWebhook(webhook, request, { deliveries: deliveriesIn(env.EVENTS) })
    if (!verdict.ok) {
      console.warn(verdict.code, verdict.detail)
      return new Response(null, { status: verdict.status })
    }
    if (verdict.duplicate) return new Response(null, { status: 200 })
    try {
      await env.handle?.(verdict.json())
      return new Response(null, { status: 200 })
    } catch (error) {
      console.error(error)
      await verdict.release()
      return new Response(null, { status: 500 })
    }
  },
}
