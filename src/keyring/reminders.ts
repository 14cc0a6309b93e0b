import type { StoredKey } from './record/key-record.js'
import { endsAtMs } from './record/key-view.js'

const DAY = 86_400_000

/** An event that the owner of a key should be reminded of. */
export interface KeyReminder {
  /** `expires`: in `days`; `expired`: now; `rotate`: four fifths of the time to the due rotation are over; `overdue`: all of it. */
  readonly kind: 'expires' | 'expired' | 'rotate' | 'overdue'
  /** The key that it is about. */
  readonly keyId: string
  /** Who owns the key. */
  readonly owner: string
  /** Name of the key. */
  readonly name: string
  /** When what is announced happens. */
  readonly atMs: number
  /** How many days are left. */
  readonly days: number
}

/** Days before the end at which an owner is warned. */
export const WARNING_DAYS: readonly number[] = [14, 7, 1]

/**
 * The reminders that became due in `fromMs < t <= toMs`. Ask with the end of one run as the start of the next, and each
 * reminder comes once. A key that is issued with less life than a warning's days has that warning skipped.
 */
export function remindersOf(key: StoredKey, fromMs: number, toMs: number): KeyReminder[] {
  if (key.status === 'revoked') return []
  const { id: keyId, owner, name } = key
  const reminders: KeyReminder[] = []
  const due = (kind: KeyReminder['kind'], whenMs: number, atMs: number): void => {
    if (whenMs > fromMs && whenMs <= toMs && whenMs >= key.createdAtMs)
      reminders.push({ kind, keyId, owner, name, atMs, days: Math.ceil((atMs - whenMs) / DAY) })
  }
  const end = endsAtMs(key)
  if (end !== undefined) {
    // During an overlap the successor is in use already: no further warnings are needed.
    if (key.replacedBy === undefined) for (const days of WARNING_DAYS) due('expires', end - days * DAY, end)
    due('expired', end, end)
  }
  if (key.rotateAtMs !== undefined && key.rotateEveryMs !== undefined && key.replacedBy === undefined) {
    due('rotate', key.rotateAtMs - 0.2 * key.rotateEveryMs, key.rotateAtMs)
    due('overdue', key.rotateAtMs, key.rotateAtMs)
  }
  return reminders
}
