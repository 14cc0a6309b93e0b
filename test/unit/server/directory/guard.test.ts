import { describe, expect, it } from 'vitest'
import {
  allowLoopback,
  isPublicAddress,
  type KeyDirectoryOptions,
  keyDirectory,
} from '../../../../src/server/directory/directory.js'
import { answer, directoryOf, failure, host, jwk } from './host.js'

const never = (): never => {
  throw new Error('fetched')
}
const setUp = (options: KeyDirectoryOptions) => failure(() => keyDirectory({ fetch: never, ...options }))

describe('URLs that are refused before anything is fetched', () => {
  it.each([
    'http://keys.example.com/jwks',
    'ftp://keys.example.com/jwks',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    'javascript:alert(1)',
    '//keys.example.com/jwks',
    'keys.example.com',
    'https://',
    '',
    'https://user@keys.example.com/',
    'https://user:hunter2@keys.example.com/',
    'https://keys.example.com/#fragment',
    'https://keys.example.com./',
    // Loopback, in every spelling that a URL parser takes.
    'https://localhost/',
    'https://localhost./',
    'https://api.localhost/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::]/',
    'https://0.0.0.0/',
    // Private, link-local, metadata, shared, multicast, documentation, tunnels.
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://100.100.100.200/latest/meta-data/',
    'https://169.254.169.254/latest/meta-data/',
    'https://192.0.0.192/',
    'https://168.63.129.16/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://192.0.2.1/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'https://[fec0::1]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[2001:db8::1]/',
    'https://[::a9fe:a9fe]/',
  ])('the URL %s is refused', async (url) => {
    const { code, text } = await setUp({ url })
    expect(code).toBe('DIRECTORY_REFUSED')
    expect(text).not.toContain('hunter2')
    expect((await setUp({ allowOrigins: [url], keyIdIsUrl: true })).code).toBe('DIRECTORY_REFUSED')
  })

  it('longer ones than any directory has', async () => {
    const longest = 'https://keys.example.com/'.padEnd(2_048, 'x')
    expect(keyDirectory({ url: longest, fetch: never })).toHaveProperty('get')
    expect((await setUp({ url: `${longest}x` })).code).toBe('DIRECTORY_REFUSED')
  })

  it('a URL that is an object, and one with a name or a password alone', async () => {
    expect((await setUp({ url: new URL('https://keys.example.com') as never })).code).toBe('DIRECTORY_REFUSED')
    for (const url of ['https://name@keys.example.com', 'https://:hunter2@keys.example.com'])
      expect((await setUp({ url })).code, url).toBe('DIRECTORY_REFUSED')
  })

  it('public URLs are fetched', () => {
    for (const url of [
      'https://keys.example.com/jwks?v=1',
      'https://keys.example.com/?v=1',
      'https://notlocalhost/',
      'https://localhost.example.com/',
      'https://93.184.215.14/',
      'https://[2606:4700::1111]:8443/',
    ]) {
      expect(keyDirectory({ url, fetch: never })).toHaveProperty('get')
    }
  })

  it('refuses an origin that is not in the list, or a list that is not one of origins', async () => {
    const url = 'https://keys.example.com/jwks'
    for (const origin of [
      'https://example.com',
      'https://keys.example.com:8443',
      'https://keys.example.com/',
      'https://KEYS.example.com',
      'https://*.example.com',
      'keys.example.com',
      '*',
    ]) {
      expect((await setUp({ url, allowOrigins: [origin] })).code).toBe('DIRECTORY_REFUSED')
    }
    expect((await setUp({ url, allowOrigins: [] })).code).toBe('DIRECTORY_REFUSED')
    // Without a URL beside it, and with one of two URLs outside of it.
    expect((await setUp({ allowOrigins: [url], keyIdIsUrl: true })).code).toBe('DIRECTORY_REFUSED')
    const both = { urls: [url, 'https://other.example/jwks'], allowOrigins: ['https://keys.example.com'] }
    expect((await setUp(both)).code).toBe('DIRECTORY_REFUSED')
    expect(keyDirectory({ url, allowOrigins: ['https://keys.example.com'], fetch: never })).toHaveProperty('get')
  })

  it('opens loopback, and nothing else, with its option', async () => {
    for (const url of [
      'http://10.0.0.1/',
      'http://keys.example.com/',
      'https://169.254.169.254/',
      'http://127.0.0.1.nip.io/',
      'ftp://127.0.0.1/',
      'ws://localhost/',
    ]) {
      expect((await setUp({ url, [allowLoopback]: true })).code).toBe('DIRECTORY_REFUSED')
    }
    expect(keyDirectory({ url: 'http://[::1]:8080/', [allowLoopback]: true, fetch: never })).toHaveProperty('get')
  })
})

describe('options that are refused', () => {
  it.each([
    {},
    { urls: [] },
    { keyIdIsUrl: true },
    { url: 'https://a.example', urls: ['https://b.example'] },
    { url: 'https://a.example', maxAgeMs: Number.NaN },
    { url: 'https://a.example', maxAgeMs: Number.POSITIVE_INFINITY },
    { url: 'https://a.example', cooldownMs: 0 },
    { url: 'https://a.example', cooldownMs: 60_000, maxAgeMs: 30_000 },
    { url: 'https://a.example', timeoutMs: 0 },
    { url: 'https://a.example', maxBytes: 1.5 },
    { url: 'https://a.example', maxKeys: -1 },
    { url: 'https://a.example', algorithms: [] },
    { url: 'https://a.example', algorithms: ['ed25519' as const, 'EdDSA' as 'ed25519'] },
    { url: 'https://a.example', owner: 5 as never },
    { url: 'https://a.example', signature: null as never },
    { url: 'https://a.example', signature: {} as never },
    { urls: 'https://a.example' as never },
    // No key id could name it.
    { url: 'https://a.example/jwks?of=acme', keyIdIsUrl: true },
    { url: `https://a.example/${'x'.repeat(300)}`, keyIdIsUrl: true },
    { url: 'https://a.example', allowOrigins: 'https://a.example' as never },
    { url: 'https://a.example', algorithms: ['EdDSA' as 'ed25519'] },
    { url: 'https://a.example', algorithms: ['hmac-sha256' as const] },
  ])('the options %o are refused', async (options) => {
    expect((await setUp(options)).code).toBe('CONFIG_INVALID')
  })

  it('more directories than are plausible', async () => {
    const many = Array.from({ length: 65 }, (_, i) => `https://a${i}.example`)
    expect((await setUp({ urls: many })).code).toBe('CONFIG_INVALID')
    expect((await setUp({ allowOrigins: many, keyIdIsUrl: true })).code).toBe('CONFIG_INVALID')
    many.pop()
    expect(keyDirectory({ urls: many, fetch: never })).toHaveProperty('get')
    expect(keyDirectory({ allowOrigins: many, keyIdIsUrl: true, fetch: never })).toHaveProperty('get')
  })

  it('takes one URL beside one origin that key ids may name', () => {
    const options = { url: 'https://a.example/jwks', allowOrigins: ['https://a.example'], keyIdIsUrl: true }
    expect(keyDirectory({ ...options, fetch: never })).toHaveProperty('get')
  })

  it.each([
    ['ttlMs', 'maxAgeMs'],
    ['origins', 'allowOrigins'],
  ])('%s, with the name that is meant', async (given, meant) => {
    expect((await setUp({ url: 'https://a.example', [given]: 1 })).text).toContain(`did you mean "${meant}"?`)
  })
})

describe('answers that are refused', () => {
  it.each([300, 301, 302, 303, 307, 308])('a redirect with status %i, which is not followed', async (status) => {
    const target = await host(answer({ keys: [await jwk('bot-1')] }))
    const at = await host((_request, response) => response.writeHead(status, { location: target.url }).end())
    expect((await failure(() => directoryOf(at).directory.refresh())).code).toBe('DIRECTORY_REFUSED')
    expect(target.requests).toHaveLength(0)
  })

  it('one that a fetch which follows redirects has brought from elsewhere', async () => {
    const target = await host(answer({ keys: [await jwk('bot-1')] }))
    const at = await host((_request, response) => response.writeHead(302, { location: target.url }).end())
    const { directory } = directoryOf(at, { fetch: (url, init) => fetch(url, { ...init, redirect: 'follow' }) })
    expect((await failure(() => directory.refresh())).code).toBe('DIRECTORY_REFUSED')
  })

  it.each([
    ['is opaque', { type: 'opaqueredirect' }],
    ['was redirected', { redirected: true }],
    ['came from another URL', { url: 'https://other.example/' }],
  ])('an answer that %s is refused', async (_, shown) => {
    const fetch = async (): Promise<Response> => {
      const response = new Response('{"keys":[]}', { headers: { 'content-type': 'application/json' } })
      for (const [name, value] of Object.entries(shown)) Object.defineProperty(response, name, { value })
      return response
    }
    const { directory } = directoryOf('https://keys.example.com', { fetch })
    expect((await failure(() => directory.refresh())).code).toBe('DIRECTORY_REFUSED')
  })

  it.each([204, 206, 400, 401, 404, 410, 500])('an answer with status %i is refused', async (status) => {
    const at = await host((_request, response) => response.writeHead(status).end())
    const { code, text } = await failure(() => directoryOf(at).directory.refresh())
    expect(code).toBe('DIRECTORY_UNAVAILABLE')
    expect(text).toContain(`must answer with status 200, got ${status}`)
  })

  it('a connection that breaks', async () => {
    const at = await host((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"keys"')
      setTimeout(() => response.destroy(), 10)
    })
    expect((await failure(() => directoryOf(at).directory.refresh())).code).toBe('DIRECTORY_UNAVAILABLE')
  })
})

describe('names', () => {
  const found = (addresses: readonly string[], options: Partial<KeyDirectoryOptions> = {}) => {
    let fetched = 0
    const directory = keyDirectory({
      url: 'https://keys.example.com',
      lookup: async (hostname) => (hostname === 'keys.example.com' ? addresses : []),
      fetch: async () => {
        fetched++
        return new Response('{"keys":[]}', { headers: { 'content-type': 'application/json' } })
      },
      ...options,
    })
    return { directory, fetched: () => fetched }
  }

  it.each([
    [['10.0.0.1']],
    [['93.184.215.14', '169.254.169.254']],
    [['127.0.0.1']],
    [['::ffff:10.0.0.1']],
    [['fe80::1%eth0']],
    [['not an address']],
  ])('that lead to %s are refused before the fetch', async (addresses) => {
    const { directory, fetched } = found(addresses)
    expect((await failure(() => directory.refresh())).code).toBe('DIRECTORY_REFUSED')
    expect(fetched()).toBe(0)
  })

  it('that lead nowhere, or cannot be looked up, are unavailable', async () => {
    expect((await failure(() => found([]).directory.refresh())).code).toBe('DIRECTORY_UNAVAILABLE')
    const lookup = async (): Promise<never> => {
      throw new Error('ENOTFOUND')
    }
    expect((await failure(() => found([], { lookup }).directory.refresh())).code).toBe('DIRECTORY_UNAVAILABLE')
  })

  it('are not looked up where the URL holds an address', async () => {
    let lookups = 0
    const lookup = async (): Promise<string[]> => [`10.0.0.${++lookups}`]
    const { directory, fetched } = found([], { url: 'https://93.184.215.14/', lookup })
    await directory.refresh()
    expect([fetched(), lookups]).toEqual([1, 0])
  })

  it('may lead to this machine with its option, and to no private network', async () => {
    const options = { url: 'http://localhost/', [allowLoopback]: true as const }
    const of = (address: string) => found([], { ...options, lookup: async () => [address] })
    const home = of('127.0.0.1')
    await home.directory.refresh()
    expect(home.fetched()).toBe(1)
    expect((await failure(() => of('10.0.0.1').directory.refresh())).code).toBe('DIRECTORY_REFUSED')
  })

  it('that lead to the internet are fetched, and looked up each time', async () => {
    const addresses = ['93.184.215.14', '2606:4700::1111']
    const { directory, fetched } = found(addresses)
    await directory.refresh()
    expect(fetched()).toBe(1)
    addresses.push('10.0.0.1')
    expect((await failure(() => directory.refresh())).code).toBe('DIRECTORY_REFUSED')
    expect(fetched()).toBe(1)
  })
})

describe('isPublicAddress', () => {
  it.each([
    ['8.8.8.8', true],
    ['100.63.255.255', true],
    ['100.128.0.0', true],
    ['172.32.0.1', true],
    ['::ffff:8.8.8.8', true],
    ['2606:4700::1111', true],
    ['2001:200::1', true],
    ['2001:1ff::1', false],
    ['100.64.0.0', false],
    ['172.31.255.255', false],
    ['0.0.0.0', false],
    ['240.0.0.1', false],
    ['::ffff:192.168.0.1', false],
    ['3fff::1', false],
    ['4000::1', false],
    ['fc00::1', false],
    ['8.8.8', false],
    ['08.8.8.8', false],
    ['', false],
  ])('the address %s is public: %s', (text, expected) => {
    expect(isPublicAddress(text)).toBe(expected)
  })
})
