import { CountersignError, isCountersignError } from '../errors.js'
import { shortDuration } from './durations.js'
import { sizeText } from './sizes.js'
import { type Call, textOf } from './world.js'

/** What the functions behind a command call its options. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ target: '--target', upstream: '--upstream', routes: '--route', hosts: '--host', listen: '--listen' },
  ...{ admin: '--admin', trustedProxies: '--trust-proxy', publicOrigin: '--origin', timeoutMs: '--timeout' },
  ...{ drainMs: '--drain', maxBodyBytes: '--max-body', expiresInMs: '--expires-in', label: '--label', tag: '--tag' },
  ...{ connectTo: '--connect-to', method: '--method', headers: '--header', ownServer: '--i-own-this-server' },
  ...{ secret: '--secret', apiKey: '--api-key', keyId: '--key-id', algorithm: '--algorithm' },
}
/** The same for the functions of a keyring and its page. */
export const KEYRING_NAMES: Readonly<Record<string, string>> = {
  ...{ owner: '--owner', actor: '--actor', reason: '--reason', name: '--name', prefix: '--prefix' },
  ...{ scopes: '--scope', 'scopes.name': '--scope', tags: '--tag', allowIp: '--allow-ip', denyIp: '--deny-ip' },
  ...{ limit: 'the number of --rate', windowMs: 'the time of --rate', expiresInMs: '--expires-in' },
  ...{ lockAfterIdleMs: '--lock-after-idle', rotateEveryMs: '--rotate-every', overlapMs: '--overlap' },
  ...{ publicKey: '--public-key', algorithm: '--algorithm', mayGrant: '--scope', publicOrigin: '--origin' },
}
/** What a configuration file has no line for, because the command line states it too. */
const BESIDE_FILE: Readonly<Record<string, string>> = { hosts: '--host', listen: '--listen' }

const CODES: ReadonlySet<string> = new Set([
  ...['CONFIG_INVALID', 'ARGUMENT_INVALID', 'MESSAGE_MALFORMED', 'KEY_MALFORMED', 'KEY_WEAK'],
])
/** The function, and the one target that the command line has. */
const WHERE = /^(?:[a-z]\w*\d?: )?(?:targets\[0\]: )?/i
// A value that was given is no name of an option.
const NAME = /(?<!got )"([A-Za-z]+)(?:\[(\d+)\])?(?:\.([A-Za-z]+))?"/g
const RANGE = /(--timeout|--drain|--expires-in) must be [a-z ]+ from (\d+) to (\d+)(?:, in milliseconds)?, got (\d+)/g
const SIZES = /(--max-body) must be [a-z ]+ from (\d+) to (\d+), got (\d+)/g
/** An option of a function with the one of the command line behind it. */
const BOTH = /(?:"\w+": true|\[allowInsecure\]: true|"ownServer") \((?:[^()]* )?(--[a-z-]+)\)/g

/** A text about the options of a function as one about those of the command line. */
export function aboutOptions(text: string, names: Readonly<Record<string, string>> = NAMES): string {
  return text
    .replace(WHERE, '')
    .replace(BOTH, '$1')
    .replace(NAME, (whole, name: string, at?: string, member?: string) => {
      const whose = `${name}.${member}`
      const isOne = Object.hasOwn(names, whose)
      const option = isOne ? names[whose] : Object.hasOwn(names, name) ? names[name] : undefined
      if (option === undefined) return whole
      const one = at === undefined ? option : `${option} no. ${Number(at) + 1}`
      return member === undefined || isOne ? one : `the ${member} of ${one}`
    })
    .replace(/, in milliseconds, got a number$/, '')
    .replace(RANGE, (_, name: string, ...[from, to, got]: string[]) => {
      const [least, most, given] = [from, to, got].map((ms) => shortDuration(Number(ms)))
      return `${name} must be from ${least} to ${most}, got ${given}`
    })
    .replace(SIZES, (_, name: string, ...[from, to, got]: string[]) => {
      const [least, most, given] = [from, to, got].map((bytes) => sizeText(Number(bytes)))
      return `${name} must be from ${least} to ${most}, got ${given}`
    })
}

/**
 * Runs a command whose options become those of a function, and has errors name what stands on the command line.
 *
 * @throws {CountersignError} as the work does, with the same code.
 */
export async function namingOptions<T>(
  { options }: Call,
  work: () => Promise<T>,
  known: Readonly<Record<string, string>> = NAMES,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // Problems of a file name its lines, and what its members are called there.
    if (!isCountersignError(error) || !CODES.has(error.code) || /^.*:\d+:? /.test(error.message)) throw error
    const names = textOf(options, 'config') === undefined ? known : BESIDE_FILE
    throw new CountersignError(error.code, aboutOptions(error.message, names), { cause: error })
  }
}
