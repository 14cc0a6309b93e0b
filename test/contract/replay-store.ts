import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from '../../src/server/replay/replay-store.js'

/** What a test asks of the store it is given. Times are milliseconds since the epoch. */
export interface StoreSetup {
  /** The time of the first claim. */
  readonly nowMs: number
  readonly maxAgeMs: number
  readonly maxFutureMs: number
  readonly maxEntries?: number
  readonly maxPerKeyShare?: number
  readonly restartBarrier?: boolean
}

/** A store, and how to put it away. */
export interface StoreUnderTest {
  readonly store: ReplayStore
  /** Makes its start look so much earlier: for stores that tell it by a separate clock. */
  age?(byMs: number): Promise<void>
  close?(): void | Promise<void>
}

/** What a kind of store promises beyond the interface. */
export interface StoreTraits {
  /** Refuses with `full` beyond `maxEntries`, and beyond `maxPerKeyShare` of them for one key. */
  readonly bounded: boolean
  /** Refuses with `barrier` what was signed before it started, because it starts empty. */
  readonly startsEmpty: boolean
  /** Takes the time from the claims, so that a test can move it. */
  readonly claimsTellTime: boolean
}

const MAX_AGE = 300_000
const MAX_FUTURE = 5_000

/** What every replay store must do. Call it once a store; each test gets a fresh, empty one. */
export function replayStoreContract(
  name: string,
  makeStore: (setup: StoreSetup) => StoreUnderTest | Promise<StoreUnderTest>,
  traits: StoreTraits,
): void {
  describe(`replay store: ${name}`, () => {
    let under: StoreUnderTest | undefined
    let nowMs = 0
    let count = 0
    beforeEach(() => {
      nowMs = Date.now()
    })
    afterEach(() => under?.close?.())

    const open = async (setup: Partial<StoreSetup> = {}): Promise<ReplayStore> => {
      under = await makeStore({ nowMs, maxAgeMs: MAX_AGE, maxFutureMs: MAX_FUTURE, restartBarrier: false, ...setup })
      return under.store
    }
    /** A claim of an unused nonce, signed now, unless said otherwise. */
    const claim = (part: Partial<ReplayClaim> = {}): ReplayClaim => {
      const createdMs = part.createdMs ?? part.nowMs ?? nowMs
      return {
        keyId: 'key-a',
        nonce: `nonce-of-a-request-${count++}`,
        createdMs,
        expiresAtMs: createdMs + MAX_AGE + 1,
        nowMs,
        ...part,
      }
    }
    const tally = (outcomes: readonly ReplayOutcome[]): Record<string, number> => {
      const counts: Record<string, number> = {}
      for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
      return counts
    }

    it('claims a nonce once', async () => {
      const store = await open()
      const first = claim()
      expect(await store.claim(first)).toBe('claimed')
      expect(await store.claim(first)).toBe('replay')
      expect(await store.claim({ ...first, nowMs: nowMs + 1_000 })).toBe('replay')
      expect(await store.claim(claim())).toBe('claimed')
    })

    it('grants exactly one of 100 equal claims, the first', async () => {
      const store = await open()
      const same = claim()
      const outcomes = await Promise.all(Array.from({ length: 100 }, async () => store.claim(same)))
      expect(tally(outcomes)).toEqual({ claimed: 1, replay: 99 })
    })

    it('keeps the keys apart, also where their texts run together', async () => {
      const store = await open()
      const first = claim({ keyId: 'key-a' })
      expect(await store.claim(first)).toBe('claimed')
      expect(await store.claim({ ...first, keyId: 'key-b' })).toBe('claimed')
      expect(await store.claim({ ...first, keyId: 'key-b' })).toBe('replay')
      const nonce = 'nonce-0123456789'
      expect(await store.claim(claim({ keyId: 'a', nonce: `b${nonce}` }))).toBe('claimed')
      expect(await store.claim(claim({ keyId: 'ab', nonce }))).toBe('claimed')
    })

    it('takes the signed time as part of the nonce', async () => {
      const store = await open()
      const first = claim({ createdMs: nowMs - 1_000 })
      expect(await store.claim(first)).toBe('claimed')
      expect(await store.claim(claim({ nonce: first.nonce, createdMs: nowMs - 2_000 }))).toBe('claimed')
      expect(await store.claim(first)).toBe('replay')
    })

    it('the store remembers over the whole window, from its oldest to its farthest time', async () => {
      const store = await open()
      // A store that looks at a separate clock may do so late, on a busy machine.
      const lateMs = traits.claimsTellTime ? 1_000 : 30_000
      for (const createdMs of [nowMs - MAX_AGE + lateMs, nowMs - 150_000, nowMs, nowMs + MAX_FUTURE]) {
        const one = claim({ createdMs })
        expect(await store.claim(one)).toBe('claimed')
        expect(await store.claim(one)).toBe('replay')
      }
    })

    it('never claims what has expired', async () => {
      const store = await open()
      expect(await store.claim(claim({ expiresAtMs: nowMs }))).not.toBe('claimed')
      expect(await store.claim(claim({ expiresAtMs: nowMs - 1 }))).not.toBe('claimed')
    })

    it('states its window, so that a verifier with a longer one can refuse it', async () => {
      const store = await open()
      expect([store.maxAgeMs, store.maxFutureMs]).toEqual([MAX_AGE, MAX_FUTURE])
    })

    if (traits.claimsTellTime) {
      it('keeps a nonce as long, whatever the clock and the window of the process that claimed it', async () => {
        const store = await open()
        const [byOneAhead, byOneShort] = [claim(), claim({ expiresAtMs: nowMs + 5_001 })]
        // A process whose clock is ahead sees little of the window left, and one with a window of 5 s even less.
        expect(await store.claim({ ...byOneAhead, nowMs: nowMs + 288_000 })).toBe('claimed')
        expect(await store.claim(byOneShort)).toBe('claimed')
        for (const later of [0, 6_500, 14_000, 100_000, 290_000]) {
          const at = { nowMs: nowMs + later, expiresAtMs: nowMs + MAX_AGE + 1 }
          expect(await store.claim({ ...byOneAhead, ...at }), `${later} ms`).not.toBe('claimed')
          expect(await store.claim({ ...byOneShort, ...at }), `${later} ms`).not.toBe('claimed')
        }
      })

      it('remembers up to the last millisecond of the window, and never claims after it', async () => {
        const store = await open()
        const one = claim()
        expect(await store.claim(one)).toBe('claimed')
        for (const later of [1, 30_000, 60_000, 299_999, 300_000]) {
          expect(await store.claim({ ...one, nowMs: nowMs + later })).toBe('replay')
        }
        for (const later of [300_001, 330_000, 600_000, 86_400_000]) {
          expect(await store.claim({ ...one, nowMs: nowMs + later })).not.toBe('claimed')
        }
      })

      it('does not claim again when the clock goes back', async () => {
        const store = await open()
        const one = claim()
        expect(await store.claim(one)).toBe('claimed')
        // Long after the window its entry is gone; then the clock returns to where the message was fresh.
        // A store with a clock of its own refuses to look so far ahead.
        expect(['claimed', 'clock']).toContain(await store.claim(claim({ nowMs: nowMs + 3 * MAX_AGE })))
        expect(await store.claim(one)).not.toBe('claimed')
      })
    }

    if (traits.bounded) {
      it('refuses when it is full, and still knows everything it claimed', async () => {
        const store = await open({ maxEntries: 50, maxPerKeyShare: 1 })
        const claims = Array.from({ length: 50 }, () => claim())
        for (const one of claims) expect(await store.claim(one)).toBe('claimed')
        expect(await store.claim(claim())).toBe('full')
        expect(await store.claim(claim({ keyId: 'key-b' }))).toBe('full')
        for (const one of claims) expect(await store.claim(one)).toBe('replay')
      })

      it('lets no key take more than its share', async () => {
        const store = await open({ maxEntries: 100, maxPerKeyShare: 0.1 })
        const claims = Array.from({ length: 11 }, () => claim())
        expect(tally(await Promise.all(claims.map(async (one) => store.claim(one))))).toEqual({ claimed: 10, full: 1 })
        expect(await store.claim(claims[0] as ReplayClaim)).toBe('replay')
        expect(await store.claim(claim({ keyId: 'key-b' }))).toBe('claimed')
      })
    }

    if (traits.bounded && traits.claimsTellTime) {
      it('has room again when the window has passed', async () => {
        const store = await open({ maxEntries: 20, maxPerKeyShare: 0.5 })
        for (let i = 0; i < 10; i++) expect(await store.claim(claim())).toBe('claimed')
        expect(await store.claim(claim())).toBe('full')
        const later = nowMs + 3 * MAX_AGE
        for (let i = 0; i < 10; i++) expect(await store.claim(claim({ nowMs: later }))).toBe('claimed')
        expect(await store.claim(claim({ nowMs: later }))).toBe('full')
      })
    }

    if (traits.startsEmpty) {
      it('claims nothing that an earlier process may have claimed', async () => {
        const store = await open({ restartBarrier: true })
        expect(await store.claim(claim({ createdMs: nowMs - 1_000 }))).toBe('barrier')
        expect(await store.claim(claim({ createdMs: nowMs + MAX_FUTURE }))).toBe('barrier')
        expect(store.barrierMs).toBeGreaterThanOrEqual(nowMs + MAX_FUTURE)
        await under?.age?.(MAX_FUTURE + 60_000)
        const later = under?.age === undefined ? nowMs + MAX_FUTURE + 1 : nowMs
        const fresh = claim({ createdMs: later, nowMs: later })
        expect(await store.claim(fresh)).toBe('claimed')
        expect(await store.claim(fresh)).toBe('replay')
      })
    }
  })
}
