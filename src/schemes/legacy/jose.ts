import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import { ALGORITHMS, isAlgorithm } from '../../crypto/algorithm.js'
import { base64url, base64urlDecode, utf8 } from '../../crypto/encoding.js'
import { fail, isInteger } from '../../errors.js'
import { MAX_CREDENTIALS } from './auth-params.js'
import { encodedObject, type JsonObject, memberOf } from './json.js'

/** A JSON Web Signature in its compact form (RFC 7515 7.1), read and not verified. */
export interface CompactJws {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What is signed: the first two parts as they came. */
  readonly input: string
  readonly signature: Uint8Array
  /** The algorithm of the header, which may only veto. */
  readonly algorithm: KeyAlgorithm
}

/** `alg` of RFC 7518 3.1, RFC 8037 and RFC 9864 by the algorithm of a key, and back. */
export const joseName = (algorithm: KeyAlgorithm): string | undefined =>
  isAlgorithm(algorithm) ? ALGORITHMS[algorithm].jose : undefined
const BY_NAME: ReadonlyMap<string, KeyAlgorithm> = /* @__PURE__ */ new Map([
  ...Object.keys(ALGORITHMS).map((name) => [joseName(name as KeyAlgorithm) as string, name as KeyAlgorithm] as const),
  ['Ed25519', 'ed25519'] as const,
])

const encoded = (part: object): string => base64url(utf8(JSON.stringify(part)))

/** What a JWT signs (RFC 7515 5.1): members stand in the order in which they are given. */
export const jwsInput = (header: object, claims: object): string => `${encoded(header)}.${encoded(claims)}`

/**
 * Reads a compact JWS strictly: canonical base64url, JSON without repeated names, a known `alg`, no `crit` (no extension is
 * supported), no `b64`.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`, `ALG_UNSUPPORTED` (also for `none`), `SIGNATURE_MALFORMED`, `AUTH_TOO_LARGE`.
 */
export function readJws(what: string, token: string): CompactJws {
  if (token.length > MAX_CREDENTIALS) fail('AUTH_TOO_LARGE', `${what} has more than ${MAX_CREDENTIALS} characters`)
  const parts = token.split('.')
  const [first, second, third] = parts as [string, string, string]
  if (parts.length !== 3) fail('AUTH_MALFORMED', `${what} must have three parts`)
  const header = encodedObject(`the header of ${what}`, first)
  const algorithm = BY_NAME.get(String(memberOf(header, 'alg')))
  if (algorithm === undefined) fail('ALG_UNSUPPORTED', `${what} names an algorithm that is not supported`)
  for (const name of ['crit', 'b64'])
    if (memberOf(header, name) !== undefined)
      fail('AUTH_MALFORMED', `${what} asks for an extension that is not supported`)
  const claims = encodedObject(`the claims of ${what}`, second)
  const signature = base64urlDecode(third)
  if (signature === undefined || signature.length === 0)
    fail('SIGNATURE_MALFORMED', `the signature of ${what} must be unpadded base64url`)
  return { header, claims, input: `${first}.${second}`, signature, algorithm }
}

/** A time claim in milliseconds; `undefined` where it is absent. @throws {CountersignError} `TIMESTAMP_MALFORMED`. */
export function timeClaim(claims: JsonObject, name: string): number | undefined {
  const value = memberOf(claims, name)
  if (value === undefined) return undefined
  // RFC 7519 2 allows fractions; a signer that states one is not known, and a text is none.
  return isInteger(value, 1, 99_999_999_999)
    ? (value as number) * 1000
    : fail('TIMESTAMP_MALFORMED', `"${name}" must be whole seconds since the epoch, as a number`)
}

/** A claim that is text; `undefined` where it is absent. @throws {CountersignError} `AUTH_MALFORMED`. */
export function textClaim(claims: JsonObject, name: string): string | undefined {
  const value = memberOf(claims, name)
  return value === undefined || typeof value === 'string' ? value : fail('AUTH_MALFORMED', `"${name}" must be text`)
}
