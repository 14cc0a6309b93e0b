import { CountersignError, type VerdictCode } from '../errors.js'
import type { KeyRecord } from './key-source.js'

// resource:action in lower case; "*" stands for a whole segment, in a grant only.
const NEEDED = /^[a-z0-9_.-]{1,64}:[a-z0-9_.-]{1,64}$/
const GRANT = /^(?:[a-z0-9_.-]{1,64}|\*):(?:[a-z0-9_.-]{1,64}|\*)$/

/** Throws `CONFIG_INVALID` for a needed scope that no grant could ever satisfy. */
export function assertScope(needed: string): void {
  if (!NEEDED.test(needed))
    throw new CountersignError('CONFIG_INVALID', '"scope" expected resource:action in lower case, without wildcards')
}

/** True where one of the granted scopes is the needed one, segment by segment. Malformed scopes grant nothing. */
export function grants(granted: readonly string[], needed: string): boolean {
  if (!NEEDED.test(needed)) return false
  const [resource, action] = needed.split(':') as [string, string]
  return granted.some((grant) => {
    if (!GRANT.test(grant)) return false
    const [r, a] = grant.split(':') as [string, string]
    return (r === '*' || r === resource) && (a === '*' || a === action)
  })
}

/** Why the key may not do what the route needs; `undefined` when it may, or when the route states no need. */
export const scopeProblem = ({ scopes = [] }: KeyRecord, needed: string | undefined): VerdictCode | undefined =>
  needed === undefined || grants(scopes, needed) ? undefined : 'SCOPE_DENIED'
