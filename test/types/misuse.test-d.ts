import {
  CountersignError,
  component,
  createSignedFetch,
  generateKeyPair,
  type HttpRequest,
  hmacKey,
  httpRequest,
  importSigningKey,
  importVerifyingKey,
  isCountersignError,
  randomBytes,
  rfc9421,
  rfc9421Signer,
  Secret,
  type SigningKey,
  signRequest,
  signRequestSync,
} from 'countersign'
import { serverClock } from 'countersign/client'
import { ed25519PrivateKey, type PrivateKey, validateForRegistration } from 'countersign/crypto'
import { contentDigest } from 'countersign/message'
import { type Prepared, signPreparedSync } from 'countersign/scheme'
import {
  type Accepted,
  createVerifier,
  type KeyRecord,
  memoryReplayStore,
  refusalResponse,
  rfc9421Verifier,
  staticKeys,
  strictPolicy,
  type Verdict,
  type VerdictCode,
  type Verifier,
} from 'countersign/server'

// This file is compiled and never run. Each case is a mistake that must not compile; the directive stands on the line before
// the one that is wrong, and becomes an error itself as soon as that line compiles.
declare function misuse(what: string, attempt: () => unknown): void

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
const edKey = ed25519PrivateKey({ keyId: 'ed-1', seed: randomBytes(32) })
const request: HttpRequest = httpRequest({ url: 'https://api.example.com/' })
const schemes = [rfc9421Verifier()]
const keys = staticKeys([{ key, owner: 'alice' }])
const policy = strictPolicy({ authorities: ['api.example.com'] })
const replay = memoryReplayStore()
const verifier: Verifier = createVerifier({ schemes, keys, policy, replay })
const prepared: Prepared<HttpRequest> = rfc9421({ key }).scheme.prepare(request, {
  keyId: 'bot-1',
  algorithm: 'hmac-sha256',
  nowMs: 0,
  nonce: 'n',
})
declare const remote: SigningKey
declare const privateKey: PrivateKey
declare const verdict: Verdict
declare const accepted: Accepted
declare const code: VerdictCode

// What is right compiles: the cases below fail for what they change, not for what they share.
signRequestSync(request, rfc9421({ key }))
signRequestSync(request, rfc9421({ key: edKey }))
signPreparedSync(prepared, key)
void signRequest(request, rfc9421({ key: remote }))
void createSignedFetch(rfc9421({ key: remote }), { origins: ['https://api.example.com'] })
if (verdict.ok) void verdict.owner

// Keys that must be awaited.
misuse('signing synchronously with an asynchronous key', () =>
  // @ts-expect-error
  signRequestSync(request, rfc9421({ key: remote })),
)
misuse('signing synchronously with a private key that may be asynchronous', () =>
  // @ts-expect-error
  signRequestSync(request, rfc9421({ key: privateKey })),
)
misuse('signing prepared bytes synchronously with an asynchronous key', () =>
  // @ts-expect-error
  signPreparedSync(prepared, remote),
)
misuse('attaching a signature that was not awaited', () =>
  // @ts-expect-error
  prepared.attach(remote.sign(prepared.base)),
)
misuse('using a key that is still being imported', () =>
  // @ts-expect-error
  rfc9421({ key: importSigningKey('', { keyId: 'k', algorithm: 'ed25519' }) }),
)
misuse(
  'using a pair that is still being made',
  () =>
    // @ts-expect-error
    generateKeyPair('ed25519', { keyId: 'k' }).signingKey,
)

// A text is not a key.
misuse('a string as a signing key', () =>
  // @ts-expect-error
  rfc9421({ key: 'secret' }),
)
misuse('a string as a verifying key', () =>
  // @ts-expect-error
  staticKeys([{ key: '-----BEGIN PUBLIC KEY-----' }]),
)
misuse('a string as a shared secret', () =>
  // @ts-expect-error
  hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: 'secret' }),
)
misuse('a string as the seed of a private key', () =>
  // @ts-expect-error
  ed25519PrivateKey({ keyId: 'k', seed: '00'.repeat(32) }),
)
misuse('a secret in place of a key', () =>
  // @ts-expect-error
  rfc9421({ key: new Secret(randomBytes(32)) }),
)
misuse('a secret as text', () => {
  // @ts-expect-error
  const text: string = new Secret(randomBytes(32))
  return text
})
misuse('a public key that signs', () =>
  // @ts-expect-error
  rfc9421({ key: edKey.verifyingKey }),
)
misuse('a private key in place of a public one', () =>
  // @ts-expect-error
  staticKeys([{ key: edKey }]),
)

// The algorithm is given, never guessed.
misuse('a key without an algorithm', () =>
  // @ts-expect-error
  importVerifyingKey('-----BEGIN PUBLIC KEY-----', { keyId: 'k' }),
)
misuse('a shared secret without an algorithm', () =>
  // @ts-expect-error
  hmacKey({ keyId: 'k', secret: randomBytes(32) }),
)
misuse('an unknown algorithm', () =>
  // @ts-expect-error
  hmacKey({ keyId: 'k', algorithm: 'hmac-sha1', secret: randomBytes(32) }),
)
misuse('an algorithm in another case', () =>
  // @ts-expect-error
  hmacKey({ keyId: 'k', algorithm: 'HMAC-SHA256', secret: randomBytes(32) }),
)
misuse('an algorithm of another family', () =>
  // @ts-expect-error
  hmacKey({ keyId: 'k', algorithm: 'ed25519', secret: randomBytes(32) }),
)
misuse('a shared secret from a key pair generator', () =>
  // @ts-expect-error
  generateKeyPair('hmac-sha256', { keyId: 'k' }),
)
misuse('registration without an algorithm', () =>
  // @ts-expect-error
  validateForRegistration(randomBytes(32)),
)
misuse('a digest algorithm that is not active', () =>
  // @ts-expect-error
  contentDigest(randomBytes(1), 'md5'),
)
misuse('a body digest that is not active', () =>
  // @ts-expect-error
  rfc9421({ key, digest: 'sha-1' }),
)

// A verifier that would let everything through.
misuse('a verifier without a policy', () =>
  // @ts-expect-error
  createVerifier({ schemes, keys, replay }),
)
misuse('a policy by name', () =>
  // @ts-expect-error
  createVerifier({ schemes, keys, replay, policy: 'strict' }),
)
misuse('a policy written by hand and half', () =>
  // @ts-expect-error
  createVerifier({ schemes, keys, replay, policy: { maxAgeMs: 300_000 } }),
)
misuse('a verifier without a decision on replay', () =>
  // @ts-expect-error
  createVerifier({ schemes, keys, policy }),
)
misuse('replay protection switched off by a boolean', () =>
  // @ts-expect-error
  createVerifier({ schemes, keys, policy, replay: false }),
)
misuse('replay protection left undefined', () =>
  // @ts-expect-error
  createVerifier({ schemes, keys, policy, replay: undefined }),
)
misuse('a verifier without keys', () =>
  // @ts-expect-error
  createVerifier({ schemes, policy, replay }),
)
misuse('a verifier without schemes', () =>
  // @ts-expect-error
  createVerifier({ keys, policy, replay }),
)
misuse('a policy without the names of this server', () =>
  // @ts-expect-error
  strictPolicy({}),
)
misuse('a policy for one name that is no list', () =>
  // @ts-expect-error
  strictPolicy({ authorities: 'api.example.com' }),
)
misuse('a window as text', () =>
  // @ts-expect-error
  strictPolicy({ authorities: ['api.example.com'], maxAgeMs: '5m' }),
)
misuse('a requirement in words of one scheme', () =>
  // @ts-expect-error
  strictPolicy({ authorities: ['api.example.com'], require: ['@method'] }),
)
misuse('a policy that is changed afterwards', () => {
  // @ts-expect-error
  policy.maxAgeMs = Number.POSITIVE_INFINITY
})
misuse('a state no key can have', () => {
  // @ts-expect-error
  const record: KeyRecord = { key, status: 'rotating' }
  return record
})
misuse('a key source that answers null', () =>
  // @ts-expect-error
  createVerifier({ schemes, policy, replay, keys: { get: () => null } }),
)

// Identity exists on the accepted branch only.
misuse(
  'an owner without asking whether it was accepted',
  () =>
    // @ts-expect-error
    verdict.owner,
)
misuse(
  'a key id without asking',
  () =>
    // @ts-expect-error
    verdict.keyId,
)
misuse(
  'a body without asking',
  () =>
    // @ts-expect-error
    verdict.body,
)
misuse('a verdict taken for an accepted one', () => {
  // @ts-expect-error
  const identity: Accepted = verdict
  return identity
})
misuse('an owner of a refused request', () =>
  // @ts-expect-error
  verdict.ok ? '' : verdict.owner,
)
misuse('an owner that is taken to exist', () => {
  // @ts-expect-error
  const owner: string = accepted.owner
  return owner
})
misuse('a verdict that was not awaited', () => {
  // @ts-expect-error
  const judged: Verdict = verifier.verify(request)
  return judged
})
misuse(
  'a member of a verdict that was not awaited',
  () =>
    // @ts-expect-error
    verifier.verify(request).ok,
)
misuse('a public answer to an accepted request', () =>
  // @ts-expect-error
  refusalResponse(accepted, verifier),
)
misuse(
  'a code that does not exist',
  () =>
    // @ts-expect-error
    code === 'SIGNATURE_WRONG',
)
misuse('a switch that forgets a code', () => {
  if (code === 'REPLAY') return
  // @ts-expect-error
  const none: never = code
  return none
})
misuse(
  'an error with a code of its own',
  () =>
    // @ts-expect-error
    new CountersignError('SOMETHING', ''),
)
misuse('asking for an error that does not exist', () =>
  // @ts-expect-error
  isCountersignError(undefined, 'SOMETHING'),
)

// Messages are what is on the wire.
misuse('an object as a body', () =>
  // @ts-expect-error
  httpRequest({ url: 'https://api.example.com/', method: 'POST', body: { symbol: 'BTCUSDT' } }),
)
misuse('a Fetch Request in place of a message', () =>
  // @ts-expect-error
  verifier.verify(new Request('https://api.example.com/')),
)
misuse('a message that is changed after it was made', () => {
  // @ts-expect-error
  request.target = '/other'
})
misuse('field lines that are changed after they were made', () =>
  // @ts-expect-error
  request.fields.push('X-A', 'b'),
)
misuse('a signature that is a number', () =>
  // @ts-expect-error
  prepared.attach(1),
)
misuse('a base that is sent instead of the message', () => {
  // @ts-expect-error
  const sent: HttpRequest = prepared.base
  return sent
})
misuse('a base that is taken for text', () => {
  // @ts-expect-error
  const text: string = prepared.base
  return text
})

// Components are identifiers, not texts with parameters in them.
misuse('a component parameter as plain text', () =>
  // @ts-expect-error
  component('content-digest', 'bs'),
)
misuse('a component flag that is text', () =>
  // @ts-expect-error
  component('content-digest', { bs: 'true' }),
)
misuse('a component parameter that does not exist', () =>
  // @ts-expect-error
  component('content-digest', { raw: true }),
)
misuse('components as one text', () =>
  // @ts-expect-error
  rfc9421Signer({ key, components: '@method @path' }),
)
misuse('covering less by a boolean', () =>
  // @ts-expect-error
  rfc9421Signer({ key, components: ['@method'], coverLess: true }),
)

// A client that would sign for any origin.
misuse('a signing fetch without options', () =>
  // @ts-expect-error
  createSignedFetch(rfc9421({ key })),
)
misuse('a signing fetch without origins', () =>
  // @ts-expect-error
  createSignedFetch(rfc9421({ key }), {}),
)
misuse('a signing fetch for one origin that is no list', () =>
  // @ts-expect-error
  createSignedFetch(rfc9421({ key }), { origins: 'https://api.example.com' }),
)
misuse('a signing fetch with a key and no scheme', () =>
  // @ts-expect-error
  createSignedFetch(key, { origins: ['https://api.example.com'] }),
)
misuse('following another origin with the signature', () =>
  // @ts-expect-error
  createSignedFetch(rfc9421({ key }), { origins: ['https://a.example'], redirects: { otherOrigin: 'signed' } }),
)
misuse('a clock without a source', () =>
  // @ts-expect-error
  serverClock({ maxCorrectionMs: 1_000 }),
)
misuse('a clock that is a date', () =>
  // @ts-expect-error
  signRequest(request, rfc9421({ key }), { clock: new Date(0) }),
)
