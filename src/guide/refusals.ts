import { VERDICT_STATUS, type VerdictCode } from '../errors.js'
import type { EffectivePolicy } from '../server/policy/scheme-policy.js'

/** What a client is refused for, and what it does then. The codes are those of the service's log. */
export interface RefusalRow {
  readonly codes: readonly VerdictCode[]
  readonly what: string
  readonly toDo: string
}

/** A number of milliseconds in words. */
export function span(ms: number): string {
  const UNITS = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1_000, 'second'],
  ] as const
  for (const [unit, name] of UNITS)
    if (ms >= unit && ms % unit === 0) return `${ms / unit} ${name}${ms === unit ? '' : 's'}`
  return `${ms} ms`
}

/** A number of bytes in words. */
export const size = (bytes: number): string =>
  bytes > 0 && bytes % 1_048_576 === 0
    ? `${bytes / 1_048_576} MiB`
    : bytes > 0 && bytes % 1_024 === 0
      ? `${bytes / 1_024} KiB`
      : `${bytes} bytes`

/** Content codings in words; `identity` is none. */
export const codings = (all: readonly string[]): string =>
  all.map((one) => (one === 'identity' ? 'as it is' : `coded by ${one}`)).join(' or ')

export const refusalRows = (policy: EffectivePolicy): readonly RefusalRow[] => [
  {
    codes: ['AUTH_MISSING'],
    what: 'no signature',
    toDo: 'Sign the request. A redirect or a proxy may have dropped the fields.',
  },
  {
    codes: ['SIGNATURE_INVALID', 'KEY_UNKNOWN', 'ALG_MISMATCH'],
    what: 'not the signature of that key over this request',
    toDo: 'Compare key id and key; send exactly the URL, the fields and the body that were signed.',
  },
  {
    codes: ['COMPONENT_MISSING', 'DIGEST_MISMATCH'],
    what: 'a part of the request is not signed, or the body is another one',
    toDo: 'Sign what the table above lists; sign the bytes of the body as they are sent.',
  },
  {
    codes: ['TIMESTAMP_EXPIRED', 'TIMESTAMP_FUTURE'],
    what: 'the time is out of the window',
    toDo: `Set the clock: at most ${span(policy.maxAgeMs)} old and ${span(policy.maxFutureMs)} ahead. Sign when the request is sent.`,
  },
  { codes: ['REPLAY'], what: 'the same request again', toDo: 'Sign every attempt anew, also a retry.' },
  {
    codes: ['KEY_DISABLED', 'KEY_EXPIRED', 'KEY_NOT_YET_VALID', 'KEY_REVOKED'],
    what: 'the key may not be used now',
    toDo: 'Look at the key in your account; make a new one.',
  },
  {
    codes: ['AUTH_MALFORMED', 'AUTH_DUPLICATE', 'SIGNATURE_MALFORMED', 'ALG_UNSUPPORTED'],
    what: 'a signature that cannot be read, or two of them',
    toDo: 'Use the code of this page, or compare with it.',
  },
  {
    codes: ['TIMESTAMP_MALFORMED', 'NONCE_MALFORMED'],
    what: 'a time or a nonce that is none',
    toDo: `Whole numbers as times; nonces of 16 to 128 characters of A-Za-z0-9._~+/=-; a life of at most ${span(policy.maxLifetimeMs)}.`,
  },
  { codes: ['DIGEST_MISSING'], what: 'a body without its digest', toDo: 'State and sign the digest of every body.' },
  {
    codes: ['TARGET_MALFORMED', 'METHOD_MALFORMED', 'HEADER_DUPLICATE', 'BODY_UNREADABLE'],
    what: 'a request that can be read in two ways',
    toDo: 'No fragment, space or backslash in the target; each field once; the method in capitals; no override of the method.',
  },
  {
    codes: ['SCOPE_DENIED', 'IP_DENIED', 'IP_UNDETERMINED'],
    what: 'the key may not do this, or not from there',
    toDo: 'Look at the scopes and addresses of the key.',
  },
  { codes: ['BODY_TOO_LARGE'], what: 'too large a body', toDo: `At most ${size(policy.maxBodyBytes)}.` },
  {
    codes: ['CONTENT_ENCODING_UNSUPPORTED'],
    what: 'a content coding that is not taken',
    toDo: `Send the body ${codings(policy.contentCodings)}.`,
  },
  { codes: ['HOST_MISMATCH'], what: 'signed for another host', toDo: `Use ${policy.authorities.join(' or ')}.` },
  { codes: ['RATE_LIMITED'], what: 'too many requests', toDo: 'Wait for as long as Retry-After states.' },
  { codes: ['AUTH_TOO_LARGE'], what: 'too long a signature field', toDo: 'Sign fewer components.' },
  {
    codes: ['REPLAY_BARRIER', 'REPLAY_STORE_FULL', 'STORE_UNAVAILABLE', 'KEY_SOURCE_FAILED', 'CLOCK_UNSAFE'],
    what: 'the service cannot decide now',
    toDo: 'Wait for as long as Retry-After states, and sign anew.',
  },
  {
    codes: ['DELIVERY_IN_FLIGHT'],
    what: 'an earlier attempt is still being handled',
    toDo: 'Try again later, unless the earlier attempt succeeds.',
  },
  { codes: ['HOST_FAULT'], what: 'a fault of the service', toDo: 'Report it.' },
]

/** The status that a client sees for a row. */
export const statusOf = ({ codes }: RefusalRow): number => VERDICT_STATUS[codes[0] as VerdictCode]
