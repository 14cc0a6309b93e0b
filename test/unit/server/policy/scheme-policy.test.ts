import { describe, expect, it } from 'vitest'
import { type SchemeDemands, schemeDemands, type VerifyScheme } from '../../../../src/schemes/scheme.js'
import type { PolicyOptions } from '../../../../src/server/policy/policy.js'
import { type EffectivePolicy, policiesOf } from '../../../../src/server/policy/scheme-policy.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { noReplayProtection } from '../../../../src/server/verifier.js'

const scheme = (id: string, demands?: Partial<SchemeDemands>): VerifyScheme => ({
  id,
  parse: () => [],
  ...(demands && {
    demands: schemeDemands({ require: ['path'], requireWithBody: ['body'], requireNonce: false, ...demands }),
  }),
})
const effective = (one: VerifyScheme, options: Partial<PolicyOptions> = {}) =>
  policiesOf([one], strictPolicy({ authorities: ['api.example.com'], ...options })).get(one)

describe('the policy of one scheme', () => {
  it('wants a store for signatures without a time, or the word that there is none', () => {
    const timeless = scheme('timeless', { untimed: true })
    expect(() => effective(timeless)).toThrow(/"timeless" carry no time.* state "perScheme" of "timeless" with untimed/)
    expect(() => effective(timeless, { perScheme: { timeless: {} } })).toThrow(/carry no time/)
    const store = { claim: () => true }
    for (const untimed of [store, noReplayProtection] as const)
      expect(effective(timeless, { perScheme: { timeless: { untimed } } })?.untimed).toBe(untimed)
    expect(effective(scheme('timed', {}))?.untimed).toBeUndefined()
    expect(effective(scheme('timed', { untimed: false }))?.untimed).toBeUndefined()
  })

  it('has the components that the scheme states in place of the defaults, and those that the caller added', () => {
    const one = scheme('one', { require: ['path', 'query'] })
    expect(effective(one)).toMatchObject({ require: ['path', 'query'], requireWithBody: ['body'], requireNonce: false })
    expect(effective(one, { require: ['body'] })?.require).toEqual(['path', 'query', 'body'])
    expect(() => effective(one, { require: ['field:date'] })).toThrow(/"field:date", which signatures of scheme "one"/)
    expect(effective(one, { require: ['field:date'], perScheme: { one: { require: ['path'] } } })?.require).toEqual([
      'path',
    ])
  })

  it('has the lifetime that the scheme states, and the smaller of both ages', () => {
    const ages = (demands: Partial<SchemeDemands>, options: Partial<PolicyOptions> = {}) => {
      const { maxAgeMs, maxLifetimeMs, untilExpires } = effective(scheme('one', demands), options) as EffectivePolicy
      return [maxAgeMs, maxLifetimeMs, untilExpires]
    }
    expect(ages({})).toEqual([300_000, 3_600_000, false])
    expect(ages({ maxAgeMs: 60_000, maxLifetimeMs: 604_800_000, untilExpires: true })).toEqual([
      60_000,
      604_800_000,
      true,
    ])
    expect(ages({ maxAgeMs: 60_000 }, { maxAgeMs: 30_000, maxFutureMs: 0 })[0]).toBe(30_000)
    expect(ages({ untilExpires: false })[2]).toBe(false)
    expect(effective(scheme('without demands'))?.untilExpires).toBe(false)
  })

  it('has the algorithms that both the scheme and the caller allow', () => {
    const one = scheme('one', { algorithms: ['hmac-sha256', 'ed25519'] })
    expect(effective(one)?.algorithms).toEqual(['hmac-sha256', 'ed25519'])
    expect(effective(one, { algorithms: ['ed25519', 'hmac-sha512'] })?.algorithms).toEqual(['ed25519'])
    expect(() => effective(one, { algorithms: ['hmac-sha512'] })).toThrow(/"algorithms" allows none of scheme "one"/)
    expect(effective(scheme('any', {}), { algorithms: ['ed25519'] })?.algorithms).toEqual(['ed25519'])
  })

  it('keeps the default where the caller states a member as undefined, and says which id no scheme has', () => {
    const one = scheme('one', { algorithms: ['ed25519'] })
    expect(effective(one, { perScheme: { one: { algorithms: undefined as never } } })?.algorithms).toEqual(['ed25519'])
    expect(() => effective(one, { perScheme: { onne: {} } })).toThrow(/"onne".*did you mean "one"\?/)
    expect(() => effective(one, { perScheme: { quite: {} } })).toThrow(/"quite".*known: one$/)
    expect(() => effective(one, { perScheme: { ['x'.repeat(100)]: {} } })).toThrow(/ "x{64}", which is not the id/)
  })

  it('takes no demands that a spread would carry into the policy of others', () => {
    const open = {
      ...scheme('open'),
      demands: { require: ['path'], requireWithBody: [], requireNonce: false } as never,
    }
    expect(() => effective(open)).toThrow(/the demands of scheme "open" must be made with schemeDemands\(\)/)
  })
})
