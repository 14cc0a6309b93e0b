import type { AlgorithmSpec } from '../algorithm.js'
import { base64url } from '../encoding.js'
import type { PublicMaterial } from '../held.js'
import type { Jwk } from './jwk.js'

/**
 * The members that make a public JWK, in the lexicographic order that RFC 7638 3.2 wants of a thumbprint
 * (RFC 7518 6.2 and 6.3, RFC 8037 2).
 */
export function publicJwk(spec: AlgorithmSpec, material: PublicMaterial): Jwk {
  if (material.family === 'ed25519') return { crv: 'Ed25519', kty: 'OKP', x: base64url(material.publicKey) }
  if (material.family === 'rsa') return { e: base64url(material.rsa.e), kty: 'RSA', n: base64url(material.rsa.n) }
  const half = 1 + spec.signatureBytes / 2
  const { point } = material
  return {
    crv: spec.curve as string,
    kty: 'EC',
    x: base64url(point.subarray(1, half)),
    y: base64url(point.subarray(half)),
  }
}
