import { describe, expect, it } from 'vitest'
import { NO_ROUTE, TWO_ROUTES } from '../../../../src/access/scope.js'
import { httpRequest } from '../../../../src/message/message.js'
import { type ScopeOptions, type ScopeQuestion, scopeRule } from '../../../../src/server/middleware/scope-question.js'
import { withCode } from '../../../expect-code.js'

const request = { ...httpRequest({ url: 'https://api.example.com/Orders/?page=2' }), method: 'GET' }
type Reading = Parameters<ReturnType<typeof scopeRule>>[1]
const needed = (options: ScopeOptions, reading: Reading | string, method = 'GET'): string | undefined =>
  scopeRule(options)({ ...request, method }, typeof reading === 'string' ? { path: reading } : reading)
/** What a function is asked, and what it answers. */
function asking(answer: (question: ScopeQuestion) => unknown = () => 'orders:read') {
  const asked: ScopeQuestion[] = []
  const scope = (question: ScopeQuestion): string | undefined => {
    asked.push(question)
    return answer(question) as string | undefined
  }
  return { asked, scope }
}

describe('the scope that a request needs', () => {
  it('is one for every path, or none', () => {
    const odd = { path: '/orders', written: '/Orders/', encoded: ['/%4Frders'] }
    for (const path of ['/', '/orders', odd]) {
      expect(needed({ scope: 'orders:read' }, path)).toBe('orders:read')
      expect(needed({ scope: 'none' }, path)).toBeUndefined()
      expect(needed({}, path)).toBeUndefined()
    }
    for (const scope of ['orders', 'Orders:read', '', 5, null])
      expect(() => scopeRule({ scope: scope as string })).toThrow(withCode('CONFIG_INVALID'))
  })

  it('is that of its route, and where there is none that of all others', () => {
    const routes = [
      { path: '/orders', scope: 'orders:read' },
      { path: '/health', scope: 'none' },
    ]
    for (const [others, unlisted] of [
      [{}, NO_ROUTE],
      [{ scope: 'none' }, undefined],
      [{ scope: 'rest:read' }, 'rest:read'],
      [{ scope: () => 'asked:read' }, 'asked:read'],
      [{ scope: () => undefined }, undefined],
      [{ scope: () => 'none' }, undefined],
    ] as const) {
      expect(needed({ routes, ...others }, '/orders')).toBe('orders:read')
      expect(needed({ routes, ...others }, '/health')).toBeUndefined()
      expect(needed({ routes, ...others }, '/other')).toBe(unlisted)
    }
  })

  it('is what a function returns, which is a scope or none', () => {
    expect(needed(asking(), '/orders')).toBe('orders:read')
    for (const none of [undefined, 'none'])
      expect(
        needed(
          asking(() => none),
          '/orders',
        ),
      ).toBeUndefined()
    for (const answer of ['orders', null, 5, ['orders:read'], true, Promise.resolve('orders:read')])
      expect(() =>
        needed(
          asking(() => answer),
          '/orders',
        ),
      ).toThrow(withCode('CONFIG_INVALID', '"scope" must return'))
  })
})

describe('the question that a function is asked', () => {
  it('has the method, the path, the target with its query, and the request', () => {
    const { asked, scope } = asking()
    needed({ scope }, '/orders', 'DELETE')
    expect(asked).toEqual([
      { method: 'DELETE', path: '/orders', target: '/orders?page=2', request: { ...request, method: 'DELETE' } },
    ])
  })

  it('has a target in which the path ends where it ends, and an escape is one', () => {
    for (const [path, target] of [
      ['/a?b', '/a%3Fb?page=2'],
      ['/a#b', '/a%23b?page=2'],
      ['/100%', '/100%25?page=2'],
      ['/100%25', '/100%2525?page=2'],
      ['/a%2fb%5cc', '/a%2fb%5cc?page=2'],
    ] as const) {
      const { asked, scope } = asking()
      needed({ scope }, path)
      expect(asked[0]).toMatchObject({ path, target })
    }
  })

  it('is asked once of a plain path, and of another one once in each way that a router may read it', () => {
    const paths = (reading: Reading): readonly string[] => {
      const { asked, scope } = asking()
      expect(needed({ scope }, reading)).toBe('orders:read')
      return asked.map(({ path }) => path)
    }
    expect(paths({ path: '/orders' })).toEqual(['/orders'])
    expect(paths({ path: '/orders', written: '/Orders/' })).toEqual(['/orders', '/orders/', '/Orders', '/Orders/'])
    expect(paths({ path: '/orders', written: '/Orders' })).toEqual(['/orders', '/Orders'])
    expect(paths({ path: '/orders', written: '/orders/' })).toEqual(['/orders', '/orders/'])
    expect(paths({ path: '/', written: '/' })).toEqual(['/'])
    expect(paths({ path: '/a b', encoded: ['/a%20b', '/A%20b/'] })).toEqual([
      ...['/a b', '/a%20b', '/a%20b/', '/A%20b', '/A%20b/'],
    ])
  })

  it('has the path as it came where that is read, whose escapes are not encoded again', () => {
    const { asked, scope } = asking()
    needed({ scope }, { path: '/a b', encoded: ['/a%20b'] })
    expect(asked.map(({ target }) => target)).toEqual(['/a b?page=2', '/a%20b?page=2'])
  })
})

describe('a path that routers read differently', () => {
  const odd: Reading = { path: '/orders', written: '/Orders/' }

  it('needs what every reading needs, and is refused where one needs something else', () => {
    expect(needed(asking(), odd)).toBe('orders:read')
    for (const other of ['/orders/', '/Orders', '/Orders/']) {
      const { scope } = asking(({ path }) => (path === other ? 'admin:write' : 'orders:read'))
      expect(needed({ scope }, odd)).toBe(TWO_ROUTES)
      const open = asking(({ path }) => (path === other ? undefined : 'orders:read'))
      expect(needed(open, odd)).toBe(TWO_ROUTES)
    }
    const { scope } = asking(({ path }) => (path === '/%6frders' ? 'admin:write' : 'orders:read'))
    expect(needed({ scope }, { path: '/orders', encoded: ['/%6frders'] })).toBe(TWO_ROUTES)
  })

  it('is held to a table by every reading too, though the path itself is plain where the table is not', () => {
    const routes = [{ path: '/Orders', scope: 'orders:read' }]
    expect(needed({ routes }, '/orders')).toBe(TWO_ROUTES)
    expect(needed({ routes, scope: 'orders:read' }, '/orders')).toBe('orders:read')
    const plain = [{ path: '/orders', scope: 'orders:read' }]
    expect(needed({ routes: plain }, '/orders')).toBe('orders:read')
    expect(needed({ routes: plain }, odd)).toBe(TWO_ROUTES)
    expect(needed({ routes: plain, scope: 'orders:read' }, odd)).toBe('orders:read')
  })
})
