import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type MemoryReplayOptions, memoryReplayStore } from '../../../../src/server/replay/memory.js'
import type { ReplayClaim } from '../../../../src/server/replay/replay-store.js'
import { replayStoreContract } from '../../../contract/replay-store.js'
import { codeOf } from '../../../expect-code.js'
import { THOROUGH } from '../../../thorough.js'

replayStoreContract(
  'memory',
  ({ nowMs, ...options }) => ({ store: memoryReplayStore({ ...options, clock: { now: () => nowMs } }) }),
  { bounded: true, startsEmpty: true, claimsTellTime: true },
)

replayStoreContract(
  'memory, one bucket for the whole window',
  ({ nowMs, ...options }) => ({
    store: memoryReplayStore({ ...options, clock: { now: () => nowMs }, bucketMs: 305_000 }),
  }),
  { bounded: true, startsEmpty: true, claimsTellTime: true },
)

const T0 = 1_790_000_000_000
const claim = (nonce: string, part: Partial<ReplayClaim> = {}): ReplayClaim => {
  const createdMs = part.createdMs ?? part.nowMs ?? T0
  return { keyId: 'k', nonce, createdMs, expiresAtMs: createdMs + 300_001, nowMs: T0, ...part }
}

describe('memoryReplayStore', () => {
  it('refuses numbers that cannot be meant', () => {
    const bad: MemoryReplayOptions[] = [
      { maxEntries: 0 },
      { maxEntries: 1.5 },
      { maxEntries: Number.NaN },
      { maxEntries: 2 ** 27 },
      { maxPerKeyShare: 0 },
      { maxPerKeyShare: 1.01 },
      { maxPerKeyShare: Number.NaN },
      { maxAgeMs: 999 },
      { maxAgeMs: 86_400_001 },
      { maxAgeMs: Number.POSITIVE_INFINITY },
      { maxFutureMs: -1 },
      { bucketMs: 0 },
      { bucketMs: 400_000 },
      { maxAgeMs: 86_400_000, bucketMs: 1_000 },
    ]
    for (const options of bad)
      expect(
        codeOf(() => memoryReplayStore(options)),
        JSON.stringify(options),
      ).toBe('CONFIG_INVALID')
    expect(memoryReplayStore({ maxAgeMs: 86_400_000, maxFutureMs: 86_400_000 })).toBeDefined()
  })

  it('holds its own window, whatever the claim says about its expiry', () => {
    const store = memoryReplayStore({ restartBarrier: false, maxAgeMs: 60_000, maxFutureMs: 1_000 })
    const far = { expiresAtMs: T0 + 86_400_000 }
    expect(store.claim(claim('a', { ...far, createdMs: T0 }))).toBe('claimed')
    expect(store.claim(claim('b', { ...far, createdMs: T0 - 60_000 }))).toBe('claimed')
    expect(store.claim(claim('c', { ...far, createdMs: T0 - 60_001 }))).toBe('barrier')
    expect(store.claim(claim('d', { ...far, createdMs: T0 + 1_000 }))).toBe('claimed')
    expect(store.claim(claim('e', { ...far, createdMs: T0 + 1_001 }))).toBe('full')
    // The policy would still let it in; the store has forgotten it and refuses.
    expect(store.claim(claim('a', { ...far, createdMs: T0, nowMs: T0 + 60_001 }))).toBe('barrier')
  })

  it('refuses times that are no numbers', () => {
    const store = memoryReplayStore({ restartBarrier: false })
    expect(store.claim(claim('a', { createdMs: Number.NaN }))).toBe('barrier')
    expect(store.claim(claim('b', { expiresAtMs: Number.NaN }))).toBe('barrier')
    expect(store.claim(claim('c', { createdMs: Number.POSITIVE_INFINITY, expiresAtMs: T0 + 1 }))).toBe('full')
    expect(store.size).toBe(0)
    // Without any time of its own it cannot say what is ahead; with one, it goes by that.
    const timeless = memoryReplayStore({ restartBarrier: false })
    expect(timeless.claim(claim('d', { nowMs: Number.NaN, createdMs: T0, expiresAtMs: T0 + 1 }))).toBe('full')
    expect(store.claim(claim('e'))).toBe('claimed')
    expect(store.claim(claim('e', { nowMs: Number.NaN, createdMs: T0, expiresAtMs: T0 + 300_001 }))).toBe('replay')
  })

  it('forgets whole buckets, and only those the window has passed', () => {
    const store = memoryReplayStore({ restartBarrier: false })
    for (let i = 0; i < 300; i++) expect(store.claim(claim(`n${i}`, { nowMs: T0 + i * 1_000 }))).toBe('claimed')
    expect(store.size).toBe(300)
    store.claim(claim('later', { nowMs: T0 + 330_000 }))
    // Thirty seconds are behind the window: one bucket of them is complete, the rest of it is not.
    expect(store.size).toBeLessThan(301)
    expect(store.size).toBeGreaterThanOrEqual(301 - 30)
    store.claim(claim('much later', { nowMs: T0 + 10_000_000 }))
    expect(store.size).toBe(1)
  })

  it('refuses a time whose place in the ring holds what a clock that was ahead has claimed', () => {
    const store = memoryReplayStore({ restartBarrier: false, maxAgeMs: 60_000, maxFutureMs: 0, bucketMs: 30_000 })
    // Four places: two minutes later is the same one.
    const aheadMs = T0 + 120_000
    expect(store.claim(claim('ahead', { nowMs: aheadMs }))).toBe('claimed')
    expect(store.claim(claim('now', { nowMs: T0 }))).toBe('barrier')
    expect(store.claim(claim('now', { nowMs: T0 + 30_000 }))).toBe('claimed')
    expect(store.claim(claim('ahead', { nowMs: aheadMs }))).toBe('replay')
  })

  it.each([null, {}, 'Date'])('refuses %j as its clock', (clock) => {
    expect(codeOf(() => memoryReplayStore({ clock: clock as never }))).toBe('CONFIG_INVALID')
  })

  it('agrees with a set of texts over a long, random run', () => {
    const store = memoryReplayStore({ restartBarrier: false, maxPerKeyShare: 1 })
    const seen = new Set<string>()
    let [state, now] = [7, T0]
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return (state >>> 8) % below
    }
    let replays = 0
    for (let i = 0; i < 20_000; i++) {
      now += random(100)
      const createdMs = now + 5_000 - random(305_001)
      const one = claim(`n${random(50)}`, {
        keyId: `k${random(3)}`,
        createdMs: createdMs - (createdMs % 1_000),
        nowMs: now,
      })
      if (one.createdMs < now - 300_000) continue
      const text = `${one.keyId} ${one.createdMs} ${one.nonce}`
      const expected = seen.has(text) ? 'replay' : 'claimed'
      if (expected === 'replay') replays++
      expect(store.claim(one)).toBe(expected)
      seen.add(text)
    }
    expect(replays).toBeGreaterThan(100)
  })

  it('starts its barrier with the first claim where the clock does not run yet', () => {
    const store = memoryReplayStore({ clock: { now: () => 0 } })
    expect(store.claim(claim('a'))).toBe('barrier')
    expect(store.claim(claim('b', { nowMs: T0 + 5_000, createdMs: T0 + 5_000 }))).toBe('barrier')
    expect(store.claim(claim('c', { nowMs: T0 + 5_001, createdMs: T0 + 5_001 }))).toBe('claimed')
  })

  const [many, nonces] = THOROUGH ? [1_000_000, 'a million nonces'] : [100_000, 'a hundred thousand nonces']
  it(`holds ${nonces} in a bounded number of bytes`, () => {
    // A million are what it holds by itself.
    const store = memoryReplayStore({
      restartBarrier: false,
      maxPerKeyShare: 1,
      ...(!THOROUGH && { maxEntries: many }),
    })
    const started = performance.now()
    for (let i = 0; i < many; i++) {
      const nowMs = T0 + Math.floor((i * 300_000) / many)
      if (store.claim(claim(`a-nonce-of-22-chars-${i}`, { nowMs })) !== 'claimed') throw new Error(`claim ${i}`)
    }
    const perClaimUs = ((performance.now() - started) * 1_000) / many
    expect(store.size).toBe(many)
    expect(store.claim(claim('one more', { nowMs: T0 + 300_000 }))).toBe('full')
    const megabytes = store.bytes / 1_000_000
    console.log(`${nonces}: ${megabytes.toFixed(1)} MB, ${perClaimUs.toFixed(2)} µs a claim`)
    expect(megabytes).toBeLessThan((64 * many) / 1_000_000)
    // The worst case is one bucket for all of them.
    const crowded = memoryReplayStore({ restartBarrier: false, maxPerKeyShare: 1, maxEntries: 100_000 })
    for (let i = 0; i < 100_000; i++) crowded.claim(claim(`n${i}`))
    expect(crowded.bytes).toBeLessThanOrEqual(100_000 * 16 * 3)
  })
})

describe('memoryReplayStore and other processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('refuses to be one of several in a real cluster worker', async () => {
    const file = join(folder, 'worker.mjs')
    await build({
      stdin: {
        contents: `
          import cluster from 'node:cluster'
          import { memoryReplayStore } from './src/server/replay/memory.js'
          const attempt = (options) => { try { memoryReplayStore(options); return 'ok' } catch (error) { return error.code } }
          if (cluster.isPrimary) {
            console.log('primary ' + attempt({}))
            cluster.fork()
          } else {
            process.send([attempt({}), attempt({ singleProcess: true })], () => process.exit())
          }
          cluster.on('message', (_, text) => console.log('worker ' + text.join(' ')))`,
        resolveDir: process.cwd(),
        loader: 'js',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: file,
      alias: { '#backend/hash': './src/crypto/backend/native/hash.ts' },
      logLevel: 'silent',
    })
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
    })
    const exit = await new Promise((resolve) => child.on('close', resolve))
    expect({ exit, text }).toEqual({ exit: 0, text: 'primary ok\nworker CONFIG_INVALID ok\n' })
  }, 20_000)

  it('asks nothing of a runtime that is not Node', () => {
    vi.stubGlobal('process', undefined)
    try {
      expect(memoryReplayStore({})).toBeDefined()
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
