import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import serverless from 'serverless-http'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../src/message/message.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import type { AuditEvent } from '../../src/server/audit-event.js'
import { staticKeys } from '../../src/server/key-source.js'
import * as onExpress from '../../src/server/middleware/express.js'
import * as onFastify from '../../src/server/middleware/fastify.js'
import type { MiddlewareOptions } from '../../src/server/middleware/gate.js'
import * as onHono from '../../src/server/middleware/hono.js'
import * as onKoa from '../../src/server/middleware/koa.js'
import * as onNode from '../../src/server/middleware/node.js'
import type { Verifier } from '../../src/server/options.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import type { Accepted } from '../../src/server/verdict.js'
import { createVerifier } from '../../src/server/verifier.js'
import { exchange, listen } from './wire.js'
import { signed, signer } from './world.js'

const HOST = 'api.example.com'
const ORDER = '{"a":1}'

const answerOf = (verdict: Accepted | null | undefined): string =>
  `${verdict?.owner} ${new TextDecoder().decode(verdict?.body ?? new Uint8Array())}`

type App = (
  verifier: Verifier,
  options: MiddlewareOptions,
) => (request: IncomingMessage, response: ServerResponse) => unknown

/** Applications as a person hands them to serverless-http: what it calls is a listener. */
const APPS: Readonly<Record<string, App>> = {
  express: (verifier, options) =>
    express()
      .use(onExpress.requireSignature(verifier, options))
      .use((req, res) => void res.send(answerOf(req.verdict))),
  fastify: (verifier, options) => {
    const app = fastify()
    app.register(onFastify.requireSignature(verifier, options))
    app.all('/*', (request) => answerOf(request.verdict))
    return async (request, response) => {
      await app.ready()
      app.routing(request, response)
    }
  },
  hono: (verifier, options) => {
    const app = new Hono<onHono.VerifiedEnv>()
    app.use(onHono.requireSignature(verifier, options))
    app.all('*', (c) => c.text(answerOf(c.get('verdict'))))
    return getRequestListener(app.fetch)
  },
  koa: (verifier, options) => {
    const app = new Koa()
    app.use(onKoa.requireSignature(verifier, options) as Koa.Middleware)
    app.use((ctx) => {
      ctx.body = answerOf(ctx.state['verdict'] as Accepted)
    })
    return app.callback()
  },
  'node:http': (verifier, options) =>
    onNode.withSignature<IncomingMessage, ServerResponse>(
      verifier,
      (_request, response, verdict) => response.end(answerOf(verdict)),
      options,
    ),
}

function open(name: string) {
  const events: AuditEvent[] = []
  const errors: unknown[] = []
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key: signer.key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: [HOST] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    audit: (event) => void events.push(event),
  })
  const make = APPS[name] as App
  return { events, errors, listener: make(verifier, { onError: (error) => errors.push(error) }) }
}

/** The request as API Gateway hands it to a function (payload format 2.0). */
const eventOf = ({ method, target, fields, body }: HttpRequest) => {
  const [path = '', query = ''] = target.split('?')
  const headers: Record<string, string> = { host: HOST }
  for (let i = 0; i < fields.length; i += 2) headers[(fields[i] as string).toLowerCase()] = fields[i + 1] as string
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: { http: { method, sourceIp: '192.0.2.1' } },
    body: body === null ? '' : Buffer.from(body as Uint8Array).toString(),
    isBase64Encoded: false,
  }
}

interface Answer {
  readonly statusCode: number
  readonly body: string
}

describe.each(Object.keys(APPS).filter((name) => name !== 'hono'))('serverless-http 4 with %s', (name) => {
  it('is named as a host that hands over half a request, and not as a client that does not sign', async () => {
    const { events, errors, listener } = open(name)
    const call = serverless(listener as never)
    const answer = (await call(eventOf(await signed(`https://${HOST}/orders`, ORDER)), {})) as Answer
    expect([answer.statusCode, answer.body]).toEqual([
      500,
      '{"type":"about:blank","title":"Internal Server Error","status":500}',
    ])
    expect(events).toMatchObject([{ event: 'host.fault', outcome: 'error', code: 'HOST_FAULT', status: 500 }])
    expect(events[0]?.detail).toContain('rawHeaders')
    expect(errors).toMatchObject([{ code: 'HOST_FAULT' }])
  })

  it('works with its rawHeaders set, as the page says, and never lets an unsigned body through', async () => {
    const { events, listener } = open(name)
    const call = serverless(listener as never, {
      request: (request: IncomingMessage) => {
        request.rawHeaders = Object.entries(request.headers).flatMap(([field, value]) => [field, String(value)])
      },
    })
    const answer = (await call(eventOf(await signed(`https://${HOST}/orders?a=1`, ORDER)), {})) as Answer
    expect([answer.statusCode, answer.body]).toEqual([200, `alice ${ORDER}`])
    const event = eventOf(await signed(`https://${HOST}/orders`))
    const smuggled = (await call({ ...event, body: '{"withdraw":"all"}' }, {})) as Answer
    expect(smuggled.statusCode).toBeGreaterThanOrEqual(400)
    expect(events[0]?.code).toBeUndefined()
    expect(events[1]?.code).toBe('DIGEST_MISSING')
  })
})

describe('hosts that hand over half a request', () => {
  const half = (parts: object): IncomingMessage =>
    ({
      method: 'GET',
      url: '/',
      rawHeaders: [],
      headers: {},
      httpVersionMajor: 1,
      complete: true,
      socket: {},
      ...parts,
    }) as unknown as IncomingMessage
  const response = () => {
    const headers = new Map<string, unknown>()
    return {
      statusCode: 0,
      headers,
      getHeader: (name: string) => headers.get(name),
      setHeader: (name: string, value: unknown) => headers.set(name, value),
      end: () => {},
    }
  }

  it.each([
    ['no rawHeaders at all', { rawHeaders: undefined, headers: { host: HOST } }, 'rawHeaders'],
    ['rawHeaders as an object', { rawHeaders: { host: HOST } }, 'rawHeaders'],
    ['a name without a value', { rawHeaders: ['Host'] }, 'rawHeaders'],
    ['no target', { url: undefined, rawHeaders: ['Host', HOST] }, 'target'],
    ['an empty target', { url: '', rawHeaders: ['Host', HOST] }, 'target'],
    ['no method', { method: undefined, rawHeaders: ['Host', HOST] }, 'method'],
    ['no socket and no rawHeaders', { socket: undefined, headers: { host: HOST } }, 'rawHeaders'],
  ])('a request with %s is refused as HOST_FAULT', async (_, parts, text) => {
    const { events, errors } = open('node:http')
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key: signer.key }]),
      policy: strictPolicy({ authorities: [HOST] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      audit: (event) => void events.push(event),
    })
    const verify = onNode.verifyRequest(verifier, { onError: (error) => errors.push(error) })
    const out = response()
    const verdict = await verify(half(parts), out as unknown as ServerResponse)
    expect(verdict).toMatchObject({ ok: false, code: 'HOST_FAULT', status: 500 })
    expect(out.statusCode).toBe(500)
    expect(events[0]?.detail).toContain(text)
    expect(errors).toHaveLength(1)
  })

  it('a client that sends no header at all is not a fault of the host', async () => {
    const { events, listener } = open('node:http')
    const port = await listen(() => listener)
    expect((await exchange(port, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(421)
    expect(events[0]?.code).toBe('HOST_MISMATCH')
  })

  it('Fastify hands over everything when a request is injected', async () => {
    const { events } = open('node:http')
    const app = fastify()
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key: signer.key, owner: 'alice' }]),
      policy: strictPolicy({ authorities: [HOST] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      audit: (event) => void events.push(event),
    })
    await app.register(onFastify.requireSignature(verifier, { publicOrigin: `https://${HOST}` }))
    app.post('/orders', (request) => answerOf(request.verdict))
    const request = await signed(`https://${HOST}/orders`, ORDER)
    const headers: Record<string, string> = {}
    for (let i = 0; i < request.fields.length; i += 2)
      headers[request.fields[i] as string] = request.fields[i + 1] as string
    const answer = await app.inject({ method: 'POST', url: '/orders', headers, payload: ORDER })
    expect([answer.statusCode, answer.body, events[0]?.code]).toEqual([200, `alice ${ORDER}`, undefined])
  })

  it('Fastify verifies the target that came where rewriteUrl has changed it', async () => {
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key: signer.key, owner: 'alice' }]),
      policy: strictPolicy({ authorities: [HOST] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    const app = fastify({ rewriteUrl: (request) => (request.url ?? '').replace('/v1', '') })
    await app.register(onFastify.requireSignature(verifier, { publicOrigin: `https://${HOST}` }))
    app.get('/orders', (request) => request.verdict?.request.target)
    const request = await signed(`https://${HOST}/v1/orders`)
    const headers: Record<string, string> = {}
    for (let i = 0; i < request.fields.length; i += 2)
      headers[request.fields[i] as string] = request.fields[i + 1] as string
    expect((await app.inject({ method: 'GET', url: '/v1/orders', headers })).body).toBe('/v1/orders')
  })
})
