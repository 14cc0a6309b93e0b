import { fail, kindOf, nearest } from '../errors.js'

/** How an algorithm makes a signature. Backends are chosen by family, never by algorithm name. */
export type Family = 'hmac' | 'ed25519' | 'rsa' | 'ecdsa'

/** A hash as every backend knows it. */
export type HashName = 'sha256' | 'sha384' | 'sha512'

/** One row of the algorithm table: everything a backend needs, so that nothing below it enumerates names. */
export interface AlgorithmSpec extends HashSpec {
  /** Name in WebCrypto's algorithm dictionaries. */
  readonly webCrypto: string
  /** JOSE `alg` (RFC 7518, RFC 8037) that a JWK may carry for this use; `undefined` where JOSE has none. */
  readonly jose: string | undefined
}

/** The part of a row that signing needs, without the names that formats give the algorithm. */
export interface HashSpec {
  /** What kind of key it takes. */
  readonly family: Family
  /** Hash over the signature base. Ed25519 hashes inside (RFC 8032), its row names SHA-512. */
  readonly hash: HashName
  /** Hash output in bytes; also the PSS salt length, which RFC 9421 3.3.1 pins to it. */
  readonly hashBytes: number
  /** Exact signature length in bytes, 0 where the key's size decides it (RSA). */
  readonly signatureBytes: number
  /** RSA only: the padding. */
  readonly padding?: 'pkcs1' | 'pss'
  /** ECDSA only: the curve, by its WebCrypto name. */
  readonly curve?: Curve
}

/** Curves of ECDSA by their WebCrypto names. */
export type Curve = 'P-256' | 'P-384' | 'P-521'

type Bits = 256 | 384 | 512

// r and s, each as long as the order of the curve (RFC 9421 3.3.4 and 3.3.5; FIPS 186-5 for P-521, whose numbers take 66 bytes).
const ecdsa = (bits: Bits, curve: Curve = `P-${bits as 256 | 384}`): HashSpec =>
  Object.freeze({
    family: 'ecdsa',
    hash: `sha${bits}`,
    hashBytes: bits / 8,
    signatureBytes: bits === 512 ? 132 : bits / 4,
    curve,
  })

/**
 * Name of an algorithm: the six of the RFC 9421 registry (section 6.2.2), `hmac-sha384`, `hmac-sha512`, `rsa-pss-sha256` that
 * exchanges and webhooks use, and `rsa-v1_5-sha512` and `ecdsa-p521-sha512` of banks (Berlin Group, Upvest).
 */
export type Algorithm = HmacAlgorithm | RsaAlgorithm | EcdsaAlgorithm | 'ed25519'

/**
 * An algorithm that older services still sign with. A key of one is made by its own function, no key is generated for it, and a
 * verifier takes it only where policy or scheme names it.
 */
export type WeakAlgorithm = 'hmac-sha1'

/**
 * How accounts on a chain sign: those of Ethereum and its kin with ECDSA on secp256k1 over Keccak-256 and a byte more that tells
 * the key, those of Cosmos with the same curve over SHA-256, those of Starknet on a separate curve. A verifier takes it only
 * where policy or scheme names it.
 */
export type WalletAlgorithm = 'ecdsa-secp256k1-keccak256' | 'ecdsa-secp256k1-sha256' | 'ecdsa-stark'

/**
 * ML-DSA (FIPS 204), which a quantum computer is not known to break. Experimental: keys are those of `countersign/rfc9421/ml-dsa`.
 * A verifier takes it only where its policy names it.
 */
export type PostQuantumAlgorithm = 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87'

/** Two signatures that count as one: both have to match. Those of `countersign/rfc9421/hybrid`, experimental. */
export type HybridAlgorithm = `ed25519+${PostQuantumAlgorithm}`

declare const UNREGISTERED: unique symbol
/** The name of an algorithm that a program has defined itself, with `countersign/rfc9421/unregistered`. */
export type UnregisteredAlgorithmName = string & { readonly [UNREGISTERED]: true }

/** Everything that a key can be of. */
export type KeyAlgorithm =
  | Algorithm
  | WeakAlgorithm
  | WalletAlgorithm
  | PostQuantumAlgorithm
  | HybridAlgorithm
  | UnregisteredAlgorithmName

/** Algorithms of one family, for signatures of functions that only take those. */
export type HmacAlgorithm = 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512'
/** The algorithms of RSA keys. */
export type RsaAlgorithm = 'rsa-v1_5-sha256' | 'rsa-v1_5-sha512' | 'rsa-pss-sha256' | 'rsa-pss-sha512'
/** The algorithms of ECDSA keys of the NIST curves. */
export type EcdsaAlgorithm = 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'ecdsa-p521-sha512'

type Rows<A extends Algorithm, S> = Readonly<Record<A, S>>

// Null prototype, so that `constructor` is not an algorithm.
const rows = <A extends Algorithm, S>(parts: Rows<A, S>): Rows<A, S> =>
  Object.freeze(Object.assign(Object.create(null), parts))

/** The hash of each HMAC: all that a bundle with shared secrets carries of {@link ALGORITHMS}. */
export const HMAC_HASHES: Rows<HmacAlgorithm, HashName> = /* @__PURE__ */ rows({
  'hmac-sha256': 'sha256',
  'hmac-sha384': 'sha384',
  'hmac-sha512': 'sha512',
})

/** The ECDSA rows of {@link ALGORITHMS}. */
export const ECDSA_ALGORITHMS: Rows<EcdsaAlgorithm, HashSpec> = /* @__PURE__ */ rows({
  'ecdsa-p256-sha256': /* @__PURE__ */ ecdsa(256),
  'ecdsa-p384-sha384': /* @__PURE__ */ ecdsa(384),
  'ecdsa-p521-sha512': /* @__PURE__ */ ecdsa(512, 'P-521'),
})

// Bytes of every signature. Also the list of all algorithms: who reads messages needs no more of {@link ALGORITHMS} than that.
const SIGNATURE_BYTES: Readonly<Record<Algorithm | '__proto__', number>> = {
  __proto__: null as never,
  'hmac-sha256': 32,
  'hmac-sha384': 48,
  'hmac-sha512': 64,
  ed25519: 64,
  // The key's size decides it.
  'rsa-v1_5-sha256': 0,
  'rsa-v1_5-sha512': 0,
  'rsa-pss-sha256': 0,
  'rsa-pss-sha512': 0,
  'ecdsa-p256-sha256': 64,
  'ecdsa-p384-sha384': 96,
  'ecdsa-p521-sha512': 132,
}

/** All of them, as messages list them. */
export const ALGORITHM_NAMES: readonly string[] = /* @__PURE__ */ Object.keys(SIGNATURE_BYTES)

// How a name begins, and what stands for all of them: in `jose` without the bits of the hash.
const KINDS: Readonly<Record<string, Pick<AlgorithmSpec, 'webCrypto' | 'jose' | 'padding'>>> = {
  hmac: { webCrypto: 'HMAC', jose: 'HS' },
  ed25519: { webCrypto: 'Ed25519', jose: 'EdDSA' },
  'rsa-v1_5': { webCrypto: 'RSASSA-PKCS1-v1_5', jose: 'RS', padding: 'pkcs1' },
  'rsa-pss': { webCrypto: 'RSA-PSS', jose: 'PS', padding: 'pss' },
  ecdsa: { webCrypto: 'ECDSA', jose: 'ES' },
}

const named = (): Rows<Algorithm, AlgorithmSpec> => {
  const out: Record<string, AlgorithmSpec> = {}
  for (const name of Object.keys(SIGNATURE_BYTES) as Algorithm[]) {
    const [, kind, bits = ''] = /^(.+?)(?:-p\d+)?(?:-sha(\d+))?$/.exec(name) as unknown as [string, string, string?]
    const shared = KINDS[kind] as (typeof KINDS)[string]
    // Ed25519 hashes inside, with SHA-512.
    const size = Number(bits || 512) as Bits
    out[name] = Object.freeze({
      family: kind.split('-')[0] as Family,
      ...shared,
      ...(ECDSA_ALGORITHMS[name as EcdsaAlgorithm] as HashSpec | undefined),
      hash: `sha${size}`,
      hashBytes: size / 8,
      signatureBytes: SIGNATURE_BYTES[name],
      jose: shared.jose + bits,
    })
  }
  return rows(out as Rows<Algorithm, AlgorithmSpec>)
}

/** The table: algorithm name to its facts. */
export const ALGORITHMS: Rows<Algorithm, AlgorithmSpec> = /* @__PURE__ */ named()

// Bytes of a signature of those that no table of formats has.
const OTHERS: Map<unknown, number> = /* @__PURE__ */ new Map<unknown, number>([
  ['hmac-sha1', 20],
  ['ecdsa-secp256k1-keccak256', 65],
  ['ecdsa-secp256k1-sha256', 64],
  ['ecdsa-stark', 64],
  // FIPS 204, table 2.
  ['ml-dsa-44', 2420],
  ['ml-dsa-65', 3309],
  ['ml-dsa-87', 4627],
  ['ed25519+ml-dsa-44', 2484],
  ['ed25519+ml-dsa-65', 3373],
  ['ed25519+ml-dsa-87', 4691],
])

/**
 * Makes a name one that keys can be of, with the bytes of its signatures; for `countersign/rfc9421/unregistered` alone.
 *
 * @throws {CountersignError} `CONFIG_INVALID` where it is one already, with signatures of another length.
 */
export function addAlgorithm(name: string, signatureBytes: number): void {
  if ((OTHERS.get(name) ?? signatureBytes) !== signatureBytes)
    fail('CONFIG_INVALID', `"${name}" is defined already, with signatures of another length`)
  OTHERS.set(name, signatureBytes)
}

/** Bytes of every signature of an algorithm, 0 where the key's size decides it (RSA). */
export const signatureBytesOf = (algorithm: KeyAlgorithm): number =>
  isAlgorithm(algorithm) ? SIGNATURE_BYTES[algorithm] : (OTHERS.get(algorithm) as number)

/** Whether keys can be of it: a supported algorithm, one that older services sign with, or a wallet's. */
export const isKeyAlgorithm = (name: unknown): name is KeyAlgorithm => isAlgorithm(name) || OTHERS.has(name)

/** The row of an algorithm that keys can be imported and exported for. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function algorithmSpec(algorithm: KeyAlgorithm): AlgorithmSpec {
  assertAlgorithm(algorithm)
  return ALGORITHMS[algorithm]
}

/**
 * True when a string is the exact name of a supported algorithm (case-sensitive, no aliases).
 *
 * @example
 * ```ts
 * import { isAlgorithm } from 'countersign/crypto'
 *
 * console.assert(isAlgorithm('ed25519') && !isAlgorithm('EdDSA'))
 * ```
 */
export const isAlgorithm = (name: unknown): name is Algorithm => typeof name === 'string' && name in SIGNATURE_BYTES

/** The known name that was meant: JOSE's, one of an older scheme, or a misspelt one of the same family; never one of another. */
export function nearAlgorithm(name: string, known: readonly string[]): string | undefined {
  const text = name.toLowerCase().replace(/^rsa-sha/, 'rsa-v1_5-sha')
  return (
    known.find((one) => one === text || (isAlgorithm(one) && ALGORITHMS[one].jose?.toLowerCase() === text)) ??
    nearest(
      text,
      known.filter((one) => one.startsWith(text.slice(0, 2))),
    )
  )
}

/** Throws `ARGUMENT_INVALID` unless the value names a supported algorithm (of the family, when one is given). */
export function assertAlgorithm(value: unknown, family?: Family): asserts value is Algorithm {
  if (isAlgorithm(value) && (family === undefined || ALGORITHMS[value].family === family)) return
  const names = Object.keys(ALGORITHMS).filter((name) => family === undefined || name.startsWith(family))
  const near = typeof value === 'string' ? nearAlgorithm(value, names) : undefined
  const hint = near === undefined ? `, got ${kindOf(value)}; known: ${names.join(', ')}` : `: did you mean "${near}"?`
  fail('ARGUMENT_INVALID', `"algorithm" must be ${family ?? 'a supported'} algorithm${hint}`)
}
