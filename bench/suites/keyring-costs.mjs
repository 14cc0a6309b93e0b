// What the parts of a keyring cost: tracking of use, nonces in memory, sealing, look-ups, issuing.

import { createDecipheriv } from 'node:crypto'
import { startChild } from '../lib/child.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, facts, MASK } from '../lib/messages.mjs'
import { requestOf, signedFacts } from '../lib/ours.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

const { hmacKey, randomBytes, rfc9421Verifier } = await library('countersign')
const { createVerifier, noReplayProtection, strictPolicy } = await library('countersign/server')
const { createKeyring, createSealing, memoryKeyStore } = await library('countersign/keyring')

const NONCES = 1_000_000
const MB = 1_000_000
const REQUESTS = 100_000

const kek = randomBytes(32)
const sealing = createSealing({ primary: { id: 'kek', key: kek } })

/** A memory store that counts how often the use of keys is written. */
function countingStore() {
  const store = memoryKeyStore()
  const counting = Object.create(store, {
    writes: { value: 0, writable: true },
    addUsage: {
      value: (deltas) => {
        counting.writes++
        return store.addUsage(deltas)
      },
    },
  })
  for (const name of ['get', 'write', 'list', 'changes', 'usage']) counting[name] = store[name].bind(store)
  return counting
}

async function world(keys) {
  const store = countingStore()
  const keyring = createKeyring({ store, prefix: 'acme', sealing, cache: { pollMs: 0 } })
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: keyring,
    policy: strictPolicy({ authorities: [AUTHORITY] }),
    replay: noReplayProtection,
  })
  const requests = []
  for (let i = 0; i < keys; i++) {
    const { key, secret } = await keyring.issue({ owner: 'alice', actor: 'bench' })
    const signing = hmacKey({ keyId: key.id, algorithm: 'hmac-sha256', secret })
    requests.push(requestOf(signedFacts(facts[i & MASK], signing)))
  }
  return { store, keyring, verifier, requests }
}

/** Writes of use while so many requests of so many keys were verified, with one flush at the end. */
async function writesOf(keys, count) {
  const { store, keyring, verifier, requests } = await world(keys)
  for (let i = 0; i < count; i++) {
    const { ok } = await verifier.verify(requests[i % keys], { clientIp: `203.0.113.${i & 255}` })
    if (!ok) throw new Error('refused what it should accept')
  }
  await keyring.flush()
  return store.writes
}

const usage = {
  title: 'Use of keys: writes to the store',
  measure: async ({ quick }) => {
    const count = quick ? REQUESTS / 10 : REQUESTS
    return [{ few: await writesOf(100, count), many: await writesOf(2_500, count) }]
  },
  rows: [
    {
      name: 'keyring/usage/writes-100-keys',
      what: 'writes for 100 000 requests of 100 keys, and a flush',
      value: ({ few }) => few,
      bar: 1,
    },
    {
      name: 'keyring/usage/writes-2500-keys',
      what: 'writes for 100 000 requests of 2 500 keys, and a flush',
      value: ({ many }) => many,
      bar: 3,
    },
  ],
}

const parts = {
  title: 'Parts of a keyring',
  measure: async (options) => {
    const { keyring, verifier, requests } = await world(64)
    const verdicts = []
    for (const request of requests) verdicts.push(await verifier.verify(request, { clientIp: '203.0.113.7' }))
    const ids = verdicts.map(({ keyId }) => keyId)
    const map = new Map(ids.map((id) => [id, { id }]))
    const nowMs = Date.now()
    const issuing = createKeyring({
      store: memoryKeyStore(),
      prefix: 'acme',
      sealing,
      usage: false,
      cache: { pollMs: 0 },
    })

    const binding = { id: 'acmek_live_x', version: 1, algorithm: 'hmac-sha256' }
    const sealed = await sealing.seal(randomBytes(50), binding)
    const gcmKey = randomBytes(32)
    const gcmTag = Buffer.alloc(16)
    const byHand = () => {
      const decipher = createDecipheriv('aes-256-gcm', gcmKey, Buffer.from(sealed.nonce, 'base64url'), {
        authTagLength: 16,
      })
      decipher.setAAD(Buffer.from(JSON.stringify(binding)))
      decipher.setAuthTag(gcmTag)
      return decipher.update(Buffer.from(sealed.sealed, 'base64url'))
    }
    return interleaved(
      {
        verify: (i) => verifier.verify(requests[i & 63], { clientIp: '203.0.113.7' }),
        used: (i) => keyring.used(ids[i & 63], verdicts[i & 63], nowMs + i),
        get: (i) => keyring.get(ids[i & 63]),
        map: (i) => map.get(ids[i & 63]),
        issue: () => issuing.issue({ owner: 'alice', scopes: ['orders:read'], actor: 'bench' }),
        open: () => sealing.open(sealed, binding),
        byHand,
      },
      options,
    )
  },
  rows: [
    {
      name: 'keyring/parts/used-of-verify',
      what: 'recording one use / verification without replay store',
      value: ratio('used', 'verify'),
      bar: 0.1,
    },
    { name: 'keyring/parts/used', what: 'recording one use, ns', value: ({ used }) => used },
    { name: 'keyring/parts/get', what: 'keyring.get from memory, ns', value: ({ get }) => get },
    { name: 'keyring/parts/get-of-map', what: 'keyring.get from memory / Map.get', value: ratio('get', 'map') },
    { name: 'keyring/parts/open', what: 'opening a sealed secret, µs', value: ({ open }) => open / 1000 },
    {
      name: 'keyring/parts/open-by-hand',
      what: 'opening a sealed secret / createDecipheriv by hand',
      value: ratio('open', 'byHand'),
    },
    {
      name: 'keyring/parts/issue',
      what: 'issuing an HMAC key into a memory store, µs',
      value: ({ issue }) => issue / 1000,
    },
  ],
}

const nonces = {
  title: 'A million live nonces in memory',
  measure: async () => [await startChild('replay-memory.mjs', [String(NONCES)], ['--expose-gc']).answer()],
  rows: [
    {
      name: 'replay/memory/tables',
      what: '1 000 000 live nonces, tables, MB',
      value: ({ tables }) => tables / MB,
      bar: 50,
    },
    {
      name: 'replay/memory/heap',
      what: '1 000 000 live nonces, heap and buffers, MB',
      value: ({ inUse }) => inUse / MB,
      bar: 50,
    },
    {
      name: 'replay/memory/resident',
      what: '1 000 000 live nonces, resident memory, MB',
      value: ({ rss }) => rss / MB,
      bar: 50,
    },
  ],
}

export const groups = [usage, parts, nonces]
