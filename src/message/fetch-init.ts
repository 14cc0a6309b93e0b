import { CountersignError, kindOf, nearest } from '../errors.js'

// What fetch takes on the platforms there are: the standard's members, then those of undici, Next, workerd, Deno, Bun and node-fetch.
const STANDARD: readonly string[] = [
  ...['body', 'cache', 'credentials', 'headers', 'integrity', 'keepalive', 'method', 'mode', 'priority', 'redirect'],
  ...['referrer', 'referrerPolicy', 'signal', 'window', 'duplex'],
]
const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...STANDARD,
  ...['dispatcher', 'next', 'cf', 'client', 'tls', 'proxy', 'unix', 'verbose', 'decompress', 'timeout', 'agent'],
  ...['compress', 'follow', 'size', 'highWaterMark', 'attributionReporting', 'browsingTopics', 'privateToken'],
  ...['sharedStorageWritable', 'targetAddressSpace', 'insecureHTTPParser', 'fetcher', 'reactNative'],
])
/** What other clients call things that `fetch` has. */
const HINTS: Readonly<Record<string, string>> = {
  verb: '"method"',
  type: '"method"',
  url: 'the first argument',
  uri: 'the first argument',
  path: 'the first argument',
  abort: '"signal"',
}

/**
 * Refuses members of a `RequestInit` that nothing reads and that would be left out of the request without a word: those of
 * other HTTP clients, and spelling mistakes.
 *
 * @param own members that are read here besides the platform's
 * @param hints what to write instead of a member of another client
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function assertFetchInit(
  init: unknown,
  own: readonly string[],
  hints: Readonly<Record<string, string>>,
): asserts init is object | null | undefined {
  if (init === undefined || init === null) return
  if (typeof init !== 'object')
    throw new CountersignError('ARGUMENT_INVALID', `the options of a request must be an object, got ${kindOf(init)}`)
  for (const name of Object.keys(init)) if (!KNOWN.has(name) && !own.includes(name)) refuse(name, own, hints)
}

function refuse(name: string, own: readonly string[], hints: Readonly<Record<string, string>>): never {
  const all = { ...hints, ...HINTS }
  const near = Object.hasOwn(all, name) ? all[name] : nearName(name, own)
  const known = ['method', 'headers', 'body', ...own].join(', ')
  throw new CountersignError(
    'ARGUMENT_INVALID',
    `unknown member ${JSON.stringify(name.slice(0, 64))} of a request; ${near === undefined ? `known: ${known} and what fetch takes` : `did you mean ${near}?`}`,
  )
}

/** A spelling mistake; short names are near to many. */
function nearName(name: string, own: readonly string[]): string | undefined {
  const found = name.length > 3 ? nearest(name, [...own, ...STANDARD]) : undefined
  return found && `"${found}"`
}
