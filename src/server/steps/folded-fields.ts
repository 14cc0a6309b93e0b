import { combinedValue, type FieldLines } from '../../message/fields.js'
import { lastWins, parseDictionary } from '../../message/structured-fields.js'
import { type Coverage, memberOf, type UntrustedSignature } from '../../schemes/scheme.js'
import { refuse } from '../verdict.js'

/**
 * Request fields of which several lines do not read as RFC 9421 2.1 combines them (`a, b`): Node keeps the first line of
 * most of these and joins those of `cookie` by `; ` (IncomingMessage.headers). A test reads the list from Node. `Set-Cookie`,
 * of which Node makes a list, is not in it: several lines of it can only be covered as bytes (RFC 9421 2.1).
 */
export const FOLDED_FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'cookie',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])

/**
 * Refuses several lines of a covered field that a host folds or drops: a signed value can be cut into lines at its commas
 * without changing the signature base, and what the application then reads was not signed.
 *
 * @throws {CountersignError} `HEADER_DUPLICATE`.
 */
export function assertUnfolded(
  { covered, covers }: Pick<UntrustedSignature, 'covered' | 'covers'>,
  fields: FieldLines,
): void {
  for (const fact of covers) if (fact.startsWith('field:')) assertOnce(fact.slice(6), fields)
  assertMembersOnce(covers, fields)
  // A variant (`"cookie";key="a"`) covers a part, which a cut can change as well.
  for (const id of covered) if (id.startsWith('"')) assertOnce(id.slice(1, id.indexOf('"', 1)), fields)
}

/** Of a repeated member the last one is signed (RFC 9651 4.2.2): another reader takes the one that a hop has put before it. */
function assertMembersOnce(covers: ReadonlySet<Coverage>, fields: FieldLines): void {
  const dictionaries = new Map<string, ReadonlyMap<string, boolean>>()
  for (const fact of covers) {
    const member = fact.includes(';key=') ? memberOf(fact) : undefined
    if (member?.[1] === undefined) continue
    const [name] = member
    const key = member[1]
    const members = dictionaries.get(name) ?? membersOf(combinedValue(fields, name) ?? '')
    dictionaries.set(name, members)
    if (members.get(key) === true) refuse('HEADER_DUPLICATE', `the covered member "${key}" of "${name}" is repeated`)
  }
}

/** The members of a dictionary, and whether each, or a parameter of it, is repeated. */
function membersOf(text: string): ReadonlyMap<string, boolean> {
  const members = new Map<string, boolean>()
  try {
    for (const [key, { params }] of parseDictionary(text))
      members.set(key, members.has(key) || lastWins(params) !== params)
  } catch {
    // It gives no signature base either, which is refused where that is made.
  }
  return members
}

function assertOnce(name: string, fields: FieldLines): void {
  if (!FOLDED_FIELDS.has(name)) return
  let lines = 0
  for (let i = 0; i < fields.length; i += 2) if ((fields[i] as string).toLowerCase() === name) lines++
  if (lines > 1)
    refuse('HEADER_DUPLICATE', `the covered field "${name}" is repeated, and hosts do not combine its lines`)
}
