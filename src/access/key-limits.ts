import {
  type FlagLimit,
  flag,
  type IntegerLimit,
  integer,
  type ListLimit,
  list,
  PRINTABLE,
  RANGES,
  SCOPES,
  type TextLimit,
} from './limits.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Ten years. */
export const MOST_MS: number = 3_660 * DAY
/** The last moment of a `Date`. */
const LAST_MS = 8.64e15

/** One line of printable text, in a log as on a page. */
const line = (least: number, most: number): TextLimit => ({
  kind: 'text',
  least,
  most,
  pattern: PRINTABLE,
})
/** The members of a key record, and of the calls about one, that have a limit. */
export interface KeyLimits {
  readonly name: TextLimit
  readonly tags: ListLimit
  readonly scopes: ListLimit
  readonly allowIp: ListLimit
  readonly denyIp: ListLimit
  readonly allowZeroPrefix: FlagLimit
  readonly lockAfterIdleMs: IntegerLimit
  readonly rotateEveryMs: IntegerLimit
  readonly owner: TextLimit
  readonly actor: TextLimit
  readonly reason: TextLimit
  readonly expiresInMs: IntegerLimit
  readonly overlapMs: IntegerLimit
  readonly moment: IntegerLimit
}

/** What else may be given of a key. Their sum fits a record, so nothing is refused for its size that was taken here. */
export const KEY_LIMITS: KeyLimits = {
  name: line(0, 128),
  tags: list(0, 16, line(1, 64)),
  scopes: SCOPES,
  allowIp: RANGES,
  denyIp: RANGES,
  allowZeroPrefix: flag,
  lockAfterIdleMs: integer(HOUR, MOST_MS, 'at least an hour, in milliseconds'),
  rotateEveryMs: integer(DAY, MOST_MS, 'at least a day, in milliseconds'),
  owner: line(1, 256),
  actor: line(1, 256),
  reason: line(0, 1_024),
  expiresInMs: integer(1_000, MOST_MS, 'at least 1000 and at most ten years, in milliseconds'),
  overlapMs: integer(0, 366 * DAY, 'milliseconds, at most a year'),
  moment: integer(0, LAST_MS, 'milliseconds since the epoch'),
}
