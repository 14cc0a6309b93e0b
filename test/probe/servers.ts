import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import * as onExpress from '../../src/server/middleware/express.js'
import * as onFastify from '../../src/server/middleware/fastify.js'
import * as onFetch from '../../src/server/middleware/fetch.js'
import * as onHono from '../../src/server/middleware/hono.js'
import * as onKoa from '../../src/server/middleware/koa.js'
import * as onNode from '../../src/server/middleware/node.js'
import type { Verifier } from '../../src/server/options.js'

/** Other files run in this process, and test the platform's own Request and Response. */
const OWN = { overrideGlobalObjects: false }

/** A server that answers 200 to whatever its verifier accepts, by each of the middlewares. */
export const MIDDLEWARES: Readonly<Record<string, (verifier: Verifier) => RequestListener | Promise<RequestListener>>> =
  {
    node: (verifier) =>
      onNode.withSignature(verifier, (_request, response) => (response as unknown as { end(): void }).end()),
    express: (verifier) => {
      const app = express()
      app.use(onExpress.requireSignature(verifier))
      app.use((_req, res) => void res.end())
      return app
    },
    fastify: async (verifier) => {
      const app = fastify()
      await app.register(onFastify.requireSignature(verifier))
      app.removeAllContentTypeParsers()
      app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
      app.all('/*', () => 'ok')
      await app.ready()
      return (request, response) => void app.routing(request, response)
    },
    hono: (verifier) => {
      const app = new Hono<onHono.VerifiedEnv>()
      app.use(onHono.requireSignature(verifier))
      app.all('*', (c) => c.text('ok'))
      const listener = getRequestListener(app.fetch, OWN)
      return (request, response) => void listener(request, response)
    },
    koa: (verifier) => {
      const app = new Koa()
      app.silent = true
      app.use(onKoa.requireSignature(verifier) as Koa.Middleware)
      app.use((ctx) => {
        ctx.body = 'ok'
      })
      const callback = app.callback()
      return (request, response) => void callback(request, response)
    },
    fetch: (verifier) => {
      const handler = onFetch.withSignature(verifier, () => new Response('ok'))
      const listener = getRequestListener(
        (request, env) => (handler as (request: Request, env: unknown) => Promise<Response>)(request, env),
        OWN,
      )
      return (request, response) => void listener(request, response)
    },
  }
