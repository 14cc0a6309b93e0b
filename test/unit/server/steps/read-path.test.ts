import { describe, expect, test } from 'vitest'
import { assertOnePath, readPath } from '../../../../src/server/steps/read-path.js'
import type { PathOptions } from '../../../../src/server/verify-context.js'

const slashes: PathOptions = { acceptEncodedSlash: true }
const absolute: PathOptions = { acceptAbsoluteForm: true }

describe('a path that every reader reads alike', () => {
  test.each<readonly [string, string, PathOptions, object]>([
    ['as it is', '/orders/1', {}, { path: '/orders/1' }],
    ['the root', '/', {}, { path: '/' }],
    ['without its query', '/orders?a=//b/../%zz', {}, { path: '/orders' }],
    ['in lower case', '/Orders', {}, { path: '/orders', written: '/Orders' }],
    ['without a final slash', '/orders/', {}, { path: '/orders', written: '/orders/' }],
    ['decoded once', '/50%25/%2541', {}, { path: '/50%/%41' }],
    ['decoded as UTF-8', '/caf%C3%A9', {}, { path: '/caf\u00e9' }],
    ['a final slash that is encoded stays', '/a%2F', slashes, { path: '/a%2f', written: '/a%2F' }],
    ['an encoded slash stays encoded', '/a%2Fb%5Cc', slashes, { path: '/a%2fb%5cc', written: '/a%2Fb%5Cc' }],
    ['an absolute form where it is accepted', 'https://h/Orders/', absolute, { path: '/orders', written: '/Orders/' }],
    ['an absolute form without a path', 'https://h', absolute, { path: '/' }],
    ['delimiters that must be encoded in a path', '/a%3Fb%23c%3B', {}, { path: '/a?b#c;' }],
    ['characters that need no escape', '/a%21', {}, { path: '/a!', encoded: ['/a%21'] }],
    ['escapes in lower case', '/caf%c3%a9', {}, { path: '/caf\u00e9', encoded: ['/caf%c3%a9'] }],
    ['both, each in its own way', '/%c3%a9%40', {}, { path: '/\u00e9@', encoded: ['/%c3%a9%40', '/\u00e9%40'] }],
    ['in capitals with escapes', '/ME%21', {}, { path: '/me!', written: '/ME!', encoded: ['/ME%21'] }],
    ['every character that may stand there', "/az09AZ-._~!$&'()*+,:=@", {}, { written: "/az09AZ-._~!$&'()*+,:=@" }],
  ])('the path is read %s', (_, target, options, expected) => {
    expect(readPath(target, 'GET', options)).toMatchObject(expected)
    if ('path' in expected) expect(readPath(target, 'GET', options)).toEqual(expected)
    expect(() => assertOnePath({ target, method: 'GET' }, options)).not.toThrow()
  })

  const CHARACTER = 'the path holds a character that may not stand there'
  const DOTS = 'the path holds a dot segment'
  const EMPTY = 'the path holds an empty segment'
  const DIGITS = 'the path holds a "%" without two hexadecimal digits'
  const CONTROL = 'the path holds an encoded control character'
  const NEEDLESS = 'the path holds an encoded character that needs no encoding'
  const SLASH = 'the path holds an encoded slash'
  const UTF8 = 'the path is not UTF-8'
  const FORM = 'the request target is neither a path, an absolute URI nor "*"'
  test.each<readonly [string, readonly string[], PathOptions, string]>([
    ['no path', ['', 'orders', 'h:443', '**', '?a'], {}, FORM],
    ['an absolute form', ['https://h/a', 'http://h'], {}, 'the request target is in absolute form'],
    ['an absolute form, by another option', ['https://h/a'], slashes, 'the request target is in absolute form'],
    ['a character', ['/a b', '/a;b', '/a\\b', '/a#b', '/\u00e4', '/a\u007f'], {}, CHARACTER],
    ['the same in an absolute form', ['https://h/a;b'], absolute, CHARACTER],
    ['an empty segment', ['/a//b', '/a//', '//'], {}, EMPTY],
    ['a dot segment', ['/.', '/..', '/./a', '/a/../b', '/a/..', '/a/.'], {}, DOTS],
    ['one between slashes that are encoded', ['/a%2f..%2Fb', '/a%5c.', '/a/..%5Cb'], slashes, DOTS],
    ['an escape without digits', ['/%', '/a%2', '/%zz', '/%a', '/%0x', '/%%20', '/%g1', '/%1g'], {}, DIGITS],
    ['a control', ['/%00', '/%1f', '/%7F', '/ok/%20%0a'], {}, CONTROL],
    ['a letter', ['/%41', '/%7a', '/%30', '/%39', '/%2D', '/%2e', '/%5f', '/%7E', '/%20%61'], {}, NEEDLESS],
    ['a slash', ['/a%2fb', '/a%2F', '/a%5cb', '/%5C'], {}, SLASH],
    ['a slash, by another option', ['/a%2fb'], absolute, SLASH],
    [
      'bytes that are none',
      ['/%80', '/%c0%af', '/%c3', '/%c3a', '/%e0%80%80', '/%ed%a0%80', '/%f5%80%80%80'],
      {},
      UTF8,
    ],
  ])('is refused for %s', (_, targets, options, problem) => {
    for (const target of targets) {
      expect(readPath(target, 'GET', options), target).toEqual({ problem })
      expect(() => assertOnePath({ target, method: 'GET' }, options), target).toThrow(
        expect.objectContaining({ code: 'TARGET_MALFORMED', message: problem }),
      )
    }
  })

  test('a segment that only looks like dots is one', () => {
    for (const target of ['/...', '/a.', '/.a', '/a/..b', '/.well-known/x', '/a..'])
      expect(readPath(target, 'GET'), target).toEqual({ path: target })
  })

  test('the asterisk form is for OPTIONS alone (RFC 9112 3.2.4)', () => {
    expect(readPath('*', 'OPTIONS')).toEqual({ path: '*' })
    for (const method of ['GET', 'options'])
      expect(readPath('*', method)).toEqual({ problem: 'the asterisk form is for OPTIONS' })
  })
})
