import 'reflect-metadata'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { HttpRequest as AzureRequest, HttpResponse as AzureResponse, type HttpResponseInit } from '@azure/functions'
import { http as googleFunction } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'
import { getRequestListener } from '@hono/node-server'
import { All, Body, Controller, Module, Post, Req, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { Elysia } from 'elysia'
import { H3 } from 'h3'
import { toNodeHandler } from 'h3/node'
import { afterAll, describe, expect, it } from 'vitest'
import { httpRequest } from '../../src/message/message.js'
import { toFetchRequest } from '../../src/message/to-fetch.js'
import { verdictOf, withSignature } from '../../src/server/middleware/fetch.js'
import { scopeGuard, signatureGuard } from '../../src/server/middleware/nest.js'
import { withSignature as withNodeSignature } from '../../src/server/middleware/node.js'
import { type KitEvent, signatureHandle } from '../../src/server/middleware/sveltekit.js'
import type { Verifier } from '../../src/server/options.js'
import type { Accepted } from '../../src/server/verdict.js'
import { middlewareContract, reply } from '../contract/middleware.js'
import { listen, send } from '../runtime/wire.js'
import { signed, verifierFor } from '../runtime/world.js'

const closing: Array<() => unknown> = []
afterAll(async () => {
  for (const close of closing) await close()
})

/** A Fetch handler answers preflights by a separate option. */
const withoutPreflight = ({ exemptPreflight: _, ...options }: Record<string, unknown>) => options
const FETCH = { without: ['lets CORS preflights through'] }

/** Its body is no JSON, which the framework's parser answers before a function or a guard runs. */
const PARSED = 'refuses a body past the cap'

const listenerOf = (handler: (request: Request, env: unknown) => unknown): RequestListener => {
  const listener = getRequestListener(handler as never)
  return (request, response) => void listener(request, response)
}

middlewareContract(
  'h3',
  (verifier, { options, readFirst = false, handled, failed }) => {
    const app = new H3({ debug: false })
    app.all('/**', async (event) => {
      handled()
      return reply(verdictOf(event.req as Request), await event.req.text())
    })
    const front = new H3()
    if (readFirst) front.use(async (event) => void (await event.req.text()))
    const handler = withSignature(verifier, (request) => app.fetch(request), {
      ...withoutPreflight({ ...options }),
      ...(readFirst || options.onError === undefined ? { onError: failed } : {}),
    })
    front.all('/**', (event) => handler(event.req as Request))
    return toNodeHandler(front) as RequestListener
  },
  FETCH,
)

middlewareContract(
  'Elysia',
  (verifier, { options, readFirst = false, handled, failed }) => {
    const app = new Elysia({ aot: false })
      .derive(({ request }) => ({ verdict: verdictOf(request) }))
      .onParse(({ request }) => request.text())
      .all('/*', ({ verdict, body, request: _ }) => {
        handled()
        return reply(verdict, String(body ?? ''))
      })
    const handler = withSignature<readonly unknown[]>(verifier, (request) => app.handle(request), {
      ...withoutPreflight({ ...options }),
      ...(options.onError === undefined ? { onError: failed } : {}),
    })
    return listenerOf(async (request, env) => {
      if (readFirst) await request.text()
      return handler(request, env)
    })
  },
  FETCH,
)

middlewareContract('SvelteKit', (verifier, { options, readFirst = false, handled, failed }) => {
  const handle = signatureHandle(verifier, options)
  const { onError = failed } = options
  return listenerOf(async (request, env) => {
    if (readFirst) await request.text()
    const { incoming } = env as { incoming: IncomingMessage }
    // As adapter-node makes it.
    const event: KitEvent & { locals: { verdict?: Accepted } } = {
      request,
      url: new URL(request.url),
      locals: {},
      platform: { req: incoming },
      getClientAddress: () => incoming.socket.remoteAddress ?? '',
    }
    const resolve = async (one: typeof event): Promise<Response> => {
      handled()
      return new Response(reply(one.locals.verdict, await one.request.text()))
    }
    try {
      return await handle({ event, resolve })
    } catch (error) {
      onError(error)
      return new Response(null, { status: 500 })
    }
  })
})

/** What the worker of Azure does around a function: its own request, and a response of what the function returns. */
const azureListener =
  (invoke: (request: Request) => Promise<Response>): RequestListener =>
  async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(request.headers)) headers[name] = [value].flat().join(', ')
    const given = new AzureRequest({
      method: request.method ?? 'GET',
      url: `http://${request.headers.host}${request.url}`,
      headers,
      ...(chunks.length === 0 ? {} : { body: { bytes: Buffer.concat(chunks) } }),
    } as never)
    const { status, headers: fields, body } = await invoke(given as unknown as Request)
    const answer = new AzureResponse({
      status,
      headers: fields,
      ...(body === null ? {} : { body }),
    } as HttpResponseInit)
    response.writeHead(answer.status, [...answer.headers].flat() as string[])
    response.end(Buffer.from(await answer.arrayBuffer()))
  }

middlewareContract(
  'Azure Functions',
  (verifier, { options, handled, failed }) => {
    const handler = withSignature(
      verifier,
      async (request: Request, verdict) => {
        handled()
        return new Response(reply(verdict, await request.text()))
      },
      { peer: () => '127.0.0.1', onError: failed, ...withoutPreflight({ ...options }) },
    )
    return azureListener(handler)
  },
  {
    without: [
      ...FETCH.without,
      // The worker has read the request and made a URL of its target.
      'reports that the body was read before',
      'outlives a client that leaves',
      'absolute-form',
      'could read as another one',
      'comes twice',
    ],
  },
)

let functions = 0
middlewareContract(
  'Google Cloud Functions',
  (verifier, { options, handled, failed }) => {
    const name = `f${functions++}`
    const { exemptPreflight: _, ...others } = options
    googleFunction(
      name,
      withNodeSignature<IncomingMessage, ServerResponse>(
        verifier,
        (request, response, verdict) => {
          handled()
          const { rawBody } = request as { rawBody?: Uint8Array }
          response.end(reply(verdict, rawBody === undefined ? '' : Buffer.from(rawBody).toString()))
        },
        { onError: failed, ...others },
      ) as never,
    )
    return getTestServer(name).listeners('request')[0] as RequestListener
  },
  {
    without: [
      ...FETCH.without,
      // The framework reads every body, and keeps its bytes.
      'reports that the body was read before',
      'outlives a client that leaves',
      PARSED,
    ],
  },
)

async function nest(
  verifier: Verifier,
  options: object,
  more: { prefix?: string; handled?: () => void; failed?: (error: unknown) => void; readFirst?: boolean },
) {
  class Orders {
    place(body: unknown) {
      return { got: body }
    }
    any(request: IncomingMessage & { verdict?: Accepted; rawBody?: Buffer }) {
      more.handled?.()
      return reply(request.verdict, request.rawBody?.toString() ?? '')
    }
  }
  const decorate = (name: keyof Orders, ...decorators: MethodDecorator[]) => {
    for (const one of decorators) one(Orders.prototype, name, Object.getOwnPropertyDescriptor(Orders.prototype, name)!)
  }
  Body()(Orders.prototype, 'place', 0)
  decorate('place', Post('place'), UseGuards(scopeGuard('orders:write')))
  Req()(Orders.prototype, 'any', 0)
  decorate('any', All('*path'))
  Controller()(Orders)
  class App {}
  Module({ controllers: [Orders] })(App)
  const app = await NestFactory.create<NestExpressApplication>(App, { rawBody: true, logger: false })
  if (more.readFirst)
    app.use((request: IncomingMessage, _: unknown, next: () => void) => void request.on('end', () => next()).resume())
  if (more.prefix) app.setGlobalPrefix(more.prefix)
  app.useGlobalGuards(signatureGuard(verifier, options))
  app.useGlobalFilters({
    catch: (error, host) => {
      const response = host.switchToHttp().getResponse<ServerResponse>()
      if (response.headersSent) return
      more.failed?.(error)
      response.statusCode = 500
      response.end()
    },
  })
  await app.init()
  closing.push(() => app.close())
  return app.getHttpAdapter().getInstance() as unknown as RequestListener
}

middlewareContract(
  'NestJS',
  (verifier, { options, mount, readFirst, handled, failed }) => {
    const { exemptPreflight: _, ...others } = options
    return nest(verifier, others, {
      handled,
      failed,
      ...(mount ? { prefix: mount } : {}),
      ...(readFirst ? { readFirst } : {}),
    })
  },
  { without: [...FETCH.without, 'outlives a client that leaves', PARSED] },
)

describe('NestJS', () => {
  it('hands the parsed body to the controller, and asks for scopes at a route', async () => {
    const codes: string[][] = []
    const port = await listen((authority) => {
      const world = verifierFor(authority)
      codes.push(world.codes)
      return nest(world.verifier, {}, {})
    })
    const url = `http://127.0.0.1:${port}/place`
    const answer = await send(port, await signed(url, '{"a":1}'))
    expect([answer.status, answer.body]).toEqual([201, '{"got":{"a":1}}'])
    expect(answer.headers['cache-control']).toBe('private, no-store')
    expect((await send(port, httpRequest({ method: 'POST', url }))).status).toBe(401)
    const large = await send(port, await signed(url, JSON.stringify({ a: 'x'.repeat(70_000) })))
    expect([large.status, large.headers['content-type']]).toEqual([413, 'application/problem+json'])
    expect(codes.flat()).toEqual(['ok', 'AUTH_MISSING', 'BODY_TOO_LARGE'])
  })

  it('refuses a key without the scope of a route, and a guard in front of no verdict', async () => {
    const port = await listen((authority) => nest(verifierFor(authority).verifier, { scope: 'funds:withdraw' }, {}))
    const denied = await send(port, await signed(`http://127.0.0.1:${port}/place`, '{}'))
    expect([denied.status, denied.body]).toEqual([403, expect.stringContaining('"status":403')])
    const http = { getRequest: () => ({}), getResponse: () => ({}) }
    const alone = scopeGuard('orders:write').canActivate({ switchToHttp: () => http } as never)
    await expect(alone).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

describe('verdictOf', () => {
  it('knows the requests that withSignature has made, and no other', async () => {
    const { verifier } = verifierFor('api.example.com')
    const owners: unknown[] = []
    const handler = withSignature(verifier, (request) => {
      owners.push(verdictOf(request).owner)
      expect(() => verdictOf(request.clone() as Request)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
      return new Response('ok')
    })
    expect((await handler(toFetchRequest(await signed('https://api.example.com/a', '{}')))).status).toBe(200)
    expect((await handler(toFetchRequest(await signed('https://api.example.com/a')))).status).toBe(200)
    expect(owners).toEqual(['alice', 'alice'])
    for (const other of [new Request('https://a.example'), undefined, null])
      expect(() => verdictOf(other as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
