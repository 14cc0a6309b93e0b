import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import type { Coverage } from '../../schemes/scheme.js'

/**
 * In place of a replay store: captured requests can be sent again for as long as the window lasts.
 *
 * @deprecated To make it stand out: only for requests that change nothing however often they arrive.
 */
export const noReplayProtection: unique symbol = Symbol('countersign.noReplayProtection')

/** The requirements of a server for a message. Made by a preset: {@link strictPolicy} or {@link tradingPolicy}. */
export interface Policy {
  /** How old a signature may be. */
  readonly maxAgeMs: number
  /** How far in the future its time may lie; shorter, because an honest clock is rarely ahead. 0, or 100 and more: what lies between are seconds. */
  readonly maxFutureMs: number
  /** The longest span from `created` to `expires` that is accepted. */
  readonly maxLifetimeMs: number
  /**
   * Whether a signature without a nonce is refused. Default `true`: without one a copy cannot be distinguished from its original.
   */
  readonly requireNonce: boolean
  /** The components that every signature must cover. Given to a preset: further ones. */
  readonly require: readonly Coverage[]
  /** The further components it must cover when the message has a body. Given to a preset: more than the body. */
  readonly requireWithBody: readonly Coverage[]
  /**
   * Fields that a signature must cover where the message has them: `field:content-type`, or one member of a dictionary,
   * `field:x-limits;key="day"`.
   */
  readonly requireWhenPresent: readonly Coverage[]
  /** Whether a signature must state its end (`expires`). Presets do not ask for it. */
  readonly requireExpires: boolean
  /** Algorithms that may be used at all; the key's own is the one that counts. */
  readonly algorithms: readonly KeyAlgorithm[] | undefined
  /** The host names (with a port where it is not the default) this server answers for. */
  readonly authorities: readonly string[]
  /** Largest body that is read into memory. */
  readonly maxBodyBytes: number
  /** Largest body that is handed out while it arrives. */
  readonly maxStreamBytes: number
  /** Which signature is judged when a message has several; without it exactly one is allowed. */
  readonly select: { readonly label?: string; readonly tag?: string } | undefined
  /** Content codings a signed body may have; the digest is over the coded bytes. */
  readonly contentCodings: readonly string[]
  /** A method-override field is refused unless it is covered. Given to a preset: more of them. */
  readonly methodOverrideFields: readonly string[]
  /**
   * The requirements for signatures of one scheme instead, by the scheme's id: `{ 'exchange/okx': { maxAgeMs: 5_000 } }`. A
   * scheme that states its own demands (an exchange) needs no entry. A verifier refuses an id that none of its schemes has.
   */
  readonly perScheme: Readonly<Record<string, SchemePolicy>>
}

/**
 * The policy of one scheme. It stands in place of what the scheme states, and else of the policy: a list is the whole
 * list. A member that is absent: what the scheme states, and else the policy.
 */
export interface SchemePolicy
  extends Partial<
    Pick<
      Policy,
      | 'maxAgeMs'
      | 'maxFutureMs'
      | 'maxLifetimeMs'
      | 'requireNonce'
      | 'require'
      | 'requireWithBody'
      | 'requireWhenPresent'
      | 'requireExpires'
      | 'algorithms'
    >
  > {
  /**
   * The decision about signatures without a time, which no window bounds. Absent, they are refused. A
   * {@link PermanentNonceStore} accepts each once; with `noReplayProtection` a captured request may be sent again for as
   * long as its key lives, and is for requests that change nothing.
   */
  readonly untimed?: PermanentNonceStore | typeof noReplayProtection
}

/** Remembers for as long as a key lives, as a table with a unique index does. Throwing means it is down. */
export interface PermanentNonceStore {
  /** True for the first claim of this nonce by this key, and for no other ever after. Atomic. */
  claim(keyId: string, nonce: string): boolean | Promise<boolean>
}

/**
 * The part of a policy that a preset leaves to you. The lists `require`, `requireWithBody` and `methodOverrideFields` are added
 * to those of the preset; for less than a preset, write a policy by hand: `{ ...strictPolicy(options), require: ['query'] }`.
 */
export interface PolicyOptions extends Partial<Omit<Policy, 'authorities'>> {
  /** `['api.example.com']`: the names this server is reached by. A request signed for another host is refused. */
  readonly authorities: readonly string[]
}
