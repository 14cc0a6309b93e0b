import { fail, kindOf, nearest } from '../../errors.js'
import { isObject } from '../spec/json-text.js'

/** The members of one object, by name. */
export type Members = Readonly<Record<string, unknown>>

/**
 * A member that is not known would be sent and not signed, so that a misspelt `reduceOnly` would open a position.
 *
 * @param why behind the name of such a member
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path, and the nearest known name, or all of them.
 */
export function assertNames(given: readonly string[], path: string, known: readonly string[], why = ''): void {
  for (const name of given)
    if (!known.includes(name)) {
      const near = nearest(name, known) ?? known.join('", "')
      fail('ARGUMENT_INVALID', `"${path}" must have no member "${name.slice(0, 64)}"${why}: did you mean "${near}"?`)
    }
}

/** What a caller passes as one object of an order. @throws {CountersignError} `ARGUMENT_INVALID`, as {@link assertNames}. */
export function membersOf(value: unknown, path: string, known: readonly string[]): Members {
  if (!isObject(value)) return fail('ARGUMENT_INVALID', `"${path}" must be an object, got ${kindOf(value)}`)
  assertNames(Object.keys(value), path, known)
  return value
}

/** True or false; absent it is false. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function flagOf(members: Members, name: string, path: string): boolean {
  const value = members[name] ?? false
  return typeof value === 'boolean'
    ? value
    : fail('ARGUMENT_INVALID', `"${path}.${name}" must be true or false, got ${kindOf(value)}`)
}
