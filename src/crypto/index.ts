/** Bytes and keys: algorithms, import, export, generation, validation. Nothing here knows HTTP. */
export {
  ALGORITHMS,
  type Algorithm,
  type AlgorithmSpec,
  type EcdsaAlgorithm,
  type Family,
  type HashName,
  type HmacAlgorithm,
  isAlgorithm,
  type KeyAlgorithm,
  type RsaAlgorithm,
  type WeakAlgorithm,
} from './algorithm.js'
export { ecdsaPrivateKey, ecdsaSigningKey, ecdsaVerifyingKey } from './ecdsa-key.js'
export { ed25519PrivateKey, ed25519SigningKey, ed25519VerifyingKey } from './ed25519-key.js'
export { exportPrivateKey, exportPublicKey, type KeyFormat } from './export.js'
export type { Jwk } from './format/jwk.js'
export type { Passphrase } from './format/pbes2.js'
export type { BytesFormat, PrivateKeyMaterial, PublicKeyMaterial } from './format/read-key.js'
export { generateKeyPair, generateSecret } from './generate.js'
export { isSyncKey, requireSync } from './held.js'
export { hmacKey, hmacSha256Key } from './hmac-key.js'
export { hmacSha1Key } from './hmac-sha1-key.js'
export {
  type ImportSigningKeyOptions,
  type ImportVerifyingKeyOptions,
  importSigningKey,
  importVerifyingKey,
} from './import.js'
export { importEcdsaSigningKey, importEcdsaVerifyingKey } from './import-ecdsa.js'
export { importEd25519SigningKey, importEd25519VerifyingKey } from './import-ed25519.js'
export { importRsaSigningKey, importRsaVerifyingKey } from './import-rsa.js'
export type {
  Bytes,
  HmacKey,
  KeyPair,
  PrivateKey,
  SigningKey,
  SyncPrivateKey,
  SyncSigningKey,
  SyncVerifyingKey,
  TextEncoding,
  VerifyingKey,
} from './key.js'
export { randomBytes, randomNonce } from './random.js'
export { Secret } from './secret.js'
export { jwkThumbprint } from './thumbprint.js'
export { validateForRegistration } from './validate.js'
export { webCryptoSigningKey, webCryptoVerifyingKey } from './web-crypto-key.js'
