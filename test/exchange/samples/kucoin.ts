import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import type { ExchangeSample } from '../sample.js'

const passphrase = 'phrase-1'
const account = { apiKey: 'key-kucoin', secret: 'secret-kucoin', passphrase }
const signer = kucoin(account)
const third = kucoin({ ...account, variant: 'v3' })
const broker = kucoin({ ...account, partner: { id: 'partner-1', key: 'partner-secret', name: 'broker' } })

export const samples: readonly ExchangeSample[] = [
  { name: 'kucoin', exchange: kucoin(), signer, verifyingKey: signer.key as never },
  {
    name: 'kucoin with a key of version 3',
    exchange: kucoin({ variant: 'v3' }),
    signer: third,
    verifyingKey: third.key as never,
  },
  { name: 'kucoin with a partner', exchange: kucoin(), signer: broker, verifyingKey: broker.key as never },
]
