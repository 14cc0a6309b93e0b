import type { Algorithm } from '../../crypto/algorithm.js'
import { CountersignError } from '../../errors.js'
import type { Draft } from './draft.js'

/** What an exchange calls the algorithms, in requests that name theirs. */
export type AlgorithmNames = Readonly<Partial<Record<Algorithm, string>>>

/** Turns the exchange's name in a draft that was read into ours. @throws {CountersignError} `AUTH_MALFORMED` for any other. */
export function readAlgorithm(draft: Draft, names: AlgorithmNames, where: string): void {
  const found = Object.entries(names).find(([, name]) => name === draft.algorithm)
  if (found === undefined)
    throw new CountersignError('AUTH_MALFORMED', `"${where}" must be one of ${Object.values(names)}`)
  draft.algorithm = found[0]
}
