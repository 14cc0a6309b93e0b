import { CountersignError, nearest } from '../errors.js'

// What fetch takes on the platforms there are: the standard's members, then those of undici, Next, workerd, Deno, Bun and node-fetch.
const MEMBERS: readonly string[] = [
  ...['body', 'cache', 'credentials', 'headers', 'integrity', 'keepalive', 'method', 'mode', 'priority', 'redirect'],
  ...['referrer', 'referrerPolicy', 'signal', 'window', 'duplex', 'dispatcher', 'next', 'cf', 'client', 'tls', 'proxy'],
  ...['unix', 'verbose', 'decompress', 'timeout', 'agent', 'compress', 'follow', 'size', 'highWaterMark'],
]
const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set(MEMBERS)

/**
 * Refuses members of a `RequestInit` that no platform reads and that would be left out of the request without a word: those of
 * other HTTP clients, and spelling mistakes. Anything else may be a platform's own and is passed on.
 *
 * @param own members that are read here besides the platform's
 * @param hints what to write instead of a member of another client
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function assertFetchInit(
  init: object | null | undefined,
  own: readonly string[],
  hints: Readonly<Record<string, string>>,
): void {
  for (const name of Object.keys(init ?? {})) {
    if (KNOWN.has(name) || own.includes(name)) continue
    const near = Object.hasOwn(hints, name) ? hints[name] : nearName(name, own)
    if (near !== undefined)
      throw new CountersignError('ARGUMENT_INVALID', `unknown member "${name}" of a request; did you mean ${near}?`)
  }
}

/** A spelling mistake; short names are near to many. */
function nearName(name: string, own: readonly string[]): string | undefined {
  const found = name.length > 3 ? nearest(name, [...own, ...MEMBERS.slice(0, 13)]) : undefined
  return found && `"${found}"`
}
