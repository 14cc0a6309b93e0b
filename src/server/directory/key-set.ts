import { ALGORITHMS, type Algorithm, type KeyAlgorithm } from '../../crypto/algorithm.js'
import { type Jwk, readJwk } from '../../crypto/format/jwk.js'
import { importVerifyingKey } from '../../crypto/import.js'
import { isKeyId, type VerifyingKey } from '../../crypto/key.js'
import type { OtherKey, OtherKeys } from '../../crypto/other-keys.js'
import { jwkThumbprint } from '../../crypto/thumbprint.js'
import { validateForRegistration } from '../../crypto/validate.js'
import { CountersignError, fail, isCountersignError, isInteger } from '../../errors.js'
import { sleep } from '../../support/deadline.js'

/** One usable key of a directory. */
export interface DirectoryKey {
  readonly jwk: Jwk
  readonly algorithm: KeyAlgorithm
  readonly thumbprint: string
  /** Of a type that {@link KeySetLimits.otherKeys} reads. */
  readonly other?: OtherKey
  readonly notBeforeMs: number | undefined
  readonly expiresAtMs: number | undefined
}

/** The content of a document. */
export interface KeySet {
  /** By `kid` and by thumbprint. */
  readonly byId: ReadonlyMap<string, DirectoryKey>
  /** Keys that passed every check, by algorithm and thumbprint: the same key need not pass them again. */
  readonly sound: ReadonlySet<string>
  /** Why keys were left out. */
  readonly problems: readonly CountersignError[]
}

/** Limits of {@link readKeySet}. */
export interface KeySetLimits {
  readonly maxKeys: number
  readonly algorithms: readonly KeyAlgorithm[]
  /** Leaves out a key whose `kid` is not its thumbprint. */
  readonly kidIsThumbprint?: boolean
  readonly otherKeys?: OtherKeys | undefined
}

// kty, crv and alg of a JWK to the one algorithm they mean (RFC 7518, RFC 8037, RFC 9864). A curve is enough; an RSA key
// fits four algorithms, so it must name its own.
const ALGORITHM_OF: ReadonlyMap<string, Algorithm> = /* @__PURE__ */ new Map<string, Algorithm>([
  ['OKP Ed25519 ', 'ed25519'],
  ['OKP Ed25519 EdDSA', 'ed25519'],
  ['OKP Ed25519 Ed25519', 'ed25519'],
  ['EC P-256 ', 'ecdsa-p256-sha256'],
  ['EC P-256 ES256', 'ecdsa-p256-sha256'],
  ['EC P-384 ', 'ecdsa-p384-sha384'],
  ['EC P-384 ES384', 'ecdsa-p384-sha384'],
  ['EC P-521 ', 'ecdsa-p521-sha512'],
  ['EC P-521 ES512', 'ecdsa-p521-sha512'],
  ['RSA  PS256', 'rsa-pss-sha256'],
  ['RSA  PS512', 'rsa-pss-sha512'],
  ['RSA  RS256', 'rsa-v1_5-sha256'],
  ['RSA  RS512', 'rsa-v1_5-sha512'],
])
const PUBLIC_MEMBERS = ['kty', 'crv', 'alg', 'use', 'key_ops', 'x', 'y', 'n', 'e'] as const
/** Members of a JWK that hold a secret (RFC 7518 6, RFC 9964 4). */
export const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** New keys that are checked before other work gets its turn. */
const CHECKS_A_TURN = 4

const refused = (problem: string): CountersignError => new CountersignError('DIRECTORY_REFUSED', `directory ${problem}`)

/**
 * Reads a JWK Set (RFC 7517 5). A key that cannot be used is left out, as RFC 7517 recommends; a document that shows secrets or
 * contradicts itself is refused whole, because the mistake concerns every key.
 *
 * @throws {CountersignError} `DIRECTORY_REFUSED`; nothing of the document is repeated in the text.
 */
export async function readKeySet(text: string, limits: KeySetLimits, known?: KeySet): Promise<KeySet> {
  const { maxKeys, algorithms } = limits
  const keys = member(parseJson(text), 'keys')
  if (!Array.isArray(keys)) throw refused('must be a JSON object with an array "keys"')
  if (keys.length > maxKeys) throw refused(`must have at most ${maxKeys} keys`)
  const problems: CountersignError[] = []
  const sound = new Set<string>()
  const kids = new Set<unknown>()
  let checked = 0
  const byKid = new Map<string, DirectoryKey>()
  const byThumbprint = new Map<string, DirectoryKey | undefined>()
  for (const [index, jwk] of keys.entries()) {
    if (member(jwk, 'kty') === 'oct' || PRIVATE_MEMBERS.some((name) => member(jwk, name) !== undefined))
      throw refused('must have public keys only, got a secret')
    const kid = member(jwk, 'kid')
    // Also of a key that is left out below: which of the two was meant is unknown.
    if (kid !== undefined && kids.has(kid)) throw refused('must have different key ids')
    kids.add(kid)
    try {
      const key = readOther(jwk, limits) ?? readKey(jwk, algorithms, known)
      if (limits.kidIsThumbprint === true && kid !== undefined && kid !== key.thumbprint)
        fail('KEY_MALFORMED', 'JWK must have its SHA-256 thumbprint as "kid"')
      const id = `${key.algorithm} ${key.thumbprint}`
      sound.add(id)
      if (known?.sound.has(id) !== true) checked++
      if (isKeyId(kid)) byKid.set(kid, key)
      // One RSA key may be there for two algorithms; its thumbprint then names neither.
      byThumbprint.set(key.thumbprint, byThumbprint.has(key.thumbprint) ? undefined : key)
    } catch (error) {
      if (!isCountersignError(error)) throw error
      problems.push(new CountersignError(error.code, `key ${index} left out: ${error.message}`))
      checked++
    }
    // Proving a point's order takes milliseconds, and requests are waiting.
    if (checked === CHECKS_A_TURN) {
      checked = 0
      await sleep(0)
    }
  }
  for (const [thumbprint, key] of byThumbprint) {
    const named = byKid.get(thumbprint)
    if (named !== undefined && named.thumbprint !== thumbprint) throw refused('must have no key named like another')
    if (key !== undefined) byKid.set(thumbprint, key)
  }
  return { byId: byKid, sound, problems }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's error repeats the text around the mistake.
    throw refused('must be JSON')
  }
}

/** Own members only: nothing comes from a prototype, whatever the document calls its members. */
const member = (object: unknown, name: string): unknown =>
  Object.hasOwn(Object(object), name) ? (object as Record<string, unknown>)[name] : undefined

/** The key that a directory's is, called as the request calls it. */
export async function keyOf({ jwk, algorithm, other }: DirectoryKey, keyId: string): Promise<VerifyingKey> {
  return other?.named(keyId) ?? importVerifyingKey(jwk as object, { keyId, algorithm: algorithm as Algorithm })
}

const NOT_ALLOWED = 'JWK must have kty, crv and alg of an allowed algorithm'

function readOther(given: unknown, { otherKeys, algorithms }: KeySetLimits): DirectoryKey | undefined {
  const other = otherKeys?.read(given)
  if (other === undefined) return undefined
  const { algorithm, thumbprint } = other
  if (!algorithms.includes(algorithm)) fail('KEY_UNSUPPORTED', NOT_ALLOWED)
  const times = { notBeforeMs: dateOf(given, 'nbf'), expiresAtMs: dateOf(given, 'exp') }
  return { jwk: given as Jwk, algorithm, thumbprint, other, ...times }
}

function readKey(given: unknown, allowed: readonly KeyAlgorithm[], known: KeySet | undefined): DirectoryKey {
  const names = ['kty', 'crv', 'alg'].map((name) => member(given, name) ?? '')
  if (names[0] === 'RSA') names[1] = ''
  // Text only: an array of one name would join to that name.
  const algorithm = names.every((name) => typeof name === 'string') ? ALGORITHM_OF.get(names.join(' ')) : undefined
  if (algorithm === undefined || !allowed.includes(algorithm)) fail('KEY_UNSUPPORTED', NOT_ALLOWED)
  const jwk: Record<string, unknown> = {}
  for (const name of PUBLIC_MEMBERS) {
    const value = member(given, name)
    if (value !== undefined) jwk[name] = value
  }
  const thumbprint = jwkThumbprint(jwk as Jwk)
  const times = { notBeforeMs: dateOf(given, 'nbf'), expiresAtMs: dateOf(given, 'exp') }
  readJwk(jwk, ALGORITHMS[algorithm], names[0] as 'OKP' | 'EC' | 'RSA', 'verify')
  // Only this part is dear, and it depends on nothing but the thumbprint.
  if (known?.sound.has(`${algorithm} ${thumbprint}`) !== true) validateForRegistration(jwk as Jwk, { algorithm })
  return { jwk: jwk as Jwk, algorithm, thumbprint, ...times }
}

/** The draft's `nbf` and `exp` are seconds; a number that would be a time in the year 5138 is milliseconds by mistake. */
const LAST_SECOND = 99_999_999_999

function dateOf(jwk: unknown, name: 'nbf' | 'exp'): number | undefined {
  const seconds = member(jwk, name)
  if (seconds === undefined) return undefined
  if (isInteger(seconds, 0, LAST_SECOND)) return seconds * 1_000
  fail('KEY_MALFORMED', `JWK must have "${name}" in whole seconds`)
}
