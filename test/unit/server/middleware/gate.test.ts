import { describe, expect, it } from 'vitest'
import { CountersignError } from '../../../../src/errors.js'
import { httpRequest } from '../../../../src/message/message.js'
import { type Arrival, assertFirst, type MiddlewareOptions, openGate } from '../../../../src/server/middleware/gate.js'
import { assertMiddlewareOptions } from '../../../../src/server/middleware/options.js'
import { scopeCheck } from '../../../../src/server/middleware/route-scope.js'
import type { Verifier } from '../../../../src/server/options.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { streamedBody } from '../../../../src/server/steps/streamed-body.js'
import type { Refused, Verdict } from '../../../../src/server/verdict.js'
import type { VerifyContext } from '../../../../src/server/verify-context.js'
import { withCode } from '../../../expect-code.js'

const arrival: Arrival = { method: 'GET', target: '/a', fields: [], peer: '192.0.2.1', encrypted: true }
const request = httpRequest({ url: 'https://api.example.com/a' })
const contexts: Array<VerifyContext | undefined> = []
const targets: string[] = []
const verifier: Verifier = {
  policy: strictPolicy({ authorities: ['api.example.com'] }),
  challenges: [],
  verify: (message, context) => {
    contexts.push(context)
    targets.push(message.target)
    return Promise.resolve({ ok: true } as Verdict)
  },
  refuse: (message, code, detail) => ({ ok: false, code, detail, status: 400, request: message }) as Refused,
}
const gate = (options: MiddlewareOptions = {}) => openGate(verifier, options)
/** What every verifier is told of where a request came from. */
const from = { clientIp: '192.0.2.1', peerIp: '192.0.2.1', ipSource: 'socket' }

describe('openGate', () => {
  it('gives the verifier what it knows, and no scope where none is needed', async () => {
    await gate().judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: undefined })
    await gate({ scope: 'a:b', streamBody: streamedBody }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: streamedBody, scope: 'a:b' })
    await gate({ scope: () => undefined }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: undefined })
  })

  it('says what a request costs, and takes no nonsense for it', async () => {
    await gate({ cost: 5 }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: undefined, cost: 5 })
    await gate({ cost: ({ target }) => target.length }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: undefined, cost: 2 })
    await gate({ cost: 0 }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: undefined, cost: 0 })
    for (const cost of [-1, 0.5, Number.NaN, '1' as never])
      expect(() => gate({ cost })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('gives the verifier the forms of a path that are accepted, so that both read it by one rule', async () => {
    const forms = { acceptAbsoluteForm: true, acceptEncodedSlash: true, acceptAnyPath: true }
    for (const options of [
      forms,
      { acceptAbsoluteForm: true },
      { acceptEncodedSlash: true },
      { acceptAnyPath: true },
      {},
    ]) {
      await gate(options).judge(arrival, () => request)
      expect(contexts.pop()).toStrictEqual({ ...from, streamBody: undefined, ...options })
    }
    await gate({ acceptAbsoluteForm: false, acceptEncodedSlash: false, acceptAnyPath: false }).judge(
      arrival,
      () => request,
    )
    expect(contexts.pop()).toStrictEqual({ ...from, streamBody: undefined })
  })

  it('takes any path only under one scope for all of them', async () => {
    const any = { acceptAnyPath: true }
    for (const target of ['//key', '/a//b', '/../x', '/%2e/%2F;y']) {
      const odd = { ...request, target }
      expect(await gate(any).judge({ ...arrival, target }, () => odd)).toMatchObject({ ok: true })
      expect(await gate({ ...any, scope: 'objects:read' }).judge({ ...arrival, target }, () => odd)).toMatchObject({
        ok: true,
      })
      expect(contexts.pop()).toMatchObject({ scope: 'objects:read', acceptAnyPath: true })
      expect(await gate({}).judge({ ...arrival, target }, () => odd)).not.toMatchObject({ ok: true })
    }
    for (const options of [{ routes: [{ path: '/a', scope: 'none' }] }, { scope: () => 'objects:read' }] as object[])
      expect(() => gate({ ...any, ...options })).toThrow(
        '"acceptAnyPath" goes with one "scope" for all paths, not with "routes" or a function',
      )
  })

  it('gives the verifier the name of a request where it has one, and judges it all the same without', async () => {
    const told: unknown[] = []
    const broken = () => {
      throw new Error('no store')
    }
    for (const [requestId, expected] of [
      [() => 'r-1', { requestId: 'r-1' }],
      [() => undefined, {}],
      [() => 7 as never, {}],
      [broken, {}],
    ] as const) {
      const judging = gate({ requestId, onError: (error) => told.push(error) }).judge(arrival, () => request)
      expect(await judging).toMatchObject({ ok: true })
      expect(contexts.pop()).toStrictEqual({ ...from, streamBody: undefined, ...expected })
    }
    expect(told).toEqual([new Error('no store')])
  })

  it('refuses a public origin that the policy would refuse in every request', async () => {
    for (const publicOrigin of ['https://other.example', 'https://api.example.com:8443', 'http://api.example.com:443'])
      expect(() => gate({ publicOrigin })).toThrow('"publicOrigin" is not among the "authorities" of the policy')
    for (const publicOrigin of ['https://api.example.com', 'https://API.example.com:443', 'http://api.example.com/'])
      expect(await gate({ publicOrigin }).judge(arrival, () => request)).toMatchObject({ ok: true })
  })

  it('takes any public origin for a verifier that is of no host, as those of webhooks are', () => {
    const policy = { ...verifier.policy, authorities: [] }
    const publicOrigin = 'https://other.example.com'
    expect(() => openGate({ ...verifier, policy }, { publicOrigin })).not.toThrow()
    expect(() => gate({ publicOrigin })).toThrow(withCode('CONFIG_INVALID', '"publicOrigin" is not among'))
  })

  it('judges a request that has to be waited for as one that is there', async () => {
    expect(await gate().judge(arrival, async () => request)).toMatchObject({ ok: true })
    expect(targets.pop()).toBe('/a')
  })

  it('lets nothing pass for a verdict that says neither yes nor no', async () => {
    for (const verdict of [undefined, null, {}, { ok: 1 }, { ok: 'true' }]) {
      const odd = { ...verifier, verify: async () => verdict as never }
      const judged = await openGate(odd, { onError: () => {} }).judge(arrival, () => request)
      expect(judged).toMatchObject({ ok: false, code: 'HOST_FAULT', detail: 'the verifier returned no verdict' })
    }
  })

  it('refuses a path with two readings before it asks for a scope', async () => {
    const asked: string[] = []
    const scope = ({ path }: { path: string }): string => {
      asked.push(path)
      return 'a:b'
    }
    for (const target of ['/a//b', '/a/../b', '/a%2fb']) {
      const verdict = await gate({ scope }).judge(arrival, () => ({ ...request, target }))
      expect(verdict, target).toMatchObject({ ok: false, code: 'TARGET_MALFORMED' })
    }
    expect(asked).toEqual([])
  })

  it('refuses a method override where a method decides about the scope, and leaves it to the verifier elsewhere', async () => {
    const overriding = { ...request, fields: ['X-HTTP-Method', 'DELETE'] }
    const judge = (options: MiddlewareOptions) => gate(options).judge(arrival, () => overriding)
    const refused = {
      code: 'METHOD_MALFORMED',
      detail: 'a method override would need another scope',
    }
    expect(await judge({ scope: () => 'a:b' })).toMatchObject(refused)
    expect(await judge({ routes: [{ method: 'GET', path: '/a', scope: 'a:b' }] })).toMatchObject(refused)
    expect(await judge({ scope: 'a:b' })).toEqual({ ok: true })
    expect(await judge({})).toEqual({ ok: true })
    expect(await gate({ scope: () => 'a:b' }).judge(arrival, () => request)).toEqual({ ok: true })
  })

  it.each([
    ['BODY_TOO_LARGE', 'BODY_TOO_LARGE', []],
    ['BODY_UNREADABLE', 'BODY_UNREADABLE', []],
    ['MESSAGE_MALFORMED', 'HOST_FAULT', ['MESSAGE_MALFORMED']],
  ] as const)(
    '%s while the request is read is %s, and only a fault of the host is reported',
    async (thrown, code, told) => {
      const reported: unknown[] = []
      const judging = gate({ onError: (error) => reported.push((error as CountersignError).code) }).judge(
        arrival,
        (): never => {
          throw new CountersignError(thrown, 'what happened')
        },
      )
      // The request that is refused is the one that arrived, as far as it is known.
      const arrived = { method: 'GET', scheme: '', authority: '', target: '/a', fields: [], body: null }
      expect(await judging).toMatchObject({ ok: false, code, detail: 'what happened', request: arrived })
      expect(reported).toEqual(told)
    },
  )

  it('answers what the host did not hand over as its own fault', async () => {
    const reported: unknown[] = []
    const faulty = gate({ exemptPreflight: true, onError: (error) => reported.push(error) })
    const verdict = await faulty.judge({ ...arrival, fault: 'no raw headers' }, () => request)
    expect(verdict).toMatchObject({ ok: false, code: 'HOST_FAULT', detail: 'no raw headers' })
    expect(reported).toHaveLength(1)
  })

  it('asks for the scope of the path as it was signed', async () => {
    const asked: string[] = []
    const scope = ({ target }: { target: string }): string => {
      asked.push(target)
      return 'a:b'
    }
    await gate({ scope, publicPathPrefix: '/api' }).judge(arrival, () => request)
    expect([asked.pop(), targets.pop()]).toEqual(['/api/a', '/api/a'])
  })

  it('answers a scope function that returns no scope as a fault of the host, and names it', async () => {
    const told: unknown[] = []
    const details: string[] = []
    const noting: Verifier = {
      ...verifier,
      refuse: (message, code, detail) => {
        details.push(detail)
        return verifier.refuse(message, code, detail)
      },
    }
    const wrong: readonly unknown[] = ['', 'orders', 'Orders:read', 'orders:*', '*', null, 5, true, ['orders:read'], {}]
    const answers = [...wrong, Promise.resolve('orders:read'), '(no route)', '(two routes)']
    for (const answer of answers) {
      const options = { scope: () => answer as string, onError: (error: unknown) => told.push(error) }
      const verdict = await openGate(noting, options).judge(arrival, () => request)
      expect(verdict, String(answer)).toMatchObject({ ok: false, code: 'HOST_FAULT' })
      expect(details.pop()).toContain('"scope" must return resource:action in lower case, without wildcards, got ')
    }
    expect(told).toHaveLength(answers.length)
    expect(await gate({ scope: () => 'none' }).judge(arrival, () => request)).toMatchObject({ ok: true })
  })

  it('leaves members that arrive late where the target gets its prefix', async () => {
    let trailers: string[] = []
    const late = Object.defineProperty({ ...request }, 'trailers', { enumerable: true, get: () => trailers })
    let judged: { readonly trailers?: readonly string[] | undefined } = {}
    const keeping: Verifier = {
      ...verifier,
      verify: (message) => {
        judged = message
        return Promise.resolve({ ok: true } as Verdict)
      },
    }
    await openGate(keeping, { publicPathPrefix: '/api' }).judge(arrival, () => late)
    trailers = ['a', 'b']
    expect(judged.trailers).toEqual(['a', 'b'])
    // What copies the request, as the verifier does when it has read the body, copies the target.
    expect({ ...judged }).toMatchObject({ method: 'GET', target: '/api/a', trailers: ['a', 'b'] })
  })

  it('turns what should not happen into a refusal that reveals nothing, and reports it', async () => {
    const told: unknown[] = []
    const options = { onError: (error: unknown) => told.push(error) }
    const failures: Array<[MiddlewareOptions, () => never]> = [
      [
        options,
        () => {
          throw new Error('secret')
        },
      ],
      [
        options,
        () => {
          throw new CountersignError('CONFIG_INVALID', 'set up wrongly')
        },
      ],
      [
        {
          ...options,
          scope: () => {
            throw new TypeError('secret')
          },
        },
        () => request as never,
      ],
    ]
    for (const [with_, take] of failures) {
      const verdict = await gate(with_).judge(arrival, take)
      expect(verdict).toMatchObject({ ok: false, code: 'HOST_FAULT' })
      expect(JSON.stringify(verdict)).not.toContain('secret')
    }
    expect(told).toHaveLength(3)
    const deaf = gate({
      onError: () => {
        throw new Error('full disk')
      },
    })
    expect(await deaf.judge(arrival, failures[0]?.[1] as () => never)).toMatchObject({ ok: false, code: 'HOST_FAULT' })
  })

  it('lets one error through: the body is gone, which is for the developer', async () => {
    const take = (): never => {
      throw new CountersignError('BODY_CONSUMED', 'gone')
    }
    const one = gate()
    const error: unknown = await (async () => one.judge(arrival, take))().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'BODY_CONSUMED' })
    expect(one.refusedFor(error)).toMatchObject({ ok: false, code: 'HOST_FAULT', detail: 'gone' })
    for (const other of [new CountersignError('BODY_CONSUMED', 'gone'), null, undefined, 'gone', 5])
      expect(one.refusedFor(other)).toBeUndefined()
  })

  it('knows a preflight by its fields, and lets only that through', async () => {
    const both = ['Origin', 'https://a.example', 'Access-Control-Request-Method', 'POST']
    const judge = (part: Partial<Arrival>) =>
      gate({ exemptPreflight: true }).judge({ ...arrival, ...part }, () => request)
    expect(await judge({ method: 'OPTIONS', fields: both })).toBeUndefined()
    expect(await judge({ method: 'OPTIONS', fields: both.slice(2) })).toEqual({ ok: true })
    expect(await judge({ method: 'OPTIONS', fields: both.slice(0, 2) })).toEqual({ ok: true })
    expect(await judge({ method: 'options', fields: both })).toEqual({ ok: true })
    expect(await judge({ method: 'OPTIONS', fields: [...both, 'Transfer-Encoding', 'chunked'] })).toEqual({ ok: true })
    expect(await judge({ method: 'OPTIONS', fields: [...both, 'Content-Length', '0'] })).toEqual({ ok: true })
    expect(await judge({ method: 'OPTIONS', fields: both, hasContent: true })).toEqual({ ok: true })
    expect(await judge({ method: 'OPTIONS', fields: both, hasContent: false })).toBeUndefined()
    expect(await judge({ method: 'POST', fields: both })).toEqual({ ok: true })
    expect(await gate().judge({ ...arrival, method: 'OPTIONS', fields: both }, () => request)).toEqual({ ok: true })
  })

  it('answers a refusal by its status alone, and a handler that failed as a fault of the server', () => {
    const head = { 'cache-control': 'no-store', 'content-type': 'application/problem+json' }
    const body = (title: string, status: number) => JSON.stringify({ type: 'about:blank', title, status })
    const refused = { status: 403, code: 'SCOPE_DENIED', retryAfterMs: undefined } as Refused
    expect(gate().answer(refused)).toEqual({ status: 403, headers: head, body: body('Forbidden', 403) })
    expect(gate().failure).toEqual({ status: 500, headers: head, body: body('Internal Server Error', 500) })
    expect(gate().maxBodyBytes).toBe(verifier.policy.maxBodyBytes)
  })

  it('lets the routes behind it ask for their scope, of a request that was accepted only', async () => {
    const check = scopeCheck('a:b')
    const judge = (verdict: object) =>
      openGate({ ...verifier, verify: async () => verdict as Verdict }, {}).judge(arrival, () => request)
    const record = (...scopes: readonly string[]) => ({ ok: true, request, record: { scopes } })
    expect(check(await judge(record('a:b')))).toBeUndefined()
    expect(check(await judge(record('a:c')))).toMatchObject({ status: 400 })
    expect(() => check({ ok: true, request, record: { scopes: ['a:b'] } })).toThrow('found no verified request')
    const refused = await judge({ ...record('a:b'), ok: false })
    expect(() => check(refused)).toThrow('found no verified request')
  })

  it('is not opened without a verifier, and says what came in its place', () => {
    for (const [wrong, got] of [
      [undefined, 'nothing'],
      [null, 'null'],
      [{}, 'an object'],
    ] as const)
      expect(() => openGate(wrong as never, {})).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.stringContaining(`"verifier" must be what createVerifier() made, got ${got}`),
        }),
      )
  })

  it('refuses a value of the wrong kind by the name of its option', () => {
    for (const name of ['exemptPreflight', 'acceptAbsoluteForm', 'acceptEncodedSlash', 'acceptAnyPath'])
      expect(() => assertMiddlewareOptions('requireSignature', { [name]: 'false' })).toThrow(
        `"${name}" must be true or false, got a string`,
      )
    for (const name of ['requestId', 'onError'])
      expect(() => assertMiddlewareOptions('requireSignature', { [name]: 'x' })).toThrow(
        `"${name}" must be a function, got a string`,
      )
  })
})

describe('assertFirst', () => {
  it('refuses to judge a request again, whose nonce is spent', () => {
    for (const none of [undefined, null]) expect(() => assertFirst(none)).not.toThrow()
    for (const verdict of [{ ok: true }, { ok: false }, false, ''])
      expect(() => assertFirst(verdict)).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('was verified before') }),
      )
  })
})
