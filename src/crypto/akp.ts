import { hash } from '#backend/hash'
import type { PostQuantumAlgorithm } from './algorithm.js'
import { base64url, base64urlDecode } from './encoding.js'

/** The members of a public key of type AKP (RFC 9964 3). */
export interface AkpMembers {
  readonly alg: string
  readonly kty: 'AKP'
  readonly pub: string
}

const NAME = /^ML-DSA-(?:44|65|87)$/

/**
 * The public members of a JWK of ML-DSA, and nothing else of it; `undefined` for any other value. The key itself is not checked: its
 * subpath does that.
 */
export function akpMembers(jwk: unknown): AkpMembers | undefined {
  const own = (name: string): unknown =>
    typeof jwk === 'object' && jwk !== null && Object.hasOwn(jwk, name)
      ? (jwk as Readonly<Record<string, unknown>>)[name]
      : undefined
  const [alg, pub] = [own('alg'), own('pub')]
  if (own('kty') !== 'AKP' || typeof alg !== 'string' || !NAME.test(alg)) return undefined
  return typeof pub === 'string' && pub !== '' && base64urlDecode(pub) !== undefined
    ? { alg, kty: 'AKP', pub }
    : undefined
}

/** Its algorithm, as the keys here have it. */
export const akpAlgorithm = ({ alg }: AkpMembers): PostQuantumAlgorithm => alg.toLowerCase() as PostQuantumAlgorithm

/** RFC 9964 6: the members in lexicographic order (RFC 7638 3). */
export const akpThumbprint = ({ alg, kty, pub }: AkpMembers): string =>
  base64url(hash('sha256', JSON.stringify({ alg, kty, pub })))
