import { github } from '../../../src/schemes/webhook/catalogue/github.js'
import { slack } from '../../../src/schemes/webhook/catalogue/slack.js'
import { standardWebhooks, svix } from '../../../src/schemes/webhook/catalogue/standard.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import type { SenderRow } from './row.js'

const MISSPELT = [
  ['secrets', 'secret'],
  ['tolerance', 'toleranceMs'],
] as const
const UNTIMED = [['secrets', 'secret']] as const

const MESSAGE = {
  title: 'the message of the reference libraries',
  options: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  body: '{"test": 2432232314}',
  nowMs: 1_614_265_330_000,
} as const
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

/** Senders that sign with a shared secret and need nothing but fields and body. */
export const HMAC_SENDERS: readonly SenderRow[] = [
  {
    name: 'countersign/webhook/stripe#stripe',
    make: stripe,
    options: { secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c' },
    misspelt: MISSPELT,
    golden: [
      {
        title: 'an event',
        options: { secret: 'whsec_test_secret' },
        headers: {
          'stripe-signature': 't=1614265330,v1=3c5817089d739023dd6190f70a3757e04f7a2fd8b5dab12c2e000f51970dccff',
        },
        body: '{"id":"evt_test_webhook","object":"event"}',
        nowMs: 1_614_265_330_000,
        source: 'stripe 23.1.0 of npm, generateTestHeaderString',
      },
    ],
  },
  {
    name: 'countersign/webhook/github#github',
    make: github,
    options: { secret: 'a-secret-of-this-repository' },
    misspelt: UNTIMED,
    golden: [
      {
        title: 'the example of the documentation',
        options: { secret: "It's a Secret to Everybody" },
        headers: { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' },
        body: 'Hello, World!',
        nowMs: 1_700_000_000_000,
        source: 'docs.github.com, validating webhook deliveries',
      },
      {
        title: 'the example of octokit',
        options: { secret: 'mysecret', allowShortSecret: true },
        headers: { 'x-hub-signature-256': 'sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3' },
        body: '{"foo":"bar"}',
        nowMs: 1_700_000_000_000,
        source: 'octokit/webhooks-methods.js, test/sign.test.ts',
      },
      {
        title: 'an escape of octokit',
        options: { secret: 'development', allowShortSecret: true },
        headers: { 'x-hub-signature-256': 'sha256=6f8326efbacfbd04e870cea25b5652e635be8c9807f2fd5348ef60753c9e96ed' },
        body: '{"foo":"\\\\u001b"}',
        nowMs: 1_700_000_000_000,
        source: 'octokit/webhooks-methods.js, test/verify.test.ts',
      },
      {
        title: 'characters of octokit',
        options: { secret: 'development', allowShortSecret: true },
        headers: { 'x-hub-signature-256': 'sha256=afecc3caa27548bb90d51a50384cb2868b9a3327b4ad6a01c9bd4ed0f8b0b12c' },
        body: '{"foo":"Foo\\n\\u001B[34mbar: ♥♥♥♥♥♥♥♥\\nthis-is-lost\\u001B[0m\\u001B[2K"}',
        nowMs: 1_700_000_000_000,
        source: 'octokit/webhooks-methods.js, test/verify.test.ts',
      },
    ],
  },
  {
    name: 'countersign/webhook/slack#slack',
    make: slack,
    options: { secret: '8f742231b10e8888abcd99yyyzzz85a5' },
    misspelt: MISSPELT,
    golden: [
      {
        title: 'the slash command of the documentation',
        options: { secret: '8f742231b10e8888abcd99yyyzzz85a5' },
        headers: {
          'x-slack-request-timestamp': '1531420618',
          'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
        },
        body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
        nowMs: 1_531_420_618_000,
        source: 'docs.slack.dev, verifying requests from Slack',
      },
    ],
  },
  {
    name: 'countersign/webhook/standard#standardWebhooks',
    make: standardWebhooks,
    options: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    misspelt: MISSPELT,
    golden: [
      {
        ...MESSAGE,
        headers: { 'webhook-id': ID, 'webhook-timestamp': '1614265330', 'webhook-signature': SIGNATURE },
        source: 'standard-webhooks/standard-webhooks, tests of the libraries',
      },
    ],
  },
  {
    name: 'countersign/webhook/standard#svix',
    make: svix,
    options: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    misspelt: MISSPELT,
    golden: [
      {
        ...MESSAGE,
        headers: { 'svix-id': ID, 'svix-timestamp': '1614265330', 'svix-signature': SIGNATURE },
        source: 'svix/svix-webhooks, README',
      },
    ],
  },
]
