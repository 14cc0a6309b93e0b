import type { HashName } from '../crypto/algorithm.js'
import { CountersignError, fail } from '../errors.js'

/** The digest algorithms that RFC 9530 5 still calls active. All others are deprecated and never count. */
export type DigestAlgorithm = 'sha-256' | 'sha-512'

/** One or several digest algorithms. */
export type DigestAlgorithms = DigestAlgorithm | readonly DigestAlgorithm[]

/** A digest to compare a body with. */
export interface ExpectedDigest {
  /** How it was made. */
  readonly hash: HashName
  /** Its bytes. */
  readonly digest: Uint8Array
}

/** One digest that a field states. */
export interface FieldDigest extends ExpectedDigest {
  /** How it was made, by its name in the field. */
  readonly algorithm: DigestAlgorithm
}

/** Hash and size of each algorithm. */
export const DIGESTS: Readonly<Record<DigestAlgorithm, { readonly hash: HashName; readonly bytes: number }>> = {
  'sha-256': { hash: 'sha256', bytes: 32 },
  'sha-512': { hash: 'sha512', bytes: 64 },
}

export const isDigestAlgorithm = (name: string): name is DigestAlgorithm => Object.hasOwn(DIGESTS, name)

/** The algorithms asked for, once each. Throws `ARGUMENT_INVALID` for none, or for one that is not active. */
export function digestAlgorithms(algorithms: DigestAlgorithms): readonly DigestAlgorithm[] {
  const list = typeof algorithms === 'string' ? [algorithms] : [...new Set(algorithms)]
  if (list.length === 0 || !list.every(isDigestAlgorithm)) {
    fail('ARGUMENT_INVALID', '"algorithms" must be sha-256, sha-512 or both')
  }
  return list
}

export const digestMissing = (): CountersignError =>
  new CountersignError('DIGEST_MISSING', 'the body must have a sha-256 or sha-512 digest, got none')

export const digestMismatch = (): CountersignError =>
  new CountersignError('DIGEST_MISMATCH', 'the body does not match its digest')
