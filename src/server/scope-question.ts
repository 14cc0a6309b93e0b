import { CountersignError, kindOf } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import { splitTarget } from '../message/target.js'
import { NO_SCOPE, type Route, routeTable } from './routes.js'
import { assertScope } from './scope.js'

/** What a `scope` function decides from. */
export interface ScopeQuestion {
  readonly method: string
  /** The whole path, decoded once, in lower case, without a final slash: every router reads this one in it. */
  readonly path: string
  /** `path` with the query as it came. The target as it was signed is `request.target`. */
  readonly target: string
  /** The request as it was signed. Nothing in it is verified yet. */
  readonly request: HttpRequest
}

/** How a middleware finds the scope that a request needs. */
export interface ScopeOptions {
  /**
   * The scope that is needed, `resource:action`: one for everything this middleware stands before, or a function that
   * returns it (or `undefined` for none) from the method and the canonical path. Beside `routes` it is what a path needs
   * that is in none of them; `'none'` lets such a path through.
   */
  readonly scope?: string | ((question: ScopeQuestion) => string | undefined)
  /** What each path needs. A path that is in none of them is refused with `SCOPE_DENIED`, unless `scope` says otherwise. */
  readonly routes?: readonly Route[]
}

/** No grant is written like this, so it is always denied; the audit trail shows it. */
export const NO_ROUTE = '(no route)'

/** Returns the scope that a request needs; `undefined` for none. */
export type ScopeRule = (request: HttpRequest, path: string) => string | undefined

/**
 * Reads {@link ScopeOptions} once.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; the rule throws it where a function returns something else than a scope.
 */
export function scopeRule({ scope, routes }: ScopeOptions): ScopeRule {
  if (scope !== undefined && typeof scope !== 'function' && scope !== NO_SCOPE) assertScope(scope)
  const table = routes === undefined ? undefined : routeTable(routes)
  const rest = routes !== undefined && scope === undefined ? NO_ROUTE : scope
  return (request, path) => {
    const found = table?.(request.method, path) ?? (typeof rest === 'function' ? rest(question(request, path)) : rest)
    if (found !== undefined && typeof found !== 'string')
      throw new CountersignError('CONFIG_INVALID', `"scope" must return a string or undefined, got ${kindOf(found)}`)
    return found === NO_SCOPE ? undefined : found
  }
}

const question = (request: HttpRequest, path: string): ScopeQuestion => ({
  method: request.method,
  path,
  target: path + splitTarget(request.target).query,
  request,
})
