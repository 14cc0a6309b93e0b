import { CountersignError } from '../errors.js'
import { ALGORITHMS, type Algorithm, type Family, isAlgorithm } from './algorithm.js'

/** Throws `ARGUMENT_INVALID` unless the value names a supported algorithm (of the family, when one is stated). */
export function assertAlgorithm(value: unknown, family?: Family): asserts value is Algorithm {
  if (!isAlgorithm(value) || (family !== undefined && ALGORITHMS[value].family !== family)) {
    throw new CountersignError('ARGUMENT_INVALID', `"algorithm" must be ${family ?? 'a supported'} algorithm`)
  }
}
