import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CountersignError } from '../../../../src/errors.js'
import type { KeyStore } from '../../../../src/keyring/key-store.js'
import type { StoredKey } from '../../../../src/keyring/record/key-record.js'
import { type RedisClient, redisKeyStore } from '../../../../src/keyring/stores/redis.js'
import { keyStoreContract, nextRecord, sampleRecord } from '../../../contract/key-store.js'
import { codeOf, errorOf } from '../../../expect-code.js'
import { describeRedis, type RedisServer, startRedis } from '../../../servers/redis.js'
import { THOROUGH } from '../../../thorough.js'

let prefixes = 0
const fresh = (): string => `test-${++prefixes}`
const onWarning = (): void => {}
/** Of every store whose deadline is not the question: a busy machine may keep an answer for longer than the default. */
const PATIENT = { timeoutMs: 20_000 } as const
/** What a refusal after a short deadline may take at most on such a machine: clearly less than without a deadline. */
const LATE_MS = 5_000

const insert = (...records: readonly StoredKey[]) => records.map((record) => ({ record, expectedRev: 0 }))

const callsOf = (store: KeyStore, owner = 'team-a') => [
  () => store.get('a'),
  () => store.write(insert(sampleRecord({ owner }))),
  () => store.list({ limit: 1 }),
  () => store.changes(undefined, 1),
  () => store.addUsage([{ id: 'a', count: 1, failures: 0 }]),
  () => store.usage(['a']),
]

const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})
const ioredis = (server: RedisServer, options = {}): Redis => {
  const client = new Redis(server.url, { retryStrategy: () => 30, ...options })
  client.on('error', () => {})
  closing.push(() => client.disconnect())
  return client
}
const nodeRedis = async (server: RedisServer, RESP: 2 | 3 = 3): Promise<RedisClient> => {
  const client = createClient({ url: server.url, RESP })
  client.on('error', () => {})
  await client.connect()
  closing.push(() => client.destroy())
  return client
}
const start = async (...config: readonly string[]): Promise<RedisServer> => {
  const server = (await startRedis({ config })) as RedisServer
  closing.push(() => server.stop())
  return server
}

describeRedis('on a Redis server', () => {
  let server: RedisServer
  let client: Redis
  beforeAll(async () => {
    server = await start()
    client = ioredis(server)
  }, 60_000)
  const open = (prefix = fresh()) => ({ prefix, store: redisKeyStore({ client, prefix, onWarning, ...PATIENT }) })

  const clients: [string, () => RedisClient | Promise<RedisClient>][] = [
    ['ioredis', () => ioredis(server)],
    ['node-redis', () => nodeRedis(server)],
  ]
  for (const [name, connect] of THOROUGH ? clients : clients.slice(0, 1)) {
    let pair: Promise<RedisClient[]> | undefined
    keyStoreContract(
      `Redis with ${name}`,
      async () => {
        pair ??= Promise.all([connect(), connect()])
        const [one, two] = (await pair) as [RedisClient, RedisClient]
        const prefix = fresh()
        return {
          store: redisKeyStore({ client: one, prefix, onWarning, ...PATIENT }),
          another: () => redisKeyStore({ client: two, prefix, onWarning, ...PATIENT }),
        }
      },
      { persistent: true, writers: name === 'ioredis' ? 50 : 15 },
    )
  }

  it('understands the answers of either protocol', async () => {
    const prefix = fresh()
    const record = sampleRecord()
    await redisKeyStore({ client: await nodeRedis(server, 2), prefix, onWarning, ...PATIENT }).write(insert(record))
    for (const RESP of [2, 3] as const) {
      const store = redisKeyStore({ client: await nodeRedis(server, RESP), prefix, onWarning, ...PATIENT })
      await store.check()
      expect(await store.get(record.id)).toEqual(record)
      expect((await store.changes('', 5)).changed).toHaveLength(1)
    }
  })

  it('takes its own command that the client sent twice for what it is, and no other', async () => {
    const twice: RedisClient = {
      call: async (command, ...args) => {
        await client.call(command, ...args)
        return client.call(command, ...args)
      },
    }
    const store = redisKeyStore({ client: twice, prefix: fresh(), onWarning, ...PATIENT })
    const records = [sampleRecord(), sampleRecord()] as const
    await store.write(insert(...records))
    await store.write([{ record: nextRecord(records[0]), expectedRev: 1 }])
    expect(await codeOf(() => store.write(insert(...records)))).toBe('STORE_CONFLICT')
    expect(await codeOf(() => store.write([{ record: nextRecord(records[0]), expectedRev: 1 }]))).toBe('STORE_CONFLICT')
    expect((await store.changes('', 9)).changed.map(({ rev }) => rev)).toEqual([1, 2])
    expect((await store.changes('', 9)).cursor).toMatch(/\.3$/)
  })

  it('sends a script again when the server has forgotten it', async () => {
    const { store } = open()
    const record = sampleRecord()
    await store.write(insert(record))
    await client.call('SCRIPT', 'FLUSH')
    await store.write([{ record: nextRecord(record), expectedRev: 1 }])
    await client.call('SCRIPT', 'FLUSH')
    expect((await store.changes('', 5)).changed).toEqual([{ id: record.id, rev: 2, status: 'active' }])
  })

  it('refuses a value that is not what was written, by its id, and leaves it', async () => {
    const attacks: ((value: string, other: string) => string)[] = [
      (_, other) => other,
      (value) => value.slice(0, -1),
      (value) => value.replace('"rev":1', '"rev":2'),
      (value) => value.replace('1 revoked', '1 active'),
      (value) => value.replace('1 revoked', '9 revoked'),
      (value) => value.replace(' "team-a" ', ' "team-b" '),
      (value) => value.slice(value.indexOf('\n') + 1),
      () => '',
    ]
    for (const attack of attacks) {
      const { store, prefix } = open()
      const [record, other] = [sampleRecord({ status: 'revoked' }), sampleRecord({ status: 'revoked', owner: 'b' })]
      await store.write(insert(record, other))
      const [mine, theirs] = (await client.hmget(`{${prefix}}:keys`, record.id, other.id)) as [string, string]
      const bad = attack(mine, theirs)
      await client.hset(`{${prefix}}:keys`, record.id, bad)
      const failed = await errorOf(() => store.get(record.id))
      expect(failed.code).toBe('STORE_CORRUPTED')
      expect(failed.message).toContain(record.id)
      expect(await codeOf(() => store.list({ limit: 5 }))).toBe('STORE_CORRUPTED')
      expect(await client.hget(`{${prefix}}:keys`, record.id)).toBe(bad)
    }
  })

  it('writes nothing where a key of the store is of another type', async () => {
    for (const name of ['keys', 'index', 'changes', 'meta']) {
      const { store, prefix } = open()
      await client.set(`{${prefix}}:${name}`, 'x')
      expect([name, await codeOf(() => store.write(insert(sampleRecord())))]).toEqual([name, 'STORE_CORRUPTED'])
      expect(await client.keys(`{${prefix}}:*`)).toEqual([`{${prefix}}:${name}`])
    }
    const { store, prefix } = open()
    await client.hset(`{${prefix}}:meta`, 'epoch', 'x', 'number', 'many')
    expect(await codeOf(() => store.write(insert(sampleRecord())))).toBe('STORE_CORRUPTED')
    expect(await client.keys(`{${prefix}}:*`)).toEqual([`{${prefix}}:meta`])
  })

  it('asks nothing for ids that are none', async () => {
    const { store } = open()
    for (const id of ["a' OR 1=1--", 'a\r\nFLUSHALL', '', 'x'.repeat(257), '*', '{tag}', 5 as never]) {
      expect(await store.get(id)).toBeUndefined()
      expect((await store.usage([id])).size).toBe(0)
    }
  })

  it('keeps stores with different prefixes apart', async () => {
    const [a, b] = [open().store, open().store]
    const record = sampleRecord()
    await a.write(insert(record))
    expect(await b.get(record.id)).toBeUndefined()
    await b.write(insert(record))
  })

  it('writes also where it may not publish or ask for settings, and says so', async () => {
    await client.call('ACL', 'SETUSER', 'narrow', 'on', 'nopass', '~*', 'resetchannels', '+@all', '-config')
    const warnings: string[] = []
    const narrow = ioredis(server, { username: 'narrow', password: 'x' })
    const store = redisKeyStore({
      client: narrow,
      prefix: fresh(),
      ...PATIENT,
      onWarning: (text) => void warnings.push(text),
    })
    const record = sampleRecord()
    await store.write(insert(record))
    expect(await store.get(record.id)).toEqual(record)
    expect(warnings).toEqual([expect.stringContaining('CONFIG GET')])
  })

  it('warns once that nothing is on disk, on the console unless configured otherwise', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    try {
      const store = redisKeyStore({ client, prefix: fresh(), ...PATIENT })
      await store.get('a')
      await store.get('b')
      expect(warn.mock.calls).toEqual([[expect.stringContaining('appendonly')]])
    } finally {
      warn.mockRestore()
    }
  })

  it('refuses a Redis that would drop records, until it is set right', async () => {
    const { store } = open()
    await client.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    try {
      for (const call of callsOf(store)) expect(await codeOf(call)).toBe('CONFIG_INVALID')
      await client.call('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru')
      await store.check()
    } finally {
      await client.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    }
    await store.write(insert(sampleRecord()))
  })

  it('writes nothing at all when memory is full, and still reads', async () => {
    const small = await start('--maxmemory', '3mb')
    const full = ioredis(small)
    const store = redisKeyStore({ client: full, onWarning, ...PATIENT })
    const written: StoredKey[] = []
    let code = ''
    while (code === '') {
      const records = Array.from({ length: 100 }, () => sampleRecord())
      try {
        await store.write(insert(...records))
        written.push(...records)
      } catch (error) {
        code = (error as CountersignError).code
        expect((error as Error).message).toContain('OOM')
      }
    }
    expect(code).toBe('STORE_UNAVAILABLE')
    expect(await full.hlen('{countersign}:keys')).toBe(written.length)
    expect(await full.zcard('{countersign}:index')).toBe(2 * written.length)
    expect(await full.zcard('{countersign}:changes')).toBe(written.length)
    expect(await full.hget('{countersign}:meta', 'number')).toBe(String(written.length))
    expect(await store.get((written[0] as StoredKey).id)).toEqual(written[0])
  })

  it('keeps all its keys in one slot of a cluster', async () => {
    const cluster = await start('--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf')
    const node = ioredis(cluster)
    await node.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await vi.waitFor(async () => expect(await node.call('CLUSTER', 'INFO')).toContain('cluster_state:ok'), 20_000)
    const store = redisKeyStore({ client: node, onWarning, ...PATIENT })
    const record = sampleRecord()
    await store.write(insert(record, sampleRecord()))
    await store.addUsage([{ id: record.id, count: 1, failures: 0 }])
    expect((await store.usage([record.id])).size).toBe(1)
    expect((await store.changes('', 5)).changed).toHaveLength(2)
    expect(await store.list({ limit: 1, owner: record.owner })).toHaveLength(1)
  })

  it('fails in time while the server stands still, after it ended, and goes on when it is back', async () => {
    const other = await start()
    for (const connected of [ioredis(other), await nodeRedis(other)]) {
      const options = { client: connected, prefix: fresh(), onWarning }
      const [store, hasty] = [redisKeyStore({ ...options, ...PATIENT }), redisKeyStore({ ...options, timeoutMs: 100 })]
      const record = sampleRecord()
      await store.write(insert(record))
      other.pause()
      const from = performance.now()
      expect(await codeOf(() => hasty.get(record.id))).toBe('STORE_UNAVAILABLE')
      expect(performance.now() - from).toBeLessThan(LATE_MS)
      other.resume()
      await vi.waitFor(async () => expect(await store.get(record.id)).toEqual(record), 20_000)
      const { cursor } = await store.changes(undefined, 1)
      await other.kill()
      expect(await codeOf(() => hasty.get(record.id))).toBe('STORE_UNAVAILABLE')
      // It comes back empty: what is written now is of another numbering, and nothing of it is missed.
      await other.restart()
      await vi.waitFor(async () => expect(await store.get(record.id)).toBeUndefined(), 20_000)
      const later = sampleRecord()
      await store.write(insert(later))
      expect((await store.changes(cursor, 5)).changed.map(({ id }) => id)).toEqual([later.id])
    }
  })
})

describe('whatever the client does', () => {
  const CANARY = 'canary-5f3a'
  const open = (call: (command: string, ...args: string[]) => unknown): KeyStore =>
    redisKeyStore({ client: { call: call as never }, timeoutMs: 50, onWarning })
  /** Beyond the questions about settings, which come first. */
  const settled =
    (act: () => unknown) =>
    (command: string): unknown =>
      command === 'CONFIG' ? ['', 'noeviction'] : act()

  it('ends in time where it hangs', async () => {
    for (const act of [() => new Promise(() => {}), settled(() => new Promise(() => {}))]) {
      for (const call of callsOf(open(act))) {
        const from = performance.now()
        expect(await codeOf(call)).toBe('STORE_UNAVAILABLE')
        expect(performance.now() - from).toBeLessThan(LATE_MS)
      }
    }
  })

  it('passes nothing on of an error, which holds the command', async () => {
    for (const text of [`ERR bad ${CANARY}`, `${CANARY}`, `OOM ${CANARY}`, '']) {
      const error = Object.assign(new Error(text), { command: { args: [CANARY] }, code: CANARY })
      const throws = (): never => {
        throw error
      }
      for (const act of [() => Promise.reject(error), throws, settled(throws)]) {
        for (const call of callsOf(open(act), CANARY)) {
          const failed = await errorOf(call)
          expect(failed.code).toBe('STORE_UNAVAILABLE')
          expect(inspect(failed, { depth: 9, showHidden: true })).not.toContain(CANARY)
          expect(failed.cause).toBeUndefined()
        }
      }
    }
  })

  it('takes nonsense for no answer', async () => {
    for (const answer of [undefined, 5, {}, true, new Map(), [5], [[]]]) {
      const calls = callsOf(open(settled(() => answer)))
      for (const call of calls) expect(await codeOf(call)).toBe('STORE_UNAVAILABLE')
    }
    // Texts where texts are expected, and none of ours.
    for (const answer of ['x', '1 active', '0'])
      expect(await codeOf(() => open(settled(() => answer)).get('a'))).toBe('STORE_CORRUPTED')
    for (const answer of [
      ['x', 'y'],
      ['x', null],
    ])
      expect(await codeOf(() => open(settled(() => answer)).changes(undefined, 1))).toBe('STORE_CORRUPTED')
  })

  it('refuses options that cannot be right', async () => {
    const client = { call: async () => null }
    for (const prefix of ['', '{a}', 'a b', 'a\n', 'a'.repeat(65), 5 as never])
      expect(await codeOf(() => redisKeyStore({ client, prefix }))).toBe('CONFIG_INVALID')
    for (const timeoutMs of [0, -1, 1.5, Number.NaN, 1e9])
      expect(await codeOf(() => redisKeyStore({ client, timeoutMs }))).toBe('CONFIG_INVALID')
    for (const bad of [undefined, null, {}, { get: () => {} }])
      expect(await codeOf(() => redisKeyStore({ client: bad as never }))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => redisKeyStore({ client, onWarning: 5 as never }))).toBe('CONFIG_INVALID')
  })
})
