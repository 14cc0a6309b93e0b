import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import { CountersignError } from '../../../../src/errors.js'
import type { KeyChange, KeyStore } from '../../../../src/keyring/key-store.js'
import { createKeyring } from '../../../../src/keyring/keyring.js'
import { unboundRecords } from '../../../../src/keyring/keyring-options.js'
import { bindingProblem, createIntegrity } from '../../../../src/keyring/record/integrity.js'
import type { StoredKey } from '../../../../src/keyring/record/key-record.js'
import { createSealing } from '../../../../src/keyring/record/sealing.js'
import { parseStoredKey, RECORD_FIELDS } from '../../../../src/keyring/record/stored-key.js'
import { fileKeyStore, fileRevocations } from '../../../../src/keyring/stores/file.js'
import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { postgresKeyStore } from '../../../../src/keyring/stores/postgres.js'
import { redisKeyStore } from '../../../../src/keyring/stores/redis.js'
import { sqliteKeyStore } from '../../../../src/keyring/stores/sqlite.js'
import { codeOf } from '../../../expect-code.js'
import { openPglite } from '../../../servers/postgres.js'
import { hasRedis, startRedis } from '../../../servers/redis.js'
import { THOROUGH } from '../../../thorough.js'
import {
  BY,
  DAY,
  integrity,
  KEK,
  type KeyringWorld,
  keyringWorld,
  rebound,
  signerOf,
  storeWith,
} from '../keyring-world.js'

/** Of every store: a busy machine may keep an answer for longer than the default. */
const PATIENT = { timeoutMs: 20_000 } as const
const ALICE = { owner: 'alice', scopes: ['orders:write'], ...BY } as const
const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'countersign-bound-'))
  closing.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}
const open = (options: Parameters<typeof keyringWorld>[0] = {}): KeyringWorld => {
  const world = keyringWorld(options)
  closing.push(() => world.keyring.close())
  return world
}
const spki = (): string =>
  generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** For each field of a record, what a database could say in its place: typed, so that a new field is missing here. */
const OTHERS: { readonly [K in keyof Required<StoredKey>]: (record: StoredKey) => Partial<StoredKey> } = {
  v: () => ({}),
  id: () => ({ id: 'acmek_live_AAAAAAAAAAAAAAAAAAAA' }),
  rev: ({ rev }) => ({ rev: rev + 1 }),
  environment: () => ({ environment: 'test' }),
  owner: () => ({ owner: 'mallory' }),
  name: () => ({ name: 'other' }),
  tags: () => ({ tags: ['other'] }),
  algorithm: ({ algorithm }) => ({ algorithm: algorithm === 'hmac-sha256' ? 'hmac-sha512' : 'ed25519' }),
  material: ({ material }) => ({
    material:
      material.kind === 'public'
        ? { kind: 'public', spki: spki(), thumbprint: 'A'.repeat(43) }
        : { ...material, sealed: `${material.sealed.slice(0, -4)}AAAA` },
  }),
  secretHash: () => ({ secretHash: 'A'.repeat(22) }),
  version: ({ version }) => ({ version: version + 1 }),
  lineage: () => ({ lineage: 'acmek_live_AAAAAAAAAAAAAAAAAAAA' }),
  replaces: () => ({ replaces: 'acmek_live_AAAAAAAAAAAAAAAAAAAA' }),
  replacedBy: () => ({ replacedBy: 'acmek_live_AAAAAAAAAAAAAAAAAAAA' }),
  overlapUntilMs: () => ({ overlapUntilMs: 8e12 }),
  status: () => ({ status: 'disabled' }),
  createdAtMs: ({ createdAtMs }) => ({ createdAtMs: createdAtMs + 1 }),
  createdBy: () => ({ createdBy: 'root' }),
  changedAtMs: ({ changedAtMs }) => ({ changedAtMs: changedAtMs + 1 }),
  notBeforeMs: () => ({ notBeforeMs: 0 }),
  expiresAtMs: () => ({ expiresAtMs: null }),
  rotateAtMs: () => ({ rotateAtMs: 8e12 }),
  rotateEveryMs: () => ({ rotateEveryMs: 30 * DAY }),
  scopes: () => ({ scopes: ['*:*'] }),
  policy: () => ({ policy: { methods: ['GET', 'POST', 'DELETE'] } }),
  allowIp: () => ({ allowIp: ['203.0.113.0/24'] }),
  denyIp: () => ({ denyIp: ['198.51.100.0/24'] }),
  allowZeroPrefix: () => ({ allowZeroPrefix: true }),
  rateLimit: () => ({ rateLimit: { limit: 1_000_000_000, windowMs: 1 } }),
  lockAfterIdleMs: () => ({ lockAfterIdleMs: 3_650 * DAY }),
  activeSinceMs: () => ({ activeSinceMs: 8e12 }),
  disabledBy: () => ({ disabledBy: 'x' }),
  disabledReason: () => ({ disabledReason: 'x' }),
  revokedAtMs: () => ({ status: 'revoked', revokedAtMs: 1 }),
  revokedBy: () => ({ revokedBy: 'x' }),
  revokedReason: () => ({ revokedReason: 'x' }),
  mac: ({ mac }) => ({ mac: { keyId: mac?.keyId ?? '', tag: 'A'.repeat(43) } }),
}

describe('the MAC of a record', () => {
  it('covers every field that the table of fields has', async () => {
    expect(Object.keys(OTHERS).sort()).toEqual([...RECORD_FIELDS].sort())
    const world = open()
    const sealed = await world.keyring.issue(ALICE)
    const open_ = await world.keyring.issue({
      ...ALICE,
      algorithm: 'ed25519',
      publicKey: Buffer.from(spki(), 'base64'),
      format: 'der',
    })
    for (const { key } of [sealed, open_]) {
      const record = (await world.store.get(key.id)) as StoredKey
      expect(bindingProblem(record, integrity, false)).toBeUndefined()
      for (const field of RECORD_FIELDS.filter((name) => name !== 'v')) {
        const altered = parseStoredKey({ ...record, ...OTHERS[field](record) })
        // What the rules between fields refuse needs no MAC.
        if (altered === undefined || JSON.stringify(altered) === JSON.stringify(record)) {
          expect(['algorithm', 'secretHash'], field).toContain(field)
          continue
        }
        expect(bindingProblem(altered, integrity, true)?.code, field).toBe('STORE_CORRUPTED')
      }
    }
  })

  it('is of another key for a message of the bus, and is none of another keyring', () => {
    const one = createIntegrity({ primary: KEK })
    const mac = one.bind('record', 'text')
    expect(one.isBound('record', mac, 'text')).toBe(true)
    expect(one.isBound('bus', mac, 'text')).toBe(false)
    expect(one.isBound('record', mac, 'texts')).toBe(false)
    const other = createIntegrity({ primary: { id: 'other', key: new Uint8Array(32).fill(7) } })
    expect(other.isBound('record', mac, 'text')).toBeUndefined()
    expect(
      createIntegrity({ primary: { ...KEK, key: new Uint8Array(32).fill(7) } }).isBound('record', mac, 'text'),
    ).toBe(false)
  })

  it('is wanted: no keyring is made without a key for it', () => {
    const make = (more: object) => () => createKeyring({ store: memoryKeyStore(), prefix: 'acme', ...more })
    const error = expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('"integrity"') })
    expect(make({})).toThrow(error)
    const remote = { id: 'kms', wrap: async (key: Uint8Array) => key, unwrap: async (key: Uint8Array) => key }
    expect(make({ sealing: createSealing({ primary: remote }) })).toThrow(error)
    expect(make({ sealing: createSealing({ primary: remote, others: [KEK] }) })).toThrow(error)
    expect(make({ integrity: {} })).toThrow(error)
    expect(make({ integrity, usage: false })).not.toThrow()
  })
})

/** Where records lie that something else than the keyring has written. */
const STORES: ReadonlyArray<readonly [string, () => Promise<KeyStore> | KeyStore]> = [
  ['memory', () => memoryKeyStore()],
  ['a file', () => fileKeyStore(join(folder(), 'keys'))],
  ...(process.getBuiltinModule?.('node:sqlite') === undefined
    ? []
    : [['SQLite', () => sqliteKeyStore({ path: ':memory:' })] as const]),
  ...(THOROUGH
    ? [
        [
          'PostgreSQL',
          async () => {
            const db: PGlite = await openPglite()
            closing.push(() => db.close())
            const store = postgresKeyStore({ query: (text, values) => db.query(text, values), ...PATIENT })
            await store.migrate()
            return store
          },
        ] as const,
      ]
    : []),
  ...(hasRedis
    ? [
        [
          'Redis',
          async () => {
            const server = await startRedis()
            if (server === undefined) throw new Error('no server')
            closing.push(() => server.stop())
            const client = new Redis(server.url)
            closing.push(() => client.disconnect())
            return redisKeyStore({ client, onWarning: () => {}, ...PATIENT })
          },
        ] as const,
      ]
    : []),
]

describe.each(STORES)('rows of %s that no node has written', (_, openStore) => {
  it('are refused, whatever single member was changed, and said to the audit trail', { timeout: 60_000 }, async () => {
    const source = open()
    const store = await openStore()
    const node = open({ store })
    const honest = await source.keyring.issue(ALICE)
    await store.write([{ record: (await source.store.get(honest.key.id)) as StoredKey, expectedRev: 0 }])
    expect(await node.judge(signerOf(honest))).toBe('ok')
    for (const field of RECORD_FIELDS) {
      const issued = await source.keyring.issue(ALICE)
      const record = (await source.store.get(issued.key.id)) as StoredKey
      const altered = parseStoredKey({ ...record, ...OTHERS[field](record) })
      if (field === 'v' || field === 'id' || field === 'rev' || altered === undefined) continue
      await store.write([{ record: altered, expectedRev: 0 }])
      expect([field, await node.judge(signerOf(issued))]).toEqual([field, 'STORE_UNAVAILABLE'])
      expect(await codeOf(node.keyring.describe(issued.key.id))).toBe('STORE_CORRUPTED')
      expect(node.events.at(-1)).toMatchObject({ event: 'store.corrupted', keyId: issued.key.id })
    }
  })

  it('are refused without a MAC, until they are bound by name', async () => {
    const source = open()
    const store = await openStore()
    const issued = await source.keyring.issue(ALICE)
    const forged = await source.keyring.issue(ALICE)
    const { mac: __, ...unbound } = (await source.store.get(issued.key.id)) as StoredKey
    const wrong = { ...((await source.store.get(forged.key.id)) as StoredKey), owner: 'mallory' }
    await store.write([unbound, wrong].map((record) => ({ record, expectedRev: 0 })))
    const node = open({ store })
    expect(await node.judge(signerOf(issued))).toBe('STORE_UNAVAILABLE')
    expect(await codeOf(node.keyring.list())).toBe('STORE_CORRUPTED')
    expect(await codeOf(node.keyring.disable(issued.key.id, BY))).toBe('STORE_CORRUPTED')
    const moving = open({ store, [unboundRecords]: true })
    expect(await moving.judge(signerOf(issued))).toBe('ok')
    expect(await moving.judge(signerOf(forged))).toBe('STORE_UNAVAILABLE')
    expect(await node.keyring.bindRecords(BY)).toEqual({ bound: [issued.key.id], failed: [] })
    expect(node.events.filter(({ event }) => event === 'key.bind').map(({ keyId }) => keyId)).toEqual([
      issued.key.id,
      undefined,
    ])
    expect(await node.keyring.bindRecords(BY)).toEqual({ bound: [], failed: [] })
    const after = open({ store })
    expect(await after.judge(signerOf(issued))).toBe('ok')
    expect(await after.judge(signerOf(forged))).toBe('STORE_UNAVAILABLE')
  })
})

describe('binding records', () => {
  /** A keyring over one record without a MAC, and what its store does when it is written. */
  const unboundIn = async (part: (inner: KeyStore) => object) => {
    const source = open()
    const { key } = await source.keyring.issue(ALICE)
    const { mac: _, ...record } = (await source.store.get(key.id)) as StoredKey
    const inner = memoryKeyStore()
    inner.write([{ record, expectedRev: 0 }])
    return { id: key.id, record, inner, node: open({ store: storeWith(inner, part(inner)) }) }
  }
  const conflict = () => new CountersignError('STORE_CONFLICT', 'another node was faster')

  it.each<[string, number, unknown, string, number]>([
    ['once', 1, conflict(), 'bound', 2],
    ['nine times', 9, conflict(), 'bound', 10],
    ['ten times', 10, conflict(), 'failed', 10],
    ['by a store that is not there', 1, new Error('down'), 'failed', 1],
  ])('is tried again where another node was faster: %s', async (_, losses, error, outcome, times) => {
    let writes = 0
    const { id, node, inner } = await unboundIn((store) => ({
      write: (changes: readonly KeyChange[]) => {
        if (++writes <= losses) throw error
        return store.write(changes)
      },
    }))
    expect(await node.keyring.bindRecords(BY)).toEqual({ bound: [], failed: [], [outcome]: [id] })
    expect(writes).toBe(times)
    const after = inner.get(id) as StoredKey
    expect([after.rev, after.mac !== undefined]).toEqual(outcome === 'bound' ? [2, true] : [1, false])
    expect(after.changedAtMs).toBe(node.nowMs)
  })

  it.each<[string, (record: StoredKey) => StoredKey | undefined]>([
    ['has bound meanwhile', (record) => rebound({ ...record, rev: 2 })],
    ['has lost meanwhile', () => undefined],
  ])('leaves a record alone that another node %s', async (_, held) => {
    const written: unknown[] = []
    const { node } = await unboundIn((inner) => ({
      get: async (id: string) => held((await inner.get(id)) as StoredKey),
      write: (changes: readonly KeyChange[]) => void written.push(changes),
    }))
    expect(await node.keyring.bindRecords(BY)).toEqual({ bound: [], failed: [] })
    expect(written).toEqual([])
  })
})

describe('a row that was right once', () => {
  it('is refused in the place of a newer one, by every process that has read the newer one', async () => {
    const rows = new Map<string, StoredKey>()
    const store = { ...memoryKeyStore() }
    const real = memoryKeyStore()
    Object.assign(store, {
      get: (id: string) => rows.get(id) ?? real.get(id),
      write: real.write.bind(real),
      list: real.list.bind(real),
      changes: real.changes.bind(real),
      addUsage: real.addUsage.bind(real),
      usage: real.usage.bind(real),
    })
    const world = open({ store })
    const issued = await world.keyring.issue(ALICE)
    const before = real.get(issued.key.id) as StoredKey
    await world.keyring.update(issued.key.id, { scopes: ['orders:read'], ...BY })
    const reader = open({ store })
    expect(await reader.judge(signerOf(issued))).toBe('ok')
    rows.set(issued.key.id, before)
    reader.nowMs += 60_000
    world.nowMs += 60_000
    expect(await reader.judge(signerOf(issued))).toBe('STORE_UNAVAILABLE')
    expect(await world.judge(signerOf(issued))).toBe('STORE_UNAVAILABLE')
  })

  it('is not taken under the id of another key', async () => {
    const world = open()
    const [mine, yours] = [await world.keyring.issue(ALICE), await world.keyring.issue({ ...ALICE, owner: 'bob' })]
    const store = memoryKeyStore()
    const row = (await world.store.get(yours.key.id)) as StoredKey
    store.write([{ record: { ...row, id: mine.key.id }, expectedRev: 0 }])
    expect(await codeOf(open({ store }).keyring.describe(mine.key.id))).toBe('STORE_CORRUPTED')
  })

  it('of the other environment is unknown under an id of this one, also with a MAC that is right', async () => {
    const world = open()
    const issued = await world.keyring.issue(ALICE)
    const row = (await world.store.get(issued.key.id)) as StoredKey
    const store = memoryKeyStore()
    const record = rebound({ ...row, environment: 'test' })
    store.write([{ record, expectedRev: 0 }])
    const node = open({ store })
    expect(await node.keyring.get(issued.key.id)).toBeUndefined()
    expect(await node.judge(signerOf(issued))).toBe('KEY_UNKNOWN')
  })
})

describe('an older file of keys that is put back', () => {
  it('revives no key that was revoked since, after a restart', async () => {
    const path = join(folder(), 'keys')
    const first = open({ store: fileKeyStore(path) })
    const [revoked, kept] = [await first.keyring.issue(ALICE), await first.keyring.issue(ALICE)]
    copyFileSync(path, `${path}.backup`)
    await first.keyring.revoke(revoked.key.id, { ...BY, reason: 'stolen' })
    await first.keyring.close()
    copyFileSync(`${path}.backup`, path)
    const second = open({ store: fileKeyStore(path) })
    expect(await second.judge(signerOf(revoked))).toBe('KEY_REVOKED')
    expect(await second.judge(signerOf(kept))).toBe('ok')
    expect(await second.keyring.describe(revoked.key.id)).toMatchObject({ state: 'revoked' })
    for (const act of ['enable', 'rotate', 'renew'] as const)
      expect([act, await codeOf(second.keyring[act](revoked.key.id, BY))]).toEqual([act, 'KEY_STATE'])
    // Revoked once more, it is written: also for who has no marks.
    await second.keyring.revoke(revoked.key.id, BY)
    rmSync(`${path}.revoked`)
    expect(await open({ store: fileKeyStore(path) }).judge(signerOf(revoked))).toBe('KEY_REVOKED')
  })

  it('does not either where a leak replaced the key', async () => {
    const path = join(folder(), 'keys')
    const first = open({ store: fileKeyStore(path) })
    const leaked = await first.keyring.issue(ALICE)
    copyFileSync(path, `${path}.backup`)
    await first.keyring.rotate(leaked.key.id, { ...BY, compromised: true })
    await first.keyring.close()
    copyFileSync(`${path}.backup`, path)
    expect(await open({ store: fileKeyStore(path) }).judge(signerOf(leaked))).toBe('KEY_REVOKED')
  })

  it('finds marks for what was revoked before there were any', async () => {
    const path = join(folder(), 'keys')
    const first = open({ store: fileKeyStore(path) })
    const revoked = await first.keyring.issue(ALICE)
    copyFileSync(path, `${path}.backup`)
    await first.keyring.revoke(revoked.key.id, BY)
    await first.keyring.close()
    rmSync(`${path}.revoked`)
    const marks = fileRevocations(`${path}.revoked`)
    const second = open({ store: fileKeyStore(path) })
    await expect.poll(async () => (await marks.marked([revoked.key.id])).size).toBe(1)
    await second.keyring.close()
    copyFileSync(`${path}.backup`, path)
    expect(await open({ store: fileKeyStore(path) }).judge(signerOf(revoked))).toBe('KEY_REVOKED')
  })
})

describe('marks apart from a database', () => {
  it('keep what this node revoked, received, or could not read any more', async () => {
    const marks = fileRevocations(join(folder(), 'revoked'))
    const a = open({ cache: { pollMs: 20 } })
    const b = a.node({ revocations: marks, cache: { pollMs: 20 } })
    closing.push(() => b.keyring.close())
    await b.keyring.ready()
    const [here, there, broken] = [
      await a.keyring.issue(ALICE),
      await a.keyring.issue(ALICE),
      await a.keyring.issue(ALICE),
    ]
    const before = await Promise.all([here, there, broken].map(({ key }) => a.store.get(key.id)))
    await b.keyring.revoke(here.key.id, BY)
    await a.keyring.revoke(there.key.id, BY)
    const row = before[2] as StoredKey
    await a.store.write([{ record: { ...row, rev: 2, owner: 'mallory' }, expectedRev: 1 }])
    expect(await codeOf(b.keyring.revoke(broken.key.id, BY))).toBe('STORE_CORRUPTED')
    const ids = [here, there, broken].map(({ key }) => key.id)
    await expect.poll(async () => [...(await marks.marked(ids)).keys()].sort()).toEqual([...ids].sort())
    // The backup of the database, and a process that starts over it.
    const store = memoryKeyStore()
    store.write(before.map((record) => ({ record: record as StoredKey, expectedRev: 0 })))
    const restarted = open({ store, revocations: marks })
    for (const issued of [here, there, broken]) expect(await restarted.judge(signerOf(issued))).toBe('KEY_REVOKED')
    expect((await restarted.keyring.list()).keys.map(({ state }) => state)).toEqual(['revoked', 'revoked', 'revoked'])
    // Without the marks it could not be known.
    expect(await open({ store }).judge(signerOf(here))).toBe('ok')
  })

  /** Marks that say what was asked of them. */
  const recorded = () => {
    const marked = new Map<string, number>()
    return {
      marked,
      marks: {
        marked: async () => new Map<string, number>(),
        mark: async (revoked: ReadonlyMap<string, number>) => {
          for (const [id, atMs] of revoked) marked.set(id, atMs)
        },
      },
    }
  }

  it('are made for what is revoked, for nothing else, and for no record that this keyring did not write', async () => {
    const before = open()
    const { key: revokedBefore } = await before.keyring.issue(ALICE)
    const { key: forged } = await before.keyring.issue(ALICE)
    await before.keyring.revoke(revokedBefore.id, BY)
    const row = (await before.store.get(forged.id)) as StoredKey
    await before.store.write([
      { record: { ...row, rev: 2, status: 'revoked', revokedAtMs: before.nowMs }, expectedRev: 1 },
    ])
    const { marks, marked } = recorded()
    const node = open({ store: before.store, revocations: marks })
    await expect.poll(() => [...marked]).toEqual([[revokedBefore.id, before.nowMs]])
    const { key } = await node.keyring.issue(ALICE)
    await node.keyring.disable(key.id, BY)
    expect(marked.has(key.id)).toBe(false)
    node.nowMs += 5
    await node.keyring.revoke(key.id, BY)
    expect(marked.get(key.id)).toBe(node.nowMs)
    expect(await codeOf(node.keyring.revoke(forged.id, BY))).toBe('STORE_CORRUPTED')
    expect(marked.get(forged.id)).toBe(node.nowMs)
    // Without marks the refusal is the same.
    expect(await codeOf(before.keyring.revoke(forged.id, BY))).toBe('STORE_CORRUPTED')
  })

  it('that cannot be written keep no key from being revoked, and the audit trail says so', async () => {
    let isFull = true
    const { marks, marked } = recorded()
    const mark = (revoked: ReadonlyMap<string, number>) =>
      isFull ? Promise.reject(new Error('disk full')) : marks.mark(revoked)
    const node = open({ revocations: { ...marks, mark } })
    const issued = await node.keyring.issue(ALICE)
    expect((await node.keyring.revoke(issued.key.id, BY)).state).toBe('revoked')
    expect(await node.judge(signerOf(issued))).toBe('STORE_UNAVAILABLE')
    // Reading it marks it again.
    isFull = false
    expect(await node.judge(signerOf(issued))).toBe('KEY_REVOKED')
    expect([...marked.keys()]).toEqual([issued.key.id])
    expect(node.events.filter(({ event }) => event === 'store.unavailable')).toEqual([
      { event: 'store.unavailable', atMs: node.nowMs, keyId: undefined, detail: 'a revocation was not marked' },
    ])
  })

  it('that cannot be read are no reason to accept', async () => {
    const world = open()
    const issued = await world.keyring.issue(ALICE)
    const down = { marked: () => Promise.reject(new Error('down')), mark: () => Promise.reject(new Error('down')) }
    const node = open({ store: world.store, revocations: down, onError: () => {} })
    expect(await node.judge(signerOf(issued))).toBe('STORE_UNAVAILABLE')
  })
})

describe('another key for what is bound', () => {
  it('takes over by rewrap, for secrets and public keys, and the old one can go', async () => {
    const next = { id: 'kek-2', key: new Uint8Array(32).fill(9) }
    const old = open()
    const secret = await old.keyring.issue(ALICE)
    const publicOne = await old.keyring.issue({
      ...ALICE,
      algorithm: 'ed25519',
      publicKey: Buffer.from(spki(), 'base64'),
      format: 'der',
    })
    const only = createSealing({ primary: next })
    expect(await open({ store: old.store, sealing: only }).judge(signerOf(secret))).toBe('STORE_UNAVAILABLE')
    const both = open({ store: old.store, sealing: createSealing({ primary: next, others: [KEK] }) })
    expect(await both.judge(signerOf(secret))).toBe('ok')
    expect(await both.keyring.rewrap(BY)).toEqual({ rewrapped: 2, failed: [] })
    expect(await both.keyring.rewrap(BY)).toEqual({ rewrapped: 0, failed: [] })
    const after = open({ store: old.store, sealing: only })
    expect(await after.judge(signerOf(secret))).toBe('ok')
    expect((await after.keyring.describe(publicOne.key.id)).state).toBe('active')
  })

  it('is enough by itself where there are public keys only', async () => {
    const store = memoryKeyStore()
    const make = () => open({ store, sealing: undefined as never, integrity: createIntegrity({ primary: KEK }) })
    const { key } = await make().keyring.issue({
      ...ALICE,
      algorithm: 'ed25519',
      publicKey: Buffer.from(spki(), 'base64'),
      format: 'der',
    })
    expect((await make().keyring.get(key.id))?.owner).toBe('alice')
    const row = store.get(key.id) as StoredKey
    store.write([{ record: { ...row, rev: 2, scopes: ['*:*'] }, expectedRev: 1 }])
    expect(await codeOf(make().keyring.describe(key.id))).toBe('STORE_CORRUPTED')
  })
})
