import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { CountersignError } from '../../../../src/errors.js'
import { type HttpRequest, type HttpResponse, httpRequest, isStream } from '../../../../src/message/message.js'
import * as onFastify from '../../../../src/server/middleware/fastify.js'
import * as onFetch from '../../../../src/server/middleware/fetch.js'
import {
  acceptedToFetch,
  judgeFetch,
  rawIncoming,
  refusalToFetch,
  requestWithBody,
} from '../../../../src/server/middleware/fetch-style.js'
import type { Arrival, Gate } from '../../../../src/server/middleware/gate.js'
import * as onHono from '../../../../src/server/middleware/hono.js'
import * as onKoa from '../../../../src/server/middleware/koa.js'
import * as onNode from '../../../../src/server/middleware/node.js'
import { assertMiddlewareOptions } from '../../../../src/server/middleware/options.js'
import type { Verifier } from '../../../../src/server/options.js'
import { streamedBody } from '../../../../src/server/steps/streamed-body.js'
import type { Accepted, Refused } from '../../../../src/server/verdict.js'

const text = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array)
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)

/** A body that arrives in pieces, and what became of it. */
function pieces(...all: readonly string[]) {
  let stopped = false
  const body = {
    async *[Symbol.asyncIterator]() {
      try {
        for (const piece of all) yield bytes(piece)
      } finally {
        stopped = true
      }
    },
  }
  return { body, wasStopped: () => stopped }
}

async function readAll(body: HttpRequest['body']): Promise<string> {
  if (!isStream(body)) return body === null ? 'none' : text(body)
  let read = ''
  for await (const piece of body) read += text(piece)
  return read
}

/** A request as Node's server makes it, whose head has arrived. */
function incomingOf(part: Partial<IncomingMessage> = {}): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: '192.0.2.1' })
  const request = Object.assign(new IncomingMessage(socket), {
    method: 'GET',
    url: '/orders',
    rawHeaders: ['Host', 'api.example.com'],
    headers: { host: 'api.example.com' },
    httpVersionMajor: 1,
    httpVersion: '1.1',
    complete: true,
    ...part,
  })
  if (request.complete) request.push(null)
  return request
}

/** A verifier that accepts everything with what it is told to accept it with, and denies the scope `admin:all`. */
function verifierOf(accepted: Partial<Accepted> | ((request: HttpRequest) => Partial<Accepted>) = {}): Verifier {
  const refuse = (_request: HttpRequest, code: string): Refused =>
    ({ ok: false, code, status: code === 'SCOPE_DENIED' ? 403 : 503 }) as Refused
  return {
    policy: { authorities: ['api.example.com'], methodOverrideFields: [], maxBodyBytes: 1_000 },
    challenges: [],
    refuse,
    verify: async (request: HttpRequest) => {
      const { fields } = request
      if (fields.some((value) => value === 'nobody')) return { ok: false, code: 'KEY_UNKNOWN', status: 401 } as Refused
      return {
        ok: true,
        body: null,
        request,
        record: { scopes: ['orders:read'] },
        ...(typeof accepted === 'function' ? accepted(request) : accepted),
      } as unknown as Accepted
    },
  } as unknown as Verifier
}

const URL_OF_ORDERS = 'https://api.example.com/orders'
/** The error with which a streamed body fails, as its handler sees it. */
function failedBody(): CountersignError {
  const error = new CountersignError('BODY_TOO_LARGE', 'more than the cap')
  streamedBody(
    { challenges: [] },
    () => ({ ok: false, code: 'BODY_TOO_LARGE', status: 413 }) as Refused,
    () => {},
  ).failed(error)
  return error
}

describe('the request of a Fetch-style host', () => {
  async function judged(request: Request, incoming?: object, peer?: string) {
    let arrival: Arrival | undefined
    let message: HttpRequest | undefined
    const gate = {
      judge: async (given: Arrival, take: (url: object) => Promise<HttpRequest>) => {
        arrival = given
        message = await take({ scheme: 'http', ...(peer === 'public' ? { authority: 'public.example' } : {}) })
        return undefined
      },
    } as unknown as Gate
    await judgeFetch(gate, request, incoming as never, peer)
    return { arrival: arrival as Arrival, message: message as HttpRequest }
  }
  const raw = { url: '/orders?x=%41', rawHeaders: ['Host', 'api.example.com'], socket: { remoteAddress: '192.0.2.7' } }

  it('has the target and the fields as they came, where the host passes them on', async () => {
    const { arrival, message } = await judged(new Request(URL_OF_ORDERS), raw)
    expect(arrival).toMatchObject({ target: '/orders?x=%41', peer: '192.0.2.7', encrypted: true })
    expect(message).toMatchObject({ target: '/orders?x=%41', scheme: 'http', authority: 'api.example.com' })
    expect(message.fields).toBe(arrival.fields)
    expect(arrival.fields).toEqual(['Host', 'api.example.com'])
  })

  it('has its own address otherwise, and the authority of the public URL', async () => {
    const request = new Request('http://inner.example/orders?x=https:')
    const { arrival, message } = await judged(request, undefined, 'public')
    expect(arrival).toMatchObject({ target: 'http://inner.example/orders?x=https:', peer: 'public', encrypted: false })
    expect(message).toMatchObject({ target: '/orders?x=https:', scheme: 'http', authority: 'public.example' })
    expect((await judged(request)).arrival.peer).toBeUndefined()
    expect((await judged(request, { ...raw, socket: undefined })).arrival.peer).toBeUndefined()
    expect((await judged(request, raw, '198.51.100.1')).arrival.peer).toBe('198.51.100.1')
  })

  it.each([
    [undefined, undefined],
    [null, undefined],
    [{}, undefined],
    [{ incoming: { url: '/a' } }, undefined],
    [{ incoming: { rawHeaders: [] } }, undefined],
    [{ incoming: { url: '/a', rawHeaders: [] } }, { url: '/a', rawHeaders: [] }],
  ])('of %o is %o', (host, expected) => {
    expect(rawIncoming(host)).toEqual(expected)
  })

  const bodied = (stream: object | null, headers: Record<string, string> = {}) =>
    judged({ method: 'POST', url: URL_OF_ORDERS, headers: new Headers(headers), body: stream } as never)

  it('has no body where an unannounced stream is empty, and all of one that is not', async () => {
    const streamOf = (...all: string[]) =>
      new ReadableStream({
        start: (controller) => {
          for (const piece of all) controller.enqueue(bytes(piece))
          controller.close()
        },
      })
    expect((await judged(new Request(URL_OF_ORDERS, post(streamOf())))).message.body).toBeNull()
    expect(await readAll((await judged(new Request(URL_OF_ORDERS, post(streamOf('a', 'bc'))))).message.body)).toBe(
      'abc',
    )
    const announced = await judged(new Request(URL_OF_ORDERS, post(streamOf(), { 'content-length': '0' })))
    expect(isStream(announced.message.body)).toBe(true)
    const chunked = await bodied(streamOf(), { 'transfer-encoding': 'chunked' }).catch((error) => error)
    expect(chunked).toBeDefined()
  })

  it('lets the reader of the body have its failure, and stop it', async () => {
    const failing = new ReadableStream({
      pull: (controller) => controller.error(new Error('reset by peer')),
    })
    const { message } = await judged(new Request(URL_OF_ORDERS, post(failing)))
    await expect(readAll(message.body)).rejects.toThrow()
    const reasons: unknown[] = []
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(bytes('a')),
      cancel: (reason) => void reasons.push(reason),
    })
    const { message: stopped } = await judged(new Request(URL_OF_ORDERS, post(endless)))
    for await (const _ of stopped.body as AsyncIterable<Uint8Array>) break
    expect(reasons).toHaveLength(1)
  })
})

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', body, headers, duplex: 'half' } as RequestInit
}

describe('the body that a handler of a Fetch-style host reads', () => {
  const request = (): Request => new Request(URL_OF_ORDERS, { method: 'POST', body: 'as it came' })
  it('is the verified one, in memory or as a stream', async () => {
    const accepted = (part: object) => part as Accepted
    expect(await requestWithBody(request(), accepted({ body: bytes('proven') })).text()).toBe('proven')
    expect(await requestWithBody(request(), accepted({ body: null })).text()).toBe('')
    const { body } = pieces('a', 'b')
    expect(await requestWithBody(request(), accepted({ body: null, bodyStream: body })).text()).toBe('ab')
  })

  it('is left where there is none', () => {
    const without = new Request(URL_OF_ORDERS)
    expect(requestWithBody(without, { body: bytes('x') } as unknown as Accepted)).toBe(without)
  })
})

describe('the answer of a Fetch-style host', () => {
  const verdict = { request: httpRequest({ url: URL_OF_ORDERS }) } as unknown as Accepted
  it('stays out of shared caches, unless the handler says otherwise', async () => {
    const plain = await acceptedToFetch(new Response('a', { status: 201, statusText: 'Made' }), verdict, undefined)
    expect([plain.status, plain.statusText, plain.headers.get('cache-control')]).toEqual([
      201,
      'Made',
      'private, no-store',
    ])
    expect(plain.headers.get('vary')).toBe('Authorization, Signature, Signature-Input')
    const own = new Response('a', { headers: { 'cache-control': 'max-age=1', vary: 'Accept' } })
    const kept = await acceptedToFetch(own, verdict, undefined)
    expect(kept.headers.get('cache-control')).toBe('max-age=1')
    expect(kept.headers.get('vary')).toBe('Accept, Authorization, Signature, Signature-Input')
  })

  it('is signed with its body in memory, and with none where it has none', async () => {
    const seen: HttpResponse[] = []
    const sign = async (response: HttpResponse) => {
      seen.push(response)
      return { ...response, fields: [...response.fields, 'Signature', 'sig1=:AA==:'] }
    }
    const signed = await acceptedToFetch(new Response('abc'), verdict, sign)
    expect([signed.headers.get('signature'), await signed.text()]).toEqual(['sig1=:AA==:', 'abc'])
    const empty = await acceptedToFetch(new Response(null, { status: 204 }), verdict, sign)
    expect([empty.status, empty.body]).toEqual([204, null])
    expect(seen.map(({ body }) => (body === null ? null : text(body)))).toEqual(['abc', null])
  })

  it('to a refused request is the refusal', async () => {
    const refused = refusalToFetch({ status: 401, headers: { 'x-a': 'b' }, body: 'no' })
    expect([refused.status, refused.headers.get('x-a'), await refused.text()]).toEqual([401, 'b', 'no'])
  })
})

describe('withSignature of a Fetch-style host', () => {
  const failing = async (thrown: unknown) => {
    const errors: unknown[] = []
    const handler = onFetch.withSignature(
      verifierOf(),
      () => {
        throw thrown
      },
      { onError: (error) => errors.push(error) },
    )
    const answer = await handler(new Request(URL_OF_ORDERS)).then(
      ({ status }) => status,
      (error) => error,
    )
    return { answer, errors }
  }

  it.each([
    ['an error', new Error('of the handler'), 500],
    ['nothing', undefined, 500],
    ['null', null, 500],
    ['an error with a digest of its own', Object.assign(new Error(''), { digest: 'MY_NEXT_' }), 500],
    ['an error with a digest that is no text', Object.assign(new Error(''), { digest: 7 }), 500],
    ['the failure of the streamed body', failedBody(), 413],
  ])('answers %s that the handler throws', async (_, thrown, status) => {
    expect(await failing(thrown)).toEqual({ answer: status, errors: [thrown] })
  })

  it('lets the errors by which Next moves on pass', async () => {
    const redirect = Object.assign(new Error('NEXT_REDIRECT'), { digest: 'NEXT_REDIRECT;replace;/login;307;' })
    expect(await failing(redirect)).toEqual({ answer: redirect, errors: [] })
  })

  it('answers a refused request without its handler', async () => {
    const handler = onFetch.withSignature(verifierOf(), () => new Response('reached'))
    const refused = await handler(new Request(URL_OF_ORDERS, { headers: { 'x-key': 'nobody' } }))
    expect(refused.status).toBe(401)
  })

  it('asks for the scope of a handler', async () => {
    const reach = (request: Request, { record }: Accepted, ...rest: unknown[]) =>
      new Response(`${request.url} ${record.scopes} ${rest}`)
    const open = (scope: string) => onFetch.withSignature(verifierOf(), onFetch.requireScope(scope, reach))
    const reached = await (open('orders:read') as (...all: unknown[]) => Promise<Response>)(
      new Request(URL_OF_ORDERS),
      'env',
    )
    expect(await reached.text()).toBe(`${URL_OF_ORDERS} orders:read env`)
    const denied = await open('admin:all')(new Request(URL_OF_ORDERS))
    expect([denied.status, denied.headers.get('content-type')]).toEqual([403, 'application/problem+json'])
  })
})

describe('requireScope of Hono', () => {
  it.each([
    ['orders:read', 200, 'reached'],
    ['admin:all', 403, '{"type":"about:blank","title":"Forbidden","status":403}'],
  ])('the scope %s is judged', async (scope, status, body) => {
    const app = new Hono<onHono.VerifiedEnv>()
      .use(onHono.requireSignature(verifierOf()))
      .get('/orders', onHono.requireScope(scope), (c) => c.text('reached'))
    const answer = await app.request(URL_OF_ORDERS)
    expect([answer.status, await answer.text()]).toEqual([status, body])
  })
})

describe('Koa', () => {
  /** What the middleware uses of a context. */
  function contextOf(part: object = {}, complete = true) {
    const headers = new Map<string, string>()
    const set = (name: string | Record<string, string>, value?: string): void => {
      for (const [key, one] of typeof name === 'string' ? [[name, value as string]] : Object.entries(name))
        headers.set(key as string, one as string)
    }
    const destroyed: string[] = []
    const length = ['Content-Length', complete ? '0' : '1000000']
    const req = incomingOf({ complete, rawHeaders: ['Host', 'api.example.com', ...length] })
    const ctx = {
      app: {},
      req,
      res: { destroy: () => destroyed.push('response') },
      request: {},
      response: { get: (name: string) => headers.get(name) ?? '' },
      originalUrl: '/orders',
      state: {} as Partial<onKoa.VerifiedState>,
      headerSent: false,
      status: 404,
      body: undefined,
      get: () => '',
      set,
      ...part,
    }
    return { ctx, headers, destroyed }
  }
  const open = (verifier = verifierOf()) =>
    onKoa.requireSignature(verifier, { publicOrigin: 'https://api.example.com' }) as unknown as (
      ctx: unknown,
      next: () => Promise<unknown>,
    ) => Promise<unknown>

  it('keeps an answer out of shared caches, and leaves one that has begun', async () => {
    const { ctx, headers } = contextOf()
    await open()(ctx, async () => {})
    expect(Object.fromEntries(headers)).toEqual({
      'cache-control': 'private, no-store',
      vary: 'Authorization, Signature, Signature-Input',
    })
    const begun = contextOf()
    await open()(begun.ctx, async () => Object.assign(begun.ctx, { headerSent: true }))
    expect(begun.headers.size).toBe(0)
  })

  it('does not touch the answer to an exempt preflight', async () => {
    const { ctx, headers } = contextOf()
    Object.assign(ctx.req, {
      method: 'OPTIONS',
      rawHeaders: ['Host', 'api.example.com', 'Origin', 'https://a.example', 'Access-Control-Request-Method', 'POST'],
    })
    const middleware = onKoa.requireSignature(verifierOf(), {
      publicOrigin: 'https://api.example.com',
      exemptPreflight: true,
    }) as unknown as ReturnType<typeof open>
    await middleware(ctx, async () => {})
    expect([headers.size, ctx.state]).toEqual([0, {}])
  })

  it('ends the connection of an answer that has begun where a handler throws, and only then', async () => {
    const thrown = new Error('of the handler')
    for (const headerSent of [true, false]) {
      const { ctx, destroyed } = contextOf()
      const failing = open()(ctx, async () => {
        Object.assign(ctx, { headerSent })
        throw thrown
      })
      await expect(failing).rejects.toBe(thrown)
      expect(destroyed).toEqual(headerSent ? ['response'] : [])
    }
  })

  it('ends the connection of a refused request whose body is on its way, and of no other', async () => {
    for (const complete of [true, false]) {
      const { ctx, headers } = contextOf({}, complete)
      ctx.req.rawHeaders.push('X-Key', 'nobody')
      await open()(ctx, () => Promise.reject(new Error('reached')))
      expect([ctx.status, headers.get('connection')]).toEqual([401, complete ? undefined : 'close'])
    }
  })

  it('asks for the scope of a route', async () => {
    for (const [scope, status] of [
      ['orders:read', 404],
      ['admin:all', 403],
    ] as const) {
      const { ctx } = contextOf()
      let reached = false
      const route = onKoa.requireScope(scope) as unknown as ReturnType<typeof open>
      await open()(ctx, async () => route(ctx, async () => (reached = true)))
      expect([ctx.status, reached]).toEqual([status, scope === 'orders:read'])
    }
  })
})

describe('Fastify', () => {
  const HOST = { host: 'api.example.com' }
  const open = async (verifier: Verifier, before: (app: FastifyInstance) => void = () => {}) => {
    const app = fastify()
    before(app)
    await app.register(onFastify.requireSignature(verifier, { publicOrigin: 'https://api.example.com' }))
    app.all('/orders', (request) => ({ body: request.body ?? null, verified: request.verdict !== null }))
    return app
  }

  it('may be registered on an instance that has the decorator, once more', async () => {
    const app = await open(verifierOf(), (plain) => void plain.decorateRequest('verdict', null))
    expect((await app.inject({ url: '/orders', headers: HOST })).json()).toEqual({ body: null, verified: true })
    // Without it a request has no such member, and its shape changes with every request.
    expect(app.hasRequestDecorator('verdict')).toBe(true)
    expect((await open(verifierOf())).hasRequestDecorator('verdict')).toBe(true)
  })

  it.each([undefined, null, {}, 'app'])('says that it must be registered where it is given %o', (app) => {
    const plugin = onFastify.requireSignature(verifierOf()) as unknown as (app: unknown) => void
    expect(() => plugin(app)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  /** An instance whose first hook reads the body, and keeps it or does not. */
  const afterReader = (keep: boolean) =>
    open(
      verifierOf(() => ({ body: bytes('{"proven":true}') }) as Partial<Accepted>),
      (plain) => {
        plain.addHook('preParsing', async ({ raw }) => {
          const read: Uint8Array[] = []
          for await (const piece of raw) read.push(piece)
          if (keep) Object.assign(raw, { rawBody: Buffer.concat(read) })
        })
      },
    )
  const POST = { method: 'POST', url: '/orders', payload: '{"sent":true}' } as const
  const json = { ...HOST, 'content-type': 'application/json', 'content-length': '15' }

  it('gives the parsers the verified bytes where another hook has read the body and kept it', async () => {
    const answer = await (await afterReader(true)).inject({ ...POST, headers: json })
    expect(answer.json()).toEqual({ body: { proven: true }, verified: true })
  })

  it('gives its error handler BODY_CONSUMED where another hook has read it', async () => {
    const answer = await (await afterReader(false)).inject({ ...POST, headers: json })
    expect([answer.statusCode, answer.json()]).toEqual([500, expect.objectContaining({ code: 'BODY_CONSUMED' })])
  })

  it('ends the connection of a refused request whose body is on its way, and of no other', async () => {
    const app = await open(verifierOf())
    const routed = (complete: boolean) =>
      new Promise<Record<string, unknown>>((resolve) => {
        const reply = {
          header: (name: string, value: string) => Object.assign(sent, { [name]: value }),
          code: (status: number) => Object.assign(sent, { status }) && reply,
          headers: () => reply,
          send: () => resolve(sent),
        }
        const sent: Record<string, unknown> = {}
        const raw = { complete, httpVersionMajor: 1, rawHeaders: ['Host', 'a.example'] }
        const hook = onFastify.requireScope('admin:all') as unknown as (...all: unknown[]) => void
        void verdictOf().then((verdict) => hook({ verdict, raw }, reply, () => resolve({ reached: true })))
      })
    /** A verdict that a middleware of this library has given. */
    const verdictOf = async (): Promise<Accepted> => {
      let verdict: Accepted | undefined
      await onFetch.withSignature(verifierOf(), (_request, one) => {
        verdict = one
        return new Response()
      })(new Request(URL_OF_ORDERS))
      return verdict as Accepted
    }
    expect(await routed(false)).toEqual({ connection: 'close', status: 403 })
    expect(await routed(true)).toEqual({ status: 403 })
    await app.close()
  })
})

describe('Node', () => {
  /** What a listener uses of a request and its response. */
  function exchange(part: Partial<IncomingMessage> = {}) {
    const headers = new Map<string, unknown>()
    const ended: unknown[] = []
    const request = incomingOf(part)
    const response = {
      statusCode: 200,
      headersSent: false,
      getHeader: (name: string) => headers.get(name),
      getHeaderNames: () => [...headers.keys()],
      setHeader: (name: string, value: unknown) => headers.set(name, value),
      removeHeader: (name: string) => headers.delete(name),
      end: (body: unknown) => ended.push(body),
      writeHead: () => response,
      on: () => response,
    }
    return { request: request as never, response: response as never, ended, headers, status: () => response.statusCode }
  }
  const OPTIONS = { publicOrigin: 'https://api.example.com' }

  it('marks the answer to an accepted request, and leaves that to an exempt preflight', async () => {
    const verify = onNode.verifyRequest(verifierOf(), { ...OPTIONS, exemptPreflight: true })
    const accepted = exchange()
    expect(await verify(accepted.request, accepted.response)).toMatchObject({ ok: true })
    expect(accepted.headers.get('cache-control')).toBe('private, no-store')
    const preflight = exchange({
      method: 'OPTIONS',
      rawHeaders: ['Host', 'a', 'Origin', 'https://a.example', 'Access-Control-Request-Method', 'POST'],
    })
    expect(await verify(preflight.request, preflight.response)).toBeUndefined()
    expect([preflight.headers.size, preflight.ended]).toEqual([0, []])
  })

  it.each([
    ['an error', new Error('of the handler'), 500],
    ['nothing', undefined, 500],
    ['the failure of the streamed body', failedBody(), 413],
  ])('answers %s that the handler throws', async (_, thrown, status) => {
    const errors: unknown[] = []
    const listener = onNode.withSignature(
      verifierOf(),
      () => {
        throw thrown
      },
      { ...OPTIONS, onError: (error) => errors.push(error) },
    )
    const one = exchange()
    await listener(one.request, one.response)
    expect([one.status(), one.ended.length, errors]).toEqual([status, 1, [thrown]])
  })

  it('answers a handler that fails although what hears of it fails as well', async () => {
    const fail = () => {
      throw new Error('of whatever is called')
    }
    const one = exchange()
    await onNode.withSignature(verifierOf(), fail, { ...OPTIONS, onError: fail })(one.request, one.response)
    expect([one.status(), one.ended.length]).toEqual([500, 1])
  })

  it('does not call the handler of a refused request', async () => {
    const one = exchange({ rawHeaders: ['Host', 'api.example.com', 'X-Key', 'nobody'] })
    let reached = false
    await onNode.withSignature(verifierOf(), () => (reached = true), OPTIONS)(one.request, one.response)
    expect([one.status(), reached]).toEqual([401, false])
  })

  it('asks for the scope of a handler', async () => {
    for (const [scope, status, reaches] of [
      ['orders:read', 200, ['orders']],
      ['admin:all', 403, ['{"type":"about:blank","title":"Forbidden","status":403}']],
    ] as const) {
      const one = exchange()
      const handler = onNode.requireScope(scope, (_request, response) => (response as unknown as Ends).end('orders'))
      await onNode.withSignature(verifierOf(), handler as never, OPTIONS)(one.request, one.response)
      expect([one.status(), one.ended]).toEqual([status, reaches])
    }
  })
})
interface Ends {
  end(text: string): void
}

describe('options of a middleware', () => {
  it.each([
    [{ streamBody: 'yes' }, '"streamBody" must be streamedBody, got a string'],
    [{ streamBody: true }, '"streamBody" must be streamedBody, got a boolean'],
    [{ requestId: 'x-request-id' }, '"requestId" must be a function'],
    [{ onError: true }, '"onError" must be a function'],
  ])('the option %o is refused', (options, message) => {
    expect(() => assertMiddlewareOptions('requireSignature', options)).toThrow(message)
  })

  it('that are undefined are as if they were left out', () => {
    expect(() =>
      assertMiddlewareOptions('requireSignature', { streamBody: undefined, onError: undefined }),
    ).not.toThrow()
  })
})
