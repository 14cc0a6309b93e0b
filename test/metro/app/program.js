import { createSignedFetch, hmacKey, httpRequest, importSigningKey, rfc9421 } from 'countersign'
import { binance } from 'countersign/exchange/binance'
import {
  createVerifier,
  importVerifyingKey,
  memoryReplayStore,
  rfc9421Verifier,
  staticKeys,
  strictPolicy,
} from 'countersign/server'

const ORIGIN = 'https://api.example.com'
const PRIVATE = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----`
const PUBLIC = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----`

/** Keys of both kinds: the secret of a service, and Ed25519 from PEM (the test key of RFC 9421, B.1.4). */
const keys = async () => {
  const hmac = hmacKey({ keyId: 'hmac-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
  return [
    [hmac, hmac],
    [
      await importSigningKey(PRIVATE, { keyId: 'ed25519-1', algorithm: 'ed25519' }),
      await importVerifyingKey(PUBLIC, { keyId: 'ed25519-1', algorithm: 'ed25519' }),
    ],
  ]
}

/** What would have gone on the wire. */
async function sentBy(signer, url, init) {
  let sent
  const signedFetch = createSignedFetch(signer, {
    origins: [ORIGIN],
    fetch: async (to, { method, headers, body }) => {
      sent = { method, url: String(to), headers: Object.fromEntries(headers), ...(body ? { body } : {}) }
      return new Response('{}')
    },
  })
  await signedFetch(url, init)
  return sent
}

/** Every answer by its name: signed, then verified as sent, once more, with another body, and at another path. */
globalThis.program = async () => {
  const answers = {}
  for (const [signing, verifying] of await keys()) {
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key: verifying, owner: 'alice' }]),
      policy: strictPolicy({ authorities: ['api.example.com'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    const ask = async (sent) => {
      const verdict = await verifier.verify(httpRequest(sent))
      return verdict.ok ? verdict.owner : verdict.code
    }
    const sent = await sentBy(rfc9421({ key: signing }), `${ORIGIN}/v1/orders?dry=1`, {
      method: 'POST',
      body: '{"qty":"1 €"}',
    })
    answers[signing.algorithm] = [
      await ask({ ...sent, body: new Uint8Array([...sent.body].reverse()) }),
      await ask({ ...sent, url: `${ORIGIN}/v1/orders?dry=0` }),
      await ask(sent),
      await ask(sent),
    ]
  }
  const signer = binance({ apiKey: 'key', secret: 'secret', recvWindow: 5000 })
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '1', price: '60000.1' }
  const { url, body } = await signer.sign({ method: 'POST', path: '/api/v3/order', params: order })
  answers.binance = String(body ?? url.slice(url.indexOf('?') + 1))
  return answers
}
