import { describe, expect, it } from 'vitest'
import type { KeyRecord } from '../../../src/access/key-record.js'
import { hmacKey, randomBytes } from '../../../src/crypto/index.js'
import { VERDICT_STATUS, type VerdictCode } from '../../../src/errors.js'
import { httpRequest } from '../../../src/message/message.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import { type AuditEvent, auditEvent } from '../../../src/server/audit-event.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { openGate } from '../../../src/server/middleware/gate.js'
import { publicUrlReader } from '../../../src/server/middleware/public-url.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { streamRefusal } from '../../../src/server/steps/stream-failure.js'
import { streamedBody } from '../../../src/server/steps/streamed-body.js'
import type { Refused } from '../../../src/server/verdict.js'
import { createVerifier } from '../../../src/server/verifier.js'
import type { VerifyContext } from '../../../src/server/verify-context.js'
import type { BodyStream } from '../../../src/support/body.js'
import { isoTime, userAgent } from '../../../src/support/log-text.js'
import { verdictCode } from '../../expect-code.js'

const NOW = 1_790_000_000_000
const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
const record: KeyRecord = {
  ...{ key, owner: 'alice', version: 3, replacedBy: 'bot-2', scopes: ['orders:write'], allowIp: ['203.0.113.0/24'] },
}
const { scheme } = rfc9421({ key })
let count = 0
const signed = () =>
  signPreparedSync(
    scheme.prepare(
      httpRequest({
        method: 'POST',
        url: 'https://api.example.com/v1/orders?secret=1',
        headers: { 'User-Agent': 'bot/1' },
        body: 'body',
      }),
      { keyId: 'bot-1', algorithm: 'hmac-sha256', nowMs: NOW - 1_000, nonce: `a-nonce-that-is-fresh-${count++}` },
    ),
    key,
  )
async function events(
  context: VerifyContext,
  change: (message: ReturnType<typeof signed>) => ReturnType<typeof signed> = (message) => message,
  times = 1,
): Promise<AuditEvent[]> {
  const told: AuditEvent[] = []
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([record]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => NOW },
    audit: (event) => told.push(event),
  })
  const message = change(signed())
  for (let i = 0; i < times; i++) await verifier.verify(message, context)
  return told
}

const from = { clientIp: '203.0.113.9', peerIp: '10.0.0.1', ipSource: 'xff:1', requestId: 'r-1', scope: 'orders:write' }

describe('auditEvent', () => {
  it('says who, when, from where and with which key', async () => {
    const [event] = await events(from)
    expect(event).toMatchObject({
      ...{ v: 1, time: '2026-09-21T14:13:20.000Z', event: 'auth.ok', outcome: 'ok', code: undefined, requestId: 'r-1' },
      ...{ keyId: 'bot-1', keyVersion: 3, owner: 'alice', algorithm: 'hmac-sha256', proven: true, replacedBy: 'bot-2' },
      ...{ clientIp: '203.0.113.9', peerIp: '10.0.0.1', ipSource: 'xff:1', method: 'POST', path: '/v1/orders' },
      ...{ host: 'api.example.com', bodyBytes: 4, tsSkewMs: 1_000, userAgent: 'bot/1', scopeNeeded: 'orders:write' },
    })
    expect(event?.latencyUs).toBeGreaterThanOrEqual(0)
    expect(JSON.stringify(event)).not.toContain('secret')
  })

  it('names what happened, and separates proof from claim', async () => {
    const [, replay] = await events(from, undefined, 2)
    expect(replay).toMatchObject({ event: 'auth.replay', code: 'REPLAY', proven: true, owner: 'alice', status: 401 })
    const [elsewhere] = await events({ ...from, clientIp: '198.51.100.1' })
    expect(elsewhere).toMatchObject({ event: 'auth.ip_denied', outcome: 'denied', proven: true, owner: 'alice' })
    const [scope] = await events({ ...from, scope: 'keys:admin' })
    expect(scope).toMatchObject({ event: 'auth.scope_denied', proven: true, scopeNeeded: 'keys:admin' })
    const [forged] = await events(from, (message) => ({ ...message, method: 'PUT' }))
    expect(forged).toMatchObject({ event: 'auth.fail', code: 'SIGNATURE_INVALID', keyId: 'bot-1', proven: false })
    expect(forged?.owner).toBeUndefined()
  })

  const refusal = (code: VerdictCode): Refused => ({
    ...{
      ok: false,
      code,
      status: VERDICT_STATUS[code],
      conclusive: true,
      detail: '',
      claimedKeyId: 'bot-1',
      clientIp: undefined,
    },
    ...{ request: signed(), retryAfterMs: undefined },
  })
  const eventOf = (code: VerdictCode, known?: KeyRecord) =>
    auditEvent(refusal(code), NOW, { context: {}, record: known, startedMs: 0 })

  it.each([
    ['RATE_LIMITED', 'auth.rate_limited', 'denied'],
    ['IP_UNDETERMINED', 'auth.ip_denied', 'denied'],
    ['STORE_UNAVAILABLE', 'store.unavailable', 'error'],
    ['REPLAY_STORE_FULL', 'store.unavailable', 'error'],
    ['KEY_SOURCE_FAILED', 'key_source.failed', 'error'],
    ['HOST_FAULT', 'host.fault', 'error'],
    ['CLOCK_UNSAFE', 'clock.jump', 'error'],
    ['REPLAY_BARRIER', 'replay.barrier', 'error'],
    ['KEY_UNKNOWN', 'auth.fail', 'denied'],
  ] as const)('a refusal with %s is the event %s', (code, event, outcome) => {
    expect(eventOf(code)).toMatchObject({ event, outcome, code, proven: false })
  })

  it('takes nothing for proven that is refused before the signature', () => {
    const proven = (Object.keys(VERDICT_STATUS) as VerdictCode[]).filter((code) => eventOf(code, record).proven)
    // Without a record the verifier did not get as far as a signature.
    for (const code of proven) expect(eventOf(code).proven).toBe(false)
    for (const code of ['SIGNATURE_INVALID', 'SIGNATURE_MALFORMED', 'ALG_MISMATCH', 'PASSPHRASE_INVALID'] as const)
      expect(proven).not.toContain(code)
    // A key source may fail before the signature is looked at.
    expect(proven).not.toContain('STORE_UNAVAILABLE')
  })

  it('cuts what clients wrote, and survives a broken clock', () => {
    const long = 'x'.repeat(10_000)
    const request = { ...signed(), method: long, target: `/${long}?q`, authority: long, fields: ['user-agent', long] }
    const verdict: Refused = { ...refusal('AUTH_MALFORMED'), request, claimedKeyId: long, detail: long }
    for (const nowMs of [NOW, Number.NaN, 1e300, Number.POSITIVE_INFINITY]) {
      const context = { requestId: long, peerIp: long, scope: long }
      const event = auditEvent(verdict, nowMs, { context, record: undefined, startedMs: 0 })
      expect(JSON.stringify(event).length).toBeLessThan(4_000)
      expect(event.time).toBe(nowMs === NOW ? '2026-09-21T14:13:20.000Z' : '')
    }
  })

  it('holds the whole path of a target without a query, and no byte of a body that is none', () => {
    const request = { ...signed(), target: '/v1/orders', body: null }
    const facts = { context: {}, record, startedMs: 0 }
    expect(auditEvent({ ...refusal('REPLAY'), request }, NOW, facts)).toMatchObject({
      path: '/v1/orders',
      bodyBytes: 0,
    })
    const streamed = { ...request, body: new ReadableStream<Uint8Array>() as unknown as BodyStream }
    expect(auditEvent({ ...refusal('REPLAY'), request: streamed }, NOW, facts).bodyBytes).toBeUndefined()
  })

  it('measures in microseconds from the start of the verification', () => {
    const { latencyUs } = auditEvent(refusal('REPLAY'), NOW, { context: {}, record, startedMs: performance.now() - 50 })
    expect(latencyUs).toBeGreaterThanOrEqual(50_000)
    expect(latencyUs).toBeLessThan(50_000_000)
  })

  it('goes to a function: what has one as its "sink" is refused with that word', () => {
    const audited = (audit: unknown) => () =>
      createVerifier({
        schemes: [rfc9421Verifier()],
        keys: staticKeys([record]),
        policy: strictPolicy({ authorities: ['api.example.com'] }),
        replay: memoryReplayStore({ restartBarrier: false }),
        audit: audit as never,
      })
    expect(audited({ sink: () => {} })).toThrow('"audit" must be a function, its "sink", got an object')
    expect(audited({ sink: 'file' })).toThrow(/"audit" must be a function, got an object$/)
    expect(audited(null)).toThrow(/"audit" must be a function, got null$/)
  })

  it('has the time of the signature, where the verifier provides it', () => {
    const facts = { context: {}, record, startedMs: 0, signature: { createdMs: NOW - 5, nonce: 'n' } }
    expect(auditEvent(refusal('REPLAY'), NOW, facts).tsSkewMs).toBe(5)
    expect(eventOf('AUTH_MALFORMED').tsSkewMs).toBeUndefined()
  })
})

describe('a streamed body', () => {
  const chunks = async function* (...parts: ReadonlyArray<string | Error>) {
    for (const part of parts) {
      if (part instanceof Error) throw part
      yield new TextEncoder().encode(part)
    }
  }
  async function streamed(parts: ReadonlyArray<string | Error>, read: (stream: BodyStream) => Promise<unknown>) {
    const told: AuditEvent[] = []
    const used: string[] = []
    const keys = staticKeys([{ ...record, allowIp: undefined as never }])
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: { ...keys, used: (id, verdict) => used.push(`${id} ${verdictCode(verdict)}`) },
      policy: strictPolicy({ authorities: ['api.example.com'], maxStreamBytes: 8 }),
      replay: memoryReplayStore({ restartBarrier: false }),
      clock: { now: () => NOW },
      audit: (event) => told.push(event),
    })
    const verdict = await verifier.verify(
      { ...signed(), body: chunks(...parts) },
      { streamBody: streamedBody, requestId: 'r-9' },
    )
    expect(told.map(({ event }) => event)).toEqual(['auth.ok'])
    const error: unknown = verdict.ok
      ? await read(verdict.bodyStream as BodyStream).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
      : verdict
    return { error, failures: told.slice(1), used }
  }
  const whole = async (stream: BodyStream): Promise<void> => {
    for await (const _ of stream);
  }

  it.each([
    ['DIGEST_MISMATCH', 401, ['bo', 'dX']],
    ['BODY_TOO_LARGE', 413, ['body', 'and more']],
    ['BODY_UNREADABLE', 400, ['bo', new Error('reset')]],
  ] as const)(
    'that ends in %s is a second event, told once, and an error that says %i',
    async (code, status, parts) => {
      const { error, failures, used } = await streamed(parts, whole)
      expect(failures).toEqual([
        expect.objectContaining({
          event: 'auth.fail',
          outcome: 'denied',
          code,
          status,
          keyId: 'bot-1',
          owner: 'alice',
        }),
      ])
      expect(failures[0]).toMatchObject({
        proven: true,
        path: '/v1/orders',
        method: 'POST',
        requestId: 'r-9',
        keyVersion: 3,
      })
      expect(used).toEqual(['bot-1 ok', `bot-1 ${code}`])
      expect(error).toMatchObject({ code, status, statusCode: status })
      const { headers, getResponse } = error as { headers: Record<string, string>; getResponse: () => Response }
      expect('www-authenticate' in headers).toBe(status === 401)
      expect(getResponse().status).toBe(status)
      // What it carries for frameworks is in no log line of it.
      expect(Object.keys(error as object)).toEqual(['code', 'name'])
    },
  )

  it('that is right, or that its reader leaves, is no second event', async () => {
    expect(await streamed(['bo', 'dy'], whole)).toMatchObject({ error: undefined, failures: [], used: ['bot-1 ok'] })
    const left = async (stream: BodyStream): Promise<void> => {
      for await (const _ of stream) return
    }
    expect(await streamed(['b', 'o', 'wrong'], left)).toMatchObject({ failures: [], used: ['bot-1 ok'] })
  })

  it('is known again in an error that wraps its own, a few causes deep', async () => {
    const { error } = await streamed(['forged'], whole)
    const wrap = (cause: unknown, times: number): unknown =>
      times === 0 ? cause : wrap(new Error('wrapped', { cause }), times - 1)
    expect([0, 1, 3].map((times) => streamRefusal(wrap(error, times))?.code)).toEqual(Array(3).fill('DIGEST_MISMATCH'))
    const round: { cause?: unknown } = {}
    round.cause = round
    for (const other of [wrap(error, 4), round, undefined, null, 'DIGEST_MISMATCH', new Error('other')])
      expect(streamRefusal(other)).toBeUndefined()
  })
})

describe('isoTime and userAgent', () => {
  it('formats times, also the same again', () => {
    expect([isoTime(0), isoTime(0), isoTime(1), isoTime(Number.NaN)]).toEqual([
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.001Z',
      '',
    ])
  })
  it('takes the first line, whatever its case', () => {
    expect(userAgent(['Accept', '*', 'USER-AGENT', 'a', 'user-agent', 'b'])).toBe('a')
    expect(userAgent(['X-User-Agent', 'a'])).toBeUndefined()
  })
})

describe('where an address was found', () => {
  const arrival = { method: 'GET', target: '/', encrypted: true }
  const proxies = { trustedProxies: ['10.0.0.0/8'] }
  const trace = (peer: string | undefined, forwardedFor: readonly string[], options = {}) => {
    const fields = forwardedFor.flatMap((line) => ['X-Forwarded-For', line])
    const { clientIp, peerIp, ipSource } = publicUrlReader(options).trace({ peer, encrypted: true, fields })
    return [clientIp, peerIp, ipSource]
  }
  it.each([
    ['the socket', '192.0.2.1', ['6.6.6.6'], {}, ['192.0.2.1', '192.0.2.1', 'socket']],
    ['an unknown proxy that forwards', '192.0.2.1', ['6.6.6.6'], proxies, ['192.0.2.1', '192.0.2.1', 'socket']],
    ['one spelling', '::ffff:192.0.2.1', [], {}, ['192.0.2.1', '192.0.2.1', 'socket']],
    ['the first hop', '10.0.0.1', ['6.6.6.6, 203.0.113.9'], proxies, ['203.0.113.9', '10.0.0.1', 'xff:1']],
    [
      'the third hop',
      '10.0.0.1',
      ['6.6.6.6, 203.0.113.9', '10.0.0.2,10.0.0.3'],
      proxies,
      ['203.0.113.9', '10.0.0.1', 'xff:3'],
    ],
    ['own proxies only', '10.0.0.1', ['10.0.0.2'], proxies, ['10.0.0.2', '10.0.0.1', 'xff:1']],
    ['a proxy that says nothing', '10.0.0.1', [], proxies, ['10.0.0.1', '10.0.0.1', 'socket']],
    ['junk', '10.0.0.1', ['junk, 10.0.0.2'], proxies, [undefined, '10.0.0.1', 'xff:2']],
    ['no peer', undefined, ['6.6.6.6'], proxies, [undefined, undefined, 'socket']],
  ] as const)('the address comes from %s', (_what, peer, forwardedFor, options, expected) => {
    expect(trace(peer, forwardedFor, options)).toEqual(expected)
  })

  it('does not remember a proxy for the next peer', () => {
    const reader = publicUrlReader(proxies)
    const of = (peer: string, ...fields: string[]) => reader.trace({ peer, encrypted: true, fields })
    expect(of('10.0.0.1', 'X-Forwarded-For', '203.0.113.9').clientIp).toBe('203.0.113.9')
    expect(of('192.0.2.1', 'X-Forwarded-For', '203.0.113.9').clientIp).toBe('192.0.2.1')
    expect(of('10.0.0.1').clientIp).toBe('10.0.0.1')
  })

  it('reaches the verifier with the name of the request', async () => {
    const contexts: Array<VerifyContext | undefined> = []
    const policy = strictPolicy({ authorities: ['api.example.com'] })
    const verify = (_: unknown, context?: VerifyContext) => {
      contexts.push(context)
      return Promise.resolve({ ok: true } as never)
    }
    const errors: unknown[] = []
    const take = () => httpRequest({ url: 'https://api.example.com/' })
    const judge = (requestId: () => never) =>
      openGate(
        { policy, challenges: [], verify, refuse: verify as never },
        { requestId, onError: (error) => errors.push(error) },
      ).judge({ ...arrival, peer: '192.0.2.1', fields: [] }, take)
    await judge(() => 'r-1' as never)
    await judge(() => 7 as never)
    await judge(() => {
      throw new Error('no id')
    })
    const plain = { clientIp: '192.0.2.1', peerIp: '192.0.2.1', ipSource: 'socket', streamBody: undefined }
    expect(contexts).toEqual([{ ...plain, requestId: 'r-1' }, plain, plain])
    expect(errors).toHaveLength(1)
  })
})
