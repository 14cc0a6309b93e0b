import { bitmart } from '../../../src/exchange/catalogue/bitmart.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'memo-1'
const account = { apiKey: 'key-bitmart', secret: 'secret-bitmart', passphrase }
const signer = bitmart(account)
const query = bitmart({ ...account, variant: 'signed-query' })

export const samples: readonly ExchangeSample[] = [
  { name: 'bitmart', exchange: bitmart(), signer, verifyingKey: signer.key as never, passphrase },
  {
    name: 'bitmart with signed queries',
    exchange: bitmart({ variant: 'signed-query' }),
    signer: query,
    verifyingKey: query.key as never,
    passphrase,
  },
]
