import { createHmac, timingSafeEqual } from 'node:crypto'

/** What people write by hand after the documentation of Stripe. */
export function stripeByHand(secret, headers, body) {
  let time
  let given
  for (const pair of headers['stripe-signature'].split(',')) {
    if (pair.startsWith('t=')) time = pair.slice(2)
    else if (pair.startsWith('v1=')) given = pair.slice(3)
  }
  if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return false
  const mac = createHmac('sha256', secret).update(`${time}.`).update(body).digest()
  const bytes = Buffer.from(given, 'hex')
  return bytes.length === mac.length && timingSafeEqual(bytes, mac)
}

/** The same for Standard Webhooks. */
export function standardByHand(secret, headers, body) {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers
  if (Math.abs(Date.now() / 1000 - Number(time)) > 300) return false
  const mac = createHmac('sha256', secret).update(`${id}.${time}.`).update(body).digest()
  return signatures.split(' ').some((one) => {
    const bytes = Buffer.from(one.slice(3), 'base64')
    return one.startsWith('v1,') && bytes.length === mac.length && timingSafeEqual(bytes, mac)
  })
}

/** The same for GitHub. */
export function githubByHand(secret, headers, body) {
  const mac = createHmac('sha256', secret).update(body).digest()
  const bytes = Buffer.from(headers['x-hub-signature-256'].slice(7), 'hex')
  return bytes.length === mac.length && timingSafeEqual(bytes, mac)
}
