/** How an algorithm makes a signature. Backends are chosen by family, never by algorithm name. */
export type Family = 'hmac' | 'ed25519' | 'rsa' | 'ecdsa'

/** A hash as every backend knows it. */
export type HashName = 'sha256' | 'sha384' | 'sha512'

/** One row of the algorithm table: everything a backend needs, so that nothing below it enumerates names. */
export interface AlgorithmSpec {
  readonly family: Family
  /** Hash over the signature base. Ed25519 hashes inside (RFC 8032), its row names SHA-512. */
  readonly hash: HashName
  /** Hash output in bytes; also the PSS salt length, which RFC 9421 3.3.1 pins to it. */
  readonly hashBytes: number
  /** Hash block in bytes (the HMAC pad). */
  readonly blockBytes: number
  /** Exact signature length in bytes, 0 where the key's size decides it (RSA). */
  readonly signatureBytes: number
  /** RSA only: the padding. */
  readonly padding?: 'pkcs1' | 'pss'
  /** ECDSA only: the curve, by its WebCrypto name. */
  readonly curve?: 'P-256' | 'P-384'
  /** Name in WebCrypto's algorithm dictionaries. */
  readonly webCrypto: string
  /** JOSE `alg` (RFC 7518, RFC 8037) that a JWK may carry for this use; `undefined` where JOSE has none. */
  readonly jose: string | undefined
}

const SIZES = { sha256: [32, 64], sha384: [48, 128], sha512: [64, 128] } as const

const spec = (
  family: Family,
  hash: HashName,
  webCrypto: string,
  jose: string | undefined,
  signatureBytes: number,
  more: Pick<AlgorithmSpec, 'padding' | 'curve'> = {},
): AlgorithmSpec =>
  Object.freeze({
    family,
    hash,
    hashBytes: SIZES[hash][0],
    blockBytes: SIZES[hash][1],
    signatureBytes,
    webCrypto,
    jose,
    ...more,
  })

/**
 * Name of an algorithm: the six of the RFC 9421 registry (section 6.2.2), and `hmac-sha384`, `hmac-sha512`,
 * `rsa-pss-sha256` that exchanges and webhooks use.
 */
export type Algorithm = HmacAlgorithm | RsaAlgorithm | EcdsaAlgorithm | 'ed25519'

/** Algorithms of one family, for signatures of functions that only take those. */
export type HmacAlgorithm = 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'
export type RsaAlgorithm = 'rsa-v1_5-sha256' | 'rsa-pss-sha256' | 'rsa-pss-sha512'
export type EcdsaAlgorithm = 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384'

type Rows<A extends Algorithm> = Readonly<Record<A, AlgorithmSpec>>

// Null prototype, so that `constructor` is not an algorithm.
const rows = <A extends Algorithm>(...parts: readonly object[]): Rows<A> =>
  Object.freeze(Object.assign(Object.create(null), ...parts) as Rows<A>)

/** The HMAC rows of {@link ALGORITHMS}: all that a bundle with shared secrets carries. */
export const HMAC_ALGORITHMS: Rows<HmacAlgorithm> = /* @__PURE__ */ rows({
  'hmac-sha256': /* @__PURE__ */ spec('hmac', 'sha256', 'HMAC', 'HS256', 32),
  'hmac-sha384': /* @__PURE__ */ spec('hmac', 'sha384', 'HMAC', 'HS384', 48),
  'hmac-sha512': /* @__PURE__ */ spec('hmac', 'sha512', 'HMAC', 'HS512', 64),
})

/** The ECDSA rows of {@link ALGORITHMS}. */
export const ECDSA_ALGORITHMS: Rows<EcdsaAlgorithm> = /* @__PURE__ */ rows({
  'ecdsa-p256-sha256': /* @__PURE__ */ spec('ecdsa', 'sha256', 'ECDSA', 'ES256', 64, { curve: 'P-256' }),
  'ecdsa-p384-sha384': /* @__PURE__ */ spec('ecdsa', 'sha384', 'ECDSA', 'ES384', 96, { curve: 'P-384' }),
})

const OTHER_ALGORITHMS: Rows<RsaAlgorithm | 'ed25519'> = /* @__PURE__ */ rows({
  ed25519: /* @__PURE__ */ spec('ed25519', 'sha512', 'Ed25519', 'EdDSA', 64),
  'rsa-v1_5-sha256': /* @__PURE__ */ spec('rsa', 'sha256', 'RSASSA-PKCS1-v1_5', 'RS256', 0, { padding: 'pkcs1' }),
  'rsa-pss-sha256': /* @__PURE__ */ spec('rsa', 'sha256', 'RSA-PSS', 'PS256', 0, { padding: 'pss' }),
  'rsa-pss-sha512': /* @__PURE__ */ spec('rsa', 'sha512', 'RSA-PSS', 'PS512', 0, { padding: 'pss' }),
})

/** The table: algorithm name to its facts. */
export const ALGORITHMS: Rows<Algorithm> = /* @__PURE__ */ rows(HMAC_ALGORITHMS, OTHER_ALGORITHMS, ECDSA_ALGORITHMS)

/** True when a string is the exact name of a supported algorithm (case-sensitive, no aliases). */
export const isAlgorithm = (name: unknown): name is Algorithm => typeof name === 'string' && name in ALGORITHMS
