import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll } from 'vitest'
import { type RedisClient, redisKeyStore } from '../../../src/keyring/stores/redis.js'
import { keyStoreContract } from '../../contract/key-store.js'
import { describeRedis, type RedisServer, startRedis } from '../../servers/redis.js'

let prefixes = 0
const fresh = (): string => `test-${++prefixes}`
const onWarning = (): void => {}

describeRedis('on a Redis server', () => {
  let server: RedisServer
  const closing: (() => unknown)[] = []
  const ioredis = (): Redis => {
    const client = new Redis(server.url, { lazyConnect: false })
    client.on('error', () => {})
    closing.push(() => client.disconnect())
    return client
  }
  const nodeRedis = async () => {
    const client = createClient({ url: server.url })
    client.on('error', () => {})
    await client.connect()
    closing.push(() => client.destroy())
    return client
  }
  beforeAll(async () => {
    server = (await startRedis()) as RedisServer
  })
  afterAll(async () => {
    for (const close of closing) await close()
    await server.stop()
  })

  const clients: [string, () => RedisClient | Promise<RedisClient>][] = [
    ['ioredis', ioredis],
    ['node-redis', nodeRedis],
  ]
  for (const [name, open] of clients) {
    let pair: Promise<RedisClient[]> | undefined
    keyStoreContract(
      `Redis with ${name}`,
      async () => {
        pair ??= Promise.all([open(), open()])
        const [one, two] = (await pair) as [RedisClient, RedisClient]
        const prefix = fresh()
        return {
          store: redisKeyStore({ client: one, prefix, onWarning }),
          another: () => redisKeyStore({ client: two, prefix, onWarning }),
        }
      },
      { persistent: true, writers: name === 'ioredis' ? 50 : 15 },
    )
  }
})
