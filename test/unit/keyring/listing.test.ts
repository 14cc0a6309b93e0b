import { describe, expect, it } from 'vitest'
import type { KeyQuery, KeyStore } from '../../../src/keyring/key-store.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { withCode } from '../../expect-code.js'
import { ALICE, closedWorlds, storeWith } from './keyring-world.js'

const { open, tracked } = closedWorlds()

describe('a page that does not match the query of list()', () => {
  it.each<[string, (inner: KeyStore) => unknown]>([
    ['the same page again', (inner) => (query: KeyQuery) => inner.list({ limit: query.limit })],
    [
      'keys of another owner',
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
  ])('a page is refused: %s', async (_, list) => {
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
