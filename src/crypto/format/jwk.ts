import { fail } from '../../errors.js'
import type { AlgorithmSpec } from '../algorithm.js'
import { base64url, base64urlDecode } from '../encoding.js'
import type { PublicMaterial } from '../held.js'

/** A JSON Web Key (RFC 7517) of the kinds used here. Extra members are allowed and ignored. */
export interface Jwk {
  /** Kind of the key: `OKP`, `EC`, `RSA`, `oct`. */
  readonly kty?: string
  /** Curve: `Ed25519`, `P-256`, `P-384`, `P-521`, `secp256k1`. */
  readonly crv?: string
  /** Algorithm of JOSE, such as `ES256`. */
  readonly alg?: string
  /** What the key is for: `sig`. */
  readonly use?: string
  /** What the key may do: `sign`, `verify`. */
  readonly key_ops?: readonly string[]
  /** Id of the key. */
  readonly kid?: string
  /** Public: the point, or its first coordinate, in base64url. */
  readonly x?: string
  /** Public: the second coordinate. */
  readonly y?: string
  /** Private: the scalar, the seed, or the exponent of RSA. */
  readonly d?: string
  /** Public: the modulus of RSA. */
  readonly n?: string
  /** Public: the exponent of RSA. */
  readonly e?: string
  /** Private: the first prime of RSA. */
  readonly p?: string
  /** Private: the second prime. */
  readonly q?: string
  /** Private: `d mod (p - 1)`. */
  readonly dp?: string
  /** Private: `d mod (q - 1)`. */
  readonly dq?: string
  /** Private: the inverse of the second prime. */
  readonly qi?: string
  /** The bytes of a shared secret. */
  readonly k?: string
}

/** Decoded members of a checked JWK. */
export interface JwkMembers {
  /** @throws {CountersignError} `KEY_MALFORMED` unless it is there, as unpadded base64url. */
  bytes(name: keyof Jwk): Uint8Array
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const EXTRA_JOSE_NAME: Readonly<Record<string, string>> = { EdDSA: 'Ed25519' } // RFC 9864

const malformed = (must: string): never => fail('KEY_MALFORMED', `JWK must ${must}`)

/**
 * Checks everything a JWK says about its use against the given algorithm. It may be silent (`alg`, `use` and `key_ops`
 * are optional), but not disagree.
 */
export function readJwk(
  jwk: unknown,
  spec: AlgorithmSpec,
  kty: 'OKP' | 'EC' | 'RSA' | 'oct',
  operation: 'sign' | 'verify',
): JwkMembers {
  if (typeof jwk !== 'object' || jwk === null) malformed('be an object')
  // Own members only: nothing comes from a polluted prototype.
  const member = (name: string): unknown =>
    Object.hasOwn(jwk as object, name) ? (jwk as Record<string, unknown>)[name] : undefined

  if (member('kty') !== kty) malformed(`have "kty" ${kty}`)
  const curve = kty === 'OKP' ? 'Ed25519' : spec.curve
  if (curve !== undefined && member('crv') !== curve) malformed(`have "crv" ${curve}`)
  const alg = member('alg')
  if (alg !== undefined && alg !== spec.jose && alg !== EXTRA_JOSE_NAME[spec.jose as string]) {
    malformed(`have "alg" ${spec.jose} or none`)
  }
  const use = member('use')
  if (use !== undefined && use !== 'sig') malformed('have "use" sig or none')
  const operations = member('key_ops')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes(operation))) {
    malformed(`have "key_ops" with ${operation} or none`)
  }
  if (kty !== 'oct') {
    const isPrivate = PRIVATE_MEMBERS.some((name) => member(name) !== undefined)
    if (operation === 'verify' && isPrivate) malformed('be a public key, got a private one')
    if (operation === 'sign' && !isPrivate) malformed('be a private key, got a public one')
  }

  return {
    bytes: (name) => {
      const text = member(name)
      const bytes = typeof text === 'string' ? base64urlDecode(text) : undefined
      return bytes === undefined || bytes.length === 0 ? malformed(`have "${name}" in unpadded base64url`) : bytes
    },
  }
}

/**
 * The members that make a public JWK, in the lexicographic order that RFC 7638 3.2 wants of a thumbprint
 * (RFC 7518 6.2 and 6.3, RFC 8037 2).
 */
export function publicJwk(spec: AlgorithmSpec, material: PublicMaterial): Jwk {
  if (!(material instanceof Uint8Array)) return { e: base64url(material.e), kty: 'RSA', n: base64url(material.n) }
  const { curve } = spec
  if (curve === undefined) return { crv: 'Ed25519', kty: 'OKP', x: base64url(material) }
  const half = 1 + spec.signatureBytes / 2
  return { crv: curve, kty: 'EC', x: base64url(material.subarray(1, half)), y: base64url(material.subarray(half)) }
}
