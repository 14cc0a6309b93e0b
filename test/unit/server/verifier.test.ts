import { describe, expect, it } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import type { Bytes } from '../../../src/crypto/key.js'
import { randomBytes, randomNonce } from '../../../src/crypto/random.js'
import { CountersignError } from '../../../src/errors.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { staticKeys } from '../../../src/server/key-source.js'
import type { PolicyOptions } from '../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import type { ReplayStore } from '../../../src/server/replay/replay-store.js'
import { createVerifier, type VerifierOptions } from '../../../src/server/verifier.js'
import { codeOf, failingClock, verdictCode } from '../../expect-code.js'

const nowMs = 1_790_000_000_000
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })

const onceStore = (): ReplayStore => {
  const seen = new Set<string>()
  return {
    claim: ({ keyId, nonce }) => {
      const entry = `${keyId}\n${nonce}`
      if (seen.has(entry)) return 'replay'
      seen.add(entry)
      return 'claimed'
    },
  }
}

const verifierWith = (options: Partial<VerifierOptions> = {}) =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice', scopes: ['orders:write'] }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: onceStore(),
    clock: { now: () => nowMs },
    ...options,
  })

const order = httpRequest({
  method: 'POST',
  url: 'https://api.example.com/v1/orders?dry=1',
  headers: { 'content-type': 'application/json' },
  body: '{"symbol":"BTCUSDT"}',
})

const sign = (request: HttpRequest, atMs = nowMs, by = key): HttpRequest =>
  signPreparedSync(
    rfc9421({ key: by }).scheme.prepare(request, {
      keyId: by.keyId,
      algorithm: by.algorithm,
      nowMs: atMs,
      nonce: randomNonce(),
    }),
    by,
  )

describe('the line through every room', () => {
  it('accepts what was signed, and says who and what', async () => {
    const verdict = await verifierWith().verify(sign(order), { scope: 'orders:write' })
    expect(verdict).toMatchObject({ ok: true, keyId: 'bot-1', owner: 'alice', scheme: 'rfc9421', createdMs: nowMs })
    expect(verdict.ok && verdict.covered).toEqual(
      ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest'].map((name) => `"${name}"`),
    )
  })

  it.each([
    ['TIMESTAMP_EXPIRED', () => sign(order, nowMs - 301_000)],
    ['TIMESTAMP_FUTURE', () => sign(order, nowMs + 6_000)],
    ['SIGNATURE_INVALID', () => ({ ...sign(order), target: '/v1/orders?dry=0' })],
    ['DIGEST_MISMATCH', () => ({ ...sign(order), body: new TextEncoder().encode('{"symbol":"ETHUSDT"}') })],
    ['HOST_MISMATCH', () => ({ ...sign(order), authority: 'evil.example' })],
    ['AUTH_MISSING', () => order],
  ])('the request is refused with %s', async (code, make) => {
    expect(await verifierWith().verify(make())).toMatchObject({ ok: false, code })
  })

  it('refuses the same message twice, and a scope the key does not have', async () => {
    const verifier = verifierWith()
    const signed = sign(order)
    expect(await verifier.verify(signed)).toMatchObject({ ok: true })
    expect(await verifier.verify(signed)).toMatchObject({ ok: false, code: 'REPLAY' })
    expect(await verifier.verify(sign(order), { scope: 'orders:admin' })).toMatchObject({
      ok: false,
      code: 'SCOPE_DENIED',
    })
  })

  it('says in the audit trail which host came and which are allowed, in printable characters and bounded', async () => {
    const detailOf = async (authority: string, authorities: readonly string[], target = '/'): Promise<string> => {
      const verdict = await verifierWith({ policy: strictPolicy({ authorities }) }).verify({
        ...order,
        authority,
        target,
      })
      return verdict.ok ? 'ok' : `${verdict.code}: ${verdict.detail}`
    }
    const two = ['api.example.com', 'api2.example.com:8443']
    expect(await detailOf('Evil.example', two)).toBe(
      'HOST_MISMATCH: the request is for the host "evil.example", and the policy allows "api.example.com", "api2.example.com:8443"',
    )
    expect(await detailOf('', two)).toContain('for the host none, and')
    expect(await detailOf('a\n\u202e"b', two)).toContain('for the host "a??\\"b", and')
    const many = Array.from({ length: 20 }, (_, at) => `h${at}.example`)
    const long = await detailOf('x'.repeat(100_000), many)
    expect(long).toMatch(/"h7\.example" and 12 more$/)
    expect(long.length).toBeLessThan(500)
    expect(await detailOf('api.example.com', two, 'https://other.example/')).toBe(
      'HOST_MISMATCH: the target names another host ("other.example") than the Host field ("api.example.com")',
    )
  })

  it('answers a scope that no key can have, and something that is no request, as its own fault with what to do', async () => {
    const events: AuditEvent[] = []
    const verifier = verifierWith({ audit: (event) => events.push(event) })
    const scopeText = '"scope" must be resource:action in lower case, without wildcards, got a'
    const node = { rawHeaders: ['Host', 'api.example.com'], url: '/', method: 'GET', headers: {} }
    const fetched = new Request('https://api.example.com/')
    const unsound = { ...order, fields: { host: 'api.example.com' } }
    const wrong: ReadonlyArray<readonly [unknown, object, string]> = [
      [sign(order), { scope: 'orders' }, scopeText],
      [sign(order), { scope: 'orders:*' }, 'a route names what it needs'],
      [sign(order), { scope: 'none' }, scopeText],
      [sign(order), { scope: '' }, scopeText],
      [sign(order), { scope: 'Orders:Write' }, 'did you mean "orders:write"?'],
      [undefined, {}, '"request" must be an HttpRequest, got nothing: pass httpRequest('],
      [null, {}, 'got null'],
      ['https://api.example.com/', {}, 'got a string: pass httpRequest('],
      [
        fetched,
        {},
        'got a Fetch Request: pass await fromFetchRequest(request) of countersign/message, or use withSignature()',
      ],
      [
        node,
        {},
        'got a Node request: pass fromIncomingMessage(request, { scheme: "https" }) of countersign/server/node, or use',
      ],
      [{ ...node, app: () => {}, res: {} }, {}, 'got an Express request: pass fromIncomingMessage(req'],
      [{ req: node }, {}, 'got a context of Koa: use requireSignature() of countersign/server/koa'],
      [{ raw: node }, {}, 'got a Fastify request: use requireSignature() of countersign/server/fastify'],
      [{ req: { raw: fetched } }, {}, 'got a context of Hono: use requireSignature() of countersign/server/hono'],
      [Promise.resolve(order), {}, 'got a promise: await it'],
      [{ method: 'GET', url: 'https://api.example.com/', headers: {} }, {}, 'pass httpRequest({ method, url, headers'],
      [
        { status: 200, fields: [], body: null },
        {},
        'got an HttpResponse: a response is verified by createResponseVerifier()',
      ],
      [{ ...order, method: 5 }, {}, '"request.method" must be a string, got a number'],
      [{ ...order, authority: undefined }, {}, '"request.authority" must be a string, got nothing'],
      [unsound, {}, '"request.fields" must be a list of names and values, got an object'],
      [{ ...order, body: '{}' }, {}, '"request.body" must be null, a Uint8Array or a stream of them, got a string'],
    ]
    for (const [request, context, text] of wrong) {
      const verdict = await verifier.verify(request as never, context)
      expect(verdict, text).toMatchObject({ ok: false, code: 'HOST_FAULT', status: 500 })
      expect(verdict.ok ? '' : verdict.detail).toContain(text)
      expect(events.pop(), text).toMatchObject({ event: 'host.fault' })
    }
    expect(() => verifier.refuse(fetched as never, 'SCOPE_DENIED', 'no')).toThrow(
      'refuse: "request" must be an HttpRequest',
    )
  })

  it('refuses a context with a value of another type by its name, and a refusal for no reason', async () => {
    const verifier = verifierWith()
    const wrong: ReadonlyArray<readonly [unknown, string]> = [
      [{ clientIp: 5 }, '"clientIp" must be a string, got a number'],
      [{ streamBody: true }, '"streamBody" must be streamedBody, got a boolean'],
      [{ scope: null }, '"scope" must be a string, got null'],
      [{ scope: ['orders:write'] }, '"scope" must be a string, got an array'],
      [{ cost: '5' }, '"cost" must be a number, got a string'],
      [{ acceptAbsoluteForm: 1 }, '"acceptAbsoluteForm" must be a boolean'],
      [{ ip: '192.0.2.1' }, 'unknown option "ip"; did you mean "clientIp"?'],
      [{ scope: 'orders:write', ip: '192.0.2.1' }, 'unknown option "ip"; did you mean "clientIp"?'],
      [null, '"context" must be an object'],
      ['orders:write', '"context" must be an object'],
    ]
    for (const [context, text] of wrong) {
      const refused = expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) })
      await expect(verifier.verify(sign(order), context as never), text).rejects.toEqual(refused)
      expect(() => verifier.refuse(order, 'SCOPE_DENIED', 'no', context as never), text).toThrow(refused)
    }
    const undef = { clientIp: undefined, scope: undefined as never, streamBody: undefined as never }
    expect(await verifier.verify(sign(order), undef)).toMatchObject({ ok: true })
    for (const [code, detail, text] of [
      ['SCOPE_DENID', 'no', '"code" must be the code of a verdict such as "SCOPE_DENIED", got a string; did you mean'],
      ['CONFIG_INVALID', 'no', '"code" must be the code of a verdict'],
      [403, 'no', '"code" must be the code of a verdict such as "SCOPE_DENIED", got a number'],
      ['toString', 'no', '"code" must be the code of a verdict'],
      ['SCOPE_DENIED', { a: 1 }, '"detail" must be a string, got an object'],
    ] as ReadonlyArray<readonly [unknown, unknown, string]>)
      expect(() => verifier.refuse(order, code as never, detail as never), text).toThrow(text)
    expect(verifier.refuse(order, 'SCOPE_DENIED', 'no')).toMatchObject({ code: 'SCOPE_DENIED', status: 403 })
  })

  it('refuses a path with two readings where a scope is asked for, as the middlewares do', async () => {
    const verifier = verifierWith()
    const codeFor = async (target: string, context = {}, method = 'GET'): Promise<string> => {
      const verdict = await verifier.verify(sign({ ...order, body: null, fields: [], method, target }), context)
      return verdictCode(verdict)
    }
    const scope = { scope: 'orders:write' }
    for (const target of [
      'https://api.example.com/v1',
      '/v1/../v2',
      '/v1/%2e%2e/v2',
      '/v1/%61',
      '/v1;x/y',
      '/v1//y',
      '/v1%2fy',
      '/v1%00',
      '/v1%zz',
      '/v1%c0%ae',
      '*',
    ]) {
      expect(await codeFor(target, scope), target).toBe('TARGET_MALFORMED')
    }
    expect(await codeFor('/v1/a%20b?c=../%61', scope)).toBe('ok')
    expect(await codeFor('*', scope, 'OPTIONS')).toBe('ok')
    expect(await codeFor('https://api.example.com/v1', { ...scope, acceptAbsoluteForm: true })).toBe('ok')
    expect(await codeFor('/v1%2Fy', { ...scope, acceptEncodedSlash: true })).toBe('ok')
    for (const target of ['/v1/../v2', '/v1//y', '/v1%2fy', '/v1;x', '/v1/%61'])
      expect(await codeFor(target, { ...scope, acceptAnyPath: true })).toBe('ok')
    for (const target of ['//v1', '*', 'https://api.example.com/v1'])
      expect(await codeFor(target, { ...scope, acceptAnyPath: true })).toBe('TARGET_MALFORMED')
    // Where no scope depends on the path, who routes decides how it is read.
    expect(await codeFor('/v1/%61')).toBe('ok')
  })

  it('answers STORE_UNAVAILABLE when a store throws, hangs or lies, and never throws itself', async () => {
    const failing: Array<Partial<VerifierOptions>> = [
      { keys: { get: () => Promise.reject(new CountersignError('STORE_UNAVAILABLE', 'down')) } },
      { keys: { get: () => new Promise(() => {}) }, storeTimeoutMs: 20 },
      {
        replay: {
          claim: () => {
            throw new Error('down')
          },
        },
      },
      { replay: { claim: () => 'maybe' as never } },
    ]
    for (const options of failing) {
      expect(await verifierWith(options).verify(sign(order))).toMatchObject({
        ok: false,
        code: 'STORE_UNAVAILABLE',
        status: 503,
      })
    }
  })

  it('takes members of a source of its own, and its spelling beside the right one', async () => {
    const own = { id: 7, name: 'x', tags: [], rev: 1, environment: 'live', lockAfterIdleMs: 1, createdAt: 1, ips: null }
    for (const record of [{ ...own }, { expiresAt: new Date(0), expiresAtMs: 9e12 }, { status: 'active', state: 'NY' }])
      expect(
        await verifierWith({ keys: { get: () => ({ key, ...record }) as never } }).verify(sign(order)),
      ).toMatchObject({
        ok: true,
      })
  })

  it('answers KEY_SOURCE_FAILED for the fault of a key source, whatever code it has, and names what is wrong', async () => {
    const throwing = (error: unknown) => ({
      get: () => {
        throw error
      },
    })
    const failing: Array<readonly [VerifierOptions['keys'], string]> = [
      [throwing(new Error('secret')), 'the key source failed: an unexpected Error'],
      [throwing('secret'), 'the key source failed: an unexpected string'],
      [{ get: () => Promise.reject(new TypeError('secret')) }, 'the key source failed: an unexpected TypeError'],
      // Codes of verdicts are for the client; a key source that throws one has a separate fault.
      [throwing(new CountersignError('KEY_UNKNOWN', 'none')), 'the key source failed: none'],
      [throwing(new CountersignError('AUTH_MALFORMED', 'none')), 'the key source failed: none'],
      [throwing(new CountersignError('CONFIG_INVALID', 'a table is missing')), 'a table is missing'],
      [{ get: () => ({}) as never }, 'not a key record'],
      [{ get: () => 'bot-1' as never }, 'not a key record'],
      [{ get: () => ({ key: {} }) as never }, 'not a key record'],
      ...Object.entries({
        owner: 7,
        status: 'enabled',
        notBeforeMs: '2026-01-01',
        expiresAtMs: new Date(),
        scopes: 'orders:write',
        allowIp: '192.0.2.1',
        denyIp: [1],
        lineage: {},
        passphrase: 5,
        allowZeroPrefix: 'yes',
      }).map(([name, value]) => [{ get: () => ({ key, [name]: value }) as never }, `"${name}" must be`] as const),
      [
        { get: () => ({ key, expiresAtMs: null }) as never },
        '"expiresAtMs" must be milliseconds since the epoch, got null',
      ],
      // A limit under another name would be none.
      ...Object.entries({
        allowIPs: 'allowIp',
        ips: 'allowIp',
        denyIps: 'denyIp',
        expiresAt: 'expiresAtMs',
        expiresIn: 'expiresAtMs',
        notBefore: 'notBeforeMs',
        rateLimits: 'rateLimit',
        polcy: 'policy',
        disabled: 'status',
      }).map(
        ([name, meant]) =>
          [{ get: () => ({ key, [name]: 1 }) as never }, `a record with "${name}"; did you mean "${meant}"?`] as const,
      ),
      [{ get: () => ({ key: { ...key, verify: () => 1 } }) as never }, 'neither true nor false'],
      [
        { get: () => ({ key: { ...key, verify: () => Promise.reject(new Error('secret')) } }) as never },
        'the key failed',
      ],
    ]
    for (const [keys, detail] of failing) {
      const events: AuditEvent[] = []
      const verdict = await verifierWith({ keys, audit: (event) => events.push(event) }).verify(sign(order))
      expect(verdict, detail).toMatchObject({ ok: false, code: 'KEY_SOURCE_FAILED', status: 503, retryAfterMs: 1_000 })
      expect(events, detail).toMatchObject([
        { event: 'key_source.failed', outcome: 'error', code: 'KEY_SOURCE_FAILED' },
      ])
      expect(events[0]?.detail).toContain(detail)
      expect(events[0]?.detail).not.toContain('secret')
    }
  })

  it('does not claim a nonce for a message that fails', async () => {
    let claims = 0
    const verifier = verifierWith({
      replay: {
        claim: () => {
          claims++
          return 'claimed'
        },
      },
    })
    await verifier.verify({ ...sign(order), method: 'PUT' })
    await verifier.verify({ ...sign(order), body: null })
    expect(claims).toBe(0)
    await verifier.verify(sign(order))
    expect(claims).toBe(1)
  })

  it('answers 503, not 400, when its own side is set up wrongly', async () => {
    const verifier = verifierWith({
      keys: {
        get: () => {
          throw new CountersignError('CONFIG_INVALID', 'a table is missing')
        },
      },
    })
    expect(await verifier.verify(sign(order))).toMatchObject({ ok: false, code: 'KEY_SOURCE_FAILED', status: 503 })
  })

  it('does not wait for ever on a remote key, also for an unknown key id', async () => {
    let hangs = false
    const remote = {
      ...key,
      verify: (base: Bytes, signature: Uint8Array) =>
        hangs ? new Promise<boolean>(() => {}) : Promise.resolve(key.verify(base, signature)),
    }
    const verifier = verifierWith({ keys: staticKeys([{ key: remote }]), storeTimeoutMs: 20 })
    expect(await verifier.verify(sign(order))).toMatchObject({ ok: true })
    hangs = true
    const stranger = hmacKey({ keyId: 'nobody', algorithm: 'hmac-sha256', secret: randomBytes(32) })
    for (const unanswered of [sign(order), sign(order, nowMs, stranger)]) {
      expect(await verifier.verify(unanswered)).toMatchObject({ ok: false, code: 'STORE_UNAVAILABLE', status: 503 })
    }
  })

  it('keeps the event when the clock answers nonsense, and refuses', async () => {
    const events: AuditEvent[] = []
    const verifier = verifierWith({ clock: failingClock(nowMs), audit: (event) => events.push(event) })
    expect(await verifier.verify(sign(order))).toMatchObject({ ok: false, code: 'TIMESTAMP_FUTURE' })
    expect(events).toMatchObject([{ event: 'auth.fail', time: '' }])
  })

  it.each([
    ['a store with a shorter memory than the window', { replay: memoryReplayStore({ maxAgeMs: 60_000 }) }],
    ['no scheme', { schemes: [] }],
    ['keys that cannot be asked', { keys: {} as never }],
    ['no decision about replay', { replay: undefined as never }],
    ['no policy', { policy: undefined as never }],
    ['a limiter that cannot count', { limits: { peer: {} as never } }],
    ['a limit that is none', { limits: { owner: 100 as never } }],
  ] as ReadonlyArray<readonly [string, Partial<VerifierOptions>]>)('is not made with %s', (_, options) => {
    expect(codeOf(() => verifierWith(options))).toBe('CONFIG_INVALID')
  })

  it.each([
    ['no host', { authorities: [] }],
    ['a default port, which is never compared', { authorities: ['api.example.com:443'] }],
    ['no window', { authorities: ['a'], maxAgeMs: 0 }],
    ['a window that is no number', { authorities: ['a'], maxAgeMs: Number.NaN }],
    ['more future than past', { authorities: ['a'], maxAgeMs: 1_000, maxFutureMs: 2_000 }],
    ['nothing required', { authorities: ['a'], require: [] }],
    ['an unknown algorithm', { authorities: ['a'], algorithms: ['none' as never] }],
    ['a choice of nothing', { authorities: ['a'], select: {} }],
  ] as ReadonlyArray<readonly [string, PolicyOptions]>)('is not made by a policy with %s', (_, options) => {
    expect(codeOf(() => strictPolicy(options))).toBe('CONFIG_INVALID')
  })
})
