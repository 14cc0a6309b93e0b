import { sha256Text } from '#backend/sha256'
import { assertOptions, fail, kindOf, type OptionNames } from '../errors.js'
import type { DeliveryStore } from './deliveries.js'

/** A client of Redis or Valkey by the one method that is used of it: `redis`, `ioredis` (also a `Cluster`) or `valkey-glide`. */
export type DeliveryRedisClient =
  | { call(command: string, ...args: string[]): Promise<unknown> }
  | { sendCommand(args: string[]): Promise<unknown> }
  | { customCommand(args: string[]): Promise<unknown> }

/** Options of {@link redisDeliveries}. */
export interface RedisDeliveriesOptions {
  /** A client of ioredis, node-redis or Valkey GLIDE, which is connected and stays the caller's. */
  readonly client: DeliveryRedisClient
  /** Stands before the names of the keys. Default `delivery:`. */
  readonly prefix?: string
}

const KNOWN: OptionNames<RedisDeliveriesOptions> = { client: 2, prefix: 1 }
const HANDLED = '1'
const IN_FLIGHT = '0'
const HINTS = { redis: 'client', keyPrefix: 'prefix' }

/** Sends one command. @throws {CountersignError} `CONFIG_INVALID` for a client that is none of the known ones. */
function senderOf(client: unknown): (args: readonly [string, ...string[]]) => Promise<unknown> {
  const { call, sendCommand, customCommand } = Object(client) as Readonly<Record<string, unknown>>
  if (typeof call === 'function') return (args) => call.apply(client, args)
  // Cluster and Sentinel clients of `redis` have a method of this name with other arguments.
  if (typeof sendCommand === 'function' && 'getMasterNode' in Object(client))
    return (args) => sendCommand.call(client, false, args)
  const isPlain = !['masters', 'acquire'].some((name) => name in Object(client))
  const one = typeof sendCommand === 'function' && isPlain ? sendCommand : customCommand
  if (typeof one === 'function') return (args) => one.call(client, args)
  return fail(
    'CONFIG_INVALID',
    `redisDeliveries: "client" must be a client of redis, ioredis or valkey-glide, got ${kindOf(client)}`,
  )
}

/**
 * Deliveries of several processes, in Redis or Valkey. A claim is one `SET … NX PX`, so of any number of equal claims one is the
 * first. A server that loses its memory forgets deliveries, which then count once more: at least once, never lost.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant.
 * @example
 * ```ts
 * import { createClient } from 'redis'
 * import { receiveWebhook, type Webhook } from 'countersign/webhook'
 * import { redisDeliveries } from 'countersign/webhook/redis'
 *
 * const client = await createClient({ url: 'redis://127.0.0.1' }).connect()
 * const deliveries = redisDeliveries({ client })
 * export const receive = (webhook: Webhook, request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export function redisDeliveries(options: RedisDeliveriesOptions): DeliveryStore {
  assertOptions('redisDeliveries', options, KNOWN, HINTS)
  const { client, prefix = 'delivery:' } = options
  if (typeof prefix !== 'string' || prefix.length > 128)
    fail('CONFIG_INVALID', `redisDeliveries: "prefix" must be at most 128 characters, got ${kindOf(prefix)}`)
  const send = senderOf(client)
  // Ids are a sender's text: their hash has one length, and no characters that mean something.
  const keyOf = (id: string): string => prefix + sha256Text(id, 'base64url')
  const life = (nowMs: number, untilMs: number): string => String(Math.max(1, Math.ceil(untilMs - nowMs)))
  const assertOk = (answer: unknown): true =>
    String(answer) === 'OK' || fail('STORE_UNAVAILABLE', 'redisDeliveries: the server answered neither OK nor nil')
  return {
    claim: async ({ id, nowMs, untilMs, handledByMs }) => {
      const key = keyOf(id)
      const mark = handledByMs === undefined ? HANDLED : IN_FLIGHT
      const answer = await send(['SET', key, mark, 'NX', 'PX', life(nowMs, handledByMs ?? untilMs)])
      if (answer !== null) return assertOk(answer)
      const before = await send(['GET', key])
      // Gone between the two: released or run out, so the next attempt will be the first.
      return before === null || String(before) === IN_FLIGHT ? 'in-flight' : false
    },
    settle: async ({ id, nowMs, untilMs }) => {
      assertOk(await send(['SET', keyOf(id), HANDLED, 'PX', life(nowMs, untilMs)]))
    },
    release: async (id) => {
      await send(['DEL', keyOf(id)])
    },
  }
}
