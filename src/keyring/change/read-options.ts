import { POLICY_LIMITS } from '../../access/limits.js'
import { assertOptions, fail, type KnownOptions, kindOf, refuseOptions } from '../../errors.js'
import { type Actor, checkedActor } from './actor.js'

// A time in its place would be a life of half a century.
const LIFE = '"expiresInMs", a duration in milliseconds from now (a time less Date.now())'
/** Common other names of options, which are no spelling mistakes. */
const HINTS: Readonly<Record<string, string>> = {
  actor: 'actor',
  expiresAtMs: LIFE,
  expiresAt: LIFE,
  expires: LIFE,
  expiry: LIFE,
  ttl: 'expiresInMs',
  ttlMs: 'expiresInMs',
  lifetimeMs: 'expiresInMs',
  neverExpires: '[neverExpires]: true, with the symbol',
  ip: 'allowIp',
  ips: 'allowIp',
  ipAllowlist: 'allowIp',
  ipDenylist: 'denyIp',
  rate: 'rateLimit',
  limits: 'rateLimit',
  paths: 'policy: { pathPrefixes }',
  at: 'atMs',
  since: 'sinceMs',
  ...Object.fromEntries(Object.keys(POLICY_LIMITS).map((name) => [name, `policy: { ${name} }`])),
}

/** The hints that lead to an option this method has. */
const hintsFor = (names: KnownOptions): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(HINTS).filter(([, meant]) => {
      const [first = ''] = /\w+/.exec(meant) ?? []
      return Object.hasOwn(names, first === 'neverExpires' ? 'expiresInMs' : first)
    }),
  )

/** The option names of a method of a keyring. */
export interface Known {
  readonly where: string
  readonly names: KnownOptions
}

/**
 * Options as they are now, each member of them and of the actor in them read once: what is checked is what is used.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no object, cannot be read, or has a name that is not `known`.
 */
export function readOptions<T extends object>(options: T, known?: Known): T {
  if (typeof options !== 'object' || options === null) {
    if (known) refuseOptions(known.where, options, known.names, 'ARGUMENT_INVALID')
    return fail('ARGUMENT_INVALID', `options must be an object, got ${kindOf(options)}`)
  }
  let copy: T & { actor?: unknown }
  let actor: unknown
  try {
    copy = { ...options }
    actor = copy.actor
    if (typeof actor === 'object' && actor !== null && !(actor instanceof Promise)) actor = { ...actor }
  } catch {
    return fail('ARGUMENT_INVALID', 'options must have members that can be read')
  }
  if (known) assertOptions(known.where, copy, known.names, hintsFor(known.names), 'ARGUMENT_INVALID')
  if (actor !== undefined) copy.actor = checkedActor(actor as Actor)
  return copy
}
