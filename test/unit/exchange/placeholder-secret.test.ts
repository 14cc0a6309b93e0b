import { expect, test } from 'vitest'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'

test.each(['undefined', 'null', 'None', 'changeme', '<your secret>', 'your-secret', 'YOUR_API_SECRET', 'yourSecret'])(
  'an exchange refuses the placeholder %s for its secret, and does not repeat it',
  (secret) => {
    for (const make of [
      () => binance({ apiKey: 'key-12345678', secret }),
      () => bybit({ apiKey: 'key-12345678', secret }),
      () => okx({ apiKey: 'key-12345678', secret, passphrase: 'phrase' }),
    ])
      expect(make).toThrow(/"secret" must be .*, got a placeholder: is the environment variable set\?/)
  },
)

test('a secret that only begins as one is taken', () => {
  for (const secret of ['yourself9f8e7d6c5b4a', 'undefined9f8e7d', 'nullable-5d41402abc4b'])
    expect(() => binance({ apiKey: 'key-12345678', secret })).not.toThrow()
})
