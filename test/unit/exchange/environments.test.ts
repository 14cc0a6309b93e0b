import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  allowInsecure,
  createSignedFetch,
  exchangeClock,
  signRequest,
  signRequestSync,
} from '../../../src/client/index.js'
import { openExchangeSocket } from '../../../src/client/socket/websocket.js'
import { signInterceptor } from '../../../src/client/undici.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import { bitmart } from '../../../src/exchange/catalogue/bitmart.js'
import { bitmex } from '../../../src/exchange/catalogue/bitmex.js'
import { htx } from '../../../src/exchange/catalogue/htx.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import type { ExchangeFactory } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/index.js'
import { outcomeOf, withCode } from '../../expect-code.js'

const account = { apiKey: 'key', secret: 'secret' }
const NOW = { clock: { now: () => 1_700_000_000_123 } }

/** Every exchange of the package, with the type that its file states. */
const FILES = new URL('../../../src/exchange/catalogue/', import.meta.url)
const exchanges = await Promise.all(
  readdirSync(FILES)
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .map(async (file) => {
      const module: Record<string, unknown> = await import(new URL(file, FILES).href)
      const [name, make] = Object.entries(module).find(([, one]) => typeof one === 'function' && 'variants' in one) as [
        string,
        ExchangeFactory,
      ]
      const source = readFileSync(new URL(file, FILES), 'utf8')
      const type =
        new RegExp(`export const ${name}: ExchangeFactory<([\\s\\S]*?)>\\s*=\\s*/\\*`).exec(source)?.[1] ?? ''
      return { name, make, type }
    }),
)
const names = (type: string, option: string): readonly string[] =>
  [...(new RegExp(`${option}<([^>]*)>`).exec(type)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, one]) => one as string)

/** A fetch that records where requests go, and answers with nothing. */
function recorder(answer: () => Response = () => new Response('{}')) {
  const sent: Array<{ url: string; headers: Headers }> = []
  const fetch = async (url: string, init: object) => {
    sent.push({ url, headers: new Headers((init as RequestInit).headers) })
    return answer()
  }
  return { sent, fetch }
}

describe('the types of a factory', () => {
  test.each(exchanges)('$name says what its data say', ({ make, type }) => {
    const specs = [undefined, ...make.variants].map((variant) => make({ variant }).spec)
    expect(type).not.toBe('')
    expect(type.includes('PassphraseOption')).toBe(specs.some((spec) => spec.passphrase !== undefined))
    expect(type.includes('WindowOption')).toBe(specs.some((spec) => spec.window !== undefined))
    expect(type.includes('NoncesOption')).toBe(specs.some((spec) => spec.nonce !== undefined))
    expect(names(type, 'VariantOption')).toEqual(make.variants)
    expect(['live', ...names(type, 'EnvironmentOption')]).toEqual(make.environments)
    expect(type.includes('LiveOnly')).toBe(make.environments.length === 1)
    for (const option of specs[0]?.options ?? []) expect(type).toMatch(new RegExp(`readonly ${option}\\??:`))
  })
})

describe.each(exchanges)('an unknown option of $name', ({ make }) => {
  const { name, environments } = make().spec

  test.each(['testnet', 'sandbox', 'demo', 'isTestnet', 'paper'])('"%s" is not a live order', (option) => {
    const meant = Object.keys(environments ?? {})
    const right =
      meant.length === 0
        ? `${name} has no environment besides the live one`
        : `environment: "${meant.find((one) => option.toLowerCase().includes(one)) ?? meant[0]}"`
    for (const options of [{ ...account, [option]: true }, { [option]: true }])
      expect(() => make(options)).toThrow(new RegExp(`unknown option "${option}"; .*${right}`))
  })

  test.each([
    ['url', 'baseUrl'],
    ['host', 'baseUrl'],
    ['baseURL', 'baseUrl'],
    ['enviroment', 'environment'],
    ['varient', 'variant'],
    ['api_key', 'apiKey'],
  ])('the error for "%s" names "%s"', (option, meant) => {
    expect(() => make({ ...account, [option]: 'x' })).toThrow(
      `${name}: unknown option "${option}"; did you mean "${meant}"?`,
    )
  })

  test('no other environment is taken', () => {
    expect(() => make({ ...account, environment: 'prod' })).toThrow(/"environment" must be "live".*got "prod"/)
    expect(() => make({ variant: 'nope' })).toThrow(/"variant" must be/)
  })
})

describe.each(exchanges.filter(({ make }) => make.environments.length > 1))('environments of $name', ({ make }) => {
  test.each(make.environments)('%s has hosts of its own, or says in every request which it is', (environment) => {
    const { spec } = make({ environment })
    const others = make.environments.filter((one) => one !== environment).map((one) => make({ environment: one }).spec)
    for (const other of others)
      expect(
        spec.origins[0] !== other.origins[0] || JSON.stringify(spec.headers) !== JSON.stringify(other.headers),
      ).toBe(true)
    for (const origin of spec.origins) expect(origin).toMatch(/^https:\/\/[a-z0-9.-]+$/)
    expect(spec.socketUrl ?? 'wss://none').toMatch(/^wss:\/\//)
    expect(make({ environment }).spec.environments === undefined).toBe(false)
  })
})

describe.each(exchanges)('$name', ({ make }) => {
  test.each(['environment', 'origin', 'baseUrl'])('takes no missing "%s" for the live exchange', (option) => {
    for (const value of [undefined, null])
      for (const options of [{ ...account, [option]: value }, { [option]: value }])
        expect(() => make(options as never)).toThrow(
          expect.objectContaining({
            code: 'CONFIG_INVALID',
            message: expect.stringMatching(`^"${option}" must be .*, got ${value}: leave it out for the live API$`),
          }),
        )
  })
})

describe('a clock and nonces', () => {
  const refused = (text: string) =>
    expect.objectContaining({
      message: expect.stringContaining(text),
      code: expect.stringMatching(/^(?:CONFIG|ARGUMENT)_INVALID$/),
    })

  test.each([5, {}, () => 1])('%o is no source of nonces', (nonces) => {
    const options = { apiKey: 'key', secret: 'c2VjcmV0', nonces: nonces as never }
    expect(() => kraken(options)).toThrow(refused('"nonces" must be a source of nonces, such as randomNonces(), got'))
  })

  test.each([
    [Date.now, '"clock" must be a clock, such as { now: () => Date.now() }, got a function'],
    [{ now: () => '1700000000000' }, '"clock" must answer now() with milliseconds since the epoch, got a string'],
    [{ now: () => 1_700_000_000 }, 'got a number: are these seconds?'],
    [{ now: () => Number.NaN }, '"clock" must answer now()'],
  ])('%o is no clock', (clock, text) => {
    expect(() => binance(account).sign({ path: '/x' }, { clock } as never)).toThrow(refused(text))
  })

  test('a signed fetch takes no other word for a redirect', () => {
    const make = (options: object) => () => createSignedFetch(binance(account), options as never)
    expect(make({ redirects: { otherOrigin: 'follow' } })).toThrow(refused('"redirects.otherOrigin" must be'))
  })
})

describe('what the signer of an exchange signs goes to that exchange, in every function', () => {
  const live = binance(account)
  const onTestnet = binance({ ...account, environment: 'testnet' })
  const demo = okx({ ...account, passphrase: 'p', environment: 'demo' })
  const proxied = binance({ ...account, baseUrl: 'https://proxy.example/binance' })
  type Any = typeof live
  /** Each calls one function with one URL; what it throws or rejects with is the answer. */
  const DOORS: Readonly<Record<string, (signer: Any, url: string) => unknown>> = {
    sign: (signer, url) => signer.sign({ path: url }, NOW),
    signRequest: (signer, url) => signRequest(httpRequest({ url }), signer),
    signRequestSync: (signer, url) => signRequestSync(httpRequest({ url }), signer),
    'a signed fetch': (signer, url) => createSignedFetch(signer, { fetch: async () => new Response('{}') })(url),
    'a signed fetch with origins of its own': (signer, url) =>
      createSignedFetch(signer, { origins: [new URL(url).origin], fetch: async () => new Response('{}') })(url),
    'an interceptor with origins of its own': (signer, url) =>
      new Promise((resolve, reject) => {
        const { origin, pathname } = new URL(url)
        const dispatch = signInterceptor(signer, { origins: [origin] })(() => {
          resolve(undefined)
          return true
        })
        dispatch({ origin, path: pathname, method: 'GET' }, { onResponseError: (_, error) => reject(error) })
      }),
  }
  const doors = Object.entries(DOORS)
  const answer = (call: () => unknown): Promise<unknown> =>
    outcomeOf(async () => {
      await call()
      return 'signed'
    })

  test.each(doors)('the function %s refuses every other origin', async (_, door) => {
    const asked: ReadonlyArray<readonly [Any, string, string]> = [
      [live, 'https://api.binance.com/x', 'signed'],
      [live, 'https://fapi.binance.com/x', 'signed'],
      [live, 'https://evil.example/x', 'ORIGIN_REFUSED'],
      [live, 'https://api.binance.com.evil.example/x', 'ORIGIN_REFUSED'],
      [live, 'https://api.binance.com:8443/x', 'ORIGIN_REFUSED'],
      [live, 'http://127.0.0.1:1/x', 'ORIGIN_REFUSED'],
      [live, 'https://testnet.binance.vision/x', 'ORIGIN_REFUSED'],
      [onTestnet, 'https://testnet.binance.vision/x', 'signed'],
      [onTestnet, 'https://api.binance.com/x', 'ORIGIN_REFUSED'],
      [proxied, 'https://proxy.example/binance/x', 'signed'],
      [proxied, 'https://proxy.example/other/x', 'ORIGIN_REFUSED'],
      [proxied, 'https://api.binance.com/x', 'ORIGIN_REFUSED'],
    ]
    for (const [signer, url, expected] of asked)
      expect([url, await answer(() => door(signer, url))]).toEqual([url, expected])
  })

  test('a Host field of another host is none of theirs', async () => {
    const request = httpRequest({ url: 'https://api.binance.com/x', headers: { host: 'evil.example' } })
    expect(await answer(() => signRequest(request, live))).toBe('ORIGIN_REFUSED')
    expect(await answer(() => live.sign({ path: '/x', headers: { Host: 'evil.example' } }))).toBe('ORIGIN_REFUSED')
    expect(await answer(() => live.sign({ path: '/x', headers: { Host: 'api.binance.com' } }))).toBe('signed')
  })

  test.each([
    ['wss://ws.okx.com:8443/ws/v5/private', okx({ ...account, passphrase: 'p' }), true],
    ['wss://wsaws.okx.com:8443/ws/v5/private', okx({ ...account, passphrase: 'p' }), true],
    ['wss://wspap.okx.com:8443/ws/v5/private', okx({ ...account, passphrase: 'p' }), false],
    ['wss://wspap.okx.com:8443/ws/v5/private', demo, true],
    ['wss://ws.okx.com:8443/ws/v5/private', demo, false],
    ['wss://evil.example/ws', demo, false],
    ['wss://ws.okx.com.evil.example/ws', demo, false],
    ['wss://evilokx.com/ws', demo, false],
    ['ws://127.0.0.1:1/ws', demo, false],
    ['ws://127.0.0.1:1/ws', okx({ ...account, passphrase: 'p', baseUrl: 'http://127.0.0.1:2' }), true],
    ['wss://mine.vercel.app/ws', okx({ ...account, passphrase: 'p', origin: 'https://mine.vercel.app' }), true],
    ['wss://evil.vercel.app/ws', okx({ ...account, passphrase: 'p', origin: 'https://mine.vercel.app' }), false],
    ['wss://wsaws.okx.com:8443/ws', okx({ ...account, passphrase: 'p', origin: 'https://aws.okx.com' }), true],
    ['wss://socket.co.uk/ws', okx({ ...account, passphrase: 'p', origin: 'https://white.co.uk' }), false],
  ] as const)('a socket: a login is said to %s by its own signer (%#)', async (url, signer, allowed) => {
    const made: string[] = []
    class Fake {
      binaryType = ''
      onopen: ((event: never) => unknown) | null = null
      onmessage = null
      onclose = null
      onerror = null
      constructor(to: string) {
        made.push(to)
        queueMicrotask(() => this.onopen?.({} as never))
      }
      send(): void {}
      close(): void {}
    }
    const socket = openExchangeSocket({ url, login: () => signer.login(), onMessage: () => {}, WebSocket: Fake })
    if (allowed) await socket.ready
    else await expect(socket.closed).rejects.toMatchObject({ code: 'ORIGIN_REFUSED' })
    socket.close()
    expect(made).toEqual(allowed ? [url] : [])
  })
})

describe('a path', () => {
  const signers = [
    binance(account),
    binance({ ...account, origin: 'https://fapi.binance.com' }),
    okx({ ...account, passphrase: 'p' }),
    binance({ ...account, baseUrl: 'https://proxy.example/binance' }),
  ]
  test.each(signers)('of another origin is signed by no signer', async (signer) => {
    const { sent, fetch } = recorder()
    for (const url of [
      'https://evil.com/v5/x',
      'http://api.binance.com/x',
      'http://www.okx.com/x',
      'https://api.binance.com:8443/x',
      'https://api.binance.com.evil.com/x',
      'https://www.okx.com@evil.com/x',
      'https:\\\\evil.com/x',
    ]) {
      expect(() => signer.sign({ path: url }, NOW)).toThrow(/is not signed for|must/)
      await expect(createSignedFetch(signer, { fetch })(url)).rejects.toThrow()
    }
    expect(() => signer.sign({ path: 'https://evil.com/v5/x' }, NOW)).toThrow(
      expect.objectContaining({ code: 'ORIGIN_REFUSED' }),
    )
    expect(sent).toHaveLength(0)
  })

  test('of plain http is signed on this machine, or where that was given', () => {
    for (const origin of ['http://localhost:8080', 'http://127.0.0.1:1', 'http://[::1]:1'])
      expect(binance({ ...account, origin }).sign({ path: `${origin}/x` }, NOW).url).toMatch(`${origin}/x`)
    const far = { ...account, baseUrl: 'http://proxy.example', [allowInsecure]: true as const }
    expect(binance(far).sign({ path: '/x' }, NOW).url).toMatch('http://proxy.example/x')
  })

  test.each([
    ['/x?a=1#b', '"#": what stands behind it is not sent'],
    ['/x#', '"#"'],
    ['/x y', '" "'],
    ['/x?a="b"', '"\\""'],
    ['/x?a=€', '"€"'],
    ['/x?a=\u{1f600}', '"\u{1f600}"'],
    ["/x?a='b'", '"\'"'],
    ['/x\\y', '"\\\\"'],
    ['/x\n', '"\\n"'],
    ['/a/../x', 'a segment of dots'],
    ['/a/%2E%2e/x', 'a segment of dots'],
    ['/a/.', 'a segment of dots'],
    ['https://api.binance.com/a/../x', 'a segment of dots'],
    ['https://api.binance.com/x#y', '"#"'],
  ])('%s is not signed, because it is sent in another way', (path, text) => {
    expect(() => binance(account).sign({ path }, NOW)).toThrow(
      expect.objectContaining({
        code: 'ARGUMENT_INVALID',
        message: expect.stringContaining(`"path" must be written as it is sent, got ${text}`),
      }),
    )
  })

  test.each(['/x', '/a/b.c/d?e=1&f=%20..&g=/../', '/a//b/', '/x?a=[{}]|`^', '/x%2Fy?a:b,c'])(
    '%s is signed as fetch sends it',
    (path) => {
      const { url } = okx({ ...account, passphrase: 'p' }).sign({ path }, NOW)
      expect(url).toBe(`https://www.okx.com${path}`)
      expect(new URL(url).href).toBe(url)
    },
  )

  test('leads out of no proxy', () => {
    const signer = binance({ ...account, baseUrl: 'https://proxy.example/binance' })
    expect(() => signer.sign({ path: '/../okx/x' })).toThrow(expect.objectContaining({ code: 'ORIGIN_REFUSED' }))
  })

  test('that needs a body asks for a method that has one', async () => {
    const signer = kraken({ apiKey: 'key', secret: 'c2VjcmV0' })
    const refused = expect.objectContaining({
      code: 'ARGUMENT_INVALID',
      message: "Kraken signs a body: state method: 'POST'",
    })
    expect(() => signer.sign({ path: '/0/private/Balance' })).toThrow(refused)
    const krakenFetch = createSignedFetch(signer, { fetch: recorder().fetch })
    await expect(krakenFetch('/0/private/Balance')).rejects.toThrow(refused)
    await expect(krakenFetch('/0/private/Balance', { params: { a: '1' } })).rejects.toThrow(refused)
    expect(() => okx({ ...account, passphrase: 'p' }).sign({ path: '/x', body: 'a' })).toThrow(
      '"method" must be one with a body, got GET beside "body"',
    )
  })
})

describe('a signer', () => {
  test('of a test network signs for its hosts and for no live one', async () => {
    const signer = binance({ ...account, environment: 'testnet' })
    expect(signer.environment).toBe('testnet')
    expect(signer.sign({ path: '/api/v3/account' }, NOW).url).toMatch(/^https:\/\/testnet\.binance\.vision\/api/)
    const { sent, fetch } = recorder()
    const signedFetch = createSignedFetch(signer, { fetch })
    await signedFetch('/api/v3/account')
    expect(sent[0]?.url).toMatch(/^https:\/\/testnet\.binance\.vision\//)
    const refused = expect.objectContaining({ code: 'ORIGIN_REFUSED' })
    await expect(signedFetch('https://api.binance.com/api/v3/account')).rejects.toThrow(refused)
    expect(() => signer.sign({ path: 'https://api.binance.com/api/v3/account' })).toThrow(refused)
    // Not even where the caller's list of origins allows it.
    const wider = createSignedFetch(signer, { fetch, origins: ['https://api.binance.com'] })
    await expect(wider('https://api.binance.com/api/v3/account')).rejects.toThrow(refused)
    const request = httpRequest({ url: 'https://api.binance.com/api/v3/account' })
    expect(() => signRequestSync(request, signer)).toThrow(refused)
    expect(sent).toHaveLength(1)
  })

  test('of the live exchange signs for no test network', async () => {
    const signer = binance(account)
    expect(signer.environment).toBe('live')
    const refused = expect.objectContaining({ code: 'ORIGIN_REFUSED' })
    for (const url of [
      'https://testnet.binance.vision/api/v3/account',
      'https://demo-api.binance.com/api/v3/account',
    ]) {
      await expect(createSignedFetch(signer, { fetch: recorder().fetch })(url)).rejects.toThrow(refused)
      expect(() => signer.sign({ path: url })).toThrow(refused)
      expect(() => signRequestSync(httpRequest({ url }), signer)).toThrow(refused)
    }
  })

  test('says in every request that it is a demo', async () => {
    const demo = okx({ ...account, passphrase: 'p', environment: 'demo' })
    expect(demo.sign({ path: '/api/v5/account/balance' }).headers).toMatchObject({ 'x-simulated-trading': '1' })
    const { sent, fetch } = recorder()
    await createSignedFetch(demo, { fetch })('/api/v5/account/balance')
    expect(sent[0]?.headers.get('x-simulated-trading')).toBe('1')
    const live = okx({ ...account, passphrase: 'p' })
    expect(live.sign({ path: '/api/v5/account/balance' }).headers).not.toHaveProperty('x-simulated-trading')
    const paper = bitget({ ...account, passphrase: 'p', environment: 'demo' })
    expect(paper.sign({ path: '/api/v2/spot/account/assets' }).headers).toMatchObject({ paptrading: '1' })
  })

  test('knows the socket of its environment', () => {
    expect(okx({ ...account, passphrase: 'p' }).socketUrl()).toBe('wss://ws.okx.com:8443/ws/v5/private')
    expect(okx({ ...account, passphrase: 'p', environment: 'demo' }).socketUrl()).toBe(
      'wss://wspap.okx.com:8443/ws/v5/private',
    )
    const refused = expect.objectContaining({ code: 'CONFIG_INVALID' })
    expect(() => kraken({ apiKey: 'key', secret: 'c2VjcmV0' }).socketUrl()).toThrow(refused)
    expect(() => okx({ ...account, passphrase: 'p', origin: 'http://127.0.0.1:1' }).socketUrl()).toThrow(refused)
    expect(() => okx({ ...account, passphrase: 'p', baseUrl: 'https://proxy.example' }).socketUrl()).toThrow(refused)
  })

  test('takes the environment of the host it is made for', () => {
    expect(binance({ ...account, origin: 'https://testnet.binance.vision' }).environment).toBe('testnet')
    expect(() => binance({ ...account, environment: 'live', origin: 'https://testnet.binance.vision' })).toThrow(
      '"origin" must be a host of the environment "live" at Binance, got one of "testnet"',
    )
    expect(() => binance({ ...account, environment: 'testnet', origin: 'https://fapi.binance.com' })).toThrow(
      '"origin" must be a host of the environment "testnet" at Binance, got one of "live"',
    )
  })
})

describe('a proxy of one’s own', () => {
  const baseUrl = 'https://proxy.example/binance'
  const plain = binance(account).sign({ path: '/api/v3/account', params: { a: '1' } }, NOW)

  test.each([baseUrl, `${baseUrl}/`])('%s is sent to, and the exchange sees what was signed', async (given) => {
    const signer = binance({ ...account, baseUrl: given })
    const signed = signer.sign({ path: '/api/v3/account', params: { a: '1' } }, NOW)
    expect(signed).toEqual({ ...plain, url: plain.url.replace('https://api.binance.com', baseUrl) })
    const whole = signer.sign({ path: `${baseUrl}/api/v3/account`, params: { a: '1' } }, NOW)
    expect(whole).toEqual(signed)
    const { sent, fetch } = recorder()
    const signedFetch = createSignedFetch(signer, { fetch, ...NOW })
    await signedFetch('/api/v3/account', { params: { a: '1' } })
    await signedFetch(`${baseUrl}/api/v3/account?a=1`)
    expect(sent.map(({ url }) => url)).toEqual([signed.url, signed.url])
  })

  test('keeps the host of the exchange where the host is signed', () => {
    const seen = htx(account).sign({ path: '/v1/order/openOrders' }, NOW)
    const signed = htx({ ...account, baseUrl: 'https://proxy.example/a/b' }).sign({ path: '/v1/order/openOrders' }, NOW)
    expect(signed.url).toBe(seen.url.replace('https://api.huobi.pro', 'https://proxy.example/a/b'))
    const other = htx({ ...account, origin: 'https://api.hbdm.com', baseUrl: 'https://proxy.example' })
    const direct = htx({ ...account, origin: 'https://api.hbdm.com' }).sign({ path: '/v1/x' }, NOW)
    expect(other.sign({ path: '/v1/x' }, NOW).url).toBe(direct.url.replace('api.hbdm.com', 'proxy.example'))
  })

  test('is the only place that requests go to', async () => {
    const signer = binance({ ...account, baseUrl })
    const refused = expect.objectContaining({ code: 'ORIGIN_REFUSED' })
    const signedFetch = createSignedFetch(signer, { fetch: recorder().fetch })
    for (const url of ['https://api.binance.com/api/v3/account', 'https://proxy.example/other/api/v3/account']) {
      await expect(signedFetch(url)).rejects.toThrow(refused)
      expect(() => signer.sign({ path: url })).toThrow(refused)
    }
  })

  test('follows a redirect below it, signed anew', async () => {
    const answers = [new Response(null, { status: 307, headers: { location: '/binance/api/v3/other' } })]
    const { sent, fetch } = recorder(() => answers.shift() ?? new Response('{}'))
    await createSignedFetch(binance({ ...account, baseUrl }), { fetch, ...NOW })('/api/v3/account')
    const direct = binance(account).sign({ path: '/api/v3/other' }, NOW)
    expect(sent[1]?.url).toBe(direct.url.replace('https://api.binance.com', baseUrl))
  })

  test('is asked for the time', async () => {
    const asked: string[] = []
    const fetch = async (url: string) => {
      asked.push(url)
      return new Response(`{"serverTime":${Date.now()}}`)
    }
    await exchangeClock(binance({ ...account, baseUrl }), { fetch, samples: 1 }).sync()
    expect(asked).toEqual([`${baseUrl}/api/v3/time`])
  })

  test.each([
    [
      'origin',
      'https://proxy.example/binance',
      /^"origin" must be https:\/\/host\[:port\], got one with a path: .*"baseUrl"$/,
    ],
    [
      'origin',
      'https://proxy.example/',
      /^"origin" must be https:\/\/proxy.example, got the same with a slash at its end$/,
    ],
    ['origin', 'proxy.example', /^"origin" must be .*got a text without http:\/\/ or https:\/\/ at its start$/],
    ['baseUrl', '127.0.0.1:1', /^"baseUrl" must be .*without http:\/\/ or https:\/\/ at its start$/],
    ['baseUrl', 'proxy.example/binance', /^"baseUrl" must be a URL of https/],
    ['baseUrl', 'https://user:pass@proxy.example', /^"baseUrl" must be a URL of https/],
    ['baseUrl', 'https://proxy.example/?a=1', /^"baseUrl" must be a URL of https/],
    ['baseUrl', 5, /got a number$/],
    ['origin', 'http://api.binance.com', /^"origin" must be .*got plain http to another machine$/],
    ['baseUrl', 'http://proxy.example/x', /^"baseUrl" must be .*got plain http to another machine$/],
  ])('"%s" is not %s', (name, value, text) => {
    expect(() => binance({ ...account, [name]: value } as never)).toThrow(text)
  })
})

describe('an exchange that has closed', () => {
  test('makes no signer, unless that is asked for by name', () => {
    expect(() => bitmex(account)).toThrow(
      withCode(
        'CONFIG_INVALID',
        'BitMEX closed on 2026-09-23 at 04:00 UTC: nothing is signed for it, unless "allowClosed"',
      ),
    )
    for (const allowClosed of [false, 'true', 1, null])
      expect(() => bitmex({ ...account, allowClosed } as never)).toThrow(withCode('CONFIG_INVALID', 'closed'))
    expect(bitmex({ ...account, allowClosed: true }).environment).toBe('live')
    // A verifier of what was sent while it was there.
    expect(bitmex().spec.end).toMatchObject({ state: 'closed', on: '2026-09-23' })
  })

  test('is known by that option alone: others are open, and one that is closing still answers', () => {
    expect(() => okx({ ...account, passphrase: 'p', allowClosed: true } as never)).toThrow(
      withCode('CONFIG_INVALID', 'unknown option "allowClosed"'),
    )
    expect(bitmart({ ...account, passphrase: 'memo' }).spec.end).toMatchObject({ state: 'closing', on: '2027-01-31' })
  })
})
