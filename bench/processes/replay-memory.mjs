// What a million live nonces take, in a process of their own: node --expose-gc replay-memory.mjs <nonces>, with an IPC channel.

import { library } from '../lib/library.mjs'

const { memoryReplayStore } = await library('countersign/server')

const nonces = Number(process.argv[2])
const KEYS = 20
const WINDOW_MS = 300_000

const taken = () => {
  for (let i = 0; i < 3; i++) globalThis.gc()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, inUse: heapUsed + external }
}

const nowMs = Date.now()
const claim = (store, i) => {
  const createdMs = nowMs - WINDOW_MS + 1_000 + Math.floor((i * (WINDOW_MS - 2_000)) / nonces)
  const nonce = `bm9uY2Utbm9uY2Ut${i.toString(36).padStart(6, '0')}`
  return store.claim({ keyId: `key-${i % KEYS}`, nonce, createdMs, expiresAtMs: createdMs + WINDOW_MS, nowMs })
}
const open = () => memoryReplayStore({ maxEntries: nonces, restartBarrier: false })

// Compiled code and the first garbage are no part of it.
const warm = open()
for (let i = 0; i < 20_000; i++) claim(warm, i)

const before = taken()
const store = open()
for (let i = 0; i < nonces; i++) {
  const outcome = claim(store, i)
  if (outcome !== 'claimed') throw new Error(`nonce ${i} is ${outcome}`)
}
const after = taken()
if (store.size !== nonces || claim(store, 7) !== 'replay') throw new Error('a nonce was forgotten')
process.send({ tables: store.bytes, rss: after.rss - before.rss, inUse: after.inUse - before.inUse })
process.disconnect()
