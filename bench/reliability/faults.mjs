import { setTimeout as sleep } from 'node:timers/promises'

const DOWN_MS = 300
const FROZEN_MS = 1_000

/** @typedef {'redis' | 'postgres' | 'mysql'} Replay where the nonces are */

/**
 * What is done to the stores, in turn, forever. What takes away the memory of `replay`, the store of the nonces, `loses`.
 * @param {{ redis: object, postgres: object, mariadb?: object, replay: Replay, empty: Record<string, () => Promise<unknown>> }} world
 */
function faultsOf({ redis, postgres, mariadb, replay, empty }) {
  const rows = [
    { name: 'Redis killed, back empty', loses: replay === 'redis', run: () => killed(redis) },
    // Its tables of nonces are UNLOGGED.
    {
      name: 'PostgreSQL killed, back with its data directory',
      loses: replay === 'postgres',
      run: () => killed(postgres),
    },
    { name: 'Redis frozen for a second', run: () => frozen(redis) },
    { name: 'PostgreSQL frozen for a second', run: () => frozen(postgres) },
    { name: 'Redis emptied (FLUSHALL)', loses: replay === 'redis', run: empty.redis },
  ]
  const further = [
    { name: 'MariaDB killed, back with its data directory', run: () => killed(mariadb) },
    { name: 'MariaDB frozen for a second', run: () => frozen(mariadb) },
    { name: 'MariaDB emptied (DELETE)', loses: true, run: empty.mysql },
  ]
  // One of each after the other: a run that is short sees both stores fail.
  return mariadb === undefined ? rows : rows.flatMap((row, at) => (at < further.length ? [further[at], row] : [row]))
}

async function killed(server) {
  await server.kill()
  await sleep(DOWN_MS)
  await server.restart()
}

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
