import { randomNonce } from '../crypto/random.js'

/** What time it is. Anything with `now` fits, also a test's fixed time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** True when {@link Clock.sync} would make the answer better: never asked, asked too long ago, or the time jumped. */
  readonly needsSync?: boolean
  /**
   * Ask again what time it is. Resolves to true when `now` moved by a second or more, so that signing again makes sense.
   * A client calls it after a refusal and while `needsSync` is true; it must bound how often it really asks.
   */
  sync?(): Promise<boolean>
}

/** The clock of this machine. */
export const systemClock: Clock = { now: () => Date.now() }

/** Where nonces come from. `next` is synchronous, so two calls never see the same state. */
export interface Nonces {
  /** A value that this key has not used before. */
  next(keyId: string): string
  /**
   * Present where the order matters: runs jobs of one key one after the other, each from its nonce to the moment the
   * request is handed to the transport. A slow key can then not send a larger nonce before a smaller one.
   */
  inTurn?<T>(keyId: string, job: () => Promise<T>): Promise<T>
}

/**
 * Random nonces of 132 bits: unique without any state, which is what a replay store asks for. The default.
 *
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { createSignedFetch, randomNonces } from 'countersign/client'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(rfc9421({ key }), {
 *   origins: ['https://api.example.com'],
 *   nonces: randomNonces(),
 * })
 * ```
 */
export const randomNonces = (): Nonces => RANDOM

/** What {@link randomNonces} returns: it has no state, so one is enough. */
export const RANDOM: Nonces = { next: randomNonce }
