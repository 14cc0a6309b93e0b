import { execFileSync, spawnSync } from 'node:child_process'
import { Cluster, Redis } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RedisReplayStore, redisReplayStore } from '../../src/server/replay/redis.js'
import { MARK_TTL_MS } from '../../src/server/replay/redis-epoch.js'
import { replayStoreContract } from '../contract/replay-store.js'
import { hasRedis, type RedisServer, startRedis } from '../servers/redis.js'
import { EXPOSED, freshClaim, underLoad } from './failover.js'

/** Redis Cluster: three masters, each with a replica, and both clients; then a master is killed under load. */

const CLUSTERED = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-node-timeout', '1500']
/** A replica that has nothing yet cannot take over. */
const AT_ONCE = ['--repl-diskless-sync-delay', '0']
const hasCli = spawnSync('redis-cli', ['--version']).status === 0
const PATIENT = { deadlineMs: 20_000, onWarning: () => {} } as const
let count = 0

const name = hasRedis && hasCli ? 'a cluster' : 'a cluster [SKIPPED: no redis-server and redis-cli on this machine]'
describe.skipIf(!hasRedis || !hasCli)(name, () => {
  const servers: RedisServer[] = []
  let ioredis: Cluster
  let nodeRedis: ReturnType<typeof createCluster>
  beforeAll(async () => {
    for (let at = 0; at < 6; at++)
      servers.push((await startRedis({ config: [...CLUSTERED, ...AT_ONCE] })) as RedisServer)
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`)
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes'])
    const first = new Redis({ port: (servers[0] as RedisServer).port })
    await vi.waitFor(async () => expect(await first.cluster('INFO')).toContain('cluster_state:ok'), 30_000)
    first.disconnect()
    const roles = (): Promise<string[]> =>
      Promise.all(
        servers.map(async ({ port }) => {
          const client = new Redis({ port })
          const role = String(await client.info('replication'))
          client.disconnect()
          return /master_link_status:up|state=online/.exec(role)?.[0] ?? 'alone'
        }),
      )
    await vi.waitFor(async () => expect(await roles()).not.toContain('alone'), 60_000)
    ioredis = new Cluster([{ host: '127.0.0.1', port: (servers[0] as RedisServer).port }], {
      enableOfflineQueue: false,
    })
    ioredis.on('error', () => {})
    nodeRedis = createCluster({ rootNodes: [{ url: (servers[1] as RedisServer).url }] })
    nodeRedis.on('error', () => {})
    await nodeRedis.connect()
    await vi.waitFor(() => expect(ioredis.status).toBe('ready'), 30_000)
  }, 120_000)
  afterAll(async () => {
    ioredis?.disconnect()
    nodeRedis?.destroy()
    await Promise.all(servers.map((server) => server.stop()))
  })

  /** Lets every mark of a prefix be so old. */
  async function ageMarks(prefix: string, byMs: number): Promise<void> {
    await Promise.all(
      ioredis.nodes('master').map(async (master) => {
        for (const key of await master.keys(`${prefix}*`))
          if (key.includes('epoch')) await master.pexpire(key, MARK_TTL_MS - byMs)
      }),
    )
  }

  for (const [kind, clientOf] of [
    ['ioredis', () => ioredis],
    ['redis', () => nodeRedis],
  ] as const)
    replayStoreContract(
      `Redis Cluster, ${kind}`,
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

  it('accepts nothing twice while a master is killed under load, and works again', async () => {
    const prefix = `f${count++}:`
    const stores: RedisReplayStore[] = [ioredis, nodeRedis].map((client) =>
      redisReplayStore({ client, prefix, ...EXPOSED }),
    )
    await Promise.all(stores.map((store) => store.check()))
    await ageMarks(prefix, 600_000)
    const { before, failures, twice } = await underLoad(stores, async (unanswered) => {
      const victim = ioredis.nodes('master')[0]?.options.port
      await (servers.find(({ port }) => port === victim) as RedisServer).kill()
      await unanswered()
    })
    expect(before).toBeGreaterThan(20)
    expect(failures).toBeGreaterThan(0)
    expect(twice).toEqual([])
    // Every slot has a master again, and what is signed now gets through, wherever its nonce lies.
    for (const store of stores)
      for (let at = 0; at < 100; at++)
        await vi.waitFor(async () => expect(await store.claim(freshClaim())).toBe('claimed'), 30_000)
  })
})
