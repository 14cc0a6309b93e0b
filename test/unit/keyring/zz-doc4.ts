import type { RedisClient } from 'countersign/keyring/redis'
import { type NodeRedisSubscriber, redisBus } from 'countersign/keyring/redis-bus'

declare const publisher: RedisClient // await createClient().connect()
declare const subscriber: NodeRedisSubscriber // await publisher.duplicate().connect()

const bus = redisBus({ publisher, subscriber })

export {}
