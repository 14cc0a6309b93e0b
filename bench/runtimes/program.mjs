// One text for every runtime: sets `globalThis.conformance`, which measures every group and gives the rounds.

import {
  hmacKey,
  importSigningKey,
  importVerifyingKey,
  rfc9421,
  rfc9421Verifier,
  signRequest,
  signRequestSync,
} from 'countersign'
import { webCryptoSigningKey, webCryptoVerifyingKey } from 'countersign/crypto'
import { binance } from 'countersign/exchange/binance'
import { httpRequest } from 'countersign/message'
import { signWebhook, verifyWebhook } from 'countersign/webhook'
import { stripe } from 'countersign/webhook/stripe'
import { AUTHORITY, facts, KEY_ID, MASK } from '../lib/messages.mjs'
import { accounts, endpoints, orders, RECV_WINDOW } from '../lib/orders.mjs'
import { interleaved } from '../lib/rounds.mjs'
import { schemeVerifier } from '../lib/scheme-verifier.mjs'
import { base64, binanceOrder, fromBase64, signer, stripeDelivery, utf8, verifier } from './by-hand.mjs'
import { jose, noble, nodeCrypto, webCrypto } from './engines.mjs'

const SECRET = new Uint8Array(32).fill(7)
// The test key of RFC 9421, B.1.4.
const PKCS8 = fromBase64('MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF')
const SPKI = fromBase64('MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=')
const PAIR = { pkcs8: PKCS8, spki: SPKI, seed: PKCS8.slice(16), publicKey: SPKI.slice(12) }
const pem = (type, der) => `-----BEGIN ${type} KEY-----\n${base64(der)}\n-----END ${type} KEY-----`
const FEW = 15

/** Every library that is there, by its name in the table. */
const engines = async (secret) => ({
  ...(globalThis.process?.versions?.node === undefined ? {} : { 'node:crypto': await nodeCrypto(secret, PAIR) }),
  WebCrypto: await webCrypto(secret, PAIR),
  noble: noble(secret, PAIR),
  jose: await jose(secret, PAIR),
})

const mapped = (all, make) => Object.fromEntries(Object.entries(all).map(([name, one]) => [name, make(one, name)]))
const requestOf = ({ method, url, headers }) => httpRequest({ method, url, headers })
/** Field lines as an object with lower-case names. */
const byName = (fields) =>
  Object.fromEntries(fields.flatMap((name, i) => (i % 2 ? [] : [[name.toLowerCase(), fields[i + 1]]])))

function expect(what, right) {
  if (right !== true) throw new Error(`${what}: the contestants do not agree on a result, so their times mean nothing`)
}

/** A verifier that takes what was signed, and nothing forged. */
async function expectStrict(what, verify, fact) {
  const signature = fact.headers.signature.replace(
    /^(sig1=:.{4})(.)/,
    (_, head, one) => head + (one === 'A' ? 'B' : 'A'),
  )
  expect(what, await verify(fact))
  expect(`${what}, forged`, (await verify({ ...fact, headers: { ...fact.headers, signature } })) === false)
}

/** The same with a key that answers with a promise. */
function heldVerifier(key) {
  const scheme = rfc9421Verifier()
  return async (message) => {
    const [found] = scheme.parse(message)
    return Math.abs(Date.now() - found.createdMs) <= 300_000 && key.verify(found.base, found.signature)
  }
}

/** RFC 9421 with one kind of key, and the names of the engine's functions for it. */
async function rfc9421Groups(title, all, [signName, verifyName], { ours, oursVerifying, more = {} }) {
  const messages = facts.map(requestOf)
  const signing = rfc9421({ key: ours })
  const verify = schemeVerifier(new Map([[KEY_ID, oursVerifying]]), rfc9421Verifier())
  const signed = facts
    .slice(0, FEW + 1)
    .map((fact, i) => ({ ...fact, headers: byName(signRequestSync(messages[i], signing).fields) }))
  const signedMessages = signed.map(requestOf)
  const hands = mapped(all, (one) => signer(AUTHORITY, KEY_ID, one[signName]))
  const checks = mapped(all, (one) => verifier(AUTHORITY, KEY_ID, one[verifyName]))
  // jose has its own form: a token over the same base stands for it.
  const [{ base: text }] = rfc9421Verifier().parse(signedMessages[0])
  const base = typeof text === 'string' ? utf8(text) : text
  const tokens = await Promise.all(signed.map(() => all.jose[signName](base)))
  const joses = { sign: () => all.jose[signName](base), verify: (i) => all.jose[verifyName](tokens[i & FEW]) }
  await expectStrict(`${title}, countersign`, async (fact) => verify(requestOf(fact)), signed[3])
  for (const name of Object.keys(hands).filter((name) => name !== 'jose')) {
    await expectStrict(`${title}, ${name}`, checks[name], signed[3])
    const headers = await hands[name](facts[3])
    expect(`${title}, signed with ${name}`, verify(requestOf({ ...facts[3], headers })))
  }
  const others = (of, make) => mapped(of, (one, name) => (name === 'jose' ? make.jose : (i) => make.hand(one, i)))
  return [
    [
      `${title}, sign`,
      {
        ours: (i) => signRequestSync(messages[i & MASK], signing),
        ...others(hands, { jose: joses.sign, hand: (one, i) => one(facts[i & MASK]) }),
        ...mapped(
          more.signing === undefined ? {} : { held: rfc9421({ key: more.signing }) },
          (one) => (i) => signRequest(messages[i & MASK], one),
        ),
      },
    ],
    [
      `${title}, verify`,
      {
        ours: (i) => verify(signedMessages[i & FEW]),
        ...others(checks, { jose: joses.verify, hand: (one, i) => one(signed[i & FEW]) }),
        ...mapped(
          more.verifying === undefined ? {} : { held: heldVerifier(more.verifying) },
          (one) => (i) => one(signedMessages[i & FEW]),
        ),
      },
    ],
  ]
}

async function orderGroup() {
  const { path } = endpoints.binance
  const params = orders.binance
  const account = accounts.binance
  const { jose: _, ...all } = await engines(utf8(account.secret))
  const ours = binance({ ...account, recvWindow: RECV_WINDOW })
  const hands = mapped(all, ({ mac }) => binanceOrder(account.apiKey, RECV_WINDOW, mac))
  const sign = (i) => ours.sign({ method: 'POST', path, params: params[i & MASK] })
  const { mac } = all.noble
  for (const [name, hand] of Object.entries({
    ours: () => sign(7),
    ...mapped(hands, (one) => () => one(path, params[7])),
  })) {
    const { url } = await hand()
    const [, query, signature] = /\?(.*)&signature=([0-9a-f]{64})$/.exec(url)
    expect(
      `order, ${name}`,
      signature === [...mac(utf8(query))].map((one) => one.toString(16).padStart(2, '0')).join(''),
    )
  }
  return ['Binance order, HMAC', { ours: sign, ...mapped(hands, (hand) => (i) => hand(path, params[i & MASK])) }]
}

async function webhookGroup() {
  const secret = `whsec_${accounts.binance.secret.slice(0, 32)}`
  const { jose: _, ...all } = await engines(utf8(secret))
  const webhook = stripe({ secret })
  const deliveries = []
  for (let i = 0; i <= FEW; i++) {
    const text = JSON.stringify({ id: `evt_${i}`, object: 'event', data: 'x'.repeat(1000) })
    const { fields } = await signWebhook(webhook, { body: text, id: `msg_${i}` })
    deliveries.push({ headers: { 'content-type': 'application/json', ...byName(fields) }, body: utf8(text) })
  }
  const hands = mapped(all, ({ macCheck }) => stripeDelivery(macCheck))
  const other = { ...deliveries[3], body: deliveries[4].body }
  expect('webhook', verifyWebhook(webhook, deliveries[3]).ok && !verifyWebhook(webhook, other).ok)
  for (const [name, hand] of Object.entries(hands))
    expect(`webhook, ${name}`, (await hand(deliveries[3])) && !(await hand(other)))
  return [
    'Stripe webhook of 1 kB',
    {
      ours: (i) => verifyWebhook(webhook, deliveries[i & FEW]),
      ...mapped(hands, (hand) => (i) => hand(deliveries[i & FEW])),
    },
  ]
}

async function groups() {
  const all = await engines(SECRET)
  const { subtle } = globalThis.crypto
  const options = { keyId: KEY_ID, algorithm: 'ed25519' }
  const hmac = hmacKey({ keyId: KEY_ID, algorithm: 'hmac-sha256', secret: SECRET })
  const signing = await importSigningKey(pem('PRIVATE', PKCS8), options)
  const verifying = await importVerifyingKey(pem('PUBLIC', SPKI), options)
  const held = webCryptoSigningKey(await subtle.importKey('pkcs8', PKCS8, 'Ed25519', false, ['sign']), options)
  const heldPublic = webCryptoVerifyingKey(
    await subtle.importKey('raw', PAIR.publicKey, 'Ed25519', false, ['verify']),
    options,
  )
  return [
    ...(await rfc9421Groups('RFC 9421 HMAC', all, ['mac', 'macCheck'], { ours: hmac, oursVerifying: hmac })),
    ...(await rfc9421Groups('RFC 9421 Ed25519', all, ['sign', 'verify'], {
      ours: signing,
      oursVerifying: verifying,
      more: { signing: held, verifying: heldPublic },
    })),
    await orderGroup(),
    await webhookGroup(),
  ]
}

globalThis.conformance = async () => {
  const results = {}
  for (const [title, contestants] of await groups())
    results[title] = await interleaved(contestants, { rounds: ROUNDS, batchMs: BATCH_MS })
  return results
}
