import type { Secret } from '../crypto/secret.js'
import type { ExchangeSigner } from '../exchange/spec/signer-types.js'
import { cosmosKey, type StarknetModule, solanaKey, starkKey, walletKey } from '../exchange/wallet/index.js'
import { defined } from '../support/defined.js'
import { usage } from './usage.js'

type WalletKey = ExchangeSigner['key']

async function starknet(): Promise<StarknetModule> {
  try {
    // Only where it is installed.
    return await import('@scure/starknet')
  } catch {
    return usage('--key-type stark needs the package @scure/starknet beside this one: npm install @scure/starknet')
  }
}

/** Keys of accounts on a chain, by what `--key-type` calls them. They are called by their address, or by the account given. */
export const WALLET_KEYS: Readonly<
  Record<string, (privateKey: Secret, account: string | undefined) => WalletKey | Promise<WalletKey>>
> = {
  wallet: (privateKey) => walletKey({ privateKey }),
  solana: (privateKey) => solanaKey({ privateKey }),
  cosmos: (privateKey) => cosmosKey({ privateKey }),
  stark: async (privateKey, account) => starkKey(defined({ privateKey, starknet: await starknet(), account })),
}
