import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { createRequire } from 'node:module'
import { type AddressInfo, connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express, { type Request as ExpressRequest, type Response as ExpressResponse, type NextFunction } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../src/message/message.js'
import { slack } from '../../src/schemes/webhook/catalogue/slack.js'
import { stripe } from '../../src/schemes/webhook/catalogue/stripe.js'
import { twilio } from '../../src/schemes/webhook/catalogue/twilio.js'
import * as onExpress from '../../src/server/middleware/express.js'
import * as onFastify from '../../src/server/middleware/fastify.js'
import * as onFetch from '../../src/server/middleware/fetch.js'
import * as onHono from '../../src/server/middleware/hono.js'
import * as onKoa from '../../src/server/middleware/koa.js'
import * as onNode from '../../src/server/middleware/node.js'
import type { Verifier } from '../../src/server/options.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import type { Accepted } from '../../src/server/verdict.js'
import { type DeliveryStore, memoryDeliveries, signWebhook } from '../../src/webhook/index.js'
import { webhookVerifier } from '../../src/webhook/verifier.js'
import { listen, requestText, send } from './wire.js'

// Its types say that every request of Node has a `rawBody` of text, for the whole program.
const { bodyParser } = createRequire(import.meta.url)('@koa/bodyparser') as {
  bodyParser: (options: object) => Koa.Middleware
}

interface Event {
  readonly id: string
  /** What the handler does with it. */
  readonly act?: 'throw' | 'busy' | 'wait' | 'slow'
}

/** What every handler answers: the body as its parser read it, and what the verdict holds. */
interface Handled {
  readonly status: number
  readonly text: string
}

class World {
  readonly handled: string[] = []
  readonly errors: unknown[] = []
  waiting: (() => void) | undefined

  /** Lets the handler that waits go on. */
  proceed(): void {
    const { waiting } = this
    this.waiting = undefined
    waiting?.()
  }

  /** The one handler. `raw` is what the host keeps of the body beside what was parsed. */
  readonly handle = async (verdict: Accepted | undefined, event: Event, raw?: Uint8Array): Promise<Handled> => {
    const { delivery } = verdict as Accepted
    if (delivery === undefined) throw new Error('no delivery')
    if (delivery.duplicate) return { status: 200, text: 'duplicate' }
    this.handled.push(event.id)
    if (event.act === 'wait' || event.act === 'slow')
      await new Promise<void>((resolve) => {
        this.waiting = resolve
      })
    if (event.act === 'throw') throw new Error('the handler fails')
    const same = raw === undefined || JSON.parse(new TextDecoder().decode(raw)).id === event.id
    return {
      status: event.act === undefined || event.act === 'slow' ? 200 : 503,
      text: `${verdict?.owner} ${delivery.id} ${event.id} ${same ? 'raw' : 'other'}`,
    }
  }
}

type Make = (verifier: Verifier, world: World) => RequestListener | Promise<RequestListener>

const HOSTS: Readonly<Record<string, Make>> = {
  node: (verifier, { handle, errors }) =>
    onNode.withSignature<IncomingMessage, ServerResponse>(
      verifier,
      async (_request, response, verdict) => {
        const { status, text } = await handle(verdict, JSON.parse(new TextDecoder().decode(verdict.body ?? undefined)))
        response.writeHead(status).end(text)
      },
      { onError: (error) => errors.push(error) },
    ),
  fetch: (verifier, { handle, errors }) => {
    const handler = onFetch.withSignature(
      verifier,
      async (request, verdict) => {
        const { status, text } = await handle(verdict, (await request.json()) as Event)
        return new Response(text, { status })
      },
      { onError: (error) => errors.push(error) },
    )
    const listener = getRequestListener((request) => handler(request))
    return (request, response) => void listener(request, response)
  },
  express: (verifier, { handle, errors }) => {
    const app = express()
    app.use(onExpress.requireSignature(verifier), express.json({ limit: 1_000 }))
    app.post('/hook', async (req: ExpressRequest, res: ExpressResponse) => {
      const { status, text } = await handle(req.verdict, req.body as Event, req.rawBody)
      res.status(status).send(text)
    })
    app.use((error: { status?: number }, _req: ExpressRequest, res: ExpressResponse, _next: NextFunction) => {
      errors.push(error)
      res.sendStatus(error.status ?? 500)
    })
    return app
  },
  fastify: async (verifier, { handle, errors }) => {
    const app = fastify({ bodyLimit: 1_000 })
    await app.register(onFastify.requireSignature(verifier))
    app.post('/hook', async (request, reply) => {
      const { status, text } = await handle(request.verdict ?? undefined, request.body as Event, request.rawBody)
      return reply.code(status).send(text)
    })
    app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
      errors.push(error)
      return reply.code(error.statusCode ?? 500).send()
    })
    await app.ready()
    return (request, response) => void app.routing(request, response)
  },
  hono: (verifier, { handle, errors }) => {
    const app = new Hono<onHono.VerifiedEnv>()
    app.use(onHono.requireSignature(verifier))
    app.post('/hook', async (c) => {
      const { status, text } = await handle(c.get('verdict'), await c.req.json<Event>())
      return c.text(text, status as 200)
    })
    app.onError((error, c) => {
      errors.push(error)
      return c.text('', 500)
    })
    const listener = getRequestListener(app.fetch)
    return (request, response) => void listener(request, response)
  },
  koa: (verifier, { handle, errors }) => {
    const app = new Koa()
    app.on('error', (error) => errors.push(error))
    app.use(onKoa.requireSignature(verifier) as Koa.Middleware)
    app.use(bodyParser({ jsonLimit: 1_000 }))
    app.use(async (ctx) => {
      const { body, rawBody } = ctx.request as unknown as { body: Event; rawBody: Uint8Array }
      const { status, text } = await handle(ctx.state['verdict'] as Accepted, body, rawBody)
      ctx.status = status
      ctx.body = text
    })
    const callback = app.callback()
    return (request, response) => void callback(request, response)
  },
}

const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c' })

describe.each(Object.entries(HOSTS))('webhooks on %s', (_name, make) => {
  const open = async (deliveries: DeliveryStore = memoryDeliveries()) => {
    const world = new World()
    const codes: string[] = []
    const audit = ({ code = 'ok' }: { readonly code?: string | undefined }) => codes.push(code)
    const verifier = webhookVerifier(webhook, { deliveries, maxBodyBytes: 4_096, audit })
    const port = await listen(() => make(verifier, world))
    const signed = (event: object, by = webhook): Promise<HttpRequest> =>
      signWebhook(by, {
        body: JSON.stringify(event),
        url: `http://127.0.0.1:${port}/hook`,
        headers: { 'content-type': 'application/json' },
      })
    return { world, codes, port, signed }
  }

  it('hands on the parsed body with the delivery, however it was framed', async () => {
    const { world, port, signed, codes } = await open()
    for (const chunked of [false, true]) {
      const answer = await send(port, await signed({ id: `evt_${chunked}`, text: 'äöü €' }), { chunked })
      expect(answer).toMatchObject({ status: 200, body: `stripe evt_${chunked} evt_${chunked} raw` })
    }
    expect(world.handled).toEqual(['evt_false', 'evt_true'])
    expect(codes).toEqual(['ok', 'ok'])
  })

  it('handles a delivery once, also when its sender signs it anew', async () => {
    const { world, port, signed } = await open()
    const first = await signed({ id: 'evt_1' })
    expect(await send(port, first)).toMatchObject({ status: 200, body: 'stripe evt_1 evt_1 raw' })
    // It is settled once its answer is out, which may be after it has arrived.
    await expect.poll(async () => (await send(port, first)).body).toBe('duplicate')
    expect(await send(port, await signed({ id: 'evt_1' }))).toMatchObject({ status: 200, body: 'duplicate' })
    expect(world.handled).toEqual(['evt_1'])
  })

  it('handles it again where the handler has failed, or a parser', async () => {
    const { world, port, signed } = await open()
    for (const act of ['throw', 'busy'] as const) {
      const event = await signed({ id: `evt_${act}`, act })
      const status = act === 'throw' ? 500 : 503
      expect((await send(port, event)).status).toBe(status)
      await expect.poll(async () => (await send(port, event)).status).toBe(status)
    }
    expect(world.handled).toEqual(['evt_throw', 'evt_throw', 'evt_busy', 'evt_busy'])
    const large = await signed({ id: 'evt_large', text: 'x'.repeat(2_000) })
    const answer = await send(port, large)
    if (answer.status === 200) return
    expect([413, 500]).toContain(answer.status)
    expect((await send(port, large)).status).toBe(answer.status)
  })

  it('handles it again where the handler has failed after its sender hung up', async () => {
    const { world, port, signed } = await open()
    const event = await signed({ id: 'evt_slow', act: 'wait' })
    const body = event.body as Uint8Array
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(requestText(event, [`Content-Length: ${body.length}`]), 'latin1')
      socket.write(body)
    })
    await expect.poll(() => world.waiting).toBeDefined()
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.destroy()
    await closed
    expect((await send(port, event)).status).toBe(503)
    world.waiting?.()
    await expect
      .poll(async () => {
        const again = send(port, event)
        // For as long as it is not answered: on a busy machine the handler may start late.
        const proceeding = setInterval(() => world.waiting?.(), 5)
        return (await again.finally(() => clearInterval(proceeding))).status
      })
      .toBe(503)
  })

  it('keeps a further attempt waiting while one is handled: new where it fails, a duplicate where it does not', async () => {
    const { world, port, signed, codes } = await open()
    for (const act of ['wait', 'slow'] as const) {
      const event = await signed({ id: `evt_${act}`, act })
      const first = send(port, event)
      await expect.poll(() => world.waiting).toBeDefined()
      const meanwhile = await send(port, event)
      expect([meanwhile.status, meanwhile.headers['retry-after']]).toEqual([503, '1'])
      expect([codes.at(-1), world.handled.at(-1)]).toEqual(['DELIVERY_IN_FLIGHT', `evt_${act}`])
      world.proceed()
      const { status } = await first
      expect(status).toBe(act === 'slow' ? 200 : 503)
      if (act === 'slow') await expect.poll(async () => (await send(port, event)).body).toBe('duplicate')
      else {
        // The first attempt is forgotten once its answer is out, which may be after it has arrived.
        const again: Array<ReturnType<typeof send>> = []
        await expect
          .poll(() => {
            again.push(send(port, event))
            return new Promise((resolve) => setTimeout(() => resolve(world.waiting), 20))
          })
          .toBeDefined()
        world.proceed()
        for (const one of await Promise.all(again)) expect(one.status).toBe(503)
      }
    }
    expect(world.handled).toEqual(['evt_wait', 'evt_wait', 'evt_slow'])
  })

  it('refuses another body, another secret, another sender, and what is too large, before anything runs', async () => {
    const { world, port, signed, codes } = await open()
    const event = await signed({ id: 'evt_1' })
    const changed = { ...event, body: new TextEncoder().encode('{"id":"evt_2"}') }
    const stranger = await signed({ id: 'evt_1' }, stripe({ secret: 'whsec_another_secret_of_it' }))
    const other = await signed({ id: 'evt_1' }, slack({ secret: '8f742231b10e8888abcd99yyyzzz85a5' }))
    const twice = { ...event, fields: [...event.fields, ...event.fields.slice(-2)] }
    for (const request of [changed, stranger, other, twice])
      expect([400, 401]).toContain((await send(port, request)).status)
    for (const chunked of [false, true]) {
      const large = await signed({ id: 'evt_3', text: 'x'.repeat(5_000) })
      expect((await send(port, large, { chunked })).status).toBe(413)
    }
    expect(codes).toEqual([
      'SIGNATURE_INVALID',
      'SIGNATURE_INVALID',
      'AUTH_MISSING',
      'AUTH_DUPLICATE',
      'BODY_TOO_LARGE',
      'BODY_TOO_LARGE',
    ])
    expect(world.handled).toEqual([])
    // Nothing of it was remembered.
    expect((await send(port, event)).status).toBe(200)
  })

  it('answers 503 where the store is down, so that the sender tries again', async () => {
    const { world, port, signed, codes } = await open({
      claim: () => Promise.reject(new Error('connection refused')),
      release: () => {},
    })
    const answer = await send(port, await signed({ id: 'evt_1' }))
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
    expect([world.handled, codes]).toEqual([[], ['STORE_UNAVAILABLE']])
  })
})

describe('a webhook behind a proxy', () => {
  it('is verified by the URL that its sender called', async () => {
    const sender = twilio({ secret: 'an-auth-token-of-the-account' })
    const url = 'https://hooks.example.com/sms?a=1'
    const judged = async (options: onExpress.MiddlewareOptions, authorities?: readonly string[]) => {
      const verifier = webhookVerifier(sender, authorities === undefined ? {} : { authorities })
      const port = await listen(() =>
        express().post('/sms', onExpress.requireSignature(verifier, options), express.urlencoded(), (req, res) => {
          res.send((req.body as { Text: string }).Text)
        }),
      )
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const signed = await signWebhook(sender, { url, headers, body: 'From=%2B1&Text=hello+you' })
      // The proxy has put its own name into Host.
      const { status, body } = await send(port, { ...signed, authority: `127.0.0.1:${port}` })
      return status === 200 ? body : status
    }
    expect(await judged({ publicOrigin: 'https://hooks.example.com' })).toBe('hello you')
    expect(await judged({ publicOrigin: 'https://hooks.example.com' }, ['hooks.example.com'])).toBe('hello you')
    expect(await judged({ publicOrigin: 'https://other.example.com' })).toBe(401)
    expect(await judged({})).toBe(401)
  })
})

describe('a body that would be handed out while it arrives', () => {
  it('is read first, because all of it is signed', async () => {
    const verifier = webhookVerifier(webhook)
    const port = await listen(() =>
      express().post(
        '/',
        onExpress.requireSignature(verifier, { streamBody: streamedBody }),
        express.json(),
        (req, res) => {
          res.send(`${req.verdict?.bodyStream} ${req.rawBody?.length} ${(req.body as Event).id}`)
        },
      ),
    )
    const signed = await signWebhook(webhook, {
      url: `http://127.0.0.1:${port}/`,
      body: '{"id":"evt_1"}',
      headers: { 'content-type': 'application/json' },
    })
    expect((await send(port, signed, { chunked: true })).body).toBe('undefined 14 evt_1')
    const changed = { ...signed, body: new TextEncoder().encode('{"id":"evt_2"}') }
    expect((await send(port, changed, { chunked: true })).status).toBe(401)
  })
})

describe('webhooks over HTTP/2', () => {
  it('are handled once, and again where the handler has failed', async () => {
    const world = new World()
    const verifier = webhookVerifier(webhook, { deliveries: memoryDeliveries() })
    const server = createServer(
      onNode.withSignature<Http2ServerRequest, Http2ServerResponse>(
        verifier,
        async (_request, response, verdict) => {
          const event = JSON.parse(new TextDecoder().decode(verdict.body ?? undefined)) as Event
          const { status, text } = await world.handle(verdict, event)
          response.writeHead(status)
          response.end(text)
        },
        { onError: (error) => world.errors.push(error) },
      ),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const post = async (event: Event): Promise<string> => {
      const { fields, body } = await signWebhook(webhook, { body: JSON.stringify(event) })
      const stream = client.request({ ':method': 'POST', ':path': '/', [fields[0] as string]: fields[1] })
      let status = 0
      stream.on('response', (headers) => {
        status = Number(headers[':status'])
      })
      let text = ''
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      stream.end(body as Uint8Array)
      await new Promise((resolve) => stream.on('end', resolve))
      return `${status} ${status === 500 ? '' : text}`
    }
    try {
      expect(await post({ id: 'evt_1' })).toBe('200 stripe evt_1 evt_1 raw')
      await expect.poll(() => post({ id: 'evt_1' })).toBe('200 duplicate')
      for (const [act, answer] of [
        ['throw', '500 '],
        ['busy', '503 stripe evt_busy evt_busy raw'],
      ] as const) {
        expect(await post({ id: `evt_${act}`, act })).toBe(answer)
        await expect.poll(() => post({ id: `evt_${act}`, act })).toBe(answer)
      }
    } finally {
      client.destroy()
      server.close()
    }
  })
})
