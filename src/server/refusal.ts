import type { KeyRecord } from '../access/key-record.js'
import { isConclusive, isCountersignError, VERDICT_STATUS, type VerdictCode } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../schemes/scheme.js'
import type { Refused } from './verdict.js'
import type { VerifyContext } from './verify-context.js'

/** What a failure means at one stage of a verification. */
export interface Stage {
  /** Whether a key or a store is asked: what fails then is not the message's fault. */
  readonly asking: boolean
  /** The status of every refusal that is no fault of the server, where the true one would reveal which keys exist. */
  readonly status?: number
}

/** What the message states. */
export const READING: Stage = { asking: false }
/** Whose signature it is. */
export const IDENTIFYING: Stage = { asking: true, status: 401 }
/** What the key may do, and whether the body is the one that was signed. */
export const AUTHORIZING: Stage = { asking: false }
/** Whether it was sent before, and how much was sent. */
export const CLAIMING: Stage = { asking: true }

/** The state of one verification, which a refusal reports. */
export interface Attempt {
  request: HttpRequest
  readonly context: VerifyContext
  claimedKeyId: string | undefined
  /** The one signature that is judged. */
  signature: UntrustedSignature | undefined
  stage: Stage
  /** The scheme of that signature. */
  scheme?: VerifyScheme
  /** The key that was found, whether or not it proved to be the sender's. */
  record: KeyRecord | undefined
  /** How long to wait, by a limiter or the clock. */
  retryAfterMs: number | undefined
}

// Codes of parsers for a message that is broken. Any other usage code is this side's set-up.
const BROKEN: readonly string[] = ['MESSAGE_MALFORMED', 'FIELD_MALFORMED']

/** Any failure as a verdict. */
export function refusal(attempt: Attempt, error: unknown): Refused {
  const { request, context, claimedKeyId } = attempt
  const { status, asking } = attempt.stage
  const known = isCountersignError(error)
  const code: VerdictCode =
    known && Object.hasOwn(VERDICT_STATUS, error.code)
      ? (error.code as VerdictCode)
      : known && !asking && BROKEN.includes(error.code)
        ? 'AUTH_MALFORMED'
        : asking
          ? 'STORE_UNAVAILABLE'
          : 'HOST_FAULT'
  const http = VERDICT_STATUS[code]
  return {
    ok: false,
    code,
    status: status !== undefined && http < 500 ? status : http,
    conclusive: isConclusive(code),
    // An error of foreign code may hold anything, so only its kind is kept.
    detail: known
      ? error.message
      : `an unexpected ${error instanceof Error ? error.name : typeof error} while verifying`,
    claimedKeyId,
    request,
    clientIp: context.clientIp,
    retryAfterMs: http === 503 || http === 429 ? (attempt.retryAfterMs ?? 1_000) : undefined,
  }
}
