import type { FieldLines } from '../message/fields.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import { refuse } from './verdict.js'

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
  for (const fact of covers) if (fact.startsWith('field:')) assertOnce(fact.slice(6), fields)
  // A variant (`"cookie";key="a"`) covers a part, which a cut can change as well.
  for (const id of covered) if (id.startsWith('"')) assertOnce(id.slice(1, id.indexOf('"', 1)), fields)
}

function assertOnce(name: string, fields: FieldLines): void {
  if (!FOLDED_FIELDS.has(name)) return
  let lines = 0
  for (let i = 0; i < fields.length; i += 2) if ((fields[i] as string).toLowerCase() === name) lines++
  if (lines > 1)
    refuse('HEADER_DUPLICATE', `the covered field "${name}" is repeated, and hosts do not combine its lines`)
}
