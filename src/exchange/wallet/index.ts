/** Keys of wallets, and what they sign: `countersign/exchange/wallet`. */
export type { WalletAlgorithm } from '../../crypto/algorithm.js'
export {
  type CosmosKey,
  type CosmosKeyOptions,
  type CosmosVerifyingKeyOptions,
  cosmosKey,
  cosmosVerifyingKey,
} from './cosmos-key.js'
export { messagePack } from './message-pack.js'
export {
  type Bip32Module,
  type Bip39Module,
  type CosmosMnemonicKeyOptions,
  cosmosMnemonicKey,
} from './mnemonic.js'
export { personalMessageBase } from './personal-message.js'
export type { OrderSigner, Signed } from './signed-order.js'
export { type SolanaKey, type SolanaKeyOptions, solanaKey } from './solana-key.js'
export {
  type StarkKey,
  type StarkKeyOptions,
  type StarknetModule,
  type StarkVerifyingKeyOptions,
  starkKey,
  starkVerifyingKey,
} from './stark-key.js'
export {
  type TypedData,
  type TypedDataDomain,
  type TypedDataField,
  typedDataBase,
  typedDataOf,
} from './typed-data.js'
export {
  type RemoteWalletKeyOptions,
  remoteWalletKey,
  type WalletKey,
  type WalletKeyOptions,
  type WalletVerifyingKeyOptions,
  walletKey,
  walletVerifyingKey,
} from './wallet-key.js'
