import { createSecretKey } from 'node:crypto'
import { handHmac, handHmacCheck, handReplay, handSigner, handVerifier } from '../floors/rfc9421.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, facts, MASK, posts } from '../lib/messages.mjs'
import { forged, fresh, headersOf, requestOf, schemeVerifier, signedFacts } from '../lib/ours.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'
import * as sig from '../peers/http-message-sig.mjs'
import * as signatures from '../peers/http-message-signatures.mjs'

const { hmacKey, randomBytes, rfc9421, rfc9421Verifier, signRequestSync } = await library('countersign')
const { createVerifier, memoryReplayStore, noReplayProtection, staticKeys, strictPolicy } =
  await library('countersign/server')

const secret = randomBytes(32)
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret })
const signer = rfc9421({ key })
const signed = facts.map((fact) => signedFacts(fact, key))

// Each contestant starts from its own kind of request, ready made: parts, an HttpRequest, an object literal, a descriptor.
const messages = facts.map(requestOf)
const peerKey = createSecretKey(secret)

const handSign = handSigner(key.keyId, handHmac(secret))
const signByHand = ({ method, path, query, headers }) => handSign(method, AUTHORITY, path, query, headers)
const signUrlByHand = ({ method, url, headers, body }) => {
  const slash = url.indexOf('/', 8)
  const mark = url.indexOf('?', slash)
  const path = mark === -1 ? url.slice(slash) : url.slice(slash, mark)
  return handSign(method, url.slice(8, slash), path, mark === -1 ? '' : url.slice(mark), headers, body)
}
const signaturesSign = signatures.peerSigner(peerKey, 'hmac-sha256', key.keyId)
const sigSign = sig.peerSigner(secret, key.keyId)

const handChecks = new Map([[key.keyId, handHmacCheck(secret)]])
const verifyByHand =
  (verify) =>
  ({ method, path, query, headers }) =>
    verify(method, AUTHORITY, path, query, headers)
const handVerify = verifyByHand(handVerifier(handChecks))
const handReplayVerify = verifyByHand(handVerifier(handChecks, handReplay()))
const verify = schemeVerifier(new Map([[key.keyId, key]]), rfc9421Verifier())
const parts = {
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key, owner: 'bot' }]),
  policy: strictPolicy({ authorities: [AUTHORITY] }),
}
const whole = createVerifier({ ...parts, replay: noReplayProtection })
// One key sends everything here, so it may have all of the store.
const replay = memoryReplayStore({ restartBarrier: false, maxEntries: 4_000_000, maxPerKeyShare: 1 })
const wholeReplay = createVerifier({ ...parts, replay })
const signaturesVerify = signatures.peerVerifier(peerKey, 'hmac-sha256', key.keyId)
const sigVerify = sig.peerVerifier(secret, key.keyId)

/** True where each signer's work is accepted by the other side's verifier. */
async function checkSign() {
  const fact = facts[3]
  const peer = sigSign(sig.peerRequest(fact))
  return [
    headersOf(signRequestSync(messages[3], signer).fields),
    headersOf(signRequestSync(requestOf(fact), signer).fields),
    signByHand(fact),
    signUrlByHand(fact),
    {
      ...fact.headers,
      ...headersOf(Object.entries((await signaturesSign(signatures.peerRequest(fact))).headers).flat()),
    },
    { ...fact.headers, 'signature-input': peer.signatureInput, signature: peer.signature },
  ].every((headers) => handVerify({ ...fact, headers }) && verify(requestOf({ ...fact, headers })))
}

const refuses = (promise) =>
  promise.then(
    (answer) => answer !== true && answer?.ok !== true,
    () => true,
  )

/** True where every library accepts the good one and refuses the forged one. */
async function checkVerify() {
  const good = signed[5]
  const bad = forged(good)
  return (
    handVerify(good) &&
    verify(requestOf(good)) &&
    (await whole.verify(requestOf(good))).ok &&
    handReplayVerify(good) &&
    !handReplayVerify(good) &&
    (await wholeReplay.verify(requestOf(good))).ok &&
    (await wholeReplay.verify(requestOf(good))).code === 'REPLAY' &&
    (await signaturesVerify(signatures.peerRequest(good))) === true &&
    (await sigVerify(sig.peerRequest(good))).label === 'sig1' &&
    !handVerify(bad) &&
    !verify(requestOf(bad)) &&
    (await refuses(whole.verify(requestOf(bad)))) &&
    (await refuses(signaturesVerify(signatures.peerRequest(bad)))) &&
    (await refuses(sigVerify(sig.peerRequest(bad))))
  )
}

const signing = {
  title: 'RFC 9421 with HMAC: sign',
  check: checkSign,
  measure: (options) => {
    const signaturesMessages = facts.map(signatures.peerRequest)
    const sigMessages = facts.map(sig.peerRequest)
    return interleaved(
      {
        hand: (i) => signByHand(facts[i & MASK]),
        ours: (i) => signRequestSync(messages[i & MASK], signer),
        signatures: (i) => signaturesSign(signaturesMessages[i & MASK]),
        sig: (i) => sigSign(sigMessages[i & MASK]),
        handUrl: (i) => signUrlByHand(facts[i & MASK]),
        oursUrl: (i) => signRequestSync(requestOf(facts[i & MASK]), signer),
        handPost: (i) => signUrlByHand(posts[i & MASK]),
        oursPost: (i) => signRequestSync(requestOf(posts[i & MASK]), signer),
      },
      options,
    )
  },
  rows: [
    {
      name: 'rfc9421/hmac/sign/by-hand',
      what: 'RFC 9421 HMAC sign / by hand',
      value: ratio('ours', 'hand'),
      bar: 0.85,
      goal: 0.6,
    },
    {
      name: 'rfc9421/hmac/sign/http-message-signatures',
      what: 'http-message-signatures / RFC 9421 HMAC sign',
      value: ratio('signatures', 'ours'),
      least: true,
      bar: 9,
      goal: 20,
    },
    {
      name: 'rfc9421/hmac/sign/http-message-sig',
      what: 'http-message-sig / RFC 9421 HMAC sign',
      value: ratio('sig', 'ours'),
      least: true,
      bar: 7,
      goal: 12,
    },
    {
      name: 'rfc9421/hmac/sign/url/http-message-signatures',
      what: 'http-message-signatures / sign from a URL and a header object',
      value: ratio('signatures', 'oursUrl'),
    },
    {
      name: 'rfc9421/hmac/sign/url/by-hand',
      what: 'from a URL and a header object / by hand',
      value: ratio('oursUrl', 'handUrl'),
    },
    {
      name: 'rfc9421/hmac/sign/body/by-hand',
      what: 'the same with a body of 230 B and its digest / by hand',
      value: ratio('oursPost', 'handPost'),
    },
  ],
}

const verifying = {
  title: 'RFC 9421 with HMAC: verify',
  check: checkVerify,
  measure: (options) => {
    const signedMessages = signed.map(requestOf)
    const signaturesMessages = signed.map(signatures.peerRequest)
    const sigMessages = signed.map(sig.peerRequest)
    const forHand = fresh((i) => signedFacts(facts[i & MASK], key))
    const forOurs = fresh((i) => signRequestSync(messages[i & MASK], signer))
    return interleaved(
      {
        hand: (i) => handVerify(signed[i & MASK]),
        ours: (i) => verify(signedMessages[i & MASK]),
        signatures: (i) => signaturesVerify(signaturesMessages[i & MASK]),
        sig: (i) => sigVerify(sigMessages[i & MASK]),
        whole: (i) => whole.verify(signedMessages[i & MASK]),
        handReplay: { before: forHand.before, op: (i) => handReplayVerify(forHand.batch[i]) },
        wholeReplay: { before: forOurs.before, op: (i) => wholeReplay.verify(forOurs.batch[i]) },
      },
      options,
    )
  },
  rows: [
    {
      name: 'rfc9421/hmac/verify/by-hand',
      what: 'RFC 9421 HMAC verify / by hand',
      value: ratio('ours', 'hand'),
      bar: 1,
      goal: 0.75,
    },
    {
      name: 'rfc9421/hmac/verify/http-message-signatures',
      what: 'http-message-signatures / RFC 9421 HMAC verify',
      value: ratio('signatures', 'ours'),
      least: true,
      bar: 7,
      goal: 10,
    },
    {
      name: 'rfc9421/hmac/verify/http-message-sig',
      what: 'http-message-sig / RFC 9421 HMAC verify',
      value: ratio('sig', 'ours'),
      least: true,
      bar: 9,
      goal: 12,
    },
    {
      name: 'rfc9421/hmac/verify/verifier',
      what: 'verifier.verify with policy, without replay store / by hand',
      value: ratio('whole', 'hand'),
    },
    {
      name: 'rfc9421/hmac/verify/verifier-with-replay',
      what: 'verifier.verify with memoryReplayStore / by hand with two Maps',
      value: ratio('wholeReplay', 'handReplay'),
    },
  ],
}

export const groups = [signing, verifying]
