import { describe, expect, it } from 'vitest'
import { memoryBus } from '../../../../src/keyring/buses/memory.js'
import { memoryKeyStore } from '../../../../src/keyring/stores/memory.js'
import { withCode } from '../../../expect-code.js'
import { closedWorlds, type KeyringWorld, soon, storeWith } from '../keyring-world.js'

const { open } = closedWorlds()

describe('a store with wrong answers to changes()', () => {
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
  ])('%s is reported as STORE_CORRUPTED', async (_, changes) => {
    const w = withChanges(changes)
    await w.keyring.ready()
    expect(w.errors).toEqual([
      expect.objectContaining({
        code: 'STORE_CORRUPTED',
        message: 'the store answered something that is not changes and a cursor',
      }),
    ])
  })

  it('is not suspected for the first revision of a key, in any status, and the longest cursor', async () => {
    const changed = ['active', 'rotating', 'disabled', 'revoked'].map((status) => ({ id: 'a', rev: 1, status }))
    const w = withChanges(async () => ({ changed, cursor: 'c'.repeat(1_024) }))
    await w.keyring.ready()
    expect(w.errors).toEqual([])
  })

  it('with an endless sequence of full pages is abandoned, and ready() resolves', async () => {
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

  it('that hang keeps neither ready() nor close() waiting, and the bus is subscribed to', async () => {
    const bus = memoryBus()
    const w = withChanges(() => new Promise(() => {}), { bus, storeTimeoutMs: 50 })
    expect(await soon(w.keyring.ready())).toBeUndefined()
    expect(await soon(w.keyring.close())).toBeUndefined()
    expect(w.errors).toEqual([withCode('STORE_UNAVAILABLE')])
  })
})
