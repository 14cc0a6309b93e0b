import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { fromIncomingMessage, fromIncomingResponse, type NodeRequest } from '../../../src/message/from-node.js'
import { isStream } from '../../../src/message/message.js'
import { codeOf, textOf } from '../../expect-code.js'
import { bytes } from './bodies.js'

/* Requests as hosts build them from parts, so that each thing that is looked at can be said alone. */

const HTTPS = { scheme: 'https' } as const
const LENGTH = ['Content-Length', '3']
/** What says that Node's parser reads the connection. */
const PARSED = { socket: { parser: {} } }

/** A stream that nothing has touched, with what a request has besides. */
function made(members: object, rawHeaders: readonly string[] = []): NodeRequest {
  const stream = Object.assign(new Readable({ read() {} }), { rawHeaders, rawTrailers: [], method: 'POST', url: '/' })
  for (const [name, value] of Object.entries({ complete: false, ...members }))
    Object.defineProperty(stream, name, { value, configurable: true })
  return stream as unknown as NodeRequest
}
const bodyOf = (members: object, rawHeaders?: readonly string[]): unknown => {
  try {
    const { body } = fromIncomingMessage(made(members, rawHeaders), HTTPS)
    return isStream(body) ? 'a stream' : body
  } catch (error) {
    return (error as { code: unknown }).code
  }
}

describe('options', () => {
  test('the scheme is one of two', () => {
    for (const scheme of ['https', 'http'] as const)
      expect(fromIncomingMessage(made(PARSED), { scheme }).scheme).toBe(scheme)
    for (const scheme of [undefined, '', 'HTTPS', 'ws', 1])
      expect(codeOf(() => fromIncomingMessage(made(PARSED), { scheme: scheme as 'https' }))).toBe('CONFIG_INVALID')
  })

  test('what the authority is called elsewhere is recognised', () => {
    for (const name of ['publicOrigin', 'host'])
      expect(textOf(() => fromIncomingMessage(made(PARSED), { ...HTTPS, [name]: 'a' }))).toBe(
        `CONFIG_INVALID fromIncomingMessage: unknown option "${name}"; did you mean "authority"?`,
      )
    expect(codeOf(() => fromIncomingMessage(made(PARSED), undefined as never))).toBe('CONFIG_INVALID')
    for (const other of [
      undefined,
      null,
      'GET /',
      new Request('https://api.example.com/'),
      { url: '/', method: 'GET' },
    ])
      expect(textOf(() => fromIncomingMessage(other as never, HTTPS))).toContain(
        '"request" must be a request of node:http or node:http2 with its rawHeaders, got ',
      )
  })
})

describe('the head', () => {
  test('a request without a field line, method or target has none', () => {
    const message = fromIncomingMessage(made({ ...PARSED, method: undefined, url: undefined }), HTTPS)
    expect(message).toStrictEqual({ method: '', scheme: 'https', authority: '', target: '', fields: [], body: null })
  })

  test('a field of HTTP/1 is no pseudo-header field, whatever its name', () => {
    const { authority, fields } = fromIncomingMessage(made(PARSED, ['Host', 'a', ':authority', 'b']), HTTPS)
    expect([authority, fields]).toStrictEqual(['a', ['Host', 'a', ':authority', 'b']])
  })

  test('trailers are a member like any other where there may be some', () => {
    const chunked = fromIncomingMessage(
      made({ ...PARSED, rawTrailers: ['t', '1'] }, ['Transfer-Encoding', 'chunked']),
      HTTPS,
    )
    expect(Object.keys(chunked)).toContain('trailers')
    expect({ ...chunked }.trailers).toStrictEqual(['t', '1'])
    expect('trailers' in fromIncomingMessage(made(PARSED, LENGTH), HTTPS)).toBe(false)
    const http2 = fromIncomingMessage(made({ stream: { endAfterHeaders: true } }, [':authority', 'a']), HTTPS)
    expect([Object.keys(http2).includes('trailers'), http2.authority]).toStrictEqual([true, 'a'])
  })
})

describe('whether there may be a body', () => {
  test.each<readonly [string, readonly string[], unknown]>([
    ['nothing', [], null],
    ['a length of 0', ['Content-Length', '0'], null],
    ['a length of 000', ['Content-Length', '000'], null],
    ['a length of 10', ['Content-Length', '10'], 'a stream'],
    ['a length of 01', ['Content-Length', '01'], 'a stream'],
    ['an empty length', ['Content-Length', ''], 'a stream'],
    ['chunks', ['Transfer-Encoding', 'chunked'], 'a stream'],
    ['chunks and a length of 0', ['Content-Length', '0', 'Transfer-Encoding', 'chunked'], 'a stream'],
  ])('%s in a head that Node has parsed', (_, head, expected) => {
    expect(bodyOf(PARSED, head)).toBe(expected)
  })

  test.each<readonly [string, object, unknown]>([
    ['an object for a parser', { socket: { parser: {} } }, null],
    ['no parser', { socket: {} }, 'a stream'],
    ['a parser that was freed', { socket: { parser: null } }, 'a stream'],
    ['something else for a parser', { socket: { parser: 'llhttp' } }, 'a stream'],
    ['no socket', { socket: undefined }, 'a stream'],
    ['no socket and no events', { on: undefined }, null],
    ['no socket and an end', { readableEnded: true }, null],
    ['no socket and a stream that was destroyed', { destroyed: true }, null],
  ])('the body is right with %s beside a head that announces nothing', (_, members, expected) => {
    expect(bodyOf(members)).toBe(expected)
  })

  test('a stream of HTTP/2 says it', () => {
    expect(bodyOf({ stream: { endAfterHeaders: true } }, LENGTH)).toBeNull()
    expect(bodyOf({ stream: { endAfterHeaders: false } })).toBe('a stream')
  })
})

describe('a body that a framework has left', () => {
  const one = bytes('a')
  const none = new Uint8Array(0)

  test.each<readonly [unknown, unknown]>([
    [undefined, null],
    [null, null],
    ['', null],
    [{}, null],
    [[], null],
    [none, null],
    [one, one],
    ['a', 'BODY_CONSUMED'],
    [{ a: 1 }, 'BODY_CONSUMED'],
    [0, 'BODY_CONSUMED'],
    [false, 'BODY_CONSUMED'],
  ])('the body %o is judged where the head announces nothing', (body, expected) => {
    expect(bodyOf({ ...PARSED, body })).toBe(expected)
  })

  test('raw bytes count, beside whatever head; empty ones only where there may be a body', () => {
    expect(bodyOf({ ...PARSED, rawBody: one })).toBe(one)
    expect(bodyOf({ ...PARSED, rawBody: none })).toBeNull()
    expect(bodyOf({ ...PARSED, rawBody: none }, LENGTH)).toBe(none)
    expect(bodyOf({ ...PARSED, rawBody: one, body: { a: 1 } }, LENGTH)).toBe(one)
    expect(bodyOf({ ...PARSED, rawBody: 'a', body: { a: 1 } }, LENGTH)).toBe('BODY_CONSUMED')
  })

  test('bytes of a raw parser count, unless it has undone a content coding', () => {
    expect(bodyOf({ ...PARSED, body: one }, LENGTH)).toBe(one)
    expect(bodyOf({ ...PARSED, body: one }, [...LENGTH, 'Content-Encoding', 'gzip'])).toBe('BODY_CONSUMED')
  })
})

describe('a stream that something was faster with', () => {
  const gone = { complete: true, readableLength: 0 }
  test.each<readonly [string, object, readonly string[]]>([
    ['has been read', { readableDidRead: true }, LENGTH],
    ['has ended', { readableEnded: true }, LENGTH],
    ['is text', { readableEncoding: 'utf8' }, LENGTH],
    ['flows', { readableFlowing: true }, LENGTH],
    ['has arrived and is empty', gone, LENGTH],
  ])('a body is refused where it %s', (_, members, head) => {
    expect(bodyOf({ ...PARSED, ...members }, head)).toBe('BODY_CONSUMED')
    const response = made({ statusCode: 200, ...members }, head)
    expect(codeOf(() => fromIncomingResponse(response as never))).toBe('BODY_CONSUMED')
  })

  test.each<readonly [string, object, readonly string[]]>([
    ['is paused', { readableFlowing: false }, LENGTH],
    ['has arrived and is there', { complete: true, readableLength: 3 }, LENGTH],
    ['is empty and has not arrived', { complete: false, readableLength: 0 }, LENGTH],
    ['has arrived empty in chunks', gone, ['Transfer-Encoding', 'chunked']],
  ])('a body is read where it %s', (_, members, head) => {
    expect(bodyOf({ ...PARSED, ...members }, head)).toBe('a stream')
  })

  test('nor one that has arrived with a length of 0, where the head counts for nothing', () => {
    expect(bodyOf(gone, ['Content-Length', '0'])).toBe('a stream')
  })
})

describe('a response', () => {
  const answer = (members: object, head?: readonly string[]) => fromIncomingResponse(made(members, head) as never)

  test.each([
    [undefined, false],
    [100, false],
    [199, false],
    [200, true],
    [203, true],
    [204, false],
    [205, true],
    [303, true],
    [304, false],
    [305, true],
    [404, true],
  ])('of status %s: may it have a body? %s', (statusCode, expected) => {
    expect(isStream(answer({ statusCode }).body)).toBe(expected)
  })

  test('to a HEAD has none, whether that is known from the message or from Node', () => {
    const request = { method: 'HEAD', scheme: 'https', authority: 'a', target: '/', fields: [], body: null }
    const of = (req: object | undefined, method?: string): unknown =>
      fromIncomingResponse(
        made({ statusCode: 200, req }) as never,
        method === undefined ? {} : { request: { ...request, method } },
      ).body
    expect(of(undefined, 'HEAD')).toBeNull()
    expect(of({ method: 'HEAD' })).toBeNull()
    expect(isStream(of({ method: 'HEAD' }, 'GET') as never)).toBe(true)
    expect(isStream(of({}) as never)).toBe(true)
    expect(isStream(of(undefined) as never)).toBe(true)
  })

  test('has exactly its members', () => {
    expect(answer({ statusCode: 204 }, ['a', '1'])).toStrictEqual({ status: 204, fields: ['a', '1'], body: null })
    expect(Object.keys(answer({ statusCode: 200 }, ['Transfer-Encoding', 'chunked']))).toContain('trailers')
  })
})
