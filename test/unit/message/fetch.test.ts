import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { fieldValues } from '../../../src/message/fields.js'
import { fromFetchRequest, fromFetchResponse } from '../../../src/message/from-fetch.js'
import { httpRequest, httpResponse } from '../../../src/message/message.js'
import { toFetchRequest, toFetchResponse, toReadableStream } from '../../../src/message/to-fetch.js'
import type { BodyStream } from '../../../src/support/body.js'
import { codeOf, textOf } from '../../expect-code.js'
import { bytes, drain, source, text } from './bodies.js'

/** Runs `act` against a loopback server that answers with what it got, head and body. */
async function echoed(
  act: (origin: string) => Promise<Response>,
): Promise<{ head: readonly string[]; line: string; body: string }> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    response.end(
      JSON.stringify({
        line: `${request.method} ${request.url}`,
        head: request.rawHeaders,
        body: Buffer.concat(parts).toString(),
      }),
    )
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  try {
    const response = await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    return (await response.json()) as { head: string[]; line: string; body: string }
  } finally {
    server.close()
  }
}

describe('fromFetchRequest', () => {
  test('gives the wire form, the body read up to the cap', async () => {
    const request = new Request('https://API.example.com/a/../b?c=%20#d', {
      method: 'post',
      headers: { 'X-A': '1', 'Content-Type': 'text/plain' },
      body: 'abc',
    })
    expect(await fromFetchRequest(request, { capBytes: 3 })).toStrictEqual({
      method: 'POST',
      scheme: 'https',
      authority: 'api.example.com',
      target: '/b?c=%20',
      fields: ['content-type', 'text/plain', 'x-a', '1'],
      body: bytes('abc'),
    })
  })

  test('keeps a bare question mark', async () => {
    expect((await fromFetchRequest(new Request('https://a/b?#c'))).target).toBe('/b?')
  })

  test('leaves the body a stream without a cap', async () => {
    const { body } = await fromFetchRequest(new Request('https://a/', { method: 'POST', body: 'abc' }))
    expect((await drain(body as BodyStream)).join('')).toBe('abc')
  })

  test('no body is null, an empty one is empty', async () => {
    expect((await fromFetchRequest(new Request('https://a/'), { capBytes: 9 })).body).toBeNull()
    const empty = new Request('https://a/', { method: 'POST', body: '' })
    expect((await fromFetchRequest(empty, { capBytes: 9 })).body).toStrictEqual(new Uint8Array(0))
  })

  test('the public origin replaces scheme and authority only', async () => {
    const { scheme, authority, target } = await fromFetchRequest(new Request('http://10.0.0.1:8080/p?q'), {
      publicOrigin: 'https://api.example.com:443/',
    })
    expect([scheme, authority, target]).toStrictEqual(['https', 'api.example.com', '/p?q'])
  })

  test.each([
    'api.example.com',
    'https://a/b',
    'https://a/?',
    'https://a?',
    'https://a/#',
    'https://u:p@a',
    'ftp://a',
    '',
  ])('%j is no origin', async (publicOrigin) => {
    expect(await codeOf(fromFetchRequest(new Request('https://a/'), { publicOrigin }))).toBe('CONFIG_INVALID')
  })

  test('a body that was read, or is held, is an error', async () => {
    const read = new Request('https://a/', { method: 'POST', body: 'abc' })
    await read.text()
    expect(await codeOf(fromFetchRequest(read, { capBytes: 9 }))).toBe('BODY_CONSUMED')
    for (const other of [undefined, null, 'https://api.example.com/', { url: '/', rawHeaders: [], headers: {} }]) {
      expect(await codeOf(fromFetchRequest(other as never))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(fromFetchResponse(other as never))).toBe('ARGUMENT_INVALID')
    }
    const held = new Request('https://a/', { method: 'POST', body: 'abc' })
    held.body?.getReader()
    expect(await codeOf(fromFetchRequest(held))).toBe('BODY_CONSUMED')
  })

  test('a body past the cap is refused', async () => {
    const request = new Request('https://a/', { method: 'POST', body: 'abcd' })
    expect(await codeOf(fromFetchRequest(request, { capBytes: 3 }))).toBe('BODY_TOO_LARGE')
    expect(await codeOf(fromFetchRequest(new Request('https://a/'), { capBytes: -1 }))).toBe('ARGUMENT_INVALID')
  })

  test('where Request has no body property, it is read at once', async () => {
    const withoutBody = (request: Request): Request => Object.defineProperty(request, 'body', { value: undefined })
    const posted = withoutBody(new Request('https://a/', { method: 'POST', body: 'abc' }))
    expect(text((await fromFetchRequest(posted, { capBytes: 3 })).body as Uint8Array)).toBe('abc')
    const large = withoutBody(new Request('https://a/', { method: 'POST', body: 'abc' }))
    expect(await codeOf(fromFetchRequest(large, { capBytes: 2 }))).toBe('BODY_TOO_LARGE')
    expect((await fromFetchRequest(withoutBody(new Request('https://a/')), { capBytes: 3 })).body).toBeNull()
  })
})

/** A message whose platform says something else about it. */
const told = <T extends object>(message: T, members: object): T => {
  for (const [name, value] of Object.entries(members)) Object.defineProperty(message, name, { value })
  return message
}

describe('what platforms differ in', () => {
  test('a HEAD without a body property has no body either, and a POST may have one', async () => {
    const bare = (method: string): Request => told(new Request('https://a/', { method }), { body: undefined })
    expect((await fromFetchRequest(bare('HEAD'), { capBytes: 3 })).body).toBeNull()
    expect((await fromFetchRequest(bare('GET'), { capBytes: 3 })).body).toBeNull()
    expect((await fromFetchRequest(bare('POST'), { capBytes: 3 })).body).toStrictEqual(new Uint8Array(0))
  })

  test('a response without a body property is read at once', async () => {
    const response = told(new Response('abc'), { body: undefined })
    expect(text((await fromFetchResponse(response, { capBytes: 3 })).body as Uint8Array)).toBe('abc')
  })

  test('where that body was read before, it is an error', async () => {
    const read = told(new Request('https://a/', { method: 'POST', body: 'abc' }), { body: undefined })
    await read.text()
    expect(await codeOf(fromFetchRequest(read, { capBytes: 3 }))).toBe('BODY_CONSUMED')
  })

  test('a GET that has come with a body keeps it', async () => {
    const { body } = new Request('https://a/', { method: 'POST', body: 'abc' })
    const got = await fromFetchRequest(told(new Request('https://a/'), { body }), { capBytes: 3 })
    expect(text(got.body as Uint8Array)).toBe('abc')
  })

  test('a stream is handed on chunk by chunk', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(bytes('ab'))
        controller.enqueue(bytes('c'))
        controller.close()
      },
    })
    const message = await fromFetchResponse(new Response(body))
    expect(await drain(message.body as BodyStream)).toStrictEqual(['ab', 'c'])
  })

  test('Headers without getSetCookie list what they have', async () => {
    const headers = told(new Headers({ a: '1', 'set-cookie': 'b=2' }), { getSetCookie: undefined })
    const request = told(new Request('https://a/'), { headers })
    expect((await fromFetchRequest(request)).fields).toStrictEqual(['a', '1', 'set-cookie', 'b=2'])
  })

  test('what is no origin is described, and not repeated', async () => {
    const got = (publicOrigin: string): Promise<unknown> =>
      fromFetchRequest(new Request('https://a/'), { publicOrigin }).catch((error: Error) => error.message)
    const must = '"publicOrigin" must be an origin such as https://api.example.com, got '
    expect(await got('https://a/secret')).toBe(`${must}a URL with more than its host`)
    expect(await got('ftp://secret')).toBe(`${must}another URL`)
    expect(await got('')).toBe(`${must}an empty string`)
  })
})

describe('fromFetchResponse', () => {
  test('a status of 100 is one, 99 is none', async () => {
    const status = (status: number): Promise<unknown> => fromFetchResponse(told(new Response(), { status }))
    expect(await status(100)).toStrictEqual({ status: 100, fields: [], body: null })
    expect(await codeOf(status(99))).toBe('MESSAGE_MALFORMED')
  })

  const digest = { 'content-digest': 'sha-256=:AAAA:' }
  test.each<readonly [string, string | null, Record<string, string>, string]>([
    ['a coding', 'abc', { ...digest, 'content-encoding': 'gzip' }, 'CONTENT_ENCODING_UNSUPPORTED'],
    ['no coding', 'abc', digest, 'abc'],
    ['the coding that is none', 'abc', { ...digest, 'content-encoding': 'Identity' }, 'abc'],
    ['a coding and no digest', 'abc', { 'content-encoding': 'gzip' }, 'abc'],
    ['a coding and no body', null, { ...digest, 'content-encoding': 'gzip' }, 'null'],
  ])('an answer that came over the network with %s is read', async (_, body, headers, expected) => {
    const response = told(new Response(body, { headers }), { url: 'https://a/' })
    const got = await fromFetchResponse(response, { capBytes: 3 }).then(
      (message) => String(text(message.body as Uint8Array | null)),
      (error: { code: string }) => error.code,
    )
    expect(got).toBe(expected)
  })

  test('keeps each Set-Cookie line and the request', async () => {
    const headers = new Headers([
      ['Set-Cookie', 'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT'],
      ['X-A', '1'],
      ['x-a', '2'],
      ['Set-Cookie', 'b=2'],
    ])
    const request = httpRequest({ url: 'https://a/' })
    const response = await fromFetchResponse(new Response('ok', { status: 201, headers }), { request, capBytes: 9 })
    expect(response.status).toBe(201)
    expect(response.request).toBe(request)
    expect(fieldValues(response.fields, 'set-cookie')).toStrictEqual([
      'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT',
      'b=2',
    ])
    expect(fieldValues(response.fields, 'x-a')).toStrictEqual(['1, 2'])
    expect(text(response.body as Uint8Array)).toBe('ok')
  })

  test('an opaque or failed response is none', async () => {
    expect(await codeOf(fromFetchResponse(Response.error()))).toBe('MESSAGE_MALFORMED')
  })

  test('a body that fetch decoded cannot be compared with its digest', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-digest': 'sha-256=:AAAA:' })
      response.end(gzipSync('abc'))
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    expect(await codeOf(fromFetchResponse(response))).toBe('CONTENT_ENCODING_UNSUPPORTED')
    await response.body?.cancel()
    server.close()
    // One that a handler made was never decoded.
    const made = new Response(gzipSync('abc'), {
      headers: { 'content-encoding': 'gzip', 'content-digest': 'sha-256=:AAAA:' },
    })
    expect((await fromFetchResponse(made, { capBytes: 99 })).body).toStrictEqual(new Uint8Array(gzipSync('abc')))
  })
})

describe('toFetchRequest', () => {
  test('a stream is sent with the length that its message states', async () => {
    const message = { method: 'PUT', headers: { 'content-length': '6' }, body: source(bytes('abc'), bytes('def')) }
    const { head, body } = await echoed((origin) =>
      fetch(toFetchRequest(httpRequest({ ...message, url: `${origin}/a` }))),
    )
    expect(body).toBe('abcdef')
    expect(head.map((one) => one.toLowerCase())).toEqual(expect.arrayContaining(['content-length', '6']))
    expect(head.map((one) => one.toLowerCase())).not.toContain('transfer-encoding')
  })

  test('puts on the wire what the message says', async () => {
    const got = await echoed((origin) => {
      const message = httpRequest({
        method: 'POST',
        url: `${origin}/a%20b;c?d=%2F&e='`,
        headers: ['Host', 'elsewhere', 'Content-Length', '999', 'X-Sig', 'a', 'X-Sig', 'b'],
        body: 'abc',
      })
      return fetch(toFetchRequest(message))
    })
    expect(got.line).toBe('POST /a%20b;c?d=%2F&e=%27')
    expect(got.body).toBe('abc')
    expect(fieldValues(got.head, 'x-sig')).toStrictEqual(['a, b'])
    expect(fieldValues(got.head, 'host')).toStrictEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)])
    expect(fieldValues(got.head, 'content-length')).toStrictEqual(['3'])
    expect(fieldValues(got.head, 'content-type')).toStrictEqual([])
  })

  test('a streamed body reaches the server whole', async () => {
    const got = await echoed((origin) =>
      fetch(toFetchRequest(httpRequest({ method: 'PUT', url: `${origin}/`, body: source(bytes('ab'), bytes('c')) }))),
    )
    expect([got.line, got.body]).toStrictEqual(['PUT /', 'abc'])
  })

  test('a stream that breaks breaks the request, and a cancelled request stops it', async () => {
    await expect(
      echoed((origin) =>
        fetch(
          toFetchRequest(httpRequest({ method: 'PUT', url: origin, body: source(bytes('a'), new Error('reset')) })),
        ),
      ),
    ).rejects.toThrow()
    const chunks = source(bytes('a'), bytes('b'))
    await toFetchRequest(httpRequest({ method: 'PUT', url: 'https://a/', body: chunks })).body?.cancel()
    expect(chunks.cancelled || chunks.pulled === 0).toBe(true)
  })

  test('does not follow redirects unless configured to', () => {
    const message = httpRequest({ url: 'https://a/' })
    const { signal } = new AbortController()
    expect(toFetchRequest(message).redirect).toBe('manual')
    expect(toFetchRequest(message, { redirect: 'error', signal }).redirect).toBe('error')
  })

  test('the message decides, whatever init says', async () => {
    const message = httpRequest({ method: 'POST', url: 'https://a/', headers: { a: '1' }, body: 'abc' })
    const request = toFetchRequest(message, { method: 'PUT', headers: { a: '2' }, body: 'x' } as never)
    expect([request.method, request.headers.get('a'), await request.text()]).toStrictEqual(['POST', '1', 'abc'])
  })

  const plain = httpRequest({ url: 'https://a/' })
  test.each<readonly [string, object]>([
    ['a dot segment', { target: '/a/../b' }],
    ['an encoded dot segment', { target: '/%2e%2e/b' }],
    ['a raw space', { target: '/a b' }],
    ['a backslash', { target: '/a\\b' }],
    ['raw UTF-8', { target: '/é' }],
    ['a fragment', { target: '/a#b' }],
    ['a bare question mark, which Node drops', { target: '/a?' }],
    ['an absolute target', { target: 'https://b/' }],
    ['an asterisk', { target: '*' }],
    ['an empty target', { target: '' }],
    ['an authority that is none', { authority: 'a/b' }],
    ['credentials', { authority: 'u:p@a' }],
    ['an encoded host', { authority: '%61' }],
    ['another scheme', { scheme: 'ftp' }],
    ['a scheme that is rewritten', { scheme: 'HTTPS' }],
    ['a GET with a body', { body: bytes('a') }],
    ['a method that is rewritten', { method: 'post' }],
    ['a method that is forbidden', { method: 'TRACE' }],
    ['trailers', { trailers: ['a', '1'] }],
    ['a field that is none', { fields: ['a b', '1'] }],
    ['a value with a line break', { fields: ['a', '1\r\nb: 2'] }],
  ])('a request with %s is refused', (_, part) => {
    expect(codeOf(() => toFetchRequest({ ...plain, ...part }))).toBe('MESSAGE_MALFORMED')
  })

  test('the default port and an upper-case host are the same origin', () => {
    expect(toFetchRequest({ ...plain, authority: 'API.example.com:443' }).url).toBe('https://api.example.com/')
  })

  test('refuses a stream where the platform would send its name as text', () => {
    class Old extends Request {
      constructor(input: string, init: RequestInit) {
        super(input, init.body instanceof ReadableStream ? { ...init, body: String(init.body) } : init)
      }
    }
    vi.stubGlobal('Request', Old)
    try {
      const message = httpRequest({ method: 'POST', url: 'https://a/', body: source() })
      expect(textOf(() => toFetchRequest(message))).toBe('MESSAGE_MALFORMED fetch cannot send a streamed body as it is')
      expect(toFetchRequest({ ...message, body: bytes('a') }).method).toBe('POST')
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test.each<readonly [string, object]>([
    ['this authority', { authority: 'a/b' }],
    ['this authority', { authority: '%61' }],
    ['this request target', { target: '/a/../b' }],
    ['this request target', { target: '/a#b' }],
    ['this request target', { target: '/a?' }],
    ['this request target', { scheme: 'HTTPS' }],
    ['this method', { method: 'post' }],
    ['this message', { method: 'TRACE' }],
    ['trailers', { trailers: ['a', '1'] }],
  ])('says that it is %s: %j', (what, part) => {
    expect(textOf(() => toFetchRequest({ ...plain, ...part }))).toBe(
      `MESSAGE_MALFORMED fetch cannot send ${what} as it is`,
    )
  })

  test('empty trailers are none', () => {
    expect(toFetchRequest({ ...plain, trailers: [] }).url).toBe('https://a/')
  })

  test('its error does not repeat the URL', () => {
    expect(() => toFetchRequest({ ...plain, target: '/?key=secret value' })).not.toThrow(/secret/)
  })

  test('a request converted to fetch and back is the same', async () => {
    const message = httpRequest({ method: 'POST', url: 'https://a/b?c', headers: ['x', '1'], body: 'abc' })
    expect(await fromFetchRequest(toFetchRequest(message), { capBytes: 9 })).toStrictEqual(message)
  })
})

describe('toReadableStream', () => {
  test('asks for a chunk when one is wanted, and ends with its source', async () => {
    const chunks = source(bytes('a'), bytes('b'))
    const reader = toReadableStream(chunks).getReader()
    expect(text((await reader.read()).value as Uint8Array)).toBe('a')
    expect(text((await reader.read()).value as Uint8Array)).toBe('b')
    expect(await reader.read()).toStrictEqual({ done: true, value: undefined })
    expect(chunks.cancelled).toBe(false)
  })

  test('stops its source where it is cancelled, with the reason', async () => {
    const reasons: unknown[] = []
    const chunks: BodyStream = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: bytes('a') }),
        return: async (reason) => {
          reasons.push(reason)
          return { done: true, value: undefined }
        },
      }),
    }
    const reader = toReadableStream(chunks).getReader()
    await reader.read()
    await reader.cancel('left')
    expect(reasons).toStrictEqual(['left'])
  })

  test('is cancelled also before its source was opened, and where that cannot be stopped', async () => {
    const chunks = source(bytes('a'))
    await toReadableStream(chunks).cancel()
    expect([chunks.pulled, chunks.cancelled]).toStrictEqual([0, false])
    const endless: BodyStream = {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: bytes('a') }) }),
    }
    const reader = toReadableStream(endless).getReader()
    await reader.read()
    expect(await reader.cancel()).toBeUndefined()
  })
})

describe('toFetchResponse', () => {
  test('a response converted to fetch and back keeps status, body and repeated fields', async () => {
    const message = httpResponse({ status: 203, headers: ['set-cookie', 'a', 'set-cookie', 'b', 'x', '1'], body: 'ok' })
    const back = await fromFetchResponse(toFetchResponse(message), { capBytes: 9 })
    expect([back.status, text(back.body as Uint8Array)]).toStrictEqual([203, 'ok'])
    expect(fieldValues(back.fields, 'set-cookie')).toStrictEqual(['a', 'b'])
    expect(fieldValues(back.fields, 'content-type')).toStrictEqual([])
  })

  test('statuses without a body take an empty one and refuse another', () => {
    for (const status of [204, 205, 304]) {
      expect(toFetchResponse(httpResponse({ status, body: '' })).status).toBe(status)
      expect(codeOf(() => toFetchResponse(httpResponse({ status, body: 'a' })))).toBe('MESSAGE_MALFORMED')
    }
  })

  test('refuses what a Response cannot be', () => {
    expect(codeOf(() => toFetchResponse(httpResponse({ status: 103 })))).toBe('MESSAGE_MALFORMED')
    expect(codeOf(() => toFetchResponse(httpResponse({ status: 200, trailers: ['a', '1'] })))).toBe('MESSAGE_MALFORMED')
  })

  test('a streamed body of a response can be read whole', async () => {
    const response = toFetchResponse(httpResponse({ status: 200, body: source(bytes('ab'), bytes('c')) }))
    expect(await response.text()).toBe('abc')
  })
})
