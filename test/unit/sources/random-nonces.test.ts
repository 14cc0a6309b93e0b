import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { increasingNonces } from '../../../src/sources/increasing-nonces.js'
import { randomNonces } from '../../../src/sources/sources.js'
import { codeOf, failingClock } from '../../expect-code.js'

const increasing = (list: readonly string[]): boolean =>
  list.every((one, i) => /^\d+$/.test(one) && (i === 0 || BigInt(one) > BigInt(list[i - 1] as string)))

describe('randomNonces', () => {
  it('gives 22 characters that never repeat', () => {
    const nonces = randomNonces()
    const seen = new Set(Array.from({ length: 10_000 }, () => nonces.next('k')))
    expect(seen.size).toBe(10_000)
    for (const nonce of seen) expect(nonce).toMatch(/^[A-Za-z0-9_-]{22}$/)
  })
})

describe('increasingNonces', () => {
  it.each([
    ['ms', 1_700_000_000_123, '1700000000123'],
    ['us', 1_700_000_000_123, '1700000000123000'],
    ['ns', 1_700_000_000_123, '1700000000123000000'],
    ['us', 1_700_000_000_123.75, '1700000000123000'],
  ] as const)('the nonces count in %s', (unit, now, expected) => {
    expect(increasingNonces({ unit, clock: { now: () => now } }).next('k')).toBe(expected)
  })

  it('increases whatever the clock does', () => {
    fc.assert(
      fc.property(
        // Between them lie times that are seconds.
        fc.array(fc.oneof(fc.nat({ max: 1_000_000_000 }), fc.integer({ min: 5_000_000_000, max: 2_000_000_000_000 })), {
          minLength: 1,
        }),
        fc.constantFrom('ms', 'us', 'ns'),
        (times, unit) => {
          let at = 0
          const nonces = increasingNonces({ unit: unit as 'ms', clock: { now: () => times[at++] ?? 0 } })
          expect(increasing(times.map(() => nonces.next('k')))).toBe(true)
        },
      ),
    )
  })

  it('keeps one sequence for each key', () => {
    const nonces = increasingNonces({ unit: 'ms', clock: { now: () => 100 } })
    expect([nonces.next('a'), nonces.next('b'), nonces.next('a')]).toEqual(['100', '100', '101'])
  })

  it('never repeats across restarts, even if the clock was set back in between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 20 }), { minLength: 1 }),
        (lives) => {
          const disk = new Map<string, string>()
          const store = {
            read: (id: string) => disk.get(id),
            write: (id: string, mark: string) => void disk.set(id, mark),
          }
          const all = lives.flatMap((times) => {
            let at = 0
            const nonces = increasingNonces({
              unit: 'ms',
              store,
              reserveMs: 50,
              clock: { now: () => times[at++] ?? 0 },
            })
            return times.map(() => nonces.next('k'))
          })
          expect(increasing(all)).toBe(true)
        },
      ),
    )
  })

  it('writes its mark before a nonce is handed out, and rarely', () => {
    const marks: string[] = []
    const nonces = increasingNonces({
      unit: 'ms',
      reserveMs: 500,
      clock: { now: () => 1_000 },
      store: { read: () => undefined, write: (_, mark) => void marks.push(mark) },
    })
    for (let i = 0; i < 1_000; i++) {
      const nonce = nonces.next('k')
      expect(BigInt(nonce)).toBeLessThanOrEqual(BigInt(marks.at(-1) as string))
    }
    expect(marks).toEqual(['1500', '2001'])
  })

  it('hands out nothing when the store fails, and loses no order', () => {
    let fail = true
    const marks: string[] = []
    const nonces = increasingNonces({
      unit: 'ms',
      clock: { now: () => 1_000 },
      store: {
        read: () => undefined,
        write: (_, mark) => {
          if (fail) throw new Error('disk is full')
          marks.push(mark)
        },
      },
    })
    expect(() => nonces.next('k')).toThrow('disk is full')
    fail = false
    expect([nonces.next('k'), marks]).toEqual(['1000', ['2000']])
  })

  it.each(['-1', '1e3', ' 5', '0x10', '', '٣'])('refuses the stored mark %j', async (mark) => {
    const nonces = increasingNonces({ unit: 'ms', store: { read: () => mark, write: () => {} } })
    expect(await codeOf(() => nonces.next('k'))).toBe('CONFIG_INVALID')
  })

  it('ends instead of overflowing', async () => {
    const nonces = increasingNonces({ unit: 'ms', clock: { now: () => 8 }, max: 9n })
    expect([nonces.next('k'), nonces.next('k')]).toEqual(['8', '9'])
    expect(await codeOf(() => nonces.next('k'))).toBe('NONCE_EXHAUSTED')
    expect(await codeOf(() => nonces.next('k'))).toBe('NONCE_EXHAUSTED')
    const late = increasingNonces({ unit: 'ns', clock: { now: () => 1e14 } })
    expect(await codeOf(() => late.next('k'))).toBe('NONCE_EXHAUSTED')
  })

  it('refuses a clock without a time and options that mean nothing', async () => {
    const nonces = increasingNonces({ unit: 'ms', clock: failingClock(1_700_000_000_123) })
    expect(await codeOf(() => nonces.next('k'))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(() => increasingNonces({ unit: 's' as never }))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => increasingNonces({ unit: 'ms', reserveMs: 0 }))).toBe('CONFIG_INVALID')
  })

  it('runs the jobs of one key in turn, those of two keys side by side, and goes on after a failure', async () => {
    const nonces = increasingNonces({ unit: 'ms' })
    const log: string[] = []
    const job =
      (name: string, delay: number, fails = false) =>
      async () => {
        log.push(`${name}+`)
        await new Promise((resolve) => setTimeout(resolve, delay))
        log.push(`${name}-`)
        if (fails) throw new Error(name)
        return name
      }
    const results = await Promise.allSettled([
      nonces.inTurn?.('a', job('a1', 30)),
      nonces.inTurn?.('a', job('a2', 1, true)),
      nonces.inTurn?.('a', job('a3', 1)),
      nonces.inTurn?.('b', job('b1', 1)),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(log.filter((line) => line.startsWith('a'))).toEqual(['a1+', 'a1-', 'a2+', 'a2-', 'a3+', 'a3-'])
    expect(log.indexOf('b1-')).toBeLessThan(log.indexOf('a1-'))
  })
})
