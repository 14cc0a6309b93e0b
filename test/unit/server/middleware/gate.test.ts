import { describe, expect, it } from 'vitest'
import { CountersignError } from '../../../../src/errors.js'
import { httpRequest } from '../../../../src/message/message.js'
import { type Arrival, type MiddlewareOptions, openGate } from '../../../../src/server/middleware/gate.js'
import { assertMiddlewareOptions } from '../../../../src/server/middleware/options.js'
import type { Verifier } from '../../../../src/server/options.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import type { Refused, Verdict } from '../../../../src/server/verdict.js'
import type { VerifyContext } from '../../../../src/server/verify-context.js'

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
    expect(contexts.pop()).toEqual({ ...from, streamBody: false })
    await gate({ scope: 'a:b', streamBody: true }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: true, scope: 'a:b' })
    await gate({ scope: () => undefined }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: false })
  })

  it('says what a request costs, and takes no nonsense for it', async () => {
    await gate({ cost: 5 }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: false, cost: 5 })
    await gate({ cost: ({ target }) => target.length }).judge(arrival, () => request)
    expect(contexts.pop()).toEqual({ ...from, streamBody: false, cost: 2 })
    for (const cost of [-1, 0.5, Number.NaN, '1' as never])
      expect(() => gate({ cost })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
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
  })

  it('turns what should not happen into a refusal that says nothing, and reports it', async () => {
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
    await expect(gate().judge(arrival, take)).rejects.toMatchObject({ code: 'BODY_CONSUMED' })
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
    expect(await gate().judge({ ...arrival, method: 'OPTIONS', fields: both }, () => request)).toEqual({ ok: true })
  })

  it('refuses a value of the wrong kind by the name of its option', () => {
    for (const name of ['exemptPreflight', 'streamBody', 'acceptAbsoluteForm', 'acceptEncodedSlash'])
      expect(() => assertMiddlewareOptions('verified', { [name]: 'false' })).toThrow(
        `"${name}" must be true or false, got a string`,
      )
    for (const name of ['requestId', 'onError'])
      expect(() => assertMiddlewareOptions('verified', { [name]: 'x' })).toThrow(
        `"${name}" must be a function, got a string`,
      )
  })
})
