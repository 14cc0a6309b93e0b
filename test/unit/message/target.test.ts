import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { normalizeAuthority, originOf, parseUrl, rawTarget, splitTarget } from '../../../src/message/target.js'
import { cpuMs } from '../../cpu-time.js'
import { codeOf, textOf } from '../../expect-code.js'

/** What the platform's parser says, which is what `fetch` sends. */
function byPlatform(url: string): unknown {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    return 'MESSAGE_MALFORMED'
  }
  if (!/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') return 'MESSAGE_MALFORMED'
  const beforeFragment = parsed.href.split('#')[0] as string
  const bare = parsed.search === '' && beforeFragment.endsWith('?') ? '?' : ''
  return {
    scheme: parsed.protocol.slice(0, -1),
    authority: parsed.host,
    target: parsed.pathname + parsed.search + bare,
  }
}

function byUs(url: string): unknown {
  try {
    return parseUrl(url)
  } catch {
    return codeOf(() => parseUrl(url))
  }
}

describe('parseUrl', () => {
  const label = fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/),
    fc.constantFrom(
      'xn--',
      'xn--a',
      'xn--bcher-kva',
      '1',
      '0x1',
      '127',
      'A',
      'a_b',
      '',
      'ü',
      '%61',
      '[::1]',
      'a'.repeat(70),
    ),
  )
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
  const port = fc.constantFrom('', '', ':', ':80', ':443', ':8080', ':65535', ':65536', ':99999', ':0', ':080', ':8443')
  const segment = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9._~!$&()*+,;=:@%'|^{}<>"\\ -]{0,8}$/),
    fc.constantFrom('', '.', '..', '%2e', '.%2E', '%2e%2e', '.well-known', '%2F', 'é', '...', 'a\tb'),
  )
  const path = fc.array(segment, { maxLength: 4 }).map((segments) => segments.map((one) => `/${one}`).join(''))
  const query = fc.oneof(fc.constantFrom('', '?', '??', "?a='"), fc.stringMatching(/^\?[A-Za-z0-9&=%+'"?/.|é ]{0,10}$/))
  const url = fc
    .tuple(
      fc.constantFrom('https', 'http', 'HTTPS', 'ftp', 'ws', ''),
      fc.constantFrom('://', '://', '://', ':', ':///', '://u:p@', '://u@', '://@'),
      host,
      port,
      path,
      query,
      fc.constantFrom('', '', '', '#f', '#?', '#'),
    )
    .map((parts) => parts.join(''))

  test('parseUrl agrees with the platform on random URLs', () => {
    fc.assert(
      fc.property(url, (one) => {
        expect(byUs(one)).toStrictEqual(byPlatform(one))
      }),
      { numRuns: 5_000 },
    )
  })

  test('equals the platform on plain ones, which take the fast path', () => {
    const plain = fc
      .tuple(
        fc.constantFrom('https', 'http'),
        fc.array(fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('', ':80', ':443', ':8080', ':65536'),
        path,
        query,
      )
      .map(([scheme, labels, at, rest, search]) => `${scheme}://${labels.join('.')}${at}${rest}${search}`)
    fc.assert(
      fc.property(plain, (one) => {
        expect(byUs(one)).toStrictEqual(byPlatform(one))
      }),
      { numRuns: 5_000 },
    )
  })

  test.each([
    ['https://api.example.com/v1/orders?dry=1', 'https', 'api.example.com', '/v1/orders?dry=1'],
    ['https://api.example.com', 'https', 'api.example.com', '/'],
    ['https://api.example.com?', 'https', 'api.example.com', '/?'],
    ['http://a:80/b', 'http', 'a', '/b'],
    ['http://a:443/b', 'http', 'a:443', '/b'],
    ['https://a/.well-known/x', 'https', 'a', '/.well-known/x'],
    ['https://a/b/../c#d', 'https', 'a', '/c'],
    ['https://A.B/%7e?x#y', 'https', 'a.b', '/%7e?x'],
    ['https://[::1]:8443/', 'https', '[::1]:8443', '/'],
  ])('the URL %s is taken apart', (text, scheme, authority, target) => {
    expect(parseUrl(text)).toStrictEqual({ scheme, authority, target })
    expect(parseUrl(new URL(text))).toStrictEqual({ scheme, authority, target })
  })

  test.each([
    '',
    '/a',
    'api.example.com',
    'ftp://a/',
    'https://user:secret@a/',
    'https://user@a/',
    'https://',
    'https://a:99999/',
    'https://xn--a/',
  ])('the URL %j is refused', (text) => {
    expect(codeOf(() => parseUrl(text))).toBe('MESSAGE_MALFORMED')
    if (text.includes('secret')) expect(() => parseUrl(text)).not.toThrow(/secret/)
  })

  test('long input takes linear time', () => {
    const start = cpuMs()
    for (const part of ['a', 'a.', 'a-', '/.', '/%2e', '?', '%']) {
      for (const prefix of ['https://', 'https://a/', 'https://a/?']) byUs(`${prefix}${part.repeat(100_000)}\u0000`)
    }
    expect(cpuMs() - start).toBeLessThan(2_000)
  })
})

describe('what costs little', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  /** Whether the platform's parser was asked, which costs ten times as much. */
  const asked = (url: string): boolean => {
    const parser = vi.fn()
    vi.stubGlobal(
      'URL',
      class extends URL {
        constructor(one: string) {
          super(one)
          parser()
        }
      },
    )
    byUs(url)
    vi.unstubAllGlobals()
    return parser.mock.calls.length > 0
  }

  test.each([
    'https://api.example.com',
    'https://api.example.com/',
    'http://a-1.b:65535/a/b.c/~d;e=1,2:@!$&()*+?f=%2F/?g',
    'http://a:8443?',
    'http://a:443/',
    'https://a:80/',
    'https://a/.b/...',
    'https://a/%2f',
  ])('%s is read by a pattern', (url) => {
    expect(asked(url)).toBe(false)
  })

  test.each([
    'https://xn--bcher-kva.example/',
    'https://a.xn--bcher-kva/',
    'https://a:443/',
    'http://a:80',
    'https://a:0/',
    'https://A/',
    'https://1.2/',
    'https://a/.',
    'https://a/./b',
    'https://a/..',
    'https://a/b/../c',
    'https://a/%2e',
    'https://a/.%2E/b',
    'https://a/b#c',
    "https://a/?'",
    'https://a/ ',
  ])('%s is read by the platform', (url) => {
    expect(asked(url)).toBe(true)
  })

  test('a port is one up to 65535', () => {
    expect([byUs('http://a:65535/'), byUs('http://a:65536/')]).toStrictEqual([
      { scheme: 'http', authority: 'a:65535', target: '/' },
      'MESSAGE_MALFORMED',
    ])
  })

  test('an authority that was the last one is not looked at again', () => {
    const lower = vi.spyOn(String.prototype, 'toLowerCase')
    const normal = (authority: string, scheme: string): readonly [string, boolean] => {
      lower.mockClear()
      const got = normalizeAuthority(authority, scheme)
      return [got, lower.mock.calls.length > 0]
    }
    expect(normal('Once.example:443', 'https')).toStrictEqual(['once.example', true])
    expect(normal('Once.example:443', 'https')).toStrictEqual(['once.example', false])
    expect(normal('Once.example:443', 'http')).toStrictEqual(['once.example:443', true])
    expect(normal('Twice.example:80', 'http')).toStrictEqual(['twice.example', true])
    expect(normal('Once.example:443', 'http')).toStrictEqual(['once.example:443', true])
    expect(normal('Once.example:443', 'HTTPS')).toStrictEqual(['once.example', true])
  })
})

describe('refusals of a URL', () => {
  test.each<readonly [unknown, string]>([
    ['/a', 'an absolute http(s) URL, got a path'],
    [Symbol('https://a/'), 'an absolute http(s) URL, got a symbol'],
    [null, 'an absolute http(s) URL, got null'],
    ['a/b', 'an absolute http(s) URL, got a string'],
    ['ftp://a/', 'an absolute http(s) URL, got ftp:'],
    [new URL('ws://a/'), 'an absolute http(s) URL, got ws:'],
    ['https://u@a/', 'must hold no user name or password'],
    ['https://:p@a/', 'must hold no user name or password'],
    [new URL('http://u:p@a/'), 'must hold no user name or password'],
  ])('%o must be another', (url, why) => {
    expect(textOf(() => parseUrl(url as string))).toMatch(
      `MESSAGE_MALFORMED "url" ${why.startsWith('must') ? why : `must be ${why}`}`,
    )
  })
})

describe('parts of a target', () => {
  test('a bare question mark is kept', () => {
    expect(rawTarget(new URL('https://a/b?#c?'))).toBe('/b?')
    expect(rawTarget(new URL('https://a/b#c?'))).toBe('/b')
    expect(rawTarget(new URL('https://a/b?c?#d'))).toBe('/b?c?')
    expect(rawTarget(new URL('https://a/b?c'))).toBe('/b?c')
  })

  test.each([
    ['/a?b?c', { path: '/a', query: '?b?c' }],
    ['/', { path: '/', query: '' }],
    ['/a?', { path: '/a', query: '?' }],
    ['', { path: '/', query: '' }],
    ['?q', { path: '/', query: '?q' }],
    ['*', { path: '*', query: '' }],
    ['//evil/a', { path: '//evil/a', query: '' }],
    ['HTTP://Host:81/a/../b?q', { path: '/a/../b', query: '?q', origin: { scheme: 'http', authority: 'Host:81' } }],
    ['http://host', { path: '/', query: '', origin: { scheme: 'http', authority: 'host' } }],
    ['http://host/a/', { path: '/a/', query: '', origin: { scheme: 'http', authority: 'host' } }],
    ['h1+.-://host#f', { path: '/#f', query: '', origin: { scheme: 'h1+.-', authority: 'host' } }],
    ['1http://host', { path: '1http://host', query: '' }],
    ['/http://host/a', { path: '/http://host/a', query: '' }],
    ['http:/host', { path: 'http:/host', query: '' }],
    ['http://host?q', { path: '/', query: '?q', origin: { scheme: 'http', authority: 'host' } }],
  ])(
    'the target %j is taken apart',
    (target, { origin, ...parts }: { path: string; query: string; origin?: object }) => {
      expect(splitTarget(target)).toStrictEqual(parts)
      expect(originOf(target)).toStrictEqual(origin)
    },
  )

  test.each([
    ['WWW.Example.com', 'https', 'www.example.com'],
    ['a:443', 'https', 'a'],
    ['a:80', 'https', 'a:80'],
    ['a:80', 'http', 'a'],
    ['a:8080', 'http', 'a:8080'],
    ['[::443]', 'https', '[::443]'],
    ['[::1]:443', 'https', '[::1]'],
    ['a:443', 'ws', 'a:443'],
    ['is.undefined', 'ws', 'is.undefined'],
  ])('the authority %s is written for %s', (authority, scheme, normal) => {
    expect(normalizeAuthority(authority, scheme)).toBe(normal)
  })
})
