import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { memoryDeliveries, receiveWebhook, signWebhook, verifyWebhook } from '../../../src/webhook/index.js'
import { redisDeliveries } from '../../../src/webhook/redis.js'
import { sendWebhook } from '../../../src/webhook/send/send-webhook.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'
import { makeSender } from '../webhooks/row.js'
import { SENDERS } from '../webhooks/senders.js'
import type { OptionsRoom } from './row.js'

const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c' })
const request = { headers: {}, body: null }

export const room: OptionsRoom = {
  rows: [
    ...SENDERS.map((row) => ({
      name: row.name,
      call: (extra: object) => makeSender(row, { ...row.options, ...extra }),
      misspelt: row.misspelt,
    })),
    {
      name: 'countersign/webhook#receiveWebhook',
      call: (extra) => receiveWebhook(webhook, request, extra),
      misspelt: [
        ['store', 'deliveries'],
        ['maxBody', 'maxBodyBytes'],
      ],
    },
    {
      name: 'countersign/webhook/send#sendWebhook',
      call: (extra) =>
        sendWebhook(
          webhook,
          { url: 'https://hooks.example.com/', body: '{}' },
          { fetch: async () => new Response(null), ...extra },
        ),
      misspelt: [
        ['attempt', 'attempts'],
        ['retries', 'attempts'],
        ['timeout', 'timeoutMs'],
        ['deadline', 'deadlineMs'],
      ],
    },
    {
      name: 'countersign/webhook/send#sendWebhook: the delivery',
      call: (extra) =>
        sendWebhook(
          webhook,
          { url: 'https://hooks.example.com/', body: '{}', ...extra },
          { fetch: async () => new Response(null) },
        ),
      misspelt: [
        ['header', 'headers'],
        ['payload', 'body'],
      ],
    },
    {
      name: 'countersign/webhook/verifier#webhookVerifier',
      call: (extra) => webhookVerifier(webhook, extra),
      misspelt: [
        ['store', 'deliveries'],
        ['authority', 'authorities'],
        ['storeTimeout', 'storeTimeoutMs'],
      ],
    },
    {
      name: 'countersign/webhook#verifyWebhook',
      call: (extra) => verifyWebhook(webhook, request, extra),
      misspelt: [['clocks', 'clock']],
    },
    {
      name: 'countersign/webhook#signWebhook',
      call: (extra) => signWebhook(webhook, { body: '{}' }, extra),
      misspelt: [['clocks', 'clock']],
    },
    {
      name: 'countersign/webhook/redis#redisDeliveries',
      call: (extra) => redisDeliveries({ client: { sendCommand: async () => 'OK' }, ...extra }),
      misspelt: [['keyPrefix', 'prefix']],
    },
    {
      name: 'countersign/webhook#memoryDeliveries',
      call: (extra) => memoryDeliveries(extra),
      misspelt: [['maxs', 'max']],
    },
  ],
  without: {
    'countersign/webhook/direct#verifyGithubWebhook': 'headers, body and secret are its arguments',
    'countersign/webhook/direct#verifyStripeWebhook': 'headers, body, secret and time are its arguments',
    'countersign/webhook/direct#verifySlackRequest': 'headers, body, secret and time are its arguments',
  },
}
