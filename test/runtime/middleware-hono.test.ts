import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createResponseVerifier, createSignedFetch } from '../../src/client/index.js'
import { toFetchRequest } from '../../src/message/to-fetch.js'
import { rfc9421, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { requireSignature, type VerifiedEnv } from '../../src/server/middleware/hono.js'
import { middlewareContract, reply } from '../contract/middleware.js'
import { listen } from './wire.js'
import { serverKey, signed, signer, verifierFor } from './world.js'

middlewareContract('Hono', (verifier, { options, mount = '', readFirst = false, handled, failed }) => {
  const inner = new Hono<VerifiedEnv>()
  inner.use(requireSignature(verifier, options))
  inner.all('/*', async (c) => {
    handled()
    return c.text(reply(c.get('verdict'), await c.req.text()))
  })
  const app = new Hono()
  app.onError((error, c) => {
    failed(error)
    return c.text('', 500)
  })
  if (readFirst) {
    app.use(async (c, next) => {
      await c.req.text()
      await next()
    })
  }
  app.route(mount === '' ? '/' : mount, inner)
  const listener = getRequestListener(app.fetch)
  return (request, response) => void listener(request, response)
})

describe('Hono', () => {
  it('signs its answers, bound to the request, and keeps cookies and other headers', async () => {
    const port = await listen((authority) => {
      const app = new Hono<VerifiedEnv>()
      app.use(requireSignature(verifierFor(authority).verifier, { signResponses: rfc9421({ key: serverKey }) }))
      app.post('/orders', async (c) => {
        c.header('set-cookie', 'a=1', { append: true })
        c.header('set-cookie', 'b=2', { append: true })
        return c.json({ got: await c.req.json() }, 201)
      })
      app.get('/empty', (c) => c.body(null, 204))
      const listener = getRequestListener(app.fetch)
      return (request, response) => void listener(request, response)
    })
    const origin = `http://127.0.0.1:${port}`
    const response = createResponseVerifier({ scheme: rfc9421Verifier(), keys: [serverKey] })
    const signedFetch = createSignedFetch(signer, { origins: [origin], response })
    const answer = await signedFetch(`${origin}/orders`, { method: 'POST', body: '{"a":1}' })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toEqual({ got: { a: 1 } })
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect((await signedFetch(`${origin}/empty`)).status).toBe(204)
    // Refusals are not signed: a client without a key must not make the server sign.
    const elsewhere = createSignedFetch(rfc9421({ key: serverKey }), { origins: [origin] })
    expect((await elsewhere(`${origin}/empty`)).headers.has('signature')).toBe(false)
  })

  it('runs where there is no Node request, and takes the configured address', async () => {
    const app = new Hono<VerifiedEnv>()
    app.use(
      requireSignature(verifierFor('api.example.com').verifier, { peer: (c) => c.req.header('cf-connecting-ip') }),
    )
    app.post('/orders', async (c) => c.text(`${c.get('verdict').clientIp} ${await c.req.text()}`))
    const request = await signed('https://api.example.com/orders', '{"a":1}', { 'cf-connecting-ip': '203.0.113.9' })
    expect(await (await app.request(toFetchRequest(request))).text()).toBe('203.0.113.9 {"a":1}')
  })

  it('reports that it is used twice', async () => {
    const failures: unknown[] = []
    const { verifier } = verifierFor('api.example.com')
    const app = new Hono<VerifiedEnv>().use(requireSignature(verifier)).use(requireSignature(verifier))
    app.onError((error, c) => {
      failures.push(error)
      return c.text('', 500)
    })
    expect((await app.request(toFetchRequest(await signed('https://api.example.com/orders')))).status).toBe(500)
    expect(failures).toMatchObject([{ code: 'CONFIG_INVALID' }])
  })
})
