import { fail, kindOf, mustBe, nearest } from '../errors.js'

// What fetch takes on the platforms there are: the standard's members, then those of undici, Next, workerd, Deno and Bun.
const STANDARD: readonly string[] =
  /* @__PURE__ */ 'body cache credentials headers integrity keepalive method mode priority redirect referrer referrerPolicy signal window duplex'.split(
    ' ',
  )
const KNOWN: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...STANDARD,
  ...(
    'dispatcher next cf client tls proxy unix verbose decompress highWaterMark attributionReporting browsingTopics ' +
    'privateToken sharedStorageWritable targetAddressSpace insecureHTTPParser fetcher reactNative'
  ).split(' '),
])
/** What other clients call things that `fetch` has. */
const HINTS: Readonly<Record<string, string>> = {
  verb: '"method"',
  type: '"method"',
  url: 'the first argument',
  uri: 'the first argument',
  path: 'the first argument',
  abort: '"signal"',
  // Of node-fetch, which answers with no Response of the platform: fetch itself reads none of them.
  timeout: '"signal": AbortSignal.timeout(milliseconds)',
  agent: '"dispatcher", or "fetch" of createSignedFetch()',
  compress: '"headers" with accept-encoding',
  follow: '"redirects" of createSignedFetch()',
  size: '"maxBodyBytes" of createSignedFetch()',
}

/**
 * Refuses members of a `RequestInit` that nothing reads and that would be silently left out of the request: those of
 * other HTTP clients, and spelling mistakes.
 *
 * @param names what is read here besides the platform's, and what to write instead of a member of another client
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function assertFetchInit(
  init: unknown,
  { own, hints }: { readonly own: readonly string[]; readonly hints: Readonly<Record<string, string>> },
): asserts init is object | null | undefined {
  if (init === undefined || init === null) return
  if (typeof init !== 'object')
    fail('ARGUMENT_INVALID', `the options of a request must be an object, got ${kindOf(init)}`)
  for (const name of Object.keys(init)) if (!KNOWN.has(name) && !own.includes(name)) refuse(name, own, hints)
  assertHeaders((init as { readonly headers?: unknown }).headers)
}

/** The platform writes "5", "true" and "undefined" for what is no text. */
function assertHeaders(headers: unknown): void {
  if (headers === undefined || headers === null || typeof headers !== 'object') return
  const pairs: Iterable<unknown> = Symbol.iterator in headers ? (headers as Iterable<unknown>) : Object.entries(headers)
  // A source of pairs that can be read once is the platform's to read.
  if (!Array.isArray(pairs) && !(pairs instanceof Map)) return
  for (const pair of pairs) {
    const [name, value] = (Array.isArray(pair) ? pair : []) as unknown[]
    // The platform's error repeats the value, which may be a secret: for a zero, and a line break that is not at the end.
    const fits = typeof value === 'string' && /^[^\0\r\n]*[\r\n]*$/.test(value)
    if (typeof name === 'string')
      mustBe(fits, `headers.${name.slice(0, 64)}`, 'a line of text', value, 'ARGUMENT_INVALID')
  }
}

function refuse(name: string, own: readonly string[], hints: Readonly<Record<string, string>>): never {
  const all = { ...hints, ...HINTS }
  const near = Object.hasOwn(all, name) ? all[name] : nearName(name, own)
  const known = ['method', 'headers', 'body', ...own].join(', ')
  fail(
    'ARGUMENT_INVALID',
    `unknown member ${JSON.stringify(name.slice(0, 64))} of a request; ${near === undefined ? `known: ${known} and what fetch takes` : `did you mean ${near}?`}`,
  )
}

/** A spelling mistake; short names are near to many. */
function nearName(name: string, own: readonly string[]): string | undefined {
  const found = name.length > 3 ? nearest(name, [...own, ...STANDARD]) : undefined
  return found && `"${found}"`
}
