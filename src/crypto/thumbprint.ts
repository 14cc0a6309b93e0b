import { hash } from '#backend/hash'
import { fail } from '../errors.js'
import { algorithmSpec } from './algorithm.js'
import { base64url, base64urlDecode } from './encoding.js'
import { type Jwk, publicJwk } from './format/jwk.js'
import { publicMaterialOf } from './held.js'
import type { SigningKey, VerifyingKey } from './key.js'

// RFC 7638 3.2, RFC 8037 2: the required members of each kind, in lexicographic order. No `oct`: a hash of a shared secret
// as a public name would let anyone test guesses.
const REQUIRED: ReadonlyMap<unknown, readonly (keyof Jwk)[]> = /* @__PURE__ */ new Map([
  ['EC', ['crv', 'kty', 'x', 'y'] as const],
  ['OKP', ['crv', 'kty', 'x'] as const],
  ['RSA', ['e', 'kty', 'n'] as const],
])
const NAME = /^[A-Za-z0-9-]{1,32}$/

/**
 * The RFC 7638 SHA-256 thumbprint of a public key in base64url: the same key has the same thumbprint whatever else its JWK
 * says, so it makes a good key id. Private members of a JWK do not enter.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for a JWK without the required members; `KEY_UNSUPPORTED` for a key whose public
 * half is not known.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7638 | RFC 7638}
 * @example
 * ```ts
 * import { generateKeyPair, jwkThumbprint } from 'countersign/crypto'
 *
 * const { verifyingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
 * console.log(jwkThumbprint(verifyingKey))
 * ```
 */
export function jwkThumbprint(key: Jwk | SigningKey | VerifyingKey): string {
  const jwk = isKey(key) ? jwkOf(key) : requiredMembers(key)
  return base64url(hash('sha256', JSON.stringify(jwk)))
}

const isKey = (key: Jwk | SigningKey | VerifyingKey): key is SigningKey | VerifyingKey =>
  typeof key === 'object' && key !== null && ('sign' in key || 'verify' in key)

function jwkOf(key: SigningKey | VerifyingKey): Jwk {
  const material = publicMaterialOf(key)
  if (material !== undefined) return publicJwk(algorithmSpec(key.algorithm), material)
  fail('KEY_UNSUPPORTED', 'key expected to be one this library imported, with a public half')
}

function requiredMembers(jwk: Jwk): Jwk {
  const own = (name: keyof Jwk): unknown =>
    typeof jwk === 'object' && jwk !== null && Object.hasOwn(jwk, name) ? jwk[name] : undefined
  const members = (REQUIRED.get(own('kty')) ?? ['kty']).map((name) => [name, own(name)] as const)
  for (const [name, value] of members) {
    const isName = name === 'kty' || name === 'crv'
    const sound =
      typeof value === 'string' && (isName ? NAME.test(value) : value !== '' && base64urlDecode(value) !== undefined)
    if (!sound || members.length === 1) {
      fail('KEY_MALFORMED', `JWK expected an EC, OKP or RSA key with "${name}"`)
    }
  }
  return Object.fromEntries(members)
}
