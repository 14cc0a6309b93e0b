import { CountersignError } from '../../../../errors.js'
import { rawText } from '../percent.js'

/** @throws {CountersignError} `AUTH_DUPLICATE`: somebody else could read the other one. */
const duplicate = (name: string): never => {
  throw new CountersignError('AUTH_DUPLICATE', `"${name}" is there twice`)
}

/** The value of the only field line of a name. */
export function onlyField(fields: readonly string[], name: string): string | undefined {
  const lower = name.toLowerCase()
  let found: string | undefined
  for (let i = 0; i < fields.length; i += 2) {
    if ((fields[i] as string).toLowerCase() !== lower) continue
    if (found !== undefined) return duplicate(name)
    found = fields[i + 1]
  }
  return found
}

/** The decoded value of the only pair of a name. */
export function onlyPair(pairs: string, name: string): string | undefined {
  let found: string | undefined
  for (const pair of pairs.split('&')) {
    const at = pair.indexOf('=')
    if (rawName(at === -1 ? pair : pair.slice(0, at)) !== name) continue
    if (found !== undefined) return duplicate(name)
    found = at === -1 ? '' : rawText(pair.slice(at + 1))
  }
  return found
}

// Another spelling of a name is that name to whoever decodes it.
function rawName(text: string): string {
  try {
    return rawText(text)
  } catch {
    return text
  }
}

/** Pairs without those of a name, however it is spelled. */
export const withoutName = (pairs: string, name: string): string =>
  pairs
    .split('&')
    .filter((pair) => rawName(pair.split('=', 1)[0] as string) !== name)
    .join('&')

/** Pairs without the last one, which must be of that name. @throws {CountersignError} `AUTH_MALFORMED`. */
export function withoutLast(pairs: string, name: string): string {
  const at = pairs.lastIndexOf('&') + 1
  if (pairs.startsWith(`${name}=`, at)) return pairs.slice(0, Math.max(0, at - 1))
  throw new CountersignError('AUTH_MALFORMED', `"${name}" expected as the last parameter`)
}

/** The members of a JSON object; `undefined` for anything else. @throws {CountersignError} `AUTH_DUPLICATE` for a repeated name. */
export function jsonMembers(text: string, names: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  for (const name of names) if (topLevel(text, name) > 1) duplicate(name)
  return Object.assign(Object.create(null), value) as Readonly<Record<string, unknown>>
}

/** How often a member of that name stands at the top of a JSON object; `text` is valid JSON. */
function topLevel(text: string, name: string): number {
  let depth = 0
  let count = 0
  for (const [token, string] of text.matchAll(/[{}[\]]|("(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (string !== undefined && depth === 1 && JSON.parse(string) === name) count++
  }
  return count
}
