import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ReplayClaim } from '../../../../src/server/replay/replay-store.js'
import {
  assertRowsOptions,
  databaseHints,
  markOf,
  type Row,
  type Rows,
  type RowsTraits,
  WRITTEN_ONCE,
  type WrittenOnceOptions,
  type WrittenOnceStore,
  writtenOnceStore,
} from '../../../../src/server/replay/written-once.js'
import { errorOf, outcomeOf, textOf, withCode } from '../../../expect-code.js'

const NOW = 1_790_000_000_000
const OLD = '301000 6000 1'
const claimOf = (part: Partial<ReplayClaim> = {}): ReplayClaim => ({
  keyId: 'k',
  nonce: 'nonce-1',
  createdMs: NOW,
  expiresAtMs: NOW + 300_001,
  nowMs: NOW,
  ...part,
})

/** A database of one mark that takes every row, with what it was asked. */
function database(part: Partial<Rows> = {}, mark: unknown = OLD, storeMs?: number) {
  const rows: Row[] = []
  const windows: string[] = []
  return {
    rows,
    windows,
    write: async (row: Row) => {
      rows.push(row)
      return { holder: row.token as unknown, mark, storeMs }
    },
    mark: async (window: string): Promise<unknown> => {
      windows.push(window)
      return mark
    },
    ...part,
  }
}
const TRAITS: RowsTraits = { where: 'test', hasClock: true, markMs: Infinity, refusalOf: () => undefined }
const open = (rows: Rows, options: WrittenOnceOptions = {}, traits: Partial<RowsTraits> = {}): WrittenOnceStore =>
  writtenOnceStore({ deadlineMs: 20_000, ...options }, rows, { ...TRAITS, ...traits })
const claimed = (rows: Rows, part: Partial<ReplayClaim> = {}, options: WrittenOnceOptions = {}): Promise<unknown> =>
  outcomeOf(open(rows, options).claim(claimOf(part)))

describe('the options of a store of rows', () => {
  it.each([
    ['deadlineMs', 10, 60_000],
    ['maxAgeMs', 1_000, 86_400_000],
    ['maxFutureMs', 0, 86_400_000],
    ['clockSkewMs', 0, 3_600_000],
    ['maxPending', 1, 1_000_000],
  ] as const)('have a "%s" from %d to %d', (name, from, to) => {
    for (const value of [from, to]) expect(() => open(database(), { [name]: value })).not.toThrow()
    for (const value of [from - 1, to + 1, Number.NaN, '5'])
      expect(() => open(database(), { [name]: value })).toThrow(withCode('CONFIG_INVALID', `test: "${name}"`))
  })

  it('have a prefix of 1 to 64 characters that every database takes', () => {
    for (const prefix of ['a', 'orders.v2_x-1', 'p'.repeat(64)])
      expect(() => open(database(), { prefix })).not.toThrow()
    for (const prefix of ['', 'p'.repeat(65), 'a b', 'a:b', 'ä', 5, ['rp'], null])
      expect(textOf(() => open(database(), { prefix: prefix as string }))).toBe(
        'CONFIG_INVALID test: "prefix" must be 1 to 64 letters, digits and ._-',
      )
  })

  it('are five minutes back and five seconds ahead by default, which the store shows', () => {
    expect(open(database())).toMatchObject({ maxAgeMs: 300_000, maxFutureMs: 5_000, barrierMs: undefined })
    expect(open(database(), { maxAgeMs: 2_000, maxFutureMs: 3 })).toMatchObject({ maxAgeMs: 2_000, maxFutureMs: 3 })
  })

  it('let clocks differ by a second, or by an hour where the database shows none', async () => {
    for (const [hasClock, options, window] of [
      [true, {}, '301000 6000'],
      [false, {}, '3900000 3605000'],
      [false, { clockSkewMs: 7 }, '300007 5007'],
    ] as const) {
      const rows = database({}, `${window} 1`)
      await open(rows, options, { hasClock }).claim(claimOf())
      expect(rows.windows).toEqual([window])
    }
  })

  it('are called as they are here where another name is given', () => {
    const hints = databaseHints('kv')
    for (const name of ['client', 'pool', 'connection', 'database', 'db', 'binding', 'sql'])
      expect(hints[name]).toBe('kv')
    const asked = (options: object) => () => assertRowsOptions('kvStore', options, { ...WRITTEN_ONCE, kv: 2 }, 'kv')
    for (const [given, meant] of [
      ['binding', 'kv'],
      ['table', 'prefix'],
      ['ttl', 'maxAgeMs'],
    ] as const)
      expect(asked({ [given]: 1 })).toThrow(withCode('CONFIG_INVALID', `did you mean "${meant}"`))
    expect(asked({ kv: {}, prefix: 'a', deadlineMs: 10, maxPending: 1 })).not.toThrow()
  })
})

describe('a claim by rows', () => {
  it('writes one row, named by the prefix and the claim, with a token of its own', async () => {
    const rows = database()
    const store = open(rows)
    for (const claim of [claimOf(), claimOf(), claimOf({ nonce: 'nonce-2' })]) await store.claim(claim)
    await open(rows, { prefix: 'other' }).claim(claimOf())
    const keys = rows.rows.map(({ key }) => key)
    expect(keys[0]).toMatch(/^rp:[\w-]{22,}$/)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
    expect(keys[3]).toBe(keys[0]?.replace('rp:', 'other:'))
    expect(new Set(rows.rows.map(({ token }) => token)).size).toBe(4)
  })

  it('is refused without a question where the message has ended', async () => {
    const rows = database()
    expect(await claimed(rows, { expiresAtMs: NOW })).toBe('barrier')
    expect(await claimed(rows, { nowMs: Number.NaN })).toBe('barrier')
    expect([rows.rows, rows.windows]).toEqual([[], []])
    expect(await claimed(rows, { expiresAtMs: NOW + 1 })).toBe('claimed')
  })

  it('is refused up to the end of the barrier, which the mark sets', async () => {
    const rows = database({}, `301000 6000 ${NOW}`)
    const store = open(rows)
    const at = (createdMs: number) => store.claim(claimOf({ createdMs }))
    expect(await at(NOW + 6_000)).toBe('barrier')
    expect(store.barrierMs).toBe(NOW + 6_000)
    expect(await at(NOW + 6_001)).toBe('claimed')
  })

  it('is counted by the clock of the database where that shows one', async () => {
    for (const [storeMs, outcome] of [
      [NOW, 'claimed'],
      [NOW - 6_000, 'claimed'],
      [NOW - 6_001, 'clock'],
      [NOW + 300_999, 'claimed'],
      [NOW + 301_000, 'clock'],
      [Number.NaN, 'clock'],
      [undefined, 'claimed'],
    ] as const)
      expect(await claimed(database({}, OLD, storeMs))).toBe(outcome)
  })

  it('is a replay where the row holds the token of another claim, and unanswered where it holds no token', async () => {
    for (const [holder, outcome] of [
      ['x'.repeat(22), 'replay'],
      ['_-'.repeat(11), 'replay'],
      ['x'.repeat(21), 'STORE_UNAVAILABLE'],
      ['x'.repeat(23), 'STORE_UNAVAILABLE'],
      [`${'x'.repeat(21)}!`, 'STORE_UNAVAILABLE'],
      ['', 'STORE_UNAVAILABLE'],
      [null, 'STORE_UNAVAILABLE'],
    ] as const)
      expect(await claimed(database({ write: async () => ({ holder, mark: OLD }) })), String(holder)).toBe(outcome)
  })

  it('asks three times where the mark changes each time, and is refused then', async () => {
    let since = 1
    const write = vi.fn(async ({ token }: Row) => ({ holder: token, mark: `301000 6000 ${++since}` }))
    expect(await claimed(database({ write }))).toBe('barrier')
    expect(write).toHaveBeenCalledTimes(3)
  })

  it('is given up where more wait than may', async () => {
    const write = vi.fn(() => new Promise<never>(() => {}))
    const store = open(database({ write }), { maxPending: 1, deadlineMs: 50 })
    const first = outcomeOf(store.claim(claimOf()))
    await expect(store.claim(claimOf({ nonce: 'nonce-2' }))).rejects.toThrow(
      withCode('STORE_UNAVAILABLE', 'more than 1 questions are waiting'),
    )
    expect(await first).toBe('STORE_UNAVAILABLE')
  })
})

describe('the mark of a prefix', () => {
  it('is a window of both directions and the time since when', async () => {
    expect(markOf('301000 6000', 7)).toBe('301000 6000 7')
    for (const mark of [OLD, '999999999 999999999 1', `301000 6000 ${NOW}`])
      expect(await claimed(database({}, mark), { createdMs: NOW + 2e9, expiresAtMs: NOW + 3e9 }), mark).toBe('claimed')
  })

  it.each([
    '',
    '301000 6000',
    '301000 6000 0',
    '301000 6000 01',
    '301000 6000 -1',
    '301000 6000 1x',
    'x301000 6000 1',
    '301000  6000 1',
    '301000 6000 1 ',
    '3010000000 6000 1',
    '301000 6000000000 1',
    `301000 6000 ${'1'.repeat(17)}`,
    null,
    301_000,
    ['301000 6000 1'],
  ])('is not understood in another form: %j', async (mark) => {
    await expect(open(database({}, mark)).claim(claimOf())).rejects.toThrow(
      withCode('STORE_UNAVAILABLE', 'replay store: the mark must be a window and a time'),
    )
  })

  it('is in use with a shorter window where either direction is, which is said when the store gets ready', async () => {
    for (const mark of ['300999 6000 1', '301000 5999 1']) {
      const [ageMs, futureMs] = mark.split(' ')
      await expect(open(database({}, mark)).ready()).rejects.toThrow(
        withCode(
          'CONFIG_INVALID',
          `test: "prefix" is in use with a shorter window (${ageMs} ms back, ${futureMs} ahead); take another one`,
        ),
      )
      expect(await claimed(database({}, mark))).toBe('STORE_UNAVAILABLE')
    }
    await open(database()).ready()
  })

  it('is read again when the store gets ready, and not with every claim', async () => {
    const rows = database()
    const store = open(rows)
    await store.claim(claimOf())
    await store.claim(claimOf())
    expect(rows.windows).toHaveLength(1)
    await store.ready()
    expect(rows.windows).toHaveLength(2)
  })
})

describe('the time of a mark', () => {
  const timers = (): void => {
    vi.useFakeTimers({ now: NOW })
    onTestFinished(() => void vi.useRealTimers())
  }

  it('is waited for by a store of a new prefix, until what is signed then gets past its barrier', async () => {
    timers()
    let ready = false
    const over = open(database({}, `301000 6000 ${NOW}`))
      .ready()
      .then(() => {
        ready = true
      })
    await vi.advanceTimersByTimeAsync(6_999)
    expect(ready).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(ready).toBe(true)
    await over
  })

  it('is known for as long as its database lets it be, and asked for again then', async () => {
    timers()
    const rows = database({ write: async ({ token }) => ({ holder: token }) })
    const store = open(rows, {}, { markMs: 1_000 })
    for (const [passedMs, asked] of [
      [0, 1],
      [999, 1],
      [1, 2],
      [500, 2],
      [500, 3],
    ] as const) {
      await vi.advanceTimersByTimeAsync(passedMs)
      await store.claim(claimOf())
      expect(rows.windows).toHaveLength(asked)
    }
  })
})

describe('a database that cannot be asked when the store gets ready', () => {
  const broken = {
    mark: () => Promise.reject(new Error('connect ECONNREFUSED postgres://user:hunter2@host')),
  }

  it('is unavailable, with the reason that is safe to show and no other', async () => {
    for (const [refusalOf, why] of [
      [() => undefined, 'it cannot be reached'],
      [() => 'access denied', 'access denied'],
    ] as const) {
      const error = await errorOf(open(database(broken), {}, { refusalOf }).ready())
      expect(error.code).toBe('STORE_UNAVAILABLE')
      expect(error.message).toBe(`replay store: the database could not be asked (${why})`)
      expect(error).not.toHaveProperty('cause')
    }
  })

  it('is what the library says where that has said it', async () => {
    await expect(open(database({}, 'yesterday')).ready()).rejects.toThrow(
      withCode('STORE_UNAVAILABLE', 'the mark must be a window and a time'),
    )
  })
})
