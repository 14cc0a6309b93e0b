import { isAlgorithm } from '../../crypto/algorithm.js'
import type { OptionKind } from '../../errors.js'
import type { OfferedAlgorithm } from '../contract.js'

// Pairs are two keys, for which the page has no field.
const ML_DSA: readonly unknown[] = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] satisfies OfferedAlgorithm[]

/** A list of algorithms that a page can offer. */
export const OFFERED: OptionKind = [
  (value) => Array.isArray(value) && value.every((one) => isAlgorithm(one) || ML_DSA.includes(one)),
  'a list of algorithms of countersign/crypto, or ml-dsa-44, ml-dsa-65 and ml-dsa-87',
]
