import type { AlgorithmSpec, HashName, HashSpec } from '../algorithm.js'
import type { Bytes, SigningKey, SyncSigningKey, SyncVerifyingKey, TextEncoding, VerifyingKey } from '../key.js'

/**
 * What each backend module exports under `#backend/…`; `native/` and `portable/` satisfy the same types and pass the same
 * tests. Which one is used is decided once, by the package's `imports` map, never at run time.
 */

/** `#backend/hash` */
export interface HashBackend {
  hash(name: HashName, data: Bytes): Uint8Array
  hashText(name: HashName, data: Bytes, encoding: TextEncoding): string
  /** {@link hashText} without the other encodings in the bundle. */
  hashBase64(name: HashName, data: Bytes): string
  /** Whether data have this digest; constant time in the contents of a digest of the right length. */
  hashMatches(name: HashName, data: Bytes, digest: Uint8Array): boolean
  createHasher(name: HashName): Hasher
}

/** `#backend/hash`: for a legacy pre-stage before a real signature. Nothing may be verified by it. */
export interface Md5Backend {
  md5Hex(data: Bytes): string
}

/** An incremental hash: `update` as often as needed, `digest` once. */
export interface Hasher {
  update(data: Uint8Array): void
  digest(): Uint8Array
}

/** `#backend/hmac`: a key with its pads precomputed. */
export interface HmacBackend {
  hmac(hash: HashName, secret: Uint8Array): Mac
}

/** `#backend/hmac`: the one of most services, alone in a bundle. */
export interface HmacSha256Backend {
  hmacSha256(secret: Uint8Array): Mac
}

export interface Mac {
  sign(base: Bytes): Uint8Array
  /** Where text is cheaper than bytes. */
  signText?(base: Bytes, encoding: TextEncoding): string
  /** Constant time in the contents; a signature of the wrong length is `false`. */
  verify(base: Bytes, signature: Uint8Array): boolean
  /** The same of parts that are joined as they are. */
  verifyParts?(parts: readonly Bytes[], signature: Uint8Array): boolean
}

/** `#backend/ed25519`. Sizes and encodings are checked by the caller. */
export interface Ed25519Backend {
  ed25519Signer(seed: Uint8Array): PrivateHalf
  /** A point that is not on the curve verifies nothing; it does not throw. */
  ed25519Verifier(publicKey: Uint8Array): SyncVerifyingKey['verify']
  /** The same off the event loop, where the runtime has a thread pool. */
  ed25519PoolVerifier(publicKey: Uint8Array): VerifyingKey['verify']
}

/** `#backend/ecdsa`. Scalars are in range, points are uncompressed, unless given otherwise. */
export interface EcdsaBackend {
  /** Whether bytes as long as the order are a scalar: from 1 to the order less one. */
  isEcdsaScalar(spec: HashSpec, scalar: Uint8Array): boolean
  ecdsaSigner(spec: HashSpec, scalar: Uint8Array): PrivateHalf
  ecdsaVerifier(spec: HashSpec, point: Uint8Array): SyncVerifyingKey['verify']
  ecdsaPoolVerifier(spec: HashSpec, point: Uint8Array): VerifyingKey['verify']
  /** Uncompressed form of a compressed or uncompressed point; `undefined` where it is not on the curve. */
  ecdsaPoint(spec: HashSpec, point: Uint8Array): Uint8Array | undefined
}

/** A private key ready to sign; its public half is computed on demand. */
export interface PrivateHalf {
  readonly sign: SyncSigningKey['sign']
  publicKey(): Uint8Array
}

/** `#backend/ml-dsa`. Sizes are checked by the caller; `undefined` where the runtime has none of it. Names are those of FIPS 204. */
export interface MlDsaBackend {
  mlDsaSigner(name: MlDsaName, seed: Uint8Array): PrivateHalf | undefined
  /** Whether the two forms of a private key belong together: `both` of RFC 9881 6, where {@link mlDsaSigner} takes the seed. */
  mlDsaPairFits(name: MlDsaName, both: Uint8Array): boolean
  mlDsaVerifier(name: MlDsaName, publicKey: Uint8Array): SyncVerifyingKey['verify'] | undefined
}

/** The parameter sets of FIPS 204, which are also the names of JOSE (RFC 9964). */
export type MlDsaName = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

/** `#backend/rsa`. Keys come as canonical PKCS#8 and SubjectPublicKeyInfo with the rsaEncryption identifier. */
export interface RsaBackend {
  rsaSigner(spec: AlgorithmSpec, pkcs8: Uint8Array, threadPool: boolean): Promise<RsaOperation<SigningKey['sign']>>
  rsaVerifier(spec: AlgorithmSpec, spki: Uint8Array, threadPool: boolean): Promise<RsaOperation<VerifyingKey['verify']>>
  /** A new key as PKCS#8. */
  rsaGenerate(spec: AlgorithmSpec, modulusLength: number): Promise<Uint8Array>
}

export interface RsaOperation<F> {
  readonly run: F
  /** True where `run` answers at once. */
  readonly sync: boolean
}

/** Pseudo-random functions of PBKDF2, by the hash under their HMAC. */
export type Prf = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** Cost of scrypt (RFC 7914 section 2); memory is `128 * N * r` bytes. */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** `#backend/kdf`: what password-protected PKCS#8 is made of. The caller has bounded every cost. */
export interface KdfBackend {
  pbkdf2(prf: Prf, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Promise<Uint8Array>
  scrypt(password: Uint8Array, salt: Uint8Array, cost: ScryptCost, length: number): Promise<Uint8Array>
  aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array>
  /** `undefined` where the padding is wrong, which is what a wrong key nearly always gives. */
  aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array | undefined>
}

/**
 * `#backend/aes-gcm`: AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and the whole 128-bit tag behind the ciphertext.
 * Key and nonce have been checked for their size by the caller.
 */
export interface AesGcmBackend {
  aesGcmSeal(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, associated: Uint8Array): Uint8Array
  /** `undefined` where anything differs: key, nonce, associated data, ciphertext or tag. */
  aesGcmOpen(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array | undefined
}
