import { afterEach, describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../src/client/fetch/signed-fetch.js'
import { ed25519PrivateKey } from '../../src/crypto/index.js'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { bybit } from '../../src/exchange/catalogue/bybit.js'
import { coinbase } from '../../src/exchange/catalogue/coinbase.js'
import { gate } from '../../src/exchange/catalogue/gate.js'
import { kraken } from '../../src/exchange/catalogue/kraken.js'
import { kucoin } from '../../src/exchange/catalogue/kucoin.js'
import { okx } from '../../src/exchange/catalogue/okx.js'
import { checkKey, type Exchange, type ExchangeSigner } from '../../src/exchange/index.js'
import { type MockAccount, type MockAccountOptions, type MockExchange, mockExchange } from '../../src/testing/index.js'

const mocks: MockExchange[] = []
afterEach(async () => {
  for (const one of mocks.splice(0)) await one.close()
})

const hmac = { apiKey: 'bot-1', secret: 'a secret for tests' }
const phrase = { ...hmac, passphrase: 'phrase' }
const base64 = { apiKey: 'bot-1', secret: 'YSBzZWNyZXQgZm9yIHRlc3Rz' }
const key = ed25519PrivateKey({ keyId: 'bot-1', seed: new Uint8Array(32).fill(7) })

const EXCHANGES: ReadonlyArray<readonly [string, Exchange, MockAccount, (origin: string) => ExchangeSigner]> = [
  ['binance', binance(), hmac, (origin) => binance({ ...hmac, origin })],
  ['bybit', bybit(), hmac, (origin) => bybit({ ...hmac, origin })],
  ['coinbase', coinbase(), { verifyingKey: key.verifyingKey }, (origin) => coinbase({ key, origin })],
  ['gate', gate(), hmac, (origin) => gate({ ...hmac, origin })],
  ['kraken', kraken(), base64, (origin) => kraken({ ...base64, origin })],
  ['kucoin', kucoin(), phrase, (origin) => kucoin({ ...phrase, origin })],
  ['okx', okx(), phrase, (origin) => okx({ ...phrase, origin })],
]

describe.each(EXCHANGES)('checkKey at the mock of %s', (id, exchange, account, signerAt) => {
  const report = async (more: MockAccountOptions) => {
    const mock = await mockExchange(exchange, { accounts: [{ ...account, ...more }] })
    mocks.push(mock)
    const signer = signerAt(mock.origin)
    const found = await checkKey(signer, createSignedFetch(signer), { needs: ['trade'] })
    expect(mock.requests.map(({ code }) => code)).toEqual([undefined])
    return found
  }
  const codes = (one: Awaited<ReturnType<typeof report>>) => one.findings.map(({ code }) => code)

  it('finds what is dangerous', async () => {
    const found = await report({ permissions: ['read', 'trade', 'withdraw'] })
    expect(found).toMatchObject({ exchange: id, trade: true, withdraw: true })
    expect(codes(found)).toContain('WITHDRAW_ENABLED')
    if (id !== 'coinbase')
      expect([found.ipBound, codes(found)]).toEqual([false, expect.arrayContaining(['NO_IP_LIST'])])
  })

  it('finds nothing wrong with a key that is bound and may only trade', async () => {
    const found = await report({ allowIp: ['127.0.0.1'] })
    expect(found).toMatchObject({ trade: true, withdraw: false, ...(id === 'coinbase' ? {} : { ipBound: true }) })
    expect(found.findings.filter(({ severity }) => severity !== 'info')).toEqual([])
  })

  it('finds what is missing', async () => {
    const found = await report({ permissions: ['read'], allowIp: ['127.0.0.1'] })
    expect([found.trade, codes(found)]).toEqual([false, expect.arrayContaining(['PERMISSION_MISSING'])])
  })

  it('reports that the exchange refuses the key', async () => {
    const mock = await mockExchange(exchange, { accounts: [] })
    mocks.push(mock)
    const signer = signerAt(mock.origin)
    await expect(checkKey(signer, createSignedFetch(signer))).rejects.toMatchObject({
      code: 'EXCHANGE_REFUSED',
      message: expect.not.stringContaining('bot-1'),
    })
  })
})

describe('checkKey at a mock', () => {
  it.each(['binance', 'bybit', 'kraken', 'kucoin'])('reads when the key of %s ends', async (id) => {
    const [, exchange, account, signerAt] = EXCHANGES.find(([name]) => name === id) as (typeof EXCHANGES)[number]
    const expiresAtMs = Math.floor(Date.now() / 1000) * 1000 + 3 * 86_400_000
    const mock = await mockExchange(exchange, { accounts: [{ ...account, expiresAtMs, allowIp: ['127.0.0.1'] }] })
    mocks.push(mock)
    const signer = signerAt(mock.origin)
    const found = await checkKey(signer, createSignedFetch(signer))
    expect([found.expiresAtMs, found.findings.map(({ code }) => code)]).toEqual([
      expiresAtMs,
      expect.arrayContaining(['EXPIRES_SOON']),
    ])
  })
})
