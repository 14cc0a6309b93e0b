import { fail } from '../../errors.js'

/** Names and positions from the top: `['targets', 0, 'key']`. */
export type Path = ReadonlyArray<string | number>

/** A JSON document with comments, and where each of its values stands. */
export interface JsoncDocument {
  readonly value: unknown
  /** Line of a value, or of the innermost one around it that is there. From 1. */
  lineOf(path: Path): number
  /** Names that stand twice in one object: JSON.parse would silently take the last. */
  readonly twice: ReadonlyArray<readonly [path: Path, line: number]>
}

const STRING = '"(?:[^"\\\\\\n]|\\\\.)*"'
const COMMENTS = new RegExp(`${STRING}|//[^\\n]*|/\\*[^]*?\\*/`, 'g')
const LAST_COMMAS = new RegExp(`${STRING}|,(?=\\s*[}\\]])`, 'g')
// Of valid JSON.
const TOKENS = new RegExp(`${STRING}|[{}[\\],:]|[^\\s{}[\\],:"]+`, 'g')
const MOST_BYTES = 1_048_576

/**
 * Reads JSON with comments and last commas. Nothing of the text is repeated in an error: a secret may stand where none belongs.
 *
 * @throws {CountersignError} `CONFIG_INVALID` with the line.
 */
export function readJsonc(text: string, name: string): JsoncDocument {
  if (text.length > MOST_BYTES) fail('CONFIG_INVALID', `${name} must have at most 1 MiB`)
  // A BOM is no part of the text (RFC 8259 8.1).
  const bare = text.replace(/^\uFEFF/, ' ')
  const plain = blanked(blanked(bare, COMMENTS), LAST_COMMAS)
  let value: unknown
  try {
    value = JSON.parse(plain)
  } catch {
    const line = lineAt(plain, faultOf(plain))
    return fail('CONFIG_INVALID', `${name}:${line} cannot be read as JSON: look for a missing comma, quote or bracket`)
  }
  const { lines, twice } = placesOf(plain)
  return {
    value,
    twice,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const line = lines.get(keyOf(path.slice(0, length)))
        if (line !== undefined) return line
      }
      return 1
    },
  }
}

/** The text with what a pattern finds besides strings in blanks, so that every position stays. */
const blanked = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (found) => (found.startsWith('"') ? found : found.replace(/[^\n]/g, ' ')))

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length
const keyOf = (path: Path): string => JSON.stringify(path)

const ONE_TOKEN = new RegExp(`\\s*(?:(${STRING})|([{}[\\],:])|(true|false|null|-?\\d[\\d.eE+-]*))`, 'y')
/** What may follow, by what was expected: a comma or an end where a value has ended. */
type Expected = 'value' | 'name' | 'colon' | 'more'

/** Where text stops being JSON: engines say so in words of their own, and some not at all. */
function faultOf(text: string): number {
  const open: string[] = []
  let expected: Expected = 'value'
  let empty = false
  ONE_TOKEN.lastIndex = 0
  for (let at = 0; ; at = ONE_TOKEN.lastIndex) {
    const [whole, string, sign, literal] = ONE_TOKEN.exec(text) ?? []
    const start = at + (/^\s*/.exec(text.slice(at)) as RegExpExecArray)[0].length
    if (whole === undefined) return Math.min(start, text.trimEnd().length)
    if (expected === 'colon') {
      if (sign !== ':') return start
      expected = 'value'
    } else if (expected === 'more' || (empty && (sign === '}' || sign === ']'))) {
      const inner = open.at(-1)
      if (sign === ',' && !empty && inner !== undefined) expected = inner === '{' ? 'name' : 'value'
      else if ((sign === '}' && inner === '{') || (sign === ']' && inner === '[')) {
        open.pop()
        expected = 'more'
      } else return start
      empty = false
    } else if (expected === 'name') {
      if (string === undefined) return start
      expected = 'colon'
      empty = false
    } else if (sign === '{' || sign === '[') {
      open.push(sign)
      expected = sign === '{' ? 'name' : 'value'
      empty = true
    } else if (string === undefined && literal === undefined) return start
    else {
      expected = 'more'
      empty = false
    }
  }
}

interface Level {
  readonly path: Path
  readonly isList: boolean
  /** The name or position of the value that comes next; undefined where a name is expected. */
  next: string | number | undefined
}

/** Where every value begins; the name of a member counts as its beginning. */
function placesOf(json: string): {
  readonly lines: Map<string, number>
  readonly twice: Array<readonly [Path, number]>
} {
  const lines = new Map<string, number>()
  const twice: Array<readonly [Path, number]> = []
  const levels: Level[] = []
  let [line, counted] = [1, 0]
  for (const { 0: token, index } of json.matchAll(TOKENS)) {
    for (; counted < index; counted++) if (json.charCodeAt(counted) === 10) line++
    const level = levels.at(-1)
    if (token === '}' || token === ']') {
      levels.pop()
      continue
    }
    if (token === ',') {
      if (level !== undefined) level.next = level.isList ? (level.next as number) + 1 : undefined
      continue
    }
    if (token === ':') continue
    if (level !== undefined && level.next === undefined) {
      level.next = JSON.parse(token) as string
      const path = [...level.path, level.next]
      if (lines.has(keyOf(path))) twice.push([path, line])
      lines.set(keyOf(path), line)
      continue
    }
    const path = level === undefined ? [] : [...level.path, level.next as string | number]
    if (!lines.has(keyOf(path))) lines.set(keyOf(path), line)
    if (token === '{' || token === '[')
      levels.push({ path, isList: token === '[', next: token === '[' ? 0 : undefined })
  }
  return { lines, twice }
}
