import type { HashName, KeyAlgorithm } from '../../crypto/algorithm.js'
import type { Jwk } from '../../crypto/format/jwk.js'
import type { Bytes } from '../../crypto/key.js'
import { assertOptions, type OptionNames } from '../../errors.js'
import type { HttpMessage } from '../../message/message.js'
import { FLAG, LIST, whole } from '../../support/option-kinds.js'
import type { Weakness } from './weaknesses.js'

/** A digest of the body that the signature covers through a field; the verifier compares it with the raw bytes. */
export interface BodyDigest {
  /** How it was made. */
  readonly hash: HashName
  /** Its bytes. */
  readonly digest: Uint8Array
}

/**
 * What a signature protects, in words every scheme shares, so that a policy can be given once.
 * A field counts only when the whole value is covered as it is on the wire; `field:x;key="s"` is one member of a dictionary
 * field, `field:x;key=*` any one of them, `field:x;bs` and `field:x;sf` the field as bytes and in its strict form (RFC 9421 2.1),
 * and `query-param:name` one parameter of the query, by its encoded name. The same of the request that a response answers:
 * `request:x`, `request:x;key="s"`, `request:x;key=*`.
 */
export type Coverage =
  | 'method'
  | 'scheme'
  | 'authority'
  | 'path'
  | 'query'
  | 'body'
  /**
   * A text made of the parameters of query and body, at exchanges that do not sign either as it is on the wire. Changing,
   * adding or leaving one out is noticed. What is not proven is listed for each exchange in `docs/exchanges.md`: whether a
   * parameter stood in the query or in the body, its spelling, its type, or where a name or value ends.
   */
  | 'parameters'
  /** The same of the query alone: its parameters are signed, not their order or encoding. */
  | 'query-parameters'
  | 'status'
  | `query-param:${string}`
  | `field:${string}`
  | `request:${string}`

/** `['x', 's']` of `field:x;key="s"`, `['x', undefined]` of `field:x`, `['x', undefined, 'key=*']` of that, `undefined` of anything else. */
export function memberOf(
  fact: Coverage,
): readonly [name: string, key: string | undefined, form: 'key=*' | 'bs' | 'sf' | undefined] | undefined {
  const found = /^field:([^;]+)(?:;(?:key="([^"]*)"|(key=\*|bs|sf)))?$/.exec(fact)
  return found === null ? undefined : [found[1] as string, found[2], found[3] as 'bs' | undefined]
}

/** Which signature of a message is meant, where there may be several. */
export interface Selection {
  /** The name of the signature in the message. */
  readonly label?: string
  /** The application that the signature is for, its `tag` (RFC 9421 2.3). */
  readonly tag?: string
}

/** One signature found in a message. Every member is the sender's claim until a key has verified {@link base}. */
export interface UntrustedSignature {
  /** Name of this signature in the message, '' where the scheme has only one. */
  readonly label: string
  /** The tag of the signature, where it has one. */
  readonly tag: string | undefined
  /** The key that it claims; `undefined` where it names none. */
  readonly keyId: string | undefined
  /** May only veto: the algorithm that counts is the key's own. */
  readonly claimedAlgorithm: string | undefined
  /** When it claims to be made, in milliseconds since the epoch. */
  readonly createdMs: number | undefined
  /** When it claims to end, in milliseconds since the epoch. */
  readonly expiresMs: number | undefined
  /**
   * An end that the sender states besides, however near or far: it refuses what is late, and makes nothing live longer. Absent
   * where there is none.
   */
  readonly endMs?: number | undefined
  /** Its nonce, where it has one. */
  readonly nonce: string | undefined
  /** The scheme's identifiers of what is covered, for people and for exact requirements. */
  readonly covered: readonly string[]
  /** What is covered, in shared words. */
  readonly covers: ReadonlySet<Coverage>
  /** Built on first use, so that only the one signature that policy picks costs anything. May throw a verdict code. */
  readonly base: Bytes
  /** The base in parts that are joined as they are, where a key may read them without a copy. */
  readonly parts?: readonly Bytes[]
  /** The bytes of the signature. */
  readonly signature: Uint8Array
  /** Digests of the body that the base binds; empty where the base holds the body itself or nothing binds it. May throw. */
  readonly bodyDigests: readonly BodyDigest[]
  /**
   * A second secret of the account (passphrase, memo) that the message shows or proves; absent where the scheme has none.
   * The verifier holds it to the key's record.
   */
  readonly passphrase?: PassphraseProof
  /**
   * True where the verifier's scheme was set up to take this signature any number of times until it ends: a signed URL that is
   * opened again. Absent: it may arrive once.
   */
  readonly reusable?: boolean
  /** Where the message brings its key: for the key source to judge, which is asked with it. */
  readonly carried?: CarriedKey
}

/** A public key that a message carries, with the token it is bound to. The signature proves that its sender holds the key, no more. */
export interface CarriedKey {
  /** The public key that the message carries. */
  readonly jwk: Jwk
  /** As the message states it, and as the policy of the scheme allows it. */
  readonly algorithm: KeyAlgorithm
  /** The token that the key is bound to, where there is one. */
  readonly token: string | undefined
}

/** A field that asks a client for a signature. */
export interface Challenge {
  /** Name of the field. */
  readonly field: string
  /** Its value. */
  readonly value: string
}

/** How a message shows that its sender knows the passphrase: as it is, signed by the same key, or as a part of the base. */
export type PassphraseProof =
  | { readonly text: string }
  | { readonly signature: Uint8Array }
  | { readonly base: (passphrase: string) => Bytes }

/**
 * What the signatures of one scheme can meet. A verifier holds signatures of this scheme to it, and no other: see
 * {@link VerifyScheme.demands}.
 */
export interface SchemeDemands {
  /** What every signature of the scheme covers. */
  readonly require: readonly Coverage[]
  /** What it covers besides where the message has a body. */
  readonly requireWithBody: readonly Coverage[]
  /** Whether a signature must carry a nonce; without one the signed text itself is what may arrive once. */
  readonly requireNonce: boolean
  /** The algorithms of the scheme; absent: those of the policy. */
  readonly algorithms?: readonly KeyAlgorithm[]
  /** The longest life that signatures of this scheme state, in place of the policy's. */
  readonly maxLifetimeMs?: number
  /** The age that the scheme allows, where the policy allows more. */
  readonly maxAgeMs?: number
  /** What a signed response covers, in place of what the verifier of a client demands by default. */
  readonly requireOfResponse?: readonly Coverage[]
  /**
   * True where a signature that states its end is good until then, however old it is: a signed URL. The age that a policy allows
   * bounds the others.
   */
  readonly untilExpires?: boolean
  /** True where no signature carries a time, so that no window can be applied: the policy must then state what is done. */
  readonly untimed?: boolean
}

const DEMANDS: OptionNames<SchemeDemands> = {
  require: [LIST, 2],
  requireWithBody: [LIST, 2],
  requireNonce: [FLAG, 2],
  algorithms: LIST,
  // Seven days: the longest that services let a signed URL live.
  maxLifetimeMs: /* @__PURE__ */ whole(1_000, 604_800_000),
  maxAgeMs: /* @__PURE__ */ whole(1_000, 86_400_000),
  requireOfResponse: LIST,
  untilExpires: FLAG,
  untimed: FLAG,
}

/**
 * Demands of a scheme. Its members cannot be enumerated: spread into a policy they change nothing there, because a policy
 * holds for every scheme of a verifier, and what one scheme can meet must not loosen what another one has to.
 *
 * @example
 * ```ts
 * import { schemeDemands } from 'countersign/server'
 *
 * const demands = schemeDemands({ require: ['method', 'path', 'query'], requireWithBody: ['body'], requireNonce: false })
 * console.assert(Object.keys({ ...demands }).length === 0)
 * ```
 */
export function schemeDemands(demands: SchemeDemands): SchemeDemands {
  assertOptions('schemeDemands', demands, DEMANDS)
  return Object.freeze(
    Object.defineProperties(
      {},
      Object.fromEntries(Object.entries(demands).map(([name, value]) => [name, { value, enumerable: false }])),
    ) as SchemeDemands,
  )
}

/** The verifying side of a scheme: pure and synchronous. */
export interface VerifyScheme {
  /** The id of the scheme: what verdicts and policies call it. */
  readonly id: string
  /** What no verifier of the scheme can mend, by the names in `WEAKNESSES`: logged once by a verifier that accepts it. */
  readonly weaknesses?: readonly Weakness[]
  /**
   * Where signatures of this scheme cannot meet what a policy demands by default: what they can, made with
   * {@link schemeDemands}. It stands in place of the policy's defaults for this scheme alone. Absent: the policy holds.
   */
  readonly demands?: SchemeDemands
  /** True where the body is part of the base: the server then reads it (up to its cap) before parsing. */
  readonly readsBody?: boolean
  /**
   * True where a path may begin with two slashes, as the name of an object may begin with one (S3). It is taken where the signature
   * covers the path; absent: refused.
   */
  readonly takesEmptySegment?: boolean
  /**
   * The signatures of this scheme in the message. `[]` means "not mine". Where a scheme can carry several and a selection is
   * given, only what is selected is read: what else is there, such as a proxy's signature, cannot refuse the message.
   *
   * @throws {CountersignError} with a verdict code: mine, but broken.
   */
  parse(message: HttpMessage, select?: Selection): readonly UntrustedSignature[]
  /** The `Accept-Signature` (or `WWW-Authenticate`) value that asks a client for a signature; `undefined` where none exists. */
  challenge?(
    required: ReadonlySet<Coverage>,
    asked?: { readonly nonce: boolean; readonly expires: boolean; readonly select?: Selection | undefined },
  ): Challenge | undefined
  /** Further fields of a refusal. A value may be a getter, which is read for each answer: a nonce of the server. */
  readonly moreChallenges?: readonly Challenge[]
}
