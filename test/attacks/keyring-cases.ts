import { expect } from 'vitest'
import { memoryBus } from '../../src/keyring/buses/memory.js'
import type { IssuedKey } from '../../src/keyring/keyring-options.js'
import type { StoredKey } from '../../src/keyring/record/key-record.js'
import {
  BY,
  DAY,
  type KeyringWorld,
  keyringWorld,
  rebound,
  signerOf,
  storeWith,
} from '../unit/keyring/keyring-world.js'
import { attack } from './attack.js'

const ALICE = { owner: 'alice', scopes: ['orders:write'], ...BY } as const
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

/** Nodes of one service, put away when the case is over. */
async function withWorld(
  options: Parameters<typeof keyringWorld>[0],
  body: (world: KeyringWorld, node: KeyringWorld['node']) => Promise<void>,
): Promise<void> {
  const world = keyringWorld(options)
  const nodes = [world]
  try {
    await body(world, (more) => {
      const node = world.node(more)
      nodes.push(node)
      return node
    })
  } finally {
    for (const { keyring } of nodes) await keyring.close()
  }
}

/**
 * Writes rows around the keyring, with the MAC that only its nodes make: what lies behind that MAC has to hold by itself. Rows
 * without it are in `bound-records.test.ts`.
 */
async function tamper(world: KeyringWorld, change: (rows: StoredKey[]) => StoredKey[], ids: string[]): Promise<void> {
  const rows = (await Promise.all(ids.map((id) => world.store.get(id)))) as StoredKey[]
  const changed = change(rows).map((record, i) => rebound({ ...record, rev: (rows[i] as StoredKey).rev + 1 }))
  await world.store.write(changed.map((record) => ({ record, expectedRev: record.rev - 1 })))
}

const sealedWith = (row: StoredKey, from: StoredKey): StoredKey => ({ ...row, material: from.material })

/** Rows of the group "keys" that need keys with a life. */
export function keyringCases(): void {
  attack(25, 'two wrapped secrets are exchanged', (shows) =>
    withWorld({}, async (w, node) => {
      const [mine, yours] = [await w.keyring.issue(ALICE), await w.keyring.issue({ ...ALICE, owner: 'mallory' })]
      const swap = ([a, b]: StoredKey[]) => [
        sealedWith(a as StoredKey, b as StoredKey),
        sealedWith(b as StoredKey, a as StoredKey),
      ]
      shows(await w.judge(signerOf(mine)), 'ok')
      await tamper(w, swap, [mine.key.id, yours.key.id])
      const after = node()
      // Mallory knows one secret, and wants to sign as alice with it.
      for (const issued of [mine, yours]) {
        shows(await after.judge(signerOf(issued)), 'STORE_UNAVAILABLE')
        const other = issued === mine ? yours : mine
        const forged = signerOf({ ...issued, secret: other.secret } as IssuedKey)
        shows(await after.judge(forged), 'STORE_UNAVAILABLE')
      }
    }),
  )
  attack(25, "an older version's secret is put under a newer one, or under another algorithm", (shows) =>
    withWorld({}, async (w, node) => {
      const first = await w.keyring.issue(ALICE)
      const next = await w.keyring.rotate(first.key.id, BY)
      await tamper(w, ([a, b]) => [a as StoredKey, sealedWith(b as StoredKey, a as StoredKey)], [
        first.key.id,
        next.key.id,
      ])
      shows(await node().judge(signerOf({ ...next, secret: first.secret })), 'STORE_UNAVAILABLE')
      const other = await w.keyring.issue(ALICE)
      await tamper(w, ([a]) => [{ ...(a as StoredKey), algorithm: 'hmac-sha512' }], [other.key.id])
      shows(await node().judge(signerOf(other)), 'STORE_UNAVAILABLE')
    }),
  )
  attack(26, 'the stored tag is cut to 4 bytes, and to others', (shows) =>
    withWorld({}, async (w, node) => {
      for (const kept of [0, 4, 12, 15]) {
        const issued = await w.keyring.issue(ALICE)
        const cut = ([row]: StoredKey[]) => {
          const { material } = row as StoredKey
          if (material.kind !== 'sealed') throw new Error('expected a sealed secret')
          const bytes = Buffer.from(material.sealed, 'base64url')
          const sealed = bytes.subarray(0, bytes.length - 16 + kept).toString('base64url')
          return [{ ...(row as StoredKey), material: { ...material, sealed } }]
        }
        await tamper(w, cut, [issued.key.id])
        shows(await node().judge(signerOf(issued)), 'STORE_UNAVAILABLE', `${kept} bytes of the tag`)
      }
    }),
  )
  attack(32, 'with the bus', (shows) =>
    withWorld({ bus: memoryBus(), cache: { pollMs: 5_000 } }, async (w, node) => {
      const other = node()
      await Promise.all([w.keyring.ready(), other.keyring.ready()])
      const key = signerOf(await w.keyring.issue(ALICE))
      shows(await other.judge(key), 'ok')
      const startedMs = performance.now()
      await w.keyring.revoke(key.keyId, BY)
      await settled()
      shows(await other.judge(key), 'KEY_REVOKED')
      expect(performance.now() - startedMs).toBeLessThan(1_000)
    }),
  )
  attack(32, 'with the bus cut and the store not polled for changes', (shows) => {
    const bus = memoryBus()
    return withWorld({ bus }, async (w, node) => {
      const other = node()
      await Promise.all([w.keyring.ready(), other.keyring.ready()])
      const key = signerOf(await w.keyring.issue(ALICE))
      shows(await other.judge(key), 'ok')
      bus.cut()
      await w.keyring.revoke(key.keyId, BY)
      w.nowMs += 30_000
      shows(await other.judge(key), 'KEY_REVOKED')
    })
  })
  attack(33, 'a record that was read before the revocation arrives after it', (shows) =>
    withWorld({ bus: memoryBus(), cache: { pollMs: 5_000 } }, async (w, node) => {
      const key = signerOf(await w.keyring.issue(ALICE))
      let release: () => void = () => {}
      let slow = true
      const get = async (id: string) => {
        const read = await w.store.get(id)
        if (slow)
          await new Promise<void>((resolve) => {
            release = resolve
          })
        slow = false
        return read
      }
      const other = node({ store: storeWith(w.store, { get }) })
      await Promise.all([w.keyring.ready(), other.keyring.ready()])
      const loading = Promise.resolve(other.keyring.get(key.keyId))
      await settled()
      await w.keyring.revoke(key.keyId, BY)
      await settled()
      release()
      expect((await loading)?.status).toBe('revoked')
      shows(await other.judge(key), 'KEY_REVOKED')
    }),
  )
  attack(33, 'a replica or a backup answers the key as it was', (shows) =>
    withWorld({}, async (w, node) => {
      const key = signerOf(await w.keyring.issue(ALICE))
      const before = await w.store.get(key.keyId)
      const other = node({ bus: memoryBus(), store: storeWith(w.store, { get: () => before }) })
      await other.keyring.ready()
      shows(await other.judge(key), 'ok')
      await other.keyring.revoke(key.keyId, BY)
      shows(await other.judge(key), 'KEY_REVOKED')
      w.nowMs += 60_000
      // What the store says now is older than what was heard of: no answer is safer than that one.
      shows(await other.judge(key), 'STORE_UNAVAILABLE')
    }),
  )
  attack(34, 'a key with five minutes left is rotated', (shows) =>
    withWorld({}, async (w) => {
      const first = await w.keyring.issue({ ...ALICE, expiresInMs: 300_000 })
      const next = await w.keyring.rotate(first.key.id, { ...BY, overlapMs: DAY })
      const both = [signerOf(first), signerOf(next)]
      w.nowMs += 299_000
      for (const key of both) shows(await w.judge(key), 'ok')
      w.nowMs += 1_000
      for (const key of both) shows(await w.judge(key), 'KEY_EXPIRED')
    }),
  )
  attack(34, 'a rotation of a rotation, an expiry in the future, a switch off and on', (shows) =>
    withWorld({}, async (w) => {
      let issued = await w.keyring.issue({ ...ALICE, expiresInMs: 300_000 })
      for (let i = 0; i < 3; i++) issued = await w.keyring.rotate(issued.key.id, { ...BY, overlapMs: DAY })
      await expect(w.keyring.expire(issued.key.id, { ...BY, atMs: w.nowMs + DAY })).rejects.toThrow()
      await w.keyring.disable(issued.key.id, BY)
      await w.keyring.enable(issued.key.id, BY)
      w.nowMs += 300_000
      shows(await w.judge(signerOf(issued)), 'KEY_EXPIRED')
    }),
  )
  attack(35, 'a key of the test keyring is used on the live one, and the other way', (shows) =>
    withWorld({}, async (w, node) => {
      const test = node({ environment: 'test' })
      const [live, trial] = [signerOf(await w.keyring.issue(ALICE)), signerOf(await test.keyring.issue(ALICE))]
      shows(await w.judge(live), 'ok')
      shows(await test.judge(trial), 'ok')
      shows(await w.judge(trial), 'KEY_UNKNOWN')
      shows(await test.judge(live), 'KEY_UNKNOWN')
    }),
  )
  attack(35, 'a row of the test environment is given a live id', (shows) =>
    withWorld({}, async (w, node) => {
      const issued = await w.keyring.issue(ALICE)
      await tamper(w, ([row]) => [{ ...(row as StoredKey), environment: 'test' }], [issued.key.id])
      shows(await node().judge(signerOf(issued)), 'KEY_UNKNOWN')
    }),
  )
}
