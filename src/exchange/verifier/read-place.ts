import { CountersignError, fail } from '../../errors.js'
import { type Draft, type DraftText, setQuery, textOf, type Value } from '../spec/draft.js'
import type { Place, PlacePart } from '../spec/places.js'
import { assertFewJsonParts } from './limits.js'
import { type PairList, pairList } from './pair-list.js'
import { jsonMembers } from './pick.js'

/** Checks of computed values, which may need all the others. */
export type Later = Array<() => void>

/** Keeps a received value in its member of the draft, or holds it to what it must be. */
export function take(draft: Draft, name: string, value: Value, text: string, later: Later): void {
  if (typeof value === 'string' && !value.startsWith('=')) {
    draft[value as DraftText] = text
    return
  }
  later.push(() => {
    if (textOf(draft, value) !== text) fail('AUTH_MALFORMED', `"${name}" does not fit the rest of the request`)
  })
}

export const isJsonLike = (body: string): boolean => /^\s*[{[]/.test(body)
const isJsonObject = (body: string): boolean => /^\s*\{/.test(body)

/** Authentication in one part of a request. */
interface ReadPart {
  /** The text of a parameter; `undefined` where it is not there. */
  get(name: string): string | undefined
  /** Takes the signature out, so that the draft is what was signed. */
  drop(name: string, place: Place): void
}

const rest = (pairs: PairList, name: string, { signatureAnywhere }: Place): string =>
  signatureAnywhere ? pairs.without(name) : pairs.withoutLast(name)

/** A reader of each part, for the parameters of some names. */
const READ: Readonly<Record<PlacePart, (draft: Draft, names: readonly string[]) => ReadPart>> = {
  query: (draft, names) => {
    const pairs = pairList(draft.query, new Set(names))
    return { get: pairs.get, drop: (name, place) => setQuery(draft, rest(pairs, name, place)) }
  },
  form: (draft, names) => {
    // A JSON body is no form, whatever stands in its texts.
    if (isJsonLike(draft.body)) return { get: () => undefined, drop: () => {} }
    const pairs = pairList(draft.body, new Set(names))
    return {
      get: pairs.get,
      drop: (name, place) => {
        draft.body = rest(pairs, name, place)
      },
    }
  },
  json: ({ body }, names) => {
    assertFewJsonParts(body)
    const members = jsonMembers(body, names)
    return {
      get: (name) => {
        const one = members?.[name]
        if (one === undefined) return undefined
        if (typeof one !== 'string' && typeof one !== 'number')
          fail('AUTH_MALFORMED', `"${name}" must be text or a number`)
        return String(one)
      },
      // Exchanges that sign members leave this one out by its name.
      drop: () => {},
    }
  },
}

/**
 * Reads what stands in the query or the body, and takes the signature away. Returns how many parameters were there.
 *
 * @throws {CountersignError} `AUTH_DUPLICATE` for one that is there twice, `AUTH_MALFORMED`, `AUTH_TOO_LARGE`.
 */
export function readPlace(place: Place | undefined, draft: Draft, later: Later): number {
  if (place === undefined) return 0
  if (place.read !== undefined) {
    assertFewJsonParts(draft.body)
    return place.read(draft)
  }
  const { list, sign, parts } = place
  const all = sign === undefined ? list : [...list, [sign, 'sign'] as const]
  const names = all.map(([name]) => name)
  // A JSON object is read as one or not at all: beside it the query holds nothing of authentication.
  const isJson = parts.includes('json') && (parts.length === 1 || isJsonObject(draft.body))
  const readers = parts.filter((part) => (part === 'json') === isJson).map((part) => READ[part](draft, names))
  let found = 0
  for (const [name, value] of all) {
    let holder: ReadPart | undefined
    let text: string | undefined
    for (const reader of readers) {
      const one = reader.get(name)
      if (one === undefined) continue
      if (holder !== undefined) throw new CountersignError('AUTH_DUPLICATE', `"${name}" is there twice`)
      holder = reader
      text = one
    }
    if (holder === undefined) continue
    found++
    take(draft, name, value, text as string, later)
    if (name === sign) holder.drop(name, place)
  }
  return found
}
