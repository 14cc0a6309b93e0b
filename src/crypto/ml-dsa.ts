/** Keys of ML-DSA, experimental: `countersign/rfc9421/ml-dsa`. Apart from the other keys, which no bundle is to pay for. */
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
export {
  type MlDsaWebCryptoOptions,
  mlDsaWebCryptoSigningKey,
  mlDsaWebCryptoVerifyingKey,
} from './ml-dsa-web-crypto.js'
