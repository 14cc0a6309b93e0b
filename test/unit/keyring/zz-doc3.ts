import { redisKeyStore, type RedisClient } from 'countersign/keyring/redis'

declare const client: RedisClient // await createClient().connect(), or new Redis()

const store = redisKeyStore({ client, prefix: 'acme' })
await store.check()

export {}
