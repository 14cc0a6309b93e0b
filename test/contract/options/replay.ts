import { assertRateRule, memoryReplayStore, monotonicClock, withLocalFallback } from '../../../src/server/index.js'
import { flexibleLimiter } from '../../../src/server/rate-limiter-flexible.js'
import { postgresReplayStore } from '../../../src/server/replay/postgres.js'
import { redisReplayStore } from '../../../src/server/replay/redis.js'
import type { OptionsRoom } from './row.js'

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
        ['maxFuture', 'maxFutureMs'],
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
  without: {},
}
