import { fail } from '../../errors.js'

/** The two commands a Redis replay store needs, for clients without built-in support. */
export interface ReplayCommands {
  /** `SET key token NX GET PX ttlMs` on a master: `null` when it was set, otherwise the value that was there. */
  set(key: string, token: string, ttlMs: number): Promise<string | null>
  /**
   * `INFO memory`, or `INFO server replication`, of the server that `set` writes to. Without it a restart that brings old data
   * back, and a failover, are not seen; a restart that comes back empty is.
   */
  info?(section: 'server' | 'memory'): Promise<string>
  /** The same of the server that holds a key: for `cluster`, in place of `info`. */
  infoOf?(key: string, section: 'server' | 'memory'): Promise<string>
  /** `PTTL key`: since when the server remembers is then measured by its own clock, not by that of a process. */
  pttl?(key: string): Promise<number>
  /** `SET key value PX ttlMs`. Without it a window cannot be raised under the same prefix. */
  replace?(key: string, value: string, ttlMs: number): Promise<unknown>
  /**
   * True where commands run on one connection in the order of the calls. A claim then takes one round trip, otherwise (a
   * pool, a cluster) two. Default `false`.
   */
  readonly inOrder?: boolean
  /** True where the keys are spread over several servers. Default `false`. */
  readonly cluster?: boolean
}

/** `ioredis` and `iovalkey`, a single client or a `Cluster`. */
export interface IoredisLike {
  /** Sends a command as its name and its words. */
  call(command: string, ...args: string[]): Promise<unknown>
  /** True for a client of a cluster. */
  readonly isCluster?: boolean
}

/** `redis` 5 and 6: `createClient`, and at two round trips per claim `createClientPool`. */
export interface NodeRedisLike {
  /** Sends a command as its words. */
  sendCommand(args: string[]): Promise<unknown>
  /** Whether the client is connected. */
  readonly isReady?: boolean
}

/** `@valkey/valkey-glide`: `GlideClient`. */
export interface GlideLike {
  /** Sends a command as its words. */
  customCommand(args: string[]): Promise<unknown>
}

/** A client of Redis or Valkey, by the one method that is used of it. */
export type RedisClientLike =
  | IoredisLike
  | NodeRedisLike
  | NodeRedisClusterLike
  | NodeRedisSentinelLike
  | GlideLike
  | ReplayCommands

/** `redis` 5 and 6: `createSentinel`, at two round trips per claim. */
export interface NodeRedisSentinelLike {
  /** Sends a command as its words. */
  sendCommand(isReadonly: boolean | undefined, args: string[]): Promise<unknown>
  /** Takes a connection to the master. */
  acquire(): Promise<unknown>
  /** Where the master is. */
  getMasterNode(): unknown
}

/** `redis` 5 and 6: `createCluster`. */
export interface NodeRedisClusterLike {
  /** Sends a command as its words, to the node of a key. */
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>
  /** The nodes that can be written to. */
  readonly masters: unknown
}

type Send = (args: string[]) => Promise<unknown>

/** The run of a server, and what it replicates: the latter changes when it is promoted without having been restarted. */
const SECTIONS = { server: ['server', 'replication'], memory: ['memory'] } as const

// Answers are looked at where they are used: no reply of a server is trusted to have the type it should.
const byCommand = (send: Send, inOrder: boolean): ReplayCommands => ({
  set: async (key, token, ttlMs) =>
    (await send(['SET', key, token, 'NX', 'GET', 'PX', String(ttlMs)])) as string | null,
  info: async (section) => (await send(['INFO', ...SECTIONS[section]])) as string,
  pttl: async (key) => (await send(['PTTL', key])) as number,
  replace: (key, value, ttlMs) => send(['SET', key, value, 'PX', String(ttlMs)]),
  inOrder,
})

// INFO has no key, so a cluster client asks any of its servers: a script with a key runs where the key is.
const INFO_BESIDE = "return redis.call('INFO', unpack(ARGV))"

const byKey = (send: (key: string, args: string[]) => Promise<unknown>): ReplayCommands => ({
  set: async (key, token, ttlMs) =>
    (await send(key, ['SET', key, token, 'NX', 'GET', 'PX', String(ttlMs)])) as string | null,
  infoOf: async (key, section) => (await send(key, ['EVAL', INFO_BESIDE, '1', key, ...SECTIONS[section]])) as string,
  pttl: async (key) => (await send(key, ['PTTL', key])) as number,
  replace: (key, value, ttlMs) => send(key, ['SET', key, value, 'PX', String(ttlMs)]),
  cluster: true,
})

/** @throws {CountersignError} `CONFIG_INVALID` for a client that is none of the known ones. */
export function redisCommands(client: RedisClientLike): ReplayCommands {
  const known = client as Partial<IoredisLike & NodeRedisLike & GlideLike & ReplayCommands> | null | undefined
  if (typeof known?.call === 'function') {
    const { call } = known
    const send: Send = (args) => call.apply(client, args as [string, ...string[]])
    return known.isCluster === true ? byKey((_, args) => send(args)) : byCommand(send, true)
  }
  // Cluster and Sentinel clients of `redis` have a method of this name with other arguments, and both are recognised by these.
  if (typeof known?.sendCommand === 'function' && 'masters' in known) {
    const { sendCommand } = known as unknown as NodeRedisClusterLike
    return byKey((key, args) => sendCommand.call(client, key, false, args))
  }
  // Between two commands it may have found another master, so it promises no order.
  if (typeof known?.sendCommand === 'function' && 'acquire' in known && 'getMasterNode' in known) {
    const { sendCommand } = known as unknown as NodeRedisSentinelLike
    return byCommand((args) => sendCommand.call(client, false, args), false)
  }
  if (typeof known?.sendCommand === 'function' && !('acquire' in known)) {
    const { sendCommand } = known
    return byCommand((args) => sendCommand.call(client, args), 'isReady' in known)
  }
  // Its core runs commands concurrently, and promises no order.
  const custom = known?.customCommand
  if (typeof custom === 'function') return byCommand((args) => custom.call(client, args), false)
  if (typeof known?.set === 'function' && typeof known.sendCommand !== 'function') return known as ReplayCommands
  fail('CONFIG_INVALID', '"client" must be a client of redis, ioredis or valkey-glide, or { set(key, token, ttlMs) }')
}

// The first word of an error reply is its kind. Only these are shown: the rest of the line may quote keys.
const KINDS: ReadonlySet<string> = new Set([
  ...['OOM', 'READONLY', 'NOREPLICAS', 'MISCONF', 'LOADING', 'MASTERDOWN', 'BUSY', 'NOAUTH', 'NOPERM', 'WRONGPASS'],
  ...['CLUSTERDOWN', 'TRYAGAIN', 'MOVED', 'ASK', 'WRONGTYPE', 'EXECABORT', 'UNBLOCKED', 'ERR'],
])

/**
 * The kind of an error reply; `undefined` for anything that is not a reply of the server, such as a lost connection.
 * Recognised by its text: the clients' classes differ, and there may be two copies of them.
 */
export function redisRefusal(error: unknown): string | undefined {
  const message: unknown = (error as Error | null | undefined)?.message
  const word = typeof message === 'string' ? /^-?([A-Z]{3,16})(?: |$)/.exec(message)?.[1] : undefined
  return word !== undefined && KINDS.has(word) ? word : undefined
}
