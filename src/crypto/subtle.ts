import { fail } from '../errors.js'
import type { AlgorithmSpec, HashName } from './algorithm.js'

/**
 * The platform's WebCrypto.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED` where there is none, as on a page that is not a secure context.
 */
export function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle
  if (found === undefined) {
    fail('KEY_UNSUPPORTED', 'WebCrypto needs a secure context (https or localhost)')
  }
  return found
}

/** WebCrypto's name of a hash. */
export const webCryptoHash = (hash: HashName): string => `SHA-${hash.slice(3)}`

/** The dictionary that `sign` and `verify` take; RFC 9421 3.3.1 fixes the PSS salt length. */
export const webCryptoParameters = ({
  webCrypto: name,
  hash,
  hashBytes,
}: AlgorithmSpec): { name: string; hash: string; saltLength: number } => ({
  name,
  hash: webCryptoHash(hash),
  saltLength: hashBytes,
})
