import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import type { Bytes } from '../../crypto/key.js'
import type { BodyDigest, Coverage, UntrustedSignature } from '../scheme.js'

/** The parts of a signature that was read; what is absent is not given by the message. */
export interface ReadSignature {
  /** `undefined` where the message names no key. */
  readonly keyId: string | undefined
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
  readonly reusable?: boolean
}

/** The only signature of a message, in the form of the contract. */
export function untrusted(read: ReadSignature): UntrustedSignature {
  let base: Bytes | undefined
  let digests: readonly BodyDigest[] | undefined
  const { keyId, claimedAlgorithm, createdMs, expiresMs, nonce, covered, signature, reusable } = read
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
    ...(reusable !== undefined && { reusable }),
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
