import { base64url } from '../../../crypto/encoding.js'
import { hmacSha256Key } from '../../../crypto/hmac-key.js'
import type { Secret } from '../../../crypto/secret.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { CLOCK, whole } from '../../../support/option-kinds.js'

/** Nonces that a server hands out and recognises (RFC 9449 8). */
export interface DpopNonces {
  /** The nonce for the next proof. */
  current(): string
  /** Whether a nonce is one of this server's, and not too old. */
  accepts(nonce: string): boolean
}

/** Options of {@link dpopNonces}. */
export interface DpopNoncesOptions {
  /** At least 32 bytes; the same on each node of a service. */
  readonly secret: Uint8Array | Secret
  /** The time that nonces are made of. */
  readonly clock: { now(): number }
  /** How long a nonce is handed out; it is taken for as long again. Default 300 000. */
  readonly lifeMs?: number
}

const KNOWN: OptionNames<DpopNoncesOptions> = {
  secret: 2,
  clock: [CLOCK, 2],
  lifeMs: whole(1_000, 86_400_000, ', in milliseconds'),
}

/**
 * Nonces without a store: each one is a MAC of its span of time. Any node with the secret recognises them.
 *
 * @throws {CountersignError} `KEY_WEAK` for a secret under 32 bytes; `CONFIG_INVALID`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9449#section-8 | RFC 9449 8}
 * @example
 * ```ts
 * import { randomBytes } from 'countersign'
 * import { dpopNonces } from 'countersign/legacy/dpop'
 *
 * const nonces = dpopNonces({ secret: randomBytes(32), clock: Date })
 * ```
 */
export function dpopNonces(options: DpopNoncesOptions): DpopNonces {
  assertOptions('dpopNonces', options, KNOWN)
  const { secret, clock, lifeMs = 300_000 } = options
  if (clock === undefined) fail('CONFIG_INVALID', 'dpopNonces: "clock" must be a clock with now()')
  if (!((secret?.length ?? 0) >= 32)) fail('KEY_WEAK', '"secret" must have at least 32 bytes')
  const key = hmacSha256Key({ keyId: 'dpop-nonces', secret })
  const of = (span: number): string => base64url(key.sign(`countersign dpop nonce\n${span}`).subarray(0, 24))
  const span = (): number => Math.floor(clock.now() / lifeMs)
  return { current: () => of(span()), accepts: (nonce) => nonce === of(span()) || nonce === of(span() - 1) }
}
