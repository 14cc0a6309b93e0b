import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import type { KeyStore } from '../keyring/key-store.js'
import type { RedisClient } from '../keyring/stores/redis-client.js'
import { assertPath, type Making } from './new-keyring.js'
import { unreachable, usage } from './usage.js'

/** A store that is open, and how to leave it. */
export interface OpenStore {
  readonly store: KeyStore
  close(): Promise<void>
}

/** Longest time that a database may take to be there. */
const CONNECT_MS = 5_000
const PLAIN = async (): Promise<void> => {}

const OPEN: Readonly<Record<string, (url: string, rest: string, making: Making) => Promise<OpenStore>>> = {
  // A path that is misspelt would look like a keyring without keys.
  file: async (_url, rest, making) => {
    assertPath(rest, making)
    const { fileKeyStore } = await import('../keyring/stores/file.js')
    return { store: fileKeyStore(rest), close: PLAIN }
  },
  sqlite: async (_url, rest, making) => {
    assertPath(rest, making)
    const { sqliteKeyStore } = await import('../keyring/stores/sqlite.js')
    const store = sqliteKeyStore({ path: rest })
    return { store, close: async () => store.close() }
  },
  postgres: openPostgres,
  postgresql: openPostgres,
  redis: openRedis,
  rediss: openRedis,
}

/** Opens the store that a URL names. @throws {UsageError} for any other text, of which nothing is repeated. */
export async function openStore(url: string, fromEnvironment: boolean, making: Making): Promise<OpenStore> {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.+)$/s.exec(url) ?? []
  const open = Object.hasOwn(OPEN, scheme) ? OPEN[scheme] : undefined
  if (open === undefined)
    return usage('--store must be file:PATH, sqlite:PATH, postgres://HOST/DATABASE or redis://HOST')
  if (!fromEnvironment && rest.startsWith('//') && hasPassword(url))
    usage('--store must hold no password: put the URL into the variable COUNTERSIGN_STORE, and leave --store out')
  return open(url, rest, making)
}

const hasPassword = (url: string): boolean =>
  URL.canParse(url) && (new URL(url).password !== '' || new URL(url).searchParams.has('password'))

interface PgPool {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
  end(): Promise<void>
  on(event: 'error', listener: () => void): unknown
}

/** The driver is the user's own: it is looked for where the command was called. */
function driver<T>(name: string): T {
  try {
    return createRequire(join(process.cwd(), 'package.json'))(name) as T
  } catch {
    return usage(
      `this store needs the package "${name}": npm install ${name}, in the folder where the command is called`,
    )
  }
}

async function openPostgres(url: string): Promise<OpenStore> {
  const { Pool } = driver<{ Pool: new (options: object) => PgPool }>('pg')
  const pool = new Pool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  })
  // A connection that breaks is seen by the next question.
  pool.on('error', () => {})
  const { postgresKeyStore } = await import('../keyring/stores/postgres.js')
  const store = postgresKeyStore({ query: (text, values) => pool.query(text, values), timeoutMs: CONNECT_MS })
  await store.migrate()
  return { store, close: () => pool.end() }
}

interface NodeRedis {
  connect(): Promise<unknown>
  on(event: 'error', listener: () => void): NodeRedis
  close?(): Promise<unknown>
  quit?(): Promise<unknown>
}

async function openRedis(url: string): Promise<OpenStore> {
  const { createClient } = driver<{ createClient(options: object): NodeRedis & RedisClient }>('redis')
  const client = createClient({ url, socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false } })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch {
    unreachable('the Redis of --store cannot be reached')
  }
  const { redisKeyStore } = await import('../keyring/stores/redis.js')
  const store = redisKeyStore({ client, timeoutMs: CONNECT_MS })
  return { store, close: async () => void (await (client.close ?? client.quit)?.call(client)) }
}
