import * as starknet from '@scure/starknet'
import { afterEach, describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { paradex } from '../../../src/exchange/catalogue/paradex.js'
import { polymarket } from '../../../src/exchange/catalogue/polymarket.js'
import { checkKey, type Exchange, type ExchangeSigner } from '../../../src/exchange/index.js'
import { starkKey, walletKey } from '../../../src/exchange/wallet/index.js'
import {
  type MockAccount,
  type MockAccountOptions,
  type MockExchange,
  mockExchange,
} from '../../../src/testing/index.js'

/** Answers in the order of the reads, as the exchange's pages show them. */
const ANSWERS = {
  hyperliquid: [
    { role: 'agent', data: { user: '0x2ba553d9f990a3b66b03b2dc0d030dfc1c061036' } },
    [{ name: 'p1', address: '0xe25dd2a41c8a1d3c09e9bd3b71b3b6bd0cb0d5a4', validUntil: 1766846919956 }],
  ],
  paradex: [{ jwt_token: 'token' }, { allowed_cidrs: ['203.0.113.0/24'], state: 'active', public_key: '0x1' }],
  polymarket: [{ closed_only: false }, ['another']],
} as const

const mocks: MockExchange[] = []
afterEach(async () => {
  for (const one of mocks.splice(0)) await one.close()
})

const base64 = { apiKey: 'bot-1', secret: 'YSBzZWNyZXQgZm9yIHRlc3Rz' }
/** Keys of wallets that are no API keys: a master's one may withdraw, and an agent or subkey may not. */
const wallet = walletKey({ privateKey: '05'.repeat(32) })
const stark = starkKey({ privateKey: '05'.repeat(31), account: '0x1234', starknet })
const address = `0x${'0'.repeat(39)}1`
const WALLETS: ReadonlyArray<readonly [string, Exchange, MockAccount, (origin: string) => ExchangeSigner]> = [
  [
    'hyperliquid',
    hyperliquid(),
    { verifyingKey: wallet.verifyingKey },
    (origin) => hyperliquid({ key: wallet, origin }),
  ],
  ['paradex', paradex(), { verifyingKey: stark.verifyingKey }, (origin) => paradex({ key: stark, origin })],
  [
    'polymarket',
    polymarket({ address }),
    { ...base64, passphrase: 'phrase' },
    (origin) => polymarket({ ...base64, passphrase: 'phrase', address, origin }),
  ],
]

describe.each(WALLETS)('checkKey at the mock of %s', (id, exchange, account, signerAt) => {
  const report = async (more: MockAccountOptions, accounts = [{ ...account, ...more }]) => {
    const mock = await mockExchange(exchange, { accounts })
    mocks.push(mock)
    const signer = signerAt(mock.origin)
    return checkKey(signer, createSignedFetch(signer), { needs: ['trade'] })
  }
  const codes = (one: Awaited<ReturnType<typeof report>>) => one.findings.map(({ code }) => code)

  it('finds nothing wrong with a key that may only trade', async () => {
    const found = await report({ allowIp: ['127.0.0.1'] })
    expect(found).toMatchObject({ exchange: id, trade: true, withdraw: false })
    expect(found.findings).toEqual([])
  })

  if (id !== 'polymarket')
    it('finds that the key is the account’s own', async () => {
      const found = await report({ permissions: ['read', 'trade', 'withdraw'] })
      expect(found).toMatchObject({ trade: true, withdraw: true })
      expect(codes(found)).toContain('WITHDRAW_ENABLED')
    })

  if (id !== 'hyperliquid')
    it('finds what is missing', async () => {
      const found = await report({ permissions: ['read'] })
      expect(found.trade).toBe(false)
      expect(codes(found)).toContain('PERMISSION_MISSING')
      if (id === 'paradex') expect(codes(found)).toContain('NOT_APPROVED')
    })

  it('finds, or is refused, that the exchange does not know the key', async () => {
    const found = report({}, [])
    if (id === 'hyperliquid') expect(codes(await found)).toEqual(['NOT_APPROVED', 'PERMISSION_MISSING'])
    else await expect(found).rejects.toMatchObject({ code: 'EXCHANGE_REFUSED' })
  })
})

it('reads when the approval of an agent of Hyperliquid ends', async () => {
  const expiresAtMs = Date.now() + 3 * 86_400_000
  const mock = await mockExchange(hyperliquid(), { accounts: [{ verifyingKey: wallet.verifyingKey, expiresAtMs }] })
  mocks.push(mock)
  const signer = hyperliquid({ key: wallet, origin: mock.origin })
  const sent: string[] = []
  const found = await checkKey(signer, createSignedFetch(signer), {
    fetch: (url, init) => {
      sent.push(url)
      return fetch(url, init)
    },
  })
  expect(found).toMatchObject({ expiresAtMs, findings: [{ code: 'EXPIRES_SOON' }] })
  expect(sent).toEqual([`${mock.origin}/info`, `${mock.origin}/info`])
  expect(mock.requests.map(({ code, keyId }) => [code, keyId])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ])
})

describe.each(WALLETS)('checkKey at %s', (id, _, __, signerAt) => {
  const answers: readonly unknown[] = ANSWERS[id as keyof typeof ANSWERS]
  const ask = (given: readonly unknown[], status = 200) => {
    const left = given.slice()
    const answer = async () => Response.json(left.shift() ?? null, { status })
    return checkKey(signerAt('https://exchange.example'), answer, { fetch: answer, nowMs: 1_700_000_000_000 })
  }

  it('reads the answers that the pages show', async () => {
    expect(await ask(answers)).toMatchObject({ trade: true, withdraw: false, findings: [] })
  })

  it('accepts no answer that differs from the pages', async () => {
    const wrong = answers.flatMap((_, at) =>
      [
        null,
        'text',
        7,
        [{ address: 1 }],
        {},
        { role: 1 },
        { role: 'agent' },
        { state: 1 },
        { closed_only: 'false' },
      ].map((other) => [...answers.slice(0, at), other, ...answers.slice(at + 1)]),
    )
    for (const given of wrong)
      await expect(ask(given), JSON.stringify(given)).rejects.toMatchObject({ code: 'EXCHANGE_REFUSED' })
    await expect(ask(answers, 500)).rejects.toMatchObject({ code: 'EXCHANGE_REFUSED' })
  })
})
