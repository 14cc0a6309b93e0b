import { describe, expect, it } from 'vitest'
import { createKeyCache, type KeyCache } from '../../../../src/keyring/cache/key-cache.js'
import type { KeyStatus } from '../../../../src/keyring/record/key-record.js'
import type { LoadedKey } from '../../../../src/keyring/record/load-key.js'
import { withCode } from '../../../expect-code.js'

const loaded = (rev: number, status: KeyStatus = 'active'): LoadedKey =>
  ({
    record: { status: status === 'revoked' ? 'revoked' : 'active', rev },
    locked: { status: 'disabled', rev },
    stored: { id: 'k', rev, status },
    lastUsedMs: 0,
  }) as unknown as LoadedKey

interface World {
  readonly cache: KeyCache
  readonly loads: string[]
  now: number
  ttlMs: number
  answer: LoadedKey | undefined | (() => Promise<LoadedKey | undefined>)
}

function world(maxEntries = 100): World {
  const state = { loads: [] as string[], now: 1_000_000, ttlMs: 30_000, answer: undefined as World['answer'] }
  const cache = createKeyCache({
    load: async (id) => {
      state.loads.push(id)
      return typeof state.answer === 'function' ? state.answer() : state.answer
    },
    now: () => state.now,
    ttlMs: () => state.ttlMs,
    negativeTtlMs: 5_000,
    maxEntries,
  })
  return Object.assign(state, { cache }) as World
}
const statusOf = async (cache: KeyCache, id = 'k'): Promise<string | undefined> => (await cache.get(id))?.record.status

describe('key cache', () => {
  it('answers at once while a record is fresh, and asks again to the millisecond', async () => {
    const w = world()
    w.answer = loaded(1)
    await w.cache.get('k')
    w.now += 29_999
    expect(w.cache.get('k')).not.toBeInstanceOf(Promise)
    w.now += 1
    expect(w.cache.get('k')).toBeInstanceOf(Promise)
    await w.cache.get('k')
    expect(w.loads).toHaveLength(2)
  })

  it('counts age from before the load, not from after it', async () => {
    const w = world()
    w.answer = async () => {
      w.now += 20_000
      return loaded(1)
    }
    await w.cache.get('k')
    w.now += 10_000
    expect(w.cache.get('k')).toBeInstanceOf(Promise)
  })

  it('serves nothing from cache when the clock goes back', async () => {
    const w = world()
    w.answer = loaded(1)
    await w.cache.get('k')
    w.now -= 1
    expect(w.cache.get('k')).toBeInstanceOf(Promise)
  })

  it('asks once for any number of callers, and remembers no failure', async () => {
    const w = world()
    w.answer = async () => Promise.reject(new Error('down'))
    const failed = await Promise.allSettled(Array.from({ length: 50 }, async () => w.cache.get('k')))
    expect(failed.every(({ status }) => status === 'rejected')).toBe(true)
    expect(w.loads).toHaveLength(1)
    w.answer = loaded(1)
    expect(await statusOf(w.cache)).toBe('active')
  })

  it('the cache remembers unknown ids for a short time, and no longer after an invalidation', async () => {
    const w = world()
    expect(await w.cache.get('k')).toBeUndefined()
    expect(w.cache.get('k')).toBeUndefined()
    w.now += 5_000
    expect(w.cache.get('k')).toBeInstanceOf(Promise)
    await w.cache.get('k')
    w.answer = loaded(1)
    w.cache.invalidate({ id: 'k', rev: 1, status: 'active' })
    expect(await statusOf(w.cache)).toBe('active')
  })

  it('answers a revoked record without asking the store', async () => {
    const w = world()
    w.answer = loaded(1)
    await w.cache.get('k')
    w.answer = async () => Promise.reject(new Error('down'))
    w.cache.invalidate({ id: 'k', rev: 2, status: 'revoked' })
    expect(await statusOf(w.cache)).toBe('revoked')
    expect((await w.cache.get('k'))?.locked.status).toBe('revoked')
  })

  it('is not resurrected by a fill that was read before the revocation', async () => {
    const w = world()
    let release: (value: LoadedKey) => void = () => {}
    w.answer = () =>
      new Promise((resolve) => {
        release = resolve
      })
    const reading = w.cache.get('k') as Promise<LoadedKey>
    w.cache.invalidate({ id: 'k', rev: 2, status: 'revoked' })
    w.answer = loaded(2, 'revoked')
    release(loaded(1))
    expect((await reading).record.status).toBe('revoked')
    expect(w.loads).toHaveLength(2)
    expect(await statusOf(w.cache)).toBe('revoked')
  })

  it('refuses to answer from a replica that stays behind', async () => {
    const w = world()
    w.cache.invalidate({ id: 'k', rev: 3, status: 'active' })
    w.answer = loaded(2)
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
    w.answer = undefined
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
    w.answer = loaded(3)
    expect(await statusOf(w.cache)).toBe('active')
  })

  it('never accepts a revoked key as active again from the store', async () => {
    const w = world()
    w.cache.invalidate({ id: 'k', rev: 2, status: 'revoked' })
    w.answer = loaded(5, 'active')
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
  })

  it('ignores an invalidation of an older revision', async () => {
    const w = world()
    w.answer = loaded(4)
    await w.cache.get('k')
    w.cache.invalidate({ id: 'k', rev: 3, status: 'disabled' })
    expect(w.cache.get('k')).not.toBeInstanceOf(Promise)
    w.cache.invalidate({ id: 'k', rev: 5, status: 'disabled' })
    w.answer = loaded(5)
    expect(w.cache.get('k')).toBeInstanceOf(Promise)
  })

  it('goes by the shorter time from the moment it is given', async () => {
    const w = world()
    w.answer = loaded(1)
    await w.cache.get('k')
    w.now += 6_000
    w.ttlMs = 5_000
    expect(w.cache.get('k')).toBeInstanceOf(Promise)
  })

  it('holds no more than it may', async () => {
    const w = world(10)
    w.answer = loaded(1)
    for (let i = 0; i < 100; i++) await w.cache.get(`k${i}`)
    expect(w.cache.size).toBe(10)
    expect(w.cache.get('k99')).not.toBeInstanceOf(Promise)
  })

  it('the cache remembers no more unknown ids than records, and none from before the clock went back', async () => {
    const w = world(10)
    for (let i = 0; i <= 10; i++) await w.cache.get(`k${i}`)
    expect(w.cache.get('k10')).toBeUndefined()
    expect(w.cache.get('k0')).toBeInstanceOf(Promise)
    w.now -= 1
    expect(w.cache.get('k10')).toBeInstanceOf(Promise)
  })

  it('takes no older record than the store has answered before', async () => {
    const w = world()
    w.answer = loaded(3)
    await w.cache.get('k')
    w.now += 30_000
    w.answer = loaded(2)
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
  })

  it('reads a replica that is behind three times, and no more', async () => {
    const w = world()
    w.cache.invalidate({ id: 'k', rev: 3, status: 'active' })
    w.answer = loaded(2)
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
    expect(w.loads).toHaveLength(3)
    // What comes up within the three is taken.
    w.loads.length = 0
    w.answer = async () => loaded(w.loads.length)
    expect((await w.cache.get('k'))?.stored.rev).toBe(3)
    expect(w.loads).toHaveLength(3)
  })

  describe('what is said without a proof', () => {
    const lie = { id: 'k', rev: 9, status: 'revoked' } as const

    it('during a read has the record read again, whatever the first answer is', async () => {
      const w = world()
      w.answer = async () => {
        await Promise.resolve()
        if (w.loads.length === 1) w.cache.invalidate(lie, 'unproven')
        return w.loads.length === 1 ? undefined : loaded(1)
      }
      expect(await statusOf(w.cache)).toBe('active')
      expect(w.loads).toHaveLength(2)
    })

    it('again and again has it read three times, and keeps no answer back', async () => {
      const w = world()
      w.answer = async () => {
        await Promise.resolve()
        if (w.loads.length < 10) w.cache.invalidate(lie, 'unproven')
        return loaded(1)
      }
      expect(await statusOf(w.cache)).toBe('active')
      expect(w.loads).toHaveLength(3)
    })

    it('while nothing is read costs the next read nothing', async () => {
      const w = world()
      w.cache.invalidate(lie, 'unproven')
      w.answer = loaded(1)
      expect(await statusOf(w.cache)).toBe('active')
      expect(w.loads).toHaveLength(1)
    })

    it('lets go of the record, and revokes nothing', async () => {
      const w = world()
      w.answer = loaded(1)
      await w.cache.get('k')
      w.cache.invalidate(lie, 'unproven')
      expect(w.cache.fresh('k')).toBeUndefined()
      expect(await statusOf(w.cache)).toBe('active')
      expect(w.loads).toHaveLength(2)
    })
  })
})

/** A cache with a monotonic clock apart from the wall clock. */
interface SteadyWorld {
  readonly cache: KeyCache
  now: number
  ticks: number
  answer: LoadedKey | undefined | Promise<LoadedKey | undefined>
}
function steadyWorld(maxEntries = 100): SteadyWorld {
  const state = { now: 1_000_000, ticks: 5_000, answer: undefined as SteadyWorld['answer'] }
  const cache = createKeyCache({
    load: async () => state.answer,
    now: () => state.now,
    ticks: () => state.ticks,
    ttlMs: () => 30_000,
    negativeTtlMs: 5_000,
    maxEntries,
  })
  return Object.assign(state, { cache })
}

describe('the age of a cached record', () => {
  it('does not start again when the wall clock is set back', async () => {
    const w = steadyWorld()
    w.answer = loaded(1)
    await w.cache.get('k')
    w.now += 29_000
    w.ticks += 29_000
    w.now -= 29_000
    expect(w.cache.fresh('k')).toBeDefined()
    w.now += 1_000
    w.ticks += 1_000
    expect(w.cache.fresh('k')).toBeUndefined()
  })

  it('makes no record fresh while the clock returns NaN', async () => {
    const w = steadyWorld()
    w.answer = loaded(1)
    await w.cache.get('k')
    w.now = Number.NaN
    expect(w.cache.fresh('k')).toBeUndefined()
  })
})

describe('the loads of a key cache', () => {
  it('are bounded while the store hangs, however many ids are requested', async () => {
    const w = steadyWorld()
    w.answer = new Promise(() => {})
    for (let i = 0; i < 10_000; i++) w.cache.get(`k${i}`)
    await expect(w.cache.get('one more')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
  })
})

describe('an unconfirmed invalidation from the bus', () => {
  it('does not lock a key for ever: after minutes the store is trusted again', async () => {
    for (const status of ['active', 'revoked'] as const) {
      const w = steadyWorld()
      w.answer = loaded(3)
      await w.cache.get('k')
      w.cache.invalidate({ id: 'k', rev: Number.MAX_SAFE_INTEGER, status }, 'bus')
      w.now += 60_000
      w.ticks += 60_000
      await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
      w.now += 240_000
      w.ticks += 240_000
      expect(await statusOf(w.cache)).toBe('active')
    }
  })

  it('cannot hide a revocation behind a higher revision, nor outlive the revocation', async () => {
    const w = steadyWorld()
    w.cache.invalidate({ id: 'k', rev: 99, status: 'active' }, 'bus')
    w.cache.invalidate({ id: 'k', rev: 2, status: 'revoked' })
    w.ticks += 3_600_000
    w.now += 3_600_000
    w.answer = loaded(1)
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
    w.answer = loaded(5)
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
    w.answer = loaded(2, 'revoked')
    expect(await statusOf(w.cache)).toBe('revoked')
  })

  it('evicts nothing that came from the store, however many arrive', async () => {
    const w = steadyWorld(10)
    w.cache.invalidate({ id: 'k', rev: 2, status: 'revoked' })
    for (let i = 0; i < 1_000; i++) w.cache.invalidate({ id: `x${i}`, rev: 1, status: 'active' }, 'bus')
    w.answer = loaded(1)
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
  })
})
