/** Publishes changes to the other nodes through Redis: `countersign/keyring/redis-bus`. */
import { assertOptions, mustBe, type OptionNames } from '../../errors.js'
import { deadline } from '../../support/deadline.js'
import type { BusMessage, KeyBus } from '../cache/key-bus.js'
import { answerOf, commandOf, type RedisClient } from '../stores/redis-client.js'
import { channelOf, DEFAULT_PREFIX } from '../stores/redis-scripts.js'
import { checkedText, type Listener, listener, SPAN } from './listener.js'

type EventCallback = (...args: unknown[]) => void

/** A connection of `redis` (node-redis 5 or 6) for subscribing: a second client, connected. */
export interface NodeRedisSubscriber {
  /** Listens to a channel. */
  subscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>
  /** Listens no more. */
  unsubscribe(channel: string, listener: (message: string, channel: string) => void): Promise<unknown>
  /** Listens to what the client tells of itself. */
  on(event: string, listener: EventCallback): unknown
  /** Listens no more. */
  off(event: string, listener: EventCallback): unknown
  /** Whether the client is connected. */
  readonly isReady: boolean
}

/** A connection of `ioredis` for subscribing: a second client. */
export interface IoRedisSubscriber {
  /** Listens to a channel. */
  subscribe(channel: string): Promise<unknown>
  /** Listens no more. */
  unsubscribe(channel: string): Promise<unknown>
  /** Listens to what the client tells of itself, and to messages. */
  on(event: string, listener: EventCallback): unknown
  /** Listens no more. */
  off(event: string, listener: EventCallback): unknown
  /** What the connection is doing: `ready`, `connecting` … */
  readonly status: string
}

/** Options of {@link redisBus}. */
export interface RedisBusOptions {
  /** Publishes: any client, as the one of the store. */
  readonly publisher: RedisClient
  /** Subscribes: a separate client, because a connection that subscribes can do little else. It stays the caller's. */
  readonly subscriber: NodeRedisSubscriber | IoRedisSubscriber
  /** `channel` of a {@link redisKeyStore}. Default: the one of its default prefix, `countersign:bus`. */
  readonly channel?: string
  /** How often it makes sure that messages still come through. Default 5 000. */
  readonly heartbeatMs?: number
  /** After so long without an answer publishing fails. Default 2 000. */
  readonly timeoutMs?: number
}

const LOST = ['end', 'close', 'reconnecting', 'error'] as const

const KNOWN: OptionNames<RedisBusOptions> = {
  publisher: 2,
  subscriber: 2,
  channel: 1,
  heartbeatMs: SPAN,
  timeoutMs: SPAN,
}

/**
 * A bus over Redis pub/sub, with clients of `redis` or `ioredis`. Redis forgets what it could not deliver: after each return
 * of the connection the bus reports so, and its listener polls the store for what was missed.
 *
 * The client reconnects, as it is set up to. The bus subscribes again, and reports `true` when that is done or when a message
 * to itself came back.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options. `publish` throws `STORE_UNAVAILABLE` where Redis does not take
 *   the message in time, and `ARGUMENT_INVALID` for what is no message; `subscribe` reports `false` instead.
 * @example
 * ```ts
 * import type { RedisClient } from 'countersign/keyring/redis'
 * import { type NodeRedisSubscriber, redisBus } from 'countersign/keyring/redis-bus'
 *
 * declare const publisher: RedisClient // await createClient().connect()
 * declare const subscriber: NodeRedisSubscriber // await publisher.duplicate().connect()
 *
 * const bus = redisBus({ publisher, subscriber })
 * ```
 */
export function redisBus(options: RedisBusOptions): KeyBus {
  assertOptions('redisBus', options, KNOWN)
  const { subscriber, channel = channelOf(DEFAULT_PREFIX), heartbeatMs = 5_000, timeoutMs = 2_000 } = options
  const command = commandOf(options.publisher, 'publisher')
  mustBe(
    typeof subscriber?.subscribe === 'function' && typeof subscriber.on === 'function',
    'subscriber',
    'a client of "redis" or "ioredis"',
    subscriber,
  )
  mustBe(
    typeof channel === 'string' && /^[A-Za-z0-9_.:-]{1,128}$/.test(channel),
    'channel',
    '1 to 128 of A-Za-z0-9_.:-',
    channel,
  )
  const line = isNodeRedis(subscriber) ? nodeRedisLine(subscriber, channel) : ioRedisLine(subscriber, channel)
  const send = (text: string): Promise<unknown> => answerOf(command('PUBLISH', channel, text), timeoutMs)

  return {
    publish: async (message: BusMessage) => {
      await send(checkedText(message))
    },
    subscribe: async (onMessage, onState) => {
      const subscription: Listener = listener({ onMessage, onState, send, heartbeatMs })
      const receive = (text: unknown): void => subscription.receive(text)
      let live = true
      const join = async (): Promise<void> => {
        try {
          await line.join(receive)
          if (live && line.isReady()) subscription.up()
        } catch {
          subscription.down()
        }
      }
      const down = (): void => subscription.down()
      const ready = (): void => void join()
      for (const event of LOST) subscriber.on(event, down)
      subscriber.on('ready', ready)
      // A client without a connection may keep the command for as long as that takes.
      await deadline(join(), timeoutMs).catch(down)
      return async () => {
        live = false
        subscription.stop()
        for (const event of LOST) subscriber.off(event, down)
        subscriber.off('ready', ready)
        await deadline(line.leave(receive), timeoutMs).catch(() => {})
      }
    },
  }
}

/** The differences between the two libraries. */
interface ChannelClient {
  join(receive: (text: unknown) => void): Promise<unknown>
  leave(receive: (text: unknown) => void): Promise<unknown>
  isReady(): boolean
}

const isNodeRedis = (client: NodeRedisSubscriber | IoRedisSubscriber): client is NodeRedisSubscriber =>
  typeof (client as { isReady?: unknown }).isReady === 'boolean'

/** It keeps a set of listeners per channel, and subscribes again by itself. */
const nodeRedisLine = (client: NodeRedisSubscriber, channel: string): ChannelClient => ({
  join: (receive) => client.subscribe(channel, receive),
  leave: (receive) => client.unsubscribe(channel, receive),
  isReady: () => client.isReady,
})

/** It has one event for all channels, and unsubscribes all listeners of a channel at once. */
function ioRedisLine(client: IoRedisSubscriber, channel: string): ChannelClient {
  const receivers = new Set<(text: unknown) => void>()
  const onMessage = (on: unknown, text: unknown): void => {
    if (on === channel) for (const receive of [...receivers]) receive(text)
  }
  return {
    join: (receive) => {
      if (receivers.size === 0) client.on('message', onMessage)
      receivers.add(receive)
      return client.subscribe(channel)
    },
    leave: async (receive) => {
      receivers.delete(receive)
      if (receivers.size > 0) return
      client.off('message', onMessage)
      await client.unsubscribe(channel)
    },
    isReady: () => client.status === 'ready',
  }
}
