import { describe, expect, it } from 'vitest'
import type { KeyChange } from '../../../../src/keyring/key-store.js'
import type { StoredKey } from '../../../../src/keyring/record/key-record.js'
import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { withCode } from '../../../expect-code.js'
import { ALICE, BY, closedWorlds, DAY, pause, storeWith } from '../keyring-world.js'

const { open, tracked } = closedWorlds()

describe('the lifetime of a key', () => {
  it('is counted in whole milliseconds, whatever the clock counts in', async () => {
    const w = open()
    w.nowMs += 0.25
    const { key } = await w.keyring.issue(ALICE)
    expect((await w.keyring.rotate(key.id, BY)).key.createdAtMs).toBe(Math.floor(w.nowMs))
  })

  it('is not extended by an option that renew() does not take', async () => {
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

  it('ends for an idle key even while the clock returns NaN', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, lockAfterIdleMs: DAY })
    await w.keyring.get(key.id)
    w.nowMs = Number.NaN
    expect((await w.keyring.get(key.id))?.status).toBe('disabled')
  })

  it('is not extended by a malformed usage record', async () => {
    const inner = memoryKeyStore()
    const { key } = await open({ store: inner }).keyring.issue({ ...ALICE, lockAfterIdleMs: DAY })
    const usage = async () => new Map([[key.id, { lastUsedAtMs: 'always', count: 0, failures: 0 }]])
    const w = open({ store: storeWith(inner, { usage }) })
    await expect(w.keyring.get(key.id)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    await expect(w.keyring.describe(key.id)).rejects.toThrow(withCode('STORE_CORRUPTED'))
  })

  it('stays consistent while several nodes change the key at the same time', async () => {
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
