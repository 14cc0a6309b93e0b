// A client and a server on loopback: what is accepted, what is refused, and why.
import { createServer, request as httpRequestOverSocket } from 'node:http'
import {
  coverLess,
  createSignedFetch,
  generateKeyPair,
  hmacKey,
  httpRequest,
  randomBytes,
  rfc9421,
  rfc9421Signer,
  signRequest,
} from 'countersign'
import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
import { withSignature } from 'countersign/server/node'
import { printTable } from './table.mjs'

const secret = randomBytes(32)
const hmac = hmacKey({ keyId: 'bot-hmac', algorithm: 'hmac-sha256', secret })
const ed25519 = await generateKeyPair('ed25519', { keyId: 'bot-ed25519' })
const rsa = await generateKeyPair('rsa-pss-sha512', { keyId: 'bot-rsa', modulusLength: 2048 })
const retired = await generateKeyPair('ed25519', { keyId: 'bot-retired' })
const stranger = await generateKeyPair('ed25519', { keyId: 'bot-ed25519' })

// The server's side: it holds one shared secret and three public keys.
const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address()
    probe.close(() => resolve(port))
  })
})
const audit = []
const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([
    { key: hmac, owner: 'alice' },
    { key: ed25519.verifyingKey, owner: 'bob' },
    { key: rsa.verifyingKey, owner: 'carol' },
    { key: retired.verifyingKey, owner: 'dave', status: 'revoked' },
  ]),
  policy: strictPolicy({ authorities: [`127.0.0.1:${port}`], maxBodyBytes: 4096 }),
  replay: memoryReplayStore({ restartBarrier: false }),
  audit: (event) => audit.push(event),
})
const server = createServer(
  withSignature(verifier, (_request, response, verdict) => {
    response.setHeader('content-type', 'text/plain').end(`hello ${verdict.owner}\n`)
  }),
)
await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))

// The client's side.
const origin = `http://127.0.0.1:${port}`
const order = (path = '/v1/orders') =>
  httpRequest({
    method: 'POST',
    url: origin + path,
    headers: { 'content-type': 'application/json' },
    body: '{"symbol":"BTCUSDT","side":"buy","qty":"0.5"}',
  })
const balance = () => httpRequest({ url: `${origin}/v1/balance?asset=BTC` })
const minutes = (count) => ({ clock: { now: () => Date.now() + count * 60_000 } })
const sign = (message, key, options) => signRequest(message, rfc9421({ key }), options)

/** Puts a message on a real socket, byte for byte, and returns the status of the answer. */
const send = ({ method, target, fields, body }) =>
  new Promise((resolve, reject) => {
    const headers = [...fields, 'Host', `127.0.0.1:${port}`, 'Content-Length', String(body?.length ?? 0)]
    const outgoing = httpRequestOverSocket({ host: '127.0.0.1', port, method, path: target, headers, agent: false })
    outgoing.on('error', reject).on('response', (incoming) => {
      incoming.resume().on('end', () => resolve(incoming.statusCode))
    })
    outgoing.end(body ?? undefined)
  })

/** The same through the product: digest, sign, send, in one call. */
const fetched =
  (key, { method, target, fields, body }) =>
  async () => {
    const signedFetch = createSignedFetch(rfc9421({ key }), { origins: [origin] })
    const response = await signedFetch(origin + target, { method, body, headers: pairs(fields) })
    await response.text()
    return response.status
  }
const pairs = (flat) => flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]]] : []))

const signedOrder = await sign(order(), hmac)
const once = await sign(order(), ed25519.signingKey)
const text = new TextEncoder()
const edited = (message, from, to) => ({
  ...message,
  fields: message.fields.map((value) => value.replace(from, to)),
})

/** What is sent, and the verdict it must meet. `ok` is acceptance. */
const scenes = [
  ['fetch: GET balance', 'HMAC-SHA256', 'ok', fetched(hmac, balance())],
  ['POST order', 'HMAC-SHA256', 'ok', signedOrder],
  ['fetch: GET balance', 'Ed25519', 'ok', fetched(ed25519.signingKey, balance())],
  ['POST order', 'Ed25519', 'ok', once],
  ['fetch: GET balance', 'RSA-PSS', 'ok', fetched(rsa.signingKey, balance())],
  ['fetch: POST order', 'RSA-PSS', 'ok', fetched(rsa.signingKey, order())],
  ['the same bytes a second time', 'HMAC-SHA256', 'REPLAY', signedOrder],
  ['the same bytes a second time', 'Ed25519', 'REPLAY', once],
  [
    'quantity 0.5 → 9.5 on the way',
    'HMAC-SHA256',
    'DIGEST_MISMATCH',
    { ...(await sign(order(), hmac)), body: text.encode('{"symbol":"BTCUSDT","side":"buy","qty":"9.5"}') },
  ],
  [
    'digest field recomputed too',
    'Ed25519',
    'SIGNATURE_INVALID',
    edited(
      await sign(order(), ed25519.signingKey),
      /^sha-256=:.*:$/,
      'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
    ),
  ],
  [
    'path /orders → /withdraw',
    'RSA-PSS',
    'SIGNATURE_INVALID',
    { ...(await sign(order(), rsa.signingKey)), target: '/v1/withdraw' },
  ],
  [
    'query asset=BTC → asset=ETH',
    'HMAC-SHA256',
    'SIGNATURE_INVALID',
    { ...(await sign(balance(), hmac)), target: '/v1/balance?asset=ETH' },
  ],
  [
    'method GET → DELETE',
    'Ed25519',
    'SIGNATURE_INVALID',
    { ...(await sign(balance(), ed25519.signingKey)), method: 'DELETE' },
  ],
  ['signed ten minutes ago', 'HMAC-SHA256', 'TIMESTAMP_EXPIRED', await sign(order(), hmac, minutes(-10))],
  ['signed ten minutes ahead', 'RSA-PSS', 'TIMESTAMP_FUTURE', await sign(order(), rsa.signingKey, minutes(10))],
  [
    'time moved forward in the header',
    'HMAC-SHA256',
    'SIGNATURE_INVALID',
    edited(await sign(order(), hmac, minutes(-10)), /created=\d+/, `created=${Math.floor(Date.now() / 1000)}`),
  ],
  ['forged: own key, another’s key id', 'Ed25519', 'SIGNATURE_INVALID', await sign(order(), stranger.signingKey)],
  [
    'forged: a guessed shared secret',
    'HMAC-SHA256',
    'SIGNATURE_INVALID',
    await sign(order(), hmacKey({ keyId: 'bot-hmac', algorithm: 'hmac-sha256', secret: randomBytes(32) })),
  ],
  [
    'HMAC with a public key’s id',
    'HMAC-SHA256',
    'ALG_MISMATCH',
    await signRequest(
      order(),
      rfc9421({ alg: true, key: hmacKey({ keyId: 'bot-ed25519', algorithm: 'hmac-sha256', secret }) }),
    ),
  ],
  [
    'an unknown key',
    'HMAC-SHA256',
    'KEY_UNKNOWN',
    await sign(order(), hmacKey({ keyId: 'nobody', algorithm: 'hmac-sha256', secret })),
  ],
  ['a revoked key, rightly signed', 'Ed25519', 'KEY_REVOKED', await sign(order(), retired.signingKey)],
  [
    'the body left unsigned',
    'HMAC-SHA256',
    'DIGEST_MISSING',
    await signRequest(order(), rfc9421Signer({ key: hmac, digest: false, [coverLess]: true })),
  ],
  [
    'the query left unsigned',
    'HMAC-SHA256',
    'COMPONENT_MISSING',
    await signRequest(
      balance(),
      rfc9421Signer({ key: hmac, components: ['@method', '@authority', '@path'], [coverLess]: true }),
    ),
  ],
  [
    'signed for another host',
    'Ed25519',
    'SIGNATURE_INVALID',
    await sign(httpRequest({ url: 'http://sibling.example/v1/balance?asset=BTC' }), ed25519.signingKey),
  ],
  ['no signature at all', '—', 'AUTH_MISSING', balance()],
]

let wrong = 0
const rows = []
for (const [what, key, expected, message] of scenes) {
  const status = typeof message === 'function' ? await message() : await send(message)
  const event = audit.at(-1)
  const got = event.event === 'auth.ok' ? 'ok' : event.code
  const right = got === expected && (got === 'ok') === (status === 200)
  if (!right) wrong++
  rows.push([
    right ? 'ok' : 'wrong',
    key,
    what,
    String(status),
    got === 'ok' ? `accepted (${event.owner})` : got,
    right ? '' : `expected ${expected}`,
  ])
}
printTable(['', 'key', 'what the client sends', 'status', 'verdict', ''], rows)
console.log(
  wrong === 0
    ? `\n${rows.length} of ${rows.length} outcomes as expected. The client sees the status only; the verdict goes to the audit sink.`
    : `\n${wrong} of ${rows.length} outcomes differ from the expected.`,
)
server.close()
server.closeAllConnections()
process.exitCode = wrong === 0 ? 0 : 1
