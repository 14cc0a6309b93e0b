import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { ed25519PrivateKey } from '../../../src/crypto/ed25519-key.js'
import { exportPublicKey } from '../../../src/crypto/export.js'
import { Secret } from '../../../src/crypto/secret.js'
import { isCountersignError } from '../../../src/errors.js'
import { memoryBus } from '../../../src/keyring/buses/memory.js'
import type { BusMessage, KeyBus } from '../../../src/keyring/cache/key-bus.js'
import { createKeyCache, type KeyCache } from '../../../src/keyring/cache/key-cache.js'
import { createNodes } from '../../../src/keyring/cache/nodes.js'
import { presetScopes } from '../../../src/keyring/change/scopes.js'
import type { ChangedKey, KeyChange, KeyQuery, KeyStore } from '../../../src/keyring/key-store.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import type { Keyring } from '../../../src/keyring/keyring-options.js'
import { handleLeakReport } from '../../../src/keyring/leaks/handle.js'
import type { KeyStatus, SealedSecret, StoredKey } from '../../../src/keyring/record/key-record.js'
import type { LoadedKey } from '../../../src/keyring/record/load-key.js'
import { localKek } from '../../../src/keyring/record/local-kek.js'
import { createSealing, type SealBinding } from '../../../src/keyring/record/sealing.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { order, sign } from '../../attacks/world.js'
import { withCode } from '../../expect-code.js'
import {
  BY,
  DAY,
  INDEX_SECRET,
  integrity,
  KEK,
  type KeyringWorld,
  keyringWorld,
  proverOf,
  rebound,
  sealing,
  signerOf,
  storeWith,
} from './keyring-world.js'

const opened: Keyring[] = []
const open = (...args: Parameters<typeof keyringWorld>): KeyringWorld => tracked(keyringWorld(...args))
const tracked = (world: KeyringWorld): KeyringWorld => {
  opened.push(world.keyring)
  return world
}
afterEach(async () => {
  for (const keyring of opened.splice(0)) await keyring.close()
})
const ALICE = { owner: 'alice', scopes: ['orders:write'], ...BY } as const
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const soon = <T>(promise: Promise<T>, ms = 1_500): Promise<T | 'late'> =>
  Promise.race([promise, pause(ms).then(() => 'late' as const)])

const loaded = (rev: number, status: KeyStatus = 'active'): LoadedKey =>
  ({
    record: { status: status === 'revoked' ? 'revoked' : 'active', rev },
    locked: { status: 'disabled', rev },
    stored: { id: 'k', rev, status },
    lastUsedMs: 0,
  }) as unknown as LoadedKey
interface CacheWorld {
  readonly cache: KeyCache
  now: number
  ticks: number
  answer: LoadedKey | undefined | Promise<LoadedKey | undefined>
}
function cacheWorld(maxEntries = 100): CacheWorld {
  const state = { now: 1_000_000, ticks: 5_000, answer: undefined as CacheWorld['answer'] }
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
const statusOf = async (cache: KeyCache, id = 'k'): Promise<string | undefined> => (await cache.get(id))?.record.status

describe('the age of a record', () => {
  it('does not begin anew when the wall clock is set back', async () => {
    const w = cacheWorld()
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

  it('is nothing to believe where the clock is broken', async () => {
    const w = cacheWorld()
    w.answer = loaded(1)
    await w.cache.get('k')
    w.now = Number.NaN
    expect(w.cache.fresh('k')).toBeUndefined()
  })
})

describe('what is asked of a store', () => {
  it('at a time is bounded, however many ids are made up while it hangs', async () => {
    const w = cacheWorld()
    w.answer = new Promise(() => {})
    for (let i = 0; i < 10_000; i++) w.cache.get(`k${i}`)
    await expect(w.cache.get('one more')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
  })
})

describe('what a bus says', () => {
  it('does not close a key for ever: after minutes the store is believed again', async () => {
    for (const status of ['active', 'revoked'] as const) {
      const w = cacheWorld()
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

  it('cannot hide a revocation behind a higher revision, nor outlive it', async () => {
    const w = cacheWorld()
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

  it('pushes out nothing that the store said, however much it says', async () => {
    const w = cacheWorld(10)
    w.cache.invalidate({ id: 'k', rev: 2, status: 'revoked' })
    for (let i = 0; i < 1_000; i++) w.cache.invalidate({ id: `x${i}`, rev: 1, status: 'active' }, 'bus')
    w.answer = loaded(1)
    await expect(w.cache.get('k')).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
  })

  it('is read strictly, also where a bus hands out what it did not parse', async () => {
    let hear: (message: BusMessage) => void = () => {}
    const sent: BusMessage[] = []
    const bus: KeyBus = {
      publish: (message) => void sent.push(message),
      subscribe: (onMessage, onState) => {
        hear = onMessage
        onState(true)
        return () => {}
      },
    }
    const changes: ChangedKey[] = []
    const nodes = createNodes({
      bus,
      integrity,
      scope: 'acme/live',
      otherNodes: 1,
      onChange: (change) => void changes.push(change),
      onState: () => {},
      onError: () => {},
    })
    await nodes.start()
    for (const junk of [
      undefined,
      null,
      5,
      'x',
      {},
      { type: 'change' },
      { type: 'change', id: 'k', rev: Number.NaN, status: 'active' },
    ])
      hear(junk as never)
    expect(changes).toEqual([])
    // Acknowledgements of nodes nobody waits for are not collected.
    const waiting = nodes.acknowledged({ id: 'k', rev: 1, status: 'revoked' })
    for (let i = 0; i < 11_000; i++) hear(proverOf(`n${i}`).prove({ type: 'ack', id: 'k', rev: 1, node: `n${i}` }))
    // And not believed before the own announcement came back, proof and all.
    nodes.announce({ id: 'k', rev: 1, status: 'revoked' })
    const announced = sent.find(({ type }) => type === 'change') as BusMessage
    hear({ ...announced, proof: undefined } as never)
    expect(await Promise.race([waiting.done, pause(700).then(() => 'waiting')])).toBe('waiting')
    hear(announced)
    expect(await waiting.done).toBeLessThanOrEqual(10_000)
    await nodes.stop()
  })
})

describe('a store that answers changes badly', () => {
  const withChanges = (changes: unknown, options: object = {}): KeyringWorld =>
    open({ store: storeWith(memoryKeyStore(), { changes }), cache: { pollMs: 60_000 }, ...options })

  it.each<[string, unknown]>([
    ['nothing', async () => undefined],
    ['a change that is none', async () => ({ changed: [null], cursor: 'c' })],
    [
      'a revision that is none',
      async () => ({
        changed: [{ id: 'acmek_live_00000000000000000000', rev: Number.NaN, status: 'active' }],
        cursor: 'c',
      }),
    ],
    [
      'a status that is none',
      async () => ({ changed: [{ id: 'acmek_live_00000000000000000000', rev: 1, status: 'x' }], cursor: 'c' }),
    ],
    ['no cursor', async () => ({ changed: [], cursor: 5 })],
    ...(
      [{ id: '' }, { id: 5 }, { id: 'a\nb' }, { rev: 0 }, { rev: 1.5 }, { rev: '1' }, { status: undefined }] as const
    ).map((part): [string, unknown] => [
      `a change with ${JSON.stringify(part)}`,
      async () => ({ changed: [{ id: 'a', rev: 1, status: 'active', ...part }], cursor: 'c' }),
    ]),
    ['no list', async () => ({ changed: 'abc', cursor: 'c' })],
    ['a cursor of 1025 characters', async () => ({ changed: [], cursor: 'c'.repeat(1_025) })],
    [
      'more than was asked for',
      async () => ({ changed: Array(1_001).fill({ id: 'a', rev: 1, status: 'active' }), cursor: 'c' }),
    ],
  ])('%s: told, with a type', async (_, changes) => {
    const w = withChanges(changes)
    await w.keyring.ready()
    expect(w.errors).toEqual([
      expect.objectContaining({
        code: 'STORE_CORRUPTED',
        message: 'the store answered something that is not changes and a cursor',
      }),
    ])
  })

  it('is not one that answers the first revision of a key, in any status, and the longest cursor', async () => {
    const changed = ['active', 'rotating', 'disabled', 'revoked'].map((status) => ({ id: 'a', rev: 1, status }))
    const w = withChanges(async () => ({ changed, cursor: 'c'.repeat(1_024) }))
    await w.keyring.ready()
    expect(w.errors).toEqual([])
  })

  it('with one page after another for ever: others get their turn, and it ends', async () => {
    let asked = 0
    const w = withChanges(async () => {
      const page = Array.from({ length: 1_000 }, () => ({
        id: 'acmek_live_00000000000000000000',
        rev: 1,
        status: 'active',
      }))
      return { changed: page, cursor: `c${asked++}` }
    })
    expect(await soon(w.keyring.ready())).toBeUndefined()
    expect(asked).toBeLessThan(2_000)
    expect(w.errors).toEqual([withCode('STORE_UNAVAILABLE')])
  })

  it('that hang: neither ready() nor close() waits for ever, and the bus is listened to', async () => {
    const bus = memoryBus()
    const w = withChanges(() => new Promise(() => {}), { bus, storeTimeoutMs: 50 })
    expect(await soon(w.keyring.ready())).toBeUndefined()
    expect(await soon(w.keyring.close())).toBeUndefined()
    expect(w.errors).toEqual([withCode('STORE_UNAVAILABLE')])
  })
})

describe('a bus that does not work', () => {
  it('that never subscribes does not keep a keyring from closing', async () => {
    const w = open({ bus: { publish: () => {}, subscribe: () => new Promise(() => {}) } })
    expect(await soon(w.keyring.close())).toBeUndefined()
  })

  it('that fails to subscribe is a typed error, and told', async () => {
    const w = open({ bus: { publish: () => {}, subscribe: () => Promise.reject(new Error('redis://:hunter2@host')) } })
    const failed = await w.keyring.ready().catch((error: unknown) => error)
    expect(failed).toEqual(withCode('STORE_UNAVAILABLE'))
    expect(String(failed)).not.toContain('hunter2')
  })

  it('that went down while the store was asked is not taken for one that works', async () => {
    let state: (connected: boolean) => void = () => {}
    const bus: KeyBus = {
      publish: () => {},
      subscribe: (_, onState) => {
        state = onState
        return () => {}
      },
    }
    const inner = memoryKeyStore()
    const gates: Array<() => void> = []
    const changes = async (cursor: string | undefined, limit: number) => {
      await new Promise<void>((resolve) => gates.push(resolve))
      return inner.changes(cursor, limit)
    }
    const a = open({ store: inner })
    const b = tracked(a.node({ store: storeWith(inner, { changes }), bus }))
    await b.keyring.ready()
    state(true)
    await pause(5)
    state(false)
    for (const release of gates) release()
    await pause(5)
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    await a.keyring.revoke(key.keyId, BY)
    a.nowMs += 5_000
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })

  it('is not trusted again because of a question that was asked before it came back', async () => {
    let state: (connected: boolean) => void = () => {}
    const bus: KeyBus = {
      publish: () => {},
      subscribe: (_, onState) => {
        state = onState
        return () => {}
      },
    }
    const inner = memoryKeyStore()
    let hold: Promise<void> | undefined
    const changes = async (cursor: string | undefined, limit: number) => {
      const answer = await inner.changes(cursor, limit)
      await hold
      return answer
    }
    const a = open({ store: inner })
    const b = tracked(a.node({ store: storeWith(inner, { changes }), bus, cache: { pollMs: 20 } }))
    await b.keyring.ready()
    const key = signerOf(await a.keyring.issue(ALICE))
    let release = (): void => {}
    hold = new Promise((resolve) => {
      release = resolve
    })
    await pause(40)
    expect(await b.judge(key)).toBe('ok')
    await a.keyring.revoke(key.keyId, BY)
    state(true)
    hold = undefined
    release()
    await pause(1)
    // Caught up with, or not trusted yet: never the long time with the old record.
    a.nowMs += 5_000
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })
})

describe('waiting for other nodes', () => {
  it('does not forget them because the wall clock jumped', async () => {
    const bus = memoryBus()
    const w = open({ bus, cache: { pollMs: 5_000, ttlMs: 700, disconnectedTtlMs: 700 } })
    await w.keyring.ready()
    await bus.publish(proverOf('silent').prove({ type: 'alive', node: 'silent' }))
    const { key } = await w.keyring.issue(ALICE)
    w.nowMs += 40_000
    expect(await w.keyring.revokeAndWait(key.id, BY)).toMatchObject({ how: 'waited' })
  })

  it('a keyring that was closed believes nothing any more', async () => {
    const bus = memoryBus()
    const a = open({ bus, otherNodes: 0, cache: { pollMs: 5_000 } })
    const b = tracked(a.node())
    await Promise.all([a.keyring.ready(), b.keyring.ready()])
    const key = signerOf(await a.keyring.issue(ALICE))
    expect(await b.judge(key)).toBe('ok')
    await b.keyring.close()
    await a.keyring.revokeAndWait(key.keyId, BY)
    expect(await b.judge(key)).toBe('KEY_REVOKED')
  })
})

describe('a verification that waits', () => {
  /** The order, signed, with a body that arrives when it is let go. */
  async function slow(w: KeyringWorld, key: ReturnType<typeof signerOf>) {
    const signed = await sign(order(), { key, nowMs: w.nowMs })
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let asked = (): void => {}
    const reading = new Promise<void>((resolve) => {
      asked = resolve
    })
    async function* body(): AsyncGenerator<Uint8Array> {
      asked()
      await gate
      yield signed.body as Uint8Array
    }
    const verdict = w.verifier.verify({ ...signed, body: body() }, { scope: 'orders:write', clientIp: '10.0.0.1' })
    await reading
    return async (): Promise<string> => {
      release()
      const done = await verdict
      return done.ok ? 'ok' : done.code
    }
  }

  it.each<[string, (w: KeyringWorld, id: string) => unknown, string]>([
    ['nothing happened', () => {}, 'ok'],
    ['it was revoked', (w, id) => w.keyring.revoke(id, BY), 'KEY_REVOKED'],
    ['it was disabled', (w, id) => w.keyring.disable(id, BY), 'KEY_DISABLED'],
    ['it was narrowed', (w, id) => w.keyring.update(id, { scopes: ['orders:read'], ...BY }), 'SCOPE_DENIED'],
    ['its address was shut out', (w, id) => w.keyring.update(id, { denyIp: ['10.0.0.1'], ...BY }), 'IP_DENIED'],
    [
      'its life ended',
      (w) => {
        w.nowMs += 10_000
      },
      'KEY_EXPIRED',
    ],
    ['it was compromised', (w, id) => w.keyring.rotate(id, { ...BY, compromised: true }), 'KEY_REVOKED'],
  ])('for its body judges the key once more: %s', async (_, act, expected) => {
    const w = open()
    const key = signerOf(await w.keyring.issue({ ...ALICE, expiresInMs: 10_000 }))
    const finish = await slow(w, key)
    await act(w, key.keyId)
    expect(await finish()).toBe(expected)
  })
})

describe('what somebody below an admin may not do', () => {
  const by = { id: 'bob', scopes: ['orders:read'] }
  it('loosen or enable a key that is more than they are', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, denyIp: ['10.0.0.1'] })
    const loosened = [
      { denyIp: [] },
      { allowIp: [] },
      { policy: {} },
      { rateLimit: { limit: 1e6, windowMs: 1_000 } },
      { rateLimit: null },
    ]
    for (const part of [
      ...loosened,
      { lockAfterIdleMs: 400 * DAY },
      { lockAfterIdleMs: null },
      { allowZeroPrefix: true },
    ])
      await expect(w.keyring.update(key.id, { ...part, actor: by }), JSON.stringify(part)).rejects.toThrow(
        withCode('SCOPE_DENIED'),
      )
    await w.keyring.disable(key.id, { actor: by })
    await expect(w.keyring.enable(key.id, { actor: by })).rejects.toThrow(withCode('SCOPE_DENIED'))
    // A name says nothing about what a key may do, and taking rights away needs none.
    await w.keyring.update(key.id, { name: 'x', actor: by })
    await w.keyring.update(key.id, { scopes: ['orders:read'], denyIp: [], actor: by })
    await w.keyring.enable(key.id, { actor: by })
    await w.keyring.revoke(key.id, { actor: by })
  })

  it('have scopes that change while they are read', async () => {
    const w = open()
    let reads = 0
    const shifty = {
      id: 'bob',
      get scopes() {
        return reads++ === 0 ? ['orders:read'] : ['*:*']
      },
    }
    await expect(w.keyring.issue({ owner: 'x', scopes: ['orders:write'], actor: shifty })).rejects.toThrow(
      withCode('SCOPE_DENIED'),
    )
  })
})

describe('settings', () => {
  it('can be taken away again', async () => {
    const w = open()
    const rateLimit = { limit: 5, windowMs: 1_000 }
    const { key } = await w.keyring.issue({ ...ALICE, rateLimit, lockAfterIdleMs: DAY, rotateEveryMs: 30 * DAY })
    const before = await w.keyring.update(key.id, { rateLimit: undefined, name: 'same', ...BY } as never)
    expect(before).toMatchObject({ rateLimit, lockAfterIdleMs: DAY, rotateEveryMs: 30 * DAY })
    const now = await w.keyring.update(key.id, { rateLimit: null, lockAfterIdleMs: null, rotateEveryMs: null, ...BY })
    for (const name of ['rateLimit', 'lockAfterIdleMs', 'rotateEveryMs', 'rotateAtMs'])
      expect(now).not.toHaveProperty(name)
    await expect(w.keyring.update(key.id, { scopes: null, ...BY } as never)).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    await expect(w.keyring.issue({ ...ALICE, rateLimit: null } as never)).rejects.toThrow(withCode('CONFIG_INVALID'))
  })

  it('that no store could read back are refused before they are written', async () => {
    const written: unknown[] = []
    const inner = memoryKeyStore()
    const write = (changes: readonly KeyChange[]) => {
      written.push(changes)
    }
    const w = open({ store: storeWith(inner, { write }) })
    const methods = Array.from({ length: 40 }, (_, i) => `M${i}`)
    await expect(w.keyring.issue({ ...ALICE, policy: { methods } })).rejects.toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('"policy.methods"') }),
    )
    await expect(w.keyring.issue({ ...ALICE, tags: [''] })).rejects.toThrow(withCode('ARGUMENT_INVALID'))
    expect(written).toEqual([])
  })
})

describe('a life', () => {
  it('is counted in whole milliseconds, whatever the clock counts in', async () => {
    const w = open()
    w.nowMs += 0.25
    const { key } = await w.keyring.issue(ALICE)
    expect((await w.keyring.rotate(key.id, BY)).key.createdAtMs).toBe(Math.floor(w.nowMs))
  })

  it('is not made longer by what a renewal does not know', async () => {
    const w = open()
    const { key } = await w.keyring.issue(ALICE)
    const later = { ...BY, expiresInMs: DAY, notBeforeMs: w.nowMs + 3_000 * DAY }
    await expect(w.keyring.renew(key.id, later as never)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
  })

  it('that begins later is renewed from its beginning', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, notBeforeMs: w.nowMs + 10 * DAY })
    const next = await w.keyring.renew(key.id, { ...BY, expiresInMs: DAY })
    expect(next.key.expiresAtMs).toBe(w.nowMs + 11 * DAY)
  })

  it('of an idle key ends also where the clock is broken', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, lockAfterIdleMs: DAY })
    await w.keyring.get(key.id)
    w.nowMs = Number.NaN
    expect((await w.keyring.get(key.id))?.status).toBe('disabled')
  })

  it('is not prolonged by a usage that is none', async () => {
    const inner = memoryKeyStore()
    const { key } = await open({ store: inner }).keyring.issue({ ...ALICE, lockAfterIdleMs: DAY })
    const usage = async () => new Map([[key.id, { lastUsedAtMs: 'always', count: 0, failures: 0 }]])
    const w = open({ store: storeWith(inner, { usage }) })
    await expect(w.keyring.get(key.id)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    await expect(w.keyring.describe(key.id)).rejects.toThrow(withCode('STORE_CORRUPTED'))
  })

  it('ends or goes on, whatever happens at the same time on several nodes', async () => {
    const kinds = ['rotate', 'compromise', 'revoke', 'disable', 'enable', 'expire', 'renew', 'update'] as const
    for (let round = 0; round < 30; round++) {
      const inner = memoryKeyStore()
      const jitter = () => pause(0)
      const store = storeWith(inner, {
        get: async (id: string) => {
          const found = inner.get(id)
          if (Math.random() < 0.5) await jitter()
          return found
        },
        write: async (changes: readonly KeyChange[]) => {
          if (Math.random() < 0.5) await jitter()
          inner.write(changes)
        },
      })
      const w = open({ store })
      const { key } = await w.keyring.issue(ALICE)
      const acts = kinds.flatMap((kind) => (Math.random() < 0.6 ? [kind] : []))
      const done = await Promise.allSettled(
        acts.map((kind) => {
          const { keyring } = tracked(w.node())
          return kind === 'compromise'
            ? keyring.compromise(key.id, BY)
            : kind === 'update'
              ? keyring.update(key.id, { name: 'n', ...BY })
              : (keyring[kind](key.id, BY) as Promise<unknown>)
        }),
      )
      for (const one of done)
        if (one.status === 'rejected') expect(['KEY_STATE', 'STORE_CONFLICT']).toContain(one.reason.code)
      const end = inner.get(key.id) as StoredKey
      if (acts.includes('revoke') || acts.includes('compromise')) expect(end.status).toBe('revoked')
      const all = inner.list({ limit: 100 })
      expect(all.filter(({ replaces }) => replaces === key.id)).toHaveLength(end.replacedBy === undefined ? 0 : 1)
      if (!acts.includes('renew'))
        for (const one of all) expect(one.expiresAtMs as number).toBeLessThanOrEqual(key.expiresAtMs as number)
    }
  })
})

describe('revoking', () => {
  it('wins against somebody who changes the key all the time', async () => {
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

  it('a compromised key does not lose the replacement to a store or an audit log that fails afterwards', async () => {
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

  it('a compromised key does not wait for a key-encryption key that hangs', async () => {
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

  it('a compromised key is not replaced by itself', async () => {
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

describe('a page that is not what was asked for', () => {
  it.each<[string, (inner: KeyStore) => unknown]>([
    ['the same page again', (inner) => (query: KeyQuery) => inner.list({ limit: query.limit })],
    [
      'keys of somebody else',
      (inner) =>
        ({ owner: _, ...query }: KeyQuery) =>
          inner.list(query),
    ],
    [
      'keys of the other environment',
      (inner) =>
        ({ environment: _, ...query }: KeyQuery) =>
          inner.list(query),
    ],
    ['no order', (inner) => async (query: KeyQuery) => [...(await inner.list(query))].reverse()],
    ['no list', () => async () => 'keys'],
    ['more keys than were asked for', (inner) => (query: KeyQuery) => inner.list({ ...query, limit: 1_000 })],
    [
      'a key that does not parse',
      (inner) => async (query: KeyQuery) => (await inner.list(query)).map((key) => ({ ...key, rev: 0 })),
    ],
    [
      'one key twice',
      (inner) => async (query: KeyQuery) =>
        (await inner.list(query)).flatMap((key) => [key, key]).slice(0, query.limit),
    ],
  ])('%s is refused', async (_, list) => {
    const inner = memoryKeyStore()
    const a = open({ store: inner })
    await tracked(a.node({ environment: 'test' })).keyring.issue(ALICE)
    const ids = [
      await a.keyring.issue(ALICE),
      await a.keyring.issue(ALICE),
      await a.keyring.issue({ ...ALICE, owner: 'bob' }),
    ]
      .map(({ key }) => key.id)
      .sort()
    const w = tracked(a.node({ store: storeWith(inner, { list: list(inner) }) }))
    const read = async () => {
      await w.keyring.list({ owner: 'bob' })
      await w.keyring.list()
      await w.keyring.list({ limit: 1 })
      await w.keyring.list({ after: ids[1] as string })
    }
    await expect(read()).rejects.toThrow(withCode('STORE_CORRUPTED'))
  })
})

describe('sealing', () => {
  const secret = new Uint8Array(randomBytes(40))
  const binding: SealBinding = { id: 'acmek_live_a', version: 1, algorithm: 'hmac-sha256' }

  it('binds what a KMS made of the data key', async () => {
    // This one, like some, reads only a part of what it wrote.
    const kms = {
      id: 'kms',
      wrap: async (key: Uint8Array) => new Uint8Array([0, ...key.map((byte) => byte ^ 0x5a)]),
      unwrap: async (wrapped: Uint8Array) => wrapped.slice(1).map((byte) => byte ^ 0x5a),
    }
    const box = createSealing({ primary: kms })
    const sealed = await box.seal(secret, binding)
    expect(await box.open(sealed, binding)).toEqual(secret)
    const wrapped = Buffer.from(sealed.wrapped as string, 'base64url')
    wrapped[0] = 1
    await expect(box.open({ ...sealed, wrapped: wrapped.toString('base64url') }, binding)).rejects.toThrow(
      withCode('STORE_CORRUPTED'),
    )
  })

  it('refuses a KMS that hands the data key back in the clear', async () => {
    for (const wrap of [async (key: Uint8Array) => key, async (key: Uint8Array) => new Uint8Array([1, 2, ...key, 3])]) {
      const box = createSealing({ primary: { id: 'none', wrap, unwrap: async (wrapped) => wrapped } })
      await expect(box.seal(secret, binding)).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
    }
  })

  it('leaves no data key in what a KMS was given', async () => {
    let given: Uint8Array | undefined
    const wrap = async (key: Uint8Array) => {
      given = key
      return new Uint8Array(randomBytes(64))
    }
    await createSealing({ primary: { id: 'kms', wrap, unwrap: async () => new Uint8Array(32) } }).seal(secret, binding)
    expect(given).toEqual(new Uint8Array(32))
  })

  it('says STORE_CORRUPTED for every material that is none, and ARGUMENT_INVALID for what cannot be sealed', async () => {
    const sealed = await sealing.seal(secret, binding)
    for (const material of [
      undefined,
      null,
      {},
      { ...sealed, encryption: 'rot13' },
      { ...sealed, nonce: 5 },
      { ...sealed, sealed: undefined },
    ])
      await expect(sealing.open(material as SealedSecret, binding)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    for (const bad of [
      undefined,
      {},
      { ...binding, version: 1.5 },
      { ...binding, algorithm: 'x' },
      { ...binding, id: '' },
    ]) {
      await expect(sealing.seal(secret, bad as never)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
      await expect(sealing.open(sealed, bad as never)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
    }
    for (const bad of [undefined, 'text', 5]) {
      await expect(sealing.seal(bad as never, binding)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
    }
  })

  it('makes an index of texts and bytes only', () => {
    for (const bad of [undefined, 5]) expect(() => sealing.hashesOf(bad as never)).toThrow(withCode('ARGUMENT_INVALID'))
  })

  it('takes no words for a key-encryption key', () => {
    for (const text of ['correct horse battery staple 123', `${'e'.repeat(31)}f`, randomBytes(16).toString('hex')])
      expect(() => localKek(Secret.fromText(text)), text).toThrow(withCode('KEY_WEAK'))
  })

  it('anew without an index secret keeps what keys are found by', async () => {
    const w = open()
    const issued = await w.keyring.issue(ALICE)
    const next = { id: 'kek-2', key: randomBytes(32) }
    const blind = tracked(w.node({ sealing: createSealing({ primary: next, others: [KEK] }) }))
    expect(await blind.keyring.rewrap(BY)).toMatchObject({ rewrapped: 1 })
    expect(await blind.keyring.rewrap(BY)).toMatchObject({ rewrapped: 0 })
    const seeing = tracked(w.node({ sealing: createSealing({ primary: next, indexSecret: INDEX_SECRET }) }))
    expect(await seeing.keyring.findBySecret((issued.secret as Secret).revealText())).toBe(issued.key.id)
  })
})

describe('listeners', () => {
  it('that fail later than at once do not end the process', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown) => void unhandled.push(error)
    process.on('unhandledRejection', note)
    try {
      const w = open({
        audit: { record: async () => Promise.reject(new Error('late')) },
        onError: async () => Promise.reject(new Error('later')),
        bus: {
          publish: () => Promise.reject(new Error('down')),
          subscribe: (_, onState) => {
            onState(true)
            return () => Promise.reject(new Error('no'))
          },
        },
      })
      const { key } = await w.keyring.issue(ALICE)
      await w.keyring.revoke(key.id, BY)
      await w.keyring.close()
      await w.keyring.close()
      await pause(20)
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', note)
    }
  })
})

describe('arguments that cannot be meant', () => {
  const thrower = {
    get by(): never {
      throw new Error('getter')
    },
    get owner(): never {
      throw new Error('getter')
    },
  }
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap')
      },
      ownKeys: () => {
        throw new Error('trap')
      },
    },
  )
  const JUNK: readonly unknown[] = [
    ...[
      undefined,
      null,
      0,
      5,
      Number.NaN,
      '',
      'x',
      true,
      Symbol('s'),
      5n,
      () => {},
      [],
      [undefined],
      {},
      thrower,
      hostile,
    ],
    ...[
      Object.create(null),
      { actor: hostile },
      { actor: { id: 'x', scopes: hostile } },
      { actor: { id: 'x' } },
      { actor: 'x', reason: 5 },
    ],
  ]
  const failure = async (act: () => unknown): Promise<unknown> => {
    try {
      await act()
    } catch (error) {
      return error
    }
    return undefined
  }

  it('are typed errors, from every function', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, lockAfterIdleMs: DAY })
    const { keyring } = w
    const members: readonly object[] = JUNK.flatMap((junk) =>
      [
        'owner',
        'scopes',
        'tags',
        'policy',
        'allowIp',
        'denyIp',
        'rateLimit',
        'secret',
        'publicKey',
        'format',
        'algorithm',
        'name',
        'reason',
        'overlapMs',
        'compromised',
        'expiresInMs',
        'notBeforeMs',
        'atMs',
        'sinceMs',
        'rotateEveryMs',
        'allowZeroPrefix',
      ].map((name) => ({ ...ALICE, [name]: junk })),
    )
    const wrong: Array<[string, unknown, unknown]> = []
    const calls: Record<string, (junk: never) => unknown> = {
      get: (junk) => keyring.get(junk),
      describe: (junk) => keyring.describe(junk),
      list: (junk) => keyring.list(junk),
      'list owner': (junk) => keyring.list({ owner: junk }),
      'list status': (junk) => keyring.list({ status: junk }),
      'list after': (junk) => keyring.list({ after: junk }),
      issue: (junk) => keyring.issue(junk),
      findBySecret: (junk) => keyring.findBySecret(junk),
      rewrap: (junk) => keyring.rewrap(junk),
      reminders: (junk) => keyring.reminders(junk)[Symbol.asyncIterator]().next(),
      localKek: (junk) => localKek(junk),
      presetScopes: (junk) => presetScopes(junk, junk),
      handleLeakReport: (junk) => handleLeakReport(junk),
      createKeyring: (junk) => createKeyring(junk),
      createSealing: (junk) => createSealing(junk),
    }
    for (const name of [
      'update',
      'rotate',
      'renew',
      'disable',
      'enable',
      'expire',
      'revoke',
      'revokeAndWait',
      'compromise',
    ] as const) {
      calls[name] = (junk) => keyring[name](junk, BY)
      calls[`${name} with`] = (junk) => keyring[name](key.id, junk)
    }
    for (const name of [
      'store',
      'bus',
      'clock',
      'audit',
      'onError',
      'cache',
      'usage',
      'sealing',
      'prefix',
      'environment',
      'storeTimeoutMs',
    ])
      calls[`createKeyring ${name}`] = (junk) => {
        const made = createKeyring({
          store: memoryKeyStore(),
          prefix: 'acme',
          cache: { pollMs: 0 },
          [name]: junk,
        } as never)
        opened.push(made)
      }
    for (const name of ['primary', 'others', 'indexSecret', 'formerIndexSecrets', 'encryption', 'timeoutMs'])
      calls[`createSealing ${name}`] = (junk) => createSealing({ primary: KEK, [name]: junk })
    for (const [name, call] of Object.entries(calls))
      for (const junk of JUNK) {
        const error = await failure(() => call(junk as never))
        if (error !== undefined && !isCountersignError(error))
          wrong.push([name, junk === hostile ? 'hostile' : junk, error])
      }
    for (const name of ['issue', 'update', 'rotate', 'renew', 'expire', 'compromise'] as const)
      for (const options of members) {
        const error = await failure(() =>
          name === 'issue' ? keyring.issue(options as never) : keyring[name](key.id, options as never),
        )
        if (error !== undefined && !isCountersignError(error)) wrong.push([name, Object.keys(options), error])
      }
    expect(wrong.map(([name, , error]) => `${name}: ${error}`)).toEqual([])
  })

  it('are refused where they would be passed over', async () => {
    const { keyring } = open()
    const { key } = await keyring.issue(ALICE)
    await expect(keyring.rotate(key.id, { ...BY, compromised: 'no' } as never)).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    await expect(keyring.compromise(key.id, { ...BY, sinceMs: Number.NaN })).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    await expect(keyring.reminders(Number.NaN)[Symbol.asyncIterator]().next()).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    expect((await keyring.describe(key.id)).state).toBe('active')
    for (const part of [
      { audit: {} },
      { bus: {} },
      { clock: {} },
      { sealing: {} },
      { onError: 5 },
      { store: { get() {}, write() {} } },
      { cache: null },
      { usage: 5 },
    ])
      expect(
        () => createKeyring({ store: memoryKeyStore(), prefix: 'acme', ...part } as never),
        JSON.stringify(part),
      ).toThrow(withCode('CONFIG_INVALID'))
    expect(() => handleLeakReport({ keyrings: [], prefix: 'acme' })).toThrow(withCode('CONFIG_INVALID'))
    for (const timeoutMs of [Number.NaN, 0, -1])
      expect(() => createSealing({ primary: KEK, timeoutMs })).toThrow(withCode('CONFIG_INVALID'))
  })

  it('does not let what was checked be changed before it is used', async () => {
    const w = open()
    let reads = 0
    const shifty = {
      ...ALICE,
      get scopes() {
        return reads++ === 0 ? ['orders:read'] : ['*:*']
      },
    }
    const { key } = await w.keyring.issue(shifty)
    expect((await w.keyring.describe(key.id)).scopes).toEqual(['orders:read'])
  })
})
