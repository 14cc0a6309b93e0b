import { describe, expect, it } from 'vitest'
import type { KeyChange } from '../../../../src/keyring/key-store.js'
import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { withCode } from '../../../expect-code.js'
import { ALICE, BY, closedWorlds, DAY, storeWith } from '../keyring-world.js'

const { open } = closedWorlds()

describe('the settings of a key', () => {
  it('can be removed by null, and only where they can be absent', async () => {
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
