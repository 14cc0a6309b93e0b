import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import type { Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import type { HttpRequest } from '../../src/message/message.js'
import { createGate } from '../../src/proxy/index.js'
import { requireSignature as expressVerified } from '../../src/server/middleware/express.js'
import { requireSignature as fastifyVerified } from '../../src/server/middleware/fastify.js'
import type { MiddlewareOptions } from '../../src/server/middleware/gate.js'
import { requireSignature as honoVerified, type VerifiedEnv } from '../../src/server/middleware/hono.js'
import { requireSignature as koaVerified } from '../../src/server/middleware/koa.js'
import { withSignature } from '../../src/server/middleware/node.js'
import type { Accepted } from '../../src/server/verdict.js'
import type { Outcome } from './catalogue.js'
import { type Answer, exchange, requestBytes } from './wire.js'
import { type World, type WorldOptions, world } from './world.js'

export type HostName = 'node' | 'express' | 'fastify' | 'hono' | 'koa' | 'gate'
export const HOSTS: readonly HostName[] = ['node', 'express', 'fastify', 'hono', 'koa', 'gate']
/** Those with every option of a middleware: a gate has no absolute form, no exempt preflight and no looser parser. */
export const MIDDLEWARES: readonly HostName[] = HOSTS.filter((host) => host !== 'gate')

interface Listening {
  readonly port: number
  close(): unknown
}

const open: Listening[] = []

/** What every handler answers: who the verdict says it is, and what was verified. */
const answerOf = ({ keyId, owner, request, body, clientIp }: Accepted): string =>
  JSON.stringify({
    keyId,
    owner,
    target: request.target,
    clientIp,
    body: body === null ? null : Buffer.from(body).toString('latin1'),
  })

/** Waits until a server listens; {@link closeAll} ends it. */
export async function listen(server: Server | Http2Server): Promise<number> {
  const one = await listening(server)
  open.push(one)
  return one.port
}

const listening = (server: Server | Http2Server): Promise<Listening> =>
  new Promise((resolve) => {
    const ready = (): void =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          if ('closeAllConnections' in server) server.closeAllConnections()
          server.close()
        },
      })
    if (server.listening) ready()
    else server.once('listening', ready)
  })

type Start = (w: World, options: MiddlewareOptions, reached: () => void, http: ServerOptions) => Promise<Listening>

const START: Readonly<Record<HostName, Start>> = {
  node: ({ verifier }, options, reached, http) => {
    const listener = withSignature(
      verifier,
      (_request, response, verdict) => {
        reached()
        ;(response as unknown as { end(text: string): void }).end(answerOf(verdict))
      },
      options,
    )
    return listening(createServer(http, listener).listen(0, '127.0.0.1'))
  },
  express: ({ verifier }, options, reached, http) => {
    const app = express()
    app.use(expressVerified(verifier, options))
    app.use((req, res) => {
      reached()
      res.end(answerOf(req.verdict as Accepted))
    })
    return listening(createServer(http, app).listen(0, '127.0.0.1'))
  },
  fastify: async ({ verifier }, options, reached, http) => {
    const app = fastify({ http })
    await app.register(fastifyVerified(verifier, options))
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.all('/*', (request, reply) => {
      reached()
      return reply.send(answerOf(request.verdict as Accepted))
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
  },
  hono: ({ verifier }, options, reached, http) => {
    const app = new Hono<VerifiedEnv>()
    app.use(honoVerified(verifier, options))
    app.all('*', (c) => {
      reached()
      return c.text(answerOf(c.get('verdict')))
    })
    return listening(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1', serverOptions: http }) as Server)
  },
  koa: ({ verifier }, options, reached, http) => {
    const app = new Koa()
    // Koa prints every error of a request; those that are provoked here are looked at in the answer.
    app.silent = true
    app.use(koaVerified(verifier, options))
    app.use((ctx) => {
      reached()
      ctx.body = answerOf(ctx.state['verdict'] as Accepted)
    })
    return listening(createServer(http, app.callback()).listen(0, '127.0.0.1'))
  },
  gate: async ({ verifier }, options, reached) => {
    const service = await listening(createServer(upstreamOf(reached)).listen(0, '127.0.0.1'))
    const gate = createGate({
      ...(options as object),
      verifier,
      upstream: `http://127.0.0.1:${service.port}`,
      graceMs: 0,
    })
    const { port } = await gate.listen()
    return {
      port,
      close: async () => {
        await gate.close()
        await service.close()
      },
    }
  },
}

/** A service behind a gate, which knows of a request what it was passed, and answers as the handlers here do. */
const upstreamOf =
  (reached: () => void): RequestListener =>
  (request, response) => {
    reached()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { headers, url: target } = request
      const [keyId, owner] = [headers['x-countersign-key'], headers['x-countersign-owner']]
      const body = Buffer.concat(chunks)
      response.end(
        JSON.stringify({
          keyId,
          owner,
          target,
          clientIp: headers['x-forwarded-for'],
          body: body.length === 0 ? null : body.toString('latin1'),
        }),
      )
    })
  }

/** A server on a loopback port. */
export interface Running extends World {
  readonly host: HostName
  readonly port: number
  /** How often the handler behind the verifier ran. */
  readonly reached: () => number
  /** What the middleware was told went wrong. */
  readonly errors: readonly unknown[]
  send(request: HttpRequest, extra?: readonly string[]): Promise<Told>
  sendBytes(bytes: Uint8Array | string | readonly Uint8Array[]): Promise<Told>
}

/** An answer with what the audit trail says about it: `host` where the verifier was never asked. */
export interface Told extends Answer {
  readonly code: Outcome
}

export async function start(
  host: HostName,
  options: WorldOptions & { readonly with?: MiddlewareOptions; readonly http?: ServerOptions } = {},
): Promise<Running> {
  const { with: middleware = {}, http = {}, ...rest } = options
  const w = world(rest)
  let count = 0
  const errors: unknown[] = []
  const listeningAt = await START[host](
    w,
    { onError: (error) => errors.push(error), ...middleware },
    () => count++,
    http,
  )
  open.push(listeningAt)
  const { port } = listeningAt
  const sendBytes = async (bytes: Uint8Array | string | readonly Uint8Array[]): Promise<Told> => {
    const before = w.audit.length
    const answer = await exchange(port, bytes)
    const event = w.audit.slice(before).find(({ method }) => method !== undefined)
    const code: Outcome = event === undefined ? 'host' : (event.code ?? 'ok')
    return { ...answer, code }
  }
  return {
    ...w,
    host,
    port,
    errors,
    reached: () => count,
    send: (request, extra) => sendBytes(requestBytes(request, extra)),
    sendBytes,
  }
}

export async function closeAll(): Promise<void> {
  for (const one of open.splice(0)) await one.close()
}
