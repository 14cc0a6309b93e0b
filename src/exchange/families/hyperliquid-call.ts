import { type HyperliquidCall, type HyperliquidChain, SIGNATURE_CHAIN_ID, userSigned } from './hyperliquid-actions.js'

/** Where actions are sent. What is signed states the network, too. */
export const HYPERLIQUID_ORIGINS: Readonly<Record<HyperliquidChain, string>> = {
  Mainnet: 'https://api.hyperliquid.xyz',
  Testnet: 'https://api.hyperliquid-testnet.xyz',
}

/** Members of an action that the wallet shows to its owner, as far as they are not there; none of any other action. */
export function missingMembers(
  action: HyperliquidCall['action'],
  chain: HyperliquidChain,
  nonce: number,
): ReadonlyArray<readonly [name: string, value: string | number]> {
  const own = userSigned(action['type'])
  if (own === undefined) return []
  const members = { signatureChainId: SIGNATURE_CHAIN_ID, hyperliquidChain: chain, [own.nonce]: nonce }
  return Object.entries(members).filter(([name]) => action[name] === undefined)
}
