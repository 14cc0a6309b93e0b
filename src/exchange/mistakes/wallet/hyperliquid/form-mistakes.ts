import { keccak256 } from '../../../../crypto/backend/secp256k1.js'
import { hex } from '../../../../crypto/encoding.js'
import type { Mistake } from '../../../../schemes/scheme/mistakes.js'
import { personalMessageBase } from '../../../wallet/personal-message.js'
import type { TypedData } from '../../../wallet/typed-data.js'
import { ofContent, type WalletState } from '../reading.js'
import { type Action, agent, preimage } from './action.js'

/** What goes wrong with the typed data around an action: the network, and which of the two forms it takes. */
export const FORM_MISTAKES: ReadonlyArray<Mistake<WalletState<Action>>> = [
  ofContent(
    'hyperliquid-network',
    'network',
    1,
    'The action was signed for the other network: "source" is "a" on the main network and "b" on the test network, "hyperliquidChain" likewise.',
    'Sign for the network that the request is sent to.',
    function* (one) {
      const chain = one.chain === 'Mainnet' ? 'Testnet' : 'Mainnet'
      yield [{ ...one, chain, source: chain === 'Mainnet' ? 'a' : 'b' }, `for ${chain}`]
      for (const source of ['Mainnet', 'Testnet', 'mainnet', 'testnet', 'A', 'B', ''])
        yield [{ ...one, source }, `with source "${source}"`]
    },
  ),
  {
    id: 'hyperliquid-hash-signed',
    part: 'way to sign',
    rank: 1,
    cause: 'The hash of the action was signed by itself: it belongs into the typed data "Agent" as its connectionId.',
    fix: 'Sign the typed data { source, connectionId } in the domain "Exchange" with chainId 1337.',
    *apply(state) {
      yield [{ ...state, seal: (_, one) => preimage(one) }, 'the hash']
      yield [{ ...state, seal: (_, one) => personalMessageBase(keccak256(preimage(one))) }, 'the hash as a message']
      yield [
        { ...state, seal: (_, one) => personalMessageBase(`0x${hex(keccak256(preimage(one)))}`) },
        'the text of the hash as a message',
      ]
    },
  },
  {
    id: 'hyperliquid-form',
    part: 'types',
    rank: 1,
    cause:
      'The action was signed in the other of the two forms: transfers, withdrawals and approvals member by member, everything else by its hash.',
    fix: 'Sign usdSend, withdraw3, approveAgent and their like as "HyperliquidTransaction:…", and orders as "Agent".',
    *apply(state) {
      yield [{ ...state, shape: () => agent(state.content) }, 'by its hash']
    },
  },
  {
    id: 'hyperliquid-primary-type',
    part: 'types',
    rank: 2,
    cause: 'The type of the action lacks "HyperliquidTransaction:" before its name.',
    fix: 'The colon is part of the name: "HyperliquidTransaction:UsdSend".',
    *apply(state) {
      yield [
        {
          ...state,
          shape: (one: TypedData) => {
            const primaryType = one.primaryType.replace(/^.*:/, '')
            return { ...one, primaryType, types: { [primaryType]: one.types[one.primaryType] ?? [] } }
          },
        },
      ]
    },
  },
]
