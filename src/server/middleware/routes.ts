import { assertScope } from '../../access/scope.js'
import { assertOptions, CountersignError, fail, kindOf, type OptionNames } from '../../errors.js'

/** The scopes and cost of the requests of one path. */
export interface Route {
  /** Upper-case method, or several; `GET` holds for `HEAD` too, unless a route names that. Absent: every method. */
  readonly method?: string | readonly string[]
  /**
   * The whole path as it was signed, decoded: `/orders`, `/orders/:id` (one segment), `/admin/*` (`/admin` and everything
   * under it; `*` is the last segment or none). It is matched letter by letter; see {@link ScopeOptions.routes} for what
   * routers fold. Any query is taken.
   */
  readonly path: string
  /** `resource:action`, or `'none'` where any valid signature will do. */
  readonly scope: string
}

const KNOWN: OptionNames<Route> = { method: 1, path: 2, scope: 2 }
/** Stands for "no scope is needed", which must be written to be meant. */
export const NO_SCOPE = 'none'

const METHOD = /^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,63}$/
/**
 * Texts that are no pattern. It is plain text: what a request may not hold, or what would have to be decoded, cannot match
 * anything, and what a router reads as more than text must not look as if this table did.
 */
const WRONG: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(?!\/)/, 'a path that begins with "/" ("/*" for every path)'],
  [/[?#]/, 'a path without "?" and "#" (a route takes any query)'],
  [/%/, 'a decoded path, without "%"'],
  [
    /\/\/|\/\.{1,2}(?:\/|$)|[\0-\x20;\\]/,
    'a path that a request may have: without empty and dot segments, white space, ";" and backslashes',
  ],
  [
    /\*(?!$)|[^/]\*/,
    'a path with "*" as its last segment only, where it stands for any depth (":name" stands for one segment)',
  ],
  [/[()[\]{}<>]|\/:(?![A-Za-z_$][\w$]*(?:\/|$))|[^/]:/, 'made of text, ":name" and, as its last segment, "*"'],
]

/** One segment of a pattern. Lower ranks are more specific. */
interface Segment {
  readonly rank: 0 | 1 | 2
  /** In lower case. */
  readonly text: string
  /** As it was given. */
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

/** Spellings that a router does not distinguish. */
export interface Folding {
  readonly letterCase: boolean
  readonly finalSlash: boolean
}

/** Everything that routers do: Express and Koa fold both, Fastify neither, Hono and options of them one. */
export const FOLDINGS: readonly Folding[] = [true, false].flatMap((letterCase) =>
  [true, false].map((finalSlash) => ({ letterCase, finalSlash })),
)

export interface RouteTable {
  /** Finds what a request needs for a router that folds so: `undefined` where no route matches. */
  find(method: string, path: string, folding?: Folding): string | undefined
  /** Whether no route has a capital or a final slash, so that a path without them is the same to all routers. */
  readonly isPlain: boolean
}

/**
 * A table of routes. The most specific path wins, whatever the order (segment by segment: text before `:name` before `*`);
 * of one path the named method wins.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a route that cannot be matched, for two that match the same requests, and
 *   for two that differ in letter case or a final slash only and need different scopes.
 */
export function routeTable(routes: readonly Route[]): RouteTable {
  if (!Array.isArray(routes) || routes.length === 0)
    fail(
      'CONFIG_INVALID',
      `"routes" must be a list such as [{ method: "GET", path: "/orders/*", scope: "orders:read" }], got ${
        Array.isArray(routes) ? 'an empty one' : kindOf(routes)
      }`,
    )
  const seen: Seen = new Map()
  const entries = routes.flatMap((route, at) => entriesOf(route, `routes[${at}]`, at, seen))
  entries.sort((a, b) => bySegments(a.segments, b.segments) || a.rank - b.rank)
  return {
    find: (method, path, folding = FOLDINGS[0] as Folding) => {
      const hasSlash = path.length > 1 && path.endsWith('/')
      const parts = path === '/' ? [] : path.slice(1, hasSlash ? -1 : undefined).split('/')
      const read = folding.letterCase ? parts.map((part) => part.toLowerCase()) : parts
      return entries.find((entry) => (entry.method ?? method) === method && matches(entry, read, hasSlash, folding))
        ?.scope
    },
    isPlain: entries.every(
      ({ segments, hasSlash }) => !hasSlash && segments.every(({ text, exact }) => text === exact),
    ),
  }
}

/** The routes so far, by what they match without letter case and final slash. */
type Seen = Map<string, ReadonlyArray<{ readonly at: number; readonly exact: string; readonly scope: string }>>

function entriesOf(route: Route, name: string, at: number, seen: Seen): Entry[] {
  assertOptions(name, route, KNOWN, { scopes: 'scope', methods: 'method', url: 'path', pattern: 'path' })
  const { method, path, scope } = route
  if (typeof path !== 'string') throw invalid(`${name}.path`, 'a path such as /orders, /orders/:id or /admin/*', path)
  for (const [pattern, what] of WRONG) if (pattern.test(path)) throw invalid(`${name}.path`, what, path)
  if (typeof scope !== 'string') throw invalid(`${name}.scope`, 'resource:action, or "none"', scope)
  if (scope !== NO_SCOPE) assertScope(scope, `${name}.scope`)
  const methods = method === undefined ? [undefined] : typeof method === 'string' ? [method] : method
  if (!Array.isArray(methods) || methods.length === 0) throw invalid(`${name}.method`, 'a method, or several', method)
  const segments = segmentsOf(path)
  const hasSlash = path.length > 1 && path.endsWith('/')
  const shape = (letters: 'text' | 'exact'): string =>
    segments.map((one) => (one.rank === 0 ? one[letters] : `${one.rank}`.padStart(2, '/'))).join('/')
  const exact = shape('exact') + (hasSlash ? '/' : '')
  const entries: Entry[] = []
  for (const one of methods) {
    if (one !== undefined && (typeof one !== 'string' || !METHOD.test(one)))
      throw invalid(`${name}.method`, 'an upper-case method', one)
    const key = `${one ?? ''} ${shape('text')}`
    const before = seen.get(key) ?? []
    for (const other of before) {
      if (other.exact === exact) fail('CONFIG_INVALID', `"${name}" matches the same requests as "routes[${other.at}]"`)
      if (other.scope !== scope)
        fail(
          'CONFIG_INVALID',
          `"${name}" must need the scope of "routes[${other.at}]": many routers make no difference between the two`,
        )
    }
    seen.set(key, [...before, { at, exact, scope }])
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

function segmentsOf(path: string): readonly Segment[] {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.map((exact): Segment => {
    const text = exact.toLowerCase()
    if (text === '*') return { rank: 2, text: '', exact: '' }
    return text.startsWith(':') ? { rank: 1, text: '', exact: '' } : { rank: 0, text, exact }
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

function matches(
  { segments, hasSlash }: Entry,
  parts: readonly string[],
  slash: boolean,
  { letterCase, finalSlash }: Folding,
): boolean {
  for (const [i, { rank, text, exact }] of segments.entries()) {
    if (rank === 2) return true
    const part = parts[i]
    if (part === undefined || (rank === 0 && part !== (letterCase ? text : exact))) return false
  }
  return segments.length === parts.length && (finalSlash || slash === hasSlash)
}
