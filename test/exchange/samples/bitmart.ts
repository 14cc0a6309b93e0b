import { bitmart } from '../../../src/exchange/catalogue/bitmart.js'
import type { VenueSample } from '../sample.js'

const passphrase = 'memo-1'
const account = { apiKey: 'key-bitmart', secret: 'secret-bitmart', passphrase }
const signer = bitmart(account)
const query = bitmart({ ...account, variant: 'signed-query' })

export const samples: readonly VenueSample[] = [
  { name: 'bitmart', venue: bitmart(), signer, verifyingKey: signer.key as never, passphrase },
  {
    name: 'bitmart with signed queries',
    venue: bitmart({ variant: 'signed-query' }),
    signer: query,
    verifyingKey: query.key as never,
    passphrase,
  },
]
