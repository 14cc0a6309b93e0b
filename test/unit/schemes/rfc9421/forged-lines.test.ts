import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../../src/crypto/index.js'
import { coverLess, rfc9421Signer } from '../../../../src/schemes/rfc9421/index.js'
import { codeOf, thrownCode } from '../../../expect-code.js'
import { CONTEXT, KEY, lines, refusedList, request, response, single, withInput } from './support.js'

const FORGERY = 'a\n"@method": DELETE'

describe('a value cannot add a line to the base (RFC 9421 2.5)', () => {
  test.each([
    ['LF', 'a\n"@method": DELETE'],
    ['CRLF', 'a\r\n"@method": DELETE'],
    ['CR', 'a\r"@method": DELETE'],
    ['LF at the end', 'a\n'],
    ['LF at the start', '\na'],
    ['NUL', 'a\0b'],
    ['DEL', 'a\x7fb'],
    ['ESC', 'a\x1bb'],
    ['VT', 'a\x0bb'],
    ['NEL', 'a\x85b'],
    ['NBSP', '\xa0a'],
    ['U+2028', 'a\u2028b'],
    ['a letter beyond ASCII', 'caf\xe9'],
    ['an emoji', 'a\u{1f600}'],
  ])('%s in a field value is refused', (_, value) => {
    expect(refusedList(request({ fields: ['X-A', value] }), '"x-a"')).toBe('MESSAGE_MALFORMED')
  })

  test('two values make no two lines, in any part of a request', () => {
    expect(refusedList(request({ method: FORGERY }), '"@method"')).toBe('MESSAGE_MALFORMED')
    expect(refusedList(request({ authority: FORGERY }), '"@authority"')).toBe('MESSAGE_MALFORMED')
    expect(refusedList(request({ scheme: FORGERY }), '"@scheme"')).toBe('MESSAGE_MALFORMED')
    for (const name of ['@path', '@request-target', '@target-uri'])
      expect(refusedList(request({ target: `/${FORGERY}` }), `"${name}"`)).toBe('MESSAGE_MALFORMED')
    expect(refusedList(request({ target: `/?${FORGERY}` }), '"@query"')).toBe('MESSAGE_MALFORMED')
  })

  test('two values make no two lines in a trailer, or in the request of a response', () => {
    expect(refusedList(response({ trailers: ['X-A', FORGERY] }), '"x-a";tr')).toBe('MESSAGE_MALFORMED')
    const answered = request({ fields: ['X-A', FORGERY] })
    expect(refusedList(response({ request: answered }), '"x-a";req')).toBe('MESSAGE_MALFORMED')
  })

  test('a query parameter is encoded again, so a decoded line break stays an escape', () => {
    expect(lines(request({ target: '/?a=%0A%22%40method%22%3A%20DELETE' }), '"@query-param";name="a"')).toEqual([
      '"@query-param";name="a": %0A%22%40method%22%3A%20DELETE',
    ])
    expect(lines(request({ target: `/?a=${FORGERY}` }), '"@query-param";name="a"')).toEqual([
      '"@query-param";name="a": a%0A%22%40method%22%3A%20DELETE',
    ])
  })

  test('text that looks like a line stays inside its own line', () => {
    const value = '"@method": DELETE'
    expect(lines(request({ fields: ['X-A', value] }), '"x-a" "@method"')).toEqual([
      '"x-a": "@method": DELETE',
      '"@method": GET',
    ])
  })

  test('a parameter value cannot end its string', () => {
    const message = withInput(request(), 'sig1=("@query-param";name="a\\"");created=1')
    expect(codeOf(() => single(message).base)).toBe('COMPONENT_MISSING')
  })
})

describe('the boundary between fields cannot be moved', () => {
  const base = (...fields: readonly string[]) => lines(request({ fields }), '"x-a" "x-b"').join('\n')

  test('other values make another base', () => {
    const bases = [base('X-A', 'a', 'X-B', 'bc'), base('X-A', 'ab', 'X-B', 'c'), base('X-A', '', 'X-B', 'abc')]
    expect(new Set(bases).size).toBe(3)
  })
})

describe('a signer never signs such a message', () => {
  const sign = (parts: Parameters<typeof request>[0]) => {
    const { scheme } = rfc9421Signer({ key: KEY, components: ['@method', 'x-a'], whenPresent: [], [coverLess]: true })
    return thrownCode(() => scheme.prepare(request({ fields: ['X-A', '1'], ...parts }), CONTEXT))
  }

  test('a line break in a field or in the method is refused', () => {
    expect(sign({})).toBe('nothing thrown')
    expect(sign({ fields: ['X-A', FORGERY] })).toBe('MESSAGE_MALFORMED')
    expect(sign({ method: 'GET\r\n' })).toBe('MESSAGE_MALFORMED')
  })

  test('nor a key id that could leave its quotes', () => {
    const secret = new Uint8Array(32).fill(1)
    expect(codeOf(() => hmacKey({ keyId: 'a";created=1', algorithm: 'hmac-sha256', secret }))).toBe('ARGUMENT_INVALID')
    const foreign = { keyId: 'a";x="', algorithm: 'hmac-sha256', sign: () => new Uint8Array(32) } as const
    expect(codeOf(() => rfc9421Signer({ key: foreign }))).toBe('ARGUMENT_INVALID')
  })
})
