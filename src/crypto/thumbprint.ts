import { hash } from '#backend/hash'
import { algorithmSpec } from './algorithm.js'
import { base64url } from './encoding.js'
import { type Jwk, publicJwk } from './format/jwk.js'
import { knownPublic } from './held.js'
import type { SigningKey, VerifyingKey } from './key.js'
import { requiredMembers } from './thumbprint-members.js'

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
  const jwk = isKey(key) ? publicJwk(algorithmSpec(key.algorithm), knownPublic(key)) : requiredMembers(key)
  return base64url(hash('sha256', JSON.stringify(jwk)))
}

const isKey = (key: Jwk | SigningKey | VerifyingKey): key is SigningKey | VerifyingKey =>
  typeof key === 'object' && key !== null && ('sign' in key || 'verify' in key)
