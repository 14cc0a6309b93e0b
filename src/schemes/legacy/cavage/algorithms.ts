import type { KeyAlgorithm } from '../../../crypto/algorithm.js'

/**
 * Draft-12 appendix E, and the names that older signers write: `rsa-sha512` is that of the Berlin Group and STET beside `rsa-sha256`.
 * `hs2019` leaves the choice to the key.
 */
const NAMES: ReadonlyMap<string, KeyAlgorithm> = /* @__PURE__ */ new Map([
  ['rsa-sha256', 'rsa-v1_5-sha256'],
  ['rsa-sha512', 'rsa-v1_5-sha512'],
  ['hmac-sha256', 'hmac-sha256'],
  ['hmac-sha512', 'hmac-sha512'],
  ['ecdsa-sha256', 'ecdsa-p256-sha256'],
  ['ecdsa-sha384', 'ecdsa-p384-sha384'],
  ['ecdsa-sha512', 'ecdsa-p521-sha512'],
  ['ed25519', 'ed25519'],
  ['ed25519-sha512', 'ed25519'],
])

export const HS2019 = 'hs2019'

/** What a signature may name. */
export const ALGORITHM_TEXTS: readonly string[] = /* @__PURE__ */ [...NAMES.keys(), HS2019]

/** The algorithm that a name stands for; `undefined` for one that is not supported. */
export const algorithmNamed = (name: string): KeyAlgorithm | undefined => NAMES.get(name)

/** The name that a signature of this algorithm states. */
export function nameOf(algorithm: KeyAlgorithm): string {
  for (const [name, one] of NAMES) if (one === algorithm) return name
  return HS2019
}

/** Everything that signatures of the scheme are made with. */
export const CAVAGE_ALGORITHMS: readonly KeyAlgorithm[] = [
  'rsa-v1_5-sha256',
  'rsa-v1_5-sha512',
  'rsa-pss-sha512',
  'hmac-sha256',
  'hmac-sha512',
  'ed25519',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ecdsa-p521-sha512',
]

/** Draft-12 2.3: a name that states its algorithm may not be used with `(created)` and `(expires)`. */
export const takesNoCreated = (name: string): boolean => /^(?:rsa|hmac|ecdsa)/.test(name)

/** Bytes of one number of an ECDSA signature; `undefined` for other algorithms. */
export const ecdsaSize = (algorithm: KeyAlgorithm | undefined): number | undefined => ECDSA_SIZES.get(algorithm)

const ECDSA_SIZES: ReadonlyMap<KeyAlgorithm | undefined, number> = /* @__PURE__ */ new Map<KeyAlgorithm, number>([
  ['ecdsa-p256-sha256', 32],
  ['ecdsa-p384-sha384', 48],
  ['ecdsa-p521-sha512', 66],
])
