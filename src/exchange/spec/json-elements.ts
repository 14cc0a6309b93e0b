import { fail } from '../../errors.js'

// Of valid JSON, what says where a part of it ends.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g
const NAME = /^("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*/

/** The texts between the outer brackets of JSON, as they are written. */
function elements(json: string, open: '{' | '['): readonly string[] {
  try {
    JSON.parse(json)
  } catch {
    fail('MESSAGE_MALFORMED', 'the body must be JSON')
  }
  if (!json.trimStart().startsWith(open))
    fail('MESSAGE_MALFORMED', `the body must be a JSON ${open === '{' ? 'object' : 'array'}`)
  const found: string[] = []
  let depth = 0
  let start = 0
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']'
    if (closes) depth--
    if ((closes && depth === 0) || (token === ',' && depth === 1)) found.push(json.slice(start, index).trim())
    if ((token === open && depth === 0) || (token === ',' && depth === 1)) start = index + 1
    if (token === '{' || token === '[') depth++
  }
  return found.filter((text) => text !== '')
}

/** The items of a JSON array, as they are written. @throws {CountersignError} `MESSAGE_MALFORMED`. */
export const itemTexts = (json: string): readonly string[] => elements(json, '[')

/**
 * The members of a JSON object in their order, each value as it is written.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for anything else, and for a name that is there twice.
 */
export function rawMembers(json: string): ReadonlyArray<readonly [name: string, text: string]> {
  const members = elements(json, '{').map((element): readonly [string, string] => {
    const [start, name] = NAME.exec(element) as unknown as [string, string]
    return [JSON.parse(name) as string, element.slice(start.length)]
  })
  if (new Set(members.map(([name]) => name)).size < members.length)
    fail('MESSAGE_MALFORMED', 'the body has a name twice')
  return members
}

/**
 * The members of a JSON object in their order: texts without their quotes, everything else as it is written, so that `1.10`
 * stays `1.10` and a list is JSON. For exchanges that sign names and values and not the characters of the body.
 *
 * @throws {CountersignError} as {@link rawMembers}.
 */
export const memberTexts = (json: string): ReadonlyArray<readonly [name: string, text: string]> =>
  rawMembers(json).map(([name, text]) => [name, text.startsWith('"') ? (JSON.parse(text) as string) : text])
