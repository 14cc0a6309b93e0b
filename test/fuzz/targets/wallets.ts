import * as starknet from '@scure/starknet'
import { readTransaction } from '../../../src/exchange/families/cosmos-transaction.js'
import { bytesOf, CHAIN } from '../../../src/exchange/families/dydx-call.js'
import { bech32, bech32Decode } from '../../../src/exchange/wallet/bech32.js'
import { cosmosKey, solanaKey, starkKey, walletKey } from '../../../src/exchange/wallet/index.js'
import { messagePack } from '../../../src/exchange/wallet/message-pack.js'
import { samples } from '../../exchange/samples/dydx.js'
import { signedOf, requestOf as unsigned } from '../../exchange/signed.js'
import { holds, json, reads, refusing, type Target } from '../target.js'

const KEY = '01'.repeat(32)

export const targets: readonly Target[] = [
  {
    name: 'cosmos-transaction',
    run: (bytes) => refusing(() => readTransaction(CHAIN, bytes)),
    seeds: () =>
      samples.map((sample) => {
        const { body } = signedOf(sample, unsigned(sample, 'POST', {}, { b: '2' })).final
        return bytesOf({ body: new TextDecoder().decode(body as Uint8Array) })
      }),
  },
  reads('message-pack', ['{"type":"order","a":[1,-1,1.5,null,true,"é"],"b":{"c":4294967296}}'], (input) =>
    messagePack(json(input), 'action'),
  ),
  reads('bech32', [bech32('dydx', new Uint8Array(20).fill(1))], (input) => {
    const bytes = bech32Decode('dydx', input)
    if (bytes !== undefined) holds(bech32('dydx', bytes) === input, 'one text for the same bytes')
  }),
  reads('wallet-key', [KEY, `0x${KEY}`], (privateKey) => walletKey({ privateKey })),
  reads('cosmos-key', [KEY], (privateKey) => cosmosKey({ privateKey })),
  reads('stark-key', [`0x0${KEY.slice(1)}`], (privateKey) => starkKey({ privateKey, starknet })),
  reads(
    'solana-key',
    [`[${new Array(32).fill(1).join()},${new Array(32).fill(2).join()}]`, '4'.repeat(87)],
    (privateKey) => solanaKey({ privateKey }),
  ),
]
