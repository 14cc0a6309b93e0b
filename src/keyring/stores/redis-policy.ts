import { fail } from '../../errors.js'
import { answerOf, type RedisCommand } from './redis-client.js'

/**
 * Whether this Redis keeps what it is given. A policy of `allkeys-…` drops records when memory is short, and a dropped record
 * is a key that is unknown, or a revocation that never was. `volatile-…` drops only what has a time to live, which nothing of
 * ours has.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a policy that drops records; `STORE_UNAVAILABLE`.
 */
export async function assertKeeps(
  command: RedisCommand,
  timeoutMs: number,
  onWarning: (message: string) => void,
): Promise<void> {
  const setting = async (name: string): Promise<string | undefined> =>
    settingOf(await answerOf(refusable(command('CONFIG', 'GET', name)), timeoutMs), name)
  const policy = await setting('maxmemory-policy')
  if (policy === undefined) {
    onWarning('CONFIG GET is not allowed here: see to it yourself that "maxmemory-policy" is "noeviction"')
    return
  }
  if (policy !== 'noeviction' && !policy.startsWith('volatile-'))
    fail(
      'CONFIG_INVALID',
      '"maxmemory-policy" of this Redis must be "noeviction", got one that drops records when memory is short',
    )
  if ((await setting('appendonly')) === 'no')
    onWarning('"appendonly" of this Redis is "no": when it ends, what was written since its last snapshot is lost')
}

/** A managed Redis answers "unknown command" or NOPERM: an answer, unlike a lost connection. */
const REFUSED = /^(NOPERM|ERR (unknown|.*not allowed|.*disabled))/i
const refusable = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => {
    if (REFUSED.test(String((error as { message?: unknown } | undefined)?.message))) return undefined
    throw error
  })

/** RESP2 answers a list of names and values, RESP3 a map, which clients give as one of three things. */
function settingOf(answer: unknown, name: string): string | undefined {
  const value: unknown = Array.isArray(answer)
    ? answer[1]
    : answer instanceof Map
      ? answer.get(name)
      : (answer as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}
