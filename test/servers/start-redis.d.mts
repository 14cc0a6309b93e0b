/** A `redis-server` on the loopback, started for one test or measurement, without persistence. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Ends it and removes its folder; safe to call twice and after `kill` or `pause`. */
  stop(): Promise<void>
  /** SIGKILL: connections break without a message. */
  kill(): Promise<void>
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /** Kills it if it still runs and starts an empty one on the same port. */
  restart(): Promise<void>
}

/** Whether this machine has a `redis-server`. */
export const hasRedis: boolean

/**
 * @param config more arguments of the server: `['--maxmemory', '1mb']`
 * @param program another one that takes the same arguments, such as Valkey's, by its path
 */
export function startRedis(config?: readonly string[], program?: string): Promise<RedisServer>

/** A Sentinel that watches a master. */
export function startSentinel(
  master: { readonly name: string; readonly port: number; readonly quorum: number },
  program?: string,
): Promise<RedisServer>
