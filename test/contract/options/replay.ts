import { assertRateRule, memoryReplayStore, monotonicClock, withLocalFallback } from '../../../src/server/index.js'
import { flexibleLimiter } from '../../../src/server/rate-limiter-flexible.js'
import { type D1DatabaseLike, d1ReplayStore } from '../../../src/server/replay/d1.js'
import { type DenoKvLike, denoKvReplayStore } from '../../../src/server/replay/deno-kv.js'
import { type DurableObjectNamespaceLike, durableObjectReplayStore } from '../../../src/server/replay/durable-object.js'
import { dynamodbReplayStore } from '../../../src/server/replay/dynamodb.js'
import { mysqlReplayStore } from '../../../src/server/replay/mysql.js'
import { postgresReplayStore } from '../../../src/server/replay/postgres.js'
import { redisReplayStore } from '../../../src/server/replay/redis.js'
import { upstashCommands } from '../../../src/server/replay/upstash.js'
import type { OptionsRoom } from './row.js'

const never = (): never => {
  throw new Error('not to be called')
}
const D1: D1DatabaseLike = { prepare: never, batch: never }
const NAMESPACE: DurableObjectNamespaceLike = { idFromName: never, get: never }
const KV: DenoKvLike = { get: never, atomic: never }

/** Options of stores and clocks. */
export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/server#memoryReplayStore',
      call: (extra) => memoryReplayStore({ maxEntries: 10, ...extra }),
      misspelt: [
        ['maxAge', 'maxAgeMs'],
        ['maxEntires', 'maxEntries'],
        ['restartBarier', 'restartBarrier'],
      ],
    },
    {
      name: 'countersign/server#monotonicClock',
      call: (extra) => monotonicClock({ maxStepMs: 60_000, ...extra }),
      misspelt: [
        ['maxStep', 'maxStepMs'],
        ['monotone', 'monotonic'],
      ],
    },
    {
      name: 'countersign/server#withLocalFallback',
      call: (extra) => withLocalFallback(memoryReplayStore(), { maxEntries: 10, ...extra }),
      misspelt: [
        ['onFallBack', 'onFallback'],
        ['maxAge', 'maxAgeMs'],
        ['restartBarrier', 'known'],
      ],
    },
    {
      name: 'countersign/replay/redis#redisReplayStore',
      call: (extra) => redisReplayStore({ client: { set: async () => null }, ...extra }),
      misspelt: [
        ['deadline', 'deadlineMs'],
        ['clockSkew', 'clockSkewMs'],
        ['maxAge', 'maxAgeMs'],
        ['url', 'known'],
      ],
    },
    {
      name: 'countersign/replay/postgres#postgresReplayStore',
      call: (extra) => postgresReplayStore({ query: async () => ({ rows: [] }), ...extra }),
      misspelt: [
        ['tabel', 'table'],
        ['pool', '"query": (text, values) => pool.query(text, values)'],
        ['maxFuture', 'maxFutureMs'],
      ],
    },
    {
      name: 'countersign/replay/mysql#mysqlReplayStore',
      call: (extra) => mysqlReplayStore({ query: async () => [], ...extra }),
      misspelt: [
        ['qurey', 'query'],
        ['pool', '"query": async (text, values) => (await pool.query(text, values))[0]'],
        ['table', 'prefix'],
      ],
    },
    {
      name: 'countersign/replay/d1#d1ReplayStore',
      call: (extra) => d1ReplayStore({ database: D1, ...extra }),
      misspelt: [
        ['databse', 'database'],
        ['db', 'database'],
        ['deadline', 'deadlineMs'],
        ['table', 'prefix'],
      ],
    },
    {
      name: 'countersign/replay/durable-object#durableObjectReplayStore',
      call: (extra) => durableObjectReplayStore({ namespace: NAMESPACE, ...extra }),
      misspelt: [
        ['namespaces', 'namespace'],
        ['shard', 'shards'],
        ['maxAge', 'maxAgeMs'],
      ],
    },
    {
      name: 'countersign/replay/deno-kv#denoKvReplayStore',
      call: (extra) => denoKvReplayStore({ kv: KV, ...extra }),
      misspelt: [
        ['prefixes', 'prefix'],
        ['ttl', 'maxAgeMs'],
      ],
    },
    {
      name: 'countersign/replay/dynamodb#dynamodbReplayStore',
      call: (extra) =>
        dynamodbReplayStore({
          fetch: async () => new Response(),
          endpoint: 'https://dynamodb.eu-central-1.amazonaws.com',
          table: 'nonces',
          ...extra,
        }),
      misspelt: [
        ['endPoint', 'endpoint'],
        ['tabel', 'table'],
        ['region', 'known'],
      ],
    },
    {
      name: 'countersign/replay/upstash#upstashCommands',
      call: (extra) => upstashCommands({ url: 'https://example.upstash.io', token: 'AXample', ...extra }),
      misspelt: [
        ['tokens', 'token'],
        ['fetcher', 'fetch'],
      ],
    },
    {
      name: 'countersign/server#assertRateRule',
      call: (extra) => assertRateRule({ limit: 100, windowMs: 60_000, ...extra }),
      misspelt: [
        ['window', 'windowMs'],
        ['limits', 'limit'],
      ],
    },
    {
      name: 'countersign/server/rate-limiter-flexible#flexibleLimiter',
      call: (extra) =>
        flexibleLimiter({
          make: () => ({ consume: async () => undefined }),
          default: { limit: 100, windowMs: 60_000 },
          ...extra,
        }),
      misspelt: [
        ['maxRule', 'maxRules'],
        ['points', 'known'],
      ],
    },
  ],
  without: { 'countersign/replay/durable-object#ReplayObject': 'the platform makes it, with what it has' },
}
