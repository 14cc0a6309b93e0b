import pg from 'pg'
import { postgresKeyStore } from '../../../src/keyring/stores/postgres.js'
import { hasPostgres, type PostgresServer, startPostgres } from '../../servers/postgres.js'
import { type ConsoleWorld, consoleWorld } from './world.js'

/** The service with its keys in a separate PostgreSQL. */
async function onPostgres(): Promise<ConsoleWorld> {
  const server = (await startPostgres()) as PostgresServer
  const pool = new pg.Pool({ connectionString: server.connectionString, max: 4 })
  const store = postgresKeyStore({
    query: (text, values) => pool.query(text, values as unknown[]),
    timeoutMs: 20_000,
  })
  await store.migrate()
  const world = await consoleWorld({ store })
  const close = world.close
  // In place: its other members are read as they are at the time.
  return Object.assign(world, {
    close: async () => {
      await close()
      await pool.end()
      await server.stop()
    },
  })
}

/** Where the keys are: what a flow of the page does, it does on each. A server that is missing is named by its own tests. */
export const STORES: ReadonlyArray<readonly [store: string, start: () => Promise<ConsoleWorld>]> = [
  ['the file store', () => consoleWorld()],
  ...(hasPostgres ? [['PostgreSQL', onPostgres] as const] : []),
]
