import { expect } from 'vitest'
import { toFetchRequest } from '../../src/message/to-fetch.js'
import { withSignature } from '../../src/server/middleware/fetch.js'
import type { MiddlewareOptions } from '../../src/server/middleware/gate.js'
import { attack, attacks } from './attack.js'
import { HOSTS, start } from './hosts.js'
import { bot, get, HOST, RECORDS, sign, world } from './world.js'

const records = [{ ...RECORDS[0], key: bot, scopes: ['orders:read'] }]

/** The rule as a table and as a function: the admin needs more than the rest. */
const RULES: Readonly<Record<string, MiddlewareOptions>> = {
  routes: {
    routes: [
      { path: '/*', scope: 'orders:read' },
      { path: '/admin/*', scope: 'admin:all' },
    ],
  },
  'a function': { scope: ({ path }) => (/^\/admin(?:\/|$)/.test(path) ? 'admin:all' : 'orders:read') },
  'a function of the target': { scope: ({ target }) => (target.startsWith('/admin') ? 'admin:all' : 'orders:read') },
}

/** Each is the admin to some router, proxy or URL parser, or another path than it looks like. */
const SPELLINGS: readonly string[] = [
  `http://${HOST}/admin/x`,
  `HTTP://${HOST.toUpperCase()}/admin/x`,
  `http://${HOST}`,
  '/%61dmin',
  '/%41dmin',
  '/admi%6E/x',
  '/x/../admin',
  '/x/..',
  '/./admin',
  '/.',
  '/%2e/admin',
  '/x/%2E%2e/admin',
  '/x/.%2e/admin',
  '/;a/../admin',
  '/..;/admin',
  '/orders;a=1',
  '/admin;x/y',
  '/orders/..;a/admin',
  '//admin',
  '/orders//admin',
  '/admin//',
  '/orders/%2e%2e%2fadmin',
  '/orders%2f..%2fadmin',
  '/orders/..%5cadmin',
  '/orders%2Fx',
  '/orders%5Cx',
  '/admin%00',
  '/admin%0a',
  '/admin%7f',
  '/orders/%',
  '/orders/%4',
  '/orders/%zz',
  '/orders/%ff',
  '/%c0%ae%c0%ae/admin',
  '/%c1%a1dmin',
  '/%ed%a0%80',
  '/%f4%90%80%80',
]

/** What honest clients send. */
const HONEST: readonly string[] = [
  '/',
  '/orders',
  '/orders/',
  '/orders/a%20b',
  '/orders/caf%C3%A9',
  '/orders/caf%c3%a9/%E2%82%AC/%F0%9F%92%B0',
  '/orders/50%25',
  '/orders/a%3Bb%2Cc%3F%23',
  "/orders/a.b/...,-_~!$&'()*+=:@",
  '/.well-known/x',
  '/orders/x..y/..z',
  '/orders?path=/../admin&x=%61%zz//;',
]

attacks('route-scopes', () => {
  for (const host of HOSTS) {
    for (const [kind, rule] of Object.entries(RULES)) {
      attack(102, `every spelling of a path, by ${kind}, ${host}`, async (shows) => {
        const server = await start(host, { records, with: rule })
        for (const target of SPELLINGS) {
          const answer = await server.send(await sign(get(target)))
          // Fastify refuses what it cannot decode, the adapter of Hono what would change in a URL.
          if (answer.code === 'host') expect(answer.status).toBe(400)
          else shows(answer.code, 'TARGET_MALFORMED', target)
        }
        for (const target of ['/admin', '/admin/', '/admin/x', '/ADMIN', '/Admin/x?y', '/aDMIN/'])
          shows((await server.send(await sign(get(target)))).code, 'SCOPE_DENIED', target)
        expect(server.reached()).toBe(0)
        for (const target of HONEST) shows((await server.send(await sign(get(target)))).code, 'ok', target)
        expect(server.reached()).toBe(HONEST.length)
        expect(server.errors).toEqual([])
      })
    }

    attack(102, `HEAD, an override and a path in no route, ${host}`, async (shows) => {
      const server = await start(host, {
        records,
        policy: { methodOverrideFields: ['x-http-method-override'] },
        with: {
          routes: [
            { method: 'GET', path: '/reports/:id', scope: 'reports:read' },
            { path: '/reports/*', scope: 'orders:read' },
            { path: '/health', scope: 'none' },
          ],
        },
      })
      const send = async (target: string, method = 'GET', ...fields: string[]) =>
        (await server.send(await sign({ ...get(target, ...fields), method }))).code
      shows(await send('/reports/1'), 'SCOPE_DENIED')
      shows(await send('/reports/1', 'HEAD'), 'SCOPE_DENIED', 'routers answer HEAD as GET')
      shows(await send('/reports/1', 'PUT'), 'ok')
      shows(await send('/reports/1', 'PUT', 'X-HTTP-Method-Override', 'GET'), 'METHOD_MALFORMED')
      shows(await send('/reports/1/2'), 'ok')
      shows(await send('/elsewhere'), 'SCOPE_DENIED', 'in no route')
      shows(await send('/health'), 'ok')
      // An unsigned request reveals nothing of the table.
      expect((await server.send(get('/elsewhere'))).code).toBe('AUTH_MISSING')
    })

    attack(102, `a path that another route takes in its own letter case, ${host}`, async (shows) => {
      const table: MiddlewareOptions = {
        routes: [
          { path: '/health', scope: 'none' },
          { path: '/keys', scope: 'none' },
          { path: '/*', scope: 'admin:all' },
        ],
      }
      const isOpen = (path: string) => path === '/health' || path === '/keys'
      const rules: readonly MiddlewareOptions[] = [
        table,
        { scope: ({ path }) => (isOpen(path) ? undefined : 'admin:all') },
        { scope: ({ target }) => (isOpen(new URL(target, 'https://x').pathname) ? undefined : 'admin:all') },
      ]
      for (const rule of rules) {
        const server = await start(host, { records, with: rule })
        for (const target of ['/HEALTH', '/health/', '/%E2%84%AAeys', '/health%3Fx', '/health%23x'])
          shows((await server.send(await sign(get(target)))).code, 'SCOPE_DENIED', target)
        expect(server.reached()).toBe(0)
        shows((await server.send(await sign(get('/health?x=1')))).code, 'ok')
      }
    })

    if (host === 'gate') continue
    attack(102, `an absolute form only where it is asked for, ${host}`, async (shows) => {
      const server = await start(host, { records, with: { ...RULES['routes'], acceptAbsoluteForm: true } })
      shows((await server.send(await sign(get(`http://${HOST}/orders`)))).code, 'ok')
      shows((await server.send(await sign(get(`http://${HOST}/ADMIN/x`)))).code, 'SCOPE_DENIED')
      shows((await server.send(await sign(get(`http://${HOST}/x/../admin`)))).code, 'TARGET_MALFORMED')
      expect((await server.send(await sign(get('http://evil.example/orders')))).code).toBe('HOST_MISMATCH')
      expect(server.reached()).toBe(1)
    })
  }

  attack(102, 'a Fetch handler, where the platform has made a URL of the target', async (shows) => {
    const { verifier, audit } = world({ records })
    let reached = 0
    const handler = withSignature(
      verifier,
      () => {
        reached++
        return new Response('x')
      },
      RULES['routes'],
    )
    const answerTo = async (target: string) => {
      const response = await handler(toFetchRequest({ ...(await sign(get(target))), scheme: 'http' }))
      return { status: response.status, code: audit.at(-1)?.code ?? 'ok' } as const
    }
    for (const target of ['/%61dmin', '/admin%00', '/a//b', '/a;b', '/a%2fb'])
      shows((await answerTo(target)).code, 'TARGET_MALFORMED', target)
    shows((await answerTo('/Admin')).code, 'SCOPE_DENIED')
    shows((await answerTo('/orders/a%20b')).code, 'ok')
    expect(reached).toBe(1)
  })
})
