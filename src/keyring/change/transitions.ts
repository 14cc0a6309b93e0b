import { refuseProblem } from '../../access/limit-problem.js'
import { momentProblem } from '../../access/moment-problem.js'
import { fail } from '../../errors.js'
import { defined } from '../../support/defined.js'
import type { StoredKey } from '../record/key-record.js'
import { endsAtMs } from '../record/key-view.js'

/** The time, actor and reason of a change. */
export interface Change {
  readonly nowMs: number
  readonly actor: string
  readonly reason: string | undefined
}

const refuse = (key: StoredKey, what: string): never => fail('KEY_STATE', `key "${key.id}" is ${key.status}; ${what}`)

/** The record with one more revision; members that are given as `undefined` go. */
export function changed(
  key: StoredKey,
  nowMs: number,
  members: { readonly [K in keyof StoredKey]?: StoredKey[K] | undefined },
): StoredKey {
  const next = { ...key, ...members, rev: key.rev + 1, changedAtMs: nowMs }
  return defined(next) as unknown as StoredKey
}

/** Revoked is final: nothing leads out of it, so nothing but reading is possible any more. */
const assertNotRevoked = (key: StoredKey): void => {
  if (key.status === 'revoked') refuse(key, 'that is final')
}

export function disabled(key: StoredKey, { nowMs, actor, reason }: Change): StoredKey {
  assertNotRevoked(key)
  if (key.status === 'disabled') return key
  return changed(key, nowMs, { status: 'disabled', disabledBy: actor, disabledReason: reason })
}

/** Also unlocks a key that was unused for too long. */
export function enabled(key: StoredKey, { nowMs }: Change): StoredKey {
  assertNotRevoked(key)
  const status = key.replacedBy === undefined ? 'active' : 'rotating'
  return changed(key, nowMs, { status, disabledBy: undefined, disabledReason: undefined, activeSinceMs: nowMs })
}

/** Revoking twice is no error: the first time stands. */
export function revoked(key: StoredKey, { nowMs, actor, reason }: Change): StoredKey {
  if (key.status === 'revoked') return key
  return changed(key, nowMs, { status: 'revoked', revokedAtMs: nowMs, revokedBy: actor, revokedReason: reason })
}

/** An end can only come nearer. */
export function ended(key: StoredKey, atMs: number, { nowMs }: Change): StoredKey {
  assertNotRevoked(key)
  refuseProblem(momentProblem('atMs', atMs))
  if (key.expiresAtMs !== null && atMs > key.expiresAtMs)
    fail('KEY_STATE', `key "${key.id}" ends before that; only renew extends the life of a key`)
  return changed(key, nowMs, { expiresAtMs: atMs })
}

/** The parameters of a successor. */
export interface Succession extends Change {
  readonly id: string
  readonly overlapMs: number
  /** Where the old key must not be used any more at all. */
  readonly compromised: boolean
  readonly material: Pick<StoredKey, 'material' | 'secretHash'>
  /** Given by `renew` only; otherwise the successor ends when the old key would have. */
  readonly expiresAtMs?: number | null
}

/** @throws {CountersignError} `KEY_STATE` where a key cannot have a successor. */
export function assertReplaceable(key: StoredKey, nowMs: number): void {
  assertNotRevoked(key)
  if (key.replacedBy !== undefined || key.status !== 'active')
    refuse(key, 'only an active one without a successor is replaced')
  const end = endsAtMs(key)
  if (end !== undefined && !(nowMs < end)) fail('KEY_STATE', `key "${key.id}" has expired; issue another one`)
}

/** The old key and the new one. The new one has everything of the old one but its use, and never a longer life by itself. */
export function succeeded(key: StoredKey, to: Succession): { readonly old: StoredKey; readonly next: StoredKey } {
  const { nowMs, actor, id } = to
  const {
    secretHash: _,
    overlapUntilMs: __,
    replacedBy: ___,
    disabledBy: _____,
    disabledReason: ____,
    revokedAtMs: _at,
    revokedBy: _by,
    revokedReason: _reason,
    ...kept
  } = key
  const next: StoredKey = {
    ...kept,
    ...to.material,
    id,
    rev: 1,
    version: key.version + 1,
    replaces: key.id,
    status: 'active',
    createdAtMs: nowMs,
    createdBy: actor,
    changedAtMs: nowMs,
    activeSinceMs: nowMs,
    expiresAtMs: to.expiresAtMs === undefined ? key.expiresAtMs : to.expiresAtMs,
    ...(key.rotateEveryMs !== undefined && { rotateAtMs: nowMs + key.rotateEveryMs }),
  }
  const replaced = { replacedBy: id }
  if (to.compromised) {
    return { old: { ...revoked(key, to), ...replaced }, next }
  }
  const overlapUntilMs = Math.min(nowMs + to.overlapMs, key.expiresAtMs ?? Number.POSITIVE_INFINITY)
  return { old: changed(key, nowMs, { status: 'rotating', overlapUntilMs, ...replaced }), next }
}
