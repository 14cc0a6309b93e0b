import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { nearest } from '../errors.js'
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

type Opener = (url: string, rest: string, making: Making) => Promise<OpenStore>

const OPEN: Readonly<Record<string, Opener>> = {
  // A path that is misspelt would look like a keyring without keys.
  file: async (_url, rest, making) => {
    assertPath(rest, making)
    const { fileKeyStore } = await import('../keyring/stores/file.js')
    return { store: fileKeyStore(rest), close: PLAIN }
  },
  sqlite: async (_url, rest, making) => {
    // The store's own message names what a program calls in its place.
    if (process.getBuiltinModule?.('node:sqlite') === undefined)
      usage(
        `sqlite: needs Node 22.13 or later, this is ${process.versions.node}: state --store file:PATH, or run a newer Node`,
      )
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

const STORES = '--store must be file:PATH, sqlite:PATH, postgres://HOST/DATABASE or redis://HOST'

/** What was probably meant, as the end of a sentence: of a text that is no store only the kind of one is repeated. */
function storeHint(url: string): string {
  const scheme = /^([a-z]{2,12}):/i.exec(url)?.[1]
  const near = scheme === undefined ? undefined : nearest(scheme, Object.keys(OPEN))
  if (near !== undefined) return `; did you mean ${near}:?`
  return scheme === undefined && !url.includes('@') ? `: before the path of a file write file: or sqlite:` : ''
}

/** A store in words for the screen: its place, without user, password and parameters. */
export function storeName(url: string): string {
  if (/^(?:file|sqlite):/.test(url)) return url
  // Of what has another form nothing is known to be harmless but its beginning.
  if (!/^[a-z]+:\/\//.test(url) || !URL.canParse(url)) return (/^[a-z]+/.exec(url) as RegExpExecArray)[0]
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

function openerOf(url: string): readonly [open: Opener, rest: string] {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.+)$/s.exec(url) ?? []
  const open = Object.hasOwn(OPEN, scheme) ? OPEN[scheme] : undefined
  return [open ?? usage(`${STORES}${storeHint(url)}`), rest]
}

/** Refuses what names no store, before anything is read. @throws {UsageError} */
export const assertStore = (url: string): void => void openerOf(url)

/** Opens the store that a URL names. @throws {UsageError} for any other text, of which nothing is repeated. */
export async function openStore(url: string, fromEnvironment: boolean, making: Making): Promise<OpenStore> {
  const [open, rest] = openerOf(url)
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
