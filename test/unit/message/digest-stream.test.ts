import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CountersignError } from '../../../src/errors.js'
import { activeDigests, checkedBody, contentDigest, digestingStream } from '../../../src/message/content-digest.js'
import { bodyCheck } from '../../../src/message/digest-stream.js'
import { codeOf } from '../../expect-code.js'
import { bytes, drain, source } from './bodies.js'

const BODY = bytes('{"hello": "world"}\n')
const FIELD = contentDigest(BODY, ['sha-256', 'sha-512'])
const pieces = (): Uint8Array[] => [
  BODY.subarray(0, 5),
  BODY.subarray(5, 5),
  BODY.subarray(5, 12),
  BODY.subarray(12),
  BODY.subarray(0, 0),
]

describe('checkedBody', () => {
  test('gives the whole body when it matches', async () => {
    const chunks = await drain(checkedBody(source(...pieces()), activeDigests(FIELD), BODY.length))
    expect(chunks).toStrictEqual(['{"hel', 'lo": "w', 'orld"}\n'])
  })

  test('withholds the last chunk, and throws in place of an end', async () => {
    const edited = [...pieces().slice(0, 3), bytes('orle"}\n'), bytes('')]
    const seen: string[] = []
    expect(await codeOf(drain(checkedBody(source(...edited), activeDigests(FIELD), 99), seen))).toBe('DIGEST_MISMATCH')
    expect(seen).toStrictEqual(['{"hel', 'lo": "w'])
  })

  test('nothing of a body in one chunk is seen before it is proven', async () => {
    const seen: string[] = []
    expect(await codeOf(drain(checkedBody(source(bytes('forged'), bytes('')), activeDigests(FIELD), 99), seen))).toBe(
      'DIGEST_MISMATCH',
    )
    expect(seen).toStrictEqual([])
  })

  test('every digest must match', async () => {
    const [first, second] = [contentDigest(BODY, 'sha-256'), contentDigest(bytes('other'), 'sha-512')]
    for (const field of [`${first}, ${second}`, `${second}, ${first}`]) {
      expect(await codeOf(drain(checkedBody(source(...pieces()), activeDigests(field), 99)))).toBe('DIGEST_MISMATCH')
    }
  })

  test('a truncated body and an empty one do not match', async () => {
    expect(await codeOf(drain(checkedBody(source(BODY.subarray(1)), activeDigests(FIELD), 99)))).toBe('DIGEST_MISMATCH')
    expect(await codeOf(drain(checkedBody(source(), activeDigests(FIELD), 99)))).toBe('DIGEST_MISMATCH')
    expect(await drain(checkedBody(source(), activeDigests(contentDigest(null)), 99))).toStrictEqual([])
  })

  test('a body past the cap is cut off and its source cancelled', async () => {
    const large = source(...pieces(), ...pieces())
    const seen: string[] = []
    expect(await codeOf(drain(checkedBody(large, activeDigests(FIELD), 12), seen))).toBe('BODY_TOO_LARGE')
    expect([large.cancelled, seen]).toStrictEqual([true, ['{"hel']])
  })

  test('a source that breaks is unreadable, and the consumer who stops cancels it', async () => {
    expect(await codeOf(drain(checkedBody(source(BODY, new Error('reset')), activeDigests(FIELD), 99)))).toBe(
      'BODY_UNREADABLE',
    )
    const left = source(...pieces())
    for await (const _ of checkedBody(left, activeDigests(FIELD), 99)) break
    expect(left.cancelled).toBe(true)
  })

  test('without a digest there is nothing to check, and that is refused', () => {
    expect(codeOf(() => checkedBody(source(BODY), [], 99))).toBe('DIGEST_MISSING')
    expect(codeOf(() => checkedBody(source(BODY), activeDigests(FIELD), Number.NaN))).toBe('ARGUMENT_INVALID')
  })

  test('however it is cut, a body matches its own digest and no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 9 }),
        fc.uint8Array({ minLength: 1, maxLength: 3 }),
        async (chunks, more) => {
          const body = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))
          const digests = activeDigests(contentDigest(body))
          let size = 0
          for await (const chunk of checkedBody(source(...chunks), digests, 99)) size += chunk.length
          expect(size).toBe(body.length)
          expect(await codeOf(drain(checkedBody(source(...chunks, more), digests, 99)))).toBe('DIGEST_MISMATCH')
        },
      ),
    )
  })
})

describe('bodyCheck', () => {
  const refused = new CountersignError('COMPONENT_MISSING', 'refused by the test')
  const both = activeDigests(FIELD)

  test('finds nothing in a body that has its digests, however it is cut', () => {
    const check = bodyCheck(both, BODY.length, undefined)
    for (const piece of pieces()) expect(check.chunk(piece)).toBeUndefined()
    expect(check.end()).toBeUndefined()
  })

  test('lets the cap pass and not one byte more, over all chunks together', () => {
    const check = bodyCheck([], 5, undefined)
    expect([check.chunk(bytes('ab')), check.chunk(bytes('cde')), check.chunk(bytes(''))]).toStrictEqual(
      Array.from({ length: 3 }, () => undefined),
    )
    expect(check.chunk(bytes('f'))).toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(check.chunk(bytes(''))).toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(bodyCheck([], 5, undefined).chunk(bytes('abcdef'))).toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(bodyCheck([], 0, undefined).chunk(bytes(''))).toBeUndefined()
  })

  test('refuses the first byte of a body that may hold none, and no empty chunk', () => {
    const check = bodyCheck([], 5, refused)
    expect(check.chunk(bytes(''))).toBeUndefined()
    expect(check.chunk(bytes('a'))).toBe(refused)
    expect(bodyCheck([], 0, refused).chunk(bytes('a'))).toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  test('every digest must match at the end', () => {
    const [first, second] = [contentDigest(BODY, 'sha-256'), contentDigest(bytes('other'), 'sha-512')]
    for (const field of [`${first}, ${second}`, `${second}, ${first}`]) {
      const check = bodyCheck(activeDigests(field), 99, undefined)
      check.chunk(BODY)
      expect(check.end()).toMatchObject({ code: 'DIGEST_MISMATCH' })
    }
    const short = bodyCheck(both, 99, undefined)
    short.chunk(BODY.subarray(1))
    expect(short.end()).toMatchObject({ code: 'DIGEST_MISMATCH' })
  })
})

describe('digestingStream', () => {
  test('digests what passes, for a trailer', async () => {
    const stream = digestingStream(source(...pieces()), ['sha-256', 'sha-512'])
    expect(codeOf(() => stream.contentDigest())).toBe('BODY_UNREADABLE')
    expect((await drain(stream.body)).join('')).toBe('{"hello": "world"}\n')
    expect(stream.contentDigest()).toBe(FIELD)
    expect(stream.contentDigest()).toBe(FIELD)
  })

  test('has no digest of a body that was left or broke', async () => {
    const left = digestingStream(source(...pieces()))
    for await (const _ of left.body) break
    expect(codeOf(() => left.contentDigest())).toBe('BODY_UNREADABLE')
    const broken = digestingStream(source(BODY, new Error('reset')))
    expect(await codeOf(drain(broken.body))).toBe('BODY_UNREADABLE')
    expect(codeOf(() => broken.contentDigest())).toBe('BODY_UNREADABLE')
  })

  test('refuses algorithms that are not active', () => {
    expect(codeOf(() => digestingStream(source(), 'sha' as never))).toBe('ARGUMENT_INVALID')
  })
})
