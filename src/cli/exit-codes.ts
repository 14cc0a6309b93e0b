import type { ErrorCode } from '../errors.js'

/** What the command ends with. Scripts rely on it: see docs/cli.md. */
export const EXIT = {
  /** Done, accepted, verified. */
  ok: 0,
  /** Refused: not verified, an HTTP status from 400 on, a finding that must be corrected. */
  refused: 1,
  /** The command line, a file or a setting is wrong; nothing was sent. */
  usage: 2,
  /** Not decided: a server, a store or a clock could not be reached or relied on. */
  undecided: 3,
} as const

const REFUSED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'EXCHANGE_REFUSED',
  'KEY_NOT_FOUND',
  'KEY_STATE',
  'LEAK_REPORT_REFUSED',
  'REDIRECT_REFUSED',
  'RESPONSE_UNVERIFIED',
  'SCOPE_DENIED',
])

/** What may be otherwise the next time, without any change of the caller's. */
export const UNDECIDED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CLOCK_UNSAFE',
  'CLOCK_UNTRUSTED',
  'DELIVERY_IN_FLIGHT',
  'DIRECTORY_UNAVAILABLE',
  'HOST_FAULT',
  'KEY_SOURCE_FAILED',
  'RATE_LIMITED',
  'REPLAY_BARRIER',
  'REPLAY_STORE_FULL',
  'STORE_CONFLICT',
  'STORE_CORRUPTED',
  'STORE_UNAVAILABLE',
])

/** The exit code for an error of the library. */
export const exitOf = (code: ErrorCode): number =>
  UNDECIDED.has(code) ? EXIT.undecided : REFUSED.has(code) ? EXIT.refused : EXIT.usage
