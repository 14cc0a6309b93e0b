import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import express, { type Request as ExpressRequest, type Response as ExpressResponse, type NextFunction } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { signRequest } from '../../src/client/index.js'
import { hmacKey } from '../../src/crypto/hmac-key.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { rfc9421, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import type { AuditEvent } from '../../src/server/audit-event.js'
import { staticKeys } from '../../src/server/key-source.js'
import * as onExpress from '../../src/server/middleware/express.js'
import * as onFastify from '../../src/server/middleware/fastify.js'
import * as onFetch from '../../src/server/middleware/fetch.js'
import * as onHono from '../../src/server/middleware/hono.js'
import * as onKoa from '../../src/server/middleware/koa.js'
import * as onNode from '../../src/server/middleware/node.js'
import type { Verifier } from '../../src/server/options.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import type { Accepted } from '../../src/server/verdict.js'
import { createVerifier } from '../../src/server/verifier.js'
import { verdictCode } from '../expect-code.js'
import { listen, send } from './wire.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })

interface Setup {
  /** Without it the routes stand before no verifier. */
  readonly verifier: Verifier | undefined
  readonly reached: () => void
  readonly failed: (error: unknown) => void
}

/** `/admin` needs `admin:all`, `/orders` needs `orders:read`, by the routers of the frameworks. */
const APPS: Readonly<Record<string, (setup: Setup) => RequestListener | Promise<RequestListener>>> = {
  express: ({ verifier, reached, failed }) => {
    const app = express()
    if (verifier !== undefined) app.use(onExpress.requireSignature(verifier))
    const handler = (_req: ExpressRequest, res: ExpressResponse): void => {
      reached()
      res.send('reached')
    }
    app.all('/admin', onExpress.requireScope('admin:all'), handler)
    app.all('/orders', onExpress.requireScope('orders:read'), handler)
    app.use((error: unknown, _req: ExpressRequest, res: ExpressResponse, _next: NextFunction) => {
      failed(error)
      res.sendStatus(500)
    })
    return app
  },
  fastify: async ({ verifier, reached, failed }) => {
    const app = fastify()
    if (verifier === undefined) app.decorateRequest('verdict', null)
    else await app.register(onFastify.requireSignature(verifier))
    const handler = (): string => {
      reached()
      return 'reached'
    }
    app.all('/admin', { preHandler: onFastify.requireScope('admin:all') }, handler)
    app.all('/orders', { preHandler: onFastify.requireScope('orders:read') }, handler)
    app.setErrorHandler((error, _request, reply) => {
      failed(error)
      return reply.code(500).send()
    })
    await app.ready()
    return (request, response) => void app.routing(request, response)
  },
  hono: ({ verifier, reached, failed }) => {
    const app = new Hono<onHono.VerifiedEnv>()
    if (verifier !== undefined) app.use(onHono.requireSignature(verifier))
    app.all('/admin', onHono.requireScope('admin:all'), (c) => {
      reached()
      return c.text('reached')
    })
    app.all('/orders', onHono.requireScope('orders:read'), (c) => {
      reached()
      return c.text('reached')
    })
    app.onError((error, c) => {
      failed(error)
      return c.text('', 500)
    })
    const listener = getRequestListener(app.fetch)
    return (request, response) => void listener(request, response)
  },
  koa: ({ verifier, reached, failed }) => {
    const app = new Koa()
    app.on('error', failed)
    if (verifier !== undefined) app.use(onKoa.requireSignature(verifier) as Koa.Middleware)
    const admin = onKoa.requireScope('admin:all') as Koa.Middleware
    const orders = onKoa.requireScope('orders:read') as Koa.Middleware
    app.use((ctx, next) => (ctx.path === '/admin' ? admin : orders)(ctx, next))
    app.use((ctx) => {
      reached()
      ctx.body = 'reached'
    })
    const callback = app.callback()
    return (request, response) => void callback(request, response)
  },
  node: ({ verifier, reached, failed }) => {
    const handler: Parameters<typeof onNode.requireScope>[1] = (_request, response) => {
      reached()
      ;(response as unknown as { end(text: string): void }).end('reached')
    }
    const admin = onNode.requireScope('admin:all', handler)
    const orders = onNode.requireScope('orders:read', handler)
    const route: typeof admin = (request, response, verdict) =>
      (request.url === '/admin' ? admin : orders)(request, response, verdict)
    if (verifier !== undefined) return onNode.withSignature(verifier, route, { onError: failed })
    return (request, response) => {
      try {
        route(request, response, undefined as never)
      } catch (error) {
        failed(error)
        response.writeHead(500).end()
      }
    }
  },
  fetch: ({ verifier, reached, failed }) => {
    const handler = (): Response => {
      reached()
      return new Response('reached')
    }
    const admin = onFetch.requireScope('admin:all', handler)
    const orders = onFetch.requireScope('orders:read', handler)
    const route = (request: Request, verdict: Accepted, _env: unknown): Promise<Response> =>
      (new URL(request.url).pathname === '/admin' ? admin : orders)(request, verdict)
    const fetch =
      verifier === undefined
        ? (request: Request, _env: unknown) =>
            route(request, undefined as never, undefined).catch((error) => {
              failed(error)
              return new Response('', { status: 500 })
            })
        : onFetch.withSignature(verifier, route, { onError: failed })
    const listener = getRequestListener((request, env) => fetch(request, env))
    return (request, response) => void listener(request, response)
  },
}

async function open(name: string, withVerifier = true) {
  const events: AuditEvent[] = []
  const used: string[] = []
  const errors: unknown[] = []
  let count = 0
  let origin = ''
  const port = await listen((authority) => {
    origin = `http://${authority}`
    const source = staticKeys([{ key, owner: 'alice', scopes: ['orders:read'] }])
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: { ...source, used: (keyId, verdict) => used.push(`${keyId} ${verdictCode(verdict)}`) },
      policy: strictPolicy({ authorities: [authority] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      audit: (event) => void events.push(event),
    })
    return (APPS[name] as NonNullable<(typeof APPS)[string]>)({
      verifier: withVerifier ? verifier : undefined,
      reached: () => count++,
      failed: (error) => errors.push(error),
    })
  })
  const signed = (path: string, body?: string): Promise<HttpRequest> =>
    signRequest(
      httpRequest({
        url: origin + path,
        method: body === undefined ? 'GET' : 'POST',
        ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
      }),
      rfc9421({ key }),
    )
  return { port, events, used, errors, reached: () => count, signed }
}

describe.each(Object.keys(APPS))('requireScope on %s', (name) => {
  it('lets a key with the scope of the route through, which was verified once', async () => {
    const { port, events, reached, signed } = await open(name)
    const answer = await send(port, await signed('/orders', '{}'))
    expect([answer.status, answer.body]).toEqual([200, 'reached'])
    expect(events.map(({ event }) => event)).toEqual(['auth.ok'])
    expect(reached()).toBe(1)
  })

  it('answers a key without it with the same 403 as the scope option, and notifies audit trail and key source', async () => {
    const { port, events, used, reached, signed, errors } = await open(name)
    for (const body of [undefined, '{"a":1}']) {
      const answer = await send(port, await signed('/admin', body))
      expect([answer.status, answer.body]).toEqual([403, '{"type":"about:blank","title":"Forbidden","status":403}'])
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(answer.headers['cache-control']).toBe('no-store')
    }
    expect(events.map(({ event }) => event)).toEqual(['auth.ok', 'auth.scope_denied', 'auth.ok', 'auth.scope_denied'])
    expect(events[1]).toMatchObject({
      code: 'SCOPE_DENIED',
      status: 403,
      outcome: 'denied',
      keyId: 'bot-1',
      owner: 'alice',
      proven: true,
      scopeNeeded: 'admin:all',
      path: '/admin',
      clientIp: '127.0.0.1',
    })
    expect(used).toEqual(['bot-1 ok', 'bot-1 SCOPE_DENIED', 'bot-1 ok', 'bot-1 SCOPE_DENIED'])
    expect(reached()).toBe(0)
    expect(errors).toEqual([])
  })

  it('is a configuration error where the request was not verified', async () => {
    const { port, errors, reached, signed } = await open(name, false)
    expect((await send(port, await signed('/orders'))).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'CONFIG_INVALID' }])
    expect(String(errors[0])).toContain('requireScope')
    expect(reached()).toBe(0)
  })
})

it.each([
  onExpress.requireScope,
  onFastify.requireScope,
  onHono.requireScope,
  onKoa.requireScope,
  (scope: string) => onNode.requireScope(scope, () => {}),
  (scope: string) => onFetch.requireScope(scope, () => new Response()),
])('requireScope refuses a scope that no grant satisfies', (requireScope) => {
  for (const scope of ['orders:*', 'orders', '', 'Orders:read', undefined as never])
    expect(() => requireScope(scope)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})

it('a handler that is none is refused when it is handed over', () => {
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  for (const make of [
    () => onNode.withSignature(verifier, undefined as never),
    () => onFetch.withSignature(verifier, {} as never),
    () => onNode.requireScope('orders:read', undefined as never),
    () => onFetch.requireScope('orders:read', 'handler' as never),
  ])
    expect(make).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/"handler" must be a function/),
      }),
    )
})

it('a Fastify route that states "none" needs no scope, whatever the plugin needs', async () => {
  const app = fastify()
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice', scopes: ['orders:read'] }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  await app.register(
    onFastify.requireSignature(verifier, {
      publicOrigin: 'https://api.example.com',
      routes: [{ path: '/*', scope: 'admin:all' }],
    }),
  )
  app.get('/open', { config: { scope: 'none' } }, () => 'open')
  app.get('/read', { config: { scope: 'orders:read' } }, () => 'read')
  app.get('/other', () => 'other')
  const statusOf = async (path: string): Promise<number> => {
    const { fields } = await signRequest(httpRequest({ url: `https://api.example.com${path}` }), rfc9421({ key }))
    const headers: Record<string, string> = {}
    for (let i = 0; i < fields.length; i += 2) headers[fields[i] as string] = fields[i + 1] as string
    return (await app.inject({ method: 'GET', url: path, headers })).statusCode
  }
  expect([await statusOf('/open'), await statusOf('/read'), await statusOf('/other')]).toEqual([200, 200, 403])
})

describe('a middleware that is mounted in another way than it must be', () => {
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  const textOf = async (call: () => unknown): Promise<string> => {
    try {
      await call()
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
      return (error as Error).message
    }
    return 'nothing was thrown'
  }
  const incoming = { rawHeaders: ['Host', 'a'], url: '/', method: 'GET', headers: {} }
  const outgoing = { setHeader: () => {}, end: () => {} }
  const context = { req: incoming, res: outgoing, state: {}, request: {} }
  const fetched = new Request('https://api.example.com/')
  const called = (make: unknown, ...given: readonly unknown[]): Promise<string> =>
    textOf(() => (make as (...all: readonly unknown[]) => unknown)(...given))

  it('says that it was not called, and what to write', async () => {
    const wrong = ': it was mounted without being called, write '
    for (const [make, given, word] of [
      [onExpress.requireSignature, [incoming, outgoing, () => {}], 'a Node request'],
      [onKoa.requireSignature, [context, () => {}], 'a context of Koa'],
      [onHono.requireSignature, [{ req: { raw: fetched } }, () => {}], 'a context of Hono'],
      [onFastify.requireSignature, [fastify(), {}, () => {}], 'an application'],
      [onNode.withSignature, [incoming, outgoing], 'a Node request'],
      [onNode.verifyRequest, [incoming, outgoing], 'a Node request'],
      [onFetch.withSignature, [fetched, {}], 'a Fetch Request'],
      [onExpress.requireScope, [incoming, outgoing, () => {}], 'a Node request'],
      [onKoa.requireScope, [context, () => {}], 'a context of Koa'],
      [onHono.requireScope, [{ req: { raw: fetched } }, () => {}], 'a context of Hono'],
    ] as ReadonlyArray<readonly [unknown, readonly unknown[], string]>)
      expect(await called(make, ...given)).toContain(`${word}${wrong}`)
    const app = express().use(onExpress.requireSignature as never)
    app.use(((error: Error, _req: unknown, res: express.Response, _next: unknown) => {
      res.status(500).send(error.message)
    }) as express.ErrorRequestHandler)
    const port = await listen(() => app)
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expect(await answer.text()).toContain('got an Express request: it was mounted without being called, write app.use(')
  })

  it('says that the verifier or the handler is none', async () => {
    expect(await called(onFetch.withSignature)).toBe(
      'withSignature: "verifier" must be what createVerifier() made, got nothing',
    )
    expect(await called(onFetch.withSignature, verifier)).toContain(
      'withSignature: "handler" must be a function, got nothing; write withSignature(',
    )
    expect(await called(onFetch.withSignature, () => {}, verifier)).toContain(
      'got a function: a verifier comes first, write withSignature(',
    )
    expect(await called(onNode.withSignature, verifier, verifier)).toContain(
      '"handler" must be a function, got an object: the verifier',
    )
    expect(await called(onExpress.requireSignature, createVerifier)).toContain('got a function: a verifier comes first')
    expect(await called(onExpress.requireSignature, { schemes: [] })).toContain(
      'got an object: pass createVerifier(options)',
    )
    expect(await called(onExpress.requireSignature, Promise.resolve(verifier))).toContain('got a promise: await it')
  })

  it('says that it stands at another host, and which one belongs there', async () => {
    const onFailure: unknown[] = []
    const onError = (error: unknown) => onFailure.push(error)
    for (const [made, given, text] of [
      [
        onExpress.requireSignature(verifier),
        [context, () => {}],
        'got a context of Koa: use requireSignature() of countersign/server/koa',
      ],
      [
        onExpress.requireSignature(verifier),
        [fetched],
        'got a Fetch Request: use withSignature() of countersign/server/fetch',
      ],
      [
        onExpress.requireSignature(verifier),
        [incoming, () => {}],
        'with a request and its response, got a function for the response',
      ],
      [onExpress.requireSignature(verifier), [], 'must be called with an Express request, got nothing'],
      [
        onKoa.requireSignature(verifier),
        [incoming, outgoing, () => {}],
        'got a Node request: use verifyRequest() or withSignature()',
      ],
      [onHono.requireSignature(verifier), [context, () => {}], 'got a context of Koa: use'],
      [
        onFastify.requireSignature(verifier),
        [incoming, outgoing, () => {}],
        'must be registered, app.register(requireSignature(verifier)), got a Node',
      ],
      [
        onNode.verifyRequest(verifier),
        [fetched],
        'verifyRequest() must be called with a Node request, got a Fetch Request: use',
      ],
      [onNode.verifyRequest(verifier), [incoming], 'with a request and its response, got nothing for the response'],
    ] as ReadonlyArray<readonly [unknown, readonly unknown[], string]>)
      expect(await called(made, ...given)).toContain(text)
    const answer = await (
      onFetch.withSignature(verifier, () => new Response(), { onError }) as (given: unknown) => Promise<Response>
    )(incoming)
    expect(answer.status).toBe(500)
    expect(onFailure).toMatchObject([
      {
        code: 'CONFIG_INVALID',
        message:
          'withSignature() must be called with a Fetch Request, got a Node request: use verifyRequest() or withSignature() of countersign/server/node',
      },
    ])
  })
})
