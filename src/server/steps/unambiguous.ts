import { combinedValue, type FieldLines } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { normalizeAuthority, originOf } from '../../message/target.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { Policy } from '../policy/policy.js'
import { refuse } from '../verdict.js'

/** Names of fields with a bit each, by their length: the names of a request are new texts, of which a look-up would make a hash. */
type NamesByLength = ReadonlyArray<ReadonlyArray<readonly [name: string, bit: number]> | undefined>

/** Names with a bit each, 1 for the first. */
function bitsOf(names: Iterable<string>): NamesByLength {
  const out: Array<Array<readonly [string, number]> | undefined> = []
  for (const [at, name] of [...names].entries()) {
    out[name.length] ??= []
    out[name.length]?.push([name, 1 << at])
  }
  return Array.from(out)
}

/** The bit of a name, in whatever letter case; 0 for any other. */
function bitOf(name: string, bits: NamesByLength): number {
  const known = bits[name.length]
  // Stryker disable next-line ConditionalExpression: it only saves the loop over none
  if (known === undefined) return 0
  for (let i = 0; i < known.length; i++) {
    const [lower, bit] = known[i] as readonly [string, number]
    if (name === lower || name.toLowerCase() === lower) return bit
  }
  return 0
}

/** Fields of which two lines mean that two readers may see two different requests (RFC 9110 5.3). */
const AUTHORIZATION = 1
const SINGLETONS = /* @__PURE__ */ bitsOf([
  'authorization',
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'date',
  'transfer-encoding',
])

const METHOD = /^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,63}$/
// No controls, no spaces, no fragment, no backslash, nothing beyond ASCII: what some hop would rewrite or cut.
const TARGET = /^[!"$-[\]-~]+$/

/**
 * Refuses requests that two programs could read differently, before anything is parsed.
 *
 * @throws {CountersignError} `METHOD_MALFORMED`, `TARGET_MALFORMED`, `HEADER_DUPLICATE`, `AUTH_DUPLICATE`, `HOST_MISMATCH`,
 *   `CONTENT_ENCODING_UNSUPPORTED`.
 */
export function assertUnambiguous(request: HttpRequest, policy: Policy): void {
  const { method, target, fields, authority, scheme } = request
  if (!METHOD.test(method)) refuse('METHOD_MALFORMED', 'the method is not an upper-case token')
  if (!TARGET.test(target)) refuse('TARGET_MALFORMED', 'the request target holds a character that may not stand there')
  let seen = 0
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    const bit = bitOf(name, SINGLETONS)
    if ((seen & bit) !== 0) {
      refuse(bit === AUTHORIZATION ? 'AUTH_DUPLICATE' : 'HEADER_DUPLICATE', `field "${name.toLowerCase()}" is repeated`)
    }
    seen |= bit
  }
  const own = normalizeAuthority(authority, scheme)
  if (!policy.authorities.includes(own)) refuse('HOST_MISMATCH', hostDetail(own, policy.authorities))
  if (target.charCodeAt(0) !== 0x2f && target !== '*') {
    // RFC 9112 3.2.2: an absolute-form target overrides Host; the two must not disagree.
    const origin = originOf(target)
    if (origin === undefined)
      refuse('TARGET_MALFORMED', 'the request target is neither a path, an absolute URI nor "*"')
    else if (normalizeAuthority(origin.authority, origin.scheme) !== own)
      refuse(
        'HOST_MISMATCH',
        `the target names another host (${shown(origin.authority)}) than the Host field (${shown(own)})`,
      )
  }
  const coding = combinedValue(fields, 'content-encoding')
  if (coding !== undefined && !policy.contentCodings.includes(coding.toLowerCase())) {
    refuse('CONTENT_ENCODING_UNSUPPORTED', `the content coding ${shown(coding)} is not in the policy`)
  }
}

/** Why a path with an empty first segment is refused: a program that resolves it against a URL goes to the host that it names. */
export const TWO_SLASHES = 'the request target starts with two slashes, as a host does'

/** A Host field may hold anything, so it is cut and cleaned before it goes into a log. */
const shown = (authority: string): string =>
  authority === '' ? 'none' : JSON.stringify(authority.slice(0, 128).replace(/[^!-~]/g, '?'))

/** How many names of a long list a detail repeats. */
const MOST_NAMES = 8

/** For the audit trail: the host that came, and those that the policy allows. */
function hostDetail(own: string, authorities: readonly string[]): string {
  const names = authorities.slice(0, MOST_NAMES).map(shown).join(', ')
  const more = authorities.length > MOST_NAMES ? ` and ${authorities.length - MOST_NAMES} more` : ''
  return `the request is for the host ${shown(own)}, and the policy allows ${names}${more}`
}

/**
 * Request fields of which several lines do not read as RFC 9421 2.1 combines them (`a, b`): Node keeps the first line of
 * most of these and joins those of `cookie` by `; ` (IncomingMessage.headers). A test reads the list from Node. `Set-Cookie`,
 * of which Node makes a list, is not in it: several lines of it can only be covered as bytes (RFC 9421 2.1).
 */
export const FOLDED_FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'cookie',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])

/**
 * Refuses several lines of a covered field that a host folds or drops: a signed value can be cut into lines at its commas
 * without changing the signature base, and what the application then reads was not signed.
 *
 * @throws {CountersignError} `HEADER_DUPLICATE`.
 */
export function assertUnfolded(
  { covered, covers }: Pick<UntrustedSignature, 'covered' | 'covers'>,
  fields: FieldLines,
): void {
  const again = repeatedBits(fields)
  // Of the message first: nearly none repeats such a field, and then no list is gone through.
  // Stryker disable next-line ConditionalExpression: without a bit the loop finds none
  if (again !== 0)
    // A variant (`"cookie";key="a"`) covers a part, which a cut can change as well.
    for (const [at, name] of [...FOLDED_FIELDS].entries())
      if (
        (again & (1 << at)) !== 0 &&
        (covers.has(`field:${name}`) || covered.some((id) => id.startsWith(`"${name}"`)))
      )
        refuse('HEADER_DUPLICATE', `the covered field "${name}" is repeated, and hosts do not combine its lines`)
}

/** A bit for each of {@link FOLDED_FIELDS}. */
const FOLDED_BITS = /* @__PURE__ */ bitsOf(FOLDED_FIELDS)

/** Those of the fields that are there more than once. */
function repeatedBits(fields: FieldLines): number {
  let seen = 0
  let again = 0
  for (let i = 0; i < fields.length; i += 2) {
    const bit = bitOf(fields[i] as string, FOLDED_BITS)
    again |= seen & bit
    seen |= bit
  }
  return again
}
