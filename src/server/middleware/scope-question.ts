import { assertScope, NO_ROUTE, scopeFault, TWO_ROUTES } from '../../access/scope.js'
import { fail } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { CanonicalPath } from '../steps/read-path.js'
import { FOLDINGS, type Folding, NO_SCOPE, type Route, routeTable } from './routes.js'

/** The facts from which a `scope` function decides. */
export interface ScopeQuestion {
  /** Method of the request. */
  readonly method: string
  /**
   * The whole path, decoded once, in lower case, without a final slash. A path with capitals, a final slash or an escape that
   * `encodeURI` does not write is asked for again in each way that a router may read it: other answers are a refusal.
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
   * The scope that each path needs. A path that is in none of them is refused with `SCOPE_DENIED`, unless `scope` gives one. So
   * is one that does not need the same by every reading of a router, as it is written and without letter case, final slash and
   * encoding: `/Health` is `/health` for one router, and for another `/:name` or nothing that is listed.
   */
  readonly routes?: readonly Route[]
}

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
  const others = (request: HttpRequest, path: string, isEncoded: boolean): string | undefined => {
    if (typeof rest !== 'function') return rest === NO_SCOPE ? undefined : rest
    const found: unknown = rest(question(request, path, isEncoded))
    if (found === undefined || found === NO_SCOPE) return undefined
    const fault = scopeFault(found, '"scope" must return')
    if (fault !== undefined) fail('CONFIG_INVALID', fault)
    return found as string
  }
  const neededBy = (request: HttpRequest, text: string, folding: Folding, isEncoded = false): string | undefined => {
    const listed = table?.find(request.method, text, folding)
    if (listed !== undefined) return listed === NO_SCOPE ? undefined : listed
    return others(request, folded(text, folding), isEncoded)
  }
  /** Whether another reading than the first needs something else. */
  const differs = (request: HttpRequest, reading: CanonicalPath, first: string | undefined): boolean => {
    const { path, written = path, encoded = [] } = reading
    const asked = new Set([path])
    for (const [at, text] of [written, ...encoded].entries())
      for (const folding of FOLDINGS) {
        const read = folded(text, folding)
        // A function answers alike about the same text; a table may not.
        if (table === undefined && asked.has(read)) continue
        asked.add(read)
        if (neededBy(request, text, folding, at > 0) !== first) return true
      }
    return false
  }
  // One for all paths, however they are read.
  if (table === undefined && typeof rest !== 'function') return () => (rest === NO_SCOPE ? undefined : rest)
  return (request, reading) => {
    const { path, written, encoded } = reading
    const needed = neededBy(request, path, FOLDINGS[0] as Folding)
    const isPlain = written === undefined && encoded === undefined && (table?.isPlain ?? true)
    return isPlain || !differs(request, reading, needed) ? needed : TWO_ROUTES
  }
}

/** A path as a router reads it. */
function folded(path: string, { letterCase, finalSlash }: Folding): string {
  const read = letterCase ? path.toLowerCase() : path
  return finalSlash && read.length > 1 && read.endsWith('/') ? read.slice(0, -1) : read
}

/** Characters that would end the path, or begin an escape, for a reader of the whole target. */
const encoded = (path: string): string => path.replace(/[?#]|%(?!2f|5c)/gi, encodeURIComponent)

const question = (request: HttpRequest, path: string, isEncoded: boolean): ScopeQuestion => ({
  method: request.method,
  path,
  target: (isEncoded ? path : encoded(path)) + splitTarget(request.target).query,
  request,
})
