import { fail, kindOf, type VerdictCode } from '../errors.js'
import type { KeyRecord } from './key-record.js'
import { SCOPES } from './limits.js'

// resource:action in lower case; "*" stands for a whole segment, in a grant only.
const NEEDED = /^[a-z0-9_.-]{1,64}:[a-z0-9_.-]{1,64}$/
const GRANT = /* @__PURE__ */ new RegExp(SCOPES.of.pattern, 'u')

/** No grant is written like this, so it is always denied; the audit trail shows it. */
export const NO_ROUTE = '(no route)'

/** The same for a path that needs one scope or another, as a router distinguishes letter case, slashes and escapes or not. */
export const TWO_ROUTES = '(two routes)'

/** What a key that was denied lacks, for the log. */
export function lackedScope(needed: string, record: KeyRecord): string {
  if (needed === NO_ROUTE) return 'no route lists this method and path, so no key may call them'
  return needed === TWO_ROUTES
    ? 'routers read the path as different routes, which need different scopes'
    : `the key lacks the scope ${needed}${malformedGrants(record)}`
}

/** Throws `CONFIG_INVALID` for a needed scope that no grant could ever satisfy. */
export function assertScope(needed: unknown, name = 'scope'): void {
  const fault = scopeFault(needed, `"${name}" must be`)
  if (fault !== undefined) fail('CONFIG_INVALID', fault)
}

/** What is wrong with a needed scope, behind what has to be one: `"scope" must be`; `undefined` for nothing. */
export const scopeFault = (needed: unknown, must: string): string | undefined =>
  typeof needed === 'string' && NEEDED.test(needed)
    ? undefined
    : `${must} resource:action in lower case, without wildcards, got ${kindOf(needed)}${hint(needed)}`

/** The scope that was probably meant. */
function hint(needed: unknown): string {
  if (typeof needed !== 'string') return ''
  const lower = needed.trim().toLowerCase().replace(/[/ ]/, ':')
  if (NEEDED.test(lower)) return `; did you mean "${lower}"?`
  return needed.includes('*') ? '; a key may hold "*", a route names what it needs' : ''
}

/** The same for the scope of a context, where the marks of a middleware stand for a scope that no key has. */
export const contextScopeFault = (needed: string | undefined): string | undefined =>
  needed === undefined || needed === NO_ROUTE || needed === TWO_ROUTES
    ? undefined
    : scopeFault(needed, '"scope" must be')

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

/** Says of a record that was denied for its scopes which of them can grant nothing, so that the trail shows why. */
function malformedGrants({ scopes = [] }: KeyRecord): string {
  const at = scopes.findIndex((scope) => !isGrant(scope))
  return at === -1 ? '' : `; "scopes[${at}]" of its record is not resource:action and grants nothing`
}

/** Why the key may not do what the route needs; `undefined` when it may, or when the route states no need. */
export const scopeProblem = ({ scopes = [] }: KeyRecord, needed: string | undefined): VerdictCode | undefined =>
  needed === undefined || grants(scopes, needed) ? undefined : 'SCOPE_DENIED'
