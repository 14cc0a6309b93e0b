// One node of a service: keys in PostgreSQL, changes over a bus, as docs/keyring.md sets one up.

import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createClient } from 'redis'
import { library } from './library.mjs'

const { createKeyring, createSealing } = await library('countersign/keyring')
const { postgresKeyStore } = await library('countersign/keyring/postgres')
const { redisBus } = await library('countersign/keyring/redis-bus')
const { postgresBus } = await library('countersign/keyring/postgres-bus')

const quiet = () => {}
/** Both clients fail fast: waiting for a server that is away is useless. */
const CLIENTS = {
  redis: async (url) => {
    const socket = { connectTimeout: 1_000, reconnectStrategy: (tries) => Math.min(20 * (tries + 1), 200) }
    const client = createClient({ url, disableOfflineQueue: true, socket }).on('error', quiet)
    await client.connect()
    return client
  },
  ioredis: async (url) => {
    const retryStrategy = (tries) => Math.min(20 * tries, 200)
    const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, connectTimeout: 1_000, retryStrategy }
    const client = new Redis(url, { ...options, lazyConnect: true }).on('error', quiet)
    await client.connect()
    return client
  },
}

export const redisClient = (url, kind = 'redis') => CLIENTS[kind](url)

export function openPool(connectionString, max = 4) {
  const pool = new pg.Pool({ connectionString, max, connectionTimeoutMillis: 1_000, query_timeout: 2_000 })
  return pool.on('error', quiet)
}

/** `query` of a pool as the stores take it. */
export const queryOf = (pool) => (text, values) => pool.query(text, values)

const BUSES = {
  redis: async ({ redisUrl, client }) =>
    redisBus({ publisher: await redisClient(redisUrl, client), subscriber: await redisClient(redisUrl, client) }),
  postgres: async ({ connectionString }, { pool, line }) =>
    postgresBus({
      query: async (text, values) => {
        if (line.cut) throw new Error('the bus is cut')
        return pool.query(text, values)
      },
      connect: async () => {
        if (line.cut) throw new Error('the bus is cut')
        const listener = new pg.Client({ connectionString, connectionTimeoutMillis: 1_000 })
        await listener.connect()
        line.current = listener
        return listener
      },
    }),
}

/**
 * @param {{ connectionString: string, redisUrl?: string, client?: 'redis' | 'ioredis', bus: 'redis' | 'postgres',
 *   kek: string, cache?: object, usage?: object }} setup
 * @param {(error: unknown) => void} onError
 */
export async function openNode(setup, onError) {
  const pool = openPool(setup.connectionString)
  const store = postgresKeyStore({ query: queryOf(pool) })
  await store.migrate()
  const line = { cut: false, current: undefined }
  const keyring = createKeyring({
    store,
    prefix: 'acme',
    sealing: createSealing({ primary: { id: 'kek-1', key: Buffer.from(setup.kek, 'hex') } }),
    bus: await BUSES[setup.bus](setup, { pool, line }),
    onError,
    ...(setup.cache && { cache: setup.cache }),
    ...(setup.usage && { usage: setup.usage }),
  })
  await keyring.ready()
  return {
    keyring,
    store,
    /** `end`: the connection that listens for NOTIFY is lost; `deafen`: it hears nothing, and does not know; `mend`. */
    cutNotify: async (how) => {
      line.cut = how !== 'mend'
      if (how === 'deafen') return line.current.query('UNLISTEN *')
      const last = line.current
      await last.end().catch(quiet)
      while (how === 'mend' && line.current === last) await sleep(20)
    },
  }
}
