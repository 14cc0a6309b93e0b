import { isObject, type Json, listOf, memberOf, resolved } from './walk.js'

const MOST_DEPTH = 6
const TEXTS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'name@example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
  uri: 'https://example.com/',
}

/** A value that fits a schema, for an example: what the schema states, and else the least there is. */
export function sampleOf(document: Json, given: unknown, depth = 0): unknown {
  const schema = resolved(document, given)
  if (!isObject(schema) || depth > MOST_DEPTH) return null
  const stated =
    schema['example'] ??
    listOf(schema['examples'])[0] ??
    schema['default'] ??
    schema['const'] ??
    listOf(schema['enum'])[0]
  if (stated !== undefined) return stated
  const parts = listOf(schema['allOf'])
  if (parts.length > 0) return Object.assign({}, ...parts.map((one) => sampleOf(document, one, depth + 1)))
  const choice = listOf(schema['oneOf'])[0] ?? listOf(schema['anyOf'])[0]
  if (choice !== undefined) return sampleOf(document, choice, depth + 1)
  const [type = isObject(schema['properties']) ? 'object' : 'string'] = [schema['type']].flat()
  if (type === 'object') {
    const required = listOf(schema['required'])
    const members = Object.entries(isObject(schema['properties']) ? schema['properties'] : {})
    const chosen = required.length === 0 ? members : members.filter(([name]) => required.includes(name))
    return Object.fromEntries(chosen.map(([name, one]) => [name, sampleOf(document, one, depth + 1)]))
  }
  if (type === 'array') return [sampleOf(document, schema['items'], depth + 1)]
  if (type === 'integer' || type === 'number') return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1
  if (type === 'boolean') return true
  return type === 'null' ? null : (TEXTS[String(schema['format'])] ?? 'text')
}

/** The body of an operation's example, with its media type; `undefined` for an operation without one. */
export function bodyOf(document: Json, operation: Json): { readonly type: string; readonly text: string } | undefined {
  const content = memberOf(resolved(document, operation['requestBody']), 'content')
  if (!isObject(content)) return undefined
  const types = Object.keys(content)
  const type = types.find((one) => /^application\/(?:[^;]*\+)?json\b/.test(one)) ?? types[0]
  if (type === undefined) return undefined
  const media = content[type]
  const [named] = Object.values(isObject(memberOf(media, 'examples')) ? (memberOf(media, 'examples') as Json) : {})
  const value =
    memberOf(media, 'example') ??
    memberOf(resolved(document, named), 'value') ??
    sampleOf(document, memberOf(media, 'schema'))
  const text = typeof value === 'string' && !/json/.test(type) ? value : JSON.stringify(value, null, 2)
  return { type, text }
}
