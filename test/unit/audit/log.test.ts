import { afterEach, describe, expect, it } from 'vitest'
import { auditLine, eventOf, parseAuditLine, rankOf } from '../../../src/audit/event.js'
import type { AuditBatch } from '../../../src/audit/lane.js'
import { type AuditLog, type AuditLogOptions, type AuditLoss, createAuditLog } from '../../../src/audit/log.js'
import { lineSink, memoryAuditLog } from '../../../src/audit/memory.js'
import { boundedQueue } from '../../../src/audit/queue.js'
import { isCountersignError } from '../../../src/errors.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { accepted, failEvent, KEY_ID, NOW, okEvent, request } from './samples.js'

const open: AuditLog[] = []
afterEach(async () => {
  for (const log of open.splice(0)) await log.close()
})
const silent = { onError: () => {}, delayMs: 0, timeoutMs: 50, retries: 1, clock: { now: () => NOW } }
const logWith = (options: AuditLogOptions): AuditLog => {
  const log = createAuditLog({ ...silent, ...options })
  open.push(log)
  return log
}
const namesOf = (events: readonly AuditEvent[]): string[] => events.map(({ event }) => event)
const all = async (events: AsyncIterable<AuditEvent>): Promise<AuditEvent[]> => {
  const out: AuditEvent[] = []
  for await (const event of events) out.push(event)
  return out
}
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('boundedQueue', () => {
  it('lets go of the lowest rank first, and keeps the order', () => {
    const queue = boundedQueue<string>(3, 3)
    for (const [item, rank] of [
      ['a', 0],
      ['b', 1],
      ['c', 0],
      ['d', 2],
      ['e', 0],
      ['f', 1],
    ] as const)
      queue.push(item, rank)
    expect([queue.size, queue.dropped]).toEqual([3, 3])
    expect(queue.take(2)).toEqual(['b', 'd'])
    expect(queue.take(9)).toEqual(['f'])
    expect(queue.take(9)).toEqual([])
  })
  it('stays small, however much passes', () => {
    const queue = boundedQueue<number>(10, 1)
    for (let i = 0; i < 5_000; i++) {
      queue.push(i, 0)
      expect(queue.take(1)).toEqual([i])
    }
    expect([queue.size, queue.dropped]).toEqual([0, 0])
  })
})

describe('createAuditLog', () => {
  it('hands every event to every sink, with the name of the process', async () => {
    const told: AuditEvent[] = []
    const lines: string[] = []
    const log = logWith({
      sinks: [(events) => told.push(...events), lineSink((line) => lines.push(line))],
      instance: 'api-1',
    })
    log.sink(okEvent())
    log.sink(failEvent())
    log.record({ event: 'key.revoke', keyId: KEY_ID, actor: 'carol', reason: 'leaked', atMs: NOW })
    await log.flush()
    expect(namesOf(told)).toEqual(['auth.ok', 'auth.fail', 'key.revoke'])
    expect(told[2]).toMatchObject({
      v: 1,
      time: '2026-09-21T14:13:20.000Z',
      outcome: 'ok',
      actor: 'carol',
      instance: 'api-1',
    })
    expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(told)))
    expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true)
    expect([log.dropped, log.head, log.read]).toEqual([0, undefined, undefined])
  })

  it('writes by itself after a moment', async () => {
    const memory = memoryAuditLog()
    logWith({ sinks: [memory] }).sink(okEvent())
    await expect.poll(() => memory.size).toBe(1)
  })

  it('reports the use of a rotated key besides, once for each address and agent in a while', async () => {
    const memory = memoryAuditLog()
    let nowMs = NOW
    const log = logWith({ sinks: [memory], sample: { ok: 0 }, clock: { now: () => nowMs }, stragglerEveryMs: 1_000 })
    const use = (part: Partial<AuditEvent> = {}) => log.sink(okEvent({ replacedBy: 'k2', ...part }))
    use()
    use()
    use({ clientIp: '203.0.113.10' })
    nowMs += 1_000
    use()
    log.sink(failEvent({ replacedBy: 'k2' }))
    await log.flush()
    const events = (await all(memory.read())).filter(({ event }) => event === 'key.used.rotating')
    expect(events.map(({ clientIp: ip }) => ip)).toEqual(['203.0.113.9', '203.0.113.10', '203.0.113.9'])
    expect(events[0]).toMatchObject({ keyId: KEY_ID, userAgent: 'bot/1', replacedBy: 'k2' })
  })

  it('the log samples accepted requests alone, as the random numbers say', async () => {
    const memory = memoryAuditLog()
    const numbers = [0.1, 0.25, 0.9, 0.2]
    const log = logWith({ sinks: [memory], sample: { ok: 0.25, random: () => numbers.shift() ?? 1 } })
    for (let i = 0; i < 4; i++) log.sink(okEvent({ path: `/${i}` }))
    log.sink(failEvent())
    await log.flush()
    const events = await all(memory.read())
    expect(events.map(({ path, sample }) => [path, sample])).toEqual([
      ['/0', 0.25],
      ['/3', 0.25],
      ['/v1/orders', undefined],
    ])
  })

  it('hashes body and nonce only when configured to', async () => {
    const body = new TextEncoder().encode('body')
    const verdict = { ...accepted(), request: request('a', body) }
    const seen = async (digests: boolean) => {
      const memory = memoryAuditLog()
      const log = logWith({ sinks: [memory], digests })
      log.sink(okEvent(), verdict)
      await log.flush()
      return (await all(memory.read()))[0]
    }
    // sha256sum of "body" and "n-1"
    expect(await seen(true)).toMatchObject({
      bodySha256: '230d8358dc8e8890',
      nonceHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(await seen(false)).not.toHaveProperty('bodySha256')
  })

  it('loses accepted requests first when the queue is full, counts, and says so in an event', async () => {
    const memory = memoryAuditLog()
    const losses: AuditLoss[] = []
    const log = logWith({ sinks: [memory], maxQueue: 3, delayMs: 60_000, onDrop: (loss) => losses.push(loss) })
    for (let i = 0; i < 10; i++) log.sink(okEvent())
    log.record({ event: 'key.revoke', keyId: KEY_ID })
    log.sink(failEvent())
    log.sink(failEvent({ proven: true, event: 'auth.replay' }))
    for (let i = 0; i < 10; i++) log.sink(okEvent())
    log.sink(failEvent({ path: '/late' }))
    expect(log.dropped).toBe(21)
    await log.flush()
    expect(namesOf(await all(memory.read()))).toEqual(['key.revoke', 'auth.fail', 'auth.replay', 'audit.dropped'])
    expect((await all(memory.read())).at(-1)).toMatchObject({ outcome: 'error', data: { count: 21 } })
    expect(losses).toEqual([{ count: 21, sink: undefined }])
  })

  it('tries a batch again, and reports its loss to the other sinks', async () => {
    const memory = memoryAuditLog()
    let calls = 0
    const seen: AuditBatch[] = []
    const flaky = {
      name: 'flaky',
      write: (batch: AuditBatch) => {
        seen.push(batch)
        if (++calls === 1) throw new Error('once')
      },
    }
    const broken = { name: 'broken', write: () => Promise.reject(new Error('always')) }
    const errors: unknown[] = []
    const log = logWith({ sinks: [broken, flaky, memory], timeoutMs: 2_000, onError: (error) => errors.push(error) })
    log.sink(okEvent())
    await log.flush()
    await log.flush()
    expect(seen[1]).toBe(seen[0])
    expect((await all(memory.read()))[1]).toMatchObject({ event: 'audit.dropped', data: { count: 1, sink: 'broken' } })
    expect(log.dropped).toBeGreaterThanOrEqual(1)
    expect(errors.length).toBeGreaterThanOrEqual(3)
  })

  it('does not wait for a sink that hangs, and keeps the others going', async () => {
    const memory = memoryAuditLog()
    const signals: AbortSignal[] = []
    const errors: unknown[] = []
    const hanging = {
      name: 'hanging',
      write: (_: AuditBatch, signal: AbortSignal) => {
        signals.push(signal)
        return new Promise(() => {})
      },
    }
    const log = logWith({
      sinks: [hanging, memory],
      maxQueue: 5,
      retries: 0,
      timeoutMs: 30,
      onError: (error) => errors.push(error),
    })
    const startedMs = performance.now()
    for (let i = 0; i < 50; i++) {
      log.sink(okEvent())
      await wait(0)
    }
    await log.flush()
    expect(performance.now() - startedMs).toBeLessThan(2_000)
    expect(memory.size).toBeGreaterThanOrEqual(50)
    expect(log.dropped).toBeGreaterThan(0)
    expect(signals[0]?.aborted).toBe(true)
    expect(isCountersignError(errors[0], 'STORE_UNAVAILABLE')).toBe(true)
  })

  it('never throws at a request, whatever its sinks, callbacks and clock do', async () => {
    const fail = () => {
      throw new Error('broken')
    }
    const log = logWith({
      ...{ sinks: [{ write: fail, flush: fail, close: fail }], onError: fail, onDrop: fail },
      ...{ clock: { now: fail as () => number }, maxQueue: 1, retries: 0 },
    })
    log.record({ event: 'key.revoke' })
    log.sink(okEvent())
    log.sink(okEvent())
    await log.flush()
    await log.close()
    log.sink(okEvent())
    expect(log.dropped).toBeGreaterThanOrEqual(3)
  })

  it('closes its sinks once, in order, and counts what comes later', async () => {
    const calls: string[] = []
    const sink = {
      write: () => calls.push('write'),
      flush: () => calls.push('flush'),
      close: () => calls.push('close'),
    }
    const log = logWith({ sinks: [sink] })
    log.sink(okEvent())
    await Promise.all([log.close(), log.close()])
    log.sink(okEvent())
    await log.flush()
    expect([calls, log.dropped]).toEqual([['write', 'flush', 'close'], 1])
  })

  it('reads the history of a key from what it wrote, also from events just received', async () => {
    const log = logWith({ sinks: [memoryAuditLog()], delayMs: 60_000 })
    log.sink(okEvent())
    const report = await log.incident?.(KEY_ID, NOW - 1)
    expect(report?.proven.total?.count).toBe(1)
  })

  it.each([
    ['no sinks', { sinks: [] }],
    ['a sink that is none', { sinks: [{} as never] }],
    ['a share beyond all', { sinks: [() => {}], sample: { ok: 1.1 } }],
    ['no queue', { sinks: [() => {}], maxQueue: 0 }],
    ['a name with a line end', { sinks: [() => {}], instance: 'a\nb' }],
    ['no options', undefined],
    ['a chain of text', { sinks: [() => {}], chain: 'yes' as never }],
    ['a sink without its list', { sinks: (() => {}) as never }],
    ['an anchor that is none', { sinks: [() => {}], chain: { anchor: 'x' } }],
  ] as ReadonlyArray<readonly [string, AuditLogOptions | undefined]>)('is not made with %s', (_, options) => {
    expect(() => createAuditLog(options as AuditLogOptions)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    )
  })
  it('is not chained with a weak key', () => {
    const chain = { key: new Uint8Array(31) }
    expect(() => createAuditLog({ sinks: [() => {}], chain })).toThrow(expect.objectContaining({ code: 'KEY_WEAK' }))
  })

  it('the log feeds a logger such as pino, and OpenTelemetry', async () => {
    // The members of pino's Logger and of @opentelemetry/api-logs' Logger that are used.
    const written: Array<[string, object, string]> = []
    const pino = {
      info: (o: object, m: string) => written.push(['info', o, m]),
      warn: (o: object, m: string) => written.push(['warn', o, m]),
    }
    const emitted: Array<{ severityNumber: number; body: string; attributes: Record<string, unknown> }> = []
    const otel = { emit: (one: (typeof emitted)[number]) => emitted.push(one) }
    const log = logWith({
      sinks: [
        (events) => {
          for (const event of events) pino[event.outcome === 'ok' ? 'info' : 'warn'](event, event.event)
        },
        (events) => {
          for (const event of events) {
            const { data, ...attributes } = event
            otel.emit({
              severityNumber: event.outcome === 'ok' ? 9 : 13,
              body: event.event,
              attributes: { ...attributes, ...data },
            })
          }
        },
      ],
    })
    log.sink(okEvent())
    log.sink(failEvent())
    await log.flush()
    expect(written.map(([level, , message]) => [level, message])).toEqual([
      ['info', 'auth.ok'],
      ['warn', 'auth.fail'],
    ])
    expect(emitted.map(({ severityNumber, body }) => [severityNumber, body])).toEqual([
      [9, 'auth.ok'],
      [13, 'auth.fail'],
    ])
    expect(emitted[0]?.attributes['keyId']).toBe(KEY_ID)
  })
})

describe('events of keys', () => {
  it('are bounded, whatever is recorded', () => {
    const long = 'x'.repeat(100_000)
    const data = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}${long}`, long]))
    const entry = {
      event: `key.${long}`,
      reason: long,
      time: long,
      keyId: 7,
      owner: { a: 1 },
      url: long,
      data,
    } as never
    const event = eventOf(entry, NOW)
    expect(event.event).toBe('audit.unnamed')
    expect(event).not.toHaveProperty('keyId')
    expect(auditLine(event).length).toBeLessThan(25_000)
  })
  it('keep what else is known of them, and only plain values', () => {
    const leak = {
      event: 'key.leaked',
      outcome: 'revoked',
      url: 'https://a.example',
      source: 'git',
      secret: { a: 1 },
      at: Number.NaN,
    }
    expect(eventOf(leak as never, NOW)).toEqual({
      ...{ v: 1, time: '2026-09-21T14:13:20.000Z', event: 'key.leaked', outcome: 'ok' },
      data: { url: 'https://a.example', source: 'git' },
    })
    expect(eventOf({ event: 'leak.refused', detail: 'unsigned' }, NOW)).toMatchObject({ outcome: 'denied' })
    expect(eventOf({ event: 'store.unavailable' }, NOW)).toMatchObject({ outcome: 'error' })
  })
  it('events of keys rank above proven refusals, those above other refusals, and accepted requests last', () => {
    const ranks = [okEvent(), failEvent(), failEvent({ proven: true }), okEvent({ event: 'key.revoke' })].map(rankOf)
    expect(ranks).toEqual([0, 1, 2, 3])
  })
})

describe('auditLine', () => {
  it('is one line of ASCII for any text, and comes back', () => {
    const text = Array.from({ length: 0x2030 }, (_, i) => String.fromCharCode(i)).join('')
    const event = okEvent({ userAgent: `${text}\ud800\u{1f600}`, path: '/\u2028\u0085\r\n"\\' })
    const line = auditLine(event)
    expect(line).toMatch(/^[\x20-\x7e]*$/)
    expect(parseAuditLine(line)).toEqual(event)
  })
  it.each(['', '{', '[]', 'null', '{"event":1,"time":""}', `{"event":"a","time":"${'x'.repeat(70_000)}"}`])(
    'no event is %s',
    (line) => {
      expect(parseAuditLine(line)).toBeUndefined()
    },
  )
})
