import type { VerdictCode } from '../errors.js'
import { AGENT_FAULTS, type AgentFault, agentIdentifier, faultOf } from '../schemes/rfc9421/profiles/signature-agent.js'
import type { Verdict } from '../server/verdict.js'
import { OVER_THE_BOUND } from './new-agents.js'

/** Why a request is not one of a verified agent. For the operator: an answer does not show it. */
export type AgentReason =
  | AgentFault
  | 'unsigned'
  | 'agent-not-allowed'
  | 'key-not-in-directory'
  | 'directory-unavailable'
  | 'too-many-agents'
  | 'host-not-listed'
  | 'not-decided'
  | 'expired'
  | 'clock-ahead'
  | 'bad-lifetime'
  | 'bad-nonce'
  | 'replayed'
  | 'bad-signature'
  | 'algorithm-mismatch'
  | 'algorithm-not-accepted'
  | 'missing-component'
  | 'duplicate-component'
  | 'content-digest-mismatch'
  | 'signature-input-unreadable'
  | 'signature-value-unreadable'
  | 'several-signatures'
  | 'key-before-activation'
  | 'key-past-expiry'

/** A request whose agent has proven who it is. */
export interface VerifiedAgent {
  /** Says that the other members are proven. */
  readonly outcome: 'verified'
  /** Who it is: the URL of its keys, normalised, without query. */
  readonly agent: string
  /** The origin of that URL. */
  readonly origin: string
  /** The thumbprint of the key. */
  readonly keyId: string
  /** What the signature covers. Nothing else of the request is proven, and the body only with `"content-digest"`. */
  readonly covered: readonly string[]
  /** When the signature was made, in milliseconds since the epoch. */
  readonly createdMs: number | undefined
  /** When it ends, in milliseconds since the epoch. */
  readonly expiresMs: number | undefined
  /** The nonce, where the signature has one. */
  readonly nonce: string | undefined
}

/** A request that no agent has proven to be its own. */
export interface UnverifiedAgent {
  /**
   * `invalid`: a check has failed, so the request claims to be what it is not. `unverified`: nothing was decided, because there is no
   * signature, or no key to check it with; most requests of people are this.
   */
  readonly outcome: 'invalid' | 'unverified'
  /** Why, as a word for programs: the table of docs/agents.md says what to do. */
  readonly reason: AgentReason
  /** The code of the verdict behind the reason. */
  readonly code: VerdictCode
  /** For logs. */
  readonly detail: string
}

/** What is known of the agent of a request. */
export type AgentOutcome = VerifiedAgent | UnverifiedAgent

const INVALID: Readonly<Partial<Record<VerdictCode, AgentReason>>> = {
  AUTH_MALFORMED: 'signature-input-unreadable',
  AUTH_TOO_LARGE: 'signature-input-unreadable',
  AUTH_DUPLICATE: 'several-signatures',
  SIGNATURE_MALFORMED: 'signature-value-unreadable',
  SIGNATURE_INVALID: 'bad-signature',
  TIMESTAMP_EXPIRED: 'expired',
  TIMESTAMP_FUTURE: 'clock-ahead',
  TIMESTAMP_MALFORMED: 'bad-lifetime',
  NONCE_MALFORMED: 'bad-nonce',
  REPLAY: 'replayed',
  ALG_MISMATCH: 'algorithm-mismatch',
  ALG_UNSUPPORTED: 'algorithm-mismatch',
  COMPONENT_MISSING: 'missing-component',
  DIGEST_MISSING: 'content-digest-mismatch',
  DIGEST_MISMATCH: 'content-digest-mismatch',
  KEY_NOT_YET_VALID: 'key-before-activation',
  KEY_EXPIRED: 'key-past-expiry',
}

const UNVERIFIED: Readonly<Partial<Record<VerdictCode, AgentReason>>> = {
  AUTH_MISSING: 'unsigned',
  HOST_MISMATCH: 'host-not-listed',
  STORE_UNAVAILABLE: 'directory-unavailable',
  KEY_SOURCE_FAILED: 'directory-unavailable',
}

/** The detail where nothing was verified, because the policy leaves the algorithm of the key out. */
const ALGORITHM_NOT_ALLOWED = 'the policy does not allow the algorithm of the key'

/** Texts of the parser that name a fault more exactly than their code. */
const DETAILS: ReadonlyMap<string, AgentReason> = new Map([
  ['Signature and Signature-Input name different labels', 'signature-value-unreadable'],
  ['Signature and Signature-Input must come together', 'signature-value-unreadable'],
  ['a signature covers a component twice', 'duplicate-component'],
])

/** A verdict as one of three outcomes. `allowed` is asked about the URL of a key that is unknown. */
export function outcomeOf(verdict: Verdict, allowed: (url: string) => boolean): AgentOutcome {
  if (verdict.ok) {
    const { keyId: pair, owner, covered, createdMs, expiresMs, nonce } = verdict
    const [url, keyId] = split(pair)
    // The owner of every key of `agentKeys` is the identifier of its agent.
    const agent = owner ?? agentIdentifier(url)
    return { outcome: 'verified', agent, origin: originOf(agent), keyId, covered, createdMs, expiresMs, nonce }
  }
  const { code, detail, claimedKeyId } = verdict
  const as = (outcome: UnverifiedAgent['outcome'], reason: AgentReason): UnverifiedAgent => ({
    outcome,
    reason,
    code,
    detail,
  })
  const fault = faultOf(detail)
  if (fault !== undefined) return as(AGENT_FAULTS[fault][0], fault)
  if (code === 'KEY_UNKNOWN' && claimedKeyId !== undefined)
    return as('unverified', allowed(split(claimedKeyId)[0]) ? 'key-not-in-directory' : 'agent-not-allowed')
  // The detail of a key source that has failed ends with its own words.
  if (code === 'STORE_UNAVAILABLE' && detail.endsWith(OVER_THE_BOUND)) return as('unverified', 'too-many-agents')
  if (detail === ALGORITHM_NOT_ALLOWED) return as('unverified', 'algorithm-not-accepted')
  const invalid = DETAILS.get(detail) ?? INVALID[code]
  return invalid === undefined ? as('unverified', UNVERIFIED[code] ?? 'not-decided') : as('invalid', invalid)
}

/** The origin of an identifier, which is in normal form: it ends where the path starts. */
const originOf = (agent: string): string => agent.slice(0, agent.indexOf('/', agent.indexOf('//') + 2))

type Parts = readonly [url: string, keyId: string]

const MOST_REMEMBERED = 256
// The same texts again, and not equal ones: maps that they are looked up in have their hashes already.
const remembered = /* @__PURE__ */ new Map<string, Parts>()

/** The URL and the thumbprint of a pair. */
export function split(pair: string): Parts {
  const known = remembered.get(pair)
  if (known !== undefined) return known
  const at = pair.lastIndexOf('#')
  const parts = [pair.slice(0, at), pair.slice(at + 1)] as const
  // Any client can fill this, which costs the next request a cut.
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(pair, parts)
  return parts
}
