import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { coinbase } from '../../../src/exchange/catalogue/coinbase.js'
import { gate } from '../../../src/exchange/catalogue/gate.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { checkKey } from '../../../src/exchange/check-key/check-key.js'
import { start } from './support.js'

const shared = { apiKey: 'bot-1', secret: 'c2VjcmV0IQ==' }
const phrase = { passphrase: 'phrase-1' }
const key = ed25519PrivateKey({ keyId: 'bot-1', seed: new Uint8Array(32).fill(5) })

const EXCHANGES = [
  ['Binance', binance(), shared, (origin: string) => binance({ ...shared, origin })],
  ['Bybit', bybit(), shared, (origin: string) => bybit({ ...shared, origin })],
  ['OKX', okx(), { ...shared, ...phrase }, (origin: string) => okx({ ...shared, ...phrase, origin })],
  ['Gate', gate(), shared, (origin: string) => gate({ ...shared, origin })],
  ['Kraken', kraken(), shared, (origin: string) => kraken({ ...shared, origin })],
  ['KuCoin', kucoin(), { ...shared, ...phrase }, (origin: string) => kucoin({ ...shared, ...phrase, origin })],
  ['Coinbase', coinbase(), { verifyingKey: key.verifyingKey }, (origin: string) => coinbase({ key, origin })],
] as const

describe.each(EXCHANGES)('what a mock of %s says about a key', (name, exchange, account, signerOf) => {
  test.each([
    ['reads', ['read'], []],
    ['trades from one address', ['read', 'trade'], ['127.0.0.1']],
    ['withdraws', ['read', 'trade', 'withdraw'], []],
  ] as const)('the answer is that it only %s', async (_, permissions, allowIp) => {
    const mock = await start(exchange, { accounts: [{ ...account, permissions, allowIp }] })
    const signer = signerOf(mock.origin)
    const report = await checkKey(signer, createSignedFetch(signer))
    expect(report).toMatchObject({
      withdraw: permissions.some((one) => one === 'withdraw'),
      trade: permissions.some((one) => one === 'trade'),
      ipBound: name === 'Coinbase' ? undefined : allowIp.length > 0,
    })
  })
})
