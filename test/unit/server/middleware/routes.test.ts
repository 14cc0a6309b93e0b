import fc from 'fast-check'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { type Route, routeTable } from '../../../../src/server/middleware/routes.js'
import { scopeRule } from '../../../../src/server/middleware/scope-question.js'
import { readPath } from '../../../../src/server/steps/read-path.js'
import { cpuMs } from '../../../cpu-time.js'

const path = (target: string, options = {}): string | undefined => {
  const reading = readPath(target, 'GET', options)
  return 'path' in reading ? reading.path : undefined
}

describe('readPath', () => {
  it('decodes once, in lower case, without a final slash', () => {
    expect(path('/')).toBe('/')
    expect(path('/Orders/?a=%zz')).toBe('/orders')
    expect(path('/a%20b/caf%C3%A9/50%25/%2541')).toBe('/a b/café/50%/%41')
    expect(path('/a%3Fb%23c')).toBe('/a?b#c')
  })

  it('reads any escape of a UTF-8 text and refuses any other, without an exception', () => {
    const good = ['\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}', ' "<>', '%']
    for (const text of good) expect(path(`/${encodeURIComponent(text)}`), text).toBe(`/${text.toLowerCase()}`)
    const bad = [
      '%80',
      '%c3',
      '%c3%28',
      '%c0%80',
      '%e0%80%80',
      '%ed%a0%80',
      '%f0%80%80%80',
      '%f4%90%80%80',
      '%f8%88%80%80%80',
      '%fe',
      '%e2%82',
    ]
    for (const text of bad) expect(path(`/x${text}`), text).toBeUndefined()
  })

  it('keeps an encoded slash encoded where it is accepted, and still refuses to walk with it', () => {
    expect(path('/groups/a%2Fb%5Cc', { acceptEncodedSlash: true })).toBe('/groups/a%2fb%5cc')
    for (const target of ['/a%2f..%2fb', '/..%2fb', '/a%5c..', '/a%2f.', '/a/..%5cb'])
      expect(path(target, { acceptEncodedSlash: true }), target).toBeUndefined()
  })

  it('knows the asterisk form by its method', () => {
    expect(readPath('*', 'OPTIONS')).toEqual({ path: '*' })
    expect(readPath('*', 'GET')).toHaveProperty('problem')
  })

  it('accepts only what URL parsers and the router of Hono read as the same path', async () => {
    const seen: string[] = []
    const app = new Hono().all('*', (c) => {
      seen.push(c.req.path)
      return c.text('')
    })
    const parts = [
      'a',
      'Z',
      '.',
      '..',
      '%',
      '%2',
      '%2e',
      '%61',
      '%41',
      '%C3%A9',
      '%c3',
      '%20',
      '%25',
      '%2f',
      '%5C',
      '%3B',
      '%3f',
      ';',
      '//',
      '\\',
      '@',
      ':',
      '+',
      '&',
      '=',
      '~',
      '|',
      '[',
      '"',
      '\t',
      '#',
      'é',
    ]
    const target = fc.array(fc.constantFrom('/', ...parts), { maxLength: 12 }).map((found) => `/${found.join('')}`)
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(target, async (one) => {
        const canonical = path(one)
        if (canonical === undefined) return
        accepted++
        const same = (read: string): string => {
          const lower = decodeURIComponent(read).toLowerCase()
          return lower.length > 1 && lower.endsWith('/') ? lower.slice(0, -1) : lower
        }
        expect(same(new URL(`http://h${one}`).pathname)).toBe(canonical)
        await app.request(`http://h${one}`)
        // Hono decodes by decodeURI, which leaves the delimiters.
        const routed = seen.pop() as string
        expect(same(routed)).toBe(canonical)
      }),
      { numRuns: 3_000 },
    )
    expect(accepted).toBeGreaterThan(100)
  })

  it('the time of readPath is linear', () => {
    const started = cpuMs()
    for (const part of ['%', '%c3', '%c3%a9', 'a', '/', '/.', '/a', '%2f', ';', '%41'])
      readPath(`/${part.repeat(Math.floor(65_536 / part.length))}`, 'GET', { acceptEncodedSlash: true })
    expect(cpuMs() - started).toBeLessThan(1_000)
  })
})

describe('routeTable', () => {
  const table = (...routes: Route[]) => routeTable(routes).find

  it('lets the most specific path win, in whatever order the routes stand', () => {
    const routes: Route[] = [
      { path: '/*', scope: 'a:any' },
      { path: '/orders/*', scope: 'a:under' },
      { path: '/orders/:id', scope: 'a:one' },
      { path: '/orders/open', scope: 'a:open' },
      { path: '/:kind/open', scope: 'a:kind' },
      { path: '/orders', scope: 'a:list' },
    ]
    for (const given of [routes, routes.toReversed()]) {
      const { find } = routeTable(given)
      const scopes = ['/', '/x', '/orders', '/orders/1', '/orders/open', '/orders/1/2', '/x/open', '/x/open/y'].map(
        (one) => find('GET', one),
      )
      expect(scopes).toEqual(['a:any', 'a:any', 'a:list', 'a:one', 'a:open', 'a:under', 'a:kind', 'a:any'])
    }
  })

  it('takes a pattern in any letter case, with a final slash, and its star for the path itself', () => {
    const find = table({ path: '/Admin/*', scope: 'a:b' }, { path: '/x/', scope: 'c:d' })
    expect([find('GET', '/admin'), find('GET', '/admin/x/y'), find('GET', '/x')]).toEqual(['a:b', 'a:b', 'c:d'])
    expect([find('GET', '/administrator'), find('GET', '/'), find('GET', '/x/y')]).toEqual(Array(3).fill(undefined))
  })

  it('matches the root alone by "/", and what stands under a parameter with it only', () => {
    const exactly = { letterCase: false, finalSlash: false }
    const { find } = routeTable([
      { path: '/', scope: 'a:root' },
      { path: '/orders/:id/*', scope: 'a:one' },
    ])
    for (const folding of [undefined, exactly]) {
      expect(find('GET', '/', folding)).toBe('a:root')
      expect(find('GET', '/orders', folding)).toBeUndefined()
      expect(['/orders/1', '/orders/1/x'].map((one) => find('GET', one, folding))).toEqual(['a:one', 'a:one'])
    }
  })

  it('is plain where no route has a capital or a final slash', () => {
    const isPlain = (...paths: string[]) => routeTable(paths.map((one) => ({ path: one, scope: 'a:b' }))).isPlain
    expect(isPlain('/', '/orders', '/orders/:orderId', '/admin/*')).toBe(true)
    for (const one of ['/Orders', '/orders/', '/orders/:id/Items/*']) expect(isPlain('/a', one), one).toBe(false)
  })

  it('prefers the named method, and falls to the next path where none fits', () => {
    const find = table(
      { method: ['POST', 'PUT'], path: '/orders', scope: 'orders:write' },
      { method: 'GET', path: '/orders', scope: 'orders:read' },
      { path: '/orders', scope: 'orders:any' },
      { method: 'GET', path: '/head', scope: 'head:get' },
      { method: 'HEAD', path: '/head', scope: 'head:head' },
      { path: '/*', scope: 'rest:any' },
    )
    expect(['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].map((method) => find(method, '/orders'))).toEqual([
      'orders:read',
      'orders:read',
      'orders:write',
      'orders:write',
      'orders:any',
    ])
    expect([find('HEAD', '/head'), find('GET', '/head'), find('PUT', '/head')]).toEqual([
      'head:head',
      'head:get',
      'rest:any',
    ])
  })

  it('refuses what cannot be meant, by name', () => {
    const bad: Array<readonly [unknown, RegExp]> = [
      [[], /"routes" must be a list/],
      [{}, /"routes" must be a list/],
      [[null], /routes\[0\]/],
      [[{ path: '/a', scopes: 'a:b' }], /unknown option "scopes".*"scope"/],
      [[{ path: '/a', scope: 'a:b', methods: 'GET' }], /unknown option "methods".*"method"/],
      [[{ pathh: '/a', scope: 'a:b' }], /unknown option "pathh".*"path"/],
      [[{ path: '/a' }], /"routes\[0\].scope" must be .* got nothing/],
      [[{ path: '/a', scope: 'a:*' }], /"routes\[0\].scope" must be/],
      [[{ path: '/a', scope: 'all' }], /"routes\[0\].scope" must be/],
      [[{ path: '/a', scope: 'a:b', method: 'get' }], /"routes\[0\].method" must be .* got "get"/],
      [[{ path: '/a', scope: 'a:b', method: [] }], /"routes\[0\].method"/],
      [[{ path: '/a', scope: 'a:b', method: '*' }], /"routes\[0\].method"/],
      [
        [
          { path: '/a', scope: 'a:b' },
          { path: '/A/', scope: 'c:d' },
        ],
        /"routes\[1\]" must need the scope of "routes\[0\]": many routers/,
      ],
      [
        [
          { path: '/Health/', scope: 'a:b' },
          { path: '/Health/', scope: 'a:b' },
        ],
        /"routes\[1\]" matches the same requests as "routes\[0\]"/,
      ],
      [
        [
          { path: '/:a', scope: 'a:b' },
          { path: '/:b', scope: 'c:d' },
        ],
        /matches the same requests/,
      ],
      [
        [
          { path: '/orders/*', scope: 'a:b' },
          { method: 'GET', path: '/orders', scope: 'a:b' },
          { path: '/Orders/*', scope: 'c:d' },
        ],
        /"routes\[2\]" must need the scope of "routes\[0\]"/,
      ],
      ...Object.entries({
        'begins with "/" \\("/\\*" for every path\\)': ['', 'a', 'a/b', '*', 'orders', ':id', 'https://h/a'],
        'without "\\?" and "#"': ['/a?b', '/a#b', '/:a?', '/orders?x=1', '/orders?'],
        'a decoded path': ['/a%20b', '/%61'],
        'empty and dot segments': ['/a//b', '//', '/./a', '/a/..', '/a b', '/a;b', '/a\\b', '/a\t'],
        '"\\*" as its last segment only': [
          '/orders/*/x',
          '/orders/**',
          '/**',
          '/*/*',
          '/a*',
          '/a/*/',
          '/a/*name',
          '/a/.*',
        ],
        'made of text': [
          '/(a)',
          '/:',
          '/:1',
          '/:id+',
          '/:id.json',
          '/a:b',
          '/{a}',
          '/:id{[0-9]+}',
          '/a/[id]',
          '/[...a]',
          '/<id>',
        ],
      }).flatMap(([text, paths]) =>
        paths.map(
          (one) =>
            [[{ path: one, scope: 'a:b' }], new RegExp(`"routes\\[0\\].path" must be .*${text}.* got "`)] as const,
        ),
      ),
      [[{ path: 5, scope: 'a:b' }], /"routes\[0\].path" must be a path such as .* got a number/],
      [[{ path: '/a', scope: 'a:b', method: ['GET', 'GET'] }], /matches the same requests/],
    ]
    for (const [routes, text] of bad)
      expect(() => routeTable(routes as Route[]), JSON.stringify(routes)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(text) }),
      )
  })
})

describe('scopeRule', () => {
  const request = { method: 'GET', scheme: 'https', authority: 'h', target: '/A?x=%61', fields: [], body: null }

  it('takes scope for what is in no route, and "none" for no need', () => {
    const routes = [{ path: '/a', scope: 'none' }]
    expect(scopeRule({ routes })(request, { path: '/a' })).toBeUndefined()
    expect(scopeRule({ routes })(request, { path: '/b' })).toBe('(no route)')
    expect(scopeRule({ routes, scope: 'none' })(request, { path: '/b' })).toBeUndefined()
    expect(scopeRule({ routes, scope: 'a:b' })(request, { path: '/b' })).toBe('a:b')
    expect(scopeRule({ routes, scope: ({ path }) => `a:${path.slice(1)}` })(request, { path: '/b' })).toBe('a:b')
    expect(scopeRule({ scope: 'none' })(request, { path: '/b' })).toBeUndefined()
    expect(scopeRule({})(request, { path: '/b' })).toBeUndefined()
  })

  it('takes a function that returns "none", and refuses a fixed scope that is none when it is set up', () => {
    expect(scopeRule({ scope: () => 'none' })(request, { path: '/b' })).toBeUndefined()
    for (const scope of ['orders', 'orders:*', ''])
      expect(() => scopeRule({ scope })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('refuses a path that a router may give to another route than the one that fits without letter case or slash', () => {
    const routes: Route[] = [
      { path: '/health', scope: 'none' },
      { path: '/keys', scope: 'keys:read' },
      { path: '/Reports/', scope: 'reports:read' },
      { path: '/:tenant', scope: 'admin:all' },
      { path: '/orders/*', scope: 'orders:read' },
    ]
    const needed = (target: string, options = {}) =>
      scopeRule({ routes, ...options })(request, readPath(target, 'GET') as { path: string })
    // The Kelvin sign is a "k" in lower case, and to no router.
    for (const target of ['/HEALTH', '/Health', '/%E2%84%AAeys', '/reports', '/Reports'])
      expect(needed(target), target).toBe('(two routes)')
    expect([needed('/health'), needed('/Tenant'), needed('/orders/AbC'), needed('/orders/')]).toEqual([
      undefined,
      'admin:all',
      'orders:read',
      'orders:read',
    ])
    expect([needed('/Reports/'), needed('/reports/x')]).toEqual(['reports:read', '(no route)'])
    // In no route as it is written, a router may have a route there that the table does not know.
    for (const target of ['/health/', '/ORDERS/1', '/keys/']) expect(needed(target), target).toBe('(two routes)')
    const wild = { routes: [...routes, { path: '/*', scope: 'admin:all' }] }
    expect([needed('/health/', wild), needed('/orders/', wild)]).toEqual(['(two routes)', 'orders:read'])
    expect([needed('/health/', { scope: 'a:b' }), needed('/health/', { scope: 'none' })]).toEqual([
      '(two routes)',
      undefined,
    ])
  })

  it('refuses a path that is another one to a router which does not decode, or decodes less', () => {
    const routes: Route[] = [
      { path: '/me!', scope: 'none' },
      { path: '/a@b', scope: 'none' },
      { path: '/café', scope: 'none' },
      { path: '/:tenant', scope: 'admin:all' },
      { path: '/users/:name', scope: 'users:read' },
    ]
    const needed = (target: string, options = {}) =>
      scopeRule({ routes, ...options })(
        request,
        readPath(target, 'GET', { acceptEncodedSlash: true }) as { path: string },
      )
    for (const target of ['/me%21', '/ME%21', '/a%40b', '/caf%c3%a9', '/CAF%C3%A9'])
      expect(needed(target), target).toBe('(two routes)')
    // Without case and slash Express reads "/me%21" and "/:tenant" in it, whatever the rest needs.
    expect(needed('/ME%21/', { scope: 'none' })).toBe('(two routes)')
    for (const target of ['/me!', '/a@b', '/caf%C3%A9']) expect(needed(target), target).toBeUndefined()
    for (const name of ['a%40b', 'a%2Fb', 'caf%c3%a9', '%21', 'A%20b'])
      expect(needed(`/users/${name}`), name).toBe('users:read')
    const scope = ({ path }: { readonly path: string }) => (path === '/me!' ? undefined : 'admin:all')
    expect(scopeRule({ scope })(request, readPath('/me%21', 'GET') as { path: string })).toBe('(two routes)')
    expect(scopeRule({ scope: 'a:b' })(request, readPath('/Me%21/', 'GET') as { path: string })).toBe('a:b')
  })

  it('takes both spellings of a path where the table lists them', () => {
    const routes: Route[] = ['/orders', '/orders/', '/Orders'].map((one) => ({ path: one, scope: 'orders:read' }))
    const needed = (target: string) => scopeRule({ routes })(request, readPath(target, 'GET') as { path: string })
    expect(['/orders', '/orders/', '/Orders', '/Orders/', '/ORDERS'].map(needed)).toEqual([
      ...Array(3).fill('orders:read'),
      ...Array(2).fill('(two routes)'),
    ])
  })

  it('asks a function again about a path as it was written', () => {
    const scope = ({ path }: { readonly path: string }) => (path === '/health' ? undefined : 'admin:all')
    const needed = (target: string) => scopeRule({ scope })(request, readPath(target, 'GET') as { path: string })
    expect(['/health', '/HEALTH', '/health/', '/x', '/X/'].map(needed)).toEqual([
      undefined,
      '(two routes)',
      '(two routes)',
      'admin:all',
      'admin:all',
    ])
  })

  it('gives a function a target whose path ends where the path does', () => {
    const seen: string[] = []
    const rule = scopeRule({ scope: ({ target }) => void seen.push(new URL(target, 'https://h').pathname) })
    for (const target of ['/a%3Fb', '/a%23b', '/a%2521b', '/50%25'])
      rule(request, readPath(target, 'GET') as { path: string })
    expect(seen).toEqual(['/a%3Fb', '/a%23b', '/a%2521b', '/50%25'])
  })

  it('asks a function once about each reading of a path, with a target whose path ends where the path does', () => {
    const asked = (target: string): Array<readonly [string, string]> => {
      const seen: Array<readonly [string, string]> = []
      const rule = scopeRule({ scope: (question) => void seen.push([question.path, question.target]) })
      expect(rule(request, readPath(target, 'GET') as { path: string })).toBeUndefined()
      return seen.map(([path, full]) => [path, full.replace('?x=%61', '')])
    }
    expect(asked('/')).toEqual([['/', '/']])
    expect(asked('/a')).toEqual([['/a', '/a']])
    expect(asked('/Health/').toSorted()).toEqual([
      ['/Health', '/Health'],
      ['/Health/', '/Health/'],
      ['/health', '/health'],
      ['/health/', '/health/'],
    ])
    expect(asked('/A%3Fb').map(([, full]) => full.toLowerCase())).toContain('/a%3fb')
    for (const [, full] of asked('/A%3Fb')) expect(full).not.toContain('?')
    expect(asked('/me%21')).toEqual([
      ['/me!', '/me!'],
      ['/me%21', '/me%21'],
    ])
  })

  it('gives a function the canonical path, and refuses an answer that is no text', () => {
    const rule = scopeRule({
      scope: (question) => {
        expect(question).toEqual({ method: 'GET', path: '/a', target: '/a?x=%61', request })
        return 'a:b'
      },
    })
    expect(rule(request, { path: '/a' })).toBe('a:b')
    for (const answer of [Promise.resolve('a:b'), null, true, ['a:b']])
      expect(() => scopeRule({ scope: () => answer as never })(request, { path: '/a' })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
  })
})

it.each([
  [{ 'GET /orders': 'orders:read' }, 'an object'],
  [[], 'an empty one'],
])('shows what a table of routes looks like instead of %j', (given, got) => {
  expect(() => routeTable(given as never)).toThrow(
    `"routes" must be a list such as [{ method: "GET", path: "/orders/*", scope: "orders:read" }], got ${got}`,
  )
})
