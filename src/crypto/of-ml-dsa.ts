import { type ErrorCode, fail } from '../errors.js'

/** ML-DSA alone, or beside Ed25519: names that keys can be of, and that only a separate subpath has functions for. */
const ML_DSA = /^(?:ed25519\+)?(ml-dsa-\d+)$/

/**
 * Refuses ML-DSA where there is a function for the other algorithms, with the one that does the same for it.
 *
 * @param algorithm What the caller gave, or what the key states.
 * @param does What to call instead. Of a pair its ML-DSA half is named: the other half is what the function does have.
 * @throws {CountersignError} `code`
 */
export function refuseMlDsa(where: string, algorithm: unknown, does: string, code: ErrorCode): void {
  const name = ML_DSA.exec(String(algorithm))?.[1]
  if (name !== undefined) fail(code, `${where} has no ${name}: ${does} of countersign/rfc9421/ml-dsa`)
}
