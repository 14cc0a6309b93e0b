import { combinedValue, type FieldLines } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import { parseDictionary } from '../../message/structured-fields.js'
import type { Coverage } from '../scheme.js'

/** What {@link isMet} reads of a message. */
export interface Held {
  readonly fields: FieldLines
  /** The request that a response answers. */
  readonly request?: Pick<HttpMessage, 'fields'> | undefined
}

/** `field:x;key="s"`, `request:x;key=*` … in parts. */
const FORM = /^(field|request):([^;]+)(?:;(?:key=(?:(\*)|"([^"]*)")|bs|sf))?$/

/**
 * Whether a fact is covered: by itself, or as a part of something that is there and covered as a whole. Of `;key=*` any member
 * of the dictionary will do.
 */
export function isMet(covers: ReadonlySet<Coverage>, fact: Coverage, message: Held): boolean {
  if (covers.has(fact)) return true
  // Whole, a query holds its parameters; those of a body are the matter of "body".
  if (fact.endsWith('parameters') && covers.has('query')) return true
  if (fact.startsWith('query-param:')) return covers.has('query')
  const [, of, name, any, key] = FORM.exec(fact) ?? []
  if (any === undefined && key === undefined) return false
  const whole = `${of}:${name}` as Coverage
  if (any !== undefined) for (const one of covers) if (one.startsWith(`${whole};key="`)) return true
  return covers.has(whole) && isThere(fact, message)
}

/**
 * Whether the message has a field, or the member of a dictionary that is named (of `;key=*` any). A field that is no dictionary
 * may hold anything.
 */
export function isThere(fact: Coverage, { fields, request }: Held): boolean {
  const [, of, name = '', any, key] = FORM.exec(fact) ?? []
  const value = combinedValue(of === 'request' ? (request?.fields ?? []) : fields, name)
  if (value === undefined || (key === undefined && any === undefined)) return value !== undefined
  try {
    return parseDictionary(value).some(([member]) => any !== undefined || member === key)
  } catch {
    return true
  }
}
