import { describe, expect, it } from 'vitest'
import { keyActivity } from '../../../src/audit/activity.js'
import { incident } from '../../../src/audit/incident.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { codeOf } from '../../expect-code.js'

const NOW = Date.parse('2026-11-29T12:00:00Z')
const DAY = 86_400_000
const at = (ms: number): string => new Date(ms).toISOString()
const ok = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  v: 1,
  time: at(NOW),
  event: 'auth.ok',
  outcome: 'ok',
  keyId: 'a',
  algorithm: 'hmac-sha256',
  proven: true,
  ...more,
})
const denied = (more: Partial<AuditEvent> = {}): AuditEvent =>
  ok({ event: 'auth.fail', outcome: 'denied', proven: false, ...more })

describe('keyActivity', () => {
  it('counts accepted, refused and only claimed requests by day', async () => {
    const { days, events, sampled } = await keyActivity(
      [
        ok(),
        ok({ time: at(NOW - DAY) }),
        ok({ time: at(NOW - DAY) }),
        denied({ proven: true }),
        denied(),
        ok({ time: at(NOW - 30 * DAY) }),
        ok({ time: at(NOW + DAY) }),
        ok({ time: '' }),
        ok({ keyId: 'b', sample: 0.5 }),
      ],
      { nowMs: NOW, days: 30 },
    )
    expect(days.get('a')).toEqual([
      { day: '2026-11-28', accepted: 2, refused: 0, claimed: 0 },
      { day: '2026-11-29', accepted: 1, refused: 1, claimed: 1 },
    ])
    expect([...days.keys()]).toEqual(['a', 'b'])
    expect([events, sampled]).toEqual([9, true])
  })

  it('keeps nothing for ids that no key has, and at most so many keys', async () => {
    const invented = Array.from({ length: 1_000 }, (_value, i) => {
      const { algorithm: _, ...event } = denied({ keyId: `invented-${i}` })
      return event
    })
    const { days } = await keyActivity([...invented, ok(), ok({ keyId: '__proto__' }), ok({ keyId: 'c' })], {
      nowMs: NOW,
      maxKeys: 2,
    })
    expect([...days.keys()]).toEqual(['a', '__proto__'])
  })

  it('has who still uses a key that was replaced, the latest first', async () => {
    const old = { replacedBy: 'b', clientIp: '203.0.113.1', userAgent: 'bot/1' }
    const { oldKeys } = await keyActivity(
      [
        ok(old),
        ok({ ...old, event: 'key.used.rotating' }),
        ok({ ...old, time: at(NOW + 1) }),
        ok({ ...old, clientIp: '203.0.113.2', time: at(NOW + 2), event: 'key.used.rotating' }),
        ...Array.from({ length: 200 }, (_, i) => ok({ ...old, keyId: 'many', userAgent: `agent ${i}` })),
      ],
      { nowMs: NOW },
    )
    expect(oldKeys.get('a')).toEqual([
      { clientIp: '203.0.113.2', userAgent: 'bot/1', first: at(NOW + 2), last: at(NOW + 2), count: 0 },
      { clientIp: '203.0.113.1', userAgent: 'bot/1', first: at(NOW), last: at(NOW + 1), count: 2 },
    ])
    expect(oldKeys.get('many')).toHaveLength(100)
  })

  it('refuses a time and numbers that are none', async () => {
    expect(await codeOf(keyActivity([], { nowMs: Number.NaN }))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(keyActivity([], { nowMs: NOW, days: 0 }))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(keyActivity([], { nowMs: NOW, dayz: 1 } as never))).toBe('ARGUMENT_INVALID')
  })
})

describe('the timeline of an incident', () => {
  const timelineOf = async (events: readonly AuditEvent[]) =>
    (await incident(events, 'a', Date.parse('2000-01-01'))).timeline

  it('has minutes for an hour, proven and only claimed apart', async () => {
    const { bucketMs, buckets } = await timelineOf([
      ok(),
      ok({ time: at(NOW + 59_999) }),
      denied({ time: at(NOW + 3_600_000) }),
      denied({ proven: true, time: at(NOW + 60_000) }),
      ok({ event: 'key.rotate' }),
      ok({ time: 'nonsense' }),
    ])
    expect(bucketMs).toBe(60_000)
    expect(buckets).toEqual([
      { at: at(NOW), accepted: 2, refused: 0, claimed: 0 },
      { at: at(NOW + 60_000), accepted: 0, refused: 1, claimed: 0 },
      { at: at(NOW + 3_600_000), accepted: 0, refused: 0, claimed: 1 },
    ])
  })

  it('is bounded, and loses no event, whatever time it is spread over and in whatever order', async () => {
    for (const spanMs of [3_600_000, DAY, 30 * DAY, 365 * DAY, 10 * 365 * DAY]) {
      const events = Array.from({ length: 1_000 }, (_, i) =>
        ok({ time: at(NOW - ((i * 7_919) % 1_000) * (spanMs / 1_000)) }),
      )
      const { bucketMs, buckets } = await timelineOf(events)
      expect(buckets.length).toBeLessThanOrEqual(240)
      expect(buckets.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1_000)
      expect(spanMs / bucketMs).toBeLessThanOrEqual(241)
      expect(buckets.map((bucket) => bucket.at)).toEqual(buckets.map((bucket) => bucket.at).sort())
    }
  })
})
