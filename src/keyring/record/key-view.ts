import { isCountersignError } from '../../errors.js'
import { defined } from '../../support/defined.js'
import type { KeyUsage, StoredKey } from './key-record.js'

/**
 * The status of a key at a moment: the stored one, and what follows from the clock. `locked` is a key that was unused for longer
 * than its `lockAfterIdleMs`.
 */
export type KeyState = 'active' | 'rotating' | 'not-yet-valid' | 'expired' | 'locked' | 'disabled' | 'revoked'

/** A key as people and programs may see it: everything but its material. */
export interface KeyInfo extends Omit<StoredKey, 'material' | 'secretHash' | 'v' | 'mac'> {
  /** What the key can do now: its status and its times in one word. */
  readonly state: KeyState
  /** Of a public key. */
  readonly thumbprint?: string
  /** Its use, where it is counted. */
  readonly usage?: KeyUsage
}

/** From this moment the key is refused, whatever its status; `undefined` for never. */
export function endsAtMs({ expiresAtMs, overlapUntilMs }: StoredKey): number | undefined {
  const end = Math.min(expiresAtMs ?? Number.POSITIVE_INFINITY, overlapUntilMs ?? Number.POSITIVE_INFINITY)
  return end === Number.POSITIVE_INFINITY ? undefined : end
}

/** Whether the key was unused for longer than it may rest. */
export const isIdle = ({ lockAfterIdleMs, activeSinceMs }: StoredKey, lastUsedMs: number, nowMs: number): boolean =>
  // Asked for what is right: a clock that is no number locks.
  lockAfterIdleMs !== undefined && !(nowMs - Math.max(activeSinceMs, lastUsedMs) <= lockAfterIdleMs)

/** The state at a moment. */
export function stateOf(key: StoredKey, lastUsedMs: number, nowMs: number): KeyState {
  if (key.status === 'revoked' || key.status === 'disabled') return key.status
  const end = endsAtMs(key)
  if (end !== undefined && !(nowMs < end)) return 'expired'
  if (key.notBeforeMs !== undefined && !(nowMs >= key.notBeforeMs)) return 'not-yet-valid'
  return isIdle(key, lastUsedMs, nowMs) ? 'locked' : key.status
}

/** A record without its material. */
export function infoOf(key: StoredKey, usage: KeyUsage | undefined, nowMs: number): KeyInfo {
  const { material, secretHash: _, v: __, mac: ___, ...rest } = key
  return defined({
    ...rest,
    state: stateOf(key, usage?.lastUsedAtMs ?? 0, nowMs),
    thumbprint: material.kind === 'public' ? material.thumbprint : undefined,
    usage,
  })
}

/** Whether an error is a conflict with another write. */
export const isConflict = (error: unknown): boolean => isCountersignError(error, 'STORE_CONFLICT')
