import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { CountersignError } from '../../../../src/errors.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import type { Arrival, Gate } from '../../../../src/server/middleware/gate.js'
import {
  answerUnheard,
  type IncomingLike,
  isUnread,
  judgeIncoming,
  markPrivate,
  sendFailure,
  sendRefusal,
} from '../../../../src/server/middleware/node-style.js'
import { streamedBody } from '../../../../src/server/steps/streamed-body.js'
import type { Refused, Verdict } from '../../../../src/server/verdict.js'

const incoming = (part: Partial<IncomingLike> = {}): IncomingLike => ({
  method: 'POST',
  url: '/orders?a=1',
  rawHeaders: ['Host', 'api.example.com'],
  headers: { host: 'api.example.com' },
  httpVersionMajor: 1,
  complete: false,
  socket: { remoteAddress: '192.0.2.1' },
  ...part,
})

/** A body that arrives in pieces. */
const streamOf = (...pieces: string[]): HttpRequest['body'] => ({
  async *[Symbol.asyncIterator]() {
    for (const piece of pieces) yield new TextEncoder().encode(piece)
  },
})

/** A gate that shows what it was given, and accepts. */
async function judged(request: IncomingLike, body: HttpRequest['body'] = null, verdict?: Partial<Verdict>) {
  let arrival: Arrival | undefined
  let message: HttpRequest | undefined
  const gate = {
    maxBodyBytes: 8,
    judge: async (given: Arrival, take: (url: object) => HttpRequest | Promise<HttpRequest>) => {
      arrival = given
      message = await take({ scheme: 'https' })
      return { ok: true, body: message.body, ...verdict } as Verdict
    },
  } as unknown as Gate
  const of = { ...httpRequest({ url: 'https://api.example.com/' }), body }
  await judgeIncoming(gate, request, () => of)
  return { arrival, message, rawBody: request.rawBody }
}

describe('what a gate is given of a request', () => {
  it.each([
    ['a plain connection', {}, { encrypted: false, hasContent: false, peer: '192.0.2.1' }],
    ['TLS', { socket: { remoteAddress: '::1', encrypted: true } }, { encrypted: true, peer: '::1' }],
    ['a host without a socket', { socket: undefined as never }, { encrypted: false, peer: undefined }],
    ['an HTTP/2 stream that goes on', { stream: { endAfterHeaders: false } }, { hasContent: true }],
    ['an HTTP/2 stream that has ended', { stream: { endAfterHeaders: true } }, { hasContent: false }],
    ['an HTTP/2 stream that states nothing', { stream: {} }, { hasContent: false }],
  ])('the facts of %s are right', async (_, part, expected) => {
    const { arrival } = await judged(incoming(part))
    expect(arrival).toMatchObject({ method: 'POST', target: '/orders?a=1', ...expected })
    expect(arrival).not.toHaveProperty('fault')
  })

  it.each([
    ['no method', { method: undefined }, 'without a method'],
    ['an empty method', { method: '' }, 'without a method'],
    ['no target', { url: undefined }, 'without a method or a target'],
    ['an empty target', { url: '' }, 'without a method or a target'],
    ['no raw headers', { rawHeaders: undefined as never }, 'must be a list of names and values'],
    ['half a header', { rawHeaders: ['Host'] }, 'must be a list of names and values'],
    ['headers that are not raw', { rawHeaders: [] }, 'serverless-http'],
  ])('with %s is a fault of the host, and no field of it counts', async (_, part, text) => {
    const { arrival } = await judged(incoming(part))
    expect(arrival?.fault).toContain(text)
    expect(arrival?.fields).toEqual([])
  })

  it.each([{ headers: {} }, { headers: undefined }])('without any header is no fault: %o', async (part) => {
    const { arrival } = await judged(incoming({ rawHeaders: [], ...(part as object) }))
    expect(arrival).not.toHaveProperty('fault')
  })
})

describe('a body that the head does not announce', () => {
  it('is read, up to the cap', async () => {
    expect((await judged(incoming(), streamOf('abc', 'de'))).rawBody).toEqual(new TextEncoder().encode('abcde'))
    await expect(judged(incoming(), streamOf('abc', 'defghi'))).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('is none where nothing arrives', async () => {
    const { message, rawBody } = await judged(incoming(), streamOf())
    expect([message?.body, rawBody]).toEqual([null, undefined])
  })

  it.each([
    [{ rawHeaders: ['Content-Length', '2'] }],
    [{ rawHeaders: ['Transfer-Encoding', 'chunked'] }],
    [{ httpVersionMajor: 2 }],
  ])('stays a stream where it is announced: %o', async (part) => {
    const body = streamOf('ab')
    expect((await judged(incoming(part), body, { body: null } as never)).message?.body).toBe(body)
  })
})

describe('rawBody', () => {
  const bytes = new Uint8Array([1]) as HttpRequest['body']
  it('is left on an accepted request, and on no other', async () => {
    expect((await judged(incoming(), bytes)).rawBody).toBe(bytes)
    expect((await judged(incoming(), bytes, { ok: false } as never)).rawBody).toBeUndefined()
    expect(await judged(incoming(), null)).not.toHaveProperty('rawBody', null)
  })

  it('is not set where a preflight is exempt', async () => {
    const gate = { judge: async () => undefined } as unknown as Gate
    const request = incoming()
    expect(await judgeIncoming(gate, request, () => httpRequest({ url: 'https://a.example/' }))).toBeUndefined()
    expect(request).not.toHaveProperty('rawBody')
  })
})

describe('isUnread', () => {
  it.each([
    ['has arrived', { complete: true }, false],
    ['is a stream of HTTP/2', { httpVersionMajor: 2 }, false],
    ['is of a host without raw headers', { rawHeaders: undefined as never }, false],
    ['has five digits of length', { rawHeaders: ['X', 'y', 'CONTENT-LENGTH', '99999'] }, false],
    ['has six', { rawHeaders: ['Content-Length', '100000'] }, true],
    ['has a length that is none', { rawHeaders: ['Content-Length', ' 12'] }, true],
    ['states no length', {}, true],
  ])('the answer is right of a body that %s: %o', (_, part, expected) => {
    expect(isUnread(incoming(part))).toBe(expected)
  })
})

/** A response that writes down what is done with it. */
function responseOf(part: object = {}, before: Record<string, string | string[]> = {}) {
  const headers = new Map<string, unknown>(Object.entries(before))
  const ended: unknown[] = []
  return {
    statusCode: 200,
    headers,
    ended,
    getHeader: (name: string) => headers.get(name) as string | undefined,
    getHeaderNames: () => [...headers.keys()],
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
    end: (body: string) => ended.push(body),
    ...part,
  }
}
const answer = { status: 401, headers: { 'content-type': 'text/plain' }, body: 'no' }

describe('sendRefusal', () => {
  it('answers, and ends the connection where a large body is on its way', () => {
    const response = responseOf()
    sendRefusal(incoming(), response, answer)
    expect(response.statusCode).toBe(401)
    expect(Object.fromEntries(response.headers)).toEqual({ 'content-type': 'text/plain', connection: 'close' })
    expect(response.ended).toEqual(['no'])
    const small = responseOf()
    sendRefusal(incoming({ complete: true }), small, answer)
    expect(small.headers.has('connection')).toBe(false)
  })

  it('does nothing where an answer has begun', () => {
    const response = responseOf({ headersSent: true })
    sendRefusal(incoming(), response, answer)
    expect([response.ended, response.headers.size, response.statusCode]).toEqual([[], 0, 200])
  })
})

describe('markPrivate', () => {
  it.each([
    [{}, 'private, no-store', 'Authorization, Signature, Signature-Input'],
    [{ 'cache-control': 'no-cache', vary: 'Accept' }, 'no-cache', 'Accept, Authorization, Signature, Signature-Input'],
    [{ vary: ['Accept', 'Origin'] }, 'private, no-store', 'Accept, Origin, Authorization, Signature, Signature-Input'],
  ])('keeps an answer out of shared caches: %o', (before, cacheControl, vary) => {
    const response = responseOf({}, before as Record<string, string>)
    markPrivate(response)
    expect([response.getHeader('cache-control'), response.getHeader('vary')]).toEqual([cacheControl, vary])
  })

  it('leaves an answer that has begun', () => {
    const response = responseOf({ headersSent: true })
    markPrivate(response)
    expect(response.headers.size).toBe(0)
  })
})

describe('sendFailure', () => {
  it('answers in place of everything that was set', () => {
    const response = responseOf({}, { etag: '"1"', 'set-cookie': 'a=1' })
    sendFailure(response, answer)
    expect(Object.fromEntries(response.headers)).toEqual({ 'content-type': 'text/plain', connection: 'close' })
    expect([response.statusCode, response.ended]).toEqual([401, ['no']])
  })

  it('leaves the connection of HTTP/2 open', () => {
    const response = responseOf({ stream: {} })
    sendFailure(response, answer)
    expect(response.headers.has('connection')).toBe(false)
  })

  it('destroys what an answer has begun on: the stream of HTTP/2, or the socket', () => {
    const destroyed: string[] = []
    const by = (name: string) => ({ destroy: () => destroyed.push(name) })
    sendFailure(responseOf({ headersSent: true, stream: by('stream'), socket: by('socket') }), answer)
    sendFailure(responseOf({ headersSent: true, socket: by('socket') }), answer)
    sendFailure(responseOf({ headersSent: true, stream: {}, socket: by('socket of a stream') }), answer)
    const gone = responseOf({ headersSent: true, socket: null })
    sendFailure(gone, answer)
    expect(destroyed).toEqual(['stream', 'socket', 'socket of a stream'])
    expect(gone.ended).toEqual([])
  })

  it('throws nothing that the response throws', () => {
    const broken = responseOf({
      setHeader: () => {
        throw new Error('headers are sent')
      },
    })
    expect(() => sendFailure(broken, answer)).not.toThrow()
  })
})

describe('answerUnheard', () => {
  const gate = { answer: ({ status }: { status: number }) => ({ ...answer, status }) } as unknown as Gate
  const streamed = { ok: true, bodyStream: streamOf('a') } as unknown as Verdict
  const failed = new CountersignError('BODY_TOO_LARGE', 'more than the cap')
  streamedBody(
    { challenges: [] },
    () => ({ ok: false, code: 'BODY_TOO_LARGE', status: 413 }) as Refused,
    () => {},
  ).failed(failed)
  const listening = (listeners: number, verdict: Verdict | undefined = streamed) => {
    const stream = new EventEmitter()
    // What keeps the process alive.
    for (let i = 0; i < listeners; i++) stream.on('error', () => {})
    const response = responseOf()
    answerUnheard(gate, verdict, stream, response)
    return { stream, response }
  }

  it('answers for a reader that listens to no error', () => {
    const { stream, response } = listening(1)
    stream.emit('error', failed)
    expect([response.statusCode, response.ended]).toEqual([413, ['no']])
  })

  it('leaves it to a reader that listens, and an error that is none of the body', () => {
    const heard = listening(2)
    heard.stream.emit('error', failed)
    const other = listening(1)
    other.stream.emit('error', new Error('of the application'))
    expect([heard.response.ended, other.response.ended]).toEqual([[], []])
  })

  it('leaves an answer that has ended', () => {
    const { stream, response } = listening(1)
    Object.assign(response, { writableEnded: true })
    stream.emit('error', failed)
    expect(response.ended).toEqual([])
  })

  it.each([undefined, { ok: false }, { ok: true, body: null }])('does not listen for %o', (verdict) => {
    const stream = new EventEmitter()
    answerUnheard(gate, verdict as Verdict | undefined, stream, responseOf())
    expect(stream.listenerCount('error')).toBe(0)
  })
})
