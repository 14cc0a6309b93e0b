import type { KeyRow } from '../contract.js'

const DAY = 86_400_000
/** The first warning of the keyring before a key ends. */
const EXPIRING_MS = 14 * DAY

/** What a chip shows: the state of the key, and `expiring` where the end is near. */
export type Chip = KeyRow['state'] | 'expiring'

/** From this moment the key is refused; `undefined` for never. */
export function endOf({ expiresAtMs, overlapUntilMs }: KeyRow): number | undefined {
  const end = Math.min(expiresAtMs ?? Number.POSITIVE_INFINITY, overlapUntilMs ?? Number.POSITIVE_INFINITY)
  return end === Number.POSITIVE_INFINITY ? undefined : end
}

/**
 * The chip at a moment. The state of the portal's answer is from the moment of that answer: what follows from the clock alone is
 * brought up to date.
 */
export function chipOf(row: KeyRow, nowMs: number): Chip {
  const { state } = row
  if (state === 'revoked' || state === 'disabled') return state
  const end = endOf(row)
  if (end !== undefined && nowMs >= end) return 'expired'
  if (state === 'not-yet-valid' && row.notBeforeMs !== undefined && nowMs >= row.notBeforeMs) return 'active'
  return state === 'active' && end !== undefined && end - nowMs < EXPIRING_MS ? 'expiring' : state
}

export const CHIPS: readonly Chip[] = [
  ...(['active', 'rotating', 'expiring', 'not-yet-valid', 'locked', 'disabled', 'expired', 'revoked'] as const),
]

/** What may still be done with a key: nothing leads out of revoked, and what is over is not stopped again. */
export const isOver = (chip: Chip): boolean => chip === 'revoked' || chip === 'expired'

export const isPublic = ({ algorithm }: KeyRow): boolean => !algorithm.startsWith('hmac')

/** `acmek_live_…0Vu9` */
export const shortId = ({ prefix, lastFour }: KeyRow): string => `${prefix}…${lastFour}`

export type Sort = 'created' | 'name' | 'expires' | 'used'
export const SORTS: readonly Sort[] = ['created', 'name', 'expires', 'used']

const LATE = Number.POSITIVE_INFINITY
const ORDER: Readonly<Record<Sort, (a: KeyRow, b: KeyRow) => number>> = {
  created: (a, b) => b.createdAtMs - a.createdAtMs,
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  // Of two without an end neither is first, and the difference of two infinities is no number.
  expires: (a, b) => compare(endOf(a) ?? LATE, endOf(b) ?? LATE),
  used: (a, b) => compare(b.usage?.lastUsedAtMs ?? 0, a.usage?.lastUsedAtMs ?? 0),
}
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

export interface Filter {
  readonly words: string
  readonly chip: Chip | 'all' | 'usable'
  readonly environment: KeyRow['environment'] | 'all'
  readonly sort: Sort
}

const haystacks = new WeakMap<KeyRow, string>()
/** Every text of a row that a person may look for; made once, as ten thousand rows are searched with each letter. */
function haystackOf(row: KeyRow): string {
  let found = haystacks.get(row)
  if (found === undefined) {
    const { id, name, owner, algorithm, scopes, allowIp, tags, createdBy, usage } = row
    found = [id, name, owner, algorithm, ...scopes, ...allowIp, ...tags, createdBy, usage?.lastUsedIp]
      .join('\n')
      .toLowerCase()
    haystacks.set(row, found)
  }
  return found
}

/** The rows that a filter leaves, in its order; every word has to be found. */
export function filtered(rows: Iterable<KeyRow>, { words, chip, environment, sort }: Filter, nowMs: number): KeyRow[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const left: KeyRow[] = []
  for (const row of rows) {
    if (environment !== 'all' && row.environment !== environment) continue
    if (chip !== 'all') {
      const own = chipOf(row, nowMs)
      if (chip === 'usable' ? isOver(own) : own !== chip) continue
    }
    if (wanted.length > 0) {
      const text = haystackOf(row)
      if (!wanted.every((word) => text.includes(word))) continue
    }
    left.push(row)
  }
  return left.sort(ORDER[sort])
}
