import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import { getRequestListener } from '@hono/node-server'
import express, { type Request as ExpressRequest, type NextFunction, type RequestHandler, type Response } from 'express'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { Hono, type HonoRequest } from 'hono'
import Koa from 'koa'
import multer from 'multer'
import { requireSignature as verifiedExpress } from '../../src/server/middleware/express.js'
import { requireSignature as verifiedFastify } from '../../src/server/middleware/fastify.js'
import { type VerifiedEnv, requireSignature as verifiedHono } from '../../src/server/middleware/hono.js'
import { requireSignature as verifiedKoa } from '../../src/server/middleware/koa.js'
import { withSignature } from '../../src/server/middleware/node.js'
import type { Verifier } from '../../src/server/options.js'
import type { Accepted } from '../../src/server/verdict.js'

/** What a parser understands. `any` hands out the text as it came. */
export type Shape = 'json' | 'form' | 'multipart' | 'any'

/** A framework with one way to read a body behind the verifier. Answers `{ parsed, raw }`, the latter as a hash. */
export interface Parser {
  readonly name: string
  readonly takes: readonly Shape[]
  /** Without a verifier: how the same application answers by itself. */
  readonly make: (verifier: Verifier | undefined) => RequestListener | Promise<RequestListener>
}

const LIMIT = 4_194_304

// Their types say that every request of Node has a `rawBody` of text, for the whole program.
const load = createRequire(import.meta.url)
const { koaBody } = load('koa-body') as { koaBody: (options: object) => Koa.Middleware }
const { bodyParser } = load('@koa/bodyparser') as { bodyParser: (options: object) => Koa.Middleware }

/** What stands for the raw bytes in an answer. */
export const hashOf = (bytes: Uint8Array | null | undefined): string =>
  bytes === undefined || bytes === null ? 'none' : createHash('sha256').update(bytes).digest('hex')

const expressWith =
  (parser: RequestHandler | undefined, parsed: (req: ExpressRequest) => unknown) =>
  (verifier: Verifier | undefined): RequestListener => {
    const app = express()
    if (verifier !== undefined) app.use(verifiedExpress(verifier))
    if (parser !== undefined) app.use(parser)
    app.use(async (req: ExpressRequest, res: Response) => {
      res.json({ parsed: await parsed(req), raw: hashOf(req.rawBody) })
    })
    app.use((error: unknown, _req: ExpressRequest, res: Response, _next: NextFunction) => {
      res.status(500).send(String(error))
    })
    return app
  }

const koaWith =
  (parser: Koa.Middleware | undefined, parsed: (ctx: Koa.Context) => unknown) =>
  (verifier: Verifier | undefined): RequestListener => {
    const app = new Koa()
    app.silent = true
    if (verifier !== undefined) app.use(verifiedKoa(verifier))
    if (parser !== undefined) app.use(parser)
    app.use(async (ctx) => {
      const { rawBody } = ctx.request as { rawBody?: unknown }
      // Koa's parsers put the text under the same name where there are no bytes.
      ctx.body = { parsed: await parsed(ctx), raw: hashOf(rawBody instanceof Uint8Array ? rawBody : undefined) }
    })
    return app.callback() as RequestListener
  }

const fastifyWith =
  (prepare: (app: FastifyInstance) => unknown, parsed: (request: FastifyRequest) => unknown) =>
  async (verifier: Verifier | undefined): Promise<RequestListener> => {
    const app = fastify({ bodyLimit: LIMIT })
    if (verifier !== undefined) await app.register(verifiedFastify(verifier))
    await prepare(app)
    app.all('/*', async (request) => ({ parsed: await parsed(request), raw: hashOf(request.rawBody) }))
    await app.ready()
    return (request: IncomingMessage, response: ServerResponse) => app.routing(request, response)
  }

const honoWith =
  (parsed: (request: HonoRequest) => unknown) =>
  (verifier: Verifier | undefined): RequestListener => {
    const app = new Hono<VerifiedEnv>()
    if (verifier !== undefined) app.use(verifiedHono(verifier))
    app.all('/*', async (c) =>
      c.json({ parsed: await parsed(c.req), raw: hashOf((c.get('verdict') as Accepted | undefined)?.body) }),
    )
    app.onError((error, c) => c.text(String(error), 500))
    const listener = getRequestListener(app.fetch)
    return (request, response) => void listener(request, response)
  }

const bodyOf = (ctx: Koa.Context): unknown => (ctx.request as { body?: unknown }).body

type Read = (request: IncomingMessage) => Promise<string>

const nodeWith =
  (read: Read) =>
  (verifier: Verifier | undefined): RequestListener => {
    const answer = async (
      request: IncomingMessage & { rawBody?: Uint8Array | undefined },
      response: ServerResponse,
    ) => {
      const parsed = await read(request)
      // 'end' and 'close' must come as they do in Node without a verifier.
      if (!request.closed) await once(request, 'close')
      const { complete, readable, readableEnded, destroyed } = request
      const state = { complete, readable, readableEnded, destroyed }
      response.end(JSON.stringify({ parsed, state, raw: hashOf(request.rawBody) }))
    }
    return verifier === undefined ? answer : withSignature(verifier, answer)
  }

const files = (given: unknown): readonly string[] =>
  (given as ReadonlyArray<{ buffer: Uint8Array }> | undefined)?.map(({ buffer }) => hashOf(buffer)) ?? []

/** The ways to read a body that are tried, each behind its framework's middleware. */
export const PARSERS: readonly Parser[] = [
  { name: 'Express without a parser', takes: ['any'], make: expressWith(undefined, (req) => String(req.body)) },
  { name: 'express.json()', takes: ['json'], make: expressWith(express.json({ limit: LIMIT }), (req) => req.body) },
  {
    name: 'express.urlencoded()',
    takes: ['form'],
    make: expressWith(express.urlencoded({ limit: LIMIT }), (req) => req.body),
  },
  {
    name: 'express.raw()',
    takes: ['any'],
    make: expressWith(express.raw({ limit: LIMIT, type: () => true }), (req) => hashOf(req.body as Uint8Array)),
  },
  {
    name: 'express.text()',
    takes: ['any'],
    make: expressWith(express.text({ limit: LIMIT, type: () => true }), (req) => req.body),
  },
  {
    name: 'multer',
    takes: ['multipart'],
    make: expressWith(multer({ limits: { fieldSize: LIMIT } }).any(), (req) => ({
      body: req.body,
      files: files(req.files),
    })),
  },
  { name: 'Express, req as a stream', takes: ['any'], make: expressWith(undefined, (req) => text(req)) },
  {
    name: 'koa-body',
    takes: ['json', 'form', 'any'],
    make: koaWith(koaBody({ jsonLimit: LIMIT, formLimit: LIMIT, textLimit: LIMIT }), bodyOf),
  },
  {
    name: 'koa-body with multipart',
    takes: ['multipart'],
    make: koaWith(koaBody({ multipart: true, formidable: { maxFieldsSize: LIMIT } }), async (ctx) => {
      const { files } = ctx.request as { files?: Record<string, { filepath: string }> }
      const file = files?.['file']
      return { body: bodyOf(ctx), file: file && hashOf(await readFile(file.filepath)) }
    }),
  },
  {
    name: '@koa/bodyparser',
    takes: ['json', 'form'],
    make: koaWith(bodyParser({ jsonLimit: LIMIT, formLimit: LIMIT }), bodyOf),
  },
  { name: 'Koa, ctx.req as a stream', takes: ['any'], make: koaWith(undefined, (ctx) => text(ctx.req)) },
  {
    name: "Fastify's own parsers",
    takes: ['json'],
    make: fastifyWith(
      () => {},
      (request) => request.body,
    ),
  },
  {
    name: 'a Fastify parser that asks for a buffer',
    takes: ['any'],
    make: fastifyWith(
      (app) => {
        app.removeAllContentTypeParsers()
        app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
          done(null, hashOf(body as Buffer)),
        )
      },
      (request) => request.body,
    ),
  },
  {
    name: 'a Fastify parser that reads the stream',
    takes: ['any'],
    make: fastifyWith(
      (app) => {
        app.removeAllContentTypeParsers()
        app.addContentTypeParser('*', (_request: unknown, payload: IncomingMessage) => text(payload))
      },
      (request) => request.body,
    ),
  },
  {
    name: '@fastify/formbody',
    takes: ['form'],
    make: fastifyWith(
      (app) => app.register(formbody, { bodyLimit: LIMIT }),
      (request) => request.body,
    ),
  },
  {
    name: '@fastify/multipart',
    takes: ['multipart'],
    make: fastifyWith(
      (app) => app.register(multipart, { limits: { fileSize: LIMIT, fieldSize: LIMIT } }),
      async (request) => {
        const found: unknown[] = []
        if (!request.isMultipart()) return found
        for await (const part of request.parts())
          found.push(part.type === 'file' ? hashOf(await part.toBuffer()) : [part.fieldname, part.value])
        return found
      },
    ),
  },
  { name: 'Hono, c.req.json()', takes: ['json'], make: honoWith((req) => req.json()) },
  { name: 'Hono, c.req.text()', takes: ['any'], make: honoWith((req) => req.text()) },
  {
    name: 'Hono, c.req.parseBody()',
    takes: ['form', 'multipart'],
    make: honoWith(async (req) => {
      const entries = Object.entries(await req.parseBody())
      return Promise.all(
        entries.map(async ([name, one]) => [
          name,
          one instanceof File ? hashOf(new Uint8Array(await one.arrayBuffer())) : one,
        ]),
      )
    }),
  },
  {
    name: 'node:http, for await',
    takes: ['any'],
    make: nodeWith(async (request) => {
      let out = ''
      for await (const chunk of request) out += (chunk as Buffer).toString('latin1')
      return hashOf(Buffer.from(out, 'latin1'))
    }),
  },
  {
    name: "node:http, 'data' and 'end'",
    takes: ['any'],
    make: nodeWith(
      (request) =>
        new Promise((resolve, reject) => {
          let out = ''
          request.setEncoding('utf8')
          request.on('data', (chunk: string) => {
            out += chunk
          })
          request.on('end', () => resolve(out)).on('error', reject)
        }),
    ),
  },
  {
    name: 'node:http, pipe',
    takes: ['any'],
    make: nodeWith(async (request) => text(request.pipe(new PassThrough()))),
  },
  {
    name: "node:http, 'readable' and read()",
    takes: ['any'],
    make: nodeWith(
      (request) =>
        new Promise((resolve, reject) => {
          const chunks: Buffer[] = []
          request.on('readable', () => {
            for (let chunk = request.read(); chunk !== null; chunk = request.read()) chunks.push(chunk as Buffer)
          })
          request.on('end', () => resolve(Buffer.concat(chunks).toString())).on('error', reject)
        }),
    ),
  },
  {
    name: 'node:http, as the body of a fetch Request',
    takes: ['any'],
    make: nodeWith((request) =>
      new Request('http://127.0.0.1/', {
        method: 'POST',
        body: request as never,
        duplex: 'half',
      } as RequestInit).text(),
    ),
  },
]
