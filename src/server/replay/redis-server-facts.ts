import { fail } from '../../errors.js'
import type { ReplayCommands } from './redis-commands.js'
import { redisRefusal } from './redis-commands.js'

/**
 * Which process answers, and what it replicates. A restarted server and a promoted replica have another one, whatever data they
 * bring; one that was demoted and is promoted again has another id of replication.
 */
export type RunId = string

/** Stands for an unknown run id. */
export const NO_RUN_ID: RunId = 'any'

/** The process's own id in the text of `INFO server replication`, and that of its replication where it is named. */
export function runIdOf(info: unknown): RunId {
  const text = typeof info === 'string' ? info : ''
  const found = /^run_id:([0-9a-f]{40})\r?$/m.exec(text)?.[1]
  if (found === undefined) fail('STORE_UNAVAILABLE', 'replay store: INFO does not name a run_id')
  const replication = /^master_replid:([0-9a-f]{40})\r?$/m.exec(text)?.[1]
  return replication === undefined ? found : `${found}-${replication}`
}

/** The server's time in the same text, in milliseconds; `undefined` where it is absent. */
export function serverTimeOf(info: unknown): number | undefined {
  const found = typeof info === 'string' ? /^server_time_usec:(\d{1,19})\r?$/m.exec(info)?.[1] : undefined
  return found === undefined ? undefined : Math.floor(Number(found) / 1_000)
}

/**
 * Looks at what a server is before it is trusted.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a version without `NX GET`, and for one that may evict nonces.
 */
export async function inspectServer(commands: ReplayCommands, warn: (message: string) => void): Promise<RunId> {
  const server = await readSection(commands, 'server', warn)
  const memory = await readSection(commands, 'memory', warn)
  if (memory !== undefined) assertKeeps(memory, warn)
  if (server === undefined) return NO_RUN_ID
  const version = /^redis_version:(\d{1,4})\.[0-9.]+\r?$/m.exec(server)?.[1]
  // Redis 7.0: "Allowed the NX and GET options to be used together." Valkey reports the Redis version it is like.
  if (version === undefined) warn('INFO does not name the version; SET with NX and GET needs Redis 7 or Valkey')
  else if (Number(version) < 7) fail('CONFIG_INVALID', `"client" must be of Redis 7 or later, got ${version}`)
  return runIdOf(server)
}

/** The text of a section; `undefined`, with a warning, where the server does not give it. */
async function readSection(
  commands: ReplayCommands,
  section: 'server' | 'memory',
  warn: (message: string) => void,
): Promise<string | undefined> {
  if (commands.info === undefined) {
    warn(`INFO ${section} is not asked of this client: ${UNSEEN[section]}`)
    return undefined
  }
  try {
    const text: unknown = await commands.info(section)
    if (typeof text === 'string') return text
    fail('STORE_UNAVAILABLE', `replay store: INFO ${section} did not answer with text`)
  } catch (error) {
    if (!FORBIDDEN.has(redisRefusal(error) ?? '')) throw error
    warn(`INFO ${section} is forbidden: ${UNSEEN[section]}`)
    return undefined
  }
}

const FORBIDDEN: ReadonlySet<string> = new Set(['NOPERM', 'ERR'])

const UNSEEN = {
  server: 'a restart with restored data and a failover are not noticed, and may let replays of the last seconds pass',
  memory: 'make sure that maxmemory-policy is noeviction; any other policy drops nonces that can still be replayed',
} as const

function assertKeeps(memory: string, warn: (message: string) => void): void {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:([a-z0-9-]{1,32})\\r?$`, 'm').exec(memory)?.[1]
  const policy = field('maxmemory_policy')
  const limit = field('maxmemory')
  if (policy === undefined || limit === undefined) warn(`INFO memory does not name them: ${UNSEEN.memory}`)
  else if (policy !== 'noeviction' && limit !== '0')
    fail('CONFIG_INVALID', `"maxmemory-policy" must be noeviction, got ${policy}`)
}
