import { describe, expect, test } from 'vitest'
import type { DigestAlgorithms } from '../../../src/message/content-digest.js'
import { chooseDigest, parseWantDigest, serializeWantDigest } from '../../../src/message/want-digest.js'
import { codeOf } from '../../expect-code.js'

describe('Want-Content-Digest and Want-Repr-Digest', () => {
  test('the examples of RFC 9530 4 are read', () => {
    expect([...parseWantDigest('sha-256=1')]).toStrictEqual([['sha-256', 1]])
    expect([...parseWantDigest('sha-512=3, sha-256=10, unixsum=0')]).toStrictEqual([
      ['sha-512', 3],
      ['sha-256', 10],
      ['unixsum', 0],
    ])
    expect(serializeWantDigest({ 'sha-512': 3, 'sha-256': 10, unixsum: 0 })).toBe('sha-512=3, sha-256=10, unixsum=0')
  })

  test('of a repeated algorithm the last preference counts', () => {
    expect([...parseWantDigest('sha-256=1, sha-512=2, sha-256=3')]).toStrictEqual([
      ['sha-256', 3],
      ['sha-512', 2],
    ])
  })

  test.each([
    'sha-256=11',
    'sha-256=-1',
    'sha-256=1.0',
    'sha-256',
    'sha-256="1"',
    'sha-256=(1)',
    'sha-256=@1',
    'sha-256=:AA==:',
    'sha-256;q=1',
    ',',
    'SHA-256=1',
  ])('the value %s is refused', (field) => {
    expect(codeOf(() => parseWantDigest(field))).toBe('FIELD_MALFORMED')
  })

  test.each([11, -1, 0.5, Number.NaN, '1', true])('cannot write the weight %j', (weight) => {
    expect(codeOf(() => serializeWantDigest({ 'sha-256': weight as number }))).toBe('FIELD_MALFORMED')
  })

  test('cannot write a name that is no key', () => {
    expect(codeOf(() => serializeWantDigest({ 'SHA-256': 1 }))).toBe('FIELD_MALFORMED')
  })
})

describe('chooseDigest', () => {
  test.each<readonly [string | undefined, string | undefined]>([
    [undefined, 'sha-256'],
    ['sha-512=3, sha-256=10, unixsum=0', 'sha-256'],
    ['sha-512=10, sha-256=3', 'sha-512'],
    ['sha-512=5, sha-256=5', 'sha-256'],
    ['sha-512=1', 'sha-512'],
    ['sha-256=0', 'sha-512'],
    ['sha-256=0, sha-512=0', undefined],
    ['sha-256=0, sha-512=1', 'sha-512'],
    ['md5=10', 'sha-256'],
    ['sha-256=11', 'sha-256'],
    ['!', 'sha-256'],
    ['', 'sha-256'],
  ])('answers %j with %j', (field, algorithm) => {
    expect(chooseDigest(field)).toBe(algorithm)
  })

  test('ours decides ties and what is possible at all', () => {
    expect(chooseDigest(undefined, ['sha-512', 'sha-256'])).toBe('sha-512')
    expect(chooseDigest('sha-256=10', 'sha-512')).toBe('sha-512')
    expect(chooseDigest('sha-512=0', 'sha-512')).toBeUndefined()
    expect(codeOf(() => chooseDigest(undefined, 'md5' as DigestAlgorithms))).toBe('ARGUMENT_INVALID')
  })
})
