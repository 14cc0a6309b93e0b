import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { fromIncomingMessage } from '../../../src/message/from-node.js'
import { incomingBody, restoringBody } from '../../../src/message/from-node-body.js'
import type { BodyStream } from '../../../src/support/body.js'
import { readBody, streamAtOnce } from '../../../src/support/body.js'
import { codeOf } from '../../expect-code.js'
import { drain, text } from './bodies.js'

const turn = (): Promise<void> => new Promise((next) => setImmediate(next))
const incoming = (...parts: readonly (string | null)[]): IncomingMessage => {
  const stream = new Readable({ read() {} }) as IncomingMessage
  for (const part of parts) stream.push(part)
  return stream
}
const LISTENED = ['data', 'end', 'error', 'close', 'readable']
const listeners = (stream: Readable): number => LISTENED.reduce((sum, name) => sum + stream.listenerCount(name), 0)

describe.each([
  ['incomingBody', incomingBody],
  ['restoringBody', restoringBody],
] as const)('%s', (_, open) => {
  test('is read whole, up to its cap and not one byte further, and is let go of', async () => {
    for (const [cap, expected] of [
      [4, 'abcd'],
      [3, 'BODY_TOO_LARGE'],
    ] as const) {
      const stream = incoming('ab', 'cd')
      const before = listeners(stream)
      const read = readBody(open(stream), cap)
      if (expected === 'abcd') stream.push(null)
      const got = expected === 'abcd' ? text(await read) : await codeOf(read)
      expect([got, listeners(stream), stream.destroyed && !stream.readableEnded]).toStrictEqual([
        ...[expected, before, false],
      ])
    }
  })

  test('is bytes: of text, or of an object, no digest can be made', async () => {
    for (const chunk of ['text', { length: 2 }])
      expect(await codeOf(readBody(open(Readable.from([chunk]) as IncomingMessage), 100))).toBe('BODY_UNREADABLE')
  })

  test('comes in as many pieces as there are', async () => {
    const stream = incoming()
    const read = readBody(open(stream), 6)
    for (const part of ['ab', 'cd', 'ef', null]) {
      await turn()
      stream.push(part)
    }
    expect(text(await read)).toBe('abcdef')
  })

  test('that breaks off is unreadable, with the cause', async () => {
    const cause = new Error('reset')
    const stream = incoming('ab')
    const read = readBody(open(stream), 9)
    stream.destroy(cause)
    await expect(read).rejects.toMatchObject({ code: 'BODY_UNREADABLE', cause })
    await expect(readBody(open(stream), 9)).rejects.toMatchObject({
      code: stream.readableDidRead ? 'BODY_CONSUMED' : 'BODY_UNREADABLE',
    })
  })

  test('that was closed before it was read is unreadable, one that was read is consumed', async () => {
    const closed = incoming()
    closed.destroy()
    expect(await codeOf(readBody(open(closed), 9))).toBe('BODY_UNREADABLE')
    const read = incoming('ab', null)
    await drain(read)
    expect(await codeOf(readBody(open(read), 9))).toBe('BODY_CONSUMED')
  })

  test('that is left in the middle of a loop is not destroyed', async () => {
    const stream = incoming('ab')
    const body = open(stream)
    for await (const _ of { [Symbol.asyncIterator]: () => body[Symbol.asyncIterator]() } as BodyStream) break
    expect(stream.destroyed).toBe(false)
  })
})

test('a response is stopped where its reading stops', async () => {
  const stream = incoming('abcd')
  expect(await codeOf(readBody(incomingBody(stream), 3))).toBe('BODY_TOO_LARGE')
  expect(stream.isPaused()).toBe(true)
})

describe('a body that is given back', () => {
  const secondReader = async (stream: Readable): Promise<string> => (await drain(stream)).join('')

  test.each<readonly [string, readonly (string | null)[], readonly (string | null)[], string]>([
    ['has arrived', ['ab', 'cd', null], [], 'abcd'],
    ['arrives in the same turn', [], ['ab', null], 'ab'],
    ['arrives in part', ['ab'], ['cd', null], 'abcd'],
    ['has arrived empty', [null], [], ''],
    ['ends empty in the same turn', [], [null], ''],
  ])('when it %s has not ended before its second reader', async (_, before, after, expected) => {
    const stream = incoming(...before)
    const read = readBody(restoringBody(stream), 9)
    for (const part of after) stream.push(part)
    expect(text(await read)).toBe(expected)
    await turn()
    expect([stream.readableEnded, stream.readableDidRead]).toStrictEqual([false, false])
    expect(await secondReader(stream)).toBe(expected)
    expect(stream.readableEnded).toBe(true)
  })
})

describe('a body of which all that was announced has come', () => {
  const ready = (announced: number, cap = 9, change: (stream: IncomingMessage) => void = () => {}) => {
    const stream = incoming('ab', 'cd')
    change(stream)
    return { stream, bytes: () => streamAtOnce(restoringBody(stream, announced), cap) }
  }

  test('is read without waiting, and left for the next reader', async () => {
    const { stream, bytes } = ready(4)
    const before = listeners(stream)
    expect(text(bytes() as Uint8Array)).toBe('abcd')
    expect([listeners(stream), stream.readableDidRead, stream.readableLength]).toStrictEqual([before, false, 4])
    stream.push(null)
    expect((await drain(stream)).join('')).toBe('abcd')
  })

  test.each<readonly [string, number, number, (stream: IncomingMessage) => void]>([
    ['less has come', 5, 9, () => {}],
    ['more has come', 3, 9, () => {}],
    ['no length is certain', Number.NaN, 9, () => {}],
    ['it is past its cap', 4, 3, () => {}],
    ['something reads it', 4, 9, (stream) => stream.resume()],
    ['it has failed', 4, 9, (stream) => stream.on('error', () => {}).destroy(new Error('reset'))],
  ])('is waited for, or refused, as any other where %s', (_, announced, cap, change) => {
    expect(ready(announced, cap, change).bytes()).toBeUndefined()
  })

  test('is bytes: text would be counted in characters', () => {
    const { bytes } = ready(4, 9, (stream) => stream.setEncoding('latin1'))
    expect(codeOf(bytes)).toBe('BODY_UNREADABLE')
  })

  test('that a host hands over in place of Node’s parser is read to its end', () => {
    const stream = Object.assign(incoming('ab', 'cd'), { rawHeaders: ['content-length', '4'], headers: {} })
    const request = Object.assign(stream, { method: 'POST', url: '/', complete: false, httpVersionMajor: 1 })
    const { body } = fromIncomingMessage(request as unknown as IncomingMessage, { scheme: 'https', authority: 'a' })
    expect(streamAtOnce(body as BodyStream, 9)).toBeUndefined()
  })
})
