import type { IncomingMessage, ServerResponse } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { httpRequest } from '../../src/message/message.js'
import { requireSignature } from '../../src/server/middleware/fastify.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import { middlewareContract, reply } from '../contract/middleware.js'
import { listen, send } from './wire.js'
import { signed, verifierFor } from './world.js'

middlewareContract('Fastify', async (verifier, { options, mount = '', readFirst = false, handled, failed }) => {
  const app = fastify()
  const plugin = requireSignature(verifier, options)
  if (readFirst) {
    app.addHook('onRequest', (request, _reply, done) => {
      request.raw.resume().on('end', done)
    })
  }
  app.setErrorHandler((error, _request, response) => {
    failed(error)
    void response.code(500).send()
  })
  await app.register(
    (scope, _, done) => {
      scope.register(plugin)
      scope.all('/*', (request, response) => {
        handled()
        const body = request.body === undefined || request.body === null ? '' : JSON.stringify(request.body)
        void response.send(reply(request.verdict ?? undefined, body))
      })
      done()
    },
    { prefix: mount },
  )
  await app.ready()
  return (request: IncomingMessage, response: ServerResponse) => app.routing(request, response)
})

describe('Fastify', () => {
  const start = async (build: (app: FastifyInstance, authority: string) => unknown): Promise<string> => {
    const port = await listen(async (authority) => {
      const app = fastify()
      await build(app, authority)
      await app.ready()
      return (request: IncomingMessage, response: ServerResponse) => app.routing(request, response)
    })
    return `http://127.0.0.1:${port}`
  }
  const portOf = (origin: string): number => Number(new URL(origin).port)

  it('takes the scope from the route, and gives its parsers the verified bytes', async () => {
    let codes: string[] = []
    const origin = await start(async (app, authority) => {
      const world = verifierFor(authority)
      codes = world.codes
      await app.register(requireSignature(world.verifier, { scope: 'funds:withdraw' }))
      app.post('/orders', { config: { scope: 'orders:write' } }, (request) => ({
        owner: request.verdict?.owner,
        qty: (request.body as { qty: number }).qty,
        raw: new TextDecoder().decode(request.rawBody),
      }))
      app.post('/funds', () => 'never')
    })
    const answer = await send(portOf(origin), await signed(`${origin}/orders`, '{ "qty": 2 }'))
    expect(JSON.parse(answer.body)).toEqual({ owner: 'alice', qty: 2, raw: '{ "qty": 2 }' })
    expect((await send(portOf(origin), await signed(`${origin}/funds`, '{}'))).status).toBe(403)
    expect(codes).toEqual(['ok', 'SCOPE_DENIED'])
  })

  it('finds a scope that no key can have when the route is added', async () => {
    const app = fastify()
    await app.register(requireSignature(verifierFor('a.example').verifier))
    expect(() => app.get('/', { config: { scope: 'orders:*' } }, () => '')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })

  it('stands before what does not exist, and leaves what other hooks have said', async () => {
    const origin = await start(async (app, authority) => {
      app.addHook('onRequest', (_request, reply, done) => {
        reply.header('access-control-allow-origin', 'https://app.example')
        done()
      })
      await app.register(requireSignature(verifierFor(authority).verifier))
    })
    const unsigned = await send(portOf(origin), httpRequest({ url: `${origin}/nothing` }))
    expect(unsigned.status).toBe(401)
    expect(unsigned.headers['access-control-allow-origin']).toBe('https://app.example')
    expect((await send(portOf(origin), await signed(`${origin}/nothing`))).status).toBe(404)
  })

  it('holds for the instance that registers it, and for no other', async () => {
    const origin = await start((app, authority) => {
      app.register((scope, _, done) => {
        scope.register(requireSignature(verifierFor(authority).verifier))
        scope.get('/closed', (request) => request.verdict?.owner)
        done()
      })
      app.get('/open', () => 'open')
    })
    const ask = (path: string) => send(portOf(origin), httpRequest({ url: origin + path }))
    expect([(await ask('/open')).status, (await ask('/closed')).status]).toEqual([200, 401])
    expect((await send(portOf(origin), await signed(`${origin}/closed`))).body).toBe('alice')
  })

  it('streams a body through its parsers, which fail where it is not what was signed', async () => {
    const origin = await start(async (app, authority) => {
      await app.register(requireSignature(verifierFor(authority).verifier, { streamBody: streamedBody }))
      app.post('/orders', (request) => request.body)
    })
    const request = await signed(`${origin}/orders`, '{"qty":3}')
    expect((await send(portOf(origin), request)).body).toBe('{"qty":3}')
    const other = await signed(`${origin}/orders`, '{"qty":3}')
    const answer = await send(portOf(origin), { ...other, body: new TextEncoder().encode('{"qty":9}') })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body).not.toContain('qty')
  })

  it('reports that it is registered twice', async () => {
    const failures: unknown[] = []
    const origin = await start(async (app, authority) => {
      const { verifier } = verifierFor(authority)
      app.setErrorHandler((error, _request, reply) => {
        failures.push(error)
        void reply.code(500).send()
      })
      await app.register(requireSignature(verifier))
      await app.register((scope, _, done) => {
        scope.register(requireSignature(verifier))
        scope.get('/a', () => 'x')
        done()
      })
    })
    expect((await send(portOf(origin), await signed(`${origin}/a`))).status).toBe(500)
    expect(failures).toMatchObject([{ code: 'CONFIG_INVALID' }])
  })
})
