import { fail } from '../../errors.js'
import { decodedQuery } from '../spec/decoded-query.js'
import type { Draft } from '../spec/draft.js'
import { rawText } from '../spec/percent.js'

/**
 * The query as the exchange reads it, decoded and in its order; a name that is there several times stands once, with its values
 * joined by commas. So signs the exchange's own package for Python (0.2.0), which takes "+" for a space.
 */
export function signedQuery(query: string): string {
  const values = new Map<string, string>()
  for (const pair of query === '' ? [] : query.split('&')) {
    const at = `${pair}=`.indexOf('=')
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)].map((text) => rawText(text.replaceAll('+', ' ')))
    const had = values.get(name as string)
    values.set(name as string, had === undefined ? (value as string) : `${had},${value}`)
  }
  return [...values].map(([name, value]) => `${name}=${value}`).join('&')
}

/** Where the path ends is not signed, and the query's first "=" could be of either. @throws {CountersignError} `AUTH_MALFORMED`. */
export function readFoxbit(draft: Draft): void {
  decodedQuery.read(draft)
  if (draft.path.includes('=')) fail('AUTH_MALFORMED', 'the path must not hold "="')
}
