import { describe, expect, test } from 'vitest'
import { httpRequest } from '../../../../../src/message/message.js'
import { adcpTarget, canonicalRequest } from '../../../../../src/schemes/rfc9421/profiles/adcp-target.js'
import { textOf } from '../../../../expect-code.js'

describe('a URL is signed', () => {
  test.each([
    // Scheme and host in lower case, and the port that it has by itself left off.
    ['HTTPS://A.Example/', 'https://a.example/'],
    ['https://a.example:443/', 'https://a.example/'],
    ['http://a.example:80/', 'http://a.example/'],
    ['https://a.example:80/', 'https://a.example:80/'],
    ['http://a.example:443/', 'http://a.example:443/'],
    ['https://a.example:/', 'https://a.example/'],
    ['https://a.example:8443/', 'https://a.example:8443/'],
    ['wss://a.example:443/', 'wss://a.example:443/'],
    ['h2+t.x-1://a/', 'h2+t.x-1://a/'],
    // Without user information, a dot of the root or a fragment.
    ['https://user:pass@a.example/', 'https://a.example/'],
    ['https://a@b@c.example/', 'https://c.example/'],
    ['https://a.example./', 'https://a.example/'],
    ['https://a.example/b#c', 'https://a.example/b'],
    ['https://a.example/b?c#d?e', 'https://a.example/b?c'],
    // IPv6 and names of other alphabets.
    ['https://[2001:DB8::1]/', 'https://[2001:db8::1]/'],
    ['https://[::FFFF:1.2.3.4]:8443/', 'https://[::ffff:1.2.3.4]:8443/'],
    ['https://[::1]:443/', 'https://[::1]/'],
    ['https://B\u00fccher.example/', 'https://xn--bcher-kva.example/'],
    // The path.
    ['https://a.example', 'https://a.example/'],
    ['https://a.example?b', 'https://a.example/?b'],
    ['https://a.example/b/./c', 'https://a.example/b/c'],
    ['https://a.example/b/../c', 'https://a.example/c'],
    ['https://a.example/b/..', 'https://a.example/'],
    ['https://a.example/b/c/..', 'https://a.example/b/'],
    ['https://a.example/b/.', 'https://a.example/b/'],
    ['https://a.example/../../b', 'https://a.example/b'],
    ['https://a.example//b//', 'https://a.example//b//'],
    ['https://a.example/b/...', 'https://a.example/b/...'],
    ['https://a.example/.b/..c', 'https://a.example/.b/..c'],
    // Escapes: what needs none written plainly, and the others in upper case.
    ['https://a.example/%7e%41%7A%30%2d%5f%2e', 'https://a.example/~Az0-_.'],
    ['https://a.example/%2f%c3%a9%5B', 'https://a.example/%2F%C3%A9%5B'],
    ['https://a.example/%zz%', 'https://a.example/%zz%'],
    ['https://a.example/%2e%2e%2e', 'https://a.example/...'],
    ['https://a.example/b%2e', 'https://a.example/b.'],
    // The query as it is.
    ['https://a.example/?%7e=\\&B=./../', 'https://a.example/?%7e=\\&B=./../'],
    ['https://a.example/?', 'https://a.example/?'],
  ])('%s as %s', (url, signed) => {
    const { targetUri, authority } = adcpTarget(url)
    expect(targetUri).toBe(signed)
    expect(signed.startsWith(`${signed.slice(0, signed.indexOf(':'))}://${authority}/`)).toBe(true)
  })

  test.each([
    ['/b', 'the target must be an absolute URL with an authority'],
    ['', 'the target must be an absolute URL with an authority'],
    ['1http://a/', 'the target must be an absolute URL with an authority'],
    [' https://a/', 'the target must be an absolute URL with an authority'],
    ['https:/a/', 'the target must be an absolute URL with an authority'],
    ['https://a\\b/', 'a URL must have no white space, no control characters, and no backslash before the query'],
    ['https://a/b\\c', 'a URL must have no white space, no control characters, and no backslash before the query'],
    ['https://a/b c', 'a URL must have no white space, no control characters, and no backslash before the query'],
    ['https://a/b?\t', 'a URL must have no white space, no control characters, and no backslash before the query'],
    ['https://a/b#\n', 'a URL must have no white space, no control characters, and no backslash before the query'],
    ['https://a/\x7f', 'a URL must have no white space, no control characters, and no backslash before the query'],
    ['https://a/%2e%2e/b', 'the path must have no escaped dot segments'],
    ['https://a/%2e', 'the path must have no escaped dot segments'],
    ['https://a/b/.%2E', 'the path must have no escaped dot segments'],
    ['https:///b', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://:443/b', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://user@/b', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://a:b/', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://a:1:2/', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://::1/', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://[::1/', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://[::1]x/', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://[::1]:x/', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://[::1]x[::2]/', 'the authority must be a host, in brackets where it is an IPv6 address, and a port'],
    ['https://[[::1]/', 'an IPv6 address must have no zone'],
    ['https://[fe80::1%25en0]/', 'an IPv6 address must have no zone'],
    ['https://[]/', 'an IPv6 address must have no zone'],
    ['https://[x]/', 'an IPv6 address must have no zone'],
    ['https://a..b/', 'the host has an empty label'],
    ['https://.a/', 'the host has an empty label'],
    ['https://a../', 'the host has an empty label'],
    ['https://a%2eb/', 'the host must have no escapes'],
    ['https://\u00fc<.example/', 'the host is no name'],
  ])('unless it is %j', (url, problem) => {
    expect(textOf(() => adcpTarget(url))).toBe(`TARGET_MALFORMED rfc9421/adcp: ${problem}`)
  })

  test('where it is a text', () => {
    expect(textOf(() => adcpTarget(new URL('https://a.example/') as never))).toMatch(
      /^ARGUMENT_INVALID adcpTarget: "url" must be the URL of a request, got /,
    )
  })
})

describe('a request', () => {
  const request = httpRequest({ url: 'https://a.example/' })

  test('has the target that is signed, whichever form its own has, and the rest as it was', () => {
    const signed = { scheme: 'https', authority: 'a.example', target: '/c?d' }
    for (const own of [
      { authority: 'A.EXAMPLE:443', target: '/b/../%63?d' },
      { authority: 'other.example', target: 'https://a.example/c?d' },
    ])
      expect(canonicalRequest({ ...request, ...own })).toEqual({ ...request, ...signed })
  })

  test.each([{ authority: '\u00fc.example' }, { target: '/\u00fc' }])('is ASCII on the wire: %j', (own) => {
    expect(textOf(() => canonicalRequest({ ...request, ...own }))).toBe(
      'TARGET_MALFORMED rfc9421/adcp: the authority and target on the wire must be ASCII',
    )
  })

  test('has no target that is no path and no URL', () => {
    expect(textOf(() => canonicalRequest({ ...request, target: '*' }))).toMatch(/^TARGET_MALFORMED /)
  })
})
