import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { CountersignError, type ErrorCode } from '../../../src/errors.js'
import { checkItself, restore } from '../../../src/message/from-node-checked.js'
import type { BodyCheck } from '../../../src/support/body.js'
import { bytes, text } from './bodies.js'

const turn = (): Promise<void> => new Promise((next) => setImmediate(next))
const refusal = (code: ErrorCode): CountersignError => new CountersignError(code, 'refused by the test')

/** A request's stream in the hands of the test: what its parser pushes is what `parts` and `push` say. */
function incoming(parts: readonly (string | null)[] = [], highWaterMark = 1024) {
  const stream = new Readable({ read() {}, highWaterMark }) as IncomingMessage
  for (const part of parts) stream.push(part)
  const pushed: (string | null)[] = []
  const { push } = stream
  stream.push = (chunk) => {
    pushed.push(chunk === null ? null : text(chunk as Uint8Array))
    return push.call(stream, chunk)
  }
  const errors: unknown[] = []
  return {
    stream,
    /** What has got past the check. */
    pushed,
    errors,
    /** Remembers how the stream fails. A listener for that is no reader. */
    watched: (): void => void stream.on('error', (error) => errors.push(error)),
    push: (part: string | null): boolean => stream.push(part === null ? null : bytes(part)),
  }
}

/** A check that finds `at` wrong with the chunk of that text, or `end` wrong with the whole. */
function checkOf(at: Readonly<Record<string, CountersignError>> = {}, end?: CountersignError) {
  const seen: (string | null)[] = []
  const told: unknown[] = []
  const check: BodyCheck = {
    chunk: (chunk) => {
      const part = text(chunk) as string
      seen.push(part)
      return at[part]
    },
    end: () => {
      seen.push(null)
      return end
    },
    failed: (error) => told.push(error),
  }
  return { check, seen, told }
}

/** What a reader of the stream gets of it, as far as it comes by itself. */
async function rest(stream: Readable): Promise<string> {
  let got = ''
  stream.on('data', (chunk) => {
    got += String(chunk)
  })
  await turn()
  await turn()
  return got
}

describe('restore', () => {
  test('puts bytes in front, and the stream looks as if it had not been read', async () => {
    const { stream } = incoming(['abc', 'def'])
    expect(String(stream.read(3))).toBe('abc')
    expect(stream.readableDidRead).toBe(true)
    restore(stream, bytes('abc'))
    expect(stream.readableDidRead).toBe(false)
    expect('_consumed' in stream).toBe(false)
    expect(await rest(stream)).toBe('abcdef')
  })

  test('takes back the note by which Node knows that a handler has read', () => {
    const stream = Object.assign(incoming(['a']).stream, { _consumed: true })
    restore(stream, new Uint8Array(0))
    expect(stream._consumed).toBe(false)
  })
})

describe('a stream that checks itself', () => {
  test('hands a chunk out only after the next one has come, the last one after the check has passed', async () => {
    const { stream, pushed, push } = incoming(['ab'])
    const { check, seen, told } = checkOf()
    checkItself(stream, check)
    expect([stream.readableLength, stream.readableDidRead, pushed]).toStrictEqual([0, false, []])
    expect(push('cd')).toBe(true)
    expect([stream.readableLength, pushed]).toStrictEqual([2, ['ab']])
    push('ef')
    expect(pushed).toStrictEqual(['ab', 'cd'])
    expect(seen).toStrictEqual(['ab', 'cd', 'ef'])
    expect(push(null)).toBe(false)
    expect(seen).toStrictEqual(['ab', 'cd', 'ef', null])
    expect(pushed).toStrictEqual(['ab', 'cd', 'ef', null])
    expect(await rest(stream)).toBe('abcdef')
    expect([stream.readableEnded, stream.destroyed, told]).toStrictEqual([true, true, []])
  })

  test('where nothing has come yet, nothing is held', async () => {
    const { stream, pushed, push } = incoming()
    const { check, seen } = checkOf()
    checkItself(stream, check)
    expect(push('ab')).toBe(true)
    expect([pushed, seen]).toStrictEqual([[], ['', 'ab']])
    push(null)
    expect(pushed).toStrictEqual(['ab', null])
    expect(await rest(stream)).toBe('ab')
  })

  test('a body without a byte has an end, and nothing before it', async () => {
    const { stream, pushed, push } = incoming()
    const { check, seen } = checkOf()
    checkItself(stream, check)
    push(null)
    expect([pushed, seen]).toStrictEqual([[null], ['', null]])
    expect(await rest(stream)).toBe('')
    expect(stream.readableEnded).toBe(true)
  })

  test('gives a reader that is there already each chunk as it may, and the end', async () => {
    const { stream, push } = incoming()
    checkItself(stream, checkOf().check)
    let got = ''
    stream.on('data', (chunk) => {
      got += String(chunk)
    })
    await turn()
    push('ab')
    push('cd')
    await turn()
    expect(got).toBe('ab')
    push(null)
    await turn()
    expect([got, stream.readableEnded]).toStrictEqual(['abcd', true])
  })

  test('the parser sees when to wait from the return value of the stream for its chunk', () => {
    const { stream, push } = incoming(['ab'], 4)
    checkItself(stream, checkOf().check)
    expect([push('cd'), push('ef'), push('gh')]).toStrictEqual([true, false, false])
  })

  test('a body that has arrived is checked at once, and given back whole', async () => {
    const { stream, pushed, push } = incoming(['ab', 'cd', null])
    const { check, seen, told } = checkOf()
    checkItself(stream, check)
    expect([seen, stream.readableLength, stream.readableDidRead]).toStrictEqual([['abcd', null], 4, false])
    expect([push(null), push('late'), pushed]).toStrictEqual([false, true, []])
    expect(await rest(stream)).toBe('abcd')
    expect([stream.readableEnded, told]).toStrictEqual([true, []])
  })

  test('an end that is said twice is checked and handed on once', () => {
    const { stream, pushed, push } = incoming(['ab'])
    const { check, seen } = checkOf()
    checkItself(stream, check)
    push(null)
    expect([push(null), push('more')]).toStrictEqual([false, true])
    expect([pushed, seen]).toStrictEqual([
      ['ab', null],
      ['ab', null],
    ])
  })

  test('a check that wants to know of nothing need not say so', async () => {
    const { stream, watched, errors, push } = incoming(['ab'])
    watched()
    const { check } = checkOf({}, refusal('DIGEST_MISMATCH'))
    checkItself(stream, { chunk: check.chunk, end: check.end })
    push(null)
    await rest(stream)
    expect(errors).toStrictEqual([refusal('DIGEST_MISMATCH')])
  })
})

describe('a stream whose end is wrong', () => {
  const wrong = refusal('DIGEST_MISMATCH')

  test('fails in place of its end, without its last chunk, and says so once', async () => {
    const { stream, pushed, watched, errors, push } = incoming(['ab'])
    watched()
    const { check, told } = checkOf({}, wrong)
    checkItself(stream, check)
    const got = rest(stream)
    push('cd')
    expect(push(null)).toBe(true)
    expect(await got).toBe('ab')
    expect([pushed, errors, told]).toStrictEqual([['ab'], [wrong], [wrong]])
    expect([stream.readableEnded, stream.destroyed, stream.errored]).toStrictEqual([false, true, wrong])
  })

  test('fails at once under a listener for "readable"', () => {
    const { stream, push } = incoming()
    checkItself(stream, checkOf({}, wrong).check)
    stream.on('readable', () => {})
    push('ab')
    push(null)
    expect(stream.errored).toBe(wrong)
  })

  test('fails at once under a reader of "data"', async () => {
    const { stream, push } = incoming()
    checkItself(stream, checkOf({}, wrong).check)
    stream.on('data', () => {})
    await turn()
    push('ab')
    push(null)
    expect(stream.errored).toBe(wrong)
  })

  test('without a listener for errors it does not end the process', async () => {
    const { stream, push } = incoming()
    checkItself(stream, checkOf({}, wrong).check)
    stream.resume()
    push(null)
    await turn()
    expect(stream.errored).toBe(wrong)
  })

  test('that nothing reads waits for its reader, and fails when it comes', async () => {
    for (const read of [(one: Readable) => one.on('data', () => {}), (one: Readable) => one.resume()]) {
      const { stream, watched, errors, push } = incoming(['ab'])
      watched()
      checkItself(stream, checkOf({}, wrong).check)
      push(null)
      await turn()
      expect([stream.destroyed, errors]).toStrictEqual([false, []])
      read(stream)
      await turn()
      expect([stream.destroyed, errors]).toStrictEqual([true, [wrong]])
    }
  })

  test('fails after a listener for "readable" is there, not under it, and not for another listener', async () => {
    const { stream, watched, errors, push } = incoming()
    watched()
    checkItself(stream, checkOf({}, wrong).check)
    push(null)
    stream.on('end', () => {}).on('close', () => {})
    await turn()
    expect(stream.destroyed).toBe(false)
    stream.on('readable', () => {})
    expect(stream.destroyed).toBe(false)
    await turn()
    expect(errors).toStrictEqual([wrong])
  })

  test('that has arrived gives no byte back', async () => {
    const { stream, watched, errors } = incoming(['ab', null])
    watched()
    const { check, told } = checkOf({}, wrong)
    checkItself(stream, check)
    expect([stream.readableLength, told]).toStrictEqual([0, [wrong]])
    expect(await rest(stream)).toBe('')
    expect([errors, stream.readableEnded]).toStrictEqual([[wrong], false])
  })

  test('calls what waits for its end by the way of on-finished, which sees no failure', async () => {
    const listener = vi.fn()
    const { stream, push } = incoming()
    checkItself(Object.assign(stream, { __onFinished: listener }), checkOf({}, wrong).check)
    push(null)
    expect(listener).not.toHaveBeenCalled()
    const got = rest(stream)
    expect(listener).not.toHaveBeenCalled()
    await got
    expect(stream.errored).toBe(wrong)
    // At once, and as one of those that learn of an error.
    expect(listener.mock.calls).toStrictEqual([[wrong], [wrong]])
    expect(stream.listeners('error')).toContain(listener)
  })

  test.each([undefined, null, 'a'])('is not stopped by %j in place of what waits', async (__onFinished) => {
    const { stream, push } = incoming()
    checkItself(Object.assign(stream, { __onFinished }), checkOf({}, wrong).check)
    push(null)
    await rest(stream)
    expect(stream.errored).toBe(wrong)
  })
})

describe('a stream with a chunk that is wrong', () => {
  const missing = refusal('COMPONENT_MISSING')
  const large = refusal('BODY_TOO_LARGE')

  test('hands out what was before it and no byte after, and fails at its end', async () => {
    const { stream, pushed, watched, errors, push } = incoming(['ab'])
    watched()
    const { check, seen, told } = checkOf({ cd: missing }, refusal('DIGEST_MISMATCH'))
    checkItself(stream, check)
    const got = rest(stream)
    expect([push('cd'), push('ef')]).toStrictEqual([true, true])
    expect([pushed, stream.destroyed]).toStrictEqual([['ab'], false])
    push(null)
    expect(await got).toBe('ab')
    expect([pushed, seen, errors, told]).toStrictEqual([['ab'], ['ab', 'cd'], [missing], [missing]])
  })

  test('that was there from the start shows nothing', async () => {
    const { stream, pushed, watched, errors, push } = incoming(['ab'])
    watched()
    const { check, told } = checkOf({ ab: missing })
    checkItself(stream, check)
    const got = rest(stream)
    push('cd')
    push(null)
    expect(await got).toBe('')
    expect([pushed, errors, told]).toStrictEqual([[], [missing], [missing]])
  })

  test('shows the chunk past the cap, so that a reader that counts can stop, and none behind it', async () => {
    const { stream, pushed, watched, errors, push } = incoming(['ab'], 3)
    watched()
    const { check, seen, told } = checkOf({ cdef: large })
    checkItself(stream, check)
    expect([push('cdef'), push('gh')]).toStrictEqual([true, true])
    expect([pushed, seen, told]).toStrictEqual([['ab', 'cdef'], ['ab', 'cdef'], [large]])
    push(null)
    expect(await rest(stream)).toBe('abcdef')
    expect([errors, told]).toStrictEqual([[large], [large]])
  })

  test('shows it also where it was there from the start', () => {
    const { stream, push, pushed } = incoming(['abcd'])
    const { check } = checkOf({ abcd: large })
    checkItself(stream, check)
    expect([stream.readableLength, stream.readableDidRead]).toStrictEqual([4, false])
    push('ef')
    expect([String(stream.read()), pushed]).toStrictEqual(['abcd', []])
  })

  test('and shows nothing of a body that has arrived past the cap', async () => {
    const { stream, watched, errors } = incoming(['abcd', null])
    watched()
    const { check, seen, told } = checkOf({ abcd: large }, refusal('DIGEST_MISMATCH'))
    checkItself(stream, check)
    expect(await rest(stream)).toBe('')
    expect([seen, errors, told]).toStrictEqual([['abcd'], [large], [large]])
  })
})

describe('a stream that closes before its end', () => {
  test('is a body that could not be read, with the cause', async () => {
    const { stream, watched } = incoming(['ab'])
    watched()
    const { check, told } = checkOf()
    checkItself(stream, check)
    const cause = new Error('reset')
    stream.destroy(cause)
    await turn()
    expect(told).toStrictEqual([expect.objectContaining({ code: 'BODY_UNREADABLE', cause })])
  })

  test('after a chunk that was wrong, is said to be wrong once', async () => {
    const { stream } = incoming(['ab'])
    const { check, told } = checkOf({ ab: refusal('COMPONENT_MISSING') })
    checkItself(stream, check)
    stream.destroy()
    await turn()
    expect(told).toStrictEqual([refusal('COMPONENT_MISSING')])
  })

  test.each<readonly [string, object, boolean]>([
    ['Node throws the rest away', { _dumped: true }, true],
    ['Node throws nothing away', { _dumped: false }, false],
    ['the answer over HTTP/2 was sent', { stream: { writableEnded: true } }, true],
    ['the answer over HTTP/2 was not sent', { stream: { writableEnded: false } }, false],
  ])('a close is no failure where %s: %o', async (_, state, isAnswered) => {
    for (const end of [undefined, refusal('DIGEST_MISMATCH')]) {
      const { stream, push } = incoming(['ab'])
      const { check, told } = checkOf({}, end)
      checkItself(Object.assign(stream, state), check)
      if (end === undefined) stream.destroy()
      else push(null)
      await turn()
      expect(told.length).toBe(isAnswered ? 0 : 1)
    }
  })
})
