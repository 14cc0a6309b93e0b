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
  DELIVERY_IN_FLIGHT: 503,
  STORE_UNAVAILABLE: 503,
  KEY_SOURCE_FAILED: 503,
  HOST_FAULT: 500,
  CLOCK_UNSAFE: 503,
} as const

/** Why a message was refused. Closed list: a `switch` over it can be exhaustive. */
export type VerdictCode = keyof typeof VERDICT_STATUS

/** Whatever says nothing about the message itself, besides what is answered with 500 and above. */
const UNDECIDED: ReadonlySet<VerdictCode> = /* @__PURE__ */ new Set<VerdictCode>([
  'RATE_LIMITED',
  'IP_UNDETERMINED',
  'BODY_UNREADABLE',
])

/** Whether a refusal is about the message, so that the same message will be refused again. */
export const isConclusive = (code: VerdictCode): boolean => VERDICT_STATUS[code] < 500 && !UNDECIDED.has(code)

/**
 * Codes that only ever appear on a thrown {@link CountersignError}.
 *
 * - `ARGUMENT_INVALID` a call was made with the wrong type or value
 * - `CONFIG_INVALID` a verifier, policy or middleware was set up in a way that cannot be safe
 * - `KEY_MALFORMED` key material does not have the given format
 * - `KEY_UNSUPPORTED` well-formed, but this runtime or library cannot use it
 * - `KEY_PASSPHRASE` the passphrase is missing or wrong
 * - `KEY_WEAK` the key may not be registered (too short, small order, bad exponent …)
 * - `KEY_ASYNC` a synchronous call was made with a key that must be awaited
 * - `MESSAGE_MALFORMED` a message to be signed cannot be put on the wire as it is; in the log of a proxy: bytes that are no HTTP
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
 * - `SECRET_UNAVAILABLE` a secret cannot be read from its given source
 * - `LEAK_REPORT_REFUSED` a report of leaked secrets is not signed by who must have sent it
 * - `EXCHANGE_REFUSED` an exchange refused a call of this library's own, or its answer is not the documented one
 * - `ROUTE_REFUSED` a proxy has no target, or no route of it, for the request
 * - `UPSTREAM_TIMEOUT` what a proxy stands in front of did not answer in time
 * - `UPSTREAM_UNAVAILABLE` what a proxy stands in front of cannot be reached, or broke off
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
  | 'ROUTE_REFUSED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE'

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
  /** What has happened, as a word for programs: it stays the same where a text is changed. */
  declare readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
    this.name = 'CountersignError'
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
export function fail(code: ErrorCode, message: string, options?: { readonly cause?: unknown }): never {
  throw new CountersignError(code, message, options)
}
