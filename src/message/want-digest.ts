import { CountersignError, isInteger } from '../errors.js'
import { type DigestAlgorithm, type DigestAlgorithms, digestAlgorithms } from './digest-algorithm.js'
import { type Item, lastWins, parseDictionary, serializeDictionary } from './structured-fields.js'

/** Preference of each algorithm, by its name in the registry: 0 "not acceptable", 1 least to 10 most preferred. */
export type DigestPreferences = ReadonlyMap<string, number>

/** RFC 9530 4: an integer from 0 to 10, and nothing else. */
const isWeight = (value: unknown): value is number => isInteger(value, 0, 10)

const malformed = (): CountersignError =>
  new CountersignError('FIELD_MALFORMED', 'a digest preference must be an integer from 0 to 10')

/**
 * The value of a `Want-Content-Digest` or `Want-Repr-Digest` field (RFC 9530 4), unknown algorithms included.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for anything but a dictionary of integers from 0 to 10.
 * @example
 * ```ts
 * import { parseWantDigest } from 'countersign/message'
 *
 * console.log(parseWantDigest('sha-512=3, sha-256=10, unixsum=0').get('sha-256') === 10)
 * ```
 */
export function parseWantDigest(field: string): DigestPreferences {
  const out = new Map<string, number>()
  for (const [name, member] of lastWins(parseDictionary(field))) {
    if (member.kind !== 'item' || member.value.type !== 'integer' || !isWeight(member.value.value)) throw malformed()
    out.set(name, member.value.value)
  }
  return out
}

/**
 * The value of a `Want-Content-Digest` or `Want-Repr-Digest` field that states these preferences.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a weight that is not an integer from 0 to 10, or a name that is no key.
 * @example
 * ```ts
 * import { serializeWantDigest } from 'countersign/message'
 *
 * const headers = { 'want-content-digest': serializeWantDigest({ 'sha-512': 10, 'sha-256': 3 }) }
 * ```
 */
export function serializeWantDigest(preferences: Readonly<Record<string, number>>): string {
  return serializeDictionary(
    Object.entries(preferences).map(([name, value]): [string, Item] => {
      if (!isWeight(value)) throw malformed()
      return [name, { kind: 'item', value: { type: 'integer', value }, params: [] }]
    }),
  )
}

/**
 * The algorithm to answer a preference field with. Preferences are a hint (RFC 9530 4): where the field is absent,
 * malformed or names none of `ours`, the first of `ours` that it does not rule out is taken; `undefined` where it rules out
 * all. Ties go to the order of `ours`.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` when `ours` holds an algorithm that is not active.
 * @example
 * ```ts
 * import { chooseDigest, contentDigest } from 'countersign/message'
 *
 * export function digestFor(request: Request, body: Uint8Array): string | undefined {
 *   const algorithm = chooseDigest(request.headers.get('want-content-digest') ?? undefined)
 *   return algorithm === undefined ? undefined : contentDigest(body, algorithm)
 * }
 * ```
 */
export function chooseDigest(
  field: string | undefined,
  ours: DigestAlgorithms = ['sha-256', 'sha-512'],
): DigestAlgorithm | undefined {
  const preferences = hints(field)
  // Unnamed algorithms rank below every named one and above "not acceptable".
  const weight = (name: DigestAlgorithm): number => preferences.get(name) ?? 0.5
  let best: DigestAlgorithm | undefined
  for (const name of digestAlgorithms(ours)) {
    if (weight(name) > (best === undefined ? 0 : weight(best))) best = name
  }
  return best
}

function hints(field: string | undefined): DigestPreferences {
  try {
    return parseWantDigest(field ?? '')
  } catch {
    // A malformed hint of a client must not become the server's error.
    return new Map()
  }
}
