import { setTimeout as sleep } from 'node:timers/promises'

const DOWN_MS = 300
const FROZEN_MS = 1_000

/**
 * What is done to the stores, in turn, forever. What takes away the memory of `replay`, the store of the nonces, `loses`.
 * @param {{ redis: object, postgres: object, replay: 'redis' | 'postgres', flush: () => Promise<unknown> }} world
 */
const faultsOf = ({ redis, postgres, replay, flush }) => [
  {
    name: 'Redis killed, back empty',
    loses: replay === 'redis',
    run: async () => {
      await redis.kill()
      await sleep(DOWN_MS)
      await redis.restart()
    },
  },
  {
    name: 'PostgreSQL killed, back with its data directory',
    // Its tables of nonces are UNLOGGED.
    loses: replay === 'postgres',
    run: async () => {
      await postgres.kill()
      await sleep(DOWN_MS)
      await postgres.restart()
    },
  },
  { name: 'Redis frozen for a second', run: () => frozen(redis) },
  { name: 'PostgreSQL frozen for a second', run: () => frozen(postgres) },
  { name: 'Redis emptied (FLUSHALL)', loses: replay === 'redis', run: flush },
]

async function frozen(server) {
  server.pause()
  await sleep(FROZEN_MS)
  server.resume()
}

/** Breaks something every so often until it is told to end; all is well again when `run` resolves. */
export function createFaults(world, everyMs) {
  const faults = faultsOf(world)
  /** When something was broken: `{ name, loses, from, until }` in milliseconds of the wall clock. */
  const log = []
  let running = true
  return {
    log,
    end: () => {
      running = false
    },
    run: async () => {
      for (let i = 0; running; i++) {
        await sleep(everyMs)
        if (!running) return
        const { name, loses = false, run } = faults[i % faults.length]
        const from = Date.now()
        await run()
        log.push({ name, loses, from, until: Date.now() })
        await world.afterEach({ name, loses })
      }
    },
  }
}
