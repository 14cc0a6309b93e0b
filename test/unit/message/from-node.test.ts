import { createServer, get, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server, type OutgoingHttpHeaders } from 'node:http2'
import { type AddressInfo, connect, type Server } from 'node:net'
import { describe, expect, test } from 'vitest'
import { fieldValues } from '../../../src/message/fields.js'
import { fromIncomingMessage, fromIncomingResponse, type NodeRequest } from '../../../src/message/from-node.js'
import type { BodyStream } from '../../../src/support/body.js'
import { readBody } from '../../../src/support/body.js'
import { codeOf } from '../../expect-code.js'
import { bytes, drain, text } from './bodies.js'

type Handler<T> = (request: NodeRequest, response: ServerResponse) => T | Promise<T>

const HTTPS = { scheme: 'https' } as const

async function listening<T>(server: Server, act: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  try {
    return await act((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}

/** What the handler makes of a request that is written to the socket as text. */
function received<T>(raw: string | readonly string[], handler: Handler<T>, hangUp = false): Promise<T> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      Promise.resolve(handler(request, response))
        .then(resolve, reject)
        .finally(() => response.end())
    })
    server.on('clientError', (error, socket) => {
      socket.destroy()
      if (!hangUp) reject(error)
    })
    const arrived = new Promise((done) => server.once('request', done))
    listening(server, async (port) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      for (const part of typeof raw === 'string' ? [raw] : raw) {
        socket.write(part)
        await new Promise((soon) => setTimeout(soon, 20))
      }
      // Earlier, nothing of the request need have left.
      if (hangUp) await arrived
      if (hangUp) socket.destroy()
      await new Promise((done) =>
        socket
          .on('close', done)
          .resume()
          .setTimeout(5_000, () => socket.destroy()),
      )
    }).catch(reject)
  })
}

const head = (line: string, ...lines: readonly string[]): string =>
  [line, ...lines, 'Connection: close', '', ''].join('\r\n')
const post = (body: string, ...lines: readonly string[]): string =>
  head('POST /p?q HTTP/1.1', 'Host: a.example', `Content-Length: ${body.length}`, ...lines) + body

describe('HTTP/1', () => {
  test('the message is what was on the wire: raw target, lines with case and duplicates', async () => {
    const raw = head(
      'PATCH /a/../b//%7E;c?d=%zz&&e HTTP/1.1',
      'HOST: API.example.com:8443',
      'X-Dup: 1',
      'x-dup:  2  ',
      'Cookie: a=1',
    )
    const message = await received(raw, (request) => fromIncomingMessage(request, HTTPS))
    expect(message).toStrictEqual({
      method: 'PATCH',
      scheme: 'https',
      authority: 'API.example.com:8443',
      target: '/a/../b//%7E;c?d=%zz&&e',
      fields: ['HOST', 'API.example.com:8443', 'X-Dup', '1', 'x-dup', '2', 'Cookie', 'a=1', 'Connection', 'close'],
      body: null,
    })
  })

  test.each(['http://evil.example/a?b', '*', '//evil.example/a', '/a#b'])(
    'the target %s is not interpreted',
    async (target) => {
      const { target: got } = await received(head(`OPTIONS ${target} HTTP/1.1`, 'Host: a.example'), (request) =>
        fromIncomingMessage(request, HTTPS),
      )
      expect(got).toBe(target)
    },
  )

  test('a framework that cut a prefix off the URL has kept the original', async () => {
    const { target } = await received(head('GET /prefix/a?b HTTP/1.1', 'Host: a'), (request) =>
      fromIncomingMessage(Object.assign(request, { originalUrl: request.url, url: '/a?b' }), HTTPS),
    )
    expect(target).toBe('/prefix/a?b')
  })

  test('scheme and authority are what the operator says', async () => {
    const { scheme, authority } = await received(head('GET / HTTP/1.1', 'Host: inner:80'), (request) =>
      fromIncomingMessage(request, { scheme: 'http', authority: 'api.example.com' }),
    )
    expect([scheme, authority]).toStrictEqual(['http', 'api.example.com'])
  })

  test('without Host there is no authority', async () => {
    const { authority } = await received(head('GET / HTTP/1.0'), (request) => fromIncomingMessage(request, HTTPS))
    expect(authority).toBe('')
  })

  test('the body is read whole, or chunk by chunk, raw', async () => {
    const whole = await received([post('ab').slice(0, -1), 'b'], (request) =>
      readBody(fromIncomingMessage(request, HTTPS).body, 9),
    )
    expect(text(whole)).toBe('ab')
    const chunks = await received([post('abcd').slice(0, -2), 'cd'], (request) =>
      drain(fromIncomingMessage(request, HTTPS).body as BodyStream),
    )
    expect(chunks.join('')).toBe('abcd')
  })

  test('a chunked body is read with its trailers', async () => {
    const raw = `${head('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', 'Trailer: X-T')}3\r\nabc\r\n0\r\nX-T: 1\r\nX-T: 2\r\n\r\n`
    const [body, trailers] = await received(raw, async (request) => {
      const message = fromIncomingMessage(request, HTTPS)
      return [text(await readBody(message.body, 9)), message.trailers]
    })
    expect([body, trailers]).toStrictEqual(['abc', ['X-T', '1', 'X-T', '2']])
  })

  test.each([
    ['no length', head('POST / HTTP/1.1', 'Host: a'), null],
    ['length 0', head('POST / HTTP/1.1', 'Host: a', 'Content-Length: 0'), null],
    ['length 00', head('POST / HTTP/1.1', 'Host: a', 'Content-Length: 00'), null],
    ['an empty chunked body', `${head('POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked')}0\r\n\r\n`, ''],
    ['a GET with a body', `${head('GET / HTTP/1.1', 'Host: a', 'Content-Length: 2')}ab`, 'ab'],
  ])('a request has the right body with %s', async (_, raw, expected) => {
    const late = await received(raw, async (request) => {
      // A handler that was busy first: the parser may have finished by then.
      await new Promise((soon) => setTimeout(soon, 20))
      return readBody(fromIncomingMessage(request, HTTPS).body, 9)
    })
    expect(text(late)).toBe(expected)
  })

  test('past the cap the body is left alone, and the refusal still gets out', async () => {
    const [code, destroyed] = await received([post('abcdef').slice(0, -3), 'def'], async (request, response) => {
      const { body } = fromIncomingMessage(request, HTTPS)
      const code = await codeOf(readBody(body, 2))
      response.statusCode = 413
      return [code, request.destroyed]
    })
    expect([code, destroyed]).toStrictEqual(['BODY_TOO_LARGE', false])
    const left = await received([post('abcdef').slice(0, -3), 'def'], async (request) => {
      for await (const _ of fromIncomingMessage(request, HTTPS).body as BodyStream) break
      return request.destroyed
    })
    expect(left).toBe(false)
  })

  test('a client that hangs up leaves an unreadable body', async () => {
    const half = post('abcdef').slice(0, -3)
    expect(await received(half, (request) => codeOf(readBody(fromIncomingMessage(request, HTTPS).body, 9)), true)).toBe(
      'BODY_UNREADABLE',
    )
    expect(
      await received(
        half,
        (request) =>
          codeOf(
            readBody(
              {
                [Symbol.asyncIterator]: () =>
                  (fromIncomingMessage(request, HTTPS).body as BodyStream)[Symbol.asyncIterator](),
              },
              9,
            ),
          ),
        true,
      ),
    ).toBe('BODY_UNREADABLE')
    const gone = await received(
      half,
      async (request) => {
        const { body } = fromIncomingMessage(request, HTTPS)
        await new Promise((closed) => request.on('close', closed))
        return codeOf(readBody(body, 9))
      },
      true,
    )
    expect(gone).toBe('BODY_UNREADABLE')
  })
})

describe('a body that other code has read first', () => {
  const judged = (act: (request: IncomingMessage) => unknown, ...lines: readonly string[]): Promise<unknown> =>
    received(post('{"a":1}', ...lines), async (request) => {
      await act(request as IncomingMessage)
      return codeOf(() => fromIncomingMessage(request, HTTPS))
    })
  const ended = (request: IncomingMessage): Promise<void> => new Promise((done) => request.on('end', done))

  test.each<readonly [string, (request: IncomingMessage) => unknown]>([
    [
      'read to the end',
      async (request) => {
        for await (const _ of request) {
        }
      },
    ],
    ['read in part', (request) => new Promise((done) => request.once('data', () => done(request.pause())))],
    ['discarded', (request) => ended(request.resume())],
    ['flowing', (request) => request.resume()],
    ['decoded as text', (request) => request.setEncoding('utf8')],
    ['parsed', (request) => Object.assign(request, { body: { a: 1 } })],
    ['parsed to a string', (request) => Object.assign(request, { body: '{"a":1}' })],
    ['parsed, and its text kept', (request) => Object.assign(request, { body: { a: 1 }, rawBody: '{"a":1}' })],
    ['parsed to null', (request) => Object.assign(request, { body: null })],
    [
      'drained behind its back',
      (request) => Object.defineProperties(request, { complete: { value: true }, readableLength: { value: 0 } }),
    ],
  ])('a body that was %s is refused with a clear error', async (_, act) => {
    expect(await judged(act)).toBe('BODY_CONSUMED')
  })

  test('a raw parser that undid a content coding has not kept the bytes', async () => {
    expect(
      await judged((request) => Object.assign(request, { body: Buffer.from('a') }), 'Content-Encoding: gzip'),
    ).toBe('BODY_CONSUMED')
  })

  test.each<readonly [string, object]>([
    ['rawBody', { rawBody: Buffer.from('{"a":1}'), body: { a: 1 } }],
    ['a raw parser', { body: Buffer.from('{"a":1}') }],
  ])('%s has kept the bytes', async (_, kept) => {
    const body = await received(post('{"a":1}'), async (request) => {
      await ended((request as IncomingMessage).resume())
      return fromIncomingMessage(Object.assign(request, kept), HTTPS).body
    })
    expect(text(body as Uint8Array)).toBe('{"a":1}')
  })

  test('the caller has kept the bytes', async () => {
    const rawBody = bytes('kept')
    const [body, odd] = await received(post('{"a":1}'), (request) => [
      fromIncomingMessage(Object.assign(request, { body: {} }), { ...HTTPS, rawBody }).body,
      codeOf(() => fromIncomingMessage(request, { ...HTTPS, rawBody: 'text' as never })),
    ])
    expect(body).toBe(rawBody)
    expect(odd).toBe('ARGUMENT_INVALID')
  })

  test('a parser that ran on a request without a body did no harm', async () => {
    const body = await received(
      head('GET / HTTP/1.1', 'Host: a'),
      (request) => fromIncomingMessage(Object.assign(request, { body: {} }), HTTPS).body,
    )
    expect(body).toBeNull()
  })

  test('what was read is given back, so that a second reader gets the same bytes', async () => {
    const again = await received(post('abc'), async (request) => {
      const { body } = fromIncomingMessage(request, HTTPS)
      await readBody(body, 9)
      return readBody(body, 9)
    })
    expect(text(again as Uint8Array)).toBe('abc')
  })
})

describe('HTTP/2', () => {
  function receivedHttp2<T>(
    headers: OutgoingHttpHeaders,
    body: string | undefined,
    handler: (request: NodeRequest) => T | Promise<T>,
    trailers?: OutgoingHttpHeaders,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const server = createHttp2Server((request, response) => {
        Promise.resolve(handler(request))
          .then(resolve, reject)
          .finally(() => response.end())
      })
      listening(server, async (port) => {
        const session = connectHttp2(`http://127.0.0.1:${port}`)
        const stream = session.request(headers, {
          endStream: body === undefined,
          waitForTrailers: trailers !== undefined,
        })
        stream.on('wantTrailers', () => stream.sendTrailers(trailers ?? {}))
        if (body !== undefined) stream.end(body)
        await new Promise((done) => stream.on('close', done).resume())
        session.close()
      }).catch(reject)
    })
  }

  test('the authority is the pseudo header, which is no field', async () => {
    const message = await receivedHttp2(
      { ':method': 'GET', ':path': '/a?b', ':authority': 'api.example.com', 'x-a': '1' },
      undefined,
      (request) => fromIncomingMessage(request, HTTPS),
    )
    expect({ ...message, trailers: undefined }).toStrictEqual({
      method: 'GET',
      scheme: 'https',
      authority: 'api.example.com',
      target: '/a?b',
      fields: ['x-a', '1'],
      body: null,
      trailers: undefined,
    })
  })

  test.each([
    ['api.example.com', 'API.example.com', 'api.example.com'],
    ['api.example.com', 'evil.example', ''],
    ['', 'api.example.com', 'api.example.com'],
  ])(':authority %j and Host %s give %j', async (authority, host, expected) => {
    // The client leaves :authority out where only Host is given.
    const headers = { ':path': '/', ...(authority === '' ? {} : { ':authority': authority }), host }
    const message = await receivedHttp2(headers, undefined, (request) => fromIncomingMessage(request, HTTPS))
    expect(message.authority).toBe(expected)
  })

  test('a body is read with its trailers', async () => {
    const [body, trailers] = await receivedHttp2(
      { ':method': 'POST', ':path': '/' },
      'abc',
      async (request) => {
        const message = fromIncomingMessage(request, HTTPS)
        const body = text(await readBody(message.body, 9))
        return [body, message.trailers]
      },
      { 'x-t': '1' },
    )
    expect([body, trailers]).toStrictEqual(['abc', ['x-t', '1']])
  })

  test('a body that was read is an error', async () => {
    const code = await receivedHttp2({ ':method': 'POST', ':path': '/' }, 'abc', async (request) => {
      for await (const _ of request) {
      }
      return codeOf(() => fromIncomingMessage(request, HTTPS))
    })
    expect(code).toBe('BODY_CONSUMED')
  })
})

describe('responses', () => {
  async function answered(
    handler: (request: IncomingMessage, response: ServerResponse) => void,
    method = 'GET',
  ): Promise<IncomingMessage> {
    const server = createServer(handler)
    return listening(
      server,
      (port) =>
        new Promise((resolve, reject) =>
          send({ port, host: '127.0.0.1', method, agent: false }, resolve).on('error', reject).end(),
        ),
    )
  }

  test('a response is read with its status, lines, body and trailers', async () => {
    const response = await answered((_, out) => {
      out.writeHead(
        201,
        [
          ['Set-Cookie', 'a'],
          ['Set-Cookie', 'b'],
          ['Trailer', 'X-T'],
        ].flat(),
      )
      out.write('ab')
      out.addTrailers({ 'X-T': '1' })
      out.end('c')
    })
    const message = fromIncomingResponse(response)
    expect(message.status).toBe(201)
    expect(fieldValues(message.fields, 'set-cookie')).toStrictEqual(['a', 'b'])
    expect(text(await readBody(message.body, 9))).toBe('abc')
    expect(message.trailers).toStrictEqual(['X-T', '1'])
    expect(message.request).toBeUndefined()
  })

  test('carries the request it answers', async () => {
    const request = { method: 'GET', scheme: 'http', authority: 'a', target: '/', fields: [], body: null }
    const response = await answered((_, out) => out.end('a'))
    expect(fromIncomingResponse(response, { request }).request).toBe(request)
    response.resume()
  })

  test.each([
    ['HEAD', 200, { 'content-length': '5' }],
    ['GET', 204, {}],
    ['GET', 304, { 'content-length': '5' }],
    ['GET', 200, { 'content-length': '0' }],
  ])('%s %i %j has no body', async (method, status, headers) => {
    const response = await answered((_, out) => void out.writeHead(status, headers).end(), method)
    expect(fromIncomingResponse(response).body).toBeNull()
    response.resume()
  })

  test('a body that was read is an error, one that breaks off is unreadable', async () => {
    const read = await answered((_, out) => out.end('abc'))
    for await (const _ of read) {
    }
    expect(codeOf(() => fromIncomingResponse(read))).toBe('BODY_CONSUMED')
    const broken = await answered((_, out) => {
      out.writeHead(200, { 'content-length': '9' })
      out.write('abc', () => out.destroy())
    })
    expect(await codeOf(readBody(fromIncomingResponse(broken).body, 9))).toBe('BODY_UNREADABLE')
  })

  test('Node leaves a content coding alone', async () => {
    const server = createServer((_, out) => out.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip at all'))
    const body = await listening(
      server,
      (port) =>
        new Promise<Uint8Array | null>((resolve, reject) =>
          get({ port, host: '127.0.0.1', agent: false }, (response) =>
            readBody(fromIncomingResponse(response).body, 99).then(resolve, reject),
          ),
        ),
    )
    expect(text(body)).toBe('not gzip at all')
  })
})
