/**
 * The two closed lists of codes, and the one error class.
 *
 * A *verdict code* is why a server refused a message; it is data, never thrown out of the verifier. An *error code* is
 * thrown where the caller (not the remote side) must change something: a bad argument, an unreadable key, a set-up mistake.
 */

/** HTTP status that each refusal is answered with. The keys are the closed list of verdict codes. */
export const VERDICT_STATUS = {
  AUTH_MISSING: 401,
  AUTH_MALFORMED: 400,
  AUTH_DUPLICATE: 400,
  AUTH_TOO_LARGE: 431,
  TIMESTAMP_MALFORMED: 400,
  TIMESTAMP_EXPIRED: 401,
  TIMESTAMP_FUTURE: 401,
  NONCE_MALFORMED: 400,
  REPLAY: 401,
  KEY_UNKNOWN: 401,
  ALG_MISMATCH: 401,
  ALG_UNSUPPORTED: 400,
  SIGNATURE_MALFORMED: 400,
  SIGNATURE_INVALID: 401,
  PASSPHRASE_INVALID: 401,
  COMPONENT_MISSING: 401,
  DIGEST_MISSING: 400,
  DIGEST_MISMATCH: 401,
  BODY_TOO_LARGE: 413,
  BODY_UNREADABLE: 400,
  CONTENT_ENCODING_UNSUPPORTED: 415,
  TARGET_MALFORMED: 400,
  HOST_MISMATCH: 421,
  METHOD_MALFORMED: 400,
  HEADER_DUPLICATE: 400,
  KEY_NOT_YET_VALID: 401,
  KEY_EXPIRED: 401,
  KEY_DISABLED: 401,
  KEY_REVOKED: 401,
  SCOPE_DENIED: 403,
  IP_DENIED: 403,
  IP_UNDETERMINED: 403,
  RATE_LIMITED: 429,
  REPLAY_BARRIER: 503,
  REPLAY_STORE_FULL: 503,
  STORE_UNAVAILABLE: 503,
  KEY_SOURCE_FAILED: 503,
  HOST_FAULT: 500,
  CLOCK_UNSAFE: 503,
} as const

/** Why a message was refused. Closed list: a `switch` over it can be exhaustive. */
export type VerdictCode = keyof typeof VERDICT_STATUS

/**
 * Codes that only ever appear on a thrown {@link CountersignError}.
 *
 * - `ARGUMENT_INVALID` a call was made with the wrong type or value
 * - `CONFIG_INVALID` a verifier, policy or middleware was set up in a way that cannot be safe
 * - `KEY_MALFORMED` key material does not have the stated format
 * - `KEY_UNSUPPORTED` well-formed, but this runtime or library cannot use it
 * - `KEY_PASSPHRASE` the passphrase is missing or wrong
 * - `KEY_WEAK` the key may not be registered (too short, small order, bad exponent …)
 * - `KEY_ASYNC` a synchronous call was made with a key that must be awaited
 * - `MESSAGE_MALFORMED` a message to be signed cannot be put on the wire as it is
 * - `FIELD_MALFORMED` a structured field does not parse, or a value cannot be serialised
 * - `ORIGIN_REFUSED` the request goes to an origin this signer was not configured for
 * - `REDIRECT_REFUSED` a redirect cannot be followed with a signature
 * - `BODY_CONSUMED` the raw body was read before it could be signed or verified
 * - `CLOCK_UNTRUSTED` a server-time answer is outside the allowed correction
 * - `NONCE_EXHAUSTED` a per-key nonce cannot increase any further
 * - `DIRECTORY_REFUSED` a key directory URL is not allowed (scheme, host, address, size or content)
 * - `DIRECTORY_UNAVAILABLE` a key directory could not be fetched
 * - `RESPONSE_UNVERIFIED` a response's signature is missing or wrong
 * - `KEY_NOT_FOUND` the keyring has no key of that id
 * - `KEY_STATE` the key's state does not allow this (a revoked key stays revoked)
 * - `STORE_CONFLICT` the record was changed concurrently
 * - `STORE_CORRUPTED` a stored record, file or sealed secret is not what was written; it is left as it is
 * - `SECRET_UNAVAILABLE` a secret cannot be read from its stated source
 * - `LEAK_REPORT_REFUSED` a report of leaked secrets is not signed by who must have sent it
 * - `EXCHANGE_REFUSED` an exchange refused a call of this library's own, or its answer is not the documented one
 */
export type UsageCode =
  | 'ARGUMENT_INVALID'
  | 'CONFIG_INVALID'
  | 'KEY_MALFORMED'
  | 'KEY_UNSUPPORTED'
  | 'KEY_PASSPHRASE'
  | 'KEY_WEAK'
  | 'KEY_ASYNC'
  | 'MESSAGE_MALFORMED'
  | 'FIELD_MALFORMED'
  | 'ORIGIN_REFUSED'
  | 'REDIRECT_REFUSED'
  | 'BODY_CONSUMED'
  | 'CLOCK_UNTRUSTED'
  | 'NONCE_EXHAUSTED'
  | 'DIRECTORY_REFUSED'
  | 'DIRECTORY_UNAVAILABLE'
  | 'RESPONSE_UNVERIFIED'
  | 'KEY_NOT_FOUND'
  | 'KEY_STATE'
  | 'STORE_CONFLICT'
  | 'STORE_CORRUPTED'
  | 'SECRET_UNAVAILABLE'
  | 'LEAK_REPORT_REFUSED'
  | 'EXCHANGE_REFUSED'

/** Every code a {@link CountersignError} may carry. A verdict code appears when a parser refuses a received message. */
export type ErrorCode = VerdictCode | UsageCode

const BRAND: unique symbol = Symbol.for('countersign.error') as never

/**
 * The only error class of the library. Switch on `code`; the message is for a developer and never contains a secret,
 * a signature or a string to sign.
 *
 * @example
 * ```ts
 * import { isCountersignError, hmacKey } from 'countersign'
 *
 * try {
 *   hmacKey({ keyId: 'k1', algorithm: 'hmac-sha256', secret: new Uint8Array(4) })
 * } catch (error) {
 *   if (isCountersignError(error, 'KEY_WEAK')) console.log(error.code)
 * }
 * ```
 */
export class CountersignError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'CountersignError'
    this.code = code
    // isolatedDeclarations rejects a computed class member, and `instanceof` fails across two copies of the package.
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/**
 * True for a {@link CountersignError} (also one of another copy of the package), optionally of one code.
 *
 * @example
 * ```ts
 * import { isCountersignError } from 'countersign'
 *
 * const refusedOrigin = (error: unknown): boolean => isCountersignError(error, 'ORIGIN_REFUSED')
 * ```
 */
export function isCountersignError(error: unknown, code?: ErrorCode): error is CountersignError {
  const found = error as (CountersignError & Record<symbol, unknown>) | null | undefined
  return found?.[BRAND] === true && found.code === (code ?? found.code)
}

/**
 * Throws a {@link CountersignError}: an expression of type `never`, so that it may stand behind `??` and `return`.
 *
 * @throws {CountersignError} with the code, always.
 */
export function fail(code: ErrorCode, message: string, cause?: unknown): never {
  throw new CountersignError(code, message, cause === undefined ? undefined : { cause })
}

/** What the value of an option must be, in one look, and in the words after "must be". */
export type OptionKind = readonly [fits: (value: unknown) => boolean, says: string]

/** A table of options by name: with their kind, or 1 where a value is checked elsewhere. */
export type KnownOptions = Readonly<Record<string, 1 | OptionKind>>

/** One row for every option of `T`: TypeScript refuses a table that lacks a name or has one too many. */
export type OptionNames<T> = { readonly [K in keyof Required<T> & string]: 1 | OptionKind }

/** Longest name that is repeated in a message; what is longer is not an option but data. */
const MAX_NAME = 64

/**
 * Refuses an options object that holds an unknown name: a misspelt option must not be ignored.
 *
 * @param where What the caller called, such as `strictPolicy`.
 * @param options The object as it was passed; `undefined` stands for none.
 * @param known The names that are read, and of what kind their values are; an option that is `undefined` is left out.
 * @param hints What to write instead of a name that is not a spelling mistake: `{ testnet: 'environment: "testnet"' }`.
 * @throws {CountersignError} `CONFIG_INVALID` (or `code`) with the unknown name and the nearest known one, never a value.
 */
export function assertOptions(
  where: string,
  options: unknown,
  known: KnownOptions,
  hints: Readonly<Record<string, string>> = {},
  code: ErrorCode = 'CONFIG_INVALID',
): void {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null || Array.isArray(options) || options instanceof Promise)
    throw new CountersignError(code, `${where}: options must be an object, got ${kindOf(options)}`)
  for (const name of Object.keys(options)) {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined
    if (kind !== undefined) {
      const value = (options as Readonly<Record<string, unknown>>)[name]
      if (kind !== 1 && value !== undefined) mustBe(kind[0](value), name, kind[1], value, code)
      continue
    }
    const shown = JSON.stringify(name.slice(0, MAX_NAME))
    const near =
      name === 'allowInsecure'
        ? '[allowInsecure]: true, the symbol that countersign/client exports'
        : Object.hasOwn(hints, name)
          ? hints[name]
          : nearest(name, Object.keys(known))
    throw new CountersignError(
      code,
      `${where}: unknown option ${shown}; ${near === undefined ? `known: ${Object.keys(known).join(', ')}` : `did you mean ${/\W/.test(near) ? near : `"${near}"`}?`}`,
    )
  }
}

/**
 * Refuses an option that is not true or false: `'no'` and `'false'` of an environment variable would be true.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, for anything but a boolean or `undefined`.
 */
export function assertFlag(name: string, value: unknown, where = ''): void {
  if (value !== undefined && typeof value !== 'boolean')
    throw new CountersignError('CONFIG_INVALID', `${where}"${name}" must be true or false, got ${kindOf(value)}`)
}

/** True for a safe integer of a range; what was given as text is none. */
export const isInteger = (value: unknown, from: number, to: number = Number.MAX_SAFE_INTEGER): value is number =>
  Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to

/**
 * What a value is, in words that are safe to print: never the value itself, which may be a secret.
 */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  const type = typeof value
  if (type !== 'object') return type === 'string' && value === '' ? 'an empty string' : `a ${type}`
  try {
    const { keyId, sign, verify } = value as { keyId?: unknown; sign?: unknown; verify?: unknown }
    if (typeof keyId === 'string' && typeof sign === 'function') return 'a signing key'
    if (typeof keyId === 'string' && typeof verify === 'function') return 'a verifying key'
    const name: unknown = (value as object).constructor?.name
    if (typeof name !== 'string' || !/^[A-Z]\w{0,40}$/.test(name) || name === 'Object') return 'an object'
    return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}${name === 'Promise' ? ' (is an await missing?)' : ''}`
  } catch {
    // A proxy may throw whatever it likes at any question.
    return 'an object'
  }
}

/** Names as a sentence has them: `a, b or c`. */
export const alternatives = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`

/** How the words begin of what is a number: where text is meant, a number may be a secret that lost its quotes. */
const NUMERIC = /^(?:an integer|a number|milliseconds|days)\b/

/**
 * Refuses what an option must not be, by its name. A number is shown where a number is meant; of anything else its kind is.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, or `code`: `"name" must be Y, got Z`.
 */
export function mustBe(
  fits: boolean,
  name: string,
  says: string,
  value: unknown,
  code: ErrorCode = 'CONFIG_INVALID',
): asserts fits {
  if (!fits)
    throw new CountersignError(
      code,
      `"${name}" must be ${says}, got ${typeof value === 'number' && NUMERIC.test(says) ? value : kindOf(value)}`,
    )
}

/**
 * Refuses an option that is not an integer of a range, also one that is given as text.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, or `code`.
 */
export function assertInteger(
  name: string,
  value: unknown,
  from: number,
  to: number = Number.MAX_SAFE_INTEGER,
  where = '',
  code: ErrorCode = 'CONFIG_INVALID',
): asserts value is number {
  if (isInteger(value, from, to)) return
  const got = typeof value === 'number' ? value : kindOf(value)
  throw new CountersignError(code, `${where}"${name}" must be ${integerRange(from, to)}, got ${got}`)
}

/** A range of integers in words. */
export const integerRange = (from: number, to: number): string =>
  `an integer from ${from}${to === Number.MAX_SAFE_INTEGER ? '' : ` to ${to}`}`

/** {@link kindOf} for what should be a URL and is none, which is never repeated: it may hold a password. */
export const urlKind = (value: unknown): string =>
  typeof value !== 'string' || value === ''
    ? kindOf(value)
    : /^[a-z][a-z+.-]*:\/\//i.test(value)
      ? 'another URL'
      : 'a text without http:// or https:// at its start'

/**
 * The known name that was probably meant: one that starts alike (`maxAge` for `maxAgeMs`), or the one with the fewest letters
 * to change, at most a third of them.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const asked = name.slice(0, MAX_NAME).toLowerCase()
  let best: string | undefined
  let least = Math.max(2, Math.ceil(asked.length / 3)) + 1
  for (const one of known) {
    const other = one.toLowerCase()
    const starts = asked.length > 2 && (other.startsWith(asked) || (other.length > 2 && asked.startsWith(other)))
    const changes = starts ? Math.min(1, Math.abs(other.length - asked.length)) : distance(asked, other)
    if (changes < least) {
      least = changes
      best = one
    }
  }
  return best
}

/** Letters to insert, leave out, replace or swap (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] as number) + 1)
      row.push(cost)
    }
    before = last
    last = row
  }
  return last[b.length] as number
}
