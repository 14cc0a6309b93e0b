import { describe, expect, test } from 'vitest'
import { type CcxtLike, hookCcxt } from '../../src/client/ccxt.js'
import { exchangeClock } from '../../src/client/index.js'
import { ed25519PrivateKey } from '../../src/crypto/index.js'
import { isCountersignError } from '../../src/errors.js'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { kraken } from '../../src/exchange/catalogue/kraken.js'
import { mockExchange } from '../../src/testing/index.js'
import { casesOf } from './cases.js'
import { ccxtExchange, NOW_MS } from './ccxt.js'
import type { Row } from './row.js'
import { rows } from './rows.js'
import type { Factory } from './try-case.js'

// A name in a variable: the compiler need not find the package, which stands in this folder only.
const name = 'ccxt'
const { default: ccxtClasses } = (await import(/* @vite-ignore */ name)) as {
  // biome-ignore lint/suspicious/noExplicitAny: what ccxt exports
  readonly default: Readonly<Record<string, any>>
}

/** What uses the secret otherwise: sends it, hashes it, derives a key, or makes a JWT. The hook refuses to sign there. */
const OTHERWISE = /^(lbank|coinex.*|apex|upbit.*|bithumb)$/
/** What is shown the secret: the hook is refused. */
const SHOWN = /^(alpaca|luno|grvt)$/

const hmacRows = rows.filter(({ account }) => 'secret' in account)

/** The row's exchange of ccxt with its secret in it, and with our key under it. */
async function pairOf(row: Row): Promise<{ plain: ReturnType<typeof ccxtExchange>; hooked: typeof plain }> {
  const { account, variant, options, theirs } = row
  if (!('secret' in account)) throw new Error('the row has no secret')
  const name = row.exchange.replace(/-(\w)/g, (_, one: string) => one.toUpperCase())
  const module = (await import(/* @vite-ignore */ `../../src/exchange/catalogue/${row.exchange}.ts`)) as Record<
    string,
    Factory
  >
  const signer = (module[name] as Factory)({ ...account, ...options, ...(variant && { variant }) })
  const plain = ccxtExchange(row.ccxt, {
    ...{ apiKey: account.apiKey, secret: String(account.secret), password: account.passphrase },
    ...theirs,
  })
  const { secret: _, ...others } = (theirs ?? {}) as Record<string, unknown>
  const hooked = ccxtExchange(row.ccxt, { password: account.passphrase, ...others })
  const nonces = { next: () => String((plain['nonce'] as () => unknown)()) }
  hookCcxt(hooked as unknown as CcxtLike, signer, {
    clock: { now: () => NOW_MS },
    ...(signer.service?.nonces && { nonces }),
  })
  return { plain, hooked }
}

describe('ccxt with our key under it signs what it signs with the secret', () => {
  for (const row of hmacRows)
    test(`both sign the same at ${row.name}`, async () => {
      if (SHOWN.test(row.name)) {
        await expect(pairOf(row)).rejects.toThrow('is shown the secret')
        return
      }
      const { plain, hooked } = await pairOf(row)
      expect(JSON.stringify(hooked['secret'])).not.toContain(String(plain['secret']))
      let signed = 0
      for (const { name, call, params } of casesOf(row.calls)) {
        const expected = attempt(() => plain.sign(call.path, call.api, call.method, structuredClone(params)))
        const got = attempt(() => hooked.sign(call.path, call.api, call.method, structuredClone(params)))
        if (OTHERWISE.test(row.name)) expect(isCountersignError(got), name).toBe(true)
        else expect(got, name).toEqual(expected)
        if (!(expected instanceof Error)) signed++
      }
      expect(signed).toBeGreaterThan(0)
    })
})

function attempt(step: () => unknown): unknown {
  try {
    return step()
  } catch (error) {
    return error
  }
}

/** An exchange of ccxt that calls another host, with its own clock. */
function calling(origin: string, id: string): CcxtLike & Record<string, (params?: object) => Promise<unknown>> {
  const exchange = new ccxtClasses[id]({ enableRateLimit: false })
  const moved = (urls: unknown): unknown =>
    typeof urls === 'string'
      ? urls.replace(/^https:\/\/[^/]+/, origin)
      : Object.fromEntries(Object.entries(Object(urls)).map(([name, url]) => [name, moved(url)]))
  exchange.urls.api = moved(exchange.urls.api)
  return exchange
}

const account = { apiKey: 'bot-1', secret: 'a2V5IG9mIGEgdGVzdCwgYXMgbG9uZyBhcyBpdCBoYXMgdG8gYmU=' }

test('a refused time is asked for, and the request is sent once more', async () => {
  const mock = await mockExchange(binance(), { accounts: [account], skewMs: -5_000 })
  const signer = binance({ ...account, baseUrl: mock.origin })
  const exchange = hookCcxt(calling(mock.origin, 'binance'), signer, { clock: exchangeClock(signer) })
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '1' }
  await expect(exchange['privatePostOrder']?.(order)).resolves.toMatchObject({ symbol: 'BTCUSDT' })
  await mock.close()
})

test('nonces arrive in their order, however many calls are made at once', async () => {
  const mock = await mockExchange(kraken(), { accounts: [account] })
  const signer = kraken({ ...account, baseUrl: mock.origin })
  const exchange = hookCcxt(calling(mock.origin, 'kraken'), signer)
  const balances = Array.from({ length: 12 }, () => exchange['privatePostBalance']?.())
  for (const answer of await Promise.all(balances)) expect(answer).toMatchObject({ error: [] })
  expect(mock.requests.map(({ code }) => code)).toEqual(new Array(12).fill(undefined))
  await mock.close()
})

test('what ccxt cannot be given is refused when the hook is set', () => {
  const signer = binance({ key: ed25519PrivateKey({ keyId: 'bot-1', seed: new Uint8Array(32).fill(7) }) })
  const exchange = calling('https://api.example', 'binance')
  expect(() => hookCcxt(exchange, signer)).toThrow('must be a shared secret (HMAC), got ed25519')
  hookCcxt(exchange, binance(account))
  expect(() => hookCcxt(exchange, binance(account))).toThrow('has a key of this package already')
  expect(() => {
    exchange.secret = 'another'
  }).toThrow('is held by its signer')
  expect(() => hookCcxt({} as CcxtLike, binance(account))).toThrow('must be an exchange of ccxt')
})
