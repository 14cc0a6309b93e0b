// One of each family by its public names, from key to verdict: what a user writes. `npm test` runs it from source, `npm run
// test:runtimes` from the packed package on every runtime.
import {
  type Algorithm,
  createSignedFetch,
  generateKeyPair,
  type HmacKey,
  type HttpRequest,
  hmacKey,
  httpRequest,
  importSigningKey,
  rfc9421,
  Secret,
  type Signer,
  type SigningKey,
  signRequest,
  type VerifyingKey,
} from 'countersign'
import { azureKey, azureSharedKey, azureSharedKeyVerifier } from 'countersign/azure'
import { jwkThumbprint } from 'countersign/crypto'
import { binance } from 'countersign/exchange/binance'
import { okx } from 'countersign/exchange/okx'
import { defineHeaderScheme } from 'countersign/header-scheme'
import { cavage, cavageVerifier } from 'countersign/legacy/cavage'
import { dpop, dpopVerifier } from 'countersign/legacy/dpop'
import { hawk, hawkVerifier } from 'countersign/legacy/hawk'
import { jwt, jwtVerifier } from 'countersign/legacy/jwt'
import { oauth1, oauth1Key, oauth1Verifier } from 'countersign/legacy/oauth1'
import {
  boundKeys,
  createVerifier,
  type KeyRecord,
  type KeySource,
  memoryReplayStore,
  rfc9421Verifier,
  staticKeys,
  strictPolicy,
  type Verifier,
  type VerifyScheme,
} from 'countersign/server'
import { withSignature } from 'countersign/server/fetch'
import { presign, sigv4, sigv4Key, sigv4Verifier } from 'countersign/sigv4'
import { memoryDeliveries, receiveWebhook, signWebhook } from 'countersign/webhook'
import { standardWebhooks } from 'countersign/webhook/standard'
import { stripe } from 'countersign/webhook/stripe'
import { describe, expect, test } from 'vitest'
import { verdictCode } from '../../expect-code.js'

type Check = readonly [title: string, check: () => Promise<void> | void]
const URL_ = 'https://api.example.com/v1/orders?dry=1'
const BODY = '{"symbol":"BTCUSDT","qty":"0.5"}'

const equal = (actual: unknown, expected: unknown): void => expect(actual).toBe(expected)

const verifierFor = (key: VerifyingKey | HmacKey): Verifier =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })

const order = (): HttpRequest =>
  httpRequest({ method: 'POST', url: URL_, headers: { 'content-type': 'application/json' }, body: BODY })

/** Signed, verified, altered, replayed. */
async function roundTrip(signingKey: SigningKey, verifyingKey: VerifyingKey | HmacKey): Promise<void> {
  const signed = await signRequest(order(), rfc9421({ key: signingKey }))
  const verifier = verifierFor(verifyingKey)
  const altered = await verifier.verify({ ...signed, target: '/v1/orders?dry=0' })
  equal(verdictCode(altered), 'SIGNATURE_INVALID')
  const body = await verifier.verify({ ...signed, body: new TextEncoder().encode(BODY.replace('0.5', '9.5')) })
  equal(verdictCode(body), 'DIGEST_MISMATCH')
  const verdict = await verifier.verify(signed)
  equal(verdict.ok ? verdict.owner : verdict.code, 'alice')
  equal(verdictCode(await verifier.verify(signed)), 'REPLAY')
}

const PAIRS = (['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'] as const satisfies readonly Algorithm[]).map(
  (algorithm): Check => [
    `${algorithm} is verified once, and refused where it was altered`,
    async () => {
      const { signingKey, verifyingKey } = await generateKeyPair(algorithm, { keyId: 'bot-1' })
      await roundTrip(signingKey, verifyingKey)
    },
  ],
)

/** One scheme with its two sides: the request is accepted, and neither another target nor another signature is. */
async function bothSides(
  signer: Signer,
  scheme: VerifyScheme,
  keys: readonly KeyRecord[] | KeySource,
  field = 'authorization',
): Promise<void> {
  const signed = await signRequest(order(), signer)
  const verifier = createVerifier({
    schemes: [scheme],
    keys: 'get' in keys ? keys : staticKeys(keys),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  const other = await verifier.verify({ ...signed, target: '/v1/orders/all?dry=1' })
  equal(other.ok, false)
  const fields = signed.fields.map((value, at) =>
    signed.fields[at - 1]?.toLowerCase() === field ? value.replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, swapped) : value,
  )
  equal((await verifier.verify({ ...signed, fields })).ok, false)
  const verdict = await verifier.verify(signed)
  equal(verdict.ok ? 'ok' : `${verdict.code} ${verdict.detail}`, 'ok')
}

const swapped = (letter: string): string => (letter === 'A' ? 'B' : 'A')
const shared = (): HmacKey => hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const AWS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const acme = defineHeaderScheme({
  id: 'acme',
  headers: { key: 'X-Acme-Key', timestamp: 'X-Acme-Time', nonce: 'X-Acme-Nonce', signature: 'X-Acme-Signature' },
  base: ['timestamp', 'nonce', 'method', 'target', 'body-sha256'],
})

/** One check for each family beside RFC 9421 and the exchanges. */
const FAMILIES: readonly Check[] = [
  [
    'SigV4 is verified, and refused where it was altered',
    () => {
      const key = sigv4Key(AWS)
      const region = { region: 'eu-central-1', service: 's3' }
      return bothSides(sigv4({ key, ...region }), sigv4Verifier(region), [{ key }])
    },
  ],
  [
    // The example of the page: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    'SigV4 signs the URL of the documentation of S3',
    async () => {
      const key = sigv4Key({
        ...AWS,
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: AWS.secretAccessKey.replace('+', '/'),
      })
      const url = presign({
        ...{ url: 'https://examplebucket.s3.amazonaws.com/test.txt', key, region: 'us-east-1', service: 's3' },
        ...{ expiresS: 86400, nowMs: Date.UTC(2013, 4, 24) },
      })
      const expected = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
      equal(new URL(url).searchParams.get('X-Amz-Signature'), expected)
    },
  ],
  [
    'Azure Shared Key is verified, and refused where it was altered',
    () => {
      const secret = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
      const key = azureKey({ account: 'devstoreaccount1', key: secret })
      return bothSides(azureSharedKey({ key }), azureSharedKeyVerifier(), [{ key }])
    },
  ],
  [
    'draft-cavage is verified, and refused where it was altered',
    () => bothSides(cavage({ key: shared() }), cavageVerifier(), [{ key: shared() }], 'signature'),
  ],
  [
    'Hawk is verified, and refused where it was altered',
    () => bothSides(hawk({ key: shared() }), hawkVerifier(), [{ key: shared() }]),
  ],
  [
    'OAuth 1.0a is verified, and refused where it was altered',
    () => {
      const key = oauth1Key({ consumerKey: 'dpf43f3p2l4k3l03', consumerSecret: Secret.fromText('kd94hf93k423kf44') })
      return bothSides(oauth1({ key }), oauth1Verifier(), [{ key }])
    },
  ],
  [
    'a JSON Web Token per request is verified, and refused where it was altered',
    () => bothSides(jwt({ key: shared() }), jwtVerifier(), [{ key: shared() }]),
  ],
  [
    'DPoP is verified, and refused where it was altered',
    async () => {
      const { signingKey: key } = await generateKeyPair('ecdsa-p256-sha256', { keyId: 'client-1' })
      const jkt = jwkThumbprint(key)
      const keys = boundKeys({ token: (token) => (token === 'token-1' ? { jkt, owner: 'alice' } : undefined) })
      await bothSides(dpop({ key, accessToken: 'token-1' }), dpopVerifier(), keys, 'dpop')
    },
  ],
  [
    'a scheme of its own headers is verified, and refused where it was altered',
    () => bothSides(acme.signer({ key: shared() }), acme.verifier(), [{ key: shared() }], 'x-acme-signature'),
  ],
  [
    // Made by stripe 23.1.0 for this secret, time and body.
    'Stripe is verified once, and refused where it was altered',
    async () => {
      const webhook = stripe({ secret: 'whsec_test_secret' })
      const body = '{"id":"evt_test_webhook","object":"event"}'
      const signature = 't=1614265330,v1=3c5817089d739023dd6190f70a3757e04f7a2fd8b5dab12c2e000f51970dccff'
      const options = { deliveries: memoryDeliveries(), clock: { now: () => 1_614_265_330_000 } }
      const receive = (text: string) =>
        receiveWebhook(
          webhook,
          new Request('https://hooks.example.com/', {
            method: 'POST',
            headers: { 'stripe-signature': signature },
            body: text,
          }),
          options,
        )
      equal(verdictCode(await receive(body.replace('evt', 'EVT'))), 'SIGNATURE_INVALID')
      const verdict = await receive(body)
      equal(verdict.ok && (verdict.json() as { id: string }).id, 'evt_test_webhook')
      const again = await receive(body)
      equal(again.ok && again.duplicate, true)
    },
  ],
  [
    'Standard Webhooks are signed and received',
    async () => {
      const webhook = standardWebhooks({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
      const { fields } = await signWebhook(webhook, { url: 'https://hooks.example.com/', id: 'msg_1', body: BODY })
      const headers = new Headers()
      for (let at = 0; at < fields.length; at += 2) headers.append(fields[at] as string, fields[at + 1] as string)
      const request = new Request('https://hooks.example.com/', { method: 'POST', headers, body: BODY })
      const verdict = await receiveWebhook(webhook, request, { deliveries: memoryDeliveries() })
      equal(verdict.ok ? verdict.deliveryId : verdict.code, 'msg_1')
    },
  ],
]

const CHECKS: readonly Check[] = [
  [
    'HMAC-SHA256 is verified once, and refused where it was altered',
    async () => {
      const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
      await roundTrip(key, key)
    },
  ],
  ...PAIRS,
  [
    // RFC 9421 appendix B.1.4: a published key of a test vector.
    'a PEM file is read',
    async () => {
      const pem = `-----BEGIN ${'PRIVATE KEY'}-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END ${'PRIVATE KEY'}-----\n`
      const key = await importSigningKey(pem, { keyId: 'test-key-ed25519', algorithm: 'ed25519' })
      equal(key.algorithm, 'ed25519')
    },
  ],
  [
    // The example of the exchange's page: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
    'Binance signs as its page shows',
    async () => {
      const signer = binance({
        apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
        secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
        recvWindow: 5000,
      })
      const path = '/api/v3/order?symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1'
      const { url } = await signer.sign({ method: 'POST', path }, { clock: { now: () => 1_499_827_319_559 } })
      equal(/signature=(\w+)/.exec(url)?.[1], 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71')
    },
  ],
  [
    'OKX gives its four headers',
    async () => {
      const signer = okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
      const { headers } = await signer.sign({ path: '/api/v5/account/balance' })
      equal(Object.keys(headers).filter((name) => name.startsWith('OK-ACCESS-')).length, 4)
    },
  ],
  [
    'a signed fetch sends what was signed, and a Fetch handler verifies it',
    async () => {
      const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(9) })
      const handler = withSignature(verifierFor(key), async (request, verdict) =>
        Response.json({ owner: verdict.owner, body: await request.text() }),
      )
      const signedFetch = createSignedFetch(rfc9421({ key }), {
        origins: ['https://api.example.com'],
        fetch: async (input, init) => handler(new Request(input, init)),
      })
      const response = await signedFetch(URL_, { method: 'POST', body: BODY })
      equal(JSON.stringify(await response.json()), JSON.stringify({ owner: 'alice', body: BODY }))
      equal((await handler(new Request(URL_))).status, 401)
    },
  ],
  ...FAMILIES,
]

describe('one of each family', () => {
  for (const [title, check] of CHECKS) test(title, check)
})
