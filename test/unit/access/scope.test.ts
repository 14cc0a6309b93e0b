import { describe, expect, it } from 'vitest'
import { assertScope, grants } from '../../../src/access/scope.js'

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
  ])('%j for %j: %s', (granted, needed, expected) => {
    expect(grants(granted, needed)).toBe(expected)
  })

  it('refuses, when it is set up, a need that nobody could meet', () => {
    for (const needed of ['', 'orders', 'orders:*', 'Orders:write', 'orders:write ', 'a:b:c', `${'a'.repeat(65)}:b`]) {
      expect(() => assertScope(needed)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    }
    expect(() => assertScope('orders:write')).not.toThrow()
    expect(() => assertScope('Orders/Write')).toThrow('got a string; did you mean "orders:write"?')
    expect(() => assertScope('orders:*')).toThrow('a route names what it needs')
    expect(() => assertScope(5)).toThrow(/got a number$/)
  })
})
