import { CountersignError, kindOf, type VerdictCode } from '../errors.js'
import type { KeyRecord } from './key-source.js'

// resource:action in lower case; "*" stands for a whole segment, in a grant only.
const NEEDED = /^[a-z0-9_.-]{1,64}:[a-z0-9_.-]{1,64}$/
const GRANT = /^(?:[a-z0-9_.-]{1,64}|\*):(?:[a-z0-9_.-]{1,64}|\*)$/

/** Throws `CONFIG_INVALID` for a needed scope that no grant could ever satisfy. */
export function assertScope(needed: unknown, name = 'scope'): void {
  if (typeof needed === 'string' && NEEDED.test(needed)) return
  throw new CountersignError(
    'CONFIG_INVALID',
    `"${name}" must be resource:action in lower case, without wildcards, got ${kindOf(needed)}`,
  )
}

/** Whether a text may be granted. */
export const isGrant = (text: string): boolean => GRANT.test(text)

/** Whether one of the granted scopes holds all of another, segment by segment. Malformed ones hold nothing. */
export function covers(granted: readonly string[], scope: string): boolean {
  const [resource, action] = scope.split(':') as [string, string]
  return granted.some((grant) => {
    if (!isGrant(grant)) return false
    const [r, a] = grant.split(':') as [string, string]
    return (r === '*' || r === resource) && (a === '*' || a === action)
  })
}

/** True where one of the granted scopes is the needed one. A route needs no wildcards. */
export const grants = (granted: readonly string[], needed: string): boolean =>
  NEEDED.test(needed) && covers(granted, needed)

/** Why the key may not do what the route needs; `undefined` when it may, or when the route states no need. */
export const scopeProblem = ({ scopes = [] }: KeyRecord, needed: string | undefined): VerdictCode | undefined =>
  needed === undefined || grants(scopes, needed) ? undefined : 'SCOPE_DENIED'
