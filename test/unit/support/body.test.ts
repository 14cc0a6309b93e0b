import { describe, expect, test } from 'vitest'
import type { BodyStream } from '../../../src/support/body.js'
import { cappedBody, gatherer, readBody, streamChunks } from '../../../src/support/body.js'
import { codeOf } from '../../expect-code.js'
import { bytes, drain, source, text } from '../message/bodies.js'

/** A web stream that counts pulls and remembers that it was cancelled. */
function web(...chunks: readonly string[]): ReadableStream<Uint8Array> & { cancelled?: boolean } {
  const rest = [...chunks]
  const stream: ReadableStream<Uint8Array> & { cancelled?: boolean } = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const next = rest.shift()
        if (next === undefined) controller.close()
        else controller.enqueue(bytes(next))
      },
      cancel: () => {
        stream.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return stream
}

describe('readBody', () => {
  test('joins a body that comes byte by byte, however long it is', async () => {
    const length = 300_000
    async function* trickle(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < length; i++) yield Uint8Array.of(i & 0xff)
    }
    const body = await readBody(trickle(), length)
    expect(body).toHaveLength(length)
    expect(body?.every((byte, i) => byte === (i & 0xff))).toBe(true)
  })

  test('gives none, bytes as they are, and streams whole', async () => {
    const body = bytes('abc')
    expect(await readBody(null, 0)).toBeNull()
    expect(await readBody(body, 3)).toBe(body)
    expect(text(await readBody(source(bytes('ab'), bytes(''), bytes('c')), 3))).toBe('abc')
    expect(await readBody(source(), 0)).toStrictEqual(new Uint8Array(0))
  })

  test('stops at the cap and cancels the source there', async () => {
    const endless = source(...Array.from({ length: 100 }, () => bytes('12345')))
    expect(await codeOf(readBody(endless, 12))).toBe('BODY_TOO_LARGE')
    expect([endless.pulled, endless.cancelled]).toStrictEqual([3, true])
    expect(await codeOf(readBody(bytes('abcd'), 3))).toBe('BODY_TOO_LARGE')
  })

  test('one byte past the cap is too many, the cap itself is not', async () => {
    expect(text(await readBody(source(bytes('abc')), 3))).toBe('abc')
    expect(await codeOf(readBody(source(bytes('abc')), 2))).toBe('BODY_TOO_LARGE')
    expect(await codeOf(readBody(source(bytes('a')), 0))).toBe('BODY_TOO_LARGE')
  })

  test('a source that breaks is unreadable, and says why only to the developer', async () => {
    const cause = new Error('socket hang up')
    const broken = source(bytes('a'), cause)
    await expect(readBody(broken, 9)).rejects.toMatchObject({ code: 'BODY_UNREADABLE', cause })
    expect(broken.cancelled).toBe(false)
  })

  test('chunks that are not bytes are unreadable, and stop the source', async () => {
    for (const chunk of ['text', 7, null, undefined, { length: 0 }]) {
      const odd = source(chunk)
      expect(await codeOf(readBody(odd, 9))).toBe('BODY_UNREADABLE')
      expect(odd.cancelled).toBe(true)
    }
  })

  test('a source that fails while it is cancelled changes nothing', async () => {
    const stubborn: BodyStream = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: bytes('abc') }),
        return: () => {
          throw new Error('no')
        },
      }),
    }
    expect(await codeOf(readBody(stubborn, 1))).toBe('BODY_TOO_LARGE')
  })

  test.each([Number.NaN, -1, 1.5, '10', undefined, null, Number.POSITIVE_INFINITY])(
    'the cap %j is none',
    async (cap) => {
      expect(await codeOf(readBody(null, cap as number))).toBe('ARGUMENT_INVALID')
      expect(codeOf(() => cappedBody(source(), cap as number))).toBe('ARGUMENT_INVALID')
    },
  )

  test.each<unknown>(['text', 7, true])('the body %j is none', async (body) => {
    expect(await codeOf(readBody(body as never, 9))).toBe('ARGUMENT_INVALID')
  })

  test('an object that is not iterable is unreadable', async () => {
    expect(await codeOf(readBody({} as never, 9))).toBe('BODY_UNREADABLE')
  })
})

describe('gatherer', () => {
  test('a single chunk is given as it is, several are joined, none is empty', () => {
    const chunk = bytes('ab')
    const one = gatherer()
    expect(one.bytes()).toStrictEqual(new Uint8Array(0))
    one.add(chunk)
    expect(one.bytes()).toBe(chunk)
    one.add(bytes('c'))
    expect(text(one.bytes())).toBe('abc')
  })

  test('the 1024th chunk joins those before it, so that they need not be kept', () => {
    const chunks = Array.from({ length: 1025 }, (_, i) => Uint8Array.of(i & 0xff))
    const whole = Uint8Array.from(chunks, ([byte]) => byte as number)
    const all = gatherer()
    for (const chunk of chunks.slice(0, 1023)) all.add(chunk)
    const first = chunks[0] as Uint8Array
    // Seen through a change of what was handed over: before the chunks are joined, and after.
    first[0] = 7
    expect(all.bytes()[0]).toBe(7)
    first[0] = 0
    all.add(chunks[1023] as Uint8Array)
    first[0] = 7
    expect(all.bytes()).toStrictEqual(whole.subarray(0, 1024))
    all.add(chunks[1024] as Uint8Array)
    expect(all.bytes()).toStrictEqual(whole)
  })
})

describe('cappedBody', () => {
  test('passes chunks on and cancels the source when the consumer stops', async () => {
    const chunks = source(bytes('a'), bytes('b'), bytes('c'))
    for await (const chunk of cappedBody(chunks, 9)) if (text(chunk) === 'b') break
    expect([chunks.pulled, chunks.cancelled]).toStrictEqual([2, true])
  })

  test('an ended source is not cancelled', async () => {
    const chunks = source(bytes('a'))
    expect(await drain(cappedBody(chunks, 9))).toStrictEqual(['a'])
    expect(chunks.cancelled).toBe(false)
  })
})

describe('web streams', () => {
  test('are read whole, also where they are not async iterable', async () => {
    expect(text(await readBody(web('ab', 'c'), 3))).toBe('abc')
    const plain = web('ab', 'c')
    const bare = { getReader: () => plain.getReader(), locked: false } as unknown as BodyStream
    expect(Symbol.asyncIterator in bare).toBe(false)
    expect(text(await readBody(bare, 3))).toBe('abc')
  })

  test('are cancelled past the cap and when the loop is left', async () => {
    const large = web('abc', 'def')
    expect(await codeOf(readBody(streamChunks(large), 4))).toBe('BODY_TOO_LARGE')
    expect(large.cancelled).toBe(true)
    const left = web('abc', 'def')
    for await (const _ of streamChunks(left)) break
    expect(left.cancelled).toBe(true)
  })

  test('can be read once', async () => {
    const stream = streamChunks(web('abc'))
    expect(text(await readBody(stream, 9))).toBe('abc')
    expect(await codeOf(readBody(stream, 9))).toBe('BODY_CONSUMED')
  })

  test('say to who leaves early that they are over', async () => {
    const chunks = streamChunks(web('abc'))[Symbol.asyncIterator]()
    expect(await chunks.return?.('left')).toStrictEqual({ done: true, value: 'left' })
  })

  test('an aborted one is unreadable', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new DOMException('aborted', 'AbortError')),
    })
    expect(await codeOf(readBody(streamChunks(stream), 9))).toBe('BODY_UNREADABLE')
  })
})
