import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import { barrierPassed } from '../../../../src/server/replay/replay-store.js'
import { codeOf } from '../../../expect-code.js'

const T0 = 1_790_000_000_000
const LAST_WAIT = 1_000

beforeEach(() => {
  vi.useFakeTimers({ now: T0 })
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

/** How many milliseconds pass until it resolves. */
async function waited(promise: Promise<unknown>): Promise<number> {
  let over = false
  void promise.then(() => {
    over = true
  })
  await vi.advanceTimersByTimeAsync(0)
  let ms = 0
  for (; !over && ms < 20_000; ms += 100) await vi.advanceTimersByTimeAsync(100)
  return ms
}

describe('barrierPassed', () => {
  it('waits until a whole second after the barrier, in naps of a second at most', async () => {
    const asked: number[] = []
    const barrierMs = T0 + 2_500
    const leftMs = (): number => {
      asked.push(Date.now() - T0)
      return barrierMs - Date.now()
    }
    expect(await waited(barrierPassed(leftMs))).toBe(2_500 + LAST_WAIT)
    expect(asked).toEqual([0, 1_000, 2_000, 3_000, 3_500])
  })

  it.each([Number.NEGATIVE_INFINITY, -1_000, Number.NaN])('does not wait where %s ms are left', async (leftMs) => {
    expect(await waited(barrierPassed(async () => leftMs))).toBe(0)
  })
})

describe('memoryReplayStore().ready', () => {
  it('resolves when what is signed by then gets past the barrier', async () => {
    const store = memoryReplayStore({ maxFutureMs: 2_000 })
    expect(store.barrierMs).toBe(T0 + 2_000)
    expect(await waited(store.ready())).toBe(2_000 + LAST_WAIT)
    const nowMs = Date.now()
    const claim = { keyId: 'k', nonce: 'n', createdMs: nowMs - 999, expiresAtMs: nowMs + 60_000, nowMs }
    expect(store.claim(claim)).toBe('claimed')
    expect(await waited(store.ready())).toBe(0)
  })

  it('begins the barrier where the clock began to run meanwhile', async () => {
    let offMs = -T0
    const store = memoryReplayStore({ maxFutureMs: 2_000, clock: { now: () => Date.now() + offMs } })
    expect(store.barrierMs).toBeUndefined()
    await vi.advanceTimersByTimeAsync(0)
    offMs = 0
    expect(await waited(store.ready())).toBe(2_000 + LAST_WAIT)
    expect(store.barrierMs).toBe(T0 + 2_000)
  })

  it('resolves at once without a barrier, and where the clock does not run', async () => {
    expect(await waited(memoryReplayStore({ restartBarrier: false }).ready())).toBe(0)
    const stopped = memoryReplayStore({ clock: { now: () => 0 } })
    expect(await waited(stopped.ready())).toBe(0)
    expect(stopped.barrierMs).toBeUndefined()
  })
})

describe('memoryReplayStore in a cluster worker', () => {
  const asWorker = (isWorker: unknown): void => {
    const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ isWorker } as never)
    onTestFinished(() => spy.mockRestore())
  }

  it('is refused, unless it is said to be the only process', () => {
    asWorker(true)
    expect(codeOf(() => memoryReplayStore())).toBe('CONFIG_INVALID')
    expect(codeOf(() => memoryReplayStore({ singleProcess: false }))).toBe('CONFIG_INVALID')
    expect(memoryReplayStore({ singleProcess: true })).toHaveProperty('claim')
  })

  it.each([false, undefined, 'yes'])('is made where isWorker is %s', (isWorker) => {
    asWorker(isWorker)
    expect(memoryReplayStore()).toHaveProperty('claim')
  })
})

describe('memoryReplayStore().bytes', () => {
  it('are those of the tables that hold something', () => {
    const store = memoryReplayStore({ restartBarrier: false, bucketMs: 30_000 })
    expect(store.bytes).toBe(0)
    const claim = (createdMs: number): unknown =>
      store.claim({ keyId: 'k', nonce: `n${createdMs}`, createdMs, expiresAtMs: T0 + 300_000, nowMs: T0 })
    claim(T0)
    const one = store.bytes
    expect(one).toBeGreaterThan(0)
    claim(T0 - 60_000)
    expect(store.bytes).toBe(2 * one)
  })
})
