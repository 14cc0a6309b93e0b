import type { KeyRecord } from '../access/key-record.js'
import type { VerdictCode } from '../errors.js'
import { cut, isoTime, short, userAgent } from '../support/log-text.js'
import type { Verdict } from './verdict.js'
import type { VerifyContext } from './verify-context.js'

/** The outcome of a request. Everything that is none of the others is `auth.fail`. */
export type RequestEventName =
  | 'auth.ok'
  | 'auth.fail'
  | 'auth.replay'
  | 'auth.ip_denied'
  | 'auth.scope_denied'
  | 'auth.rate_limited'
  | 'replay.barrier'
  | 'store.unavailable'
  | 'store.corrupted'
  | 'key_source.failed'
  | 'host.fault'
  | 'clock.jump'

/**
 * A change of a key: `key.create`, `key.update`, `key.rotate`, `key.disable`, `key.enable`, `key.revoke`, `key.expire`,
 * `key.leaked`, `key.new_network`, `key.used.rotating`; to a report of a leak: `leak.refused`; and to the log itself:
 * `audit.start`, `audit.stop`, `audit.dropped`; and to the clock of a verifier, once per episode: `clock.unsafe`,
 * `clock.recovered`.
 */
export type LifeEventName = `key.${string}` | `leak.${string}` | `audit.${string}` | 'clock.unsafe' | 'clock.recovered'

/**
 * One line of the audit trail: everything needed to answer "who, when, from where, and why not", and no secret. What an event
 * does not have is absent or `undefined`. Texts of clients are cut to a fixed length.
 */
export interface AuditEvent {
  /** Version of the form of the event. */
  readonly v: 1
  /** ISO 8601 with milliseconds; '' where the clock answered nonsense. */
  readonly time: string
  /** What has happened. */
  readonly event: RequestEventName | LifeEventName
  /** `error` means that it could not be judged or done (5xx). */
  readonly outcome: 'ok' | 'denied' | 'error'
  /** The true reason; the public answer is less exact. */
  readonly code?: VerdictCode | undefined
  /** The name of the request in other logs. */
  readonly requestId?: string | undefined
  /** Only claimed, unless `proven`. */
  readonly keyId?: string | undefined
  /** Which version of the key it was. */
  readonly keyVersion?: number | undefined
  /** Only where the use is proven. */
  readonly owner?: string | undefined
  /** Algorithm of the key, not the one that was claimed. */
  readonly algorithm?: string | undefined
  /** The client's address. */
  readonly clientIp?: string | undefined
  /** The address at the other end of the connection. */
  readonly peerIp?: string | undefined
  /** `socket`, or `xff:n`: the n-th forwarded address from the right. */
  readonly ipSource?: string | undefined
  /** Method of the request. */
  readonly method?: string | undefined
  /** Without the query, which may hold personal data. */
  readonly path?: string | undefined
  /** Host of the request. */
  readonly host?: string | undefined
  /** HTTP status of a refusal. */
  readonly status?: number | undefined
  /** Length of the body, where it was in memory. */
  readonly bodyBytes?: number | undefined
  /** The first 8 bytes of the SHA-256 of the body, in hexadecimal; only where the log is configured to. */
  readonly bodySha256?: string | undefined
  /** Server's time minus the time that was signed. */
  readonly tsSkewMs?: number | undefined
  /** Like `bodySha256`, of the nonce. */
  readonly nonceHash?: string | undefined
  /** `User-Agent` of the request. */
  readonly userAgent?: string | undefined
  /** Which process wrote the event. */
  readonly instance?: string | undefined
  /** How long the judgement took, in microseconds. */
  readonly latencyUs?: number | undefined
  /** The scope the route asked for. */
  readonly scopeNeeded?: string | undefined
  /** The actor of a change of a key. */
  readonly actor?: string | undefined
  /** Why, in the words of the actor. */
  readonly reason?: string | undefined
  /** True where the signature was valid: the sender has the key. Without it the key id is only claimed. */
  readonly proven?: boolean | undefined
  /** The key's successor, where it has one. */
  readonly replacedBy?: string | undefined
  /** What was wrong, for people. */
  readonly detail?: string | undefined
  /** The id of the scheme. */
  readonly scheme?: string | undefined
  /** More of an event of a key: `url` of a leak, `network`, `count`. At most 16 members. */
  readonly data?: Readonly<Record<string, string | number | boolean>> | undefined
  /** Share of accepted requests that are kept, where it is not all of them. */
  readonly sample?: number | undefined
  /** Which chain of events this one is in, and its place there. */
  readonly chain?: string | undefined
  /** The number of the event in its chain. */
  readonly seq?: number | undefined
  /** Hash of the event before; '' at the start of a chain. */
  readonly prev?: string | undefined
  /** The hash of the event and of the one before it. */
  readonly hash?: string | undefined
}

/**
 * Takes audit events: one per verdict, and a second one where a streamed body fails after its head was accepted. It must not
 * block; what it throws is swallowed, because a full log must not accept or refuse a request.
 * The verdict and the facts are for what costs too much to be in every event; nothing may keep them, they hold the body.
 */
export type AuditSink = (event: AuditEvent, verdict?: Verdict, facts?: AuditFacts) => void

/** The facts of a verification besides its verdict. */
export interface AuditFacts {
  /** What the verifier was told of the request. */
  readonly context: VerifyContext
  /** The record of the claimed key, where it exists. */
  readonly record: KeyRecord | undefined
  /** `performance.now()` when the request came in. */
  readonly startedMs: number
  /** The claims of the signature, where the verifier came so far. */
  readonly signature?: { readonly createdMs: number | undefined; readonly nonce: string | undefined } | undefined
}

// Null prototypes: codes are looked up by name.
const NAMES: Readonly<Partial<Record<VerdictCode | '__proto__', RequestEventName>>> = {
  __proto__: null as never,
  REPLAY: 'auth.replay',
  IP_DENIED: 'auth.ip_denied',
  IP_UNDETERMINED: 'auth.ip_denied',
  SCOPE_DENIED: 'auth.scope_denied',
  RATE_LIMITED: 'auth.rate_limited',
  STORE_UNAVAILABLE: 'store.unavailable',
  KEY_SOURCE_FAILED: 'key_source.failed',
  HOST_FAULT: 'host.fault',
  REPLAY_STORE_FULL: 'store.unavailable',
  DELIVERY_IN_FLIGHT: 'auth.replay',
  REPLAY_BARRIER: 'replay.barrier',
  CLOCK_UNSAFE: 'clock.jump',
}

// What the verifier refuses after a valid signature, where the key's record was found. A store may fail before that, too, so
// STORE_UNAVAILABLE proves nothing.
const AFTER_SIGNATURE: ReadonlySet<VerdictCode> = /* @__PURE__ */ new Set<VerdictCode>([
  ...(['KEY_NOT_YET_VALID', 'KEY_EXPIRED', 'KEY_DISABLED', 'KEY_REVOKED'] as const),
  ...(['SCOPE_DENIED', 'IP_DENIED', 'IP_UNDETERMINED', 'HOST_MISMATCH', 'NONCE_MALFORMED', 'RATE_LIMITED'] as const),
  ...([
    'TIMESTAMP_EXPIRED',
    'TIMESTAMP_FUTURE',
    'REPLAY',
    'REPLAY_BARRIER',
    'REPLAY_STORE_FULL',
    'DELIVERY_IN_FLIGHT',
  ] as const),
  ...(['COMPONENT_MISSING', 'DIGEST_MISSING', 'DIGEST_MISMATCH', 'BODY_TOO_LARGE', 'BODY_UNREADABLE'] as const),
])

const LONGEST = 256
const LONGEST_PATH = 512

/** The audit event of a verdict. */
export function auditEvent(verdict: Verdict, nowMs: number, facts: AuditFacts): AuditEvent {
  const { context, record, startedMs, signature } = facts
  const { request } = verdict
  const { target, body } = request
  const { ok } = verdict
  const code = ok ? undefined : verdict.code
  const proven = code === undefined || (record !== undefined && AFTER_SIGNATURE.has(code))
  const query = target.indexOf('?')
  const createdMs = ok ? verdict.createdMs : signature?.createdMs
  return {
    v: 1,
    time: isoTime(nowMs),
    event: code === undefined ? 'auth.ok' : (NAMES[code] ?? 'auth.fail'),
    outcome: ok ? 'ok' : verdict.status >= 500 ? 'error' : 'denied',
    code,
    requestId: short(context.requestId),
    keyId: short(ok ? verdict.keyId : verdict.claimedKeyId),
    keyVersion: record?.version,
    owner: proven ? short(record?.owner) : undefined,
    algorithm: record?.key.algorithm,
    clientIp: verdict.clientIp,
    peerIp: short(context.peerIp),
    ipSource: context.ipSource,
    method: cut(request.method, 32),
    path: cut(query === -1 ? target : target.slice(0, query), LONGEST_PATH),
    host: cut(request.authority, LONGEST),
    status: ok ? undefined : verdict.status,
    bodyBytes: body === null ? 0 : body instanceof Uint8Array ? body.length : undefined,
    tsSkewMs: createdMs === undefined ? undefined : nowMs - createdMs,
    userAgent: userAgent(request.fields),
    latencyUs: Math.round((performance.now() - startedMs) * 1_000),
    scopeNeeded: short(context.scope),
    proven,
    replacedBy: record?.replacedBy,
    detail: ok ? undefined : short(verdict.detail),
    scheme: ok ? verdict.scheme : undefined,
  }
}
