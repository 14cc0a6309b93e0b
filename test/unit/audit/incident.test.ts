import { describe, expect, it } from 'vitest'
import { incident } from '../../../src/audit/incident.js'
import { createAuditLog } from '../../../src/audit/log.js'
import { memoryAuditLog } from '../../../src/audit/memory.js'
import { printIncident } from '../../../src/audit/report.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import { failEvent, KEY_ID, NOW, okEvent } from './samples.js'

const at = (ms: number): string => new Date(NOW + ms).toISOString()
const events: readonly AuditEvent[] = [
  okEvent({ time: at(-10), path: '/too-early' }),
  okEvent({ event: 'key.create', time: at(0), actor: 'carol' }),
  okEvent({ time: at(30) }),
  okEvent({ time: at(10) }),
  okEvent({ time: at(20), event: 'auth.replay', outcome: 'denied', code: 'REPLAY' }),
  okEvent({ time: at(40), clientIp: '2001:db8:1:2::5', userAgent: 'curl/8', method: 'DELETE' }),
  okEvent({ time: at(50), clientIp: '203.0.113.77' }),
  failEvent({ time: at(60), clientIp: '198.51.100.7' }),
  okEvent({ time: at(70), keyId: 'another' }),
  okEvent({ time: at(80), event: 'key.revoke', actor: 'carol', reason: 'leaked' }),
  okEvent({ time: at(90), event: 'audit.dropped', keyId: undefined, data: { count: 7 } }),
  okEvent({ time: at(1_000), path: '/too-late' }),
]

describe('incident', () => {
  it('says when and from where a key was used, proven apart from claimed', async () => {
    const report = await incident(events, KEY_ID, NOW, { untilMs: NOW + 999 })
    expect(report).toMatchObject({
      keyId: KEY_ID,
      since: at(0),
      until: at(999),
      events: 12,
      corrupt: 0,
      lost: 7,
      sampled: false,
    })
    expect(report.proven.total).toEqual({ first: at(10), last: at(50), count: 5, outcomes: { ok: 4, REPLAY: 1 } })
    expect(report.proven.groups).toEqual([
      {
        clientIp: '203.0.113.9',
        userAgent: 'bot/1',
        route: 'GET /v1/orders',
        first: at(10),
        last: at(30),
        count: 3,
        outcomes: { ok: 2, REPLAY: 1 },
      },
      {
        clientIp: '2001:db8:1:2::5',
        userAgent: 'curl/8',
        route: 'DELETE /v1/orders',
        first: at(40),
        last: at(40),
        count: 1,
        outcomes: { ok: 1 },
      },
      {
        clientIp: '203.0.113.77',
        userAgent: 'bot/1',
        route: 'GET /v1/orders',
        first: at(50),
        last: at(50),
        count: 1,
        outcomes: { ok: 1 },
      },
    ])
    expect(report.proven.networks.map(({ network, count }) => [network, count])).toEqual([
      ['203.0.113.0/24', 4],
      ['2001:db8:1::/48', 1],
    ])
    expect(report.claimed.total).toMatchObject({ count: 1, outcomes: { SIGNATURE_INVALID: 1 } })
    expect(report.claimed.groups[0]?.clientIp).toBe('198.51.100.7')
    expect(report.changes.map(({ event }) => event)).toEqual(['key.create', 'key.revoke'])
  })

  it('is not drowned by clients that only name the key', async () => {
    async function* flood() {
      for (let i = 0; i < 20_000; i++)
        yield failEvent({ clientIp: `10.${i & 255}.${i >> 8}.1`, userAgent: `${i}`, code: `CODE_${i}` as never })
      yield okEvent({ time: at(5) })
    }
    const report = await incident(flood(), KEY_ID, NOW - 1, { maxGroups: 100 })
    expect(report.proven.groups).toHaveLength(1)
    const { groups, networks, more, total } = report.claimed
    expect([groups.length, networks.length, total?.count, more?.count]).toEqual([100, 100, 20_000, 19_900])
    expect(Object.keys(total?.outcomes ?? {}).length).toBeLessThanOrEqual(65)
  })

  it('takes names as data', async () => {
    const odd = ['__proto__', 'constructor', 'toString'].map((name) =>
      failEvent({ code: name as never, clientIp: name, userAgent: name }),
    )
    const { claimed } = await incident(odd, KEY_ID, 0)
    expect(claimed.total?.count).toBe(3)
    expect(Object.values(claimed.total?.outcomes ?? {})).toEqual([1, 1, 1])
    expect(claimed.networks).toMatchObject([{ network: 'unknown', count: 3 }])
  })

  it('keeps what was done with a key readable while its successor is not used', async () => {
    const stragglers = Array.from({ length: 5_000 }, () => okEvent({ event: 'key.used.rotating' }))
    const report = await incident([...stragglers, ...events], KEY_ID, NOW - 1)
    expect(report.changes.filter(({ event }) => event === 'key.used.rotating')).toHaveLength(100)
    expect(report.changes.at(-1)?.event).toBe('key.revoke')
  })

  it('reads a memory log, which keeps the newest, and can name routes itself', async () => {
    const memory = memoryAuditLog({ maxEvents: 3 })
    const log = createAuditLog({ sinks: [memory], sample: { ok: 0.5, random: () => 0 } })
    for (let i = 0; i < 5; i++) log.sink(okEvent({ path: `/v1/orders/${i}` }))
    await log.close()
    const route = ({ path = '' }: AuditEvent) => path.replace(/\d+$/, ':id')
    const report = await incident(memory, KEY_ID, 0, { route })
    expect(report.proven.groups).toMatchObject([{ route: '/v1/orders/:id', count: 3 }])
    expect([report.sampled, memory.size]).toEqual([true, 3])
    expect((await incident(memory, KEY_ID, 0)).proven.groups.map((group) => group.route)).toEqual([
      'GET /v1/orders/2',
      'GET /v1/orders/3',
      'GET /v1/orders/4',
    ])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e300, undefined as never])(
    'refuses %s as a time',
    async (time) => {
      await expect(incident([], KEY_ID, time)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    },
  )
  it('refuses a memory of no events', () => {
    expect(() => memoryAuditLog({ maxEvents: 0 })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})

describe('printIncident', () => {
  it('is a table for people', async () => {
    const text = printIncident(await incident(events, KEY_ID, NOW, { untilMs: NOW + 999 }))
    expect(text).toMatch(/^Key acmek_live_\w+ since 2026-09-21T14:13:20\.000Z until /)
    expect(text).toContain('Not complete: the log lost 7 events in that time.')
    expect(text).toContain('Used (the signature was valid): 5,')
    expect(text).toMatch(/ 3 {6}203\.0\.113\.9 +bot\/1 +GET \/v1\/orders +ok 2, REPLAY 1$/m)
    expect(text).toContain('networks: 203.0.113.0/24 (4), 2001:db8:1::/48 (1)')
    expect(text).toContain('Only claimed (can be sent without the key): 1,')
    expect(text).toMatch(/key\.revoke +carol +203\.0\.113\.9 +leaked$/m)
    const nothing = printIncident(await incident([], KEY_ID, NOW))
    expect(nothing).toContain('Used (the signature was valid): none')
    expect(nothing).toContain('Changes of the key: none')
  })

  it('shows what clients wrote on one line, cut, and without control characters', async () => {
    const ua = `\u001b[2J\r\nfake\u202e\u0085${'x'.repeat(500)}`
    const many = Array.from({ length: 60 }, (_, i) => failEvent({ userAgent: `${i}${ua}`, path: `/${i}\n` }))
    const text = printIncident(await incident(many, `${KEY_ID}\n`, NOW - 1), { maxRows: 10 })
    const isPlain = (code: number) => code === 0x0a || (code >= 0x20 && code < 0x7f) || code === 0x2026
    expect([...text].every((char) => isPlain(char.charCodeAt(0)))).toBe(true)
    const report = await incident(many, KEY_ID, NOW - 1, { maxGroups: 50 })
    const cut = printIncident(report, { maxRows: 10 })
    expect(cut).toContain('… and 40 more rows')
    expect(cut).toContain('… and 10 requests in too many different ways to tell apart')
    expect(cut.split('\n').every((line) => line.length < 320)).toBe(true)
    expect(cut).not.toContain('\u001b')
  })
})
