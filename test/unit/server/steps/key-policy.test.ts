import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertKeyPolicy } from '../../../../src/access/key-policy.js'
import type { KeyPolicy, KeyRecord } from '../../../../src/access/key-record.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { randomBytes, randomNonce } from '../../../../src/crypto/random.js'
import type { CountersignError } from '../../../../src/errors.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { rfc9421Signer } from '../../../../src/schemes/rfc9421/custom-signer.js'
import { coverLess } from '../../../../src/schemes/rfc9421/options.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/verifier.js'
import { signPreparedSync, type UntrustedSignature } from '../../../../src/schemes/scheme.js'
import type { PolicyOptions } from '../../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import type { Attempt } from '../../../../src/server/refusal.js'
import { keyPolicyProblem, narrowed, usable } from '../../../../src/server/steps/key-policy.js'
import { streamedBody } from '../../../../src/server/steps/streamed-body.js'
import type { Verdict } from '../../../../src/server/verdict.js'
import { createVerifier, noReplayProtection, type VerifyContext } from '../../../../src/server/verifier.js'
import type { Body } from '../../../../src/support/body.js'
import { cpuMs } from '../../../cpu-time.js'
import { errorOf, verdictCode } from '../../../expect-code.js'

const nowMs = 1_790_000_000_000
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
const authorities = ['api.example.com', 'eu.example.com:8443']

const signed = (request: HttpRequest, atMs = nowMs): HttpRequest =>
  signPreparedSync(
    rfc9421({ key }).scheme.prepare(request, {
      keyId: key.keyId,
      algorithm: key.algorithm,
      nowMs: atMs,
      nonce: randomNonce(),
    }),
    key,
  )

const judge = (
  own: unknown,
  request: HttpRequest,
  options: Partial<PolicyOptions> = {},
  context: VerifyContext = {},
): Promise<Verdict> =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    // A database looks at nothing of what it answers.
    keys: { get: (keyId) => (keyId === key.keyId ? { key, policy: own as KeyPolicy } : undefined) },
    policy: strictPolicy({ authorities, ...options }),
    replay: noReplayProtection,
    clock: { now: () => nowMs },
  }).verify(request, context)

const request = (
  method: string,
  target: string,
  rest: { readonly headers?: Record<string, string>; readonly body?: Body } = {},
): HttpRequest => ({
  ...httpRequest({ method, url: 'https://api.example.com/', ...rest }),
  target,
})

const general = strictPolicy({ authorities })
/** The answer for a target alone. */
const allows = (prefixes: readonly string[], target: string): boolean =>
  keyPolicyProblem({ pathPrefixes: prefixes }, request('GET', target), { nonce: 'n' }, general) === undefined

describe('methods of a key', () => {
  it.each([
    [['GET'], 'GET', 'ok'],
    [['GET', 'POST'], 'POST', 'ok'],
    [['GET'], 'POST', 'SCOPE_DENIED'],
    [['GET'], 'HEAD', 'SCOPE_DENIED'],
    [['GET'], 'GE', 'SCOPE_DENIED'],
    [['PATCH'], 'patch', 'METHOD_MALFORMED'],
  ])('a key for %j is judged at the method %s: %s', async (methods, method, code) => {
    expect(verdictCode(await judge({ methods }, signed(request(method, '/v1'))))).toBe(code)
  })

  it('are not widened by an override field, signed or not', async () => {
    const override = request('POST', '/v1', { headers: { 'x-http-method-override': 'DELETE' } })
    const covering = rfc9421Signer({ key, whenPresent: ['content-type', 'content-digest', 'x-http-method-override'] })
    const by = { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce: randomNonce() }
    const proven = signPreparedSync(covering.scheme.prepare(override, by), key)
    expect(verdictCode(await judge(undefined, proven))).toBe('ok')
    expect(verdictCode(await judge({ methods: ['POST'] }, proven))).toBe('SCOPE_DENIED')
  })
})

describe('paths of a key', () => {
  const prefixes = ['/v1/orders', '/v2/a.b/~c']
  it.each([
    '/v1/orders',
    '/v1/orders?x=/../admin',
    '/v1/orders?',
    '/v1/orders/',
    '/v1/orders/7',
    '/v1/orders/7?next=//x;y%2e%2e',
    '/v1/orders/caf%C3%A9%20x',
    '/v1/orders/%e2%82%ac',
    '/v1/orders/..x',
    '/v1/orders/x..',
    '/v2/a.b/~c/d',
    'https://api.example.com/v1/orders/7?y',
  ])('the prefix holds the path %s', (target) => {
    expect(allows(prefixes, target)).toBe(true)
  })

  it.each([
    '/',
    '',
    '*',
    '/v1',
    '/v1/',
    '/v1/order',
    '/v1/orders2',
    '/v1/orders:batch',
    '/v1/orders.json',
    '/v1/Orders',
    '/V1/orders',
    'v1/orders',
    '//v1/orders',
    '/v1//orders',
    '/v1/orders//7',
    '/v1/orders/../admin',
    '/v1/orders/..',
    '/v1/orders/.',
    '/v1/orders/./7',
    '/v1/orders/...',
    '/v1/orders/..%20/x',
    '/v1/orders/%2e%2e/admin',
    '/v1/orders/%2E./admin',
    '/v1/orders/.%2e',
    '/v1/orders/%252e%252e/admin',
    '/v1/orders%2f7',
    '/v1%2Forders',
    '/v1/orders/..%2fadmin',
    '/v1/orders/..%5cadmin',
    '/v1/orders/..\\admin',
    '/v1/orders;x',
    '/v1/orders/..;/admin',
    '/v1/orders/..;x=y/admin',
    '/v1/orders/..%3b/admin',
    '/v1/orders/..%3Bx',
    '/v1/orders/..%23',
    '/v1/orders/..%3f',
    '/v1/orders/..%00',
    '/v1/orders/%0d%0ax',
    '/v1/orders/..#',
    '/v1/%6frders',
    '/v1/orders/%',
    '/v1/orders/%u002e%u002e',
    '/v1/orders/%zz',
    // Over-long UTF-8, surrogates, and wide characters that fold into ASCII.
    '/v1/orders/%c0%ae%c0%ae/admin',
    '/v1/orders/..%c0%af',
    '/v1/orders/%e0%80%ae',
    '/v1/orders/%ed%a0%80',
    '/v1/orders/%ef%bc%8e%ef%bc%8e/admin',
    '/v1/orders/..%ef%bc%8fadmin',
    '/v1/orders/..%ef%bc%9bx',
    '/v1/orders/%ef%bc%8e%ef%bc%8e',
    // As they are: no path of HTTP holds them, and a reader may fold them too.
    '/v1/orders/\uff0e\uff0e/admin',
    '/v1/orders/\uff0e\uff0e',
    '/v1/orders/ /admin',
    'https://api.example.com',
    'https://api.example.com?/v1/orders',
    'https://api.example.com/v1/admin',
    'https://api.example.com/v1/orders/../admin',
    'api.example.com:443',
  ])('does not hold %s', (target) => {
    expect(allows(prefixes, target)).toBe(false)
  })

  it('"/" is every path that can be read in one way, and "*" is no path', () => {
    for (const target of ['/', '/x/y', 'https://api.example.com']) expect(allows(['/'], target)).toBe(true)
    for (const target of ['*', '/x/../y', '/x%2fy', '//x', '/x;y']) expect(allows(['/'], target)).toBe(false)
  })

  it('is refused by the verifier for what it is', async () => {
    expect(verdictCode(await judge({ pathPrefixes: ['/v1/orders'] }, signed(request('GET', '/v1/orders/7'))))).toBe(
      'ok',
    )
    expect(verdictCode(await judge({ pathPrefixes: ['/v1/orders'] }, signed(request('GET', '/v1/admin'))))).toBe(
      'SCOPE_DENIED',
    )
    expect(verdictCode(await judge({ pathPrefixes: ['/'] }, signed(request('OPTIONS', '*'))))).toBe('SCOPE_DENIED')
  })

  // What hops and routers do between a request target and a handler, in whatever order.
  const steps: ReadonlyArray<(path: string) => string> = [
    (path) => {
      try {
        return decodeURIComponent(path)
      } catch {
        return path
      }
    },
    (path) =>
      path.replace(/%(?:2e|2f|5c|3b|25)/gi, (octet) => String.fromCharCode(Number.parseInt(octet.slice(1), 16))),
    (path) => path.replaceAll('\\', '/'),
    (path) => path.replace(/\/{2,}/g, '/'),
    (path) => path.replace(/;[^/]*/g, ''),
    (path) => path.replace(/[?#\0].*$/s, ''),
    (path) => path.replace(/[ \t.]+(?=\/|$)/g, (tail) => (/^\.{1,2}$/.test(tail) ? tail : '')),
    (path) => new URL(path.replace(/^\/+/, '/'), 'http://x').pathname,
    (path) => {
      const kept: string[] = []
      for (const segment of path.split('/')) {
        if (segment === '..') kept.pop()
        else if (segment !== '.') kept.push(segment)
      }
      return `/${kept.filter((segment, i) => i > 0 || segment !== '').join('/')}`
    },
  ]
  const piece = fc.constantFrom(
    ...[
      '..',
      '.',
      '/',
      '/',
      '//',
      '\\',
      ';',
      ';x=1',
      '%2e',
      '%2E',
      '%2f',
      '%5C',
      '%25',
      '%252e',
      '%3b',
      '%3f',
      '%23',
      '%00',
    ],
    ...[
      '?',
      '#',
      ' ',
      '%20',
      '%09',
      '%c0%ae',
      '%ef%bc%8e',
      '%61',
      'a',
      'orders',
      'v1',
      'admin',
      '~',
      ':',
      '%C3%A9',
      '%',
      '...',
    ],
  )
  const target = fc.tuple(
    fc.constantFrom('/v1/orders', '/v1/orders/', '/v1/', '/', 'http://x/v1/orders/', ''),
    fc.array(piece, { maxLength: 8 }),
  )

  it('accepts nothing that a router would lead out of the prefix', () => {
    let accepted = 0
    fc.assert(
      fc.property(target, fc.shuffledSubarray([...steps.keys()]), ([start, pieces], chosen) => {
        const text = start + pieces.join('')
        if (!allows(['/v1/orders'], text)) return
        accepted++
        let path = text.replace(/^http:\/\/x/, '').replace(/\?.*$/s, '')
        for (const step of chosen) path = (steps[step] as (path: string) => string)(path)
        expect(path, `${text} by ${chosen}`).toMatch(/^\/v1\/orders(?:\/|$)/)
      }),
      { numRuns: Number(process.env['KEY_POLICY_RUNS'] ?? 5_000) },
    )
    // It did accept some.
    expect(accepted).toBeGreaterThan(100)
  }, 600_000)
})

describe('hosts of a key', () => {
  const at = (host: string): HttpRequest => signed(httpRequest({ url: `https://${host}/v1` }))
  it.each([
    [['api.example.com'], 'api.example.com', 'ok'],
    [['api.example.com'], 'api.example.com:443', 'ok'],
    [['api.example.com'], 'API.Example.com', 'ok'],
    [['api.example.com'], 'eu.example.com:8443', 'HOST_MISMATCH'],
    [['eu.example.com:8443'], 'eu.example.com:8443', 'ok'],
    [['eu.example.com'], 'eu.example.com:8443', 'HOST_MISMATCH'],
    // Never wider than the verifier.
    [['other.example.com'], 'other.example.com', 'HOST_MISMATCH'],
  ])('a key for %j is judged at the host %s: %s', async (hosts, host, code) => {
    expect(verdictCode(await judge({ hosts }, at(host)))).toBe(code)
  })
})

describe('the body cap of a key', () => {
  const put = (bytes: number, options: { readonly streamed?: boolean; readonly announced?: string } = {}) => {
    let pulled = 0
    const whole = signed(request('POST', '/v1', { body: new Uint8Array(bytes) }))
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes; at++) {
        pulled++
        yield new Uint8Array(1)
      }
    }
    const { announced } = options
    const fields = announced === undefined ? whole.fields : [...whole.fields, 'content-length', announced]
    const sent: HttpRequest = { ...whole, fields, body: options.streamed === true ? source() : whole.body }
    return { sent, pulled: () => pulled }
  }

  it('holds for a body in memory and for one that is read, to the byte', async () => {
    for (const streamed of [false, true]) {
      expect(verdictCode(await judge({ maxBodyBytes: 10 }, put(10, { streamed }).sent))).toBe('ok')
      expect(verdictCode(await judge({ maxBodyBytes: 10 }, put(11, { streamed }).sent))).toBe('BODY_TOO_LARGE')
      expect(verdictCode(await judge({ maxBodyBytes: 0 }, put(1, { streamed }).sent))).toBe('BODY_TOO_LARGE')
    }
    expect(verdictCode(await judge({ maxBodyBytes: 0 }, signed(request('POST', '/v1'))))).toBe('ok')
  })

  it('refuses what announces too much before a byte is read', async () => {
    for (const streamBody of [undefined, streamedBody]) {
      const { sent, pulled } = put(11, { streamed: true, announced: '11' })
      expect(verdictCode(await judge({ maxBodyBytes: 10 }, sent, {}, { streamBody }))).toBe('BODY_TOO_LARGE')
      expect(pulled()).toBe(0)
    }
  })

  it('does not hold for the length that a request without a body states', () => {
    const asked = request('HEAD', '/v1', { headers: { 'content-length': '11' } })
    expect(keyPolicyProblem({ maxBodyBytes: 10 }, asked, { nonce: 'n' }, general)).toBeUndefined()
  })

  it('stops a body that is handed out while it arrives', async () => {
    const { sent, pulled } = put(1_000, { streamed: true })
    const verdict = await judge({ maxBodyBytes: 10 }, sent, {}, { streamBody: streamedBody })
    if (!verdict.ok) throw new Error(verdict.code)
    const read = async (): Promise<void> => {
      for await (const _ of verdict.bodyStream ?? []);
    }
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'BODY_TOO_LARGE' }))
    expect(pulled()).toBeLessThan(20)
  })

  it('does not widen that of the verifier', async () => {
    expect(verdictCode(await judge({ maxBodyBytes: 1_000 }, put(20).sent, { maxBodyBytes: 10 }))).toBe('BODY_TOO_LARGE')
    expect(
      verdictCode(await judge({ maxBodyBytes: 1_000 }, put(20, { streamed: true }).sent, { maxBodyBytes: 10 })),
    ).toBe('BODY_TOO_LARGE')
  })
})

describe('the window of a key', () => {
  // "created" has whole seconds, so the edge is moved instead of the signature.
  it.each([
    [{ maxAgeMs: 10_000 }, -10_000, 'ok'],
    [{ maxAgeMs: 9_999 }, -10_000, 'TIMESTAMP_EXPIRED'],
    [{ maxAgeMs: 10_001 }, -10_000, 'ok'],
    [{ maxAgeMs: 1 }, 0, 'ok'],
    [{ maxFutureMs: 2_000 }, 2_000, 'ok'],
    [{ maxFutureMs: 1_999 }, 2_000, 'TIMESTAMP_FUTURE'],
    [{ maxFutureMs: 0 }, 0, 'ok'],
    [{ maxFutureMs: 0 }, 1_000, 'TIMESTAMP_FUTURE'],
    // Never wider than the verifier's.
    [{ maxAgeMs: 86_400_000 }, -301_000, 'TIMESTAMP_EXPIRED'],
    [{ maxFutureMs: 86_400_000 }, 6_000, 'TIMESTAMP_FUTURE'],
  ])('a key with %j is judged of a request signed at %i ms: %s', async (own, offset, code) => {
    expect(verdictCode(await judge(own, signed(request('GET', '/v1'), nowMs + offset)))).toBe(code)
  })
})

describe('what a key must sign', () => {
  const by = { keyId: key.keyId, algorithm: key.algorithm, nowMs }
  it('is a nonce where it says so', async () => {
    const bare = signPreparedSync(
      rfc9421({ key, nonce: false }).scheme.prepare(request('GET', '/v1'), { ...by, nonce: '' }),
      key,
    )
    expect(verdictCode(await judge({}, bare, { requireNonce: false }))).toBe('ok')
    expect(verdictCode(await judge({ requireNonce: false }, bare, { requireNonce: false }))).toBe('ok')
    expect(verdictCode(await judge({ requireNonce: true }, bare, { requireNonce: false }))).toBe('NONCE_MALFORMED')
    expect(verdictCode(await judge({ requireNonce: true }, signed(request('GET', '/v1'))))).toBe('ok')
    // "false" does not undo what the verifier demands.
    expect(verdictCode(await judge({ requireNonce: false }, bare))).toBe('NONCE_MALFORMED')
  })

  it('is its body where it says so', async () => {
    const open = { perScheme: { rfc9421: { requireWithBody: [] } } }
    const bare = (body: Body): HttpRequest => {
      const unsigned = rfc9421Signer({ key, whenPresent: [], digest: false, [coverLess]: true }).scheme
      return {
        ...signPreparedSync(unsigned.prepare(request('POST', '/v1'), { ...by, nonce: randomNonce() }), key),
        body,
      }
    }
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
    }
    expect(verdictCode(await judge({}, bare(new Uint8Array(1)), open))).toBe('ok')
    expect(verdictCode(await judge({ requireBodyDigest: true }, bare(new Uint8Array(1)), open))).toBe('DIGEST_MISSING')
    expect(verdictCode(await judge({ requireBodyDigest: true }, bare(chunks()), open))).toBe('DIGEST_MISSING')
    expect(verdictCode(await judge({ requireBodyDigest: true }, bare(null), open))).toBe('ok')
    const covered = signed(request('POST', '/v1', { body: new Uint8Array(1) }))
    expect(verdictCode(await judge({ requireBodyDigest: true }, covered, open))).toBe('ok')
    // Nor does "false" undo this.
    expect(verdictCode(await judge({ requireBodyDigest: false }, bare(new Uint8Array(1))))).toBe('DIGEST_MISSING')
  })
})

describe('a key that is used', () => {
  const told = (record: Omit<KeyRecord, 'key'>, context: VerifyContext, createdMs = nowMs): unknown => {
    const attempt = { request: request('GET', '/v1'), context } as Attempt
    const times = { createdMs, nonce: 'n' } as UntrustedSignature
    try {
      return usable({ key, ...record }, { ...general, requireWithBody: [] }, attempt, times, nowMs).maxAgeMs
    } catch (error) {
      const { code, message } = error as CountersignError
      return [code, message]
    }
  }
  const elsewhere = 'the key may not be used for this now, or from here'

  it.each<[string, Omit<KeyRecord, 'key'>, VerifyContext, unknown]>([
    ['without limits is held to the policy of the verifier', {}, {}, 300_000],
    ['with limits that it keeps is held to them', { policy: { maxAgeMs: 5 } }, {}, 5],
    ['after its end is expired', { expiresAtMs: nowMs }, {}, ['KEY_EXPIRED', elsewhere]],
    [
      'after its end says nothing of the scope that is needed',
      { expiresAtMs: nowMs },
      { scope: 'orders:write' },
      ['KEY_EXPIRED', elsewhere],
    ],
    [
      'from another address is refused, whatever scope it has',
      { allowIp: ['192.0.2.1'], scopes: ['orders:write'] },
      { clientIp: '192.0.2.2', scope: 'orders:write' },
      ['IP_DENIED', elsewhere],
    ],
    [
      'without a scope that is needed lacks it by name',
      { scopes: ['orders:read'] },
      { scope: 'orders:write' },
      ['SCOPE_DENIED', 'the key lacks the scope orders:write'],
    ],
    ['with the scope that is needed is not refused', { scopes: ['orders:write'] }, { scope: 'orders:write' }, 300_000],
  ])('a key that is used %s', (_, record, context, expected) => {
    expect(told(record, context)).toEqual(expected)
  })

  it('outside a window of its own is refused with the time that it allows', () => {
    expect(told({ policy: { maxAgeMs: 5 } }, {}, nowMs - 6)).toEqual([
      'TIMESTAMP_EXPIRED',
      "the key's own window: signed 6 ms ago by the clock of this server, 5 are allowed",
    ])
  })
})

const canary = 'canary'.repeat(1_000)
const many = (text: string, times: number): string[] => Array<string>(times).fill(text)
const getter = (name: string, get: () => unknown): object => Object.defineProperty({}, name, { get, enumerable: true })
const MALFORMED: ReadonlyArray<readonly [string, unknown, string?]> = [
  ['null', null],
  ['a text', 'GET'],
  ['a list', [['GET']]],
  ['a function', () => ({})],
  ['a method in lower case', { methods: ['get'] }, 'methods'],
  ['a method with a space', { methods: ['GET '] }, 'methods'],
  ['a method that is no text', { methods: ['GET', 7] }, 'methods'],
  ['a method of its own kind', { methods: [Object('GET')] }, 'methods'],
  ['no methods', { methods: [] }, 'methods'],
  ['a text for a list', { methods: 'GET' }, 'methods'],
  ['what looks like a list', { methods: { 0: 'GET', length: 1, every: () => true } }, 'methods'],
  ['a list with holes', { methods: Array(2) }, 'methods'],
  ['too many methods', { methods: many('GET', 257) }, 'methods'],
  ['a huge list', { pathPrefixes: Array(2 ** 32 - 1) }, 'pathPrefixes'],
  ['a list that says it fits', { methods: Object.assign(['get'], { every: () => true }) }, 'methods'],
  ['a list with a getter', { methods: Object.defineProperty(['GET'], 0, { get: () => 'GET' }) }, 'methods'],
  ['a path without a slash', { pathPrefixes: ['v1'] }, 'pathPrefixes'],
  ['a path with a slash at the end', { pathPrefixes: ['/v1/'] }, 'pathPrefixes'],
  ['an empty path', { pathPrefixes: [''] }, 'pathPrefixes'],
  ['an empty segment', { pathPrefixes: ['/v1//orders'] }, 'pathPrefixes'],
  ['a dot segment', { pathPrefixes: ['/v1/../orders'] }, 'pathPrefixes'],
  ['a dot segment at the end', { pathPrefixes: ['/v1/.'] }, 'pathPrefixes'],
  ['a query', { pathPrefixes: ['/v1?x'] }, 'pathPrefixes'],
  ['a fragment', { pathPrefixes: ['/v1#x'] }, 'pathPrefixes'],
  ['a parameter', { pathPrefixes: ['/v1;x'] }, 'pathPrefixes'],
  ['a percent-encoding', { pathPrefixes: ['/v%31'] }, 'pathPrefixes'],
  ['a wildcard', { pathPrefixes: ['/v1/*'] }, 'pathPrefixes'],
  ['a line break', { pathPrefixes: ['/v1\n'] }, 'pathPrefixes'],
  ['a long path', { pathPrefixes: [`/${canary}`] }, 'pathPrefixes'],
  ['a path beyond ASCII', { pathPrefixes: ['/é'] }, 'pathPrefixes'],
  ['an origin for a path', { pathPrefixes: ['https://api.example.com/v1'] }, 'pathPrefixes'],
  ['a host in upper case', { hosts: ['API.example.com'] }, 'hosts'],
  ['a default port', { hosts: ['api.example.com:443'] }, 'hosts'],
  ['an origin for a host', { hosts: ['https://api.example.com'] }, 'hosts'],
  ['a host with a wildcard', { hosts: ['*.example.com'] }, 'hosts'],
  ['a host with a path', { hosts: ['api.example.com/'] }, 'hosts'],
  ['a host with a dot at the end', { hosts: ['api.example.com.'] }, 'hosts'],
  ['a body of less than nothing', { maxBodyBytes: -1 }, 'maxBodyBytes'],
  ['a body that is no number', { maxBodyBytes: Number.NaN }, 'maxBodyBytes'],
  ['a body without end', { maxBodyBytes: Number.POSITIVE_INFINITY }, 'maxBodyBytes'],
  ['a body in text', { maxBodyBytes: '10' }, 'maxBodyBytes'],
  ['no age', { maxAgeMs: 0 }, 'maxAgeMs'],
  ['an age of more than a day', { maxAgeMs: 86_400_001 }, 'maxAgeMs'],
  ['half a millisecond', { maxAgeMs: 0.5 }, 'maxAgeMs'],
  ['null for an age', { maxAgeMs: null }, 'maxAgeMs'],
  ['a future before now', { maxFutureMs: -1 }, 'maxFutureMs'],
  ['a big integer', { maxFutureMs: 5n }, 'maxFutureMs'],
  ['1 for true', { requireNonce: 1 }, 'requireNonce'],
  ['a text for true', { requireBodyDigest: 'true' }, 'requireBodyDigest'],
  ['an unknown member', { maxBodyByte: 1 }, 'maxBodyByte'],
  ['a long unknown member', { [canary]: 1 }],
  ['an unknown member with a line break', { 'a\nb': 1 }],
  ['a symbol', { [Symbol('methods')]: ['GET'] }],
  ['__proto__ from JSON', JSON.parse('{"__proto__":{"methods":["GET"]}}'), '__proto__'],
  ['constructor from JSON', JSON.parse('{"constructor":{"prototype":{}}}'), 'constructor'],
  ['an inherited member', Object.create({ methods: ['GET'] }), 'methods'],
  [
    'an inherited getter',
    new (class {
      get maxAgeMs() {
        return 1_000
      }
    })(),
    'maxAgeMs',
  ],
  ['a getter', getter('methods', () => ['GET']), 'methods'],
  [
    'a getter that throws',
    getter('maxAgeMs', () => {
      throw new Error(canary)
    }),
    'maxAgeMs',
  ],
  [
    'a proxy that throws',
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error(canary)
        },
      },
    ),
  ],
  [
    'a revoked proxy',
    (() => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      return proxy
    })(),
  ],
]

describe('a policy that cannot be meant', () => {
  it.each(MALFORMED)('%s: is refused when it is stored, by name and without repeating it', (_, policy, name) => {
    const { code, message, cause } = errorOf(() => assertKeyPolicy(policy as KeyPolicy))
    expect(code).toBe('CONFIG_INVALID')
    if (name !== undefined) expect(message).toContain(name)
    expect(message).not.toContain('canary')
    expect(message.length).toBeLessThan(200)
    expect(cause).toBeUndefined()
  })

  it.each(MALFORMED)('%s: fails closed when it reaches the verifier', async (_, policy) => {
    const verdict = await judge(policy, signed(request('GET', '/v1')))
    expect(verdict).toMatchObject({ ok: false, code: 'KEY_SOURCE_FAILED', status: 503 })
    if (!verdict.ok) expect(verdict.detail).not.toContain('canary')
  })

  it('such a policy reveals nothing about the key to an unsigned request', async () => {
    const forged = { ...signed(request('GET', '/v1')), target: '/v2' }
    expect(verdictCode(await judge({ methods: 'GET' }, forged))).toBe('SIGNATURE_INVALID')
  })
})

describe('a policy that can', () => {
  it.each<[string, KeyPolicy]>([
    ['nothing', {}],
    [
      'everything there is',
      {
        methods: ['GET', 'M-SEARCH'],
        pathPrefixes: ['/'],
        hosts: ['localhost:3000', '[::1]', '[::1]:8080', 'a_b.internal'],
      },
    ],
    ['the bounds', { pathPrefixes: many('/v1/orders', 256), maxBodyBytes: 0, maxFutureMs: 0, maxAgeMs: 1 }],
    ['a long path', { pathPrefixes: [`/${'a'.repeat(255)}`], requireNonce: false, requireBodyDigest: true }],
    ['no prototype', Object.freeze(Object.assign(Object.create(null), { methods: Object.freeze(['GET']) }))],
    ['undefined for absent', { methods: undefined } as unknown as KeyPolicy],
  ])('of %s is taken', (_, policy) => {
    expect(() => assertKeyPolicy(policy)).not.toThrow()
  })

  it('such a policy only narrows', () => {
    const own = { maxBodyBytes: 5, maxAgeMs: 2_000, maxFutureMs: 86_400_000 }
    expect(narrowed(general, own)).toEqual({ ...general, maxBodyBytes: 5, maxStreamBytes: 5, maxAgeMs: 2_000 })
    const wider = strictPolicy({ authorities, maxAgeMs: 1_000, maxFutureMs: 0, maxBodyBytes: 1 })
    expect(narrowed(wider, own)).toMatchObject({ maxAgeMs: 1_000, maxFutureMs: 0, maxBodyBytes: 1 })
    expect(narrowed(general, own)).toMatchObject({ maxAgeMs: 2_000, maxBodyBytes: 5 })
  })

  it.each<[KeyPolicy, boolean]>([
    [{ maxAgeMs: 2_000 }, false],
    [{ maxFutureMs: 2_000 }, false],
    [{ maxAgeMs: 2_000, maxFutureMs: 2_000 }, false],
    [{ maxBodyBytes: 5 }, true],
  ])('a policy with %j admits a signature without a time: %s', (own, admitted) => {
    const untimed = { claim: () => true }
    expect(narrowed({ ...general, untimed }, own).untimed).toBe(admitted ? untimed : undefined)
  })

  it('is compiled once, and again when a member is exchanged', () => {
    const own: { methods?: string[]; pathPrefixes: string[]; maxAgeMs?: number } = {
      pathPrefixes: Array.from({ length: 256 }, (_, i) => `/v1/${i}`),
    }
    const ask = () => keyPolicyProblem(own, request('GET', '/v1/255'), { nonce: 'n' }, general)
    expect(ask()).toBeUndefined()
    expect(narrowed(general, own)).toBe(narrowed(general, own))
    own.methods = ['POST']
    expect(ask()).toBe('SCOPE_DENIED')
    delete own.methods
    expect(ask()).toBeUndefined()
    own.pathPrefixes = ['/v2']
    expect(ask()).toBe('SCOPE_DENIED')
    own.maxAgeMs = 5
    expect(narrowed(general, own).maxAgeMs).toBe(5)
    own.maxAgeMs = Number.NaN
    expect(ask).toThrow(expect.objectContaining({ code: 'KEY_SOURCE_FAILED' }))
  })

  it.each<[string, KeyPolicy, KeyPolicy]>([
    ['methods', {}, { methods: ['POST'] }],
    ['pathPrefixes', {}, { pathPrefixes: ['/v2'] }],
    ['hosts', {}, { hosts: ['other.example.com'] }],
    ['maxBodyBytes', { maxBodyBytes: 5 }, { maxBodyBytes: 4 }],
    ['maxAgeMs', { maxAgeMs: 5 }, { maxAgeMs: 4 }],
    ['maxFutureMs', { maxFutureMs: 5 }, { maxFutureMs: 4 }],
    ['requireNonce', { requireNonce: false }, { requireNonce: true }],
    ['requireBodyDigest', {}, { requireBodyDigest: true }],
  ])('notices that %s was exchanged', (_, before, after) => {
    const own = { ...before }
    const asked = request('POST', '/v1', { body: new TextEncoder().encode('12345') })
    const bodiless = { ...general, requireWithBody: [] }
    const said = (policy: KeyPolicy) => {
      const { maxBodyBytes, maxAgeMs, maxFutureMs, requireWithBody } = narrowed(bodiless, policy)
      const problem = keyPolicyProblem(policy, { ...asked, method: 'PUT' }, { nonce: undefined }, general)
      return [problem, maxBodyBytes, maxAgeMs, maxFutureMs, requireWithBody]
    }
    const first = said(own)
    expect(first).toEqual(said({ ...before }))
    Object.assign(own, after)
    expect(said(own)).toEqual(said({ ...before, ...after }))
    expect(said(own)).not.toEqual(first)
  })

  it.each<[unknown, string]>([
    [null, '"policy" must be an object, got null'],
    ['GET', '"policy" must be an object, got a string'],
    [{ method: ['GET'] }, '"policy": unknown option "method"; did you mean "methods"?'],
    [{ maxAge: 5 }, '"policy": unknown option "maxAge"; did you mean "maxAgeMs"?'],
    [{ [`a${'b'.repeat(32)}`]: 1 }, '"policy" has a member that no policy of a key has'],
    [{ 'a b': 1 }, '"policy" has a member that no policy of a key has'],
    [{ [Symbol('methods')]: 1 }, '"policy" has a member that no policy of a key has'],
    [Object.create({ methods: ['GET'] }), '"policy.methods" must be a plain member'],
    [
      {
        get methods() {
          return ['GET']
        },
      },
      '"policy.methods" must be a plain member',
    ],
    [{ maxBodyBytes: -1 }, '"policy.maxBodyBytes" must be '],
    [{ methods: [Object('GET')] }, '"policy.methods[0]" must be '],
    [
      { methods: Object.defineProperty(['GET'], 0, { get: () => 'GET' }) },
      '"policy.methods" must be an array of plain values',
    ],
  ])('says of %j: %s', (policy, text) => {
    expect(() => assertKeyPolicy(policy as KeyPolicy)).toThrow(text)
  })

  it('says what is known where nothing is near', () => {
    expect(() => assertKeyPolicy({ zebra: 1 } as KeyPolicy)).toThrow(
      /"policy": unknown option "zebra"; known: methods, /,
    )
  })

  it('is read in time, whatever the path', () => {
    const own = { pathPrefixes: many(`/${'a/'.repeat(127)}a`, 256) }
    const targets = [
      `/${'a/'.repeat(8_000)}`,
      `/${'.'.repeat(16_000)}`,
      `/${'%20'.repeat(5_000)}x`,
      '/a'.repeat(8_000),
      `/${' .'.repeat(8_000)}x`,
    ]
    for (const target of targets) {
      const started = cpuMs()
      keyPolicyProblem(own, request('GET', target), { nonce: 'n' }, general)
      expect(cpuMs() - started).toBeLessThan(200)
    }
  })
})
