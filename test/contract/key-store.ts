import { afterEach, describe, expect, it } from 'vitest'
import type { ChangedKey, KeyStore, UsageDelta } from '../../src/keyring/key-store.js'
import type { StoredKey } from '../../src/keyring/record/key-record.js'
import { codeOf, outcomeOf } from '../expect-code.js'
import { nextRecord, sampleRecord, T0 } from './key-records.js'

export { nextRecord, sampleRecord } from './key-records.js'

/** A store, a second look at the same records, and how to put everything away. */
export interface KeyStoreUnderTest {
  readonly store: KeyStore
  /** Another store over what the first one wrote, as another process has it, or the same one after a restart. */
  another?(): KeyStore | Promise<KeyStore>
  close?(): void | Promise<void>
}

/** What a kind of store promises beyond the interface. */
export interface KeyStoreTraits {
  /** What was written is still there for `another()`. */
  readonly persistent: boolean
  /** Records of the test with many. Default 1 000. */
  readonly many?: number
  /** Writers of the tests with races. Default 50. */
  readonly writers?: number
}

const insert = (...records: readonly StoredKey[]) => records.map((record) => ({ record, expectedRev: 0 }))
const update = (record: StoredKey) => ({ record, expectedRev: record.rev - 1 })

/** Follows the changes from a cursor until there are none. */
async function follow(store: KeyStore, from: string | undefined, limit = 1_000) {
  const seen: ChangedKey[] = []
  let cursor = from
  for (let page = 0; page < MOST; page++) {
    const step = await store.changes(cursor, limit)
    expect(step.changed.length).toBeLessThanOrEqual(limit)
    seen.push(...step.changed)
    cursor = step.cursor
    if (step.changed.length === 0) return { seen, cursor }
  }
  throw new Error('the changes do not end')
}

/** Every page of a list, one behind the other. */
async function pages(store: KeyStore, limit: number): Promise<readonly StoredKey[]> {
  const seen: StoredKey[] = []
  for (let page = 0; page < MOST; page++) {
    const after = seen.at(-1)?.id
    const more = await store.list({ limit, ...(after !== undefined && { after }) })
    expect(more.length).toBeLessThanOrEqual(limit)
    if (more.length === 0) return seen
    seen.push(...more)
  }
  throw new Error('the list does not end')
}

/** A broken store must fail its test, not hang it. */
const MOST = 5_000

const byId = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
const all = <T>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i))

/** What every key store must do. Call it once a store; each test gets a fresh, empty one. */
export function keyStoreContract(
  name: string,
  make: () => KeyStoreUnderTest | Promise<KeyStoreUnderTest>,
  { persistent, many = 1_000, writers = 50 }: KeyStoreTraits,
): void {
  describe(`key store: ${name}`, () => {
    let under: KeyStoreUnderTest | undefined
    const others: KeyStore[] = []
    const open = async (): Promise<KeyStore> => {
      under = await make()
      return under.store
    }
    /** Where the kind of store has none: the same one again. */
    const another = async (): Promise<KeyStore> => {
      const opened = await under?.another?.()
      if (opened === undefined) return (under as KeyStoreUnderTest).store
      others.push(opened)
      return opened
    }
    afterEach(async () => {
      for (const one of others.splice(0)) await one.close?.()
      await under?.store.close?.()
      await under?.close?.()
      under = undefined
    })

    /** Changes one record as often as it takes, the way a keyring does. Gives the number of attempts. */
    const retrying = async (store: KeyStore, id: string, change: (held: StoredKey) => Partial<StoredKey>) => {
      for (let attempt = 1; attempt < MOST; attempt++) {
        const held = (await store.get(id)) as StoredKey
        const code = await outcomeOf(() => store.write([update(nextRecord(held, change(held)))]))
        if (code === undefined) return attempt
        expect(code).toBe('STORE_CONFLICT')
      }
      throw new Error('never got through')
    }

    describe('one record', () => {
      it('returns nothing for an id that was never written', async () => {
        const store = await open()
        for (const id of ['acmek_live_nobody', '__proto__', 'constructor', 'a'.repeat(256)])
          expect(await store.get(id)).toBeUndefined()
        expect(await store.list({ limit: 10 })).toEqual([])
        expect((await store.usage(['acmek_live_nobody', '__proto__'])).size).toBe(0)
      })

      it('gives back what was written, in every field', async () => {
        const store = await open()
        const records = [
          sampleRecord(),
          sampleRecord({
            environment: 'test',
            algorithm: 'ed25519',
            material: {
              kind: 'public',
              spki: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
              thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
            },
            tags: [],
            replaces: 'acmek_test_before',
            replacedBy: 'acmek_test_after',
            status: 'rotating',
            overlapUntilMs: T0 + 5,
            notBeforeMs: 0,
            expiresAtMs: null,
            rotateAtMs: T0 + 7,
            rotateEveryMs: 86_400_000,
            scopes: [],
            policy: { pathPrefixes: ["/v1/it's,quoted"], hosts: ['api.example:8443'], maxBodyBytes: 0, maxAgeMs: 1 },
            allowIp: [],
            denyIp: ['::/0'],
            allowZeroPrefix: true,
            rateLimit: { limit: 5, windowMs: 1_000 },
            lockAfterIdleMs: 3_600_000,
            disabledReason: 'one "line"',
            mac: { keyId: 'kek-1', tag: 'A'.repeat(43) },
          }),
          sampleRecord({ status: 'revoked', secretHash: 'A'.repeat(43), version: 3, lineage: 'acmek_live_first' }),
        ]
        await store.write(insert(...records))
        const second = await another()
        for (const record of records) {
          expect(await store.get(record.id)).toStrictEqual(record)
          expect(await second.get(record.id)).toStrictEqual(record)
        }
        expect(await store.list({ limit: 10 })).toStrictEqual([...records].sort((a, b) => byId(a.id, b.id)))
      })

      it('keeps names as they are, whatever they would mean elsewhere', async () => {
        const store = await open()
        const hostile = [
          `'; DROP TABLE countersign_keys; --`,
          '"quotes" \\ and \\u0000 backslashes',
          '$' + '{jndi:x} {{7*7}} %s %00 $1 ?1 :id',
          '🔑 clé ключ 鍵 \u202E',
          '__proto__',
          'constructor',
          'null',
          ' ',
          'é',
          'e\u0301',
          'x'.repeat(256),
        ]
        const records = hostile.map((text) =>
          sampleRecord({ owner: text, name: text.slice(0, 128), tags: [text.slice(0, 64)] }),
        )
        await store.write(insert(...records))
        for (const [i, record] of records.entries()) {
          expect(await store.get(record.id)).toStrictEqual(record)
          // Neither folded nor normalised nor read as a pattern: exactly the one record.
          expect(await store.list({ owner: hostile[i] as string, limit: 100 })).toStrictEqual([record])
        }
        expect(await store.list({ owner: '%', limit: 100 })).toEqual([])
        expect(await store.list({ owner: 'É', limit: 100 })).toEqual([])
      })

      it('takes ids of every allowed character', async () => {
        const store = await open()
        const ids = ['/+=key'.repeat(10), '_~#-:@.', 'A', 'a', 'constructor', 'toString', '0', '-1', 'k'.repeat(256)]
        await store.write(insert(...ids.map((id) => sampleRecord({ id }))))
        for (const id of ids) expect((await store.get(id))?.id).toBe(id)
        expect((await store.list({ limit: 100 })).map(({ id }) => id)).toEqual([...ids].sort(byId))
      })

      it('does not take what no record is', async () => {
        const store = await open()
        const good = sampleRecord()
        const bad: unknown[] = [
          { ...good, owner: 'nul\0' },
          { ...good, owner: 'half \ud800' },
          { ...good, id: '__proto__', lineage: 'a' },
          { ...good, id: 'white space' },
          { ...good, secret: 'acmes_live_…' },
          { ...good, material: { kind: 'public', spki: 'AA==', thumbprint: 'x' } },
          { ...good, status: 'deleted' },
          { ...good, status: 'revoked' },
          { ...good, rev: 2 },
          { ...good, expiresAtMs: Number.NaN },
          JSON.parse(JSON.stringify(good).replace('"v":1', '"v":1,"__proto__":{"status":"active"}')),
          null,
        ]
        for (const record of bad) {
          const change = { record: record as StoredKey, expectedRev: 0 }
          expect(await codeOf(() => store.write([change]))).toBe('ARGUMENT_INVALID')
          expect(await codeOf(() => store.write([...insert(sampleRecord()), change]))).toBe('ARGUMENT_INVALID')
        }
        expect(await codeOf(() => store.write(insert(good, good)))).toBe('ARGUMENT_INVALID')
        expect(await store.list({ limit: 10 })).toEqual([])
      })

      it('does not let a caller change what it holds', async () => {
        const store = await open()
        const record = { ...sampleRecord(), scopes: ['orders:read'] }
        await store.write(insert(record))
        record.scopes.push('admin:all')
        record.owner = 'mallory'
        const held = (await store.get(record.id)) as StoredKey
        try {
          ;(held.scopes as string[]).push('admin:all')
          ;(held as { owner: string }).owner = 'mallory'
        } catch (error) {
          // Frozen is as good.
          expect(error).toBeInstanceOf(TypeError)
        }
        expect(await store.get(record.id)).toMatchObject({ owner: 'team-a', scopes: ['orders:read'] })
      })
    })

    describe('compare and set', () => {
      it('writes where the store holds the expected rev, and nowhere else', async () => {
        const store = await open()
        const first = sampleRecord()
        await store.write(insert(first))
        expect(await codeOf(() => store.write(insert(first)))).toBe('STORE_CONFLICT')
        const second = nextRecord(first, { name: 'second' })
        await store.write([update(second)])
        expect(await codeOf(() => store.write([update(nextRecord(first, { name: 'late' }))]))).toBe('STORE_CONFLICT')
        expect(await codeOf(() => store.write([update(nextRecord(nextRecord(second)))]))).toBe('STORE_CONFLICT')
        expect(await codeOf(() => store.write([update(nextRecord(sampleRecord()))]))).toBe('STORE_CONFLICT')
        expect(await store.get(first.id)).toStrictEqual(second)
        expect(await store.list({ limit: 10 })).toStrictEqual([second])
      })

      it('writes all or nothing', async () => {
        const store = await open()
        const [a, b] = [sampleRecord(), sampleRecord()]
        await store.write(insert(a, b))
        const { cursor } = await store.changes(undefined, 1)
        const fresh = sampleRecord()
        const wrong = { record: nextRecord(nextRecord(b)), expectedRev: 2 }
        for (const changes of [
          [update(nextRecord(a)), wrong],
          [...insert(fresh), wrong],
          [wrong, update(nextRecord(a))],
          [...insert(fresh), ...insert(a)],
        ])
          expect(await codeOf(() => store.write(changes))).toBe('STORE_CONFLICT')
        expect(await store.get(a.id)).toStrictEqual(a)
        expect(await store.get(b.id)).toStrictEqual(b)
        expect(await store.get(fresh.id)).toBeUndefined()
        expect((await follow(store, cursor)).seen).toEqual([])
        await store.write([update(nextRecord(a)), update(nextRecord(b)), ...insert(fresh)])
        expect((await follow(store, cursor)).seen.map(({ id }) => id).sort()).toEqual([a.id, b.id, fresh.id].sort())
        await store.write([])
      })

      it('loses no update of writers who each try until they get through', async () => {
        const store = await open()
        const record = sampleRecord({ policy: { maxBodyBytes: 0 } })
        await store.write(insert(record))
        const stores = [store, await another(), await another()]
        await Promise.all(
          all(writers, (i) =>
            retrying(stores[i % 3] as KeyStore, record.id, ({ policy }) => ({
              policy: { maxBodyBytes: (policy.maxBodyBytes as number) + 1 },
            })),
          ),
        )
        const held = (await store.get(record.id)) as StoredKey
        expect(held.rev).toBe(1 + writers)
        expect(held.policy.maxBodyBytes).toBe(writers)
      })

      it('lets exactly one of many insert an id', async () => {
        const store = await open()
        const stores = [store, await another()]
        const { id } = sampleRecord()
        const codes = await Promise.all(
          all(writers, (i) =>
            outcomeOf(() => (stores[i % 2] as KeyStore).write(insert(sampleRecord({ id, name: `writer ${i}` })))),
          ),
        )
        const winner = codes.indexOf(undefined)
        expect(codes.filter((code) => code === undefined)).toHaveLength(1)
        expect(codes.filter((code) => code === 'STORE_CONFLICT')).toHaveLength(writers - 1)
        expect((await store.get(id))?.name).toBe(`writer ${winner}`)
      })

      it('lets writers of crossing pairs pass, each pair whole', async () => {
        const store = await open()
        const [a, b] = [sampleRecord({ name: '0' }), sampleRecord({ name: '0' })]
        await store.write(insert(a, b))
        const pair = async (i: number): Promise<void> => {
          const order = i % 2 === 0 ? [a.id, b.id] : [b.id, a.id]
          for (let attempt = 0; attempt < MOST; attempt++) {
            const held = await Promise.all(order.map(async (id) => (await store.get(id)) as StoredKey))
            const name = `writer ${i}`
            const code = await outcomeOf(() => store.write(held.map((one) => update(nextRecord(one, { name })))))
            if (code === undefined) return
            expect(code).toBe('STORE_CONFLICT')
          }
          throw new Error('never got through')
        }
        const count = Math.min(writers, 16)
        await Promise.all(all(count, pair))
        const [endA, endB] = [(await store.get(a.id)) as StoredKey, (await store.get(b.id)) as StoredKey]
        expect([endA.rev, endB.rev]).toEqual([1 + count, 1 + count])
        expect(endA.name).toBe(endB.name)
      })

      it('lets nothing lead out of revoked', async () => {
        const store = await open()
        const gone = sampleRecord({ status: 'revoked' })
        await store.write(insert(gone))
        for (const status of ['active', 'rotating', 'disabled'] as const) {
          const { id } = gone
          const back = sampleRecord({ id, rev: 2, status })
          expect(await codeOf(() => store.write([update(back)]))).toBe('STORE_CONFLICT')
          expect(await codeOf(() => store.write([...insert(sampleRecord()), update(back)]))).toBe('STORE_CONFLICT')
        }
        expect(await store.get(gone.id)).toStrictEqual(gone)
        const noted = nextRecord(gone, { name: 'revoked, with a note' })
        await store.write([update(noted)])
        expect(await store.get(gone.id)).toStrictEqual(noted)
        expect(await store.list({ limit: 10 })).toHaveLength(1)
      })

      it('keeps a revocation that races with other changes', async () => {
        const store = await open()
        const record = sampleRecord()
        await store.write(insert(record))
        const touch = async (): Promise<void> => {
          for (let attempt = 0; attempt < 200; attempt++) {
            const held = (await store.get(record.id)) as StoredKey
            if (held.status === 'revoked') return
            const code = await outcomeOf(() => store.write([update(nextRecord(held))]))
            expect([undefined, 'STORE_CONFLICT']).toContain(code)
          }
        }
        const revoke = (): Promise<number> =>
          retrying(store, record.id, () => ({ status: 'revoked', revokedAtMs: T0, revokedBy: 'root' }))
        await Promise.all([touch(), touch(), touch(), revoke(), touch()])
        expect((await store.get(record.id))?.status).toBe('revoked')
        expect((await (await another()).get(record.id))?.status).toBe('revoked')
      })
    })

    describe('lists', () => {
      it('lists in the order of the bytes of the ids, page by page', async () => {
        const store = await open()
        const ids = ['b', 'a', 'B', 'A', '_', '0', '9', 'aa', 'a.', 'a~', 'z', 'Z', '+', '-']
        for (const id of ids) await store.write(insert(sampleRecord({ id })))
        const sorted = [...ids].sort(byId)
        for (const limit of [1, 3, 14, 1_000]) {
          const seen = (await pages(store, limit)).map(({ id }) => id)
          expect(seen).toEqual(sorted)
        }
        // What lies between two ids need not be one.
        expect((await store.list({ limit: 100, after: 'a-' })).map(({ id }) => id)).toEqual(
          sorted.filter((id) => byId(id, 'a-') > 0),
        )
      })

      it('lists by environment, owner and status, and by all of them', async () => {
        const store = await open()
        const records: StoredKey[] = []
        for (const environment of ['live', 'test'] as const)
          for (const owner of ['team-a', 'team-b', 'team-'])
            for (const status of ['active', 'rotating', 'disabled', 'revoked'] as const)
              records.push(sampleRecord({ environment, owner, status }))
        await store.write(insert(...records))
        const queries = [
          { environment: 'live' },
          { owner: 'team-' },
          { status: 'revoked' },
          { environment: 'test', owner: 'team-b' },
          { owner: 'team-a', status: 'rotating' },
          { environment: 'live', owner: 'team-a', status: 'active' },
          { environment: 'live', after: (records[5] as StoredKey).id },
          { owner: 'nobody' },
        ] as const
        for (const query of queries) {
          const { after = '', ...fields } = query as { after?: string } & Record<string, string>
          const wanted = records.filter(
            (record) =>
              byId(record.id, after) > 0 &&
              Object.entries(fields).every(([field, value]) => record[field as keyof StoredKey] === value),
          )
          expect(await store.list({ ...query, limit: 100 })).toStrictEqual(wanted)
          expect(await store.list({ ...query, limit: 1 })).toStrictEqual(wanted.slice(0, 1))
        }
      })

      it('follows a record from one list into another', async () => {
        const store = await open()
        const record = sampleRecord({ owner: 'team-a' })
        await store.write(insert(record))
        await store.write([update(nextRecord(record, { owner: 'team-b', status: 'disabled' }))])
        expect(await store.list({ owner: 'team-a', limit: 10 })).toEqual([])
        expect(await store.list({ status: 'active', limit: 10 })).toEqual([])
        expect(await store.list({ owner: 'team-b', status: 'disabled', limit: 10 })).toHaveLength(1)
      })

      it('finds a record by the hash of its secret', async () => {
        const store = await open()
        const [a, b] = [sampleRecord({ secretHash: 'a'.repeat(43) }), sampleRecord({ secretHash: 'A'.repeat(43) })]
        await store.write(insert(a, b, sampleRecord()))
        expect(await store.list({ secretHash: 'a'.repeat(43), limit: 10 })).toStrictEqual([a])
        expect(await store.list({ secretHash: 'A'.repeat(43), status: 'active', limit: 10 })).toStrictEqual([b])
        expect(await store.list({ secretHash: 'b'.repeat(43), limit: 10 })).toEqual([])
      })

      it('refuses a limit that is none', async () => {
        const store = await open()
        for (const limit of [0, -1, 1.5, 1_001, Number.NaN, Number.POSITIVE_INFINITY, '1' as never]) {
          expect(await codeOf(() => store.list({ limit }))).toBe('ARGUMENT_INVALID')
          expect(await codeOf(() => store.changes(undefined, limit))).toBe('ARGUMENT_INVALID')
        }
      })

      it(`the store holds ${many} records`, async () => {
        const store = await open()
        const start = (await store.changes(undefined, 1)).cursor
        const records = all(many, (i) => sampleRecord({ owner: `team-${i % 10}` }))
        for (let at = 0; at < many; at += 250) await store.write(insert(...records.slice(at, at + 250)))
        const seen = await pages(store, 333)
        expect(seen).toStrictEqual(records)
        expect(await store.list({ owner: 'team-3', limit: 1_000 })).toHaveLength(Math.ceil((many - 3) / 10))
        expect(new Set((await follow(store, start, 333)).seen.map(({ id }) => id)).size).toBe(many)
      })
    })

    describe('changes', () => {
      it('starts now, and reports what comes after', async () => {
        const store = await open()
        const [a, b] = [sampleRecord(), sampleRecord()]
        await store.write(insert(a))
        const start = await store.changes(undefined, 10)
        expect(start.changed).toEqual([])
        expect((await store.changes(start.cursor, 10)).changed).toEqual([])
        await store.write(insert(b))
        await store.write([update(nextRecord(a, { status: 'disabled' }))])
        const step = await store.changes(start.cursor, 10)
        expect(step.changed).toEqual([
          { id: b.id, rev: 1, status: 'active' },
          { id: a.id, rev: 2, status: 'disabled' },
        ])
        expect((await store.changes(step.cursor, 10)).changed).toEqual([])
        // Asking again gives the same again.
        expect((await store.changes(start.cursor, 10)).changed).toEqual(step.changed)
      })

      it('lets the newest change of a record stand for its older ones', async () => {
        const store = await open()
        const { cursor } = await store.changes(undefined, 1)
        let record = sampleRecord()
        await store.write(insert(record))
        await store.write(insert(sampleRecord()))
        for (let i = 0; i < 5; i++) {
          record = nextRecord(record)
          await store.write([update(record)])
        }
        const mine = (await follow(store, cursor)).seen.filter(({ id }) => id === record.id)
        expect(mine.at(-1)).toEqual({ id: record.id, rev: 6, status: 'active' })
        expect(mine).toHaveLength(1)
      })

      it('goes on where a page ended', async () => {
        const store = await open()
        const { cursor } = await store.changes(undefined, 1)
        const records = all(10, () => sampleRecord())
        for (const record of records) await store.write(insert(record))
        for (const limit of [1, 3, 10])
          expect((await follow(store, cursor, limit)).seen.map(({ id }) => id)).toEqual(records.map(({ id }) => id))
      })

      it('loses none under writers at the same time', async () => {
        const store = await open()
        const stores = [store, await another()]
        const records = all(5, () => sampleRecord())
        await store.write(insert(...records))
        const start = (await store.changes(undefined, 1)).cursor
        const known = new Map<string, number>()
        const order: string[] = []
        let cursor = start
        let writing = true
        const reader = async (): Promise<void> => {
          for (let last = false; ; ) {
            last = !writing
            const step = await store.changes(cursor, 2)
            for (const { id, rev } of step.changed) {
              // A cursor that goes back would report an older change again.
              expect(rev).toBeGreaterThan(known.get(id) ?? 0)
              known.set(id, rev)
              order.push(id)
            }
            cursor = step.cursor
            if (last && step.changed.length === 0) return
            await new Promise((resolve) => setTimeout(resolve, 1))
          }
        }
        const reading = reader()
        await Promise.all(
          all(writers, async (i) => {
            await new Promise((resolve) => setTimeout(resolve, i % 7))
            await retrying(stores[i % 2] as KeyStore, (records[i % 5] as StoredKey).id, () => ({}))
          }),
        )
        writing = false
        await reading
        expect(order.length).toBeGreaterThanOrEqual(5)
        for (const { id } of records) expect(known.get(id)).toBe((await store.get(id))?.rev)
      })

      it('reports too much rather than too little for a cursor it does not know', async () => {
        const store = await open()
        const records = all(3, () => sampleRecord())
        await store.write(insert(...records))
        for (const cursor of [
          '',
          'x',
          '0',
          '-1',
          '9'.repeat(30),
          `${'A'.repeat(22)}.999999`,
          "' OR 1=1 --",
          '$',
          '0-0',
        ]) {
          let seen: readonly ChangedKey[] = []
          const code = await outcomeOf(async () => {
            seen = (await follow(store, cursor)).seen
          })
          if (code === undefined) expect(seen.map(({ id }) => id).sort()).toEqual(records.map(({ id }) => id))
          else expect(code).toBe('ARGUMENT_INVALID')
        }
      })

      const knowsCursors = async (): Promise<void> => {
        const store = await open()
        await store.write(insert(sampleRecord()))
        const { cursor } = await store.changes(undefined, 1)
        const later = all(3, () => sampleRecord())
        await store.write(insert(...later))
        const again = await another()
        expect((await follow(again, cursor)).seen.map(({ id }) => id)).toEqual(later.map(({ id }) => id))
        const last = sampleRecord()
        await again.write(insert(last))
        expect((await follow(store, cursor)).seen.map(({ id }) => id)).toEqual([...later, last].map(({ id }) => id))
      }
      if (persistent) it('knows its cursors after a restart', knowsCursors)
    })

    describe('usage', () => {
      const delta = (id: string, more: Partial<UsageDelta> = {}): UsageDelta => ({ id, count: 1, failures: 0, ...more })

      it('adds sums, the earliest first and the latest last use', async () => {
        const store = await open()
        const { id } = sampleRecord()
        const untouched = sampleRecord()
        const record = sampleRecord({ id })
        await store.write(insert(record, untouched))
        expect((await store.usage([id])).size).toBe(0)
        await store.addUsage([
          delta(id, {
            firstUsedAtMs: T0 + 50,
            lastUsedAtMs: T0 + 60,
            lastUsedIp: '203.0.113.0',
            lastUsedAgent: 'b',
            count: 2,
          }),
        ])
        await store.addUsage([
          delta(id, {
            firstUsedAtMs: T0 + 10,
            lastUsedAtMs: T0 + 20,
            lastUsedIp: '198.51.100.0',
            lastUsedAgent: 'a',
            count: 3,
          }),
        ])
        await store.addUsage([delta(id, { count: 0, failures: 7 })])
        expect(await store.usage([id, untouched.id])).toEqual(
          new Map([
            [
              id,
              {
                firstUsedAtMs: T0 + 10,
                lastUsedAtMs: T0 + 60,
                lastUsedIp: '203.0.113.0',
                lastUsedAgent: 'b',
                count: 5,
                failures: 7,
              },
            ],
          ]),
        )
        // Address and agent belong to one use: a later one without an agent does not keep the earlier one's.
        await store.addUsage([delta(id, { firstUsedAtMs: T0 + 70, lastUsedAtMs: T0 + 70, lastUsedIp: '2001:db8::' })])
        expect((await (await another()).usage([id])).get(id)).toEqual({
          firstUsedAtMs: T0 + 10,
          lastUsedAtMs: T0 + 70,
          lastUsedIp: '2001:db8::',
          count: 6,
          failures: 7,
        })
        // A report of use is no change of the record.
        expect(await store.get(id)).toStrictEqual(record)
      })

      it('counts only failures of a key that was never accepted', async () => {
        const store = await open()
        const record = sampleRecord()
        await store.write(insert(record))
        await store.addUsage([delta(record.id, { count: 0, failures: 3 })])
        expect((await store.usage([record.id])).get(record.id)).toEqual({ count: 0, failures: 3 })
      })

      it('leaves out ids it does not know, and adds the others', async () => {
        const store = await open()
        const record = sampleRecord()
        await store.write(insert(record))
        await store.addUsage([delta('acmek_live_nobody'), delta(record.id), delta('constructor'), delta(record.id)])
        const usage = await store.usage([record.id, 'acmek_live_nobody', 'constructor', '__proto__'])
        expect([...usage]).toEqual([[record.id, { count: 2, failures: 0 }]])
        expect(await store.get('acmek_live_nobody')).toBeUndefined()
        await store.addUsage([])
        expect((await store.usage([])).size).toBe(0)
      })

      it('keeps an agent as it is, whatever it would mean elsewhere', async () => {
        const store = await open()
        const record = sampleRecord()
        await store.write(insert(record))
        const lastUsedAgent = `'); DROP TABLE x; -- "\\ 🔑 \${x} $1 ?`
        await store.addUsage([delta(record.id, { lastUsedAtMs: T0, firstUsedAtMs: T0, lastUsedAgent })])
        expect((await store.usage([record.id])).get(record.id)?.lastUsedAgent).toBe(lastUsedAgent)
      })

      it('refuses a report that is none, and adds nothing of the rest', async () => {
        const store = await open()
        const record = sampleRecord()
        await store.write(insert(record))
        const bad: Array<Record<string, unknown>> = [
          { count: -1 },
          { count: 1.5 },
          { failures: Number.NaN },
          { lastUsedAtMs: -1 },
          { lastUsedIp: 'nul\0' },
          { lastUsedAgent: 'x'.repeat(257) },
          { other: 1 },
        ]
        for (const more of bad)
          expect(
            await codeOf(() => store.addUsage([delta(record.id), { ...delta(record.id), ...more } as UsageDelta])),
          ).toBe('ARGUMENT_INVALID')
        expect((await store.usage([record.id])).size).toBe(0)
      })

      it('loses no count of reports at the same time', async () => {
        const store = await open()
        const stores = [store, await another()]
        const [a, b] = [sampleRecord(), sampleRecord()]
        await store.write(insert(a, b))
        await Promise.all(
          all(writers, async (i) =>
            (stores[i % 2] as KeyStore).addUsage(
              [
                delta(a.id, { count: i, firstUsedAtMs: T0 + i, lastUsedAtMs: T0 + i }),
                delta(b.id, { failures: 1 }),
              ].sort(() => (i % 3) - 1),
            ),
          ),
        )
        const usage = await store.usage([a.id, b.id])
        expect(usage.get(a.id)).toMatchObject({
          count: (writers * (writers - 1)) / 2,
          firstUsedAtMs: T0,
          lastUsedAtMs: T0 + writers - 1,
        })
        expect(usage.get(b.id)).toEqual({ count: writers, failures: writers })
      })
    })

    it('can be put away, and twice', async () => {
      const store = await open()
      await store.write(insert(sampleRecord()))
      await store.close?.()
      await store.close?.()
    })
  })
}
