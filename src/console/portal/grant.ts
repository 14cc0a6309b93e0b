import { addressCounts, ipRanges } from '../../access/cidr.js'
import { KEY_LIMITS } from '../../access/key-limits.js'
import { limitProblem } from '../../access/limit-problem.js'
import { assertOptions, fail, kindOf, type OptionNames } from '../../errors.js'
import type { ActingKey } from '../../keyring/change/actor.js'
import type { Environment, StoredAlgorithm } from '../../keyring/record/key-record.js'
import { defined } from '../../support/defined.js'
import type { OfferedAlgorithm } from '../contract.js'
import { OFFERED } from './offered.js'
import { refuse } from './refusal.js'

/** The most that a key gets from a session. What is absent is no limit. */
export interface PortalGrant {
  /** `['orders:*', 'reports:read']` */
  readonly scopes: readonly string[]
  /** Addresses and ranges: every address of a key is in one of them, and a key without a list gets them all. */
  readonly allowIp?: readonly string[]
  /** `true`: a key needs a list of addresses, which holds a 64th of IPv4 and a /16 of IPv6 at most. */
  readonly needsAddresses?: boolean
  /** Kinds of key. */
  readonly algorithms?: readonly OfferedAlgorithm[]
  /** How long a key lives at most; none of them lives without an end. */
  readonly maxLifeMs?: number
  /** The longest time without use after which a key locks itself; every key then has such a lock. */
  readonly lockAfterIdleMs?: number
  /** Keys for trying out, or for real: `['test']`. */
  readonly environments?: readonly Environment[]
}

const texts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string')
const milliseconds = (name: 'expiresInMs' | 'lockAfterIdleMs') =>
  [
    (value: unknown) => limitProblem(name, KEY_LIMITS[name], value) === undefined,
    'milliseconds that a key can have',
  ] as const
const KNOWN: OptionNames<PortalGrant> = {
  scopes: [[texts, 'a list of scopes, such as orders:read'], 2],
  allowIp: [texts, 'a list of addresses and ranges'],
  needsAddresses: [(value) => typeof value === 'boolean', 'true or false'],
  algorithms: OFFERED,
  maxLifeMs: milliseconds('expiresInMs'),
  lockAfterIdleMs: milliseconds('lockAfterIdleMs'),
  environments: [
    (value) => Array.isArray(value) && value.every((one) => one === 'live' || one === 'test'),
    'a list of "live" and "test"',
  ],
}

/**
 * `mayGrant` of a session, in a copy: a list of scopes is a grant with no other limit.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a member that is unknown or cannot be compared: it would be no limit.
 */
export function checkedGrant(value: unknown): PortalGrant {
  if (texts(value)) return { scopes: [...(value as readonly string[])] }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail(
      'CONFIG_INVALID',
      `"mayGrant" of a session must be a list of scopes, such as orders:read, or an object with "scopes", got ${kindOf(value)}`,
    )
  const grant = { ...value } as PortalGrant
  assertOptions('"mayGrant" of a session', grant, KNOWN, {
    expiresInMs: 'maxLifeMs',
    addresses: 'allowIp',
    kinds: 'algorithms',
  })
  if (grant.scopes === undefined) fail('CONFIG_INVALID', '"scopes" of "mayGrant" must be a list of scopes')
  if (grant.allowIp !== undefined) ipRanges(grant.allowIp)
  return grant
}

/** Between the answer to when and the moment the key is made, time passes. */
const SLACK_MS = 60_000

/** The grant as the keyring has an actor: it compares scopes, addresses, lock and end with those of every key it hands out. */
export const actorOf = (id: string, grant: PortalGrant, nowMs: number): ActingKey => {
  const { scopes, allowIp, lockAfterIdleMs, maxLifeMs } = grant
  return defined({
    id,
    scopes,
    allowIp: allowIp?.length === 0 ? undefined : allowIp,
    lockAfterIdleMs,
    expiresAtMs: maxLifeMs === undefined ? undefined : Math.floor(nowMs) + maxLifeMs + SLACK_MS,
  })
}

/** An actor that hands out nothing: what it makes would have ended already. */
export const handsOutNothing = (id: string): ActingKey => ({ id, scopes: [], expiresAtMs: 0 })

/** What of a key the keyring has no limit for. */
export interface GrantedKey {
  readonly algorithm: StoredAlgorithm
  readonly environment: Environment
  readonly allowIp: readonly string[]
}

/** Room for all private networks of IPv4, and for more than a provider has of IPv6. */
const MOST_FOUR = 2 ** 26
const MOST_SIX = 2 ** 112

/** Whether a list limits anything: the two halves of the internet are as good as no list. */
function isNarrow(allowIp: readonly string[]): boolean {
  const { four, six } = addressCounts(allowIp)
  return allowIp.length > 0 && four <= MOST_FOUR && six <= MOST_SIX
}

/** Why a session may not hand out such a key. */
export function grantProblem(
  { algorithms, environments, needsAddresses }: PortalGrant,
  { algorithm, environment, allowIp }: GrantedKey,
): readonly [code: 'SCOPE_DENIED' | 'ADDRESSES_REQUIRED', detail: string] | undefined {
  if (algorithms?.some((one) => one === algorithm) === false)
    return ['SCOPE_DENIED', `this session grants no keys of ${algorithm}`]
  if (environments?.includes(environment) === false)
    return ['SCOPE_DENIED', `this session grants no ${environment} keys`]
  if (needsAddresses === true && !isNarrow(allowIp))
    return ['ADDRESSES_REQUIRED', 'a key needs a list of the addresses it is used from, and not of most there are']
  return undefined
}

/** @throws {Refusal} 403 `SCOPE_DENIED`, 422 `ADDRESSES_REQUIRED` */
export function assertGranted(grant: PortalGrant, key: GrantedKey): void {
  const [code, detail] = grantProblem(grant, key) ?? []
  if (code !== undefined) refuse(code === 'SCOPE_DENIED' ? 403 : 422, code, detail)
}
