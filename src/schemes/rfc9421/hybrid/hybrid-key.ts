import {
  type HybridAlgorithm,
  isKeyAlgorithm,
  type PostQuantumAlgorithm,
  signatureBytesOf,
} from '../../../crypto/algorithm.js'
import { concatBytes, utf8Decode } from '../../../crypto/encoding.js'
import { hold, isSyncKey } from '../../../crypto/held.js'
import { assertKeyId, type Bytes, type SigningKey, type VerifyingKey } from '../../../crypto/key.js'
import { assertOptions, fail, kindOf } from '../../../errors.js'
import { isPromise } from '../../../support/deadline.js'

/** Options of {@link hybridVerifyingKey}. */
export interface HybridVerifyingKeyOptions {
  /** A key of `ed25519`. Its id is the id of both: what a key source is asked for. */
  readonly classical: VerifyingKey
  /** A key of `ml-dsa-44`, `ml-dsa-65` or `ml-dsa-87`. */
  readonly postQuantum: VerifyingKey
}

/** Ed25519 signatures have 64 bytes; what follows them is the other one. */
export const CLASSICAL_BYTES = 64
/** Between the two texts that are signed: no line of a signature base holds it. */
export const SEPARATOR = '\0'

const POST_QUANTUM: readonly unknown[] = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']

/** The one algorithm of two keys, which must be two. @throws {CountersignError} `CONFIG_INVALID`. */
export function hybridAlgorithm(
  where: string,
  method: 'sign' | 'verify',
  classical: SigningKey | VerifyingKey,
  postQuantum: SigningKey | VerifyingKey,
): HybridAlgorithm {
  const fits = (key: unknown, algorithms: readonly unknown[]): boolean => {
    const { algorithm, [method]: run } = (key ?? {}) as Partial<SigningKey & VerifyingKey>
    return typeof run === 'function' && algorithms.includes(algorithm)
  }
  const assertFits = (name: string, key: unknown, algorithms: readonly unknown[], names: string): void => {
    if (fits(key, algorithms)) return
    const { algorithm } = (key ?? {}) as Partial<SigningKey>
    const of = isKeyAlgorithm(algorithm) ? ` of ${algorithm}` : ''
    fail('CONFIG_INVALID', `${where}: "${name}" must be a ${method}ing key of ${names}, got ${kindOf(key)}${of}`)
  }
  assertFits('classical', classical, ['ed25519'], 'ed25519')
  assertFits('postQuantum', postQuantum, POST_QUANTUM, 'ml-dsa-44, -65 or -87')
  for (const { keyId } of [classical, postQuantum]) assertKeyId(keyId)
  if (classical.keyId === postQuantum.keyId)
    fail('CONFIG_INVALID', `${where}: the two keys must have two key ids: one id cannot name both`)
  return `ed25519+${postQuantum.algorithm as PostQuantumAlgorithm}`
}

/** What each of the two has signed; `undefined` for what is no base of two signatures. */
export function basesOf(base: Bytes): readonly [string, string] | undefined {
  const text = typeof base === 'string' ? base : utf8Decode(base)
  const parts = text?.split(SEPARATOR)
  return parts?.length === 2 ? (parts as [string, string]) : undefined
}

/** Both signatures as one. */
export function joined(classical: Uint8Array, postQuantum: Uint8Array, key: SigningKey): Uint8Array {
  if (classical.length !== CLASSICAL_BYTES || postQuantum.length !== signatureBytesOf(key.algorithm))
    fail('KEY_MALFORMED', 'one of the two keys has made a signature of another length')
  return concatBytes(classical, postQuantum)
}

/**
 * What both answer, at once where neither has to be awaited. Where the second throws, nothing waits for the first any more: what it
 * rejects with later would end the process.
 */
export function bothOf<T, R>(
  first: () => T | Promise<T>,
  second: () => T | Promise<T>,
  together: (first: T, second: T) => R,
): R | Promise<R> {
  const a = first()
  let b: T | Promise<T>
  try {
    b = second()
  } catch (error) {
    if (isPromise(a)) a.then(undefined, () => undefined)
    throw error
  }
  return isPromise(a) || isPromise(b)
    ? Promise.all([a, b]).then((answers) => together(...(answers as [T, T])))
    : together(a, b)
}

/** Whether the parameters at the end of a base name this key: quotes within their strings are escaped. */
const names = (base: string, keyId: string): boolean => base.slice(base.lastIndexOf('\n')).includes(`;keyid="${keyId}"`)

/**
 * Two keys as one, for the records of a verifier: a signature is valid where both have signed. Made for {@link hybridVerifier}; a
 * signature of one of the two keys alone never verifies with it. Experimental.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for keys of other algorithms, or two of one id.
 * @example
 * ```ts
 * import type { VerifyingKey } from 'countersign'
 * import { hybridVerifyingKey } from 'countersign/rfc9421/hybrid'
 *
 * declare const ed25519: VerifyingKey
 * declare const mlDsa: VerifyingKey
 * const key = hybridVerifyingKey({ classical: ed25519, postQuantum: mlDsa })
 * console.log(key.keyId, key.algorithm)
 * ```
 */
export function hybridVerifyingKey(options: HybridVerifyingKeyOptions): VerifyingKey {
  assertOptions('hybridVerifyingKey', options, { classical: 2, postQuantum: 2 })
  const { classical, postQuantum } = options
  const algorithm = hybridAlgorithm('hybridVerifyingKey', 'verify', classical, postQuantum)
  return hold(
    {
      keyId: classical.keyId,
      algorithm,
      verify: (base: Bytes, signature: Uint8Array) => {
        const bases = basesOf(base)
        if (bases === undefined || !names(bases[0], classical.keyId) || !names(bases[1], postQuantum.keyId))
          return false
        // Both are always asked: which of the two has failed does not show in the time.
        return bothOf<boolean, boolean>(
          () => classical.verify(bases[0], signature.subarray(0, CLASSICAL_BYTES)),
          () => postQuantum.verify(bases[1], signature.subarray(CLASSICAL_BYTES)),
          (first, second) => first === true && second === true,
        )
      },
    },
    { sync: isSyncKey(classical) && isSyncKey(postQuantum) },
  )
}
