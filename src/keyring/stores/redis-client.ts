import { hex, utf8 } from '../../crypto/encoding.js'
import { CountersignError, fail, kindOf } from '../../errors.js'
import { deadline } from '../../support/deadline.js'

/** A client of the package `redis` (node-redis 5 or 6), connected. */
export interface NodeRedisClient {
  /** Sends a command as its words. */
  sendCommand(args: readonly string[]): Promise<unknown>
}

/** A client of the package `ioredis` (or `iovalkey`), also its `Cluster`. */
export interface IoRedisClient {
  /** Sends a command as its name and its words. */
  call(command: string, ...args: string[]): Promise<unknown>
}

/** Either kind of client; what it is, is seen by its methods. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** One command and its answer. */
export type RedisCommand = (...args: [string, ...string[]]) => Promise<unknown>

/** The first word of a refusal, where it is one that helps. The rest of its text may repeat arguments. */
const WORDS: ReadonlySet<string> = new Set(
  'NOSCRIPT OOM READONLY LOADING BUSY MISCONF MASTERDOWN CLUSTERDOWN CROSSSLOT MOVED ASK TRYAGAIN NOAUTH NOPERM WRONGTYPE NOREPLICAS'.split(
    ' ',
  ),
)
const CODE = /^[A-Z][A-Z0-9_]{2,31}$/

/** `OOM`, `ECONNREFUSED` …; '' for an error that names none. */
export function wordOf(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown }
  const [word = ''] = typeof message === 'string' ? message.split(' ', 1) : []
  if (WORDS.has(word)) return word
  return typeof code === 'string' && CODE.test(code) ? code : ''
}

/** @throws {CountersignError} `CONFIG_INVALID` for what is no client. */
export function commandOf(client: RedisClient, name: string): RedisCommand {
  const { call, sendCommand } = (client ?? {}) as Partial<NodeRedisClient & IoRedisClient>
  // ioredis has a sendCommand as well, which takes something else.
  if (typeof call === 'function') return async (...args) => call.apply(client, args)
  if (typeof sendCommand === 'function') return async (...args) => sendCommand.call(client, args)
  fail('CONFIG_INVALID', `"${name}" must be a client of "redis" or "ioredis", got ${kindOf(client)}`)
}

/**
 * The answer within the time. Errors of a client hold the command with its arguments, so nothing of them is passed on but a
 * known word.
 *
 * @throws {CountersignError} `STORE_UNAVAILABLE`, and `STORE_CORRUPTED` for a key of another type.
 */
export async function answerOf(answer: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  try {
    return await deadline(answer, timeoutMs)
  } catch (error) {
    if (error instanceof CountersignError) throw error
    const word = wordOf(error)
    if (word === 'WRONGTYPE') fail('STORE_CORRUPTED', 'a key of this prefix has another type; it is left as it is')
    fail('STORE_UNAVAILABLE', `Redis answered with ${word || 'an error without a known word'}`)
  }
}

/** Runs a script by its name, and sends its text only where the server does not have it yet. */
export type RunScript = (command: RedisCommand, keys: readonly string[], args: readonly string[]) => Promise<unknown>

/** A script that is sent once. Its name is the SHA-1 of its text: no secret, so a weak hash does. */
export function script(text: string): RunScript {
  let name: Promise<string | undefined> | undefined
  return async (command, keys, args) => {
    name ??= sha1(text)
    const known = await name
    const rest = [String(keys.length), ...keys, ...args]
    if (known !== undefined) {
      try {
        return await command('EVALSHA', known, ...rest)
      } catch (error) {
        // After a restart or SCRIPT FLUSH; nothing of it was done.
        if (wordOf(error) !== 'NOSCRIPT') throw error
      }
    }
    return await command('EVAL', text, ...rest)
  }
}

/** `undefined` where there is no WebCrypto, as on a page that is no secure context. */
async function sha1(text: string): Promise<string | undefined> {
  const bytes = await globalThis.crypto?.subtle?.digest('SHA-1', utf8(text) as Uint8Array<ArrayBuffer>)
  return bytes && hex(new Uint8Array(bytes))
}
