import { hash } from '#backend/hash'
import { base64url, utf8 } from '../crypto/encoding.js'
import { hmacKey } from '../crypto/hmac-key.js'
import { randomNonce } from '../crypto/random.js'
import { Secret } from '../crypto/secret.js'
import { fail, type OptionKind, type OptionNames } from '../errors.js'
import type { AuditEvent } from '../server/audit-event.js'

/** How events are chained. */
export interface AuditChainOptions {
  /**
   * At least 32 bytes: the hashes become HMACs. Without it, an attacker who can write the file can also compute the chain
   * anew; with it, only one who has the key, which belongs where the file is not.
   */
  readonly key?: Uint8Array | Secret | undefined
  /** The head of the chain before this one, such as `auditHead(path)` reads: its end can then not be cut off unnoticed. */
  readonly anchor?: string | undefined
}

/** The chain of one process: each event holds the hash of the one before. */
export interface AuditChain {
  /** The id of the chain, in every event of it. */
  readonly id: string
  /** Hash of the last event, '' before the first. Kept elsewhere, it shows whether the end was cut off. */
  readonly head: string
  /** The event with its number and its hash: the next link. */
  link(event: AuditEvent): AuditEvent
}

/** base64url of 32 bytes. */
export const isHead = (text: unknown): text is string => typeof text === 'string' && /^[A-Za-z0-9_-]{43}$/.test(text)

/**
 * The hash of an event: SHA-256, or HMAC-SHA-256, of `prev` and the event as JSON with sorted members (as in RFC 8785), without
 * `prev` and `hash`. So it does not matter in which order a database gives the members back.
 *
 * @throws {CountersignError} `KEY_WEAK` for a key of less than 32 bytes.
 */
export function chainHasher(key: Uint8Array | Secret | undefined): (prev: string, event: AuditEvent) => string {
  const mac = key === undefined ? undefined : macOf(key)
  return (prev, event) => {
    const text = prev + canonical({ ...event, prev: undefined, hash: undefined })
    return base64url(mac === undefined ? hash('sha256', text) : mac(text))
  }
}

function macOf(secret: Uint8Array | Secret): (text: string) => Uint8Array {
  if (!(secret.length >= 32)) fail('KEY_WEAK', '"key" of a chain must be at least 32 bytes')
  const key = hmacKey({ keyId: 'audit-chain', algorithm: 'hmac-sha256', secret })
  return (text) => key.sign(utf8(text))
}

/** JSON with the members of every object in the order of their names (ECMA-262 25.5.2: a list of names also orders them). */
function canonical(value: object): string {
  const names = new Set<string>()
  collect(value, names)
  return JSON.stringify(value, [...names].sort())
}

/** Every name at every depth: what is not in the list would not be hashed. */
function collect(value: object, names: Set<string>): void {
  const isList = Array.isArray(value)
  for (const [name, member] of Object.entries(value)) {
    if (!isList) names.add(name)
    if (typeof member === 'object' && member !== null) collect(member, names)
  }
}

/** The key of a chain. Its length is asked apart: that is a weak key, and no mistake of type. */
export const CHAIN_KEY: OptionKind = [
  (value) => value instanceof Uint8Array || value instanceof Secret,
  'a Secret or a Uint8Array of at least 32 bytes',
]
/** The names of {@link AuditChainOptions}. */
export const CHAIN_NAMES: OptionNames<AuditChainOptions> = {
  key: CHAIN_KEY,
  anchor: [(value) => value === '' || isHead(value as string), 'the head of a chain, 43 characters of base64url'],
}

/** A new chain. Its first event names what it follows. */
export function createChain(options: AuditChainOptions = {}): AuditChain {
  const { key, anchor = '' } = options
  const hashOf = chainHasher(key)
  const id = randomNonce()
  let [head, seq] = ['', 0]
  return {
    id,
    get head() {
      return head
    },
    link: (event) => {
      const prev = head
      const first = seq === 0 && anchor !== '' ? { data: { ...event.data, anchor } } : undefined
      const placed: AuditEvent = { ...event, ...first, chain: id, seq: ++seq }
      head = hashOf(prev, placed)
      return { ...placed, prev, hash: head }
    },
  }
}
