import { assertIpRules } from '../../access/ip-rules.js'
import { KEY_LIMITS, MOST_MS } from '../../access/key-limits.js'
import { assertKeyPolicy } from '../../access/key-policy.js'
import type { KeyPolicy, RateRule } from '../../access/key-record.js'
import { limitProblem, refuseProblem } from '../../access/limit-problem.js'
import { type Limit, RATE_LIMITS } from '../../access/limits.js'
import { momentProblem } from '../../access/moment-problem.js'
import { assertRateRule } from '../../access/rate-limit.js'
import type { BytesFormat, PublicKeyMaterial } from '../../crypto/format/read-key.js'
import type { OtherPublicKey } from '../../crypto/other-keys.js'
import type { Secret } from '../../crypto/secret.js'
import { assertOptions, fail, isCountersignError, kindOf, type OptionNames } from '../../errors.js'
import { defined } from '../../support/defined.js'
import { whole } from '../../support/option-kinds.js'
import type { StoredAlgorithm, StoredKey } from '../record/key-record.js'
import { isStoredAlgorithm } from '../record/stored-key.js'
import type { Actor } from './actor.js'
import { checkedGrants } from './scopes.js'

const DAY = 86_400_000
/** How long a key lives unless given. */
export const DEFAULT_LIFE_MS: number = 90 * DAY

/**
 * Issues a key without an end of its life. It is not missed when it should have gone.
 *
 * @deprecated To make it stand out: state an `expiresInMs` and rotate.
 */
export const neverExpires: unique symbol = Symbol('countersign.neverExpires')

/** The settings of a key that can be changed later. */
export interface KeySettings {
  /** The display name of the key: one line of at most 128 characters. */
  readonly name?: string
  /** At most 16 texts of up to 64 characters. */
  readonly tags?: readonly string[]
  /** `resource:action`; `presetScopes` makes some. */
  readonly scopes?: readonly string[]
  /** Methods, paths, hosts and sizes the key is good for; it only narrows the verifier's policy. */
  readonly policy?: KeyPolicy
  /** Addresses and CIDR ranges it may be used from. Default: any. */
  readonly allowIp?: readonly string[]
  /** Addresses and CIDR ranges it may not be used from, even where `allowIp` has them. */
  readonly denyIp?: readonly string[]
  /** Confirms that a range with a prefix of 0 is meant. */
  readonly allowZeroPrefix?: boolean
  /** So many requests in so many milliseconds; it goes before the rule of the verifier's `limits.key`. */
  readonly rateLimit?: RateRule
  /** Lock the key when it was unused for so long. At least an hour. */
  readonly lockAfterIdleMs?: number
  /** When the owner should rotate: 30, 60 or 90 days, usually. */
  readonly rotateEveryMs?: number
}

/** Settings that `null` removes; the rest has an empty list or object for that. */
export const CLEARABLE = ['rateLimit', 'lockAfterIdleMs', 'rotateEveryMs'] as const
type Clearable = (typeof CLEARABLE)[number]

/** The settings to change of a key. `null` removes a rate, an idle lock or a due date. */
export type KeyUpdate = Omit<KeySettings, Clearable> & {
  readonly [K in Clearable]?: Exclude<KeySettings[K], undefined> | null
}

/** Where the key comes from. */
export interface KeyOrigin {
  /** A public key of the owner's: the server then keeps nothing secret. */
  readonly publicKey?: PublicKeyMaterial | OtherPublicKey
  /** The format of `publicKey`. Default `raw`. */
  readonly format?: BytesFormat
  /** A shared secret of at least 32 bytes that exists already, for moving keys from elsewhere. */
  readonly secret?: Uint8Array | Secret
}

/** How to issue a key. */
export interface IssueOptions extends KeySettings, KeyOrigin {
  /** Whose key it is: identity in an accepted verdict. */
  readonly owner: string
  /** Default `hmac-sha256`, of which the keyring makes the secret. */
  readonly algorithm?: StoredAlgorithm
  /** The first moment it is good for, in milliseconds since the epoch. Default: now. */
  readonly notBeforeMs?: number
  /** At least 1 000. Default 90 days from now, or from `notBeforeMs`, and never past the end of a key that issues it. */
  readonly expiresInMs?: number
  /** Confirms that the key is meant to have no end. */
  readonly [neverExpires]?: true
  /** The issuer: a name, or the verdict of the request that asks, whose key then sets the limits. */
  readonly actor: Actor
  /** Why, for the audit trail: one line of at most 1 024 characters. */
  readonly reason?: string
}

/** The names of {@link KeySettings}. */
export const SETTING_NAMES: OptionNames<KeySettings> = {
  name: 1,
  tags: 1,
  scopes: 1,
  policy: 1,
  allowIp: 1,
  denyIp: 1,
  allowZeroPrefix: 1,
  rateLimit: 1,
  lockAfterIdleMs: 1,
  rotateEveryMs: 1,
}
/** The names of {@link KeyOrigin}. */
export const ORIGIN_NAMES: OptionNames<KeyOrigin> = { publicKey: 1, format: 1, secret: 1 }
/** The names of {@link IssueOptions}. */
export const ISSUE_NAMES: OptionNames<IssueOptions> = {
  ...SETTING_NAMES,
  ...ORIGIN_NAMES,
  owner: 2,
  algorithm: 1,
  notBeforeMs: 1,
  expiresInMs: 1,
  actor: 2,
  reason: 1,
}
const RATE_NAMES: OptionNames<RateRule> = {
  limit: [whole(RATE_LIMITS.limit.from, RATE_LIMITS.limit.to), 2],
  windowMs: [whole(RATE_LIMITS.windowMs.from, RATE_LIMITS.windowMs.to), 2],
}

function assertWithin(name: string, limit: Limit, value: unknown): void {
  refuseProblem(limitProblem(name, limit, value))
}

/** Checks the name of an owner. */
export function assertOwner(value: unknown): asserts value is string {
  assertWithin('owner', KEY_LIMITS.owner, value)
}

/** A reason for the record: optional text. */
export function checkedReason(value: unknown): string | undefined {
  if (value !== undefined) assertWithin('reason', KEY_LIMITS.reason, value)
  return value as string | undefined
}

/** Settings that are one limit each; the rest has more to it. */
const PLAIN = ['name', 'tags', 'allowIp', 'denyIp', 'allowZeroPrefix', 'lockAfterIdleMs', 'rotateEveryMs'] as const

/** Checks everything of {@link KeySettings} that is given, and copies it, so that a later change of the caller's has no effect. */
export function checkedSettings(settings: KeySettings): Partial<StoredKey> {
  // Before it is copied: a copy no longer shows what was computed or inherited.
  if (settings.policy !== undefined) assertKeyPolicy(settings.policy)
  if (settings.rateLimit !== undefined) assertRate(settings.rateLimit)
  const copy = copied(settings)
  for (const name of PLAIN) if (copy[name] !== undefined) assertWithin(name, KEY_LIMITS[name], copy[name])
  if (copy.scopes !== undefined) checkedGrants(copy.scopes)
  if (copy.rateLimit !== undefined) assertRateRule(copy.rateLimit)
  return copy
}

/** Before it is copied, too: what cannot be copied is reported by its member. */
function assertRate(rate: RateRule): void {
  try {
    assertOptions('"rateLimit"', rate, RATE_NAMES)
  } catch (error) {
    if (isCountersignError(error)) throw error
    fail('ARGUMENT_INVALID', `"rateLimit" must be made of plain values, got ${kindOf(rate)}`)
  }
}

/** The settings among the members that are given, as values of their own. */
function copied(settings: KeySettings): KeySettings {
  const members = settings as Readonly<Record<string, unknown>>
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(SETTING_NAMES)) {
    if (members[name] === undefined) continue
    try {
      copy[name] = structuredClone(members[name])
    } catch {
      fail('ARGUMENT_INVALID', `"${name}" must be made of plain values, got ${kindOf(members[name])}`)
    }
  }
  return copy
}

/** @throws {CountersignError} `CONFIG_INVALID` for address rules that cannot be meant. */
export function assertAddressRules({
  allowIp,
  denyIp,
  allowZeroPrefix,
}: Pick<StoredKey, 'allowIp' | 'denyIp' | 'allowZeroPrefix'>): void {
  assertIpRules(
    defined({
      key: undefined as never,
      allowIp,
      denyIp,
      allowZeroPrefix,
    }),
  )
}

/** Beginning and end of a new key's life; unless given, it ends with the key that issues it at the latest. */
export function checkedLife(
  options: Pick<IssueOptions, 'notBeforeMs' | 'expiresInMs' | 'actor' | typeof neverExpires>,
  nowMs: number,
): Pick<StoredKey, 'expiresAtMs' | 'notBeforeMs'> {
  const { notBeforeMs, expiresInMs, actor } = options
  const endless = options[neverExpires]
  if (endless !== undefined && endless !== true)
    fail('ARGUMENT_INVALID', `"neverExpires" must be true, got ${kindOf(endless)}`)
  if (notBeforeMs !== undefined) {
    refuseProblem(momentProblem('notBeforeMs', notBeforeMs))
    if (notBeforeMs > nowMs + MOST_MS) fail('ARGUMENT_INVALID', '"notBeforeMs" must be at most ten years ahead')
  }
  if (endless === true && expiresInMs !== undefined)
    fail('ARGUMENT_INVALID', '"expiresInMs" must be absent beside neverExpires')
  if (expiresInMs !== undefined) assertWithin('expiresInMs', KEY_LIMITS.expiresInMs, expiresInMs)
  const startMs = Math.max(nowMs, notBeforeMs ?? nowMs)
  const ownEndMs = typeof actor === 'string' ? undefined : actor.expiresAtMs
  const usualMs = Math.min(startMs + DEFAULT_LIFE_MS, ownEndMs ?? Number.POSITIVE_INFINITY)
  if (!(startMs < usualMs)) fail('ARGUMENT_INVALID', '"notBeforeMs" must lie before the end of the key that issues it')
  return defined({
    expiresAtMs: endless === true ? null : expiresInMs === undefined ? usualMs : startMs + expiresInMs,
    notBeforeMs,
  })
}

export function checkedAlgorithm(algorithm: unknown): StoredAlgorithm {
  if (isStoredAlgorithm(algorithm)) return algorithm
  return fail(
    'ARGUMENT_INVALID',
    `"algorithm" must be one of the algorithms of countersign/crypto, got ${kindOf(algorithm)}`,
  )
}
