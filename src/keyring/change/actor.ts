import { ipRanges } from '../../access/cidr.js'
import { parseIp } from '../../access/ip-address.js'
import { KEY_LIMITS } from '../../access/key-limits.js'
import type { KeyPolicy, RateRule } from '../../access/key-record.js'
import { limitProblem, refuseProblem } from '../../access/limit-problem.js'
import { momentProblem } from '../../access/moment-problem.js'
import { assertOptions, fail, isInteger, kindOf, mustBe, type OptionNames } from '../../errors.js'
import type { Accepted } from '../../server/verdict.js'
import { defined } from '../../support/defined.js'
import type { StoredKey } from '../record/key-record.js'
import { endsAtMs } from '../record/key-view.js'
import { checkedGrants, isWithin } from './scopes.js'

/** The limits of a key. What is absent is no limit. */
export interface HeldLimits {
  /** What the key may do. */
  readonly scopes: readonly string[]
  /** The limits of the key. */
  readonly policy?: KeyPolicy
  /** Where the key may be used from. Default: anywhere. */
  readonly allowIp?: readonly string[]
  /** Where it may not be used from. */
  readonly denyIp?: readonly string[]
  /** How many requests it may make. */
  readonly rateLimit?: StoredKey['rateLimit']
  /** After how long without use it is locked, in milliseconds. */
  readonly lockAfterIdleMs?: number
  /** The end of its life. */
  readonly expiresAtMs?: number
}

/** A key that asks for something: no key that it makes, changes or replaces is more than it is. */
export interface ActingKey extends HeldLimits {
  /** Id of the key. */
  readonly id: string
  /** Confirms that a range with a prefix of 0 among its addresses is meant. */
  readonly allowZeroPrefix?: boolean
}

/**
 * The actor of a change: a name for the audit trail, or a key whose own scopes and limits are the most it can hand out.
 * {@link actorOf} makes one of a verdict.
 */
export type Actor = string | ActingKey

const KNOWN: OptionNames<ActingKey> = {
  id: 2,
  scopes: 2,
  policy: 1,
  allowIp: 1,
  denyIp: 1,
  allowZeroPrefix: 1,
  rateLimit: 1,
  lockAfterIdleMs: 1,
  expiresAtMs: 1,
}

/**
 * The key of an accepted request, as the `actor` of a keyring's methods: what it makes is limited as it is itself.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no verdict of an accepted request.
 * @example
 * ```ts
 * import { actorOf, type Keyring } from 'countersign/keyring'
 * import type { Accepted } from 'countersign/server'
 *
 * export const sister = (keyring: Keyring, verdict: Accepted) =>
 *   keyring.issue({ owner: verdict.owner ?? verdict.keyId, scopes: ['orders:read'], actor: actorOf(verdict) })
 * ```
 */
export function actorOf(verdict: Accepted): ActingKey {
  const { keyId, record } = (verdict ?? {}) as Partial<Accepted>
  if (typeof keyId !== 'string' || typeof record !== 'object' || record === null)
    return fail('ARGUMENT_INVALID', `actorOf: "verdict" must be that of an accepted request, got ${kindOf(verdict)}`)
  const actor: Record<string, unknown> = { id: keyId, scopes: record.scopes ?? [] }
  for (const name of Object.keys(KNOWN)) {
    const value = (record as unknown as Record<string, unknown>)[name]
    if (name !== 'id' && value !== undefined) actor[name] = value
  }
  return actor as unknown as ActingKey
}

/** The actor in a copy, each member read once. */
export function checkedActor(actor: Actor): Actor {
  if (typeof actor === 'string') return actor
  if (typeof actor !== 'object' || actor === null || actor instanceof Promise)
    return fail('ARGUMENT_INVALID', `"actor" must be a name or a key, got ${kindOf(actor)}`)
  const copy = { ...actor }
  assertOptions('"actor"', copy, KNOWN, {}, 'ARGUMENT_INVALID')
  checkedGrants(copy.scopes, 'actor.scopes')
  for (const [name, fits, expected] of MEMBERS) {
    const value = copy[name]
    if (value !== undefined) mustBe(fits(value), `actor.${name}`, expected, value, 'ARGUMENT_INVALID')
  }
  return copy
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string')
const isAmount = (value: unknown): boolean => isInteger(value, 0)
const isMembers = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('then' in value)

/** The limits of an actor, by type: a limit that cannot be compared would be none. Its extent was checked when it was issued. */
const MEMBERS: ReadonlyArray<readonly [keyof ActingKey, (value: unknown) => boolean, string]> = [
  ['policy', isMembers, 'an object'],
  ['allowIp', isTexts, 'a list of texts'],
  ['denyIp', isTexts, 'a list of texts'],
  ['allowZeroPrefix', (value) => typeof value === 'boolean', 'true or false'],
  [
    'rateLimit',
    (value) => isMembers(value) && isAmount((value as RateRule).limit) && isAmount((value as RateRule).windowMs),
    'an object with "limit" and "windowMs"',
  ],
  ['lockAfterIdleMs', isAmount, 'milliseconds'],
  ['expiresAtMs', (value) => momentProblem('', value) === undefined, 'milliseconds since the epoch'],
]

/** The actor's name for the record. */
export function actorName(actor: Actor): string {
  const id: unknown = typeof actor === 'object' && actor !== null ? actor.id : actor
  refuseProblem(limitProblem(id === actor ? 'actor' : 'actor.id', KEY_LIMITS.actor, id))
  return id as string
}

/** Whether a value is no more than the own one, for each limit of a key's policy. */
const POLICY: { readonly [K in keyof Required<KeyPolicy>]: (asked: KeyPolicy[K], own: KeyPolicy[K]) => boolean } = {
  methods: (asked, own) => isListed(asked, own, (method, owned) => method === owned),
  pathPrefixes: (asked, own) =>
    isListed(asked, own, (path, owned) => `${path}/`.startsWith(owned === '/' ? owned : `${owned}/`)),
  hosts: (asked, own) => isListed(asked, own, (host, owned) => host === owned),
  maxBodyBytes: (asked, own) => isAtMost(asked, own),
  maxAgeMs: (asked, own) => isAtMost(asked, own),
  maxFutureMs: (asked, own) => isAtMost(asked, own),
  requireNonce: (asked, own) => own !== true || asked === true,
  requireBodyDigest: (asked, own) => own !== true || asked === true,
}

function isListed(
  asked: readonly string[] | undefined,
  own: readonly string[] | undefined,
  isInside: (asked: string, own: string) => boolean,
): boolean {
  if (own === undefined) return true
  return asked?.every((one) => own.some((owned) => isInside(one, owned))) === true
}

const isAtMost = (asked: number | undefined, own: number | undefined): boolean =>
  own === undefined || (asked !== undefined && asked <= own)

const policyProblem = (asked: KeyPolicy = {}, own: KeyPolicy = {}): string | undefined => {
  const found = (Object.keys(POLICY) as (keyof KeyPolicy)[]).find(
    (name) => !(POLICY[name] as (a: unknown, b: unknown) => boolean)(asked[name], own[name]),
  )
  return found && `policy.${found}`
}

/** For each limit of a key: the name of the member in which a key is more than its issuer, or `undefined`. */
const LIMITS: {
  readonly [K in keyof Required<HeldLimits>]: (asked: HeldLimits, own: HeldLimits) => string | undefined
} = {
  scopes: (asked, own) => named('scopes', isWithin(asked.scopes, own.scopes)),
  policy: (asked, own) => policyProblem(asked.policy, own.policy),
  allowIp: ({ allowIp: asked = [] }, { allowIp: own = [] }) =>
    named('allowIp', own.length === 0 || (asked.length > 0 && asked.every(insideOf(own)))),
  denyIp: ({ denyIp: asked = [] }, { denyIp: own = [] }) => named('denyIp', own.every(insideOf(asked))),
  // At most as many in any time: no more of them, in no less time.
  rateLimit: ({ rateLimit: asked }, { rateLimit: own }) =>
    named(
      'rateLimit',
      own === undefined || (asked !== undefined && asked.limit <= own.limit && asked.windowMs >= own.windowMs),
    ),
  lockAfterIdleMs: (asked, own) => named('lockAfterIdleMs', isAtMost(asked.lockAfterIdleMs, own.lockAfterIdleMs)),
  expiresAtMs: (asked, own) => named('expiresInMs', isAtMost(asked.expiresAtMs, own.expiresAtMs)),
}

const named = (name: string, isWithinOwn: boolean): string | undefined => (isWithinOwn ? undefined : name)

/** The members that decide what a key may do, and for how long; the rest of a record is its owner and history. */
export const LIMITING: readonly (keyof HeldLimits)[] = Object.keys(LIMITS) as (keyof HeldLimits)[]

const ANY = { allowZeroPrefix: true }

const read = (range: string) => {
  const [host = '', prefix] = range.split('/')
  const most = host.includes(':') ? 128 : 32
  return { base: parseIp(host), bits: Number(prefix ?? most) + 128 - most }
}

/**
 * Whether a range lies inside one of some others. Two ranges are nested or apart, so its first address and its size decide.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for texts that are no strict ranges.
 */
function insideOf(outer: readonly string[]): (range: string) => boolean {
  const compiled = outer.map((range) => ({ bits: read(range).bits, inside: ipRanges([range], ANY) }))
  return (range) => {
    ipRanges([range], ANY)
    const { base, bits } = read(range)
    return base !== undefined && compiled.some((one) => bits >= one.bits && one.inside.includes(base))
  }
}

/** The limits of a record. */
export function limitsOf(key: StoredKey): HeldLimits {
  const end = endsAtMs(key)
  const { scopes, policy, allowIp, denyIp, rateLimit, lockAfterIdleMs } = key
  return defined({
    scopes,
    policy,
    allowIp,
    denyIp,
    rateLimit,
    lockAfterIdleMs,
    expiresAtMs: end,
  })
}

const problemsOf = (asked: HeldLimits, own: HeldLimits): readonly (keyof HeldLimits)[] =>
  LIMITING.filter((name) => LIMITS[name](asked, own) !== undefined)

/** Whether a change only takes away. A rate where there was none is none: it comes before the limiter's own. */
const isNarrower = (next: HeldLimits, before: HeldLimits): boolean =>
  problemsOf(next, before).length === 0 && (next.rateLimit === undefined) === (before.rateLimit === undefined)

/**
 * No key hands out more than it is: no scope, no address, no method, no rate and no time that it does not have. `before` is
 * the key that is changed: one that lives longer may be narrowed.
 *
 * @throws {CountersignError} `SCOPE_DENIED`
 */
export function assertMayHandOut(actor: Actor, next: StoredKey, before?: StoredKey): void {
  if (typeof actor === 'string') return
  const asked = limitsOf(next)
  const [problem, ...more] = problemsOf(asked, actor)
  if (problem === undefined) return
  const isTimeOnly = problem === 'expiresAtMs' && more.length === 0
  if (isTimeOnly && before !== undefined && isNarrower(asked, limitsOf(before))) return
  fail(
    'SCOPE_DENIED',
    `"${LIMITS[problem](asked, actor)}" must not be more than the key has that asks: nothing of a key is wider than its issuer`,
  )
}

/** Members that a new key inherits from its issuer's key unless it states them. */
export function inherited(actor: Actor, stated: Partial<StoredKey>): Partial<StoredKey> {
  if (typeof actor === 'string') return stated
  const { policy, allowIp, denyIp, allowZeroPrefix, rateLimit, lockAfterIdleMs } = actor
  const own = { allowIp, denyIp, allowZeroPrefix, rateLimit, lockAfterIdleMs }
  const given = defined(own)
  const merged = policy === undefined && stated.policy === undefined ? {} : { policy: { ...policy, ...stated.policy } }
  return { ...given, ...stated, ...merged } as Partial<StoredKey>
}
