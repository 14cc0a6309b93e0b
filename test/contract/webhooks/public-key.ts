import { discord } from '../../../src/schemes/webhook/catalogue/discord.js'
import { sendgrid } from '../../../src/schemes/webhook/catalogue/sendgrid.js'
import { standardWebhooksV1a, svixV1a } from '../../../src/schemes/webhook/catalogue/standard-v1a.js'
import { telnyx } from '../../../src/schemes/webhook/catalogue/telnyx.js'
import type { SenderRow } from './row.js'

const MISSPELT = [
  ['publicKeys', 'publicKey'],
  ['tolerance', 'toleranceMs'],
  ['privateKeys', 'privateKey'],
] as const

// The key pair of the Standard Webhooks reference libraries; and of RFC 8032 7.1, test 1.
const WHSK = 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=='
const WHPK = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')

const V1A = {
  title: 'the message of the reference libraries',
  options: { publicKey: WHPK },
  body: '{"test": 2432232314}',
  nowMs: 1_614_265_330_000,
} as const
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const SIGNATURE = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=='

/** Senders that sign with a private key. */
export const PUBLIC_KEY_SENDERS: readonly SenderRow[] = [
  {
    name: 'countersign/webhook/standard-v1a#standardWebhooksV1a',
    make: standardWebhooksV1a,
    options: { privateKey: WHSK },
    receiving: { publicKey: WHPK },
    misspelt: MISSPELT,
    golden: [
      {
        ...V1A,
        headers: { 'webhook-id': ID, 'webhook-timestamp': '1614265330', 'webhook-signature': SIGNATURE },
        source: 'standard-webhooks/standard-webhooks, spec, with the key of svix/svix-webhooks',
      },
      {
        ...V1A,
        title: 'with a signature of the other version before it',
        headers: {
          'webhook-id': ID,
          'webhook-timestamp': '1614265330',
          'webhook-signature': `v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= ${SIGNATURE}`,
        },
        source: 'the two examples of the specification in one field',
      },
    ],
  },
  {
    name: 'countersign/webhook/standard-v1a#svixV1a',
    make: svixV1a,
    options: { privateKey: WHSK },
    receiving: { publicKey: ['whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', WHPK] },
    misspelt: MISSPELT,
    golden: [
      {
        ...V1A,
        headers: { 'svix-id': ID, 'svix-timestamp': '1614265330', 'svix-signature': SIGNATURE },
        source: 'svix/svix-webhooks, README',
      },
    ],
  },
  {
    name: 'countersign/webhook/discord#discord',
    make: discord,
    options: { privateKey: SEED },
    receiving: { publicKey: PUBLIC },
    misspelt: MISSPELT,
    golden: [
      {
        title: 'a PING',
        options: { publicKey: PUBLIC },
        headers: {
          'x-signature-ed25519':
            '6717018d11001fe0389bdbcbbf20cebcbfd77b7f8c662a308c67fd17f7183d018f64c5db9617aa2a0850ca2cd1349c38076b26f8b3f47e68136bcca223e02f05',
          'x-signature-timestamp': '1614265330',
        },
        body: '{"type":1}',
        nowMs: 1_614_265_330_000,
        source: 'own: signed with the key of RFC 8032 7.1, test 1',
      },
    ],
  },
  {
    name: 'countersign/webhook/telnyx#telnyx',
    make: telnyx,
    options: { privateKey: base64(SEED) },
    receiving: { publicKey: base64(PUBLIC) },
    misspelt: MISSPELT,
    golden: [],
  },
  {
    name: 'countersign/webhook/sendgrid#sendgrid',
    make: sendgrid,
    // RFC 6979 A.2.5.
    options: { privateKey: base64('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721') },
    receiving: {
      publicKey:
        'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==',
    },
    misspelt: MISSPELT,
    golden: [
      {
        title: 'the payload of the official package',
        options: {
          publicKey:
            'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==',
        },
        headers: {
          'x-twilio-email-event-webhook-signature':
            'MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0=',
          'x-twilio-email-event-webhook-timestamp': '1588788367',
        },
        body: '{"category":"example_payload","event":"test_event","message_id":"message_id"}',
        nowMs: 1_588_788_367_000,
        source: 'sendgrid/sendgrid-nodejs, packages/eventwebhook/src/eventwebhook.spec.js',
      },
    ],
  },
]
