import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { createSentinel } from 'redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RedisReplayStore, redisReplayStore } from '../../src/server/replay/redis.js'
import { MARK_TTL_MS } from '../../src/server/replay/redis-epoch.js'
import { replayStoreContract } from '../contract/replay-store.js'
import { hasRedis, type RedisServer, startRedis, startSentinel } from '../servers/start-redis.mjs'
import { EXPOSED, freshClaim, underLoad } from './failover.js'
import { valkeyServer } from './valkey.mjs'

/**
 * Three servers of Redis or Valkey that three Sentinels watch, and both clients: the contract, two changes of the master and
 * back while all servers run, and one that is killed. Each under load.
 */

const valkey = valkeyServer()
if (valkey === undefined)
  console.error('!!! No valkey-server could be had: the stores are not tested on Valkey, which is not a pass.')

const KINDS = [
  { name: 'Redis', program: undefined, isHere: hasRedis },
  { name: 'Valkey', program: valkey, isHere: valkey !== undefined },
] as const
const NAME = 'nonces'
const PATIENT = { deadlineMs: 20_000, onWarning: () => {} } as const
let count = 0

for (const { name, program, isHere } of KINDS) {
  const title = isHere ? `${name} behind Sentinel` : `${name} behind Sentinel [SKIPPED: it is not on this machine]`
  describe.skipIf(!isHere)(title, () => {
    const servers: RedisServer[] = []
    const sentinels: RedisServer[] = []
    let ioredis: Redis
    let nodeRedis: ReturnType<typeof createSentinel>

    const onEach = async (ask: (client: Redis) => Promise<unknown>): Promise<unknown[]> =>
      Promise.all(
        servers.map(async ({ port }) => {
          const client = new Redis({ port, maxRetriesPerRequest: 0, retryStrategy: () => null })
          client.on('error', () => {})
          return ask(client)
            .catch(() => 'gone')
            .finally(() => client.disconnect())
        }),
      )
    const sentinel = async (...args: [string, ...string[]]): Promise<unknown> => {
      const client = new Redis({ port: (sentinels[0] as RedisServer).port })
      return client.call('SENTINEL', ...args).finally(() => client.disconnect())
    }
    const masterPort = async (): Promise<number> =>
      Number(((await sentinel('GET-MASTER-ADDR-BY-NAME', NAME)) as string[])[1])
    const replicasOf = async (): Promise<number> => {
      const roles = (await onEach((client) => client.info('replication'))).map(String)
      return roles.filter((text) => text.includes('role:slave') && text.includes('master_link_status:up')).length
    }
    /** Of every server: which is the master may change. */
    const setOnAll = (name: string, value: string): Promise<unknown> =>
      onEach((client) => client.config('SET', name, value))
    const ageMarks = async (prefix: string, byMs: number): Promise<void> => {
      for (const key of await ioredis.keys(`${prefix}*`))
        if (key.includes('epoch')) await ioredis.pexpire(key, MARK_TTL_MS - byMs)
    }
    const openStores = async (): Promise<RedisReplayStore[]> => {
      const prefix = `f${count++}:`
      const stores = [ioredis, nodeRedis].map((client) => redisReplayStore({ client, prefix, ...EXPOSED }))
      await Promise.all(stores.map((store) => store.check()))
      await ageMarks(prefix, 600_000)
      return stores
    }

    beforeAll(async () => {
      const config = ['--repl-diskless-sync-delay', '0']
      const first = await startRedis(config, program)
      servers.push(first)
      for (let at = 0; at < 2; at++)
        servers.push(await startRedis([...config, '--replicaof', '127.0.0.1', String(first.port)], program))
      await vi.waitFor(async () => expect(await replicasOf()).toBe(2), 30_000)
      for (let at = 0; at < 3; at++)
        sentinels.push(await startSentinel({ name: NAME, port: first.port, quorum: 2 }, program))
      const facts = async (): Promise<string> => String(await sentinel('MASTER', NAME))
      await vi.waitFor(async () => {
        expect(await facts()).toMatch(/num-slaves,2,/)
        expect(await facts()).toMatch(/num-other-sentinels,2,/)
      }, 60_000)
      const addresses = sentinels.map(({ port }) => ({ host: '127.0.0.1', port }))
      ioredis = new Redis({ sentinels: addresses, name: NAME, enableOfflineQueue: false, maxRetriesPerRequest: 0 })
      ioredis.on('error', () => {})
      await vi.waitFor(() => expect(ioredis.status).toBe('ready'), 30_000)
      nodeRedis = createSentinel({
        name: NAME,
        sentinelRootNodes: addresses,
        nodeClientOptions: { disableOfflineQueue: true },
      })
      nodeRedis.on('error', () => {})
      await nodeRedis.connect()
    }, 120_000)
    afterAll(async () => {
      ioredis?.disconnect()
      await nodeRedis?.destroy()
      await Promise.all([...sentinels, ...servers].map((server) => server.stop()))
    })

    for (const [kind, clientOf] of [
      ['ioredis', () => ioredis],
      ['redis', () => nodeRedis],
    ] as const)
      replayStoreContract(
        `${name} behind Sentinel, ${kind}`,
        async ({ maxAgeMs, maxFutureMs, restartBarrier }) => {
          const prefix = `c${count++}:`
          const store = redisReplayStore({ client: clientOf(), prefix, maxAgeMs, maxFutureMs, ...PATIENT })
          const age = (byMs: number): Promise<void> => ageMarks(prefix, byMs)
          await store.check()
          if (restartBarrier === false) await age(10 * maxAgeMs)
          return { store, age }
        },
        { bounded: false, startsEmpty: true, claimsTellTime: false },
      )

    /** The most servers that were masters at one moment, until it is asked. */
    function watchMasters(): () => Promise<number> {
      let most = 0
      let isWatching = true
      const watched = (async () => {
        while (isWatching) {
          const roles = (await onEach((client) => client.info('replication'))).map(String)
          most = Math.max(most, roles.filter((text) => text.includes('role:master')).length)
          await sleep(100)
        }
      })()
      return async () => {
        isWatching = false
        await watched
        return most
      }
    }

    /** Makes another server the master, without ending any, until that server has both others as replicas. */
    async function handOver(): Promise<void> {
      const before = await masterPort()
      await vi.waitFor(async () => expect(await sentinel('FAILOVER', NAME)).toBe('OK'), {
        timeout: 30_000,
        interval: 500,
      })
      await vi.waitFor(async () => expect(await masterPort()).not.toBe(before), { timeout: 30_000, interval: 100 })
      await vi.waitFor(async () => expect(await replicasOf()).toBe(2), { timeout: 40_000, interval: 200 })
    }

    /** What was signed before the change is refused, though it was never claimed; what is signed now gets through. */
    async function expectNoticed(stores: readonly RedisReplayStore[], createdMs: number): Promise<void> {
      for (const store of stores) {
        await vi.waitFor(async () => expect(await store.claim(freshClaim({ createdMs }))).toBe('barrier'), 30_000)
        await vi.waitFor(async () => expect(await store.claim(freshClaim())).toBe('claimed'), 30_000)
      }
    }

    it('accepts nothing twice while the master changes and changes back under load', async () => {
      // Closes the moment with two masters: each needs both others.
      await setOnAll('min-replicas-to-write', '2')
      const stores = await openStores()
      const signedMs = Date.now()
      const { before, twice } = await underLoad(
        stores,
        async () => {
          await handOver()
          await handOver()
        },
        5_000,
      )
      expect(before).toBeGreaterThan(20)
      expect(twice).toEqual([])
      await expectNoticed(stores, signedMs)
    }, 180_000)

    it('accepts nothing twice while the master is killed under load, and works again', async () => {
      // Without it, Sentinels that vote again may have two masters for seconds, and each grants what the other one has granted.
      await setOnAll('min-replicas-to-write', '1')
      const stores = await openStores()
      const signedMs = Date.now()
      const watch = watchMasters()
      const { before, failures, twice } = await underLoad(stores, async (unanswered) => {
        const port = await masterPort()
        await (servers.find((server) => server.port === port) as RedisServer).kill()
        await unanswered()
      })
      const most = await watch()
      expect(before).toBeGreaterThan(20)
      expect(failures).toBeGreaterThan(0)
      expect(twice, `${most} masters at once`).toEqual([])
      await expectNoticed(stores, signedMs)
    }, 120_000)
  })
}
