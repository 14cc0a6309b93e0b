import { createServer, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterAll, expect, it } from 'vitest'
import { portalListener } from '../../../../src/console/portal/node.js'
import type { KeyringPortal } from '../../../../src/console/portal/portal.js'
import { ALICE, closesPortals, ORIGIN, portalWorld } from './portal-world.js'

closesPortals()

const page = { 'index.html': ['text/html; charset=utf-8', '<!doctype html>'] } as const

/** As docs/console.md has them. */
const HOSTS: Readonly<Record<string, (portal: KeyringPortal) => RequestListener | Promise<RequestListener>>> = {
  Express: (portal) => {
    const app = express()
    app.use('/keys', portalListener(portal))
    app.use(express.json())
    return app
  },
  Fastify: async (portal) => {
    const app = fastify()
    const listener = portalListener(portal)
    await app.register((plugin, _, done) => {
      plugin.removeAllContentTypeParsers()
      plugin.addContentTypeParser('*', (_request, _payload, done) => done(null))
      plugin.all('/keys/*', (request, reply) => {
        reply.hijack()
        return listener(request.raw, reply.raw)
      })
      done()
    })
    await app.ready()
    return (request, response) => app.server.emit('request', request, response)
  },
  Koa: (portal) => {
    const listener = portalListener(portal)
    const app = new Koa()
    app.use((ctx, next) => {
      if (!ctx.path.startsWith('/keys')) return next()
      ctx.respond = false
      return listener(ctx.req, ctx.res)
    })
    return app.callback()
  },
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

/** Opens the page and makes a key, with whatever carries requests. */
async function tryOut(ask: (path: string, init?: RequestInit) => Promise<Response>): Promise<void> {
  expect((await ask('/keys/')).headers.get('content-type')).toBe('text/html; charset=utf-8')
  const { csrf } = (await (await ask('/keys/api/session')).json()) as { csrf: string }
  const made = await ask('/keys/api/keys', {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: '{"scopes":["orders:read"]}',
  })
  expect(made.status).toBe(201)
}

it.each(Object.keys(HOSTS))('a portal is mounted in %s', async (name) => {
  const { portal } = portalWorld({ page, session: () => ALICE })
  const server = createServer(await (HOSTS[name] as (portal: KeyringPortal) => RequestListener)(portal))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await tryOut((path, init) => fetch(`http://127.0.0.1:${port}${path}`, init))
})

it('a portal is mounted in Hono', async () => {
  const { portal } = portalWorld({ page, session: () => ALICE })
  const app = new Hono()
  app.all('/keys', (c) => portal(c.req.raw))
  app.all('/keys/*', (c) => portal(c.req.raw))
  await tryOut(async (path, init) => app.request(path, init))
})

it('a target that is no place is answered as HTTP has it, and is no fault', async () => {
  const { portal } = portalWorld({ page, session: () => ALICE })
  const faults: unknown[] = []
  const server = createServer(portalListener(portal, { onError: (error) => faults.push(error) }))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const ask = (method: string, path: string): Promise<readonly [number | undefined, string | undefined]> =>
    new Promise((resolve, reject) =>
      request({ port, method, path }, (answer) => resolve([answer.statusCode, answer.headers.allow]))
        .on('error', reject)
        .end(),
    )
  expect(await ask('OPTIONS', '*')).toEqual([204, 'GET, HEAD, POST, PATCH, OPTIONS'])
  for (const target of ['*', 'http://', 'mailto:a@b', 'http://[']) expect((await ask('GET', target))[0]).toBe(400)
  expect((await ask('GET', 'http://elsewhere.example/keys/'))[0]).toBe(200)
  expect((await ask('GET', '//keys/'))[0]).toBe(404)
  expect(faults).toEqual([])
})
