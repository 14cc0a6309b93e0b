import { utf8Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'

/** All settings at their limits fit. */
export const MOST_BODY_BYTES = 196_608

const DEEPEST = 8
// Every text of a JSON document from its start to its end, and whether it is the name of a member.
const TEXTS = /"(?:[^"\\]|\\.)*"(\s*:)?/g

const refuse = (problem: string): never => fail('ARGUMENT_INVALID', `the body ${problem}`)

/** How many members there are, at any depth. */
function membersOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth === DEEPEST) refuse(`must have at most ${DEEPEST} levels`)
  const inner = Object.values(value)
  const own = Array.isArray(value) ? 0 : inner.length
  return inner.reduce<number>((sum, one) => sum + membersOf(one, depth + 1), own)
}

/**
 * The value of a JSON text, strictly: UTF-8, no name twice (RFC 8259 4: readers disagree on which one counts), and not deep.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `BODY_TOO_LARGE`; never with a part of the body in it.
 */
export function readJson(body: Uint8Array): unknown {
  if (body.length > MOST_BODY_BYTES) fail('BODY_TOO_LARGE', `the body must have at most ${MOST_BODY_BYTES} bytes`)
  const text = utf8Decode(body) ?? refuse('must be UTF-8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's message repeats what it read.
    return refuse('must be JSON')
  }
  const named = [...text.matchAll(TEXTS)].filter(([, colon]) => colon !== undefined).length
  if (named !== membersOf(value)) refuse('must not have a member twice')
  return value
}

/**
 * The parameters of a query, each at most once; whole numbers become numbers where the table has one.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`
 */
export function readQuery(query: string, isNumber: (name: string) => boolean): Record<string, unknown> {
  const read: Record<string, unknown> = Object.create(null)
  for (const part of query === '' ? [] : query.split('&')) {
    const [name = '', value = '', ...more] = part.split('=').map(decoded)
    if (name === '' || more.length > 0 || name in read) refuseQuery('must have each parameter once, as name=value')
    read[name] = isNumber(name) && /^(?:0|[1-9]\d{0,15})$/.test(value) ? Number(value) : value
  }
  return read
}

const refuseQuery = (problem: string): never => fail('ARGUMENT_INVALID', `the query ${problem}`)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return refuseQuery('must be percent-encoded UTF-8')
  }
}
