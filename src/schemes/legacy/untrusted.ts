import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import type { Bytes } from '../../crypto/key.js'
import type { BodyDigest, Coverage, UntrustedSignature } from '../scheme.js'

/** The parts of a signature that was read; what is absent is not stated by the message. */
export interface ReadSignature {
  readonly keyId: string
  readonly claimedAlgorithm?: KeyAlgorithm | undefined
  readonly createdMs?: number | undefined
  readonly expiresMs?: number | undefined
  readonly nonce?: string | undefined
  readonly covered: readonly string[]
  readonly covers: Iterable<Coverage>
  readonly signature: Uint8Array
  /** Called on first use, and once. */
  readonly base: () => Bytes
  readonly bodyDigests?: () => readonly BodyDigest[]
}

/** The only signature of a message, in the form of the contract. */
export function untrusted(read: ReadSignature): UntrustedSignature {
  let base: Bytes | undefined
  let digests: readonly BodyDigest[] | undefined
  const { keyId, claimedAlgorithm, createdMs, expiresMs, nonce, covered, signature } = read
  return {
    label: '',
    tag: undefined,
    keyId,
    claimedAlgorithm,
    createdMs,
    expiresMs,
    nonce,
    covered,
    covers: new Set(read.covers),
    signature,
    get base() {
      base ??= read.base()
      return base
    },
    get bodyDigests() {
      digests ??= read.bodyDigests?.() ?? []
      return digests
    },
  }
}

const UNIQUE = /^[A-Za-z0-9._~+/=-]{16,128}$/

/**
 * A nonce that is long enough to be unique by itself; `undefined` for a shorter one, such as the six characters of Hawk: it is a
 * part of what is signed, and that as a whole may then arrive once.
 */
export const uniqueNonce = (nonce: string): string | undefined => (UNIQUE.test(nonce) ? nonce : undefined)
