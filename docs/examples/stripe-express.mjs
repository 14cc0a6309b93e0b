/** Stripe webhooks in Express: verified, each event once, and again where its handler failed. */
// npm install countersign express

import { requireSignature } from 'countersign/server/express'
import { memoryDeliveries } from 'countersign/webhook'
import { stripe } from 'countersign/webhook/stripe'
import { webhookVerifier } from 'countersign/webhook/verifier'
import express from 'express'

/** `secret` is what Stripe shows of the endpoint; both of them, the newer one first, while it is rolled. */
export async function run({ secret, handle = console.log, port = 3000 }) {
  // Of one process; several share countersign/webhook/redis.
  const verifier = webhookVerifier(stripe({ secret }), { deliveries: memoryDeliveries() })
  const app = express()

  // The verifier stands before the body parser, which then reads the body as if nothing had.
  app.post('/stripe', requireSignature(verifier), express.json(), async (req, res) => {
    if (!req.verdict.delivery.duplicate) await handle(req.body)
    res.sendStatus(200)
  })
  // A handler that throws is answered with 500, and Stripe's next attempt is no duplicate.
  app.use((error, _req, res, _next) => {
    console.error(error.message)
    res.sendStatus(error.status ?? 500)
  })

  return await new Promise((resolve) => {
    const server = app.listen(port, '127.0.0.1', () => resolve(server))
  })
}

if (process.env.STRIPE_WEBHOOK_SECRET) await run({ secret: process.env.STRIPE_WEBHOOK_SECRET })
