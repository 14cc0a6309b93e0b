// What must hold on every runtime: the same program, from the installed package. It uses nothing but the package and the web's
// own names, so that it also runs where there is no file system.
import {
  createSignedFetch,
  generateKeyPair,
  hmacKey,
  httpRequest,
  importSigningKey,
  rfc9421,
  signRequest,
} from 'countersign'
import { binance } from 'countersign/exchange/binance'
import { okx } from 'countersign/exchange/okx'
import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
import { withSignature } from 'countersign/server/fetch'

const URL_ = 'https://api.example.com/v1/orders?dry=1'
const BODY = '{"symbol":"BTCUSDT","qty":"0.5"}'

const equal = (actual, expected) => {
  if (actual !== expected) throw new Error(`expected ${expected}, got ${actual}`)
}

const verifierFor = (key) =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })

const order = () =>
  httpRequest({ method: 'POST', url: URL_, headers: { 'content-type': 'application/json' }, body: BODY })

/** Signed, verified, altered, replayed. */
async function roundTrip(signingKey, verifyingKey) {
  const signed = await signRequest(order(), rfc9421({ key: signingKey }))
  const verifier = verifierFor(verifyingKey)
  const altered = await verifier.verify({ ...signed, target: '/v1/orders?dry=0' })
  equal(altered.code, 'SIGNATURE_INVALID')
  const body = await verifier.verify({ ...signed, body: new TextEncoder().encode(BODY.replace('0.5', '9.5')) })
  equal(body.code, 'DIGEST_MISMATCH')
  const verdict = await verifier.verify(signed)
  equal(verdict.ok ? verdict.owner : verdict.code, 'alice')
  equal((await verifier.verify(signed)).code, 'REPLAY')
}

const pairs = ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'].map((algorithm) => [
  `${algorithm}: signed, verified, altered, replayed`,
  async () => {
    const { signingKey, verifyingKey } = await generateKeyPair(algorithm, { keyId: 'bot-1' })
    await roundTrip(signingKey, verifyingKey)
  },
])

const CHECKS = [
  [
    'HMAC-SHA256: signed, verified, altered, replayed',
    async () => {
      const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
      await roundTrip(key, key)
    },
  ],
  ...pairs,
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
]

/** One line a check, and the count at the end. */
export async function smoke() {
  const lines = []
  let failed = 0
  for (const [title, check] of CHECKS) {
    try {
      await check()
      lines.push(`ok   ${title}`)
    } catch (error) {
      failed++
      lines.push(`FAIL ${title}: ${error?.stack ?? error}`)
    }
  }
  return { lines: [...lines, `${CHECKS.length - failed} of ${CHECKS.length} checks`], failed }
}
