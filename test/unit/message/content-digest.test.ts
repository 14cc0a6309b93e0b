import { describe, expect, test } from 'vitest'
import {
  activeDigests,
  checkDigest,
  contentDigest,
  type DigestAlgorithms,
  matchesDigests,
} from '../../../src/message/content-digest.js'
import { codeOf } from '../../expect-code.js'
import { bytes } from './bodies.js'

// Facts of RFC 9530: section 2, and Appendix B.1 (whole), B.2 (HEAD, no content), B.3 (a range). RFC 9421 2.5 digests
// the same object without the line feed.
const ITEM = bytes('{"hello": "world"}\n')
const FACTS = {
  whole: 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
  whole512: 'sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:',
  empty: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  range: 'sha-256=:jjcgBDWNAtbYUXI37CVG3gRuGOAjaaDRGpIUFsdyepQ=:',
  rfc9421: 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
}

describe('a field with one sha-256 member is read as the parser reads it', () => {
  const digest = 'RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg='
  test('its bytes, and nothing else', () => {
    const [one, ...others] = activeDigests(FACTS.whole)
    expect(one).toEqual({
      algorithm: 'sha-256',
      hash: 'sha256',
      digest: new Uint8Array(Buffer.from(digest, 'base64')),
    })
    expect(others).toEqual([])
    expect(activeDigests(` ${FACTS.whole} `)).toEqual([one])
    expect(activeDigests(`${FACTS.whole}, other=:AAAA:`)).toEqual([one])
    expect(activeDigests(`${FACTS.whole};a=1`)).toEqual([one])
  })

  test.each([
    ['another last bit', `sha-256=:${digest.replace('g=', 'h=')}:`],
    ['no padding', `sha-256=:${digest.slice(0, -1)}:`],
    ['the other alphabet', `sha-256=:${digest.replaceAll('/', '_')}:`],
    ['one byte less', 'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabA==:'],
    ['no bytes', 'sha-256=::'],
    ['no end', `sha-256=:${digest}`],
    ['something behind it', `sha-256=:${digest}:x`],
    ['a second colon', `sha-256=:${digest}::`],
    ['the algorithm twice', `${FACTS.whole}, ${FACTS.whole}`],
  ])('a field with %s is refused', (_, field) => {
    expect(codeOf(() => activeDigests(field))).toBe('FIELD_MALFORMED')
  })
})

describe('contentDigest', () => {
  test('gives the values of the RFCs', () => {
    expect(contentDigest(ITEM)).toBe(FACTS.whole)
    expect(contentDigest(ITEM, 'sha-512')).toBe(FACTS.whole512)
    expect(contentDigest(ITEM, ['sha-256', 'sha-512'])).toBe(`${FACTS.whole}, ${FACTS.whole512}`)
    expect(contentDigest(ITEM, ['sha-512', 'sha-256', 'sha-512'])).toBe(`${FACTS.whole512}, ${FACTS.whole}`)
    expect(contentDigest(null)).toBe(FACTS.empty)
    expect(contentDigest(new Uint8Array(0))).toBe(FACTS.empty)
    expect(contentDigest(ITEM.subarray(10))).toBe(FACTS.range)
    expect(contentDigest(bytes('{"hello": "world"}'), 'sha-512')).toBe(FACTS.rfc9421)
  })

  test.each(['md5', 'SHA-256', 'sha256', '', 'constructor', [], ['sha-256', 'sha']])(
    'refuses the algorithm %j',
    (algorithms) => {
      expect(codeOf(() => contentDigest(ITEM, algorithms as DigestAlgorithms))).toBe('ARGUMENT_INVALID')
    },
  )

  test.each(['text', { a: 1 }, [1]])('takes bytes only, not %j', (body) => {
    expect(codeOf(() => contentDigest(body as never))).toBe('ARGUMENT_INVALID')
    expect(codeOf(() => matchesDigests([], body as never))).toBe('ARGUMENT_INVALID')
  })
})

describe('checkDigest', () => {
  test.each([
    FACTS.whole,
    FACTS.whole512,
    `${FACTS.whole},${FACTS.whole512}`,
    `  ${FACTS.whole} ,\t${FACTS.whole512} `,
    `unixsum=:MzA2Mzc=:, ${FACTS.whole}`,
    `unixsum=30637, ${FACTS.whole}`,
    `md5, ${FACTS.whole};note=1`,
  ])('the digest %s is accepted', (field) => {
    expect(checkDigest(field, ITEM)).toBeUndefined()
  })

  test.each([
    ['another body', FACTS.empty],
    ['one wrong of two', `${FACTS.whole}, ${FACTS.rfc9421}`],
    ['one right of two', `${FACTS.range}, ${FACTS.whole512}`],
  ])('a field with %s is refused', (_, field) => {
    expect(codeOf(() => checkDigest(field, ITEM))).toBe('DIGEST_MISMATCH')
  })

  test('refuses every body that differs by a bit, a byte or nothing at all', () => {
    for (let i = 0; i < ITEM.length; i++) {
      const edited = ITEM.slice()
      edited[i] = (edited[i] as number) ^ 1
      expect(codeOf(() => checkDigest(FACTS.whole, edited))).toBe('DIGEST_MISMATCH')
    }
    expect(codeOf(() => checkDigest(FACTS.whole, ITEM.subarray(1)))).toBe('DIGEST_MISMATCH')
    expect(codeOf(() => checkDigest(FACTS.whole, bytes('{"hello": "world"}\n ')))).toBe('DIGEST_MISMATCH')
    expect(codeOf(() => checkDigest(FACTS.whole, null))).toBe('DIGEST_MISMATCH')
    expect(checkDigest(FACTS.empty, null)).toBeUndefined()
  })

  test.each([
    ['no field', undefined],
    ['an empty field', ''],
    ['only deprecated algorithms', 'md5=:sQqNsWTgdUEFt6mb5y4/5Q==:, unixsum=:MzA2Mzc=:, crc32c=:AAAAAA==:'],
    ['only unknown ones', 'sha-384=:AAAA:, id-sha-256=:AAAA:'],
  ])('a field with %s proves nothing', (_, field) => {
    expect(codeOf(() => checkDigest(field, ITEM))).toBe('DIGEST_MISSING')
    expect(matchesDigests([], ITEM)).toBe(false)
  })
})

describe('activeDigests', () => {
  test('names algorithm, hash and bytes', () => {
    expect(
      activeDigests(`${FACTS.whole512}, ${FACTS.whole}`).map(({ algorithm, hash, digest }) => [
        algorithm,
        hash,
        digest.length,
      ]),
    ).toStrictEqual([
      ['sha-512', 'sha512', 64],
      ['sha-256', 'sha256', 32],
    ])
  })

  const value = FACTS.whole.slice('sha-256='.length)
  test.each([
    ['an algorithm twice', `${FACTS.whole}, ${FACTS.whole}`],
    ['an algorithm twice, far apart', `${FACTS.whole}, a, b, c, d, e, f, g, h, i, ${FACTS.whole}`],
    ['an unknown algorithm twice', `a=1, a=2, ${FACTS.whole}`],
    ['a token', 'sha-256=abc'],
    ['a string', 'sha-256="RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="'],
    ['a string of as many characters as the digest has bytes', `sha-256="${'a'.repeat(32)}"`],
    ['a list', `sha-256=(${value})`],
    ['no value', 'sha-256'],
    ['a digest that is too short', 'sha-256=:AAAA:'],
    ['the digest of the other algorithm', `sha-512=${value}`],
    ['no digest', 'sha-256=::'],
    ['no padding', `${FACTS.whole.slice(0, -2)}:`],
    ['spare bits', FACTS.whole.replace('g=:', 'h=:')],
    ['the URL alphabet', FACTS.whole.replace('/', '_')],
    ['an upper-case name', FACTS.whole.replace('sha', 'SHA')],
    ['the old Digest syntax', 'sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg='],
    ['a trailing comma', `${FACTS.whole},`],
  ])('a field with %s is refused', (_, field) => {
    expect(codeOf(() => activeDigests(field))).toBe('FIELD_MALFORMED')
  })
})
