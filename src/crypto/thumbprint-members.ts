import { fail } from '../errors.js'
import { base64urlDecode } from './encoding.js'
import type { Jwk } from './format/jwk.js'

// RFC 7638 3.2, RFC 8037 2: the required members of each kind, in lexicographic order. No `oct`: a hash of a shared secret
// as a public name would let anyone test guesses.
const REQUIRED: ReadonlyMap<unknown, readonly (keyof Jwk)[]> = /* @__PURE__ */ new Map([
  ['EC', ['crv', 'kty', 'x', 'y'] as const],
  ['OKP', ['crv', 'kty', 'x'] as const],
  ['RSA', ['e', 'kty', 'n'] as const],
])
const NAME = /^[A-Za-z0-9-]{1,32}$/

/**
 * The members of a public key that RFC 7638 counts, in its order: the hash of their JSON is the thumbprint.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for a JWK without them.
 */
export function requiredMembers(jwk: Jwk): Jwk {
  const own = (name: keyof Jwk): unknown =>
    typeof jwk === 'object' && jwk !== null && Object.hasOwn(jwk, name) ? jwk[name] : undefined
  const members = (REQUIRED.get(own('kty')) ?? ['kty']).map((name) => [name, own(name)] as const)
  for (const [name, value] of members) {
    const isName = name === 'kty' || name === 'crv'
    const sound =
      typeof value === 'string' && (isName ? NAME.test(value) : value !== '' && base64urlDecode(value) !== undefined)
    if (!sound || members.length === 1) {
      fail('KEY_MALFORMED', `JWK must be an EC, OKP or RSA key with "${name}"`)
    }
  }
  return Object.fromEntries(members)
}
