/** Secrets and keys from where they are kept, on Node: `countersign/client/load-secret`. */
export { keysetSource } from './secrets/keyset-source.js'
export { type LoadSecretOptions, loadSecret, type PassphraseFrom, secretText } from './secrets/resolve.js'
export { type SigningKeyFromOptions, signingKeyFrom } from './secrets/signing-key.js'
export {
  readVaultFile,
  type UpdateVaultFileOptions,
  updateVaultFile,
  type VaultFileOptions,
  type WriteVaultFileOptions,
  writeVaultFile,
} from './secrets/vault-file.js'
