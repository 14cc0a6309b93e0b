import pg from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { type PostgresQuery, postgresKeyStore } from '../../../src/keyring/stores/postgres.js'
import { keyStoreContract } from '../../contract/key-store.js'
import { describePostgres, openPglite, type PostgresServer, startPostgres } from '../../servers/postgres.js'

let schemas = 0
/** A schema nobody has used yet: one server serves all the tests of this file. */
const fresh = (): string => `test_${++schemas}`

const pglite = openPglite()
afterAll(async () => (await pglite).close())

describe('on PGlite', () => {
  keyStoreContract(
    'PostgreSQL in WebAssembly',
    async () => {
      const db = await pglite
      const query: PostgresQuery = (text, values) => db.query(text, values)
      const schema = fresh()
      const store = postgresKeyStore({ query, schema, timeoutMs: 20_000 })
      await store.migrate()
      return { store, another: () => postgresKeyStore({ query, schema, timeoutMs: 20_000 }) }
    },
    { persistent: true, many: 300, writers: 12 },
  )
})

describePostgres('on a PostgreSQL server, with pg', () => {
  let server: PostgresServer
  const pools: pg.Pool[] = []
  const open = (): PostgresQuery => {
    const pool = new pg.Pool({ connectionString: server.connectionString, max: 10 })
    pool.on('error', () => {})
    pools.push(pool)
    return (text, values) => pool.query(text, values)
  }
  beforeAll(async () => {
    server = (await startPostgres()) as PostgresServer
  })
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await server.stop()
  })

  keyStoreContract(
    'two pools',
    async () => {
      const [one, two] = [open(), open()]
      const schema = fresh()
      const store = postgresKeyStore({ query: one, schema, timeoutMs: 10_000 })
      await store.migrate()
      return { store, another: () => postgresKeyStore({ query: two, schema, timeoutMs: 10_000 }) }
    },
    { persistent: true },
  )
})
