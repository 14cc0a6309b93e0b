import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { CountersignError } from '../../../../src/errors.js'
import { withLocalFallback } from '../../../../src/server/replay/local-fallback.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from '../../../../src/server/replay/replay-store.js'
import { replayStoreContract } from '../../../contract/replay-store.js'
import { codeOf } from '../../../expect-code.js'

const T0 = 1_790_000_000_000
const LATER = T0 + 60_000
let count = 0
const fresh = (part: Partial<ReplayClaim> = {}): ReplayClaim => ({
  keyId: 'k',
  nonce: `nonce-${count++}-abcdefghij`,
  createdMs: LATER,
  expiresAtMs: LATER + 300_001,
  nowMs: LATER,
  ...part,
})
const clock = { now: () => T0 }

/** A store that can be away. */
const shared = (): ReplayStore & { away: boolean } => {
  const memory = memoryReplayStore({ restartBarrier: false })
  return {
    away: false,
    async claim(claim) {
      if (this.away) throw new CountersignError('STORE_UNAVAILABLE', 'away')
      return memory.claim(claim)
    },
  }
}

replayStoreContract(
  'with a local fallback',
  ({ nowMs, restartBarrier: _, maxEntries: __, maxPerKeyShare: ___, ...window }) => ({
    store: withLocalFallback(memoryReplayStore({ restartBarrier: false }), {
      ...window,
      clock: { now: () => nowMs - 600_000 },
    }),
  }),
  { bounded: false, startsEmpty: false, claimsTellTime: true },
)

describe('withLocalFallback', () => {
  it('decides alone only while the shared store is away, and says so', async () => {
    const told: ReplayOutcome[] = []
    const primary = shared()
    const store = withLocalFallback(primary, { clock, onFallback: (_, outcome) => told.push(outcome) })
    const one = fresh()
    expect(await store.claim(one)).toBe('claimed')
    expect(told).toEqual([])
    primary.away = true
    expect(await store.claim(fresh())).toBe('claimed')
    expect(told).toEqual(['claimed'])
  })

  it('accepts nothing twice in one process, whichever store decided first', async () => {
    const primary = shared()
    const store = withLocalFallback(primary, { clock })
    const [before, during] = [fresh(), fresh()]
    expect(await store.claim(before)).toBe('claimed')
    primary.away = true
    expect(await store.claim(before)).toBe('replay')
    expect(await store.claim(during)).toBe('claimed')
    expect(await store.claim(during)).toBe('replay')
    primary.away = false
    expect(await store.claim(during)).toBe('replay')
    expect(await store.claim(before)).toBe('replay')
  })

  it('refuses what was signed before it started', async () => {
    const primary = shared()
    primary.away = true
    const store = withLocalFallback(primary, { clock: { now: () => LATER } })
    expect(await store.claim(fresh())).toBe('barrier')
  })

  it('falls back for a store that is away, and for nothing else', async () => {
    const broken: ReplayStore = { claim: () => Promise.reject(new TypeError('a bug')) }
    await expect(withLocalFallback(broken, { clock }).claim(fresh())).rejects.toThrow(TypeError)
    const odd: ReplayStore = { claim: () => 'yes' as never }
    expect(await withLocalFallback(odd, { clock }).claim(fresh())).toBe('yes')
    for (const outcome of ['replay', 'full', 'barrier'] as const)
      expect(await withLocalFallback({ claim: () => outcome }, { clock }).claim(fresh())).toBe(outcome)
  })

  it.each([
    [{}, 300_000, 5_000],
    [{ maxAgeMs: 60_000, maxFutureMs: 1_000 }, 60_000, 1_000],
    [{ maxAgeMs: 600_000, maxFutureMs: 60_000 }, 300_000, 5_000],
  ])('has the shorter window of the two: shared %j', (window, maxAgeMs, maxFutureMs) => {
    const store = withLocalFallback({ ...window, claim: () => 'claimed' }, { clock, maxAgeMs: 300_000 })
    expect(store).toMatchObject({ maxAgeMs, maxFutureMs })
  })

  it('has the barrier of the store that decided last', async () => {
    const primary = Object.assign(shared(), { barrierMs: 7 })
    const store = withLocalFallback(primary, { clock, maxFutureMs: 2_000 })
    expect(store.barrierMs).toBe(7)
    primary.away = true
    await store.claim(fresh())
    expect(store.barrierMs).toBe(T0 + 2_000)
    primary.away = false
    await store.claim(fresh())
    expect(store.barrierMs).toBe(7)
  })

  it('is ready when both are, also where the shared one has no barrier', async () => {
    const order: string[] = []
    const primary = (ready?: () => Promise<void>): ReplayStore => ({
      claim: () => 'claimed',
      ...(ready && { ready }),
    })
    // A clock that does not run yet: there is no barrier of its own to wait for.
    const passed = { clock: { now: () => 0 } }
    await withLocalFallback(primary(), passed).ready?.()
    const slow = withLocalFallback(
      primary(async () => void order.push('shared')),
      passed,
    ).ready?.()
    await slow?.then(() => order.push('both'))
    expect(order).toEqual(['shared', 'both'])
  })

  it('waits for its own barrier', async () => {
    vi.useFakeTimers({ now: T0 })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    let ready = false
    void withLocalFallback(shared(), { maxFutureMs: 1_000 })
      .ready?.()
      .then(() => {
        ready = true
      })
    await vi.advanceTimersByTimeAsync(1_900)
    expect(ready).toBe(false)
    await vi.advanceTimersByTimeAsync(200)
    expect(ready).toBe(true)
  })

  it.each([undefined, null, {}, 'redis'])('refuses %j as the shared store', (given) => {
    expect(codeOf(() => withLocalFallback(given as never))).toBe('CONFIG_INVALID')
  })

  it('lets one key take all of its memory', async () => {
    const store = withLocalFallback(shared(), { clock, maxEntries: 3 })
    for (let i = 0; i < 3; i++) expect(await store.claim(fresh())).toBe('claimed')
  })
})
