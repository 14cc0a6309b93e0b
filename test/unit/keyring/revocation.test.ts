import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ed25519PrivateKey } from '../../../src/crypto/ed25519-key.js'
import { exportPublicKey } from '../../../src/crypto/export.js'
import { memoryBus } from '../../../src/keyring/buses/memory.js'
import type { ChangedKey, KeyChange } from '../../../src/keyring/key-store.js'
import type { StoredKey } from '../../../src/keyring/record/key-record.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { withCode } from '../../expect-code.js'
import {
  ALICE,
  BY,
  closedWorlds,
  integrity,
  KEK,
  type KeyringWorld,
  keyringWorld,
  pause,
  proverOf,
  rebound,
  signerOf,
  storeWith,
} from './keyring-world.js'

const { open, tracked } = closedWorlds()
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

/** Two nodes over one store. Time only moves where a test moves it. */
async function pair(options: Parameters<typeof keyringWorld>[0] = {}): Promise<readonly [KeyringWorld, KeyringWorld]> {
  const a = open(options)
  const b = tracked(a.node())
  await Promise.all([a.keyring.ready(), b.keyring.ready()])
  await settled()
  return [a, b]
}

describe('a revocation on one node', () => {
  it('is known on the other at once, with a bus', async () => {
    const [a, b] = await pair({ bus: memoryBus(), cache: { pollMs: 5_000 } })
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    await a.keyring.revoke(key.keyId, BY)
    await settled()
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })

  it('is waited for, until every node has said so', async () => {
    const [a, b] = await pair({ bus: memoryBus(), cache: { pollMs: 5_000 } })
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    const done = await a.keyring.revokeAndWait(key.keyId, BY)
    expect(done).toMatchObject({ how: 'acknowledged', nodes: 1, key: { state: 'revoked' } })
    expect(done.tookMs).toBeLessThan(1_000)
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })

  it('is known after thirty seconds at most, without a bus and without polling', async () => {
    const [a, b] = await pair()
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    await a.keyring.revoke(key.keyId, BY)
    a.nowMs += 29_999
    expect(await b.judge(key)).toBe('ok')
    a.nowMs += 1
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })

  it('is known after five seconds at most when the bus is cut, also without polling', async () => {
    const bus = memoryBus()
    const [a, b] = await pair({ bus })
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    bus.cut()
    await a.keyring.revoke(key.keyId, BY)
    a.nowMs += 4_999
    expect(await b.judge(key)).toBe('ok')
    a.nowMs += 1
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })

  it('is found by polling when the bus lost it', async () => {
    const bus = memoryBus()
    const [a, b] = await pair({ bus, cache: { pollMs: 50 } })
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    bus.cut()
    await a.keyring.revoke(key.keyId, BY)
    await expect.poll(() => b.judge(key), { interval: 20 }).toBe('KEY_REVOKED')
  })

  it('is caught up with before the bus is trusted again', async () => {
    const bus = memoryBus()
    const [a, b] = await pair({ bus, cache: { pollMs: 5_000 } })
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    bus.cut()
    await a.keyring.revoke(key.keyId, BY)
    bus.mend()
    await settled()
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })

  it('waits for the whole TTL where no node can acknowledge', async () => {
    const [a] = await pair({ cache: { pollMs: 60_000, ttlMs: 60, disconnectedTtlMs: 60 } })
    const { key } = await a.keyring.issue(ALICE)
    const done = await a.keyring.revokeAndWait(key.id, BY)
    expect(done).toMatchObject({ how: 'waited', nodes: 0 })
    expect(done.tookMs).toBeGreaterThanOrEqual(55)
  })

  it('is waited for where one node does not answer', async () => {
    const bus = memoryBus()
    const [a] = await pair({ bus, cache: { pollMs: 5_000, ttlMs: 700, disconnectedTtlMs: 700 } })
    const silent = proverOf('silent')
    await bus.publish(silent.prove({ type: 'alive', node: 'silent' }))
    await settled()
    const { key } = await a.keyring.issue(ALICE)
    expect(await a.keyring.revokeAndWait(key.id, BY)).toMatchObject({ how: 'waited' })
    await bus.publish(silent.prove({ type: 'bye', node: 'silent' }))
    const other = await a.keyring.issue(ALICE)
    expect(await a.keyring.revokeAndWait(other.key.id, BY)).toMatchObject({ how: 'acknowledged' })
  })

  it('is acknowledged by no node that the bus does not carry, and by as many as there must be', async () => {
    const cache = { pollMs: 5_000, ttlMs: 700, disconnectedTtlMs: 700 }
    // Connected for itself, and heard by none: what a bus that drops its messages looks like.
    const revokedBy = async (otherNodes?: number, bus = memoryBus()) => {
      const one = tracked(keyringWorld({ bus, cache, ...(otherNodes === undefined ? {} : { otherNodes }) }))
      const unheard = tracked(one.node({ bus: memoryBus() }))
      await Promise.all([one.keyring.ready(), unheard.keyring.ready()])
      await settled()
      const key = signerOf(await one.keyring.issue(ALICE))
      expect(await unheard.judge(key)).toBe('ok')
      return one.keyring.revokeAndWait(key.keyId, BY)
    }
    expect(await revokedBy()).toMatchObject({ how: 'waited', nodes: 0 })
    expect(await revokedBy(0)).toMatchObject({ how: 'acknowledged', nodes: 0 })
    // One of two is heard.
    const bus = memoryBus()
    const heard = proverOf('heard')
    await bus.subscribe(
      (message) => {
        if (message.type === 'change')
          void bus.publish(heard.prove({ type: 'ack', id: message.id, rev: message.rev, node: 'heard' }))
      },
      () => {},
    )
    expect(await revokedBy(2, bus)).toMatchObject({ how: 'waited', nodes: 1 })
    // The first one is still there, and the second.
    expect(await revokedBy(2, bus)).toMatchObject({ how: 'acknowledged', nodes: 2 })
    for (const otherNodes of [-1, 0.5, '2' as never])
      expect(() => keyringWorld({ bus, otherNodes })).toThrow('"otherNodes" must be an integer from 0')
  })
})

describe('what changes elsewhere', () => {
  it('reaches other nodes: disabling, narrowing, rotating', async () => {
    const [a, b] = await pair({ bus: memoryBus(), cache: { pollMs: 5_000 } })
    const issued = await a.keyring.issue(ALICE)
    const key = signerOf(issued)
    const context = { scope: 'orders:write' }
    expect(await b.judge(key, { context })).toBe('ok')
    await a.keyring.update(key.keyId, { scopes: ['orders:read'], ...BY })
    await settled()
    expect(await b.judge(key, { context })).toBe('SCOPE_DENIED')
    await a.keyring.disable(key.keyId, BY)
    await settled()
    expect(await b.judge(key)).toBe('KEY_DISABLED')
    await a.keyring.enable(key.keyId, BY)
    await a.keyring.rotate(key.keyId, { ...BY, overlapMs: 10_000 })
    await settled()
    expect(await b.judge(key)).toBe('ok')
    a.nowMs += 10_000
    expect(await b.judge(key)).toBe('KEY_EXPIRED')
  })

  it('cannot be undone by a publisher on the bus', async () => {
    const bus = memoryBus()
    const [a, b] = await pair({ bus, cache: { pollMs: 5_000 } })
    const key = signerOf(await a.keyring.issue(ALICE))
    await a.keyring.revoke(key.keyId, BY)
    await settled()
    await bus.publish({ type: 'change', id: key.keyId, rev: 1, status: 'active' })
    await bus.publish({ type: 'change', id: key.keyId, rev: 2, status: 'active' })
    await settled()
    expect(await b.judge(key)).toBe('KEY_REVOKED')
    // A lie about a revision can refuse requests for a while, never let one pass.
    await bus.publish({ type: 'change', id: key.keyId, rev: 99, status: 'active' })
    await settled()
    expect(['KEY_REVOKED', 'STORE_UNAVAILABLE']).toContain(await b.judge(key))
  })

  it('goes on when the bus fails, and says so', async () => {
    const bus = memoryBus()
    const broken = { ...bus, publish: () => Promise.reject(new Error('down')), subscribe: bus.subscribe }
    const a = tracked(keyringWorld({ bus: broken, cache: { pollMs: 5_000 } }))
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await a.judge(key)).toBe('ok')
    await a.keyring.revoke(key.keyId, BY)
    expect(await a.judge(key)).toBe('KEY_REVOKED')
    await settled()
    expect(a.errors.length).toBeGreaterThan(0)
  })

  it('caches records for a short time only while the store cannot be polled for changes', async () => {
    const a = tracked(keyringWorld())
    const key = signerOf(await a.keyring.issue(ALICE))
    let down = true
    const store = storeWith(a.store, {
      changes: async (
        after: string | undefined,
        limit: number,
      ): Promise<{ changed: readonly ChangedKey[]; cursor: string }> => {
        if (down) throw new Error('down')
        return a.store.changes(after, limit)
      },
    })
    const b = tracked(a.node({ store, cache: { pollMs: 30 } }))
    await b.keyring.ready()
    expect(await b.judge(key)).toBe('ok')
    await a.keyring.revoke(key.keyId, BY)
    a.nowMs += 5_000
    expect(await b.judge(key)).toBe('KEY_REVOKED')
    expect(b.errors.length).toBeGreaterThan(0)
    down = false
  })
})

describe('revoking a key', () => {
  it('wins against concurrent changes of the same key', async () => {
    const inner = memoryKeyStore()
    let rounds = 0
    const write = (changes: readonly KeyChange[]) => {
      const [{ record }] = changes as [KeyChange]
      if (record.status === 'revoked' && rounds++ < 30) {
        const held = inner.get(record.id) as StoredKey
        inner.write([{ record: rebound({ ...held, rev: held.rev + 1 }), expectedRev: held.rev }])
      }
      inner.write(changes)
    }
    const w = open({ store: storeWith(inner, { write }) })
    const { key } = await w.keyring.issue(ALICE)
    expect((await w.keyring.revoke(key.id, BY)).state).toBe('revoked')
  })

  it('as compromised keeps the replacement when the store or the audit log fails afterwards', async () => {
    const inner = memoryKeyStore()
    let broken = false
    const failing =
      (name: 'usage' | 'addUsage' | 'get') =>
      (...args: never[]) => {
        if (broken) throw new Error('down')
        return (inner[name] as (...args: never[]) => unknown)(...args)
      }
    const write = (changes: readonly KeyChange[]) => {
      inner.write(changes)
      broken = changes.length === 2
    }
    const store = storeWith(inner, {
      usage: failing('usage'),
      addUsage: failing('addUsage'),
      get: failing('get'),
      write,
    })
    const audit = { record: () => {}, incident: async () => Promise.reject(new Error('disk')) }
    const w = open({ store, audit })
    const issued = await w.keyring.issue(ALICE)
    expect(await w.judge(signerOf(issued))).toBe('ok')
    const done = await w.keyring.compromise(issued.key.id, BY)
    expect(done.revocation.key.state).toBe('revoked')
    expect(done.incident).toBeUndefined()
    broken = false
    expect(await w.judge(signerOf(done.replacement as never))).toBe('ok')
  })

  it('as compromised does not wait for a key-encryption key that hangs', async () => {
    const inner = memoryKeyStore()
    const { key } = await open({ store: inner }).keyring.issue(ALICE)
    const hanging = { id: 'kms', wrap: () => new Promise<never>(() => {}), unwrap: () => new Promise<never>(() => {}) }
    const w = open({
      store: inner,
      sealing: createSealing({ primary: hanging, others: [KEK], timeoutMs: 900 }),
      integrity,
    })
    const done = w.keyring.compromise(key.id, BY)
    await pause(700)
    expect(inner.get(key.id)?.status).toBe('revoked')
    expect(await done).toMatchObject({ problem: 'STORE_UNAVAILABLE', replacement: undefined })
  })

  it('as compromised answers at once where it is told not to wait, and the rest is confirmed later', async () => {
    const w = open({ otherNodes: 1, cache: { ttlMs: 400, disconnectedTtlMs: 400, pollMs: 100 } })
    const issued = await w.keyring.issue(ALICE)
    const done = await w.keyring.compromise(issued.key.id, { ...BY, wait: false })
    expect(done.revocation).toMatchObject({ how: 'begun', nodes: 0, key: { status: 'revoked' } })
    expect(done.revocation.tookMs).toBeLessThan(400)
    expect(done.replacement?.secret).toBeDefined()
    expect(await w.judge(signerOf(issued))).toBe('KEY_REVOKED')
    const later = await w.keyring.revokeAndWait(issued.key.id, BY)
    expect(later).toMatchObject({ how: 'waited', key: { revokedAtMs: done.revocation.key.revokedAtMs } })
    await expect(w.keyring.compromise(issued.key.id, { ...BY, wait: 'no' as never })).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
  })

  it('as compromised does not accept the same key as its replacement', async () => {
    const w = open()
    const pem = exportPublicKey(
      ed25519PrivateKey({ keyId: 'a', seed: new Uint8Array(randomBytes(32)) }).verifyingKey,
      'pem',
    )
    const ed = await w.keyring.issue({ ...ALICE, algorithm: 'ed25519', publicKey: pem })
    await expect(w.keyring.rotate(ed.key.id, { ...BY, compromised: true, publicKey: pem })).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    expect(await w.keyring.compromise(ed.key.id, { ...BY, publicKey: pem })).toMatchObject({
      problem: 'ARGUMENT_INVALID',
      replacement: undefined,
    })
    const secret = randomBytes(40)
    const hmac = await w.keyring.issue({ ...ALICE, secret })
    await expect(w.keyring.rotate(hmac.key.id, { ...BY, compromised: true, secret })).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    const nosy = tracked(w.node({ sealing: createSealing({ primary: KEK }) }))
    const unindexed = await nosy.keyring.issue({ ...ALICE, secret })
    await expect(nosy.keyring.rotate(unindexed.key.id, { ...BY, compromised: true, secret })).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
  })
})
