import { fail } from '../../errors.js'

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g

/** Text without its quotes, anything else as it is written: `1.10` stays `1.10`. */
function scalar(token: string): string {
  if (token === '{' || token === '[')
    fail('MESSAGE_MALFORMED', 'the body must have members that are text or numbers, got an object')
  return token.startsWith('"') ? (JSON.parse(token) as string) : token
}

/**
 * The members of a flat JSON object in their order, as text; a list is its items, joined by commas. For exchanges that sign
 * names and values and not the body's characters.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` for anything else, and for a name that is there twice.
 */
export function flatMembers(json: string): ReadonlyArray<readonly [name: string, text: string]> {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    // Asked for below.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail('MESSAGE_MALFORMED', 'the body must be a JSON object')
  const tokens = json.match(TOKEN) as string[]
  const members: Array<readonly [string, string]> = []
  // { name : value , name : value }
  for (let at = 1; at < tokens.length - 1; at += 2) {
    const name = scalar(tokens[at] as string)
    at += 2
    let text = ''
    if (tokens[at] !== '[') text = scalar(tokens[at] as string)
    else while (tokens[++at] !== ']') text += tokens[at] === ',' ? ',' : scalar(tokens[at] as string)
    members.push([name, text])
  }
  if (new Set(members.map(([name]) => name)).size < members.length)
    fail('MESSAGE_MALFORMED', 'the body has a name twice')
  return members
}
