import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express, { type Request as ExpressRequest, type Response as ExpressResponse, type NextFunction } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as onExpress from '../../src/server/middleware/express.js'
import * as onFastify from '../../src/server/middleware/fastify.js'
import * as onFetch from '../../src/server/middleware/fetch.js'
import * as onHono from '../../src/server/middleware/hono.js'
import * as onKoa from '../../src/server/middleware/koa.js'
import * as onNode from '../../src/server/middleware/node.js'
import type { Verifier } from '../../src/server/options.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import type { Accepted } from '../../src/server/verdict.js'
import { listen, requestText, send } from './wire.js'
import { signed, textOf, verifierFor } from './world.js'

/** What every handler does, by its path; `begin` writes a part of an answer. */
async function handle(path: string, verdict: Accepted, begin: () => void): Promise<string> {
  if (path === '/late') begin()
  if (path === '/stream') return textOf(verdict.bodyStream as AsyncIterable<Uint8Array>)
  await Promise.resolve()
  if (path === '/fine') return 'fine'
  throw new Error(`handler of ${path}`)
}

interface Setup {
  readonly verifier: Verifier
  readonly failed: (error: unknown) => void
}

const APPS: Readonly<Record<string, (setup: Setup) => RequestListener | Promise<RequestListener>>> = {
  'node:http': ({ verifier, failed }) =>
    onNode.withSignature<IncomingMessage, ServerResponse>(
      verifier,
      (request, response, verdict) => {
        if (request.url === '/sync') throw new Error('handler of /sync')
        return handle(request.url ?? '', verdict, () => response.write('begun')).then((text) => response.end(text))
      },
      { onError: failed, streamBody: streamedBody },
    ),
  'node:http, verifyRequest': ({ verifier, failed }) => {
    const verify = onNode.verifyRequest(verifier, { onError: failed, streamBody: streamedBody })
    return async (request, response) => {
      const verdict = await verify(request, response)
      if (!verdict?.ok) return
      try {
        response.end(await handle(request.url ?? '', verdict, () => response.write('begun')))
      } catch (error) {
        failed(error)
        if (response.headersSent) response.destroy()
        else response.writeHead(500).end()
      }
    }
  },
  express: ({ verifier, failed }) => {
    const app = express().use(onExpress.requireSignature(verifier, { onError: failed, streamBody: streamedBody }))
    app.all('/sync', () => {
      throw new Error('handler of /sync')
    })
    app.use(async (req: ExpressRequest, res: ExpressResponse) => {
      res.send(await handle(req.path, req.verdict as Accepted, () => res.write('begun')))
    })
    app.use((error: unknown, _req: ExpressRequest, res: ExpressResponse, next: NextFunction) => {
      failed(error)
      if (res.headersSent) next(error)
      else res.sendStatus(500)
    })
    app.set('env', 'test')
    return app
  },
  fastify: async ({ verifier, failed }) => {
    const app = fastify()
    await app.register(onFastify.requireSignature(verifier, { onError: failed, streamBody: streamedBody }))
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    app.all('/sync', () => {
      throw new Error('handler of /sync')
    })
    app.all('/*', async (request, reply) =>
      request.url === '/stream'
        ? textOf(request.body as AsyncIterable<Uint8Array>)
        : handle(request.url, request.verdict as Accepted, () => reply.raw.write('begun')),
    )
    app.setErrorHandler((error, _request, reply) => {
      failed(error)
      if (reply.raw.headersSent) reply.raw.destroy()
      return reply.code(500).send()
    })
    await app.ready()
    return (request, response) => void app.routing(request, response)
  },
  hono: ({ verifier, failed }) => {
    const app = new Hono<onHono.VerifiedEnv>()
    app.use(onHono.requireSignature(verifier, { onError: failed, streamBody: streamedBody }))
    app.all('/sync', () => {
      throw new Error('handler of /sync')
    })
    app.all('/stream', async (c) => c.text(await c.req.text()))
    app.all('/late', (c) => c.body(new ReadableStream({ start: late })))
    app.all('*', async (c) => c.text(await handle(c.req.path, c.get('verdict'), () => {})))
    app.onError((error, c) => {
      failed(error)
      return c.text('', 500)
    })
    const listener = getRequestListener(app.fetch)
    return (request, response) => void listener(request, response)
  },
  koa: ({ verifier, failed }) => {
    const app = new Koa()
    app.on('error', failed)
    app.use(onKoa.requireSignature(verifier, { onError: failed, streamBody: streamedBody }) as Koa.Middleware)
    app.use(async (ctx) => {
      if (ctx.path === '/sync') throw new Error('handler of /sync')
      ctx.body = await handle(ctx.path, ctx.state['verdict'] as Accepted, () => ctx.res.write('begun'))
    })
    const callback = app.callback()
    return (request, response) => void callback(request, response)
  },
  fetch: ({ verifier, failed }) => {
    const handler = onFetch.withSignature<readonly unknown[]>(
      verifier,
      (request, verdict) => {
        const path = new URL(request.url).pathname
        if (path === '/sync') throw new Error('handler of /sync')
        if (path === '/stream') return request.text().then((text) => new Response(text))
        if (path === '/late') return new Response(new ReadableStream({ start: late }))
        return handle(path, verdict, () => {}).then((text) => new Response(text))
      },
      { onError: failed, streamBody: streamedBody },
    )
    // As a person would write it: what it rejects with, Node ends the process for.
    const listener = getRequestListener((request, env) => handler(request, env))
    return (request, response) => void listener(request, response)
  },
}

function late(controller: ReadableStreamDefaultController<Uint8Array>): void {
  controller.enqueue(new TextEncoder().encode('begun'))
  setImmediate(() => controller.error(new Error('handler of /late')))
}

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
const events = ['unhandledRejection', 'uncaughtException'] as const
beforeAll(() => {
  for (const event of events) process.on(event, note)
  // The adapter of Hono logs what ends a response.
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterAll(() => {
  for (const event of events) process.off(event, note)
  vi.restoreAllMocks()
})

async function open(name: string) {
  const errors: unknown[] = []
  let origin = ''
  let codes: readonly string[] = []
  const port = await listen((authority) => {
    origin = `http://${authority}`
    const world = verifierFor(authority)
    codes = world.codes
    return (APPS[name] as NonNullable<(typeof APPS)[string]>)({
      verifier: world.verifier,
      failed: (error) => errors.push(error),
    })
  })
  return { port, errors, codes: () => codes, sign: (path: string, body?: string) => signed(origin + path, body) }
}

/** Writes a request and reads what comes until the other side closes; then whether the answer was whole. */
const until = (port: number, text: string, judged?: () => Promise<unknown>): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text)
      if (judged !== undefined) void judged().finally(() => socket.destroy())
    })
    let seen = ''
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1')
    })
    socket.on('error', () => {}).on('close', () => resolve(seen))
  })

describe.each(Object.keys(APPS))('a handler that fails on %s', (name) => {
  it.each(['/sync', '/async'])('answers 500 and reports what %s throws', async (path) => {
    const { port, errors, sign } = await open(name)
    for (const body of [undefined, 'a body']) {
      const answer = await send(port, await sign(path, body))
      expect(answer.status).toBe(500)
      expect(answer.body).not.toContain('handler of')
    }
    expect(errors.map((error) => (error as Error).message)).toEqual(Array(2).fill(`handler of ${path}`))
    expect((await send(port, await sign('/fine'))).body).toBe('fine')
    expect(unhandled).toEqual([])
  })

  it('ends the connection where an answer has begun', async () => {
    const { port, sign } = await open(name)
    const seen = await until(port, requestText(await sign('/late')).replace('Connection: close\r\n', ''))
    // No last chunk: the client must not take it for a whole answer.
    expect(seen).not.toMatch(/\r\n0\r\n\r\n$/)
    expect((await send(port, await sign('/fine'))).body).toBe('fine')
    expect(unhandled).toEqual([])
  })

  it('the server outlives a client that hangs up in the middle of a streamed body', async () => {
    const { port, errors, codes, sign } = await open(name)
    const request = await sign('/stream', 'x'.repeat(1_000))
    // The head is accepted before the body is there.
    const judged = (): Promise<unknown> => expect.poll(codes).toEqual(['ok'])
    await until(port, `${requestText(request, ['Content-Length: 1000'])}${'x'.repeat(500)}`, judged)
    await expect.poll(() => errors).toContainEqual(expect.objectContaining({ code: 'BODY_UNREADABLE' }))
    expect((await send(port, await sign('/fine'))).body).toBe('fine')
    expect(unhandled).toEqual([])
  })

  it('outlives a streamed body that is not the one that was signed', async () => {
    const { port, errors, sign } = await open(name)
    const request = await sign('/stream', 'signed')
    const answer = await send(port, { ...request, body: new TextEncoder().encode('forged') })
    // The client's fault, where an error handler of the application's own does not say otherwise.
    expect(answer.status).toBe(['node:http', 'koa', 'fetch'].includes(name) ? 401 : 500)
    expect(errors[0]).toMatchObject({ code: 'DIGEST_MISMATCH' })
    expect(unhandled).toEqual([])
  })
})
