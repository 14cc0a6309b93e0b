/** Keys of ML-DSA, experimental: `countersign/rfc9421/ml-dsa`. Apart from the other keys, which no bundle is to pay for. */

export { type ImportMlDsaOptions, importMlDsaKey, importMlDsaVerifyingKey } from './ml-dsa-import.js'
export {
  type MlDsaFunctions,
  type MlDsaJwk,
  type MlDsaJwkInput,
  type MlDsaKey,
  type MlDsaKeyOptions,
  type MlDsaModule,
  type MlDsaVerifyingKey,
  type MlDsaVerifyingKeyOptions,
  mlDsaKey,
  mlDsaThumbprint,
  mlDsaVerifyingKey,
} from './ml-dsa-key.js'
export { mlDsaKeys } from './ml-dsa-keys.js'
export {
  type MlDsaWebCryptoOptions,
  mlDsaWebCryptoSigningKey,
  mlDsaWebCryptoVerifyingKey,
} from './ml-dsa-web-crypto.js'
export type {
  OtherAlgorithm,
  OtherKey,
  OtherKeys,
  OtherPublicKey,
  RegisteredKey,
  RegistrableKeys,
} from './other-keys.js'
