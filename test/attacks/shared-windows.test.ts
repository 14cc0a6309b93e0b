import { Redis } from 'ioredis'
import { afterEach, describe } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import { withLocalFallback } from '../../src/server/replay/local-fallback.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { postgresReplayStore } from '../../src/server/replay/postgres.js'
import { redisReplayStore } from '../../src/server/replay/redis.js'
import type { ReplayStore } from '../../src/server/replay/replay-store.js'
import { ageMark, ageNonces, hasRedis, type RedisServer, startRedis } from '../servers/redis.js'
import { attack, attacks } from './attack.js'
import { HOSTS, start } from './hosts.js'
import { get, NOW, sign, world } from './world.js'

const SHORT = { maxAgeMs: 5_000, maxFutureMs: 1_000 }
const LONG = { maxAgeMs: 300_000, maxFutureMs: 5_000 }

/** No deadline is the question here, and a busy machine may keep an answer for longer than 250 ms. */
const PATIENT = { deadlineMs: 10_000 } as const
const PATIENT_VERIFIER = { storeTimeoutMs: 20_000 } as const

const closers: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

attacks('shared-windows', () => {
  for (const host of hasRedis ? HOSTS : []) {
    attack(104, `Redis, ${host}`, async (shows) => {
      const server = (await startRedis()) as RedisServer
      closers.push(() => server.stop())
      const client = new Redis({ port: server.port })
      closers.push(() => client.disconnect())
      // Redis has only its own clock: the nonces are made older, and the verifiers' clock is set forward.
      let passedMs = 0
      const clock = { now: () => Date.now() + passedMs }
      const open = () => redisReplayStore({ client, maxFutureMs: LONG.maxFutureMs, localGate: false, ...PATIENT })
      const first = open()
      await first.check()
      await ageMark(client, 60_000)
      const short = await start(host, { clock, replay: first, policy: SHORT, ...PATIENT_VERIFIER })
      const long = await start(host, { clock, replay: open(), policy: LONG, ...PATIENT_VERIFIER })
      const signed = await sign(get(), { nowMs: Math.floor(Date.now() / 1_000) * 1_000 })
      shows((await short.send(signed)).code, 'ok')
      shows((await long.send(signed)).code, 'REPLAY')
      for (const stepMs of [6_500, 100_000, 180_000]) {
        passedMs += stepMs
        await ageNonces(client, stepMs)
        shows((await long.send(signed)).code, 'REPLAY', `${passedMs} ms later`)
      }
    })
  }
  if (!hasRedis) describe.skip('104. Redis [SKIPPED: no redis-server on this machine]', () => {})

  for (const host of HOSTS) {
    attack(104, `memory, ${host}`, async (shows) => {
      let nowMs = NOW
      const clock = { now: () => nowMs }
      const replay = memoryReplayStore({ ...LONG, clock, restartBarrier: false })
      const short = await start(host, { clock, replay, policy: SHORT })
      const long = await start(host, { clock, replay, policy: LONG })
      const signed = await sign(get())
      shows((await short.send(signed)).code, 'ok')
      shows((await long.send(signed)).code, 'REPLAY')
      for (const laterMs of [6_500, 100_000, 299_000]) {
        nowMs = NOW + laterMs
        shows((await long.send(signed)).code, 'REPLAY', `${laterMs} ms later`)
      }
    })
  }

  attack(104, 'a store that was made for a shorter window', (shows) => {
    const refused = (replay: ReplayStore): string => {
      try {
        world({ replay, policy: LONG })
        return 'ok'
      } catch (error) {
        return isCountersignError(error) ? error.code : String(error)
      }
    }
    shows(refused(memoryReplayStore(SHORT)), 'CONFIG_INVALID')
    shows(refused(memoryReplayStore(LONG)), 'ok')
    const client = { set: async () => null }
    shows(refused(redisReplayStore({ client, ...SHORT })), 'CONFIG_INVALID', 'Redis')
    shows(refused(redisReplayStore({ client, maxAgeMs: LONG.maxAgeMs - 1 })), 'CONFIG_INVALID', 'one millisecond')
    shows(refused(redisReplayStore({ client })), 'ok')
    shows(refused(postgresReplayStore({ query: async () => ({ rows: [] }), ...SHORT })), 'CONFIG_INVALID', 'PostgreSQL')
    shows(refused(withLocalFallback(memoryReplayStore(LONG), SHORT)), 'CONFIG_INVALID', 'the fallback')
    shows(refused(withLocalFallback(memoryReplayStore(SHORT))), 'CONFIG_INVALID', 'what falls back')
  })
})
