import { assertOptions, CountersignError, kindOf, type OptionNames } from '../errors.js'
import { assertScope } from './scope.js'

/** What the requests of one path need. */
export interface Route {
  /** Upper-case method, or several; `GET` holds for `HEAD` too, unless a route names that. Absent: every method. */
  readonly method?: string | readonly string[]
  /**
   * The whole path as it was signed, decoded: `/orders`, `/orders/:id` (one segment), `/admin/*` (`/admin` and everything
   * under it). Letter case and a final slash make no difference, unless another route fits them better: see
   * {@link ScopeOptions.routes}.
   */
  readonly path: string
  /** `resource:action`, or `'none'` where any valid signature will do. */
  readonly scope: string
}

const KNOWN: OptionNames<Route> = { method: 1, path: 1, scope: 1 }
/** Stands for "no scope is needed", which must be written to be meant. */
export const NO_SCOPE = 'none'

const METHOD = /^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,63}$/
// A pattern is plain text: what a request may not hold, or what would have to be decoded, cannot match anything.
const PATTERN = /^(?:\/|(?:\/(?!\.{1,2}(?:\/|$))[^/\0-\x20%?#;\\]+)+\/?)$/

/** One segment of a pattern. Lower ranks are more specific. */
interface Segment {
  readonly rank: 0 | 1 | 2
  /** In lower case. */
  readonly text: string
  /** As it was stated. */
  readonly exact: string
}

interface Entry {
  readonly segments: readonly Segment[]
  readonly hasSlash: boolean
  readonly method: string | undefined
  /** 0 the method itself, 1 HEAD by GET, 2 any. */
  readonly rank: 0 | 1 | 2
  readonly scope: string
}

/** Finds what a request needs: `undefined` where no route matches. */
export interface RouteTable {
  /** By the canonical path: letter case and a final slash make no difference. */
  find(method: string, path: string): string | undefined
  /** By the path as it was written: they do, as for a router that tells them apart. */
  findExact(method: string, written: string): string | undefined
}

/**
 * A table of routes. The most specific path wins, whatever the order (segment by segment: text before `:name` before `*`);
 * of one path the named method wins.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a route that cannot be matched, and for two that match the same requests.
 */
export function routeTable(routes: readonly Route[]): RouteTable {
  if (!Array.isArray(routes) || routes.length === 0)
    throw new CountersignError(
      'CONFIG_INVALID',
      `"routes" must be a list such as [{ method: "GET", path: "/orders/*", scope: "orders:read" }], got ${
        Array.isArray(routes) ? 'an empty one' : kindOf(routes)
      }`,
    )
  const seen = new Map<string, number>()
  const entries = routes.flatMap((route, at) => entriesOf(route, `routes[${at}]`, at, seen))
  entries.sort((a, b) => bySegments(a.segments, b.segments) || a.rank - b.rank)
  const found = (method: string, path: string, isExact: boolean): string | undefined => {
    const hasSlash = path.length > 1 && path.endsWith('/')
    const parts = path === '/' ? [] : path.slice(1, hasSlash ? -1 : undefined).split('/')
    return entries.find(
      (entry) => (entry.method ?? method) === method && matches(entry, parts, isExact ? hasSlash : undefined),
    )?.scope
  }
  return {
    find: (method, path) => found(method, path, false),
    findExact: (method, written) => found(method, written, true),
  }
}

function entriesOf(route: Route, name: string, at: number, seen: Map<string, number>): Entry[] {
  assertOptions(name, route ?? null, KNOWN, { scopes: 'scope', methods: 'method', url: 'path', pattern: 'path' })
  const { method, path, scope } = route
  if (typeof path !== 'string' || !PATTERN.test(path))
    throw invalid(`${name}.path`, 'a decoded path such as /orders, /orders/:id or /admin/*', path)
  if (typeof scope !== 'string') throw invalid(`${name}.scope`, 'resource:action, or "none"', scope)
  if (scope !== NO_SCOPE) assertScope(scope, `${name}.scope`)
  const methods = method === undefined ? [undefined] : typeof method === 'string' ? [method] : method
  if (!Array.isArray(methods) || methods.length === 0) throw invalid(`${name}.method`, 'a method, or several', method)
  const segments = segmentsOf(path, `${name}.path`)
  const shape = segments.map(({ rank, text }) => (rank === 0 ? text : `${rank}`.padStart(2, '/'))).join('/')
  const hasSlash = path.length > 1 && path.endsWith('/')
  const entries: Entry[] = []
  for (const one of methods) {
    if (one !== undefined && (typeof one !== 'string' || !METHOD.test(one)))
      throw invalid(`${name}.method`, 'an upper-case method', one)
    const key = `${one ?? ''} ${shape}`
    if (seen.has(key))
      throw new CountersignError('CONFIG_INVALID', `"${name}" matches the same requests as "routes[${seen.get(key)}]"`)
    seen.set(key, at)
    entries.push({ segments, hasSlash, method: one, rank: one === undefined ? 2 : 0, scope })
    // Routers answer HEAD with the handler of GET.
    if (one === 'GET') entries.push({ segments, hasSlash, method: 'HEAD', rank: 1, scope })
  }
  return entries
}

const invalid = (name: string, what: string, got: unknown): CountersignError =>
  new CountersignError(
    'CONFIG_INVALID',
    `"${name}" must be ${what}, got ${typeof got === 'string' ? JSON.stringify(got) : kindOf(got)}`,
  )

function segmentsOf(path: string, name: string): readonly Segment[] {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.map((exact, i): Segment => {
    const text = exact.toLowerCase()
    if (text === '*') return { rank: i === parts.length - 1 ? 2 : 1, text: '', exact: '' }
    if (/^:[a-z_$][\w$]*$/.test(text)) return { rank: 1, text: '', exact: '' }
    // Routers know more than this table: what it cannot match must not look as if it did.
    if (/[*:(){}]/.test(text)) throw invalid(name, 'made of text, ":name" and "*" segments', path)
    return { rank: 0, text, exact }
  })
}

function bySegments(a: readonly Segment[], b: readonly Segment[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    // A pattern that ends is more specific than one that goes on with "*".
    const difference = (a[i]?.rank ?? 0) - (b[i]?.rank ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** With `slash`, whether the path ends in one, letter by letter; without it, a canonical path. */
function matches({ segments, hasSlash }: Entry, parts: readonly string[], slash: boolean | undefined): boolean {
  for (const [i, { rank, text, exact }] of segments.entries()) {
    if (rank === 2) return true
    const part = parts[i]
    if (part === undefined || (rank === 0 && part !== (slash === undefined ? text : exact))) return false
  }
  return segments.length === parts.length && (slash === undefined || slash === hasSlash)
}
