import { setTimeout as sleep } from 'node:timers/promises'
import type { ReplayClaim, ReplayStore } from '../../src/server/replay/replay-store.js'

let count = 0

/** A claim that was never made before. */
export function freshClaim(part: Partial<ReplayClaim> = {}): ReplayClaim {
  const nowMs = Date.now()
  return { keyId: 'k', nonce: `nonce-${count++}`, createdMs: nowMs, expiresAtMs: nowMs + 300_001, nowMs, ...part }
}

/** Options of a store in Redis that lets a failover show: nothing is remembered in the process, and a barrier is short. */
export const EXPOSED = {
  deadlineMs: 500,
  onWarning: () => {},
  localGate: false,
  maxFutureMs: 200,
  clockSkewMs: 100,
} as const

/** What was granted while a server was replaced, or killed and started again. */
export interface UnderLoad {
  /** How many nonces were granted before. */
  readonly before: number
  /** How many claims got no answer. */
  readonly failures: number
  /** Nonces that were granted more than once: there must be none. */
  readonly twice: readonly string[]
}

/**
 * Claims by many workers through several stores, each nonce and a copy of a recent one, while `replace` runs; and for
 * `forMs` after it the last ones that were granted, again and again.
 */
export async function underLoad(
  stores: readonly ReplayStore[],
  /** Is given what waits until a claim got no answer: a server that is back sooner than that has replaced nothing. */
  replace: (unanswered: () => Promise<void>) => Promise<void>,
  forMs = 10_000,
): Promise<UnderLoad> {
  const granted = new Map<string, number>()
  const recent: ReplayClaim[] = []
  let isLoaded = true
  let failures = 0
  let at = 0
  const ask = async (store: ReplayStore, claim: ReplayClaim): Promise<void> => {
    try {
      if ((await store.claim({ ...claim, nowMs: Date.now() })) === 'claimed')
        granted.set(claim.nonce, (granted.get(claim.nonce) ?? 0) + 1)
    } catch {
      failures++
    }
  }
  const load = async (worker: number): Promise<void> => {
    while (isLoaded) {
      const claim = freshClaim()
      recent[at++ % 2_000] = claim
      const copy = recent[Math.floor(Math.random() * recent.length)] ?? claim
      const mine = stores[worker % stores.length] as ReplayStore
      const other = stores[(worker + 1) % stores.length] as ReplayStore
      await Promise.all([ask(mine, claim), ask(other, copy)])
      await sleep(1)
    }
  }
  const workers = Array.from({ length: 16 }, (_, worker) => load(worker))
  await sleep(1_500)
  const before = granted.size
  await replace(async () => {
    const last = failures
    while (failures === last) await sleep(10)
  })
  const until = performance.now() + forMs
  while (performance.now() < until) {
    const last = recent.filter(({ nonce }) => granted.has(nonce)).slice(-200)
    await Promise.all(last.map((claim, index) => ask(stores[index % stores.length] as ReplayStore, claim)))
    await sleep(1)
  }
  isLoaded = false
  await Promise.all(workers)
  return { before, failures, twice: [...granted].filter(([, times]) => times > 1).map(([nonce]) => nonce) }
}
