import { hubspot, hubspotV1, hubspotV2 } from '../../../src/schemes/webhook/catalogue/hubspot.js'
import { plivo } from '../../../src/schemes/webhook/catalogue/plivo.js'
import { shopify, shopifyOauth, shopifyProxy } from '../../../src/schemes/webhook/catalogue/shopify.js'
import { twilio } from '../../../src/schemes/webhook/catalogue/twilio.js'
import type { SenderRow } from './row.js'

const TIMED = [
  ['secrets', 'secret'],
  ['tolerance', 'toleranceMs'],
] as const
const UNTIMED = [['secrets', 'secret']] as const
const NOW = 1_760_000_000_000
const TOKEN = { secret: '12345', allowShortSecret: true }
const HUSH = { secret: 'hush', allowShortSecret: true }
const CALL = 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212'
const TWILIO_TESTS = 'twilio/twilio-node, spec/validation.spec.js'

/** Senders that sign the URL or its query. */
export const URL_SENDERS: readonly SenderRow[] = [
  {
    name: 'countersign/webhook/twilio#twilio',
    make: twilio,
    shape: 'form',
    options: { secret: 'an-auth-token-of-the-account' },
    misspelt: [...UNTIMED, ['publicURL', 'publicUrl'], ['sharedKeys', 'sharedKey']],
    url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
    body: CALL,
    readings: 2,
    golden: [
      {
        title: 'a form',
        options: TOKEN,
        headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
        body: CALL,
        url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
        nowMs: NOW,
        source: TWILIO_TESTS,
      },
      {
        title: 'a URL that was signed with its port',
        options: TOKEN,
        headers: { 'x-twilio-signature': 'kvajT1Ptam85bY51eRf/AJRuM3w=' },
        body: CALL,
        url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
        nowMs: NOW,
        source: TWILIO_TESTS,
      },
      {
        title: 'a parameter that stands twice',
        options: TOKEN,
        headers: { 'x-twilio-signature': '83O6e2vORAoJHUNzJjDWN1jz+BA=' },
        body: 'MessagingBinding.Address=%2B1415xxxxxxx&MessagingBinding.Address=%2B1325xxxxxxx',
        url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
        nowMs: NOW,
        source: TWILIO_TESTS,
      },
      {
        title: 'JSON, bound by its hash in the query',
        options: TOKEN,
        headers: { 'x-twilio-signature': 'a9nBmqA0ju/hNViExpshrM61xv4=' },
        body: '{"property": "value", "boolean": true}',
        url: 'https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620',
        nowMs: NOW,
        source: TWILIO_TESTS,
      },
      {
        title: 'a shared key, behind a proxy',
        options: {
          secret: 'an-auth-token-of-the-account',
          sharedKey: 'a-shared-key-secret',
          publicUrl: 'https://mycompany.com/myapp.php',
        },
        headers: { 'x-twilio-signature': 'eJSP01cfrA8kf7p9gLi5d+nKumjAj8M9314AhpEkP/I=' },
        body: CALL,
        url: 'http://10.0.0.7:8080/other?foo=1&bar=2',
        nowMs: NOW,
        source: 'twilio 6.3.1 of npm, getExpectedTwilioSignature with HMAC_SHA256',
      },
    ],
  },
  {
    name: 'countersign/webhook/plivo#plivo',
    make: plivo,
    shape: 'form',
    options: { secret: 'an-auth-token-of-the-account' },
    misspelt: [...UNTIMED, ['publicURL', 'publicUrl']],
    url: 'https://answer.example/in?b=2&a=1',
    body: 'From=x+y&CallUUID=u1',
    golden: [
      {
        title: 'a form and a query',
        options: { secret: 'an-auth-token-of-the-account' },
        headers: {
          'x-plivo-signature-v3': 'puqvo8tEC483UBxb46f04xyEnyv3iVEoYmwBlKoC+ww=',
          'x-plivo-signature-v3-nonce': '12345',
        },
        body: 'From=x+y&CallUUID=u1',
        url: 'https://answer.example/in?b=2&a=1',
        nowMs: NOW,
        source: 'own: accepted by validateV3Signature of plivo 4.79.0 of npm',
      },
    ],
  },
  {
    name: 'countersign/webhook/hubspot#hubspot',
    make: hubspot,
    options: { secret: 'a-client-secret-of-the-app' },
    misspelt: [...TIMED, ['publicURL', 'publicUrl']],
    url: 'https://www.example.com/webhook_uri?a=1',
    readings: 2,
    golden: [
      {
        title: 'a request of version 3',
        options: { secret: 'a-client-secret-of-the-app' },
        headers: {
          'x-hubspot-request-timestamp': '1760000000000',
          'x-hubspot-signature-v3': 'JmyNDRyo8+SKSzJIoH1vc2dPNwDwFsVvbHuaMweWCTA=',
        },
        body: '{"example_field":"example_value"}',
        url: 'https://www.example.com/webhook_uri?a=1',
        nowMs: NOW,
        source: '@hubspot/api-client 13.5.0 of npm, Signature.getSignature',
      },
    ],
  },
  {
    name: 'countersign/webhook/hubspot#hubspotV1',
    make: hubspotV1,
    options: { secret: 'a-client-secret-of-the-app' },
    misspelt: UNTIMED,
    golden: [
      {
        title: 'the example of the documentation',
        options: { secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy' },
        headers: { 'x-hubspot-signature': '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de' },
        body: '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
        nowMs: NOW,
        source: 'developers.hubspot.com, validating requests: the example of version 1',
      },
    ],
  },
  {
    name: 'countersign/webhook/hubspot#hubspotV2',
    make: hubspotV2,
    options: { secret: 'a-client-secret-of-the-app' },
    misspelt: [...UNTIMED, ['publicURL', 'publicUrl']],
    url: 'https://www.example.com/webhook_uri',
    golden: [
      {
        title: 'the example of the documentation',
        options: { secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy' },
        headers: { 'x-hubspot-signature': '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900' },
        body: '{"example_field":"example_value"}',
        url: 'https://www.example.com/webhook_uri',
        nowMs: NOW,
        source: 'developers.hubspot.com, validating requests: the example of version 2, a POST',
      },
    ],
  },
  {
    name: 'countersign/webhook/shopify#shopify',
    make: shopify,
    options: { secret: 'a-client-secret-of-the-app' },
    misspelt: UNTIMED,
    golden: [
      {
        title: 'a delivery',
        options: { secret: 'a-client-secret-of-the-app' },
        headers: { 'x-shopify-hmac-sha256': '3edmatgNfA9JJ6vDMWXYJnVd4NApcuBdaufmur7Fpc8=' },
        body: '{"id":820982911946154508}',
        nowMs: NOW,
        source: 'own: createHmac of node:crypto over the body',
      },
    ],
  },
  {
    name: 'countersign/webhook/shopify#shopifyOauth',
    make: shopifyOauth,
    shape: 'query',
    options: { secret: 'a-client-secret-of-the-app' },
    misspelt: TIMED,
    url: 'https://app.example.com/auth/callback?shop=some-shop.myshopify.com&state=0.67&code=0907a61c',
    method: 'GET',
    body: '',
    bodyUnsigned: true,
    readings: 2,
    golden: [
      {
        title: 'the example of the documentation',
        options: HUSH,
        headers: {},
        body: '',
        method: 'GET',
        url: 'https://app.example.com/auth/callback?code=0907a61c0c8d55e99db179b68161bc00&hmac=700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf&shop=some-shop.myshopify.com&state=0.6784241404160823&timestamp=1337178173',
        nowMs: 1_337_178_173_000,
        source: 'shopify.dev, OAuth: verify a request',
      },
      {
        title: 'a list, and characters that a form escapes',
        options: { secret: 'a-client-secret-of-the-app' },
        headers: {},
        body: '',
        method: 'GET',
        url: 'https://app.example.com/?shop=some-shop.myshopify.com&timestamp=1760000000&host=YWRtaW4%3D&code=abc%2Fdef&state=1&ids[]=1&ids[]=2&hmac=066e3d2bb552f28f7841f58c12b4a6bf4be3c70bea10021e9096d3ac7cf82182',
        nowMs: NOW,
        source: '@shopify/shopify-api 13.1.0 of npm, generateLocalHmac',
      },
    ],
  },
  {
    name: 'countersign/webhook/shopify#shopifyProxy',
    make: shopifyProxy,
    shape: 'query',
    options: { secret: 'a-client-secret-of-the-app' },
    misspelt: TIMED,
    url: 'https://app.example.com/proxied?shop=some-shop.myshopify.com&path_prefix=%2Fapps%2Freviews&extra=1&extra=2',
    method: 'GET',
    body: '',
    bodyUnsigned: true,
    golden: [
      {
        title: 'the example of the documentation',
        options: HUSH,
        headers: {},
        body: '',
        method: 'GET',
        url: 'https://app.example.com/proxied?extra=1&extra=2&shop=shop-name.myshopify.com&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555&signature=a9718877bea71c2484f91608a7eaea1532bdf71f5c56825065fa4ccabe549ef3',
        nowMs: 1_317_327_555_000,
        source: 'shopify.dev, authenticate app proxies',
      },
    ],
  },
]
