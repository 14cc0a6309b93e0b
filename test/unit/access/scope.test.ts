import { describe, expect, it } from 'vitest'
import {
  assertScope,
  contextScopeFault,
  grants,
  lackedScope,
  NO_ROUTE,
  scopeProblem,
  TWO_ROUTES,
} from '../../../src/access/scope.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'

const key = hmacKey({ keyId: 'k1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })

describe('grants', () => {
  it.each<[string[], string, boolean]>([
    [['orders:write'], 'orders:write', true],
    [['orders:write'], 'orders:read', false],
    [['orders:*'], 'orders:read', true],
    [['*:read'], 'orders:read', true],
    [['*:read'], 'orders:write', false],
    [['*:*'], 'orders:write', true],
    [[], 'orders:write', false],
    // Nothing but a whole segment is a wildcard, and a prefix is not a grant.
    [['order:write'], 'orders:write', false],
    [['orders:w*'], 'orders:write', false],
    [['ord*:write'], 'orders:write', false],
    [['orders:*:x'], 'orders:write', false],
    [['orders'], 'orders:write', false],
    [['*'], 'orders:write', false],
    [['**:**'], 'orders:write', false],
    [['Orders:Write'], 'orders:write', false],
    [[' orders:write'], 'orders:write', false],
    [['orders:write\n'], 'orders:write', false],
    [['constructor:write'], 'orders:write', false],
    // A need that is none is never met.
    [['*:*'], '*:*', false],
    [['*:*'], 'orders:*', false],
    [['*:*'], 'orders', false],
    [['*:*'], 'orders:write:x', false],
    [['*:*'], '', false],
  ])('the scopes %j are asked for %j: %s', (granted, needed, expected) => {
    expect(grants(granted, needed)).toBe(expected)
  })

  it('refuses, when it is set up, a scope that no key could hold', () => {
    for (const needed of ['', 'orders', 'orders:*', 'Orders:write', 'orders:write ', 'a:b:c', `${'a'.repeat(65)}:b`]) {
      expect(() => assertScope(needed)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
    expect(() => assertScope('orders:write')).not.toThrow()
    expect(() => assertScope('Orders/Write')).toThrow('got a string; did you mean "orders:write"?')
    expect(() => assertScope('orders:*')).toThrow('a route names what it needs')
    expect(() => assertScope(5)).toThrow(/got a number$/)
    expect(() => assertScope(' orders:write ')).toThrow('did you mean "orders:write"?')
    // What reads as a scope when it is made text is none.
    expect(() => assertScope(['orders:write'])).toThrow(/got an? (?:array|list|object)/)
  })
})

describe('the scope of one request', () => {
  it('may be absent, a scope, or what a middleware puts for a path without one scope', () => {
    for (const needed of [undefined, 'orders:read', NO_ROUTE, TWO_ROUTES])
      expect(contextScopeFault(needed)).toBeUndefined()
    expect(contextScopeFault('orders')).toMatch(/^"scope" must be resource:action/)
    expect(contextScopeFault('')).toMatch(/^"scope" must be resource:action/)
  })

  it('is denied to a key that holds no scope for it, and asked of no key where there is none', () => {
    expect(scopeProblem({ key, scopes: ['orders:read'] }, 'orders:read')).toBeUndefined()
    expect(scopeProblem({ key, scopes: ['orders:read'] }, 'orders:write')).toBe('SCOPE_DENIED')
    expect(scopeProblem({ key }, 'orders:read')).toBe('SCOPE_DENIED')
    expect(scopeProblem({ key }, undefined)).toBeUndefined()
    for (const mark of [NO_ROUTE, TWO_ROUTES]) expect(scopeProblem({ key, scopes: ['*:*'] }, mark)).toBe('SCOPE_DENIED')
  })
})

describe('a denial', () => {
  it('names the first scope of the record that can grant nothing, and no other', () => {
    expect(lackedScope('a:b', { key })).toBe('the key lacks the scope a:b')
    expect(lackedScope('a:b', { key, scopes: ['orders:read', '*:c'] })).toBe('the key lacks the scope a:b')
    expect(lackedScope('a:b', { key, scopes: ['orders', 'a:c'] })).toMatch(/ a:b; "scopes\[0\]" .* grants nothing$/)
    expect(lackedScope('a:b', { key, scopes: ['a:c', 'orders', '*'] })).toMatch(
      / a:b; "scopes\[1\]" .* grants nothing$/,
    )
  })

  it('of every key is for a path that no route lists, or that routers read as two', () => {
    const scopes = ['*:*', 'orders']
    expect(lackedScope(NO_ROUTE, { key, scopes })).toBe('no route lists this method and path, so no key may call them')
    expect(lackedScope(TWO_ROUTES, { key, scopes })).toBe(
      'routers read the path as different routes, which need different scopes',
    )
  })
})
