import { constants, createPrivateKey, createPublicKey, sign as rawSign, verify as rawVerify } from 'node:crypto'
import { library } from '../lib/library.mjs'
import { facts, MASK } from '../lib/messages.mjs'
import { requestOf, schemeVerifier, signedFacts } from '../lib/ours.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'
import { peerRequest, peerSigner, peerVerifier } from '../peers/http-message-signatures.mjs'

const { exportPrivateKey, exportPublicKey, generateKeyPair, rfc9421, rfc9421Verifier, signRequestSync } =
  await library('countersign')
const { requireSync } = await library('countersign/crypto')

const pss = (saltLength) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

/** node:crypto's digest name and key options for each algorithm: what the raw calls are given. */
const RAW = {
  ed25519: [null, {}],
  'ecdsa-p256-sha256': ['sha256', { dsaEncoding: 'ieee-p1363' }],
  'rsa-v1_5-sha256': ['sha256', { padding: constants.RSA_PKCS1_PADDING }],
  'rsa-pss-sha512': ['sha512', pss(64)],
}

/** A few of the messages: a signature is slow enough for their variety not to matter. */
const FEW = 16

async function family(algorithm, keyId) {
  const { signingKey, verifyingKey } = await generateKeyPair(
    algorithm,
    algorithm.startsWith('rsa') ? { keyId, modulusLength: 2048 } : { keyId },
  )
  const key = requireSync(signingKey)
  const signer = rfc9421({ key })
  const messages = facts.map(requestOf)
  const signed = facts.slice(0, FEW).map((fact) => signedFacts(fact, key))
  const signedMessages = signed.map(requestOf)
  const scheme = rfc9421Verifier()
  const verify = schemeVerifier(new Map([[keyId, verifyingKey]]), scheme)
  const privateKey = createPrivateKey(await exportPrivateKey(key, 'pem'))
  const publicKey = createPublicKey(await exportPublicKey(verifyingKey, 'pem'))
  const [digest, options] = RAW[algorithm]
  const bare = Object.keys(options).length === 0
  const [signInput, verifyInput] = [privateKey, publicKey].map((one) => (bare ? one : { key: one, ...options }))
  // The rawest call there is: bytes made beforehand, KeyObject made once.
  const raw = signedMessages.map((message) => {
    const [{ base, signature }] = scheme.parse(message)
    return { base: Buffer.from(base), signature: Buffer.from(signature) }
  })
  const at = (i) => i % FEW
  return {
    signer,
    verify,
    messages,
    signed,
    signedMessages,
    privateKey,
    publicKey,
    rawSign: (i) => rawSign(digest, raw[at(i)].base, signInput),
    rawVerify: (i) => rawVerify(digest, raw[at(i)].base, verifyInput, raw[at(i)].signature),
    oursSign: (i) => signRequestSync(messages[i & MASK], signer),
    oursVerify: (i) => verify(signedMessages[at(i)]),
    check: () => {
      const message = signRequestSync(messages[3], signer)
      const [{ base, signature }] = scheme.parse(message)
      return (
        verify(message) &&
        rawVerify(digest, Buffer.from(base), verifyInput, signature) &&
        raw.every((_, i) => verify(signedMessages[at(i)]))
      )
    },
  }
}

const NAMES = {
  ed25519: 'Ed25519',
  'ecdsa-p256-sha256': 'ECDSA P-256',
  'rsa-v1_5-sha256': 'RSA-2048 PKCS#1 v1.5',
  'rsa-pss-sha512': 'RSA-2048 PSS',
}

/** Slow operations get longer batches, so that one of them is not a batch of its own. */
const BATCH_MS = { 'rsa-v1_5-sha256': 12, 'rsa-pss-sha512': 12 }

async function group(algorithm, bars) {
  const it = await family(algorithm, `bot-${algorithm}`)
  const name = NAMES[algorithm]
  const [signBar, signGoal, verifyBar, verifyGoal] = bars
  return {
    title: `${name}: sign and verify`,
    options: { batchMs: BATCH_MS[algorithm] ?? 3 },
    check: it.check,
    measure: (options) =>
      interleaved(
        { rawSign: it.rawSign, oursSign: it.oursSign, rawVerify: it.rawVerify, oursVerify: it.oursVerify },
        options,
      ),
    rows: [
      {
        name: `rfc9421/${algorithm}/sign/raw`,
        what: `${name} RFC 9421 sign / raw crypto.sign`,
        value: ratio('oursSign', 'rawSign'),
        bar: signBar,
        goal: signGoal,
      },
      {
        name: `rfc9421/${algorithm}/verify/raw`,
        what: `${name} RFC 9421 verify / raw crypto.verify`,
        value: ratio('oursVerify', 'rawVerify'),
        bar: verifyBar,
        goal: verifyGoal,
      },
    ],
  }
}

async function againstPeer() {
  const it = await family('ed25519', 'bot-peer')
  const sign = peerSigner(it.privateKey, 'ed25519', 'bot-peer')
  const verify = peerVerifier(it.publicKey, 'ed25519', 'bot-peer')
  const requests = facts.map(peerRequest)
  const signedRequests = it.signed.map(peerRequest)
  return {
    title: 'RFC 9421 with Ed25519 against http-message-signatures with a KeyObject',
    check: async () => it.check() && (await verify(signedRequests[0])) === true,
    measure: (options) =>
      interleaved(
        {
          sign: (i) => sign(requests[i & MASK]),
          oursSign: it.oursSign,
          rawSign: it.rawSign,
          verify: (i) => verify(signedRequests[i % FEW]),
          oursVerify: it.oursVerify,
          rawVerify: it.rawVerify,
        },
        options,
      ),
    rows: [
      {
        name: 'rfc9421/ed25519/sign/http-message-signatures',
        what: 'http-message-signatures / RFC 9421 Ed25519 sign',
        value: ratio('sign', 'oursSign'),
        least: true,
        bar: 1.5,
        goal: 2.2,
      },
      {
        name: 'rfc9421/ed25519/verify/http-message-signatures',
        what: 'http-message-signatures / RFC 9421 Ed25519 verify',
        value: ratio('verify', 'oursVerify'),
        least: true,
        bar: 1.15,
        goal: 1.35,
      },
      // The upper limit: the peer against the bare operation.
      {
        name: 'rfc9421/ed25519/sign/http-message-signatures-raw',
        what: 'http-message-signatures / raw crypto.sign',
        value: ratio('sign', 'rawSign'),
      },
      {
        name: 'rfc9421/ed25519/verify/http-message-signatures-raw',
        what: 'http-message-signatures / raw crypto.verify',
        value: ratio('verify', 'rawVerify'),
      },
    ],
  }
}

// RSA signs for most of a millisecond, so its bar is closer; it verifies as fast as ECDSA, so the bar there is the same.
export const groups = [
  await group('ed25519', [1.15, 1.08, 1.25, 1.15]),
  await group('ecdsa-p256-sha256', [1.15, 1.08, 1.25, 1.15]),
  await group('rsa-v1_5-sha256', [1.05, 1.02, 1.25, 1.15]),
  await group('rsa-pss-sha512', [1.05, 1.02, 1.25, 1.15]),
  await againstPeer(),
]
