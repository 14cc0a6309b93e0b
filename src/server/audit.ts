import type { VerdictCode } from '../errors.js'
import type { KeyRecord } from './key-source.js'
import type { VerifyContext } from './options.js'
import type { Verdict } from './verdict.js'

/** One line of the audit trail: everything needed to answer "who, when, from where, and why not", and no secret. */
export interface AuditEvent {
  readonly time: string
  readonly event: 'auth.ok' | 'auth.fail'
  /** The true reason; the public answer is less exact. */
  readonly code: VerdictCode | undefined
  readonly detail: string | undefined
  /** Verified for `auth.ok`; only claimed for `auth.fail`. */
  readonly keyId: string | undefined
  readonly owner: string | undefined
  readonly ip: string | undefined
  readonly method: string
  readonly host: string
  /** Without the query, which may hold personal data. */
  readonly path: string
  readonly scheme: string | undefined
}

/** Takes audit events. It must not block; what it throws is swallowed, because a full log must not open or close the door. */
export type AuditSink = (event: AuditEvent) => void

/** What is known of a verification besides its verdict. */
export interface AuditFacts {
  readonly context: VerifyContext
  /** The record of the claimed key, where it exists. */
  readonly record: KeyRecord | undefined
  /** `performance.now()` when the request came in. */
  readonly startedMs: number
}

/** The audit event of a verdict. */
export function auditEvent(verdict: Verdict, nowMs: number, _facts: AuditFacts): AuditEvent {
  const { method, authority, target } = verdict.request
  const query = target.indexOf('?')
  return {
    // A broken clock is refused elsewhere; here it must not cost the event.
    time: Number.isFinite(nowMs) ? new Date(nowMs).toISOString() : '',
    event: verdict.ok ? 'auth.ok' : 'auth.fail',
    code: verdict.ok ? undefined : verdict.code,
    detail: verdict.ok ? undefined : verdict.detail,
    keyId: verdict.ok ? verdict.keyId : verdict.claimedKeyId,
    owner: verdict.ok ? verdict.owner : undefined,
    ip: verdict.clientIp,
    method,
    host: authority,
    path: query === -1 ? target : target.slice(0, query),
    scheme: verdict.ok ? verdict.scheme : undefined,
  }
}
