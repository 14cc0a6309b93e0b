import { type Algorithm, isAlgorithm } from '../crypto/algorithm.js'
import type { BytesFormat, PublicKeyMaterial } from '../crypto/format/read-key.js'
import type { Secret } from '../crypto/secret.js'
import { CountersignError } from '../errors.js'
import { assertIpRules } from '../server/ip-rules.js'
import { assertKeyPolicy } from '../server/key-policy.js'
import type { KeyPolicy, RateRule } from '../server/key-source.js'
import { assertRateRule } from '../server/rate-limit.js'
import type { StoredKey } from './key-record.js'
import { checkedGrants, isWithin } from './scopes.js'

const DAY = 86_400_000
/** How long a key lives unless stated. */
export const DEFAULT_LIFE_MS: number = 90 * DAY
const MOST_MS = 3_660 * DAY

/**
 * Issues a key without an end of its life. Nobody will miss it when it should have gone.
 *
 * @deprecated To make it stand out: state an `expiresInMs` and rotate.
 */
export const neverExpires: unique symbol = Symbol('countersign.neverExpires')

/** Who does something: a name for the audit trail, or somebody whose own scopes are the most they can hand out. */
export type Actor = string | { readonly id: string; readonly scopes: readonly string[] }

/** What may be stated of a key, and changed later. */
export interface KeySettings {
  readonly name?: string
  /** At most 16 texts of up to 64 characters. */
  readonly tags?: readonly string[]
  /** `resource:action`; `presetScopes` makes some. */
  readonly scopes?: readonly string[]
  readonly policy?: KeyPolicy
  readonly allowIp?: readonly string[]
  readonly denyIp?: readonly string[]
  /** Says that a range with a prefix of 0 is meant. */
  readonly allowZeroPrefix?: boolean
  readonly rateLimit?: RateRule
  /** Lock the key when nobody used it for so long. At least an hour. */
  readonly lockAfterIdleMs?: number
  /** When the owner should rotate: 30, 60 or 90 days, usually. */
  readonly rotateEveryMs?: number
}

/** What `null` takes away again; the rest has an empty list or object for that. */
export const CLEARABLE = ['rateLimit', 'lockAfterIdleMs', 'rotateEveryMs'] as const
type Clearable = (typeof CLEARABLE)[number]

/** What may be changed of a key. `null` takes a rate, an idle lock or a due date away again. */
export type KeyUpdate = Omit<KeySettings, Clearable> & {
  readonly [K in Clearable]?: Exclude<KeySettings[K], undefined> | null
}

/** Where the key comes from. */
export interface KeyOrigin {
  /** A public key of the owner's: the server then keeps nothing secret. */
  readonly publicKey?: PublicKeyMaterial
  readonly format?: BytesFormat
  /** A shared secret of at least 32 bytes that exists already, for moving keys from elsewhere. */
  readonly secret?: Uint8Array | Secret
}

/** How to issue a key. */
export interface IssueOptions extends KeySettings, KeyOrigin {
  readonly owner: string
  /** Default `hmac-sha256`, of which the keyring makes the secret. */
  readonly algorithm?: Algorithm
  readonly notBeforeMs?: number
  /** Default 90 days from now, or from `notBeforeMs`. */
  readonly expiresInMs?: number
  readonly [neverExpires]?: true
  readonly by: Actor
}

const refuse = (name: string, expected: string): never => {
  throw new CountersignError('ARGUMENT_INVALID', `"${name}" expected ${expected}`)
}

/**
 * Options as they are now, each member of them and of the actor in them read once: what is checked is what is used.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no object, or cannot be read.
 */
export function stated<T extends object>(options: T): T {
  if (typeof options !== 'object' || options === null) return refuse('options', `an object, got ${typeof options}`)
  try {
    const copy: T & { by?: unknown } = { ...options }
    const { by } = copy
    if (typeof by === 'object' && by !== null) copy.by = { ...by }
    return copy
  } catch {
    return refuse('options', 'members that can be read')
  }
}

// Controls break lines of logs; what stands here is shown to people.
const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length <= most && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)

/** Checks a name for somebody: owner, actor. */
export function assertName(value: unknown, name: string): asserts value is string {
  if (!isText(value, 256) || value === '') refuse(name, '1 to 256 printable characters')
}

/** A reason for the record: optional text. */
export function checkedReason(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return isText(value, 1_024) ? value : refuse('reason', 'at most 1024 printable characters')
}

/** The actor's name for the record. */
export function actorName(by: Actor): string {
  const id = typeof by === 'object' && by !== null ? by.id : by
  assertName(id, 'by')
  return id
}

/** @throws {CountersignError} `SCOPE_DENIED` where somebody would hand out more than they have. */
export function assertMayGrant(by: Actor, scopes: readonly string[]): void {
  if (typeof by === 'string') return
  if (!isWithin(scopes, checkedGrants(stated(by).scopes)))
    throw new CountersignError('SCOPE_DENIED', 'a key expected no scope beyond those of its issuer')
}

const isSpan = (value: unknown, from: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= MOST_MS

/** Checks everything of {@link KeySettings} that is stated, and copies it, so that a later change of the caller's has no effect. */
export function checkedSettings(settings: KeySettings): Partial<StoredKey> {
  // Before it is copied: a copy no longer shows what was computed or inherited.
  if (settings.policy !== undefined) assertKeyPolicy(settings.policy)
  const copy = copied(settings)
  const { name, tags, scopes, allowZeroPrefix, rateLimit, lockAfterIdleMs, rotateEveryMs } = copy
  if (name !== undefined && !isText(name, 128)) refuse('name', 'at most 128 printable characters')
  if (tags !== undefined && !(Array.isArray(tags) && tags.length <= 16 && tags.every((tag) => isText(tag, 64))))
    refuse('tags', 'at most 16 texts of at most 64 printable characters')
  if (scopes !== undefined) checkedGrants(scopes)
  if (allowZeroPrefix !== undefined && typeof allowZeroPrefix !== 'boolean') refuse('allowZeroPrefix', 'true or false')
  if (rateLimit !== undefined) assertRateRule(rateLimit)
  if (lockAfterIdleMs !== undefined && !isSpan(lockAfterIdleMs, 3_600_000))
    refuse('lockAfterIdleMs', 'at least an hour, in milliseconds')
  if (rotateEveryMs !== undefined && !isSpan(rotateEveryMs, DAY))
    refuse('rotateEveryMs', 'at least a day, in milliseconds')
  return copy
}

/** The settings among the members that are stated, as values of their own. */
function copied(settings: KeySettings): KeySettings {
  const { name, tags, scopes, policy, allowIp, denyIp, allowZeroPrefix } = settings
  const { rateLimit, lockAfterIdleMs, rotateEveryMs } = settings
  const lists = { tags, scopes, policy, allowIp, denyIp }
  const all = { name, ...lists, allowZeroPrefix, rateLimit, lockAfterIdleMs, rotateEveryMs }
  try {
    return structuredClone(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
  } catch {
    return refuse('settings', 'plain values')
  }
}

/** @throws {CountersignError} `CONFIG_INVALID` for address rules that cannot be meant. */
export function assertAddressRules({
  allowIp,
  denyIp,
  allowZeroPrefix,
}: Pick<StoredKey, 'allowIp' | 'denyIp' | 'allowZeroPrefix'>): void {
  assertIpRules({
    key: undefined as never,
    allowIp,
    denyIp,
    ...(allowZeroPrefix === undefined ? {} : { allowZeroPrefix }),
  })
}

/** Beginning and end of a new key's life. */
export function checkedLife(
  options: Pick<IssueOptions, 'notBeforeMs' | 'expiresInMs' | typeof neverExpires>,
  nowMs: number,
): Pick<StoredKey, 'expiresAtMs' | 'notBeforeMs'> {
  const { notBeforeMs, expiresInMs } = options
  const endless = options[neverExpires] === true
  if (
    notBeforeMs !== undefined &&
    !(Number.isSafeInteger(notBeforeMs) && notBeforeMs >= 0 && notBeforeMs <= nowMs + MOST_MS)
  )
    refuse('notBeforeMs', 'milliseconds since the epoch, at most ten years ahead')
  if (endless && expiresInMs !== undefined) refuse('expiresInMs', 'to be absent beside neverExpires')
  if (expiresInMs !== undefined && !isSpan(expiresInMs, 1)) refuse('expiresInMs', 'milliseconds, at most ten years')
  const startMs = Math.max(nowMs, notBeforeMs ?? nowMs)
  return {
    expiresAtMs: endless ? null : startMs + (expiresInMs ?? DEFAULT_LIFE_MS),
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
  }
}

export function checkedAlgorithm(algorithm: unknown): Algorithm {
  return isAlgorithm(algorithm) ? algorithm : refuse('algorithm', 'one of the algorithms of countersign/crypto')
}
