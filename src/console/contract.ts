/** What crosses the wire between the keys page and its portal: types only, for both halves. docs/console.md has the routes. */
import type { ActivityDay, OldKeyUse } from '../audit/activity.js'
import type { IncidentReport } from '../audit/incident.js'
import type { ChainReport } from '../audit/verify.js'
import type { Algorithm, PostQuantumAlgorithm } from '../crypto/algorithm.js'
import type { PublicKeyMaterial } from '../crypto/format/read-key.js'
import type { MlDsaJwkInput } from '../crypto/ml-dsa-key.js'
import type { Finding, SignatureVerdict } from '../doctor/diagnosis.js'
import type { ErrorCode, VerdictCode } from '../errors.js'
import type { KeySettings, KeyUpdate } from '../keyring/change/issue-options.js'
import type { Environment, KeyStatus } from '../keyring/record/key-record.js'
import type { KeyInfo } from '../keyring/record/key-view.js'
import type { SealedBy } from '../keyring/record/sealed-by.js'
import type { KeyReminder } from '../keyring/reminders.js'
import type { AuditEvent } from '../server/audit-event.js'

export type { ActivityDay, OldKeyUse } from '../audit/activity.js'

/** The field that carries {@link PortalSession.csrf} in every request that changes something. */
export type CsrfField = 'x-csrf-token'

/** How much a scope lets a key do, for the order and colour of a list. */
export type ScopeLevel = 'read' | 'write' | 'admin'

/** A scope that the service offers. */
export interface OfferedScope {
  /** `orders:read` */
  readonly name: string
  /** A few words: "Read orders". */
  readonly label: string
  /** One sentence for people who decide on it. */
  readonly description?: string
  /** How much it allows: a colour and an order on the page. */
  readonly level: ScopeLevel
}

/** What this portal can do besides keys; a page hides what is not there. */
export interface PortalFeatures {
  /** `keys/{id}/incident` has something to read. */
  readonly incident: boolean
  /** `activity` and `keys/{id}/usage` have something to read. */
  readonly activity: boolean
  /** `audit`, for administrators. */
  readonly audit: boolean
  /** `check`. */
  readonly check: boolean
  /** `guide`. */
  readonly guide: boolean
}

/** How the page looks and speaks; what is absent is the page's own. */
export interface PortalBrand {
  /** The name of the service. */
  readonly name?: string
  /** CSS custom properties: `{ '--accent': '#0a7' }`. */
  readonly variables?: Readonly<Record<string, string>>
}

/** What a session may grant, for the form: the portal refuses what is more. */
export interface SessionGrant {
  /** Where keys may be made. */
  readonly environments: readonly Environment[]
  /** Every address of a key is in one of these; empty for any. */
  readonly allowIp: readonly string[]
  /** A key needs a list of addresses. */
  readonly needsAddresses: boolean
  /** The longest idle lock; with it every key has one. */
  readonly lockAfterIdleMs?: number
}

/** Kinds of keys that a page can make or take: those of ML-DSA where the keyring has them (`otherKeys`). */
export type OfferedAlgorithm = Algorithm | PostQuantumAlgorithm

/** GET `session`. */
export interface PortalSession {
  /** Who is logged in: the owner of the keys that the page shows. */
  readonly owner: string
  /** The person's name, for the screen. */
  readonly name: string
  /** Sees and changes the keys of all owners, and what is for administrators only. */
  readonly isAdmin: boolean
  /** Goes back as `x-csrf-token` with everything that is no GET. */
  readonly csrf: string
  /** The environments that a key can be made for. */
  readonly environments: readonly Environment[]
  /** The limits of what this session may grant, besides scopes, algorithms and lives. */
  readonly grant: SessionGrant
  /** Those of the offered scopes that this session may grant. */
  readonly scopes: readonly OfferedScope[]
  /** Kinds of keys that may be made, the recommended one first. */
  readonly algorithms: readonly OfferedAlgorithm[]
  /** The life of a key unless given, in milliseconds. */
  readonly defaultLifeMs: number
  /** Lives to offer, in milliseconds. */
  readonly lives: readonly number[]
  /** The longest life; with it no key lives without an end. */
  readonly maxLifeMs?: number
  /** A key without an end may be made, with a reason. */
  readonly mayNeverExpire: boolean
  /** The address this request came from, where the service states it. */
  readonly clientIp?: string
  /** What this portal has switched on. */
  readonly features: PortalFeatures
  /** Name and colours of the page. */
  readonly brand: PortalBrand
  /** The server's time, so that a countdown does not follow a wrong clock. Milliseconds since the epoch. */
  readonly nowMs: number
}

/** A key as the page has it: everything but its material. */
export interface KeyRow extends KeyInfo {
  /** What stands before the random part of the id: `acmek_live_`. */
  readonly prefix: string
  /** The last four characters of the id. */
  readonly lastFour: string
}

/** GET `keys`. */
export interface KeyRowPage {
  /** The keys of one page. */
  readonly keys: readonly KeyRow[]
  /** `after` of the next page; absent on the last. */
  readonly next?: string
}

/** The query of GET `keys`. */
export interface KeysQuery {
  /** Default: the first of {@link PortalSession.environments}. */
  readonly environment?: Environment
  /** For administrators: the keys of this owner only. */
  readonly owner?: string
  /** Only keys of this status. */
  readonly status?: KeyStatus
  /** Where the page before ended: its `next`. */
  readonly after?: string
  /** 1 to 1000, 100 unless given. */
  readonly limit?: number
}

/** GET, PATCH `keys/{id}`; POST `disable`, `enable`. */
export interface OneKey {
  /** The key, with its use. */
  readonly key: KeyRow
}

/** How long a key is to live. */
export interface Life {
  /** Milliseconds. Default {@link PortalSession.defaultLifeMs}. */
  readonly expiresInMs?: number
  /** No end: needs a `reason`. */
  readonly neverExpires?: true
}

/** POST `keys`. */
export interface CreateKey extends KeySettings, Life {
  /** Default: the first of {@link PortalSession.environments}. */
  readonly environment?: Environment
  /** For administrators; default: the session's own. */
  readonly owner?: string
  /** Default `hmac-sha256`. */
  readonly algorithm?: OfferedAlgorithm
  /** PEM or JWK: the service then keeps no secret. A line of OpenSSH is turned into one of them by the page. */
  readonly publicKey?: PublicKeyMaterial | MlDsaJwkInput
  /** Its first moment, in milliseconds since the epoch. Default: now. */
  readonly notBeforeMs?: number
  /** Required with `neverExpires`. */
  readonly reason?: string
}

/** PATCH `keys/{id}`. */
export type EditKey = KeyUpdate & {
  /** The `rev` of the key that was shown: where it has changed since, the answer is 409 `STORE_CONFLICT`. */
  readonly rev: number
  /** Why, for the audit trail. */
  readonly reason?: string
}

/** 201 of POST `keys`, `rotate`, `renew`: the one answer with the secret in it. */
export interface CreatedKey extends OneKey {
  /** The shared secret, here and never again; absent for a public key. */
  readonly secret?: string
}

/** POST `keys/{id}/rotate`. */
export interface RotateKey {
  /** Why, for the audit trail. */
  readonly reason?: string
  /** The new public key, for a key that has one. */
  readonly publicKey?: PublicKeyMaterial
  /** How long the old key still works: a day unless given. */
  readonly overlapMs?: number
}

/** POST `keys/{id}/renew`. A longer life needs a `reason`. */
export interface RenewKey extends RotateKey, Life {
  /** Why, for the audit trail. */
  readonly reason: string
}

/** POST `keys/{id}/disable`, `enable`. */
export interface Reasoned {
  /** Why, for the audit trail. */
  readonly reason?: string
}

/** POST `keys/{id}/revoke`. */
export interface RevokeKey extends Reasoned {
  /** Answer when no node can accept it any more. */
  readonly wait?: boolean
}

/** The answer to POST `keys/{id}/revoke`. */
export interface RevokedKey extends OneKey {
  /** Whether every node has confirmed it, the time for that was waited out, or it has only begun. */
  readonly how?: 'acknowledged' | 'waited' | 'begun'
  /** How many nodes have confirmed it. */
  readonly nodes?: number
  /** How long it took, in milliseconds. */
  readonly tookMs?: number
}

/** POST `keys/{id}/compromise`. */
export interface CompromiseKey extends Reasoned {
  /** The public half of the key that takes its place, for keys that are made by who holds them. */
  readonly publicKey?: PublicKeyMaterial
  /** The report begins here, in milliseconds since the epoch. Default: when the key was made. */
  readonly sinceMs?: number
  /**
   * `false`: answer when the key is revoked, with `how: 'begun'`; `revoke` with `wait` then confirms that no node accepts it any more.
   * Default true.
   */
  readonly wait?: boolean
}

/**
 * What to do after a leak, as codes that a page has words for.
 *
 * - `REVOKE`, `REPLACE`: done by `compromise`
 * - `CHECK_OWN_USE`: go through the addresses and say which are one's own
 * - `SCREENSHOTS`: keep pictures of the report and of the platform's pages
 * - `CONTACT_PLATFORM`: notify the service whose key it is, with the times and addresses
 * - `CONTACT_AUTHORITIES`: where money or data was taken
 * - `FIND_LEAK`: look for the secret in repositories, logs, chats and machines
 * - `NARROW_REPLACEMENT`: the replacement has no address list, or more scope than was used
 * - `LOG_INCOMPLETE`: the log lost events, or kept only a share
 */
export type IncidentStepCode =
  | 'REVOKE'
  | 'REPLACE'
  | 'CHECK_OWN_USE'
  | 'SCREENSHOTS'
  | 'CONTACT_PLATFORM'
  | 'CONTACT_AUTHORITIES'
  | 'FIND_LEAK'
  | 'NARROW_REPLACEMENT'
  | 'LOG_INCOMPLETE'

/** One of the next steps. */
export interface IncidentStep {
  /** Which step it is. */
  readonly code: IncidentStepCode
  /** Whether it has been done. */
  readonly done: boolean
}

/** GET `keys/{id}/incident?sinceMs`. `incident.timeline` is the chart. */
export interface IncidentAnswer extends OneKey {
  /** What the key was used for since the moment in question. */
  readonly incident: IncidentReport
  /** What is left to do, in its order. */
  readonly steps: readonly IncidentStep[]
}

/** The answer to POST `keys/{id}/compromise`. The key is revoked whatever else is absent. */
export interface CompromisedKey extends RevokedKey {
  /** The key that takes its place, where one was asked for; its secret is shown this once. */
  readonly replacement?: CreatedKey
  /** Why there is no replacement: a code such as `ARGUMENT_INVALID` where a public key has to be brought. */
  readonly problem?: ErrorCode
  /** What the key was used for, where a log is connected. */
  readonly incident?: IncidentReport
  /** What is left to do, in its order. */
  readonly steps: readonly IncidentStep[]
}

/** GET `activity?ids=a,b,c&days=30` (at most 200 ids, 90 days). Ids that the session may not see are absent, as unknown ones are. */
export interface Activity {
  /** Days without any use are left out; oldest first. */
  readonly keys: Readonly<Record<string, { readonly days: readonly ActivityDay[] }>>
  /** When the log was read: it is read again at most every so often. Milliseconds since the epoch. */
  readonly asOfMs: number
  /** True where the log holds only a share of the accepted requests. */
  readonly sampled: boolean
}

/** GET `keys/{id}/usage`. */
export interface KeyUsageAnswer {
  /** The latest first, at most 100. */
  readonly users: readonly OldKeyUse[]
  /** When it was counted, in milliseconds since the epoch. */
  readonly asOfMs: number
}

/** What an owner or administrator should look at. */
export type NoticeKind =
  | KeyReminder['kind']
  /** It may be used from any address. */
  | 'no-addresses'
  /** It has the scope of an administrator, or every action of a resource. */
  | 'wide-scope'
  /** It was never used, or not for 30 days. */
  | 'unused'
  /** It has no end. */
  | 'no-end'
  /** Not replaced for `days` days: 30, 60 or 90. Of keys without a due date of their own. */
  | 'aged'

/** One notice. */
export interface Notice {
  /** What the notice is about. */
  readonly kind: NoticeKind
  /** The key that it is about. */
  readonly keyId: string
  /** Who owns the key. */
  readonly owner: string
  /** Name of the key. */
  readonly name: string
  /** Environment of the key. */
  readonly environment: Environment
  /** When what is announced happens, or since when it is so. */
  readonly atMs: number
  /** Days until then; 0 where it is so already. */
  readonly days: number
}

/** GET `notices`: of the session's keys; for administrators of all (`owner` narrows). */
export interface Notices {
  /** The most urgent first, at most 1 000. */
  readonly notices: readonly Notice[]
  /** True where there are more. */
  readonly more: boolean
}

/** GET `audit?before&limit&keyId&event`: for administrators. The newest first. */
export interface AuditPage {
  /** The events, newest first. */
  readonly events: readonly AuditEvent[]
  /** `before` of the next page; absent on the last. */
  readonly next?: string
}

/** POST `audit/verify`: for administrators. */
export type AuditVerified = ChainReport

/** GET `leaks`: reports of leaks and what became of them, for administrators. The newest first, at most 1 000. */
export interface Leaks {
  /** What was reported, newest first. */
  readonly events: readonly AuditEvent[]
}

/** GET `sealing`: which key-encryption key seals how many keys, for administrators. */
export interface SealingState {
  /** How many keys are sealed by which key encryption key, in each environment. */
  readonly environments: ReadonlyArray<SealedBy & { readonly environment: Environment }>
}

/** POST `check`. */
export interface CheckRequest {
  /** A request as it is on the wire, a curl command, or a HAR entry. At most 64 KiB. */
  readonly text: string
  /** The key that the request is meant to be signed with; default: the one it names. */
  readonly keyId?: string
}

/** The answer to POST `check`. */
export interface CheckAnswer {
  /** What the service's verifier makes of it; absent where the portal has none, or the text is no request. */
  readonly verdict?: {
    /** It would have been accepted, if its nonce is a new one: nothing was claimed. */
    readonly wouldAccept: boolean
    /** Why it would be refused, as a word for programs. */
    readonly code?: VerdictCode
    /** Why it would be refused, for people. */
    readonly detail?: string
  }
  /** The key that was named, where this session may see it. */
  readonly keyId?: string
  /** The scheme that the request was read as. */
  readonly scheme?: string
  /** What is to be said of the signature. */
  readonly signature?: SignatureVerdict
  /** Of the doctor, the most certain first. No secret is in them. */
  readonly findings: readonly Finding[]
}

/** GET `guide?language&keyId`. With `keyId` only the languages that serve its algorithm. */
export interface GuideAnswer {
  /** The languages there are: `python`, `go` … */
  readonly languages: readonly string[]
  /** The language of the code, such as `python`. */
  readonly language: string
  /** How to sign requests, as Markdown: all of it. */
  readonly markdown: string
  /** One complete file of this language. A place for the secret is in it, never the secret. */
  readonly code: string
  /** `Python` */
  readonly name: string
  /** What it runs on. */
  readonly needs: string
  /** The command line; method, URL, body and header lines follow. */
  readonly run: string
  /** The file of `code`, and then those that it needs beside it. */
  readonly files: ReadonlyArray<{ readonly name: string; readonly text: string }>
}

/** An answer that is no 2xx: RFC 9457, `application/problem+json`. */
export interface PortalProblem {
  /** A URL that names the kind of problem (RFC 9457). */
  readonly type: string
  /** The problem in a few words. */
  readonly title: string
  /** The status of the answer. */
  readonly status: number
  /**
   * A code of this package, or of the portal: `SESSION_REQUIRED` (401), `CSRF` (403), `RATE_LIMITED` (429, with `Retry-After`),
   * `REASON_REQUIRED` (422), `LIFE_TOO_LONG` (422), `ADDRESSES_REQUIRED` (422), `NOT_ADMINISTRATOR` (403).
   */
  readonly code?: string
  /** What is wrong in this case, for people. */
  readonly detail?: string
}
