import type { Algorithm } from '../crypto/algorithm.js'
import { assertOptions, type OptionNames } from '../errors.js'
import type { Coverage } from '../schemes/scheme.js'
import type { noReplayProtection } from './no-replay-protection.js'
import { assertPolicyValues, invalid, listed } from './policy-values.js'

/** What a server demands of a message. Made by a preset: {@link strictPolicy} or {@link tradingPolicy}. */
export interface Policy {
  /** How old a signature may be. */
  readonly maxAgeMs: number
  /** How far in the future its time may lie; shorter, because an honest clock is rarely ahead. */
  readonly maxFutureMs: number
  /** The longest span from `created` to `expires` that is believed. */
  readonly maxLifetimeMs: number
  /**
   * Whether a signature without a nonce is refused. Default `true`: without one nothing tells a copy from its original.
   */
  readonly requireNonce: boolean
  /** What every signature must cover. Given to a preset: what it must cover besides. */
  readonly require: readonly Coverage[]
  /** What a signature must cover besides when the message has a body. Given to a preset: more than the body. */
  readonly requireWithBody: readonly Coverage[]
  /**
   * Fields that a signature must cover where the message has them: `field:content-type`, or one member of a dictionary,
   * `field:x-limits;key="day"`.
   */
  readonly requireWhenPresent: readonly Coverage[]
  /** Whether a signature must state its end (`expires`). Presets do not ask for it. */
  readonly requireExpires: boolean
  /** Algorithms that may be used at all; the key's own is the one that counts. */
  readonly algorithms: readonly Algorithm[] | undefined
  /** The host names (with a port where it is not the default) this server answers for. */
  readonly authorities: readonly string[]
  /** Largest body that is read into memory. */
  readonly maxBodyBytes: number
  /** Largest body that is handed out while it arrives. */
  readonly maxStreamBytes: number
  /** Which signature is judged when a message has several; without it exactly one is allowed. */
  readonly select: { readonly label?: string; readonly tag?: string } | undefined
  /** Content codings a signed body may have; the digest is over the coded bytes. */
  readonly contentCodings: readonly string[]
  /** A method-override field is refused unless it is covered. Given to a preset: more of them. */
  readonly methodOverrideFields: readonly string[]
  /**
   * What signatures of one scheme must meet instead, by the scheme's id: `{ 'exchange/okx': { maxAgeMs: 5_000 } }`. A scheme
   * that states its own demands (an exchange) needs no entry. A verifier refuses an id that none of its schemes has.
   */
  readonly perScheme: Readonly<Record<string, SchemePolicy>>
}

/**
 * What a policy says of one scheme. It stands in place of what the scheme states, and else of the policy: a list is the whole
 * list. A member that is absent: what the scheme states, and else the policy.
 */
export interface SchemePolicy
  extends Partial<
    Pick<
      Policy,
      | 'maxAgeMs'
      | 'maxFutureMs'
      | 'maxLifetimeMs'
      | 'requireNonce'
      | 'require'
      | 'requireWithBody'
      | 'requireWhenPresent'
      | 'requireExpires'
      | 'algorithms'
    >
  > {
  /**
   * What is done about signatures without a time, which no window bounds. Absent, they are refused. A
   * {@link PermanentNonceStore} accepts each once; `noReplayProtection` says that a captured request may be sent again for as
   * long as its key lives, and is for requests that change nothing.
   */
  readonly untimed?: PermanentNonceStore | typeof noReplayProtection
}

/** Remembers for as long as a key lives, as a table with a unique index does. Throwing means it is down. */
export interface PermanentNonceStore {
  /** True for the first claim of this nonce by this key, and for no other ever after. Atomic. */
  claim(keyId: string, nonce: string): boolean | Promise<boolean>
}

/**
 * What a preset leaves to you. The lists `require`, `requireWithBody` and `methodOverrideFields` are added to those of the
 * preset; for less than a preset, write a policy by hand: `{ ...strictPolicy(options), require: ['query'] }`.
 */
export interface PolicyOptions extends Partial<Omit<Policy, 'authorities'>> {
  /** `['api.example.com']`: the names this server is reached by. A request signed for another host is refused. */
  readonly authorities: readonly string[]
}

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

/** What a preset demands where nothing else is said; the demands of a scheme stand in place of it. */
export const DEFAULTS: Pick<Policy, 'require' | 'requireWithBody'> = STRICT

const KNOWN: OptionNames<Policy> = {
  maxAgeMs: 1,
  maxFutureMs: 1,
  maxLifetimeMs: 1,
  requireNonce: 1,
  require: 1,
  requireWithBody: 1,
  requireWhenPresent: 1,
  requireExpires: 1,
  algorithms: 1,
  authorities: 1,
  maxBodyBytes: 1,
  maxStreamBytes: 1,
  select: 1,
  contentCodings: 1,
  methodOverrideFields: 1,
  perScheme: 1,
}
const KNOWN_PER_SCHEME: OptionNames<SchemePolicy> = {
  maxAgeMs: 1,
  maxFutureMs: 1,
  maxLifetimeMs: 1,
  requireNonce: 1,
  require: 1,
  requireWithBody: 1,
  requireWhenPresent: 1,
  requireExpires: 1,
  algorithms: 1,
  untimed: 1,
}
const HINTS = { authority: 'authorities', host: 'authorities: ["api.example.com"]', origins: 'authorities' }

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
 * {@link strictPolicy} with the windows of a trading venue: sixty seconds back, one second forward.
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
  // `undefined` is what a program has where it left an option out: it must not undo a default.
  const stated = Object.entries(listed(where, options)).filter(([, value]) => value !== undefined)
  const policy = checkedPolicy({ ...defaults, ...Object.fromEntries(stated) } as unknown as Policy, where)
  const lists = Object.fromEntries(
    ADDED.map((name) => {
      // An empty list would read as "nothing", and add nothing.
      if (policy[name].length === 0 && defaults[name].length > 0)
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
 * Refuses a policy that would let everything through, or that holds a word nobody reads, at set-up instead of on the first
 * attack.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function checkedPolicy(policy: Policy, where = 'policy'): Policy {
  assertOptions(where, listed(where, policy), KNOWN, HINTS)
  assertPolicyValues(where, policy)
  const { authorities, perScheme = {}, requireWhenPresent = [], requireExpires = false } = policy
  for (const [id, rules] of Object.entries(listed(`${where}: "perScheme"`, perScheme))) {
    const place = `${where}: "perScheme" of ${JSON.stringify(id)}`
    assertOptions(place, listed(place, rules), KNOWN_PER_SCHEME)
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
