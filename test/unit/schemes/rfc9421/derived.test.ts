import { describe, expect, test } from 'vitest'
import type { HttpRequest } from '../../../../src/message/message.js'
import { lines, refusedList, request, response } from './support.js'

const value = (parts: Partial<HttpRequest>, name: string): string | undefined =>
  lines(request(parts), `"${name}"`)[0]?.slice(name.length + 4)

describe('@method (RFC 9421 2.2.1)', () => {
  test.each(['GET', 'patch', 'Patch', 'M-SEARCH', 'x'])('%s keeps its case', (method) => {
    expect(value({ method }, '@method')).toBe(method)
  })
})

describe('@scheme and @authority (RFC 9421 2.2.3, 2.2.4)', () => {
  test('the scheme is lower case', () => {
    expect(value({ scheme: 'HTTPS' }, '@scheme')).toBe('https')
  })

  test.each([
    ['https', 'API.Example.COM', 'api.example.com'],
    ['https', 'api.example.com:443', 'api.example.com'],
    ['http', 'api.example.com:80', 'api.example.com'],
    ['HTTP', 'api.example.com:80', 'api.example.com'],
    ['https', 'api.example.com:80', 'api.example.com:80'],
    ['http', 'api.example.com:443', 'api.example.com:443'],
    ['https', 'api.example.com:8443', 'api.example.com:8443'],
    ['https', 'api.example.com:4430', 'api.example.com:4430'],
    ['https', '[2001:DB8::1]:443', '[2001:db8::1]'],
    ['https', '[2001:db8::443]', '[2001:db8::443]'],
    ['http', '[::80]', '[::80]'],
    ['https', '[::1]:8443', '[::1]:8443'],
    ['https', '192.0.2.1:443', '192.0.2.1'],
  ])('%s and %s give %s', (scheme, authority, expected) => {
    expect(value({ scheme, authority }, '@authority')).toBe(expected)
  })

  test('a Host field has no say', () => {
    expect(value({ fields: ['Host', 'evil.example'] }, '@authority')).toBe('api.example.com')
  })
})

describe('@request-target (RFC 9421 2.2.5)', () => {
  test.each([
    ['origin form', '/a?b'],
    ['absolute form', 'http://www.example.com/a?b'],
    ['authority form', 'www.example.com:80'],
    ['asterisk form', '*'],
    ['escapes as they came', '/%7Ea/%2e%2e/b;p?q=%zz'],
  ])('%s is taken as it is', (_, target) => {
    expect(value({ target }, '@request-target')).toBe(target)
  })
})

describe('@target-uri (RFC 9421 2.2.2)', () => {
  test.each([
    ['origin form', { target: '/a/%7E?b=c' }, 'https://api.example.com/a/%7E?b=c'],
    ['no query', { target: '/' }, 'https://api.example.com/'],
    ['default port and case', { authority: 'API.example.com:443' }, 'https://api.example.com/orders?symbol=BTC'],
    ['http', { scheme: 'http', authority: 'h:8080', target: '/x' }, 'http://h:8080/x'],
    ['asterisk form', { method: 'OPTIONS', target: '*' }, 'https://api.example.com'],
    ['absolute form', { target: 'https://api.example.com/a?b' }, 'https://api.example.com/a?b'],
  ])('the component is right for %s', (_, parts, expected) => {
    expect(value(parts, '@target-uri')).toBe(expected)
  })
})

describe('@path (RFC 9421 2.2.6)', () => {
  test.each([
    ['/a/b?c=d', '/a/b'],
    ['/', '/'],
    ['/?a', '/'],
    ['/a?', '/a'],
    ['/a/../b/./c//d', '/a/../b/./c//d'],
    ['/%2E%2e/%2f/%C3%A9/~', '/%2E%2e/%2f/%C3%A9/~'],
    ['/a;v=1/b', '/a;v=1/b'],
    ['/a?b?c', '/a'],
    ['http://www.example.com/a?b', '/a'],
    ['http://www.example.com', '/'],
    ['http://www.example.com?x', '/'],
    ['*', '*'],
  ])('of %s is %s', (target, expected) => {
    expect(value({ target }, '@path')).toBe(expected)
  })
})

describe('@query (RFC 9421 2.2.7)', () => {
  test.each([
    ['/a', '?'],
    ['/a?', '?'],
    ['/a?b', '?b'],
    ['/a?b=%2d&c=+&b', '?b=%2d&c=+&b'],
    ['/a?b?c', '?b?c'],
    ['/a??', '??'],
    ['http://www.example.com/a?x=1', '?x=1'],
    ['http://www.example.com?x=1', '?x=1'],
    ['http://www.example.com', '?'],
  ])('of %s is %s', (target, expected) => {
    expect(value({ target }, '@query')).toBe(expected)
  })
})

describe('@query-param (RFC 9421 2.2.8)', () => {
  const of = (query: string, name: string): string | undefined =>
    lines(request({ target: `/p?${query}` }), `"@query-param";name="${name}"`)[0]?.split('": ')[1]
  const refused = (query: string, name: string): string =>
    refusedList(request({ target: `/p?${query}` }), `"@query-param";name="${name}"`)

  test.each([
    ['a=b', 'a', 'b'],
    ['a=', 'a', ''],
    ['a', 'a', ''],
    ['=b', '', 'b'],
    ['a=b=c', 'a', 'b%3Dc'],
    ['a=1+2', 'a', '1%202'],
    ['a=1%2B2', 'a', '1%2B2'],
    ['a=%41%7e', 'a', 'A%7E'],
    ['a=*-._', 'a', '*-._'],
    ["a=!'()~", 'a', '%21%27%28%29%7E'],
    ['a=%0a%0D', 'a', '%0A%0D'],
    ['a=%C3%A9', 'a', '%C3%A9'],
    ['%61=x', 'a', 'x'],
    ['a+b=x', 'a%20b', 'x'],
    ['a%20b=x', 'a%20b', 'x'],
    ['fa%C3%A7ade%22%3A%20=something', 'fa%C3%A7ade%22%3A%20', 'something'],
    ['&&a=1&', 'a', '1'],
    ['b=%zz&a=1', 'a', '1'],
    ['a=@:/?$,;', 'a', '%40%3A%2F%3F%24%2C%3B'],
    ['__proto__=1', '__proto__', '1'],
  ])('%s has %s = %s', (query, name, expected) => {
    expect(of(query, name)).toBe(expected)
  })

  test('a name that appears twice is an error, also in another spelling', () => {
    for (const query of ['a=1&a=2', 'a=1&b=2&a=1', 'a=1&%61=2', 'a&a'])
      expect(refused(query, 'a')).toBe('MESSAGE_MALFORMED')
    expect(of('a=1&a=2&b=3', 'b')).toBe('3')
  })

  test('a name that does not appear is an error', () => {
    for (const name of ['b', 'A', '', 'a ']) expect(refused('a=1', name)).toBe('COMPONENT_MISSING')
    // A name that is no text has no name, not the one of a missing value.
    expect(refused('%ff=1&a=2', 'undefined')).toBe('COMPONENT_MISSING')
    expect(refusedList(request({ target: '/p' }), '"@query-param";name="a"')).toBe('COMPONENT_MISSING')
  })

  test('the name is the encoded one, in its one spelling', () => {
    expect(refused('a%20b=1', 'a b')).toBe('COMPONENT_MISSING')
    expect(refused('a%20b=1', 'a+b')).toBe('COMPONENT_MISSING')
    expect(refused('%C3%A9=1', '%c3%a9')).toBe('COMPONENT_MISSING')
  })

  // RFC 9421 2.2.8 takes the parser of the URL standard, to which a percent sign that starts no escape is a percent sign.
  test.each([
    ['a=%zz', 'a', '%25zz'],
    ['a=%', 'a', '%25'],
    ['a=%4', 'a', '%254'],
    ['a=%%41', 'a', '%25A'],
    ['a=%4%31', 'a', '%2541'],
    ['%zz=1', '%25zz', '1'],
    ['%zz=1&a=1', 'a', '1'],
    ['%ff=1&a=1', 'a', '1'],
    ['a=%EF%BF%BD', 'a', '%EF%BF%BD'],
    ['a=%EF%BB%BFx', 'a', '%EF%BB%BFx'],
  ])('a broken escape in %s stands for itself: %s = %s', (query, name, expected) => {
    expect(of(query, name)).toBe(expected)
    const [first] = [...new URLSearchParams(query)].filter(([one]) => !one.includes('\ufffd'))
    if (query.split('&').length === 1) expect(decodeURIComponent(expected)).toBe(first?.[1])
  })

  test.each(['a=%ff', 'a=%C3', 'a=%C3%28', 'a=%ED%A0%80', 'a=%EF%BF%BD%ff', 'a=\ud800'])(
    'bytes that are not UTF-8 in %s are an error: several would give one base',
    (query) => {
      expect(refused(query, 'a')).toBe('MESSAGE_MALFORMED')
    },
  )

  test('the parameter "name" is needed, and is a string', () => {
    expect(refusedList(request(), '"@query-param"')).toBe('AUTH_MALFORMED')
    expect(() => lines(request(), '"@query-param"')).toThrow('@query-param needs the parameter "name"')
    expect(() => lines(request(), '"@query-params"')).toThrow('a derived component is unknown')
    for (const bad of ['name', 'name=a', 'name=1', 'name=?1', 'name=:YQ==:'])
      expect(refusedList(request(), `"@query-param";${bad}`)).toBe('AUTH_MALFORMED')
  })
})

describe('@status (RFC 9421 2.2.9)', () => {
  test('is the code in digits', () => {
    expect(lines(response({ status: 503 }), '"@status"')).toEqual(['"@status": 503'])
  })

  test('does not exist in a request, and request components do not exist in a response', () => {
    expect(refusedList(request(), '"@status"')).toBe('COMPONENT_MISSING')
    for (const name of ['@method', '@target-uri', '@authority', '@scheme', '@request-target', '@path', '@query'])
      expect(refusedList(response(), `"${name}"`)).toBe('COMPONENT_MISSING')
    expect(refusedList(response(), '"@query-param";name="a"')).toBe('COMPONENT_MISSING')
  })
})

describe('derived components are their own', () => {
  test('a field whose name starts with "@" is never read for one, and the other way round', () => {
    const message = request({ fields: ['@path', '/evil', '@method', 'DELETE'] })
    expect(lines(message, '"@path" "@method"')).toEqual(['"@path": /orders', '"@method": GET'])
    expect(refusedList(request({ fields: ['method', 'x'] }), '"path"')).toBe('COMPONENT_MISSING')
  })

  test.each([
    '@signature-params',
    '@nothing',
    '@',
    '@Method',
    '@METHOD',
    '@method ',
    '@request-response',
    '@proto',
    '@query-params',
  ])('the identifier %s is refused', (name) => {
    expect(refusedList(request(), `"${name}"`)).toBe('AUTH_MALFORMED')
  })

  test('field parameters do not apply to them', () => {
    for (const parameter of ['sf', 'bs', 'tr', 'key="a"', 'name="a"'])
      expect(refusedList(request(), `"@method";${parameter}`)).toBe('AUTH_MALFORMED')
    for (const parameter of ['sf', 'bs', 'tr', 'key="a"'])
      expect(refusedList(request(), `"@query-param";name="symbol";${parameter}`)).toBe('AUTH_MALFORMED')
    expect(refusedList(request({ fields: ['X-A', '1'] }), '"x-a";name="a"')).toBe('AUTH_MALFORMED')
  })
})
