import * as Standard from 'standardwebhooks'
import Stripe from 'stripe'
import * as Svix from 'svix'
import { githubByHand, standardByHand, stripeByHand } from '../floors/webhook.mjs'
import { library } from '../lib/library.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

const { signWebhook, verifyWebhook } = await library('countersign/webhook')
const { stripe } = await library('countersign/webhook/stripe')
const { github } = await library('countersign/webhook/github')
const { standardWebhooks } = await library('countersign/webhook/standard')

const SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const COUNT = 64
const { webhooks } = new Stripe('sk_test_none')
// What a proxy and a sender put beside it.
const FIELDS = {
  host: 'example.com',
  'content-type': 'application/json',
  'user-agent': 'Sender/1.0',
  accept: '*/*',
  'x-forwarded-for': '203.0.113.9',
  'x-request-id': 'f3a5',
}

async function deliveries(webhook, size) {
  const all = []
  for (let i = 0; i < COUNT; i++) {
    const text = JSON.stringify({ id: `evt_${i}`, object: 'event', data: 'x'.repeat(size) })
    const signed = await signWebhook(webhook, { body: text, id: `msg_${i}` })
    const headers = { ...FIELDS }
    for (let at = 0; at < signed.fields.length; at += 2)
      // A signer joins a value of pieces, and a parser hands over a whole one.
      headers[signed.fields[at].toLowerCase()] = Buffer.from(signed.fields[at + 1]).toString()
    const body = Buffer.from(text)
    all.push({ headers, body, text, parts: { headers, body } })
  }
  return all
}

const SENDERS = {
  stripe: [
    stripe,
    `whsec_${SECRET}`,
    (d) => stripeByHand(`whsec_${SECRET}`, d.headers, d.body),
    { stripe: (d) => webhooks.constructEvent(d.text, d.headers['stripe-signature'], `whsec_${SECRET}`) },
  ],
  github: [github, SECRET, (d) => githubByHand(SECRET, d.headers, d.body), {}],
  standard: [
    standardWebhooks,
    `whsec_${SECRET}`,
    (d) => standardByHand(Buffer.from(SECRET, 'base64'), d.headers, d.body),
    {
      standardwebhooks: (
        (webhook) => (d) =>
          webhook.verify(d.text, d.headers)
      )(new Standard.Webhook(SECRET)),
      svix: ((webhook) => (d) => {
        const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = d.headers
        return webhook.verify(d.text, { 'svix-id': id, 'svix-timestamp': time, 'svix-signature': signature })
      })(new Svix.Webhook(SECRET)),
    },
  ],
}

async function group(name, size, said) {
  const [make, secret, byHand, peers] = SENDERS[name]
  const webhook = make({ secret })
  const all = await deliveries(webhook, size)
  const known = Object.entries(peers)
  const title = `webhook of ${name}, ${said}`
  return {
    title,
    check: () =>
      all.every((one) => verifyWebhook(webhook, one.parts).ok && byHand(one)) &&
      known.every(([, verify]) => verify(all[0]) !== undefined),
    measure: (options) =>
      interleaved(
        {
          floor: (i) => byHand(all[i & 63]),
          ours: (i) => verifyWebhook(webhook, all[i & 63].parts),
          ...Object.fromEntries(known.map(([peerName, verify]) => [peerName, (i) => verify(all[i & 63])])),
        },
        options,
      ),
    rows: [
      {
        name: `webhook/${name}/${said}/floor`,
        what: `${title} / by hand`,
        value: ratio('ours', 'floor'),
        goal: 0.7,
        bar: 1.2,
      },
      ...known.map(([peerName]) => ({
        name: `webhook/${name}/${said}/${peerName}`,
        what: `${peerName} / ${title}`,
        value: ratio(peerName, 'ours'),
        least: true,
        goal: 2.5,
      })),
    ],
  }
}

export const groups = [
  await group('stripe', 200, '200b'),
  await group('stripe', 1_000, '1kib'),
  await group('github', 1_000, '1kib'),
  await group('github', 16_000, '16kib'),
  await group('standard', 1_000, '1kib'),
]
