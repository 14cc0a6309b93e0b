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
export { type AzureKeyOptions, azureKey } from './key.js'
export type { AzureScheme } from './request.js'
export {
  type AzureAccountSasOptions,
  type AzureSasOptions,
  type AzureSasUrlOptions,
  type AzureServiceSasOptions,
  azureAccountSas,
  azureSasUrl,
  azureServiceSas,
} from './sas.js'
export type { SasService } from './sas-form.js'
export {
  type AzureSas,
  type AzureSasVerifierOptions,
  azureSasOf,
  azureSasVerifier,
} from './sas-verifier.js'
export {
  type AzureSharedKeyOptions,
  type AzureSharedKeyVerifierOptions,
  azureSharedKey,
  azureSharedKeyVerifier,
} from './shared-key.js'
export type { SharedKeyService } from './shared-key-form.js'
