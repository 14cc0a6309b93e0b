import { combinedValue, type FieldLines } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import { lastWins, type Member, parseDictionary } from '../../message/structured-fields.js'
import type { Coverage } from '../scheme.js'

/** What is read of a message. */
interface Held {
  readonly fields: FieldLines
  /** The request that a response answers. */
  readonly request?: Pick<HttpMessage, 'fields'> | undefined
}

const MEMBER = /^(field|request):([^;]+);key="([^"]*)"$/

/** What stands between two members, and before each parameter. */
const REPEATABLE = /[,;]/

/** Whether a parameter is repeated, of the member or of what is in its list. */
export const repeatsParameter = (member: Member): boolean =>
  lastWins(member.params) !== member.params || (member.kind === 'list' && member.items.some(repeatsParameter))

/**
 * Of a repeated member the last one is signed (RFC 9651 4.2.2): another reader takes the one that a hop has put before it. The
 * covered member that is repeated, or a parameter of it, in words; `undefined` where none is.
 */
export function repeatedMember(covers: ReadonlySet<Coverage>, { fields, request }: Held): string | undefined {
  let dictionaries: Map<string, ReadonlyMap<string, boolean>> | undefined
  for (const fact of covers) {
    if (!fact.includes(';key=')) continue
    const [, of, name, key] = MEMBER.exec(fact) ?? []
    if (of === undefined || name === undefined || key === undefined) continue
    const id = `${of}:${name}`
    const lines = of === 'request' ? (request?.fields ?? []) : fields
    const text = combinedValue(lines, name) ?? ''
    // One member without parameters: neither can be there twice.
    if (!REPEATABLE.test(text)) continue
    dictionaries ??= new Map()
    const members = dictionaries.get(id) ?? membersOf(text)
    dictionaries.set(id, members)
    if (members.get(key) === true) return `the covered member "${key}" of "${name}" is repeated`
  }
  return undefined
}

/** The members of a dictionary, and whether each, or a parameter of it, is repeated. */
function membersOf(text: string): ReadonlyMap<string, boolean> {
  const members = new Map<string, boolean>()
  try {
    for (const [key, member] of parseDictionary(text)) members.set(key, members.has(key) || repeatsParameter(member))
  } catch {
    // It gives no signature base either, which is refused where that is made.
  }
  return members
}
