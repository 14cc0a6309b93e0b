import express, { type NextFunction, type Request, type Response } from 'express'
import { describe, expect, it } from 'vitest'
import { httpRequest } from '../../src/message/message.js'
import { keepRawBody, requireSignature } from '../../src/server/middleware/express.js'
import { middlewareContract, reply } from '../contract/middleware.js'
import { listen, send } from './wire.js'
import { signed, verifierFor } from './world.js'

middlewareContract('Express', (verifier, { options, mount = '/', readFirst = false, handled, failed }) => {
  const app = express()
  if (readFirst) app.use(express.json())
  const router = express.Router()
  router.use(requireSignature(verifier, options))
  router.use((req: Request, res: Response) => {
    handled()
    res.send(reply(req.verdict, new TextDecoder().decode(req.rawBody)))
  })
  app.use(mount, router)
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    failed(error)
    res.sendStatus(500)
  })
  return app
})

describe('Express', () => {
  it('verifies behind a parser that keeps the raw bytes', async () => {
    let codes: string[] = []
    const port = await listen((authority) => {
      const world = verifierFor(authority)
      codes = world.codes
      const app = express()
      app.use(express.json({ verify: keepRawBody, inflate: false }), requireSignature(world.verifier))
      app.use(
        (req: Request, res: Response) => void res.json({ owner: req.verdict?.owner, parsed: req.body as unknown }),
      )
      return app
    })
    const url = `http://127.0.0.1:${port}/orders`
    const answer = await send(port, await signed(url, '{ "qty" : 1 }'))
    expect(JSON.parse(answer.body)).toEqual({ owner: 'alice', parsed: { qty: 1 } })
    const changed = { ...(await signed(url, '{ "qty" : 1 }')), body: new TextEncoder().encode('{"qty":1}') }
    expect((await send(port, changed)).status).toBe(401)
    expect(codes).toEqual(['ok', 'DIGEST_MISMATCH'])
  })

  it('refuses keepRawBody that is called in place of being passed, with how it is passed', () => {
    for (const call of [[], [{}], [{}, {}, '{}'], [null, null, new Uint8Array(1)]])
      expect(() => (keepRawBody as (...args: unknown[]) => void)(...call)).toThrow(
        'keepRawBody is the option itself, and is not called: express.json({ verify: keepRawBody })',
      )
  })

  it('leaves to the handler what caches may do, and keeps what Vary said before', async () => {
    const port = await listen((authority) => {
      const app = express()
      app.use((_req: Request, res: Response, next: NextFunction) => {
        res.vary('Origin')
        next()
      })
      app.use(requireSignature(verifierFor(authority).verifier))
      app.get(
        '/public',
        (_req: Request, res: Response) => void res.set('Cache-Control', 'public, max-age=60').send('x'),
      )
      app.get('/own', (_req: Request, res: Response) => void res.send('x'))
      return app
    })
    const get = async (path: string): Promise<Readonly<Record<string, string>>> =>
      (await send(port, await signed(`http://127.0.0.1:${port}${path}`))).headers
    expect((await get('/public'))['cache-control']).toBe('public, max-age=60')
    const own = await get('/own')
    expect(own['cache-control']).toBe('private, no-store')
    expect(own['vary']).toBe('Origin, Authorization, Signature, Signature-Input')
  })

  it('guards one route and leaves the others open', async () => {
    const port = await listen((authority) => {
      const app = express()
      app.get('/open', (req: Request, res: Response) => void res.send(String(req.verdict)))
      app.post(
        '/orders',
        requireSignature(verifierFor(authority).verifier, { scope: 'orders:write' }),
        (req: Request, res: Response) => {
          res.send(req.rawBody)
        },
      )
      return app
    })
    const url = `http://127.0.0.1:${port}`
    expect((await send(port, httpRequest({ url: `${url}/open` }))).body).toBe('undefined')
    expect((await send(port, httpRequest({ method: 'POST', url: `${url}/orders`, body: '{}' }))).status).toBe(401)
    expect((await send(port, await signed(`${url}/orders`, '{"a":1}'))).body).toBe('{"a":1}')
  })

  it('reports that it is mounted twice', async () => {
    const failures: unknown[] = []
    const port = await listen((authority) => {
      const { verifier } = verifierFor(authority)
      const app = express()
      app.use(requireSignature(verifier))
      app.get(
        '/a',
        requireSignature(verifier, { scope: 'orders:write' }),
        (_req: Request, res: Response) => void res.send('x'),
      )
      app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
        failures.push(error)
        res.sendStatus(500)
      })
      return app
    })
    expect((await send(port, await signed(`http://127.0.0.1:${port}/a`))).status).toBe(500)
    expect(failures).toMatchObject([{ code: 'CONFIG_INVALID' }])
  })
})
