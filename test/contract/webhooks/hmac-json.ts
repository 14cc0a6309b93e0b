import { bitbucket } from '../../../src/schemes/webhook/catalogue/bitbucket.js'
import { calendly } from '../../../src/schemes/webhook/catalogue/calendly.js'
import { coinbaseCommerce } from '../../../src/schemes/webhook/catalogue/coinbase-commerce.js'
import { dingtalk } from '../../../src/schemes/webhook/catalogue/dingtalk.js'
import { dropbox } from '../../../src/schemes/webhook/catalogue/dropbox.js'
import { gitlab, gitlabToken } from '../../../src/schemes/webhook/catalogue/gitlab.js'
import { intercom } from '../../../src/schemes/webhook/catalogue/intercom.js'
import { lark } from '../../../src/schemes/webhook/catalogue/lark.js'
import { line } from '../../../src/schemes/webhook/catalogue/line.js'
import { linear } from '../../../src/schemes/webhook/catalogue/linear.js'
import { mailgun } from '../../../src/schemes/webhook/catalogue/mailgun.js'
import { meta } from '../../../src/schemes/webhook/catalogue/meta.js'
import { paddle } from '../../../src/schemes/webhook/catalogue/paddle.js'
import { sentry } from '../../../src/schemes/webhook/catalogue/sentry.js'
import { square } from '../../../src/schemes/webhook/catalogue/square.js'
import { vercel } from '../../../src/schemes/webhook/catalogue/vercel.js'
import { workos } from '../../../src/schemes/webhook/catalogue/workos.js'
import { zendesk } from '../../../src/schemes/webhook/catalogue/zendesk.js'
import { zoom } from '../../../src/schemes/webhook/catalogue/zoom.js'
import type { GoldenDelivery, SenderRow } from './row.js'

const TIMED = [
  ['secrets', 'secret'],
  ['tolerance', 'toleranceMs'],
] as const
const UNTIMED = [['secrets', 'secret']] as const
const OWN = 'own: createHmac of node:crypto over the text that the documentation states'
const NOW = 1_760_000_000_000

/** One delivery with the secret of the row. */
const golden = (
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  source = OWN,
  more: Partial<GoldenDelivery> = {},
): readonly GoldenDelivery[] => [
  {
    title: source === OWN ? 'a delivery' : 'a published delivery',
    options: { secret },
    headers,
    body,
    nowMs: NOW,
    source,
    ...more,
  },
]

/** Senders that sign the body, or parts of it, with a shared secret. */
export const JSON_SENDERS: readonly SenderRow[] = [
  {
    name: 'countersign/webhook/zoom#zoom',
    make: zoom,
    options: { secret: 'a-secret-token-of-the-app' },
    misspelt: TIMED,
    golden: golden(
      'a-secret-token-of-the-app',
      {
        'x-zm-request-timestamp': '1760000000',
        'x-zm-signature': 'v0=eb95bd542a260fc1cf8fad21022f5ca8861ec1b72b4b85e494e8457b7d121c89',
      },
      '{"event":"meeting.started"}',
    ),
  },
  {
    name: 'countersign/webhook/linear#linear',
    make: linear,
    shape: 'json',
    options: { secret: 'lin_wh_0123456789abcdef' },
    misspelt: TIMED,
    golden: golden(
      'lin_wh_0123456789abcdef',
      { 'linear-signature': 'dea26cc657654381f2e3e85c13db53dc2b7c02d542e335670049783224ffc069' },
      '{"action":"create","type":"Issue","webhookTimestamp":1760000000000}',
    ),
  },
  {
    name: 'countersign/webhook/workos#workos',
    make: workos,
    options: { secret: 'a-signing-secret-of-the-endpoint' },
    misspelt: TIMED,
    golden: golden(
      'a-signing-secret-of-the-endpoint',
      {
        'workos-signature': 't=1760000000000, v1=8f045f25c44be7a8f79e42eefb33541d93389c66819473c5060a5e62d48eaabc',
      },
      '{"id":"wh_123","data":{"id":"directory_user_1"},"event":"dsync.user.created"}',
      '@workos-inc/node 8.13.0 of npm, webhooks.computeSignature',
    ),
  },
  {
    name: 'countersign/webhook/calendly#calendly',
    make: calendly,
    options: { secret: 'a-signing-key-of-the-subscription' },
    misspelt: TIMED,
    golden: golden(
      'a-signing-key-of-the-subscription',
      {
        'calendly-webhook-signature':
          't=1760000000,v1=bb17e80af9f11aa1d6a626cbe143cef3b801574759d489b8c0b13c07df8302fb',
      },
      '{"event":"invitee.created"}',
    ),
  },
  {
    name: 'countersign/webhook/paddle#paddle',
    make: paddle,
    options: { secret: 'pdl_ntfset_0123456789abcdef' },
    misspelt: TIMED,
    golden: golden(
      'pdl_ntfset_0123456789abcdef',
      { 'paddle-signature': 'ts=1760000000;h1=85989d9774a0cd4e5036a0e864781879ac78e6778085b835e05243adb7df868e' },
      '{"event_id":"evt_1","notification_id":"ntf_1"}',
    ),
  },
  {
    name: 'countersign/webhook/intercom#intercom',
    make: intercom,
    options: { secret: 'a-client-secret-of-the-app' },
    misspelt: UNTIMED,
    golden: golden(
      'a-client-secret-of-the-app',
      { 'x-hub-signature': 'sha1=fa3b0ca051fbc64e09a687d93502ba199d0ea95c' },
      '{"type":"notification_event","id":"notif_1"}',
    ),
  },
  {
    name: 'countersign/webhook/vercel#vercel',
    make: vercel,
    options: { secret: 'a-secret-of-this-webhook' },
    misspelt: UNTIMED,
    golden: golden(
      'a-secret-of-this-webhook',
      { 'x-vercel-signature': 'fe32041db08347bd34ae3cb65e355a817f0e0617' },
      '{"id":"hook_1","type":"deployment.created"}',
    ),
  },
  {
    name: 'countersign/webhook/zendesk#zendesk',
    make: zendesk,
    options: { secret: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==' },
    misspelt: TIMED,
    golden: golden(
      'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
      {
        'x-zendesk-webhook-signature': 'nq4fwcqAdxvlkQIcldf0l5I/02evgx9Aoi1uJ85IlWM=',
        'x-zendesk-webhook-signature-timestamp': '2021-03-25T05:09:27Z',
        'x-zendesk-webhook-invocation-id': '8350205582',
      },
      '{"ticket":1}',
      OWN,
      { nowMs: Date.UTC(2021, 2, 25, 5, 9, 30) },
    ),
  },
  {
    name: 'countersign/webhook/meta#meta',
    make: meta,
    options: { secret: 'an-app-secret-of-the-app', verifyToken: 'a-text-of-your-choice' },
    misspelt: [...UNTIMED, ['verifytoken', 'verifyToken']],
    golden: golden(
      'an-app-secret-of-the-app',
      { 'x-hub-signature-256': 'sha256=b826febc740dc2bfebd42c88b7a66ed6417fbed343a3a40e1a3326c5e6f889b5' },
      '{"entry":[],"object":"page"}',
    ),
  },
  {
    name: 'countersign/webhook/coinbase-commerce#coinbaseCommerce',
    make: coinbaseCommerce,
    options: { secret: 'a-shared-secret-of-the-settings' },
    misspelt: UNTIMED,
    golden: golden(
      'a-shared-secret-of-the-settings',
      { 'x-cc-webhook-signature': '24346d64713bb021a73924ce796e6e766b962ee3444db70fd19eb17f7c499eae' },
      '{"attempt_number":1,"event":{"id":"24934862-d980-46cb-9402-43c81b0cdba6"}}',
    ),
  },
  {
    name: 'countersign/webhook/line#line',
    make: line,
    options: { secret: '8c570fa6dd201bb328f1c1eac23a96d8' },
    misspelt: UNTIMED,
    golden: golden(
      '8c570fa6dd201bb328f1c1eac23a96d8',
      { 'x-line-signature': 'GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=' },
      '{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}',
      'developers.line.biz, verify webhook signature: secret, body and signature of the example',
    ),
  },
  {
    name: 'countersign/webhook/lark#lark',
    make: lark,
    options: { secret: 'an-encrypt-key-of-the-app' },
    misspelt: TIMED,
    golden: golden(
      'an-encrypt-key-of-the-app',
      {
        'x-lark-request-timestamp': '1760000000',
        'x-lark-request-nonce': '1234567',
        'x-lark-signature': '9aa001eb878ef983d2f25ffcb09e1870d73e8762a7d12a16be56d3fe125f22ae',
      },
      '{"encrypt":"AAAA"}',
    ),
  },
  {
    name: 'countersign/webhook/dingtalk#dingtalk',
    make: dingtalk,
    options: { secret: 'an-app-secret-of-the-robot' },
    misspelt: TIMED,
    bodyUnsigned: true,
    golden: golden(
      'an-app-secret-of-the-robot',
      { timestamp: '1760000000000', sign: 'S6ALnOfMhLhjPbd7TnCkGsF0vz0ZJl3QWSHaRtOUW/o=' },
      '{"msgId":"m1"}',
    ),
  },
  {
    name: 'countersign/webhook/mailgun#mailgun',
    make: mailgun,
    shape: 'json',
    options: { secret: 'a-webhook-signing-key-of-the-account' },
    misspelt: TIMED,
    bodyUnsigned: true,
    golden: golden(
      'a-webhook-signing-key-of-the-account',
      {},
      '{"signature":{"token":"e0b5477167110d68991efc6b9f89f0a11066af27834600e123","timestamp":"1760000000","signature":"ad91bea6fd2f6be119594b62fea63ead498523c8494b7f2ad094c934950b7502"},"event-data":{}}',
    ).concat(
      golden(
        'a-webhook-signing-key-of-the-account',
        {},
        '{"signature":{"token":"e0b5477167110d68991efc6b9f89f0a11066af27834600e123","timestamp":"1760000000","signature":"12d99f5a15355c180971bed7494d578b093c958f57766f3fe750761baed12345","parent-signature":"ad91bea6fd2f6be119594b62fea63ead498523c8494b7f2ad094c934950b7502"}}',
        OWN,
        { title: 'an event of a subaccount' },
      ),
      golden(
        'a-webhook-signing-key-of-the-account',
        { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        'recipient=a%40example.com&subject=%C3%BC+b&timestamp=1760000000&token=e0b5477167110d68991efc6b9f89f0a11066af27834600e123&signature=ad91bea6fd2f6be119594b62fea63ead498523c8494b7f2ad094c934950b7502',
        OWN,
        { title: 'the form of a route' },
      ),
    ),
  },
  {
    name: 'countersign/webhook/bitbucket#bitbucket',
    make: bitbucket,
    options: { secret: 'a-secret-of-this-repository' },
    misspelt: UNTIMED,
    golden: golden(
      "It's a Secret to Everybody",
      { 'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9' },
      'Hello World!',
      'support.atlassian.com, manage webhooks: the example of secure webhooks',
    ),
  },
  {
    name: 'countersign/webhook/gitlab#gitlab',
    make: gitlab,
    options: { secret: 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=' },
    misspelt: TIMED,
    golden: golden(
      'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=',
      {
        'webhook-id': 'f5e5f430-f57b-4e6e-9fac-d9128cd7232f',
        'webhook-timestamp': '1760000000',
        'webhook-signature': 'v1,dBb9MlXgDzMxB1MkL1N/Cg5n5hvABnYpHFABZINe1c0=',
      },
      '{"object_kind":"push"}',
      'standardwebhooks 1.1.1 of npm, which GitLab states as the receiver to test with',
    ),
  },
  {
    name: 'countersign/webhook/gitlab#gitlabToken',
    make: gitlabToken,
    options: { secret: 'a-secret-token-of-this-project' },
    misspelt: UNTIMED,
    bodyUnsigned: true,
    golden: golden(
      'a-secret-token-of-this-project',
      {
        'x-gitlab-token': 'a-secret-token-of-this-project',
        'idempotency-key': '13792a34-cac6-4fda-95a8-c58e00a3954e',
      },
      '{"object_kind":"push"}',
      'own: the token as it is',
    ),
  },
  {
    name: 'countersign/webhook/dropbox#dropbox',
    make: dropbox,
    options: { secret: 'an-app-secret-of-dropbox' },
    misspelt: UNTIMED,
    golden: golden(
      'the_secret',
      { 'x-dropbox-signature': '0a8c16b085420b960dc78664279fe09e936a2a01b1f91064869d9e77dfd64529' },
      '{"delta": {"users": [12345]}}',
      'hapi-dropbox-webhooks 1.1.0 of npm, test/index.js',
      { options: { secret: 'the_secret', allowShortSecret: true } },
    ),
  },
  {
    name: 'countersign/webhook/sentry#sentry',
    make: sentry,
    options: { secret: 'a-client-secret-of-the-integration' },
    misspelt: UNTIMED,
    golden: golden(
      'a-client-secret-of-the-integration',
      {
        'sentry-hook-signature': '90f2895b6ef2a8824b4f3a7125a9e7056655a27e82783c4b477acf7495a441ba',
        'sentry-hook-timestamp': '1760000000',
      },
      '{"action":"created"}',
    ),
  },
  {
    name: 'countersign/webhook/square#square',
    make: square,
    options: {
      secret: 'a-signature-key-of-the-subscription',
      notificationUrl: 'https://example.com/webhooks/square',
    },
    misspelt: [...UNTIMED, ['notificationURL', 'notificationUrl']],
    golden: golden(
      'a-signature-key-of-the-subscription',
      { 'x-square-hmacsha256-signature': 'prhCOUrc8/6pmZmwP3JpRrHV7jPjzujaKx59eUdsi/o=' },
      '{"event_id":"ev_1"}',
      'own: accepted by WebhooksHelper of square 46.0.0 of npm',
      {
        options: {
          secret: 'a-signature-key-of-the-subscription',
          notificationUrl: 'https://example.com/webhooks/square',
        },
      },
    ),
  },
]
