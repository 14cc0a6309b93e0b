import { afterEach, describe, expect, test, vi } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import type { ExchangeFactory, ExchangeSigner } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { exchangeFiles } from '../../exchange/samples.js'

const nowMs = 1_700_000_000_123
const clock = { now: () => nowMs }
const keyId = 'FVWvG9OoqGSHOf35A8QwMR5fGPlb0xdaM/hmF4p0tXU='
const needed = { accountId: '0x0123', address: `0x${'0aB1'.repeat(10)}` }

const factories: ReadonlyArray<readonly [string, ExchangeFactory]> = (
  await Promise.all(
    exchangeFiles.map(async (file) => {
      const module = (await import(`../../../src/exchange/catalogue/${file}.ts`)) as Readonly<Record<string, unknown>>
      return Object.entries(module).filter(([, one]) => typeof one === 'function' && 'variants' in one)
    }),
  )
).flat() as never

/** A signer with a shared secret or an Ed25519 key; the other kinds take the same way and sign differently each time. */
function signerOf(factory: ExchangeFactory): ExchangeSigner | undefined {
  const { spec } = factory()
  const options = Object.fromEntries(Object.entries(needed).filter(([name]) => spec.options?.includes(name)))
  const phrase = {
    ...(spec.passphrase !== undefined && { passphrase: 'phrase' }),
    ...(spec.end?.state === 'closed' && { allowClosed: true }),
  }
  if (spec.secretKey !== undefined)
    return factory({ ...options, ...phrase, apiKey: keyId, secret: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ=' }) as never
  if (!('ed25519' in spec.keys)) return undefined
  return factory({
    ...options,
    ...phrase,
    key: ed25519PrivateKey({ keyId, seed: new Uint8Array(32).fill(9) }),
  }) as never
}

/** Nonces that are the same for both functions. */
const noncesOf = ({ spec }: ExchangeSigner) => {
  const next = spec.nonce?.nonces.next(keyId) ?? ''
  return { next: () => next }
}

let held = 0

afterEach(() => {
  vi.unstubAllGlobals()
})

const signers = factories.flatMap(([name, factory]) => {
  const signer = signerOf(factory)
  return signer === undefined ? [] : [[name, signer] as const]
})

describe.each(signers)('an order at %s', (_, one) => {
  test.each([
    ['parameters', { method: 'POST', params: { symbol: 'BTC-USD', note: 'a b&c=é' } }],
    ['a query', { method: 'GET', params: { symbol: 'BTC-USD', note: 'a b&c=é' } }],
    ['nothing', { method: 'GET' }],
  ])('of %s goes through signed fetch as sign() writes it, and nothing reads it again', async (_what, parts) => {
    const nonces = noncesOf(one)
    let written: Awaited<ReturnType<ExchangeSigner['sign']>>
    try {
      written = await one.sign({ path: '/api/v1/private/orders', ...parts }, { clock, nonces })
    } catch {
      // Not every exchange signs such a request; which do is another test's.
      return
    }
    const sent: Array<{ url: string; init: RequestInit }> = []
    const refused = class {
      constructor() {
        throw new Error('the request was read again')
      }
    }
    vi.stubGlobal('Request', refused)
    const signedFetch = createSignedFetch(one, {
      ...{ clock, nonces },
      fetch: (url, init) => {
        sent.push({ url, init })
        return Promise.resolve(new Response('{}'))
      },
    })
    await signedFetch('/api/v1/private/orders', parts as never)
    const [{ url, init } = { url: '', init: {} }] = sent
    const lines = (headers: HeadersInit | undefined) => [...new Headers(headers)]
    expect({ url, method: init.method, headers: lines(init.headers) }).toEqual({
      url: written.url,
      method: written.method,
      headers: lines(written.headers),
    })
    const { body } = httpRequest({ url, body: (written.body ?? null) as string | null })
    expect(init.body ?? null).toEqual(body)
    held++
  })
})

/** What leaves for arguments of a signed fetch, with the transport's arguments as a platform would read them. */
function left(
  signer: ExchangeSigner,
  path: string | URL,
  init: object,
): Promise<readonly [string, string, string | null]> {
  const sent: Array<readonly [string, string, string | null]> = []
  const signedFetch = createSignedFetch(signer, {
    clock,
    nonces: noncesOf(signer),
    fetch: async (url, given) => {
      const request = new Request(url, given as RequestInit)
      sent.push([
        request.url,
        request.headers.get('content-type') ?? '',
        request.body === null ? null : await request.text(),
      ])
      return new Response('{}')
    },
  })
  return signedFetch(path, init as never).then(() => sent[0] as (typeof sent)[number])
}

describe('whatever the URL ends with, parameters and bodies are sent', () => {
  const signerNamed = (name: string) => signers.find(([one]) => one === name)?.[1] as ExchangeSigner
  test.each<readonly [string, string, object, RegExp, string | null]>([
    [
      'bitmex',
      '/api/v1/order/all?',
      { method: 'DELETE', params: { symbol: 'XBTUSD' } },
      /\/order\/all$/,
      '{"symbol":"XBTUSD"}',
    ],
    [
      'krakenFutures',
      '/derivatives/api/v3/cancelallorders?',
      { method: 'POST', params: { symbol: 'PF_XBTUSD' } },
      /cancelallorders$/,
      'symbol=PF_XBTUSD',
    ],
    [
      'bybit',
      '/v5/order/cancel-all?',
      { method: 'POST', json: { category: 'linear' } },
      /cancel-all$/,
      '{"category":"linear"}',
    ],
    ['okx', '/api/v5/x?q=ok?', { method: 'POST', json: { a: '1' } }, /\/x\?q=ok\?$/, '{"a":"1"}'],
    ['okx', '/api/v5/x?', { method: 'POST', body: '{"a":"1"}' }, /\/x$/, '{"a":"1"}'],
    ['okx', '/api/v5/x?', { method: 'GET' }, /\/x$/, null],
    ['okx', '/api/v5/x?#part', { method: 'GET' }, /\/x$/, null],
    ['okx', '/api/v5/x', { method: 'POST', body: new TextEncoder().encode('{"a":"1"}') }, /\/x$/, '{"a":"1"}'],
    ['okx', '/api/v5/x', { method: 'GET', headers: null }, /\/x$/, null],
  ])('%s sends to %s what %j says', async (name, path, init, url, body) => {
    const [at, , text] = await left(signerNamed(name), path, init)
    expect(at).toMatch(url)
    expect(text).toBe(body)
  })

  test('what no platform sends is refused before anything is signed', async () => {
    const okx = signerNamed('okx')
    for (const method of ['trace', 'TRACE', 'Connect', 'track'])
      await expect(left(okx, '/api/v5/x', { method }), method).rejects.toThrow(TypeError)
    await expect(left(okx, '/api/v5/x', { method: 'GET', body: 'a' })).rejects.toThrow('GET cannot have a body')
    await expect(left(okx, '/api/v5/x', { mode: 'no-cors' })).rejects.toThrow('mode "no-cors" cannot sign')
    await expect(left(okx, '/api/v5/x#part', { params: { a: '1' } })).rejects.toThrow(
      '"#" must not stand beside "params"',
    )
  })
})

test('nearly all exchanges and requests are held to it', () => {
  expect(held).toBeGreaterThan(150)
})
