import { describe, expect, it, vi } from 'vitest'
import { createVerifier, rfc9421Verifier, staticKeys, strictPolicy } from '../../../../src/server/index.js'
import { type D1DatabaseLike, d1ReplayStore } from '../../../../src/server/replay/d1.js'
import { type DenoKvLike, denoKvReplayStore } from '../../../../src/server/replay/deno-kv.js'
import {
  type DurableObjectNamespaceLike,
  durableObjectReplayStore,
} from '../../../../src/server/replay/durable-object.js'
import { dynamodbReplayStore } from '../../../../src/server/replay/dynamodb.js'
import type { ReplayClaim } from '../../../../src/server/replay/replay-store.js'
import { upstashCommands } from '../../../../src/server/replay/upstash.js'
import {
  type Rows,
  type RowsTraits,
  type WrittenOnceOptions,
  type WrittenOnceStore,
  writtenOnceStore,
} from '../../../../src/server/replay/written-once.js'
import { replayStoreContract } from '../../../contract/replay-store.js'
import { codeOf, outcomeOf } from '../../../expect-code.js'

const AGE = 300_000
let count = 0
const fresh = (part: Partial<ReplayClaim> = {}): ReplayClaim => {
  const nowMs = part.nowMs ?? Date.now()
  const createdMs = part.createdMs ?? nowMs
  return { keyId: 'k', nonce: `nonce-${count++}`, createdMs, expiresAtMs: createdMs + AGE + 1, nowMs, ...part }
}

/** A database in memory. */
class Database implements Rows {
  readonly rows = new Map<string, string>()
  markText: string | undefined
  storeMs: (() => number) | undefined
  /** Called before each answer is given: throws where it is to be lost. */
  lose: () => void = () => {}

  async write({ key, token }: { readonly key: string; readonly token: string }) {
    const holder = this.rows.get(key) ?? token
    this.rows.set(key, holder)
    this.lose()
    return { holder, mark: this.markText ?? null, storeMs: this.storeMs?.() }
  }

  async mark(window: string) {
    this.markText ??= `${window} ${Date.now()}`
    return this.markText
  }
}

const TRAITS: RowsTraits = { where: 'test', hasClock: true, markMs: Infinity, refusalOf: () => undefined }
const open = (rows: Rows, options: WrittenOnceOptions = {}, traits: Partial<RowsTraits> = {}): WrittenOnceStore =>
  writtenOnceStore({ deadlineMs: 20_000, ...options }, rows, { ...TRAITS, ...traits })
const OLD = '301000 6000 1'
const settled = (): Database => Object.assign(new Database(), { markText: OLD })

replayStoreContract(
  'rows that are written once',
  ({ maxAgeMs, maxFutureMs, restartBarrier }) => {
    const database = new Database()
    const mark = (sinceMs: number): void => {
      database.markText = `${maxAgeMs + 1_000} ${maxFutureMs + 1_000} ${sinceMs}`
    }
    if (restartBarrier === false) mark(1)
    const store = open(database, { maxAgeMs, maxFutureMs })
    return { store, age: async (byMs) => mark(Date.now() - byMs) }
  },
  { bounded: false, startsEmpty: true, claimsTellTime: false },
)

describe('a store of rows that are written once', () => {
  it('takes a claim whose answer was lost for its own, and not for a replay', async () => {
    const database = settled()
    const store = open(database)
    database.lose = vi
      .fn(() => {})
      .mockImplementationOnce(() => {
        throw new Error('ECONNRESET')
      })
    const claim = fresh()
    expect(await store.claim(claim)).toBe('claimed')
    expect(database.lose).toHaveBeenCalledTimes(2)
    expect(await store.claim(claim)).toBe('replay')
  })

  it('refuses what was signed before the rows and the mark were lost, by the very claim that meets it', async () => {
    const database = settled()
    const store = open(database)
    const before = fresh()
    expect(await store.claim(before)).toBe('claimed')
    database.rows.clear()
    database.markText = undefined
    expect(await store.claim(before)).toBe('barrier')
    expect(store.barrierMs).toBeGreaterThan(Date.now())
  })

  it('reads a mark again that no claim shows, when its time is over', async () => {
    const database = settled()
    const asked = vi.spyOn(database, 'mark')
    const silent: Rows = {
      write: async (row) => ({ ...(await database.write(row)), mark: undefined }),
      mark: (window) => database.mark(window),
    }
    const store = open(silent, {}, { markMs: 0 })
    await store.claim(fresh())
    await store.claim(fresh())
    expect(asked).toHaveBeenCalledTimes(2)
    const patient = open(silent)
    await patient.claim(fresh())
    await patient.claim(fresh())
    expect(asked).toHaveBeenCalledTimes(3)
  })

  it.each([
    ['a mark that is none', { markText: 'yesterday' }],
    ['a mark of another version', { markText: '1 2 3 4' }],
  ])('fails closed for %s', async (_, part) => {
    const store = open(Object.assign(new Database(), part))
    expect(await outcomeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
  })

  it.each([
    ['no row', null],
    ['a row without a token', undefined],
    ['a text that is no token', 'claimed'],
    ['a number', 1],
  ])('fails closed where a write answers with %s', async (_, holder) => {
    const database = settled()
    const store = open({ write: async () => ({ holder, mark: OLD }), mark: (window) => database.mark(window) })
    expect(await outcomeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
  })

  it('refuses everything where the mark changes with every claim', async () => {
    const database = settled()
    let since = 1
    const store = open({
      write: async (row) => ({ ...(await database.write(row)), mark: `301000 6000 ${++since}` }),
      mark: (window) => database.mark(window),
    })
    expect(await store.claim(fresh())).toBe('barrier')
  })

  it('fails within its deadline where the database does not answer', async () => {
    const store = open({ write: () => new Promise(() => {}), mark: async () => OLD }, { deadlineMs: 50 })
    expect(await outcomeOf(store.claim(fresh()))).toBe('STORE_UNAVAILABLE')
  })

  it('keeps a row for the longest window of all processes', async () => {
    const kept: number[] = []
    const mark = '900000 60000 1'
    const store = open({
      write: async ({ token, expiresAtMs }) => {
        kept.push(expiresAtMs)
        return { holder: token, mark }
      },
      mark: async () => mark,
    })
    const claim = fresh()
    expect(await store.claim(claim)).toBe('claimed')
    expect(kept).toEqual([claim.createdMs + 960_000 + 20_000])
  })

  it('names a window that is longer than that of its prefix, at the start', async () => {
    const store = open(settled(), { maxAgeMs: 600_000 })
    await expect(store.ready()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('is ready at once for a prefix that is in use', async () => {
    await open(settled()).ready()
  })
})

describe('Workers KV', () => {
  /** As its binding is called in Workers. */
  class KvNamespace {
    get(): void {}
    getWithMetadata(): void {}
    put(): void {}
    list(): void {}
    delete(): void {}
  }
  const kv = new KvNamespace()

  it('is refused with the reason, wherever a replay store is meant', () => {
    const doors: ReadonlyArray<() => unknown> = [
      () =>
        createVerifier({
          schemes: [rfc9421Verifier()],
          keys: staticKeys([]),
          policy: strictPolicy({ authorities: ['api.example.com'] }),
          replay: kv as never,
        }),
      () => d1ReplayStore({ database: kv as unknown as D1DatabaseLike }),
      () => durableObjectReplayStore({ namespace: kv as unknown as DurableObjectNamespaceLike }),
      () => denoKvReplayStore({ kv: kv as unknown as DenoKvLike }),
    ]
    for (const door of doors) expect(door).toThrow(/Workers KV.* accepts? a message twice/)
  })
})

describe('DynamoDB', () => {
  const open = (answer: () => Response): WrittenOnceStore =>
    dynamodbReplayStore({
      fetch: async () => answer(),
      endpoint: 'https://dynamodb.eu-central-1.amazonaws.com',
      table: 'nonces',
      deadlineMs: 100,
    })
  const json = (body: object, status = 200): Response => Response.json(body, { status })

  it('tries again what is throttled, until its deadline', async () => {
    const answer = vi.fn(() => json({ __type: 'com.amazonaws#ThrottlingException' }, 400))
    expect(await outcomeOf(open(answer).claim(fresh()))).toBe('STORE_UNAVAILABLE')
    expect(answer.mock.calls.length).toBeGreaterThan(1)
  })

  it.each([
    ['AccessDeniedException', 400],
    ['ValidationException', 400],
  ])('does not ask again after %s', async (type, status) => {
    const answer = vi.fn(() =>
      json({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'arn:of:an:account' }, status),
    )
    await expect(open(answer).claim(fresh())).rejects.toMatchObject({
      message: `replay store: the server refused (${type})`,
    })
    expect(answer).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['a page', new Uint8Array([60, 104])],
    ['too much', new Uint8Array(70_000)],
  ])('fails closed for an answer that is %s', async (_, body) => {
    expect(await outcomeOf(open(() => new Response(body, { status: 403 })).claim(fresh()))).toBe('STORE_UNAVAILABLE')
  })

  it('takes an origin and no more', () => {
    for (const endpoint of ['dynamodb.eu-central-1.amazonaws.com', 'https://a.example/path', 'https://user@a.example'])
      expect(
        codeOf(() => dynamodbReplayStore({ fetch: async () => json({}), endpoint, table: 'nonces' })),
        endpoint,
      ).toBe('CONFIG_INVALID')
  })
})

describe('Upstash', () => {
  it('sends its token over https only, and to no address that an answer names', async () => {
    for (const url of ['http://example.upstash.io', 'example.upstash.io', 'https://user:pass@example.upstash.io'])
      expect(
        codeOf(() => upstashCommands({ url, token: 'secret-token' })),
        url,
      ).toBe('CONFIG_INVALID')
    const fetch = vi.fn(async (_url: unknown, _init?: RequestInit) => new Response(null, { status: 302 }))
    const { set } = upstashCommands({ url: 'https://example.upstash.io', token: 'secret-token', fetch: fetch as never })
    await expect(set('key', 'token', 1)).rejects.toThrow('the service answered with 302')
    expect(fetch.mock.calls[0]?.[1]?.redirect).toBe('manual')
  })

  it('shows no part of a token that cannot be sent', () => {
    expect(() => upstashCommands({ url: 'https://example.upstash.io', token: 'two\nlines' })).toThrow(/^(?!.*lines").*/)
    expect(codeOf(() => upstashCommands({ url: 'https://example.upstash.io', token: 'two\nlines' }))).toBe(
      'CONFIG_INVALID',
    )
  })
})
