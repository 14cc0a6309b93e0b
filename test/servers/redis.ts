import { describe } from 'vitest'
import { type RedisClientLike, redisCommands } from '../../src/server/replay/redis-commands.js'
import { MARK_TTL_MS } from '../../src/server/replay/redis-epoch.js'
import { runIdOf } from '../../src/server/replay/redis-server-facts.js'
import { hasRedis, type RedisServer, startRedis as start } from './start-redis.mjs'

export { hasRedis, type RedisServer } from './start-redis.mjs'

export interface RedisOptions {
  /** More arguments of the server: `['--maxmemory', '1mb']`. */
  readonly config?: readonly string[]
}

if (!hasRedis) console.warn('\n*** No redis-server on this machine: the tests against a real Redis are SKIPPED ***\n')

/** `describe` for what needs a real Redis. Where there is none, it is skipped under a name that says so. */
export function describeRedis(name: string, fn: () => void): void {
  if (hasRedis) describe(name, fn)
  else describe.skip(`${name} [SKIPPED: no redis-server on this machine]`, fn)
}

/** Starts a server without persistence on a free loopback port. `undefined`, with a warning, where the program is missing. */
export async function startRedis({ config }: RedisOptions = {}): Promise<RedisServer | undefined> {
  if (hasRedis) return start(config)
  console.warn('*** startRedis: no redis-server on this machine ***')
  return undefined
}

/**
 * Makes the mark of a replay store look as if it had been made so long ago, as in a service that has run for a while. To be
 * called when the store has claimed once.
 */
export async function ageMark(client: RedisClientLike, byMs: number, prefix = 'rp:'): Promise<void> {
  const commands = redisCommands(client)
  if (commands.info === undefined || commands.replace === undefined) return
  const key = `${prefix}epoch:${runIdOf(await commands.info('server'))}`
  const mark = await commands.set(key, 'none', 1)
  if (mark === null) throw new Error('the store has not made a mark yet')
  await commands.replace(key, mark, MARK_TTL_MS - byMs)
}

/** Lets the nonces of a replay store grow older by so much, without waiting for it. */
export async function ageNonces(client: RedisClientLike, byMs: number, prefix = 'rp:'): Promise<void> {
  const send = async (...args: string[]): Promise<unknown> => {
    const { call, sendCommand } = client as {
      call?: (...a: string[]) => unknown
      sendCommand?: (a: string[]) => unknown
    }
    return call === undefined ? sendCommand?.call(client, args) : call.apply(client, args)
  }
  for (const key of (await send('KEYS', `${prefix}*`)) as string[]) {
    if (key.includes('epoch')) continue
    const left = Number(await send('PTTL', key))
    await send('PEXPIRE', key, String(left - byMs))
  }
}
