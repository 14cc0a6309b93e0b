import { combinedValue } from '../../message/fields.js'
import { absentField, badComponent, type Component, knownComponent, memoFor } from './component.js'
import { DERIVED, type Resolve } from './derived.js'

// RFC 9421 2.1: identifiers are lower case; an upper-case name is an error, never a look-up in another case.
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

/**
 * A component without parameters, of any name.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for a name that cannot be covered as it is.
 */
export function plainComponent(name: string): Component {
  const resolve = name.startsWith('@') ? DERIVED[name] : plainField(name)
  if (resolve !== undefined) return { ...knownComponent(name, resolve), memo: memoFor(name) }
  throw badComponent(
    name === '@query-param' ? '@query-param needs the parameter "name"' : 'a derived component is unknown',
  )
}

function plainField(name: string): Resolve {
  assertFieldName(name)
  if (name === 'set-cookie') {
    // RFC 9110 5.3: its lines cannot be joined by a comma, so the plain value would be ambiguous.
    throw badComponent('field "set-cookie" can only be covered with "bs"')
  }
  return (message) => {
    const value = combinedValue(message.fields, name)
    if (value === undefined) throw absentField(name)
    return value
  }
}

/** Throws `AUTH_MALFORMED` unless the name is a lower-case token. */
export function assertFieldName(name: string): void {
  if (!FIELD_NAME.test(name)) throw badComponent('a covered field name is not a lower-case token')
}
