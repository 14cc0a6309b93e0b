import { assertOptions, fail, invalid, isMembers, type OptionNames, refuseOptions } from '../../errors.js'
import type { Policy, PolicyOptions, SchemePolicy } from './policy.js'
import { assertPolicyValues } from './policy-values.js'

const STRICT: Omit<Policy, 'authorities'> = {
  maxAgeMs: 300_000,
  maxFutureMs: 5_000,
  maxLifetimeMs: 3_600_000,
  requireNonce: true,
  require: ['method', 'authority', 'path', 'query'],
  requireWithBody: ['body'],
  requireWhenPresent: [],
  requireExpires: false,
  algorithms: undefined,
  maxBodyBytes: 1_048_576,
  maxStreamBytes: 1_073_741_824,
  select: undefined,
  contentCodings: ['identity'],
  methodOverrideFields: ['x-http-method-override', 'x-http-method', 'x-method-override'],
  perScheme: {},
}

/** What a preset requires by default; the requirements of a scheme stand in place of it. */
export const DEFAULTS: Pick<Policy, 'require' | 'requireWithBody'> = STRICT

/** What every preset states, and only a policy that none has made is without. */
const MADE = ['maxAgeMs', 'maxFutureMs', 'maxLifetimeMs', 'requireNonce', 'require', 'requireWithBody'] as const

/** What a policy and its part for one scheme may state alike. */
const ALIKE = {
  maxAgeMs: 1,
  maxFutureMs: 1,
  maxLifetimeMs: 1,
  requireNonce: 1,
  require: 1,
  requireWithBody: 1,
  requireWhenPresent: 1,
  requireExpires: 1,
  algorithms: 1,
} as const
const KNOWN: OptionNames<Partial<Policy>> = {
  ...ALIKE,
  authorities: 2,
  maxBodyBytes: 1,
  maxStreamBytes: 1,
  select: 1,
  contentCodings: 1,
  methodOverrideFields: 1,
  perScheme: [isMembers, 'an object by the ids of schemes'],
}
const KNOWN_PER_SCHEME: OptionNames<SchemePolicy> = { ...ALIKE, untimed: 1 }
const HINTS = {
  authority: 'authorities',
  host: 'authorities: ["api.example.com"]',
  origins: 'authorities',
  acceptAnyPath: 'acceptAnyPath of the middleware',
}

/**
 * Five minutes back, five seconds forward, a nonce, and everything that decides what a request does: method, authority,
 * path, query, body. A component in `require` is demanded besides; a policy written by hand may demand less.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a value that cannot be safe.
 * @example
 * ```ts
 * import { strictPolicy } from 'countersign/server'
 *
 * const policy = strictPolicy({ authorities: ['api.example.com'], maxBodyBytes: 65_536 })
 * ```
 */
export const strictPolicy = (options: PolicyOptions): Policy => preset('strictPolicy', STRICT, options)

/**
 * {@link strictPolicy} with the windows of a trading exchange: sixty seconds back, one second forward.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a value that cannot be safe.
 * @example
 * ```ts
 * import { tradingPolicy } from 'countersign/server'
 *
 * const policy = tradingPolicy({ authorities: ['trade.example.com'] })
 * ```
 */
export const tradingPolicy = (options: PolicyOptions): Policy =>
  preset('tradingPolicy', { ...STRICT, maxAgeMs: 60_000, maxFutureMs: 1_000, maxLifetimeMs: 60_000 }, options)

function preset(where: string, defaults: Omit<Policy, 'authorities'>, options: PolicyOptions): Policy {
  if (!isMembers(options)) refuseOptions(where, options, KNOWN)
  // `undefined` is what a program has where it left an option out: it must not undo a default.
  const stated = Object.entries(options).filter(([, value]) => value !== undefined)
  const policy = checkedPolicy({ ...defaults, ...Object.fromEntries(stated) } as unknown as Policy, where)
  const lists = Object.fromEntries(
    ADDED.map((name) => {
      // An empty list would read as "nothing", and add nothing.
      if (policy[name].length === 0)
        invalid(
          where,
          `"${name}" must name what is demanded besides; for less than the preset, write { ...${where}(…), ${name}: [] }`,
        )
      return [name, [...new Set([...defaults[name], ...policy[name]])]]
    }),
  )
  return ownLists({ ...policy, ...lists })
}

/** Lists that a preset's own is the least of: one that stood in its place would undo what the preset is for. */
const ADDED = ['require', 'requireWithBody', 'methodOverrideFields'] as const

/**
 * Refuses a policy that would let everything through, or that holds an unknown word, at set-up instead of on the first
 * attack.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function checkedPolicy(policy: Policy, where = 'policy'): Policy {
  assertOptions(where, policy, KNOWN, HINTS)
  const absent = MADE.find((name) => policy[name] === undefined)
  if (absent !== undefined)
    fail(
      'CONFIG_INVALID',
      `${where} must be made by strictPolicy({ authorities: ["api.example.com"] }), got an object without "${absent}"`,
    )
  assertPolicyValues(where, policy)
  const { authorities, perScheme = {}, requireWhenPresent = [], requireExpires = false } = policy
  for (const [id, rules] of Object.entries(perScheme)) {
    const place = `${where}: "perScheme" of ${JSON.stringify(id)}`
    assertOptions(place, rules ?? null, KNOWN_PER_SCHEME)
    assertPolicyValues(place, { ...policy, ...rules } as Policy)
  }
  return ownLists({
    ...policy,
    requireWhenPresent,
    requireExpires,
    perScheme: ownLists(Object.fromEntries(Object.entries(perScheme).map(([id, rules]) => [id, ownLists(rules)]))),
    authorities: authorities.map((one) => one.toLowerCase()),
  })
}

/** A frozen copy with lists of its own: who writes to one must loosen neither a verifier that is made nor the presets. */
const ownLists = <T extends object>(members: T): Readonly<T> =>
  Object.freeze(
    Object.fromEntries(
      Object.entries(members).map(([name, value]) => [name, Array.isArray(value) ? Object.freeze([...value]) : value]),
    ) as T,
  )
