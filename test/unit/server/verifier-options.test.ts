import { describe, expect, it } from 'vitest'
import {
  memoryReplayStore,
  noReplayProtection,
  rfc9421Verifier,
  staticKeys,
  strictPolicy,
} from '../../../src/server/index.js'
import { rateLimits } from '../../../src/server/rate-limits.js'
import { assertContext, assertRefusal, assertVerifierOptions } from '../../../src/server/verifier-options.js'
import { withCode } from '../../expect-code.js'

const OPTIONS = {
  schemes: [rfc9421Verifier()],
  keys: staticKeys([]),
  policy: strictPolicy({ authorities: ['api.example.com'] }),
  replay: memoryReplayStore({ restartBarrier: false }),
}
const made = (options: object) => (): void => assertVerifierOptions({ ...OPTIONS, ...options } as never)
const refused = (options: object, text: string): void => expect(made(options)).toThrow(withCode('CONFIG_INVALID', text))

describe('the options of a verifier', () => {
  it('may be the four that it needs, and no fewer', () => {
    expect(made({})).not.toThrow()
    for (const name of Object.keys(OPTIONS)) refused({ [name]: undefined }, `"${name}" must be`)
  })

  it('have at least one scheme, each with an id and parse()', () => {
    for (const schemes of [[], rfc9421Verifier(), 'rfc9421', null])
      refused({ schemes }, '"schemes" must be an array with at least one scheme: write [rfc9421Verifier()]')
    const [scheme] = OPTIONS.schemes
    for (const one of [
      null,
      undefined,
      {},
      { parse: () => [] },
      { id: 'x' },
      { ...scheme, id: 5 },
      { ...scheme, parse: 5 },
    ])
      refused({ schemes: [scheme, one] }, '"schemes[1]" must be a scheme with parse(), such as rfc9421Verifier()')
  })

  it('have schemes and not what makes them, which is named', () => {
    refused({ schemes: [rfc9421Verifier] }, '"schemes[0]" must be a scheme, got a function: call it, rfc9421Verifier()')
    refused({ schemes: [() => undefined] }, 'call it, scheme()')
    refused({ schemes: [Object.defineProperty(() => undefined, 'name', { value: 'a b' })] }, 'call it, scheme()')
  })

  it('have keys that can be asked, which a Map is not', () => {
    for (const keys of [new Map(), {}, { get: 5 }, [], null])
      refused({ keys }, '"keys" must be a key source with get(), such as staticKeys([…])')
    expect(made({ keys: { get: () => undefined } })).not.toThrow()
  })

  it('have a policy that is an object', () => {
    for (const policy of ['strict', null, () => undefined])
      refused({ policy }, '"policy" must be made by strictPolicy({ authorities: ["api.example.com"] })')
  })

  it('have a replay store with claim(), or say that there is none', () => {
    for (const replay of [{}, { claim: 5 }, null, 'redis', new Map()])
      refused({ replay }, '"replay" must be a replay store, such as memoryReplayStore()')
    for (const replay of [noReplayProtection, { claim: () => 'claimed' }]) expect(made({ replay })).not.toThrow()
    expect(made({ replay: {} })).toThrow(/^(?!.*Workers KV)/)
    class KvNamespace {}
    refused({ replay: new KvNamespace() }, '(Workers KV would accept a message twice), got a KvNamespace')
  })

  it('may have a clock, an audit function, limits and a deadline', () => {
    for (const clock of [{}, { now: 5 }, null, 5]) refused({ clock }, '"clock" must be a clock with now()')
    refused({ clock: { now: () => 1_790_000_000 } }, 'are these seconds?')
    expect(made({ clock: { now: () => 1_790_000_000_000 } })).not.toThrow()
    for (const audit of [5, null, {}]) refused({ audit }, '"audit" must be a function, got')
    refused({ audit: { sink: () => {} } }, '"audit" must be a function, its "sink", got')
    expect(made({ audit: () => {} })).not.toThrow()
    for (const storeTimeoutMs of [0, 600_001, 1.5, '250'])
      refused({ storeTimeoutMs }, 'createVerifier: "storeTimeoutMs"')
    for (const storeTimeoutMs of [1, 600_000]) expect(made({ storeTimeoutMs })).not.toThrow()
    const limits = rateLimits({ key: { take: () => ({ ok: true, retryAfterMs: 0 }) } })
    expect(made({ limits })).not.toThrow()
    refused({ limits: { key: {} } }, '"limits" must be rateLimits()')
    refused({ limits: null }, '"limits" must be rateLimits()')
  })

  it('may explain and write errors by what is handed in for it, and by nothing else', () => {
    const limits = rateLimits({ key: { take: () => ({ ok: true, retryAfterMs: 0 }) } })
    for (const explain of [true, {}, () => {}, limits])
      refused({ explain }, '"explain" must be an explainer: loopbackOnly()')
    for (const signatureError of [true, {}, null])
      refused({ signatureError }, '"signatureError" must be signatureErrors')
    expect(made({ signatureError: () => undefined })).not.toThrow()
  })

  it.each([
    ['nonces', '"replay"'],
    ['replayStore', '"replay"'],
    ['limiter', '"limits"'],
    ['storeTimeout', '"storeTimeoutMs"'],
    ['timeoutMs', '"storeTimeoutMs"'],
    ['log', '"audit"'],
    ['authorities', 'policy: strictPolicy({ authorities })'],
    ['maxAgeMs', 'policy: strictPolicy({ maxAgeMs })'],
    ['debug', '"explain"'],
    ['verbose', '"explain"'],
  ])('do not have "%s", for which %s is meant', (given, meant) => {
    refused({ [given]: 1 }, `did you mean ${meant}?`)
  })
})

describe('the context of one request', () => {
  const context = (given: unknown) => (): void => assertContext('verify', given as never)
  const wrong = (given: unknown, text: string): void => expect(context(given)).toThrow(withCode('CONFIG_INVALID', text))

  it('is an object of what is read, each of its type', () => {
    for (const one of [null, undefined, 'orders:read', [], 5])
      wrong(one, 'verify: "context" must be an object such as { scope: "orders:read" }')
    const strings = ['clientIp', 'scope', 'peerIp', 'ipSource', 'requestId']
    const flags = ['acceptAbsoluteForm', 'acceptEncodedSlash', 'acceptAnyPath']
    for (const [names, value, other, what] of [
      [strings, 'a', 5, 'a string'],
      [flags, true, 'true', 'a boolean'],
      [['cost'], 2, '2', 'a number'],
    ] as const)
      for (const name of names) {
        expect(context({ [name]: value })).not.toThrow()
        expect(context({ [name]: undefined })).not.toThrow()
        wrong({ [name]: other }, `verify: "${name}" must be ${what}, got`)
        wrong({ [name]: null }, `"${name}" must be ${what}, got null`)
      }
    expect(context({})).not.toThrow()
  })

  it('takes the reading of streams as it is handed in, and no other function', () => {
    for (const streamBody of [() => {}, true, {}]) wrong({ streamBody }, '"streamBody" must be streamedBody')
    expect(context({ streamBody: undefined })).not.toThrow()
  })

  it('has no other name, not even one that every object has', () => {
    wrong({ scopes: 'orders:read' }, 'did you mean "scope"?')
    wrong({ ip: '192.0.2.1' }, 'did you mean "clientIp"?')
    wrong({ constructor: 'x' }, 'unknown option "constructor"')
    wrong({ scop: undefined }, 'did you mean "scope"?')
  })
})

describe('a refusal by the host', () => {
  const refusal =
    (code: unknown, detail: unknown = 'no') =>
    (): void =>
      assertRefusal(code, detail)

  it('has the code of a verdict, and a text', () => {
    expect(refusal('SCOPE_DENIED')).not.toThrow()
    for (const code of [undefined, 5, ['SCOPE_DENIED'], 'constructor', 'NOPE_AT_ALL'])
      expect(refusal(code)).toThrow(withCode('CONFIG_INVALID', 'refuse: "code" must be the code of a verdict such as'))
    expect(refusal('SCOPE_DENYED')).toThrow('; did you mean "SCOPE_DENIED"?')
    expect(refusal(5)).toThrow(/got a number$/)
    for (const detail of [undefined, 5, null])
      expect(() => assertRefusal('SCOPE_DENIED', detail)).toThrow(
        withCode('CONFIG_INVALID', 'refuse: "detail" must be a string'),
      )
  })
})
