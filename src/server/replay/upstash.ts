/** Redis over HTTP, for runtimes without sockets: `countersign/replay/upstash`. */
import { utf8Decode } from '../../crypto/encoding.js'
import { revealed, type Secret } from '../../crypto/secret.js'
import { assertOptions, fail, kindOf, type OptionNames, urlKind } from '../../errors.js'
import { isVisible } from '../../support/ascii.js'
import { cappedBytes } from '../../support/body.js'
import { FUNCTION } from '../../support/option-kinds.js'
import type { ReplayCommands } from './redis-commands.js'

/** Options of {@link upstashCommands}. */
export interface UpstashOptions {
  /** `UPSTASH_REDIS_REST_URL`. */
  readonly url: string
  /** `UPSTASH_REDIS_REST_TOKEN`, not the one for reading only. */
  readonly token: string | Secret
  /** Sends the requests. Default: the runtime's `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

const KNOWN: OptionNames<UpstashOptions> = { url: 2, token: 2, fetch: FUNCTION }

/** An answer of these commands is a line. */
const MAX_ANSWER = 65_536
// A token goes into a field.
const LONGEST_TOKEN = 4_096

/**
 * The commands of `redisReplayStore` over Upstash's REST protocol: `redisReplayStore({ client: upstashCommands({ url, token }) })`.
 * A claim takes two requests, one behind the other.
 *
 * The service does not show which process answers and what its clock is. So a restored backup is not noticed, the clocks of all
 * machines must agree within `clockSkewMs`, and the store warns of that once; leave eviction off in the console.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options.
 * @see https://upstash.com/docs/redis/features/restapi
 * @example
 * ```ts
 * import { redisReplayStore } from 'countersign/replay/redis'
 * import { upstashCommands } from 'countersign/replay/upstash'
 *
 * export const nonces = (env: { readonly UPSTASH_REDIS_REST_URL: string; readonly UPSTASH_REDIS_REST_TOKEN: string }) =>
 *   redisReplayStore({
 *     client: upstashCommands({ url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN }),
 *     deadlineMs: 2_000,
 *   })
 * ```
 */
export function upstashCommands(options: UpstashOptions): ReplayCommands {
  const where = 'upstashCommands'
  assertOptions(where, options, KNOWN)
  const { url, token, fetch = (...request) => globalThis.fetch(...request) } = options
  if (typeof url !== 'string' || !isHttps(url))
    fail(
      'CONFIG_INVALID',
      `${where}: "url" must be a URL with https://, such as UPSTASH_REDIS_REST_URL, got ${urlKind(url)}`,
    )
  const bearer = typeof token === 'string' ? token : utf8Decode(revealed(token, 'token'))
  if (bearer === undefined || !isVisible(bearer, LONGEST_TOKEN))
    fail('CONFIG_INVALID', `${where}: "token" must be a line of text, got ${kindOf(token)}`)
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }

  const send = async (...command: string[]): Promise<unknown> => {
    const body = JSON.stringify(command)
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' })
    const { result, error } = answerOf(utf8Decode(await cappedBytes(answer, MAX_ANSWER)))
    // An error of Redis itself begins with its kind, and the store knows which are final.
    if (typeof error === 'string') throw new Error(error)
    if (!answer.ok || result === undefined) throw new Error(`the service answered with ${answer.status}`)
    return result
  }
  return {
    set: async (key, value, ttlMs) =>
      (await send('SET', key, value, 'NX', 'GET', 'PX', String(ttlMs))) as string | null,
    replace: (key, value, ttlMs) => send('SET', key, value, 'PX', String(ttlMs)),
    pttl: async (key) => (await send('PTTL', key)) as number,
  }
}

// Plain HTTP would show the token; a bridge on the same machine is for tests.
const isHttps = (url: string): boolean =>
  /^https:\/\/[^/@]+\/?$/.test(url) || /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?\/?$/.test(url)

function answerOf(text: string | undefined): { readonly result?: unknown; readonly error?: unknown } {
  try {
    const answer: unknown = JSON.parse(text ?? '')
    return typeof answer === 'object' && answer !== null ? answer : {}
  } catch {
    return {}
  }
}
