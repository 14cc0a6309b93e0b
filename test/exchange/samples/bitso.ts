import { bitso } from '../../../src/exchange/catalogue/bitso.js'
import { DIGIT_NONCE, type ExchangeSample } from '../sample.js'

const signer = bitso({ apiKey: 'key-bitso', secret: 'secret-bitso' })

export const samples: readonly ExchangeSample[] = [
  { name: 'bitso', exchange: bitso(), signer, verifyingKey: signer.key as never, arbitraryNonce: DIGIT_NONCE },
]
