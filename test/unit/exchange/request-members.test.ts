import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { gate } from '../../../src/exchange/catalogue/gate.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { mexc } from '../../../src/exchange/catalogue/mexc.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { allSamples } from '../../exchange/samples.js'
import { errorOf, withCode } from '../../expect-code.js'

const account = { apiKey: 'key', secret: 'secret' }
const signer = okx({ ...account, passphrase: 'phrase' })
const sign = signer.sign as unknown as (request: unknown) => { method: string; url: string; body?: string }
const sent: unknown[] = []
const signedFetch = createSignedFetch(signer, {
  fetch: async (url, init) => {
    sent.push({ url, init })
    return new Response('{}')
  },
}) as (path: string, init?: object) => Promise<Response>
const path = '/api/v5/trade/order'

/** The two functions that take a request. */
const doors = (request: Readonly<Record<string, unknown>>): ReadonlyArray<() => unknown> => [
  () => sign({ path, ...request }),
  () => signedFetch(path, request),
]
const refused = async (call: () => unknown): Promise<string> => {
  const { code, message } = await errorOf(async () => call())
  expect(code).toBe('ARGUMENT_INVALID')
  return message
}

describe('the members of a request', () => {
  test.each([
    ['data', '"params" or "json"'],
    ['param', '"params"'],
    ['parms', '"params"'],
    ['query', '"params"'],
    ['qs', '"params"'],
    ['payload', '"params" or "json"'],
    ['jsno', '"json"'],
    ['metod', '"method"'],
    ['header', '"headers"'],
    ['methd', '"method"'],
    ['verb', '"method"'],
    ['type', '"method"'],
    ['zzz', 'known: '],
  ])('%s is refused, and %s is suggested', async (wrong, meant) => {
    for (const call of doors({ method: 'POST', [wrong]: {} })) {
      const message = await refused(call)
      expect(message).toContain(`"${wrong}"`)
      expect(message).toContain(meant)
    }
  })

  test('what a platform may read besides is passed on', async () => {
    sent.length = 0
    const own = { cf: { cacheTtl: 1 }, next: { revalidate: 1 }, priority: 'high', keepalive: true, cache: 'no-store' }
    const more = { credentials: 'omit', mode: 'cors', redirect: 'follow', duplex: 'half', dispatcher: {}, referrer: '' }
    await signedFetch(path, { ...own, ...more, signal: new AbortController().signal })
    expect(sent).toMatchObject([{ init: { ...own, ...more, redirect: 'manual' } }])
    expect(await refused(() => signedFetch(path, 'POST' as never))).toContain('must be an object, got a string')
  })

  test.each([
    ['an object', { symbol: 'X' }],
    ['a list', [1, 2]],
    ['a number', 5],
    ['a boolean', false],
  ])('%s as a body is refused, not sent as its text', async (_, body) => {
    for (const call of doors({ method: 'POST', body })) expect(await refused(call)).toContain('"body" must be')
  })

  test.each([
    ['text that is JSON already', '{"a":1}'],
    ['a number', 5],
    ['null', null],
    ['a map', new Map()],
  ])('json that is %s is refused', async (_, json) => {
    for (const call of doors({ method: 'POST', json })) expect(await refused(call)).toContain('"json" must be')
  })

  test.each([
    ['text', 'a=1&b=2'],
    ['null', null],
    ['a number', 1],
    ['a set', new Set()],
    ['FormData', new FormData()],
    ['an instance', new (class Order {})()],
    ['a list of names', ['a', 'b']],
    ['pairs of three', [['a', 'b', 'c']]],
    ['a map by numbers', new Map([[1, 'a']])],
  ])('params that are %s are refused', async (_, params) => {
    for (const call of doors({ params })) expect(await refused(call)).toMatch(/"params(?:\[0\])?" must be/)
  })

  test('a parameter without a name, and a name that is half a surrogate pair, are refused', async () => {
    for (const method of ['GET', 'POST'])
      for (const name of ['', 'a\udc00'])
        for (const call of doors({ method, params: { [name]: 'x' } })) expect(await refused(call)).toContain('"params')
  })

  test('names with odd characters are encoded', () => {
    expect(sign({ path, params: { 'a b&c=d#[é]': 'x', __proto__x: 1 } }).url).toMatch(
      /\?a%20b%26c%3Dd%23%5B%C3%A9%5D=x&__proto__x=1$/,
    )
    expect(sign({ method: 'POST', path, params: JSON.parse('{"__proto__":"1"}') }).body).toBe('{"__proto__":"1"}')
  })

  test('JSON beside a body is refused, and parameters beside a body go into the query', async () => {
    for (const call of doors({ method: 'POST', body: '{}', json: {} }))
      expect(await refused(call)).toContain('"json" must not stand beside "body"')
    expect(sign({ method: 'POST', path, body: '[1]', params: { a: 'b' } })).toMatchObject({
      url: `https://www.okx.com${path}?a=b`,
      body: '[1]',
    })
    sent.length = 0
    await signedFetch(path, { method: 'POST', body: '[1]', params: { a: 'b' } })
    expect(sent).toMatchObject([{ url: `https://www.okx.com${path}?a=b` }])
  })

  test('parameters beside a Request are refused: only its URL would be left of it', async () => {
    const call = (): unknown =>
      createSignedFetch(signer)(new Request(`https://www.okx.com${path}`, { method: 'POST', body: 'x' }), {
        params: { a: 1 },
      })
    expect(await refused(call)).toContain('"params" must come with a URL')
  })

  test.each(['get', 'post', 'put', 'delete', 'Post'])(
    'the method %s is sent in capitals, as fetch does',
    async (method) => {
      const upper = method.toUpperCase()
      expect(sign({ method, path })).toEqual({ ...sign({ method: upper, path }), headers: expect.anything() })
      sent.length = 0
      await signedFetch(path, { method })
      expect(sent).toMatchObject([{ init: { method: upper } }])
    },
  )

  test('parameters of a method in small letters go where those of the method go', () => {
    expect(sign({ method: 'post', path, params: { a: 'b' } }).body).toBe('{"a":"b"}')
    expect(sign({ method: 'delete', path, params: { a: 'b' } }).url).toContain('?a=b')
  })

  test.each([{ body: 'a=\ud800b' }, { params: { a: '\ud800' } }, { json: { a: '\ud800' } }])(
    '%j is refused by both functions, for a lone surrogate has no bytes',
    async (parts) => {
      for (const call of doors({ method: 'POST', ...parts }))
        expect(await refused(call)).toMatch(/ must be well-formed text, got a lone surrogate$/)
    },
  )

  test('a path with a lone surrogate is refused by both functions', async () => {
    expect(await refused(() => sign({ path: '/api/\ud800' }))).toMatch(/^"path" must be/)
    expect(await refused(() => signedFetch('/api/\ud800'))).toMatch(/^"path" must be well-formed text/)
  })

  test.each(['patch', 'Patch', 'GE T', '', 7, null])('the method %o is refused', async (method) => {
    for (const call of doors({ method })) expect(await refused(call)).toContain('"method" must be')
  })
})

describe('the arguments of a message', () => {
  test.each(allSamples.filter(({ signer: { spec } }) => spec.messages?.['login'] ?? spec.token))(
    'a login of $name refuses an argument that nothing reads',
    async ({ signer: one, loginArgs }) => {
      let ready = true
      try {
        one.login(loginArgs)
      } catch {
        // Not with a key of this kind.
        ready = false
      }
      if (!ready) return
      for (const wrong of ['nonsense', 'token', 'secret'])
        expect(await refused(() => one.login({ ...loginArgs, [wrong]: 'x' }))).toContain(`"${wrong}"`)
    },
  )

  test.each(allSamples.filter(({ signer: { spec } }) => spec.token !== undefined))(
    'a token of $name with a lone surrogate is refused as one that is not there',
    async ({ signer: one, loginArgs }) => {
      const { token = '' } = one.spec.token ?? {}
      const answer = (value: unknown): unknown =>
        token.split('.').reduceRight<unknown>((inner, name) => (name === '' ? inner : { [name]: inner }), value)
      const login = await one.login(loginArgs)
      for (const [value, got] of [
        ['a\ud800', 'one with a lone surrogate'],
        ['', 'none'],
      ] as const) {
        const use = (): unknown => login.use?.(answer(value))
        expect(use).toThrow(withCode('CONFIG_INVALID'))
        expect(use).toThrow(`the answer of ${one.spec.name} must hold a token for the socket, got ${got}`)
      }
      expect(login.use?.(answer('a token'))).toBeDefined()
    },
  )

  test('an exchange that signs no messages says so', () => {
    const call = (): unknown => mexc(account).signMessage('call', {})
    expect(call).toThrow(withCode('CONFIG_INVALID'))
    expect(call).toThrow('"call" must be a message of MEXC, which has none')
  })

  test('a misspelt argument is refused with the right one, also where the message cannot be made without', async () => {
    const one = gate(account)
    expect(await refused(() => one.login({ chanel: 'spot.login', reqId: '1' }))).toContain('did you mean "channel"')
    expect(await refused(() => one.signMessage('call', { channel: 'x', reqid: '1' }))).toContain('did you mean "reqId"')
    expect(await refused(() => kraken({ apiKey: 'key', secret: 'c2VjcmV0' }).login({ metod: 'x' }))).toContain(
      '"method"',
    )
    expect(await refused(() => mexc(account).login({ method: 'x' }))).toContain('takes no arguments')
  })

  const wrong: ReadonlyArray<readonly [unknown, string]> = [
    [Number('7123456789012346000'), 'a number beyond 2^53'],
    [Number.NaN, 'NaN'],
    [1e-7, '1e-7'],
    [new Date(0), 'a Date'],
    ['\ud800', 'a lone surrogate'],
    [() => 1, 'a function'],
  ]
  test.each(wrong)('%o is refused by its name', async (value, got) => {
    const call = (params: object) => () =>
      binance(account).signMessage('call', { id: 1, method: 'order.place', params })
    for (const [make, name] of [
      [call({ orderId: value }), '"args.params.orderId"'],
      [() => binance(account).signMessage('call', { id: value, method: 'x' }), '"args.id"'],
      [() => gate(account).signMessage('call', { channel: 'x', reqParam: [{ a: value }] }), '"args.reqParam[0].a"'],
    ] as const) {
      const message = await refused(make)
      expect(message).toContain(name)
      expect(message).toContain(got)
    }
  })

  test('a bigint is its digits in what is signed and in what is sent, and undefined is in neither', () => {
    const when = { clock: { now: () => 1_700_000_000_000 } }
    const make = (params: object): string => binance(account).signMessage('call', { id: 1, method: 'x', params }, when)
    expect(make({ orderId: 7_123_456_789_012_345_678n, none: undefined })).toBe(
      make({ orderId: '7123456789012345678' }).replace('"7123456789012345678"', '7123456789012345678'),
    )
  })

  test('a list has no text in what Binance signs, and is refused', async () => {
    expect(await refused(() => binance(account).signMessage('call', { method: 'x', params: { a: [1] } }))).toContain(
      '"args.params.a" must be text',
    )
  })
})
