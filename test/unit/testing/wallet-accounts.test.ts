import { describe, expect, it } from 'vitest'
import { aster } from '../../../src/exchange/catalogue/aster.js'
import { dydx } from '../../../src/exchange/catalogue/dydx.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { pacifica } from '../../../src/exchange/catalogue/pacifica.js'
import { polymarket } from '../../../src/exchange/catalogue/polymarket.js'
import { cosmosKey, solanaKey, walletKey } from '../../../src/exchange/wallet/index.js'
import { mockExchange } from '../../../src/testing/index.js'
import { errorOf } from '../../expect-code.js'
import { start } from './support.js'

// What a newcomer tries first for the account of a mock: each refusal names what is accepted, so that no message leads to the next one.

const privateKey = '01'.repeat(32)
const wallet = walletKey({ privateKey })
const cosmos = cosmosKey({ privateKey })
const solana = solanaKey({ privateKey: new Uint8Array(32).fill(1) })
const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ='

const WALLET = '{ verifyingKey: walletKey({ privateKey }).verifyingKey }'
const EXCHANGES = [
  ['Hyperliquid', hyperliquid(), wallet, WALLET, { verifyingKey: wallet.verifyingKey }],
  ['Aster', aster(), wallet, WALLET, { verifyingKey: wallet.verifyingKey }],
  [
    'dYdX',
    dydx({ accountNumber: 1 }),
    cosmos,
    '{ verifyingKey: cosmosKey({ privateKey }).verifyingKey }',
    { verifyingKey: cosmos.verifyingKey },
  ],
  [
    'Pacifica',
    pacifica(),
    solana,
    '{ verifyingKey: solanaKey({ privateKey }).verifyingKey }',
    { verifyingKey: solana.verifyingKey },
  ],
  [
    'Polymarket',
    polymarket(),
    wallet,
    '{ apiKey, secret, passphrase }',
    { apiKey: 'bot', secret, passphrase: 'phrase' },
  ],
] as const

const refusalOf = async (exchange: Parameters<typeof mockExchange>[0], one: unknown): Promise<string> =>
  (await errorOf(() => mockExchange(exchange, { accounts: [one] as never }))).message

describe.each(EXCHANGES)('an account of the mock of %s', (_name, exchange, key, form, account) => {
  it('is accepted as every refusal names it', async () => {
    await expect(start(exchange, { accounts: [account] as never })).resolves.toBeDefined()
  })

  it.each<[string, unknown]>([
    ['the private key', { privateKey }],
    ['the key that signs', { key }],
    ['the key that signs as the public half', { verifyingKey: key }],
    ['the key itself', key],
    ['its public half itself', key.verifyingKey],
    ['a wallet', { wallet: key }],
    ['an address', { address: key.keyId }],
    ['an address as the public half', { verifyingKey: key.keyId }],
    ['text alone', key.keyId],
    ['nothing', {}],
  ])('is not %s, and the refusal names what it is', async (_, one) => {
    const message = await refusalOf(exchange, one)
    const own = one === key || Object(one).verifyingKey !== key
    // A key that signs has its public half with it.
    expect(message).toContain(own ? form : 'pass the "verifyingKey" of this one')
    for (const other of ['importVerifyingKey()', 'importExchangeKey()', 'state "key"'])
      expect(message).not.toContain(other)
    expect(message).not.toContain(privateKey)
  })

  it('belongs into the list of accounts, wherever else it is passed', async () => {
    for (const options of [
      { key },
      { privateKey },
      { wallet: key },
      { verifyingKey: key.verifyingKey },
      { address: '0x1' },
    ])
      expect((await errorOf(() => mockExchange(exchange, options as never))).message).toContain(
        'did you mean accounts: [{',
      )
  })
})

describe.each(EXCHANGES.filter(([name]) => name !== 'Polymarket'))(
  'an account of the mock of %s, which has no secrets',
  (_name, exchange, key, form) => {
    it.each([
      ['an API key with its secret', { apiKey: 'bot', secret }],
      ['an address with the private key', { apiKey: key.keyId, secret: privateKey }],
      ['an API key beside the public half', { apiKey: 'bot', verifyingKey: key.verifyingKey }],
    ])('is not %s, and the refusal names what it is', async (_, one) => {
      const message = await refusalOf(exchange, one)
      expect(message).toContain(form)
      expect(message).not.toContain('state "key"')
      expect(message).not.toContain(privateKey)
    })
  },
)

it('the mock of an exchange with shared secrets says that a wallet has none there', async () => {
  const wrong = { accounts: [{ verifyingKey: wallet.verifyingKey }] }
  expect((await errorOf(() => mockExchange(polymarket(), wrong))).message).toBe(
    '"accounts[0].verifyingKey" must be a key of hmac-sha256 at Polymarket, got ecdsa-secp256k1-keccak256: "accounts[0]" is { apiKey, secret, passphrase }',
  )
})
