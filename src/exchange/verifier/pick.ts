import { fail } from '../../errors.js'

/** @throws {CountersignError} `AUTH_DUPLICATE`: another reader could take the other one. */
const duplicate = (name: string): never => fail('AUTH_DUPLICATE', `"${name}" is there twice`)

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

/** The members of a JSON object; `undefined` for anything else. @throws {CountersignError} `AUTH_DUPLICATE` for a repeated name. */
export function jsonMembers(text: string, names: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  assertOnce(text, new Set(names))
  return Object.assign(Object.create(null), value) as Readonly<Record<string, unknown>>
}

const TOKEN = /[{}[\]]|("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g

/** Refuses members of those names that stand at the top of a JSON object more than once; `text` is valid JSON. */
function assertOnce(text: string, names: ReadonlySet<string>): void {
  const seen = new Set<string>()
  let depth = 0
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (colon !== undefined && depth === 1) {
      const name = JSON.parse(string as string) as string
      if (!names.has(name)) continue
      if (seen.has(name)) duplicate(name)
      seen.add(name)
    }
  }
}
