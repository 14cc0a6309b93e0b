import { request as ask, createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { portalListener } from '../../../../src/console/portal/node.js'
import { ALICE, closesPortals, ORIGIN, portalWorld } from './portal-world.js'

closesPortals()

const page = {
  'index.html': ['text/html; charset=utf-8', '<!doctype html><script src="assets/site-1.js"></script>'],
  'site-1.js': ['text/javascript; charset=utf-8', 'export {}'],
} as const

describe('the page of a portal', () => {
  const at = (path: string, method = 'GET') => portalWorld({ page }).send(new Request(`${ORIGIN}${path}`, { method }))

  it('is served without a session, under a policy that runs nothing inline', async () => {
    const { status, headers, text } = await at('/keys/')
    expect([status, text]).toEqual([200, page['index.html'][1]])
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|data: *;? *script/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await at('/keys/', 'HEAD')).text).toBe('')
    const moved = await at('/keys')
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/keys/'])
  })

  it('has files that are kept for ever, and no others', async () => {
    const { status, headers } = await at('/keys/assets/site-1.js')
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    const none = [
      'site-2.js',
      'index.html',
      '__proto__',
      'constructor',
      '..%2findex.html',
      '',
      'site-1.js/',
      '%73ite-1.js',
    ]
    for (const name of none) expect([name, (await at(`/keys/assets/${name}`)).status]).toEqual([name, 404])
    expect((await at('/keys/assets/site-1.js', 'POST')).status).toBe(405)
    expect((await portalWorld().send(new Request(`${ORIGIN}/keys/`))).status).toBe(404)
  })
})

it('an address is shown in the form that people know it by', async () => {
  const { portal } = portalWorld({ session: () => ALICE })
  const asked = async (clientIp: string): Promise<unknown> =>
    ((await (await portal(new Request(`${ORIGIN}/keys/api/session`), { clientIp })).json()) as Record<string, unknown>)[
      'clientIp'
    ]
  expect(await asked('::ffff:192.0.2.7')).toBe('192.0.2.7')
  expect(await asked('2001:DB8:0:0::1')).toBe('2001:db8::1')
  expect(await asked('not an address')).toBe(undefined)
})

describe('portalListener', () => {
  const servers: Server[] = []
  afterAll(() => {
    for (const server of servers) server.close()
  })
  const serve = async (listener: Parameters<typeof createServer>[1]): Promise<number> => {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  it('carries the whole of a request and of its answer over a socket', async () => {
    const errors: unknown[] = []
    const { portal } = portalWorld({ session: () => ALICE })
    const port = await serve(portalListener(portal, { onError: (error) => void errors.push(error) }))
    const base = `http://127.0.0.1:${port}/keys/api`
    const { csrf, clientIp } = (await (await fetch(`${base}/session`)).json()) as Record<string, string>
    expect(clientIp).toBe('127.0.0.1')
    const made = await fetch(`${base}/keys`, {
      method: 'POST',
      headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-csrf-token': csrf ?? '' },
      body: '{"name":"über"}',
    })
    expect(made.status).toBe(201)
    expect(made.headers.get('x-frame-options')).toBe('DENY')
    expect(((await made.json()) as { key: { name: string } }).key.name).toBe('über')
    expect((await fetch(`${base}/keys`, { method: 'OPTIONS' })).status).toBe(405)
    expect(errors).toEqual([])
  })

  it('answers methods and targets that are none of Fetch, and a body that was read before', async () => {
    const errors: unknown[] = []
    const { portal } = portalWorld({ session: () => ALICE })
    const listener = portalListener(portal, { onError: (error) => void errors.push(error) })
    const port = await serve(listener)
    const statusOf = (path: string, method = 'GET', headers = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = ask({ port, host: '127.0.0.1', path, method, headers }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        sent.on('error', reject).end()
      })
    expect(await statusOf('/keys/api/session', 'TRACE')).toBe(405)
    expect(await statusOf('http://evil.example/keys/api/session')).toBe(200)
    expect(await statusOf('//evil.example/keys/api/session')).toBe(404)
    const read = await serve(async (request, response) => {
      for await (const _ of request);
      await listener(request, response)
    })
    const answer = await fetch(`http://127.0.0.1:${read}/keys/api/keys`, { method: 'POST', body: '{}' })
    expect(answer.status).toBe(500)
    expect(errors).toEqual([expect.objectContaining({ code: 'BODY_CONSUMED' })])
  })
})
