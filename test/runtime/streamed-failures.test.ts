import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/verifier.js'
import type { VerifyScheme } from '../../src/schemes/scheme.js'
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
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import type { Accepted } from '../../src/server/verdict.js'
import { createVerifier } from '../../src/server/verifier.js'
import { listen, requestText, send } from './wire.js'
import { signed, signer, textOf } from './world.js'

const stream = ({ bodyStream }: Accepted): Promise<string> => textOf(bodyStream as AsyncIterable<Uint8Array>)
const textOfRequest = (request: IncomingMessage): Promise<string> => textOf(request)
const quiet = { streamBody: streamedBody, onError: () => {} }

/** Every middleware that streams, with the error handler of its own; `/verdict` reads the stream of the verdict, others the request. */
const DOORS: Readonly<Record<string, (verifier: Verifier) => RequestListener | Promise<RequestListener>>> = {
  'node:http': (verifier) =>
    onNode.withSignature<IncomingMessage, ServerResponse>(
      verifier,
      async (request, response, verdict) => {
        response.end(await (request.url === '/verdict' ? stream(verdict) : textOfRequest(request)))
      },
      quiet,
    ),
  'node:http, verifyRequest': (verifier) => {
    const verify = onNode.verifyRequest(verifier, quiet)
    return async (request, response) => {
      const verdict = await verify(request, response)
      if (!verdict?.ok) return
      try {
        response.end(await (request.url === '/verdict' ? stream(verdict) : textOfRequest(request)))
      } catch (error) {
        response.writeHead((error as { status?: number }).status ?? 500).end()
      }
    }
  },
  express: (verifier) =>
    express()
      .set('env', 'test')
      .use(onExpress.requireSignature(verifier, quiet))
      .post('/verdict', async (req, res) => void res.send(await stream(req.verdict as Accepted)))
      .use(express.text({ type: '*/*' }))
      .use((req, res) => void res.send(String(req.body))),
  fastify: async (verifier) => {
    const app = fastify()
    await app.register(onFastify.requireSignature(verifier, quiet))
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (request, payload, done) => {
      if (request.url === '/verdict') done(null, payload)
      else textOf(payload).then((text) => done(null, text), done)
    })
    app.all('/verdict', (request) => stream(request.verdict as Accepted))
    app.all('/*', (request) => String(request.body))
    await app.ready()
    return (request, response) => void app.routing(request, response)
  },
  hono: (verifier) => {
    const app = new Hono<onHono.VerifiedEnv>()
      .use(onHono.requireSignature(verifier, quiet))
      .all('/verdict', async (c) => c.text(await stream(c.get('verdict'))))
      .all('*', async (c) => c.text(await c.req.text()))
    const listener = getRequestListener(app.fetch)
    return (request, response) => void listener(request, response)
  },
  koa: (verifier) => {
    const app = new Koa()
    app.silent = true
    app.use(onKoa.requireSignature(verifier, quiet) as Koa.Middleware)
    app.use(async (ctx) => {
      ctx.body = await (ctx.path === '/verdict' ? stream(ctx.state['verdict'] as Accepted) : textOfRequest(ctx.req))
    })
    const callback = app.callback()
    return (request, response) => void callback(request, response)
  },
  fetch: (verifier) => {
    const handler = onFetch.withSignature<readonly unknown[]>(
      verifier,
      async (request, verdict) =>
        new Response(await (request.url.endsWith('/verdict') ? stream(verdict) : request.text())),
      quiet,
    )
    const listener = getRequestListener((request, env) => handler(request, env))
    return (request, response) => void listener(request, response)
  },
}

const unhandled: unknown[] = []
const note = (error: unknown): void => void unhandled.push(error)
const happenings = ['unhandledRejection', 'uncaughtException'] as const
beforeAll(() => {
  for (const event of happenings) process.on(event, note)
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterAll(() => {
  for (const event of happenings) process.off(event, note)
  vi.restoreAllMocks()
  expect(unhandled).toEqual([])
})

interface World {
  readonly verifier: Verifier
  readonly events: AuditEvent[]
  readonly codes: () => string[]
}

function worldAt(authority: string, schemes: readonly VerifyScheme[] = [rfc9421Verifier()]): World {
  const events: AuditEvent[] = []
  const verifier = createVerifier({
    schemes,
    keys: staticKeys([{ key: signer.key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: [authority], maxStreamBytes: 2_000 }),
    replay: memoryReplayStore({ restartBarrier: false }),
    audit: (event) => events.push(event),
    storeTimeoutMs: 10_000,
  })
  return { verifier, events, codes: () => events.map(({ code = 'ok' }) => code) }
}

async function open(
  make: (verifier: Verifier) => RequestListener | Promise<RequestListener>,
  schemes?: readonly VerifyScheme[],
) {
  let world = worldAt('unused')
  const port = await listen((authority) => {
    world = worldAt(authority, schemes)
    return make(world.verifier)
  })
  return { ...world, port, sign: (path: string, body: string) => signed(`http://127.0.0.1:${port}${path}`, body) }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Sends a part of a request and hangs up once the head is accepted. */
const hangUp = (port: number, text: string, judged: () => Promise<unknown>): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text)
      void judged().finally(() => socket.destroy())
    })
    socket.on('error', () => {}).on('close', () => resolve())
  })

/** Sends a request in two parts, the second when the first has been read, and reads the answer. */
const inParts = (port: number, [first, second]: readonly [string, string]): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(first)
      setTimeout(() => socket.write(second), 50)
    })
    let seen = ''
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1')
    })
    socket.on('error', () => {}).on('close', () => resolve(seen))
  })

describe.each(Object.keys(DOORS))('a streamed body that is wrong, on %s', (name) => {
  const door = DOORS[name] as (typeof DOORS)[string]

  it.each(['/verdict', '/request'])(
    'is a separate refusal in the audit trail, and the fault of the client: %s',
    async (path) => {
      const { port, sign, events, codes } = await open(door)
      expect((await send(port, await sign(path, 'fine'))).body).toBe('fine')
      for (const chunked of [false, true]) {
        const other = await send(port, { ...(await sign(path, 'signed')), body: bytes('forged') }, { chunked })
        const large = await send(port, await sign(path, 'x'.repeat(3_000)), { chunked })
        for (const { status, body } of [other, large]) {
          expect(Math.trunc(status / 100)).toBe(4)
          expect(body).not.toContain('\n    at ')
        }
      }
      // A length in the head is enough to refuse.
      const refused = ['ok', 'DIGEST_MISMATCH', 'BODY_TOO_LARGE']
      expect(codes()).toEqual(['ok', ...refused, 'ok', 'DIGEST_MISMATCH', 'ok', 'BODY_TOO_LARGE'])
      const facts = { event: 'auth.fail', outcome: 'denied', keyId: 'bot-1', owner: 'alice', proven: true }
      expect(events[2]).toMatchObject({ ...facts, code: 'DIGEST_MISMATCH', status: 401, method: 'POST', path })
      expect(events[7]).toMatchObject({ ...facts, code: 'BODY_TOO_LARGE', status: 413, method: 'POST', path })
    },
  )

  it.each(['/verdict', '/request'])('is in the audit trail where the client hangs up: %s', async (path) => {
    const { port, sign, events, codes } = await open(door)
    const text = `${requestText(await sign(path, 'x'.repeat(1_000)), ['Content-Length: 1000'])}${'x'.repeat(500)}`
    await hangUp(port, text, () => expect.poll(codes).toEqual(['ok']))
    await expect.poll(codes).toEqual(['ok', 'BODY_UNREADABLE'])
    expect(events[1]).toMatchObject({ keyId: 'bot-1', path, proven: true, status: 400 })
    expect((await send(port, await sign(path, 'fine'))).body).toBe('fine')
    expect(codes()).toEqual(['ok', 'BODY_UNREADABLE', 'ok'])
  })
})

describe('a streamed body on Node', () => {
  it('is no failure where a handler answers without reading it', async () => {
    const { port, sign, codes } = await open((verifier) =>
      onNode.withSignature(verifier, (_request, response: ServerResponse) => void response.end('early'), quiet),
    )
    for (const size of [10, 1_900]) {
      expect((await send(port, await sign('/', 'x'.repeat(size)))).body).toBe('early')
      expect((await send(port, await sign('/', 'x'.repeat(size)), { chunked: true })).body).toBe('early')
    }
    expect(codes()).toEqual(Array(4).fill('ok'))
  })

  it('is 500 where the handler throws something of its own', async () => {
    const { port, sign } = await open((verifier) =>
      onNode.withSignature<IncomingMessage, ServerResponse>(
        verifier,
        async (request) => {
          await textOfRequest(request).catch((cause: unknown) => {
            if (request.url === '/wrapped') throw new Error('could not be stored', { cause })
          })
          throw new Error('of its own')
        },
        quiet,
      ),
    )
    const forged = async (path: string) => ({ ...(await sign(path, 'signed')), body: bytes('forged') })
    const wrapped = await send(port, await forged('/wrapped'))
    expect([wrapped.status, wrapped.headers['www-authenticate']]).toEqual([401, 'Signature'])
    expect((await send(port, await forged('/other'))).status).toBe(500)
  })

  it('ends the connection where an answer has begun', async () => {
    const { port, sign, codes } = await open((verifier) =>
      onNode.withSignature<IncomingMessage, ServerResponse>(
        verifier,
        async (request, response) => {
          response.write('begun')
          response.end(await textOfRequest(request))
        },
        quiet,
      ),
    )
    await expect(send(port, { ...(await sign('/', 'signed')), body: bytes('forged') })).rejects.toThrow()
    expect(codes()).toEqual(['ok', 'DIGEST_MISMATCH'])
  })

  it('is answered where it is read by what listens to no error', async () => {
    const read = (request: IncomingMessage, response: ServerResponse, finished: () => void): void => {
      const target = new Writable({ write: (_chunk, _encoding, done) => done() }).on('finish', finished)
      if (request.url === '/echo') request.pipe(response)
      else if (request.url === '/events')
        request.on('data', () => {}).on('end', () => response.end(finished() as undefined))
      else request.pipe(target.on('finish', () => response.end()))
    }
    const hosts: ReadonlyArray<(finished: () => void) => (typeof DOORS)[string]> = [
      (finished) => (verifier) =>
        onNode.withSignature<IncomingMessage, ServerResponse>(
          verifier,
          (...args) => read(args[0], args[1], finished),
          quiet,
        ),
      (finished) => (verifier) =>
        express()
          .use(onExpress.requireSignature(verifier, quiet))
          .use((req, res) => read(req, res, finished)),
      (finished) => (verifier) => {
        const app = new Koa()
        app.use(onKoa.requireSignature(verifier, quiet) as Koa.Middleware)
        app.use(async (ctx) => {
          ctx.respond = false
          ctx.res.statusCode = 200
          read(ctx.req, ctx.res, finished)
        })
        const callback = app.callback()
        return (request, response) => void callback(request, response)
      },
    ]
    for (const host of hosts) {
      let finished = 0
      const { port, sign } = await open(host(() => void finished++))
      for (const size of [6, 1_900]) {
        for (const path of ['/pipe', '/events', '/echo']) {
          const right = 'x'.repeat(size)
          expect((await send(port, await sign(path, right), { chunked: true })).status).toBe(200)
          const before = finished
          const wrong = { ...(await sign(path, right)), body: bytes(`${'x'.repeat(size - 1)}y`) }
          expect((await send(port, wrong, { chunked: true })).status, path).toBe(401)
          expect(finished).toBe(before)
        }
      }
    }
  })

  it('fails a pipeline, and never finishes what it is piped into', async () => {
    for (const size of [6, 1_800]) {
      const told: string[] = []
      const { port, sign, codes } = await open((verifier) =>
        onNode.withSignature<IncomingMessage, ServerResponse>(
          verifier,
          async (request, response) => {
            const target = new Writable({ write: (_chunk, _encoding, done) => setImmediate(done) })
            target.on('finish', () => told.push('finish')).on('close', () => told.push('close'))
            if (request.url === '/pipeline') {
              await pipeline(request, target).catch((error: { code?: string }) => told.push(String(error.code)))
              response.end()
              return
            }
            request.on('end', () => told.push('end'))
            request.on('error', (error) => {
              told.push(String((error as { code?: string }).code))
              // After whatever the target may still do.
              setImmediate(() => setImmediate(() => response.end()))
            })
            request.pipe(target)
          },
          quiet,
        ),
      )
      const forged = async (path: string) => ({
        ...(await sign(path, 'x'.repeat(size))),
        body: bytes(`${'x'.repeat(size - 1)}y`),
      })
      await send(port, await forged('/pipe'), { chunked: true })
      expect(told).toEqual(['DIGEST_MISMATCH'])
      told.length = 0
      await send(port, await forged('/pipeline'), { chunked: true })
      expect(told.toSorted()).toEqual(['DIGEST_MISMATCH', 'close'])
      expect(codes()).toEqual(['ok', 'DIGEST_MISMATCH', 'ok', 'DIGEST_MISMATCH'])
    }
  })

  it('is answered where an Express parser has given up on it before its end', async () => {
    const { port, sign } = await open((verifier) =>
      express()
        .set('env', 'test')
        .use(onExpress.requireSignature(verifier, quiet), express.text({ type: '*/*', limit: 100 })),
    )
    const forged = { ...(await sign('/', 'x'.repeat(150))), body: bytes('y'.repeat(150)) }
    // In one piece, and so found out before the parser looks; in two, the parser counts first.
    expect((await send(port, forged, { chunked: true })).status).toBe(401)
    const head = requestText(await sign('/', 'x'.repeat(150)), ['Transfer-Encoding: chunked'])
    const part = `4b\r\n${'y'.repeat(75)}\r\n`
    expect(await inParts(port, [`${head}${part}${part}`, `${part}0\r\n\r\n`])).toMatch(/^HTTP\/1.1 413 /)
    expect((await send(port, await sign('/', 'x'.repeat(3_000)), { chunked: true })).status).toBe(413)
  })

  it('is judged alike over HTTP/2, also where its stream is closed', async () => {
    const server = createHttp2Server()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const { verifier, codes } = worldAt(authority)
    const listener = onNode.withSignature(
      verifier,
      async (request: Http2ServerRequest, response: Http2ServerResponse) => {
        if (request.url === '/early') response.end('early')
        else response.end(await textOf(request))
      },
      quiet,
    )
    server.on('request', (request, response) => void listener(request, response))
    const client = connectHttp2(`http://${authority}`)
    const start = async (path: string) => {
      const message = await signed(`http://${authority}${path}`, 'x'.repeat(1_000))
      const fields: Record<string, string> = {}
      for (let i = 0; i < message.fields.length; i += 2)
        fields[message.fields[i]?.toLowerCase() as string] = message.fields[i + 1] as string
      return client.request({ ':method': 'POST', ':path': path, ...fields }).on('error', () => {})
    }
    const status = (stream: Awaited<ReturnType<typeof start>>): Promise<unknown> =>
      new Promise((resolve) => stream.on('response', (headers) => resolve(headers[':status'])).resume())
    const forged = await start('/a')
    forged.end('y'.repeat(1_000))
    expect(await status(forged)).toBe(401)
    const cut = await start('/a')
    cut.write('x'.repeat(500))
    await expect.poll(codes).toEqual(['ok', 'DIGEST_MISMATCH', 'ok'])
    cut.close(8)
    // Node says the end of such a stream before it says that the client has closed it.
    await expect.poll(codes).toEqual(['ok', 'DIGEST_MISMATCH', 'ok', 'DIGEST_MISMATCH'])
    for (const code of [0, 8]) {
      const early = await start('/early')
      early.write('x'.repeat(500))
      expect(await status(early)).toBe(200)
      early.close(code)
      await new Promise((resolve) => early.on('close', resolve))
    }
    const fine = await start('/a')
    fine.end('x'.repeat(1_000))
    expect(await status(fine)).toBe(200)
    expect(codes().slice(4)).toEqual(['ok', 'ok', 'ok'])
    client.destroy()
    server.close()
  })
})

describe('what a handler gets of a streamed body', () => {
  type Got = readonly [body: unknown, rawBody: unknown, stream: string]
  const got = ({ body, bodyStream }: Accepted, raw?: { readonly rawBody?: unknown }): Got => [
    body === null ? null : new TextDecoder().decode(body),
    raw?.rawBody instanceof Uint8Array ? new TextDecoder().decode(raw.rawBody) : raw?.rawBody,
    typeof bodyStream,
  ]
  const said: Got[] = []
  const hosts: Readonly<Record<string, (typeof DOORS)[string]>> = {
    'node:http': (verifier) =>
      onNode.withSignature<IncomingMessage, ServerResponse>(
        verifier,
        (request, response, verdict) => {
          said.push(got(verdict, request as object))
          response.end()
        },
        quiet,
      ),
    express: (verifier) =>
      express()
        .use(onExpress.requireSignature(verifier, quiet))
        .use((req, res) => {
          said.push(got(req.verdict as Accepted, req))
          res.end()
        }),
    fastify: async (verifier) => {
      const app = fastify()
      await app.register(onFastify.requireSignature(verifier, quiet))
      app.all('/*', (request) => {
        said.push(got(request.verdict as Accepted, request))
        return ''
      })
      await app.ready()
      return (request, response) => void app.routing(request, response)
    },
    koa: (verifier) => {
      const app = new Koa()
      app.use(onKoa.requireSignature(verifier, quiet) as Koa.Middleware)
      app.use((ctx) => {
        said.push(got(ctx.state['verdict'] as Accepted, ctx.request as object))
        ctx.body = ''
      })
      const callback = app.callback()
      return (request, response) => void callback(request, response)
    },
    hono: (verifier) => {
      const app = new Hono<onHono.VerifiedEnv>().use(onHono.requireSignature(verifier, quiet)).all('*', (c) => {
        said.push(got(c.get('verdict')))
        return c.text('')
      })
      const listener = getRequestListener(app.fetch)
      return (request, response) => void listener(request, response)
    },
    fetch: (verifier) => {
      const handler = onFetch.withSignature<readonly unknown[]>(
        verifier,
        (_request, verdict) => {
          said.push(got(verdict))
          return new Response('')
        },
        quiet,
      )
      const listener = getRequestListener((request, env) => handler(request, env))
      return (request, response) => void listener(request, response)
    },
  }

  it.each(Object.keys(hosts))('is no bytes on %s, unless something has read them first', async (name) => {
    const host = hosts[name] as (typeof DOORS)[string]
    const raw = (text: string | undefined) => (name === 'hono' || name === 'fetch' ? undefined : text)
    const none = [null, undefined, 'undefined']
    const { port, sign } = await open(host)
    await send(port, await sign('/', '"a body"'))
    await send(port, await signed(`http://127.0.0.1:${port}/`))
    expect(said.splice(0)).toEqual([[null, undefined, 'object'], none])
    // A scheme that signs the text of a body reads it, for every request.
    const two = await open(host, [rfc9421Verifier(), exchangeVerifier(binance())])
    await send(two.port, await two.sign('/', '"a body"'))
    expect(said.splice(0)).toEqual([['"a body"', raw('"a body"'), 'undefined']])
  })

  it('is the bytes that a parser has kept', async () => {
    const { port, sign } = await open((verifier) =>
      express()
        .use(express.json({ verify: onExpress.keepRawBody, inflate: false, strict: false }))
        .use(onExpress.requireSignature(verifier, quiet))
        .use((req, res) => {
          said.push(got(req.verdict as Accepted, req))
          res.send(String(req.body))
        }),
    )
    expect((await send(port, await sign('/', '"a body"'))).body).toBe('a body')
    expect(said.splice(0)).toEqual([['"a body"', '"a body"', 'undefined']])
  })
})
