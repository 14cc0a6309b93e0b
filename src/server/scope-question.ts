import { CountersignError, kindOf } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import { splitTarget } from '../message/target.js'
import type { CanonicalPath } from './read-path.js'
import { NO_SCOPE, type Route, routeTable } from './routes.js'
import { assertScope } from './scope.js'

/** What a `scope` function decides from. */
export interface ScopeQuestion {
  readonly method: string
  /**
   * The whole path, decoded once, in lower case, without a final slash. A path with capitals or a final slash is asked for
   * once more as it was written, because Fastify and Hono tell the two apart: other answers are a refusal.
   */
  readonly path: string
  /** `path`, with "?", "#" and "%" encoded, and the query as it came. The target as it was signed is `request.target`. */
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
  /**
   * What each path needs. A path that is in none of them is refused with `SCOPE_DENIED`, unless `scope` says otherwise. So is
   * one that needs something else by its letter case or final slash than without: `/Health` fits `/health` for one router
   * and `/:name` for another.
   */
  readonly routes?: readonly Route[]
}

/** No grant is written like this, so it is always denied; the audit trail shows it. */
export const NO_ROUTE = '(no route)'

/** The same for a path that needs one scope or another, as a router tells letter case and final slashes apart or not. */
export const TWO_ROUTES = '(two routes)'

/** Returns the scope that a request needs; `undefined` for none. */
export type ScopeRule = (request: HttpRequest, reading: CanonicalPath) => string | undefined

/**
 * Reads {@link ScopeOptions} once.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; the rule throws it where a function returns something else than a scope.
 */
export function scopeRule({ scope, routes }: ScopeOptions): ScopeRule {
  if (scope !== undefined && typeof scope !== 'function' && scope !== NO_SCOPE) assertScope(scope)
  const table = routes === undefined ? undefined : routeTable(routes)
  const rest = routes !== undefined && scope === undefined ? NO_ROUTE : scope
  const others = (request: HttpRequest, path: string): string | undefined => {
    const found: unknown = typeof rest === 'function' ? rest(question(request, path)) : rest
    if (found !== undefined && typeof found !== 'string')
      throw new CountersignError('CONFIG_INVALID', `"scope" must return a string or undefined, got ${kindOf(found)}`)
    return found === NO_SCOPE ? undefined : found
  }
  const plain = (scope: string): string | undefined => (scope === NO_SCOPE ? undefined : scope)
  return (request, { path, written }) => {
    const { method } = request
    const listed = table?.find(method, path)
    const needed = listed === undefined ? others(request, path) : plain(listed)
    if (written === undefined) return needed
    const exact = table?.findExact(method, written)
    // What is in no route is refused everywhere, so there is nothing behind it that could be reached this way.
    if (exact === undefined && rest === NO_ROUTE) return needed
    return (exact === undefined ? others(request, written) : plain(exact)) === needed ? needed : TWO_ROUTES
  }
}

/** What would end the path, or begin an escape, for a reader of the whole target. */
const encoded = (path: string): string => path.replace(/[?#]|%(?!2f|5c)/g, encodeURIComponent)

const question = (request: HttpRequest, path: string): ScopeQuestion => ({
  method: request.method,
  path,
  target: encoded(path) + splitTarget(request.target).query,
  request,
})
