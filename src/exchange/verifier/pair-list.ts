import { CountersignError } from '../../errors.js'
import { decodedText, rawText } from '../spec/percent.js'
import { assertFewPairs } from './limits.js'

interface Found {
  readonly start: number
  readonly end: number
  /** Where the value starts; {@link end} where there is none. */
  readonly value: number
}

/** The pairs of a query or form that belong to authentication, found in one pass. */
export interface PairList {
  /** The decoded value; `undefined` where the name is not there. @throws {CountersignError} `MESSAGE_MALFORMED`. */
  get(name: string): string | undefined
  /** The text without the pair of a name. */
  without(name: string): string
  /** The same for a pair that must be the last. @throws {CountersignError} `AUTH_MALFORMED`. */
  withoutLast(name: string): string
}

/**
 * Finds the pairs of some names. Another spelling of a name is that name, for a reader that decodes it.
 *
 * @throws {CountersignError} `AUTH_DUPLICATE` for a name that is there twice, `AUTH_TOO_LARGE` as {@link assertFewPairs}.
 */
export function pairList(text: string, names: ReadonlySet<string>): PairList {
  assertFewPairs(text)
  const found = new Map<string, Found>()
  let start = 0
  let equals = -1
  while (start <= text.length) {
    const next = text.indexOf('&', start)
    const end = next === -1 ? text.length : next
    // Not again for every pair: that of a later pair stays found.
    if (equals < start) equals = text.indexOf('=', start)
    if (equals === -1) equals = text.length
    const at = Math.min(equals, end)
    const raw = text.slice(start, at)
    const name = decodedText(raw) ?? raw
    if (names.has(name)) {
      if (found.has(name)) throw new CountersignError('AUTH_DUPLICATE', `"${name}" is there twice`)
      found.set(name, { start, end, value: Math.min(at + 1, end) })
    }
    start = end + 1
  }
  return {
    get: (name) => {
      const one = found.get(name)
      return one === undefined ? undefined : rawText(text.slice(one.value, one.end))
    },
    without: (name) => {
      const one = found.get(name)
      if (one === undefined) return text
      const before = one.start > 0 ? [text.slice(0, one.start - 1)] : []
      return [...before, ...(one.end < text.length ? [text.slice(one.end + 1)] : [])].join('&')
    },
    withoutLast: (name) => {
      const at = text.lastIndexOf('&') + 1
      if (text.startsWith(`${name}=`, at)) return text.slice(0, Math.max(0, at - 1))
      throw new CountersignError('AUTH_MALFORMED', `"${name}" must be the last parameter`)
    },
  }
}
