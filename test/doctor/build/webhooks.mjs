import { createHmac } from 'node:crypto'
import { http, mac, S, SECRET, same, write } from './case.mjs'

// Webhooks: the sender is right, and what is verified is no longer what it signed.

const stripe = (name, source, about, expected, signed, verified, options = { secret: SECRET }) =>
  write(
    `stripe-${name}`,
    'stripe',
    source,
    about,
    expected,
    http(
      'POST',
      'shop.example.com',
      '/webhook',
      [
        ['Content-Type', 'application/json; charset=utf-8'],
        ['Stripe-Signature', `t=${S},v1=${mac(`${S}.${signed}`)}`],
      ],
      verified,
    ),
    options,
  )
const event = {
  id: 'evt_1',
  object: 'event',
  data: { object: { id: 'ch_1', amount: 2000, paid: true } },
  type: 'charge.succeeded',
}
const indented = JSON.stringify(event, null, 2)
stripe('body-parser', 'stripe/stripe-node/issues/1254', same, 'body-json-indented', indented, JSON.stringify(event))
stripe('json-encode', 'stripe/stripe-php/issues/884', same, 'body-json-once', indented, JSON.stringify(indented))

const github = (
  name,
  source,
  about,
  expected,
  signed,
  verified,
  field = ['X-Hub-Signature-256', `sha256=${mac(signed)}`],
) =>
  write(
    `github-${name}`,
    'github',
    source,
    about,
    expected,
    http(
      'POST',
      'ci.example.com',
      '/hooks',
      [['X-GitHub-Event', 'push'], ['X-GitHub-Delivery', 'd-1'], ['Content-Type', 'application/json'], field],
      verified,
    ),
  )
const push = '{"ref":"refs/heads/main","after":"0d1a26e6","commits":[{"message":"fix (all) of it"}]}'
github(
  'form',
  'frain-dev/convoy/pull/2392',
  same,
  ['body-json-as-form', 'body-form-payload'],
  `payload=${encodeURIComponent(push)}`,
  push,
)
github('sha1', 'ssaunier/github_webhook/pull/24', same, ['algorithm', 'header-missing'], push, push, [
  'X-Hub-Signature',
  `sha1=${mac(push, 'hex', 'sha1')}`,
])

const KEY = Buffer.from(`${SECRET}-of-an-endpoint`).toString('base64')
const standard = (
  name,
  source,
  about,
  expected,
  {
    secret,
    key = Buffer.from(KEY, 'base64'),
    body = '{"type":"user.created"}',
    verified = body,
    id = 'msg_1',
    prefix = 'webhook',
    sign,
  },
) =>
  write(
    `standard-webhooks-${name}`,
    'standard-webhooks',
    source,
    about,
    expected,
    http(
      'POST',
      'app.example.com',
      '/webhooks',
      [
        [`${prefix}-id`, id],
        [`${prefix}-timestamp`, S],
        [
          `${prefix}-signature`,
          sign ?? `v1,${createHmac('sha256', key).update(`${id}.${S}.${body}`).digest('base64')}`,
        ],
      ],
      verified,
    ),
    { secret },
  )
standard('version-prefix', 'standard-webhooks/standard-webhooks/issues/235', same, 'secret-prefix', {
  secret: `v1,whsec_${KEY}`,
})

const slack = (name, source, about, expected, signed, verified, options = {}) =>
  write(
    `slack-${name}`,
    'slack',
    source,
    about,
    expected,
    http(
      'POST',
      'bot.example.com',
      '/slack/events',
      [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['X-Slack-Request-Timestamp', S],
        ['X-Slack-Signature', `v0=${mac(`v0:${S}:${signed}`)}`],
      ],
      verified,
    ),
    { secret: SECRET, ...options },
  )
const command =
  'token=gIkuvaNzQIHg97ATvDxqgjtO&command=%2Fweather&text=94070+%28now%29&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F1'
slack(
  'stringified',
  'slackapi/node-slack-events-api/issues/92',
  same,
  'body-encoder',
  command,
  command.replace('%28now%29', '(now)'),
)
slack('clock', 'slackapi/bolt-python/issues/195', same, 'clock-ahead', command, command, {
  nowMs: (Number(S) - 864_000) * 1000,
})

const twilio = (name, source, about, expected, signedUrl, url, params, verified = params) => {
  const text =
    signedUrl +
    [...new URLSearchParams(params)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flat()
      .join('')
  write(`twilio-${name}`, 'twilio', source, about, expected, {
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Twilio-Signature': createHmac('sha1', SECRET).update(text).digest('base64'),
    },
    body: verified,
  })
}
const call = 'CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212'
twilio(
  'tls-ends',
  'twilio/twilio-node/issues/321',
  same,
  'url-scheme-other',
  'https://ivr.example.com/voice?step=1',
  'http://ivr.example.com/voice?step=1',
  call,
)
twilio(
  'own-port',
  'twilio/twilio-python/issues/402',
  same,
  ['text-alternative', 'host-port'],
  'https://ivr.example.com:4433/sms',
  'https://ivr.example.com:4433/sms',
  call,
)
twilio(
  'other-host',
  'twilio/twilio-python/issues/751',
  same,
  ['host-other', 'host-not-public'],
  'https://bot.example.com/sms',
  'https://10.0.3.7/sms',
  call,
)

const shopify = (name, source, about, expected, signed, query) =>
  write(
    `shopify-oauth-${name}`,
    'shopify-oauth',
    source,
    about,
    expected,
    http('GET', 'app.example.com', `/auth/callback?${query}&hmac=${mac(signed)}`, []),
  )
const callback =
  'code=0907a61c0c8d55e99db179b68161bc00&shop=some-shop.myshopify.com&state=0.6784241404160823&timestamp=1700000000'
shopify(
  'added',
  'christophergregory/shopify-node-api/issues/30',
  same,
  'query-parameter-added',
  callback,
  `${callback}&lang=de`,
)
