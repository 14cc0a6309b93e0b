import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { requireSignature } from '../../src/server/middleware/koa.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import type { Accepted } from '../../src/server/verdict.js'
import { middlewareContract, reply } from '../contract/middleware.js'
import { listen, send } from './wire.js'
import { signed, verifierFor } from './world.js'

middlewareContract('Koa', (verifier, { options, mount = '', readFirst = false, handled, failed }) => {
  const app = new Koa()
  app.on('error', failed)
  app.use(async (ctx, next) => {
    // What koa-mount does: the prefix is cut from the raw request as well.
    ctx.path = ctx.path.slice(mount.length)
    if (readFirst) await new Promise((resolve) => ctx.req.resume().on('end', resolve))
    await next()
  })
  app.use(requireSignature(verifier, options))
  app.use((ctx) => {
    handled()
    const { rawBody } = ctx.request as { rawBody?: Uint8Array }
    ctx.body = reply(ctx.state['verdict'] as Accepted | undefined, new TextDecoder().decode(rawBody))
  })
  const listener = app.callback()
  return (request, response) => void listener(request, response)
})

describe('Koa', () => {
  it('leaves to the handler what caches may do, and keeps what Vary said', async () => {
    const port = await listen((authority) => {
      const app = new Koa()
      app.use(requireSignature(verifierFor(authority).verifier))
      app.use((ctx) => {
        ctx.set('cache-control', 'public, max-age=60')
        ctx.vary('Origin')
        ctx.body = 'x'
      })
      const listener = app.callback()
      return (request, response) => void listener(request, response)
    })
    const { headers } = await send(port, await signed(`http://127.0.0.1:${port}/a`))
    expect(headers['cache-control']).toBe('public, max-age=60')
    expect(headers['vary']).toBe('Origin, Authorization, Signature, Signature-Input')
  })

  it('hands a body out while it arrives', async () => {
    const port = await listen((authority) => {
      const app = new Koa()
      app.use(requireSignature(verifierFor(authority).verifier, { streamBody: streamedBody }))
      app.use(async (ctx) => {
        let length = 0
        for await (const chunk of (ctx.state['verdict'] as Accepted).bodyStream ?? []) length += chunk.length
        ctx.body = String(length)
      })
      const listener = app.callback()
      return (request, response) => void listener(request, response)
    })
    expect((await send(port, await signed(`http://127.0.0.1:${port}/a`, 'x'.repeat(300_000)))).body).toBe('300000')
  })

  it('reports that it is used twice', async () => {
    const failures: unknown[] = []
    const port = await listen((authority) => {
      const { verifier } = verifierFor(authority)
      const app = new Koa()
      app.on('error', (error) => failures.push(error))
      app.use(requireSignature(verifier)).use(requireSignature(verifier))
      const listener = app.callback()
      return (request, response) => void listener(request, response)
    })
    expect((await send(port, await signed(`http://127.0.0.1:${port}/a`))).status).toBe(500)
    expect(failures).toMatchObject([{ code: 'CONFIG_INVALID' }])
  })
})
