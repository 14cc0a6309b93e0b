/** Signatures of Azure: storage, shared access signatures, App Configuration, Communication Services, Cosmos DB: `countersign/azure`. */

export type { Weakness } from '../scheme/weaknesses.js'
export {
  type AzureHmacOptions,
  type AzureHmacVerifierOptions,
  azureHmac,
  azureHmacVerifier,
} from './app-configuration.js'
export {
  type AzureCosmosOptions,
  type AzureCosmosVerifierOptions,
  azureCosmos,
  azureCosmosVerifier,
} from './cosmos.js'
export { type AzureDelegation, azureDelegationOf } from './delegation-form.js'
export { type AzureDelegationKeyOptions, azureDelegationKey } from './delegation-key.js'
export { type AzureKeyOptions, azureKey } from './key.js'
export type { AzureScheme } from './request.js'
export { azureAccountSas, azureSasUrl, azureServiceSas } from './sas.js'
export { type AzureSas, type AzureSasUsers, azureSasOf } from './sas-claims.js'
export type { SasService } from './sas-form.js'
export type {
  AzureAccountSasOptions,
  AzureSasOptions,
  AzureSasUrlOptions,
  AzureServiceSasOptions,
} from './sas-options.js'
export { type AzureSasVerifierOptions, azureSasVerifier, type SasCheck } from './sas-verifier.js'
export {
  type AzureSharedKeyOptions,
  type AzureSharedKeyVerifierOptions,
  azureSharedKey,
  azureSharedKeyVerifier,
} from './shared-key.js'
export type { SharedKeyService } from './shared-key-form.js'
