import { createRequire } from 'node:module'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReplayClaim, ReplayOutcome, ReplayStore } from '../../src/server/replay/replay-store.js'
import { replayStoreContract, type StoreSetup, type StoreUnderTest } from '../contract/replay-store.js'
import type { Question } from './worker.js'

/** The replay stores for Workers, inside workerd, as miniflare starts it. */

const KINDS = ['d1', 'object', 'objects'] as const
const PATIENT = 20_000
interface Miniflare {
  readonly ready: Promise<unknown>
  dispatchFetch(url: string, init: RequestInit): Promise<Response>
  dispose(): Promise<void>
}
let worker: Miniflare
let count = 0

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: ['test/stores/worker.ts'],
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'error',
  })
  // Of this folder's lockfile.
  const { Miniflare } = createRequire(import.meta.url)('miniflare')
  worker = new Miniflare({
    modules: true,
    script: (outputFiles[0] as { text: string }).text,
    compatibilityDate: '2026-01-01',
    d1Databases: ['DB'],
    durableObjects: { NONCES: { className: 'Nonces', useSQLite: true } },
  })
  await worker.ready
}, 60_000)
afterAll(() => worker?.dispose())

async function ask(question: Question): Promise<{ readonly outcome: ReplayOutcome; readonly barrierMs?: number }> {
  const answer = await worker.dispatchFetch('https://test.invalid/', { method: 'POST', body: JSON.stringify(question) })
  const { error, ...rest } = (await answer.json()) as { error?: string; outcome: ReplayOutcome; barrierMs?: number }
  if (error !== undefined) throw new Error(error)
  return rest
}

async function open(kind: Question['kind'], setup: StoreSetup): Promise<StoreUnderTest> {
  const { maxAgeMs, maxFutureMs } = setup
  const options = { prefix: `t${count++}`, maxAgeMs, maxFutureMs, deadlineMs: PATIENT }
  const age = async (byMs: number): Promise<void> => {
    const since = Math.max(1, Date.now() - byMs)
    await ask({ kind, options, mark: `${maxAgeMs + 1_000} ${maxFutureMs + 1_000} ${since}` })
  }
  await ask({ kind, options })
  if (setup.restartBarrier === false) await age(10 * maxAgeMs)
  let barrierMs: number | undefined
  const store: ReplayStore = {
    maxAgeMs,
    maxFutureMs,
    get barrierMs() {
      return barrierMs
    },
    claim: async (claim) => {
      const answer = await ask({ kind, options, claim })
      barrierMs = answer.barrierMs
      return answer.outcome
    },
  }
  return { store, age }
}

for (const kind of KINDS)
  replayStoreContract(`${kind} in workerd`, (setup) => open(kind, setup), {
    bounded: false,
    startsEmpty: true,
    claimsTellTime: false,
  })

describe.each(KINDS)('%s in workerd', (kind) => {
  const fresh = (part: Partial<ReplayClaim> = {}): ReplayClaim => {
    const nowMs = Date.now()
    return { keyId: 'k', nonce: `nonce-${count++}`, createdMs: nowMs, expiresAtMs: nowMs + 300_001, nowMs, ...part }
  }
  const setup = { nowMs: 0, maxAgeMs: 300_000, maxFutureMs: 5_000, restartBarrier: false }

  it('refuses what was signed before the database was emptied, also for a process that has not noticed', async () => {
    const prefix = `t${count++}`
    const options = { prefix, deadlineMs: PATIENT }
    await ask({ kind, options, mark: '301000 6000 1' })
    const before = fresh()
    expect((await ask({ kind, options, claim: before })).outcome).toBe('claimed')
    await ask({ kind, options, mark: '' })
    expect((await ask({ kind, options, claim: before })).outcome).not.toBe('claimed')
    expect((await ask({ kind, options, claim: fresh({ createdMs: before.createdMs }) })).outcome).toBe('barrier')
  })

  it('refuses what lies outside the window by its own clock', async () => {
    const { store } = await open(kind, setup)
    const nowMs = Date.now() + 3_600_000
    expect(await store.claim(fresh({ nowMs, createdMs: nowMs, expiresAtMs: nowMs + 300_001 }))).toBe('clock')
    const then = Date.now() - 1_800_000
    expect(await store.claim(fresh({ nowMs: then, createdMs: then, expiresAtMs: then + 300_001 }))).toBe('clock')
  })

  it('refuses a window that is longer than the one its prefix is in use with', async () => {
    const prefix = `t${count++}`
    await ask({ kind, options: { prefix, deadlineMs: PATIENT }, mark: '301000 6000 1' })
    const longer = { prefix, deadlineMs: PATIENT, maxAgeMs: 600_000 }
    await expect(ask({ kind, options: longer, claim: fresh() })).rejects.toThrow('shorter window')
    const shorter = { prefix, deadlineMs: PATIENT, maxAgeMs: 60_000 }
    expect((await ask({ kind, options: shorter, claim: fresh() })).outcome).toBe('claimed')
  })
})
