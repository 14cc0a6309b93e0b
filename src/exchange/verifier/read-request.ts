import { utf8Decode } from '../../crypto/encoding.js'
import { CountersignError, fail } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { type Draft, emptyDraft, setTarget } from '../spec/draft.js'
import type { ExchangeSpec, Header } from '../spec/spec.js'
import { assertFewJsonParts, assertFewPairs } from './limits.js'
import { onlyField } from './pick.js'
import { isJsonLike, type Later, readPlace, take } from './read-place.js'

/** Field lines. Returns how many were there. */
function readHeaders(headers: readonly Header[], fields: readonly string[], draft: Draft, later: Later): number {
  let found = 0
  for (const [name, value, read] of headers) {
    const text = onlyField(fields, name)
    if (text === undefined) continue
    if (read === undefined) {
      if (typeof value !== 'string' || !value.startsWith('=')) found++
      take(draft, name, value, text, later)
      continue
    }
    const groups = read.exec(text)?.groups
    // Another scheme may use the same field.
    if (groups === undefined) continue
    found++
    Object.assign(draft, groups)
  }
  return found
}

/** A request that was read. */
export interface ReadRequest {
  /** As it was when it was signed. */
  readonly draft: Draft
  /** Holds computed values to what was received; they may need the base. @throws {CountersignError} `AUTH_MALFORMED`. */
  assertComputed(): void
}

/**
 * A received request as it was when it was signed; `undefined` where nothing of this exchange's authentication is there.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`, `AUTH_DUPLICATE`, `AUTH_TOO_LARGE`, and what the exchange's rules throw.
 */
export function readRequest(
  spec: ExchangeSpec,
  request: HttpRequest,
  options?: Draft['options'],
): ReadRequest | undefined {
  const { method, scheme, authority, target, fields, body } = request
  const draft = emptyDraft()
  if (options !== undefined) draft.options = options
  draft.method = method
  draft.scheme = scheme
  draft.host = authority
  draft.fields = fields
  const { path, query } = splitTarget(target)
  setTarget(draft, path + query)
  const text = body instanceof Uint8Array ? utf8Decode(body) : ''
  draft.body = text ?? ''
  const later: Later = []
  const { headers = [] } = spec
  const shown = readHeaders(headers, fields, draft, later)
  // Without a field that every request of the exchange has, a large body is another scheme's matter, not an error.
  const found = shown + (shown === 0 && headers.length > 0 && isLarge(draft) ? 0 : readPlace(spec.place, draft, later))
  if (found === 0 || (draft.sign === '' && draft.key === '')) return undefined
  if (text === undefined) throw new CountersignError('BODY_UNREADABLE', 'the body must be UTF-8')
  // What is signed is made of them, at most exchanges.
  assertFewPairs(draft.query)
  if (isJsonLike(draft.body)) assertFewJsonParts(draft.body)
  else assertFewPairs(draft.body)
  if (draft.sign === '') fail('AUTH_MALFORMED', 'the request names a key and carries no signature')
  assertPlain(spec, draft)
  spec.read?.(draft)
  if (draft.key === '') fail('AUTH_MALFORMED', 'the request carries a signature and names no key')
  return {
    draft,
    assertComputed: () => {
      for (const check of later) check()
    },
  }
}

// None is the start or the end of another one: what is signed has nothing between method and path.
const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/
// RFC 3986 2: characters that JSON starts with are percent-encoded in a URL. A "[" is not everywhere.
const JSON_IN_TARGET = /[{"\s]|\[$/
const JSON_BODY = /^(?:\s|\{|"|\[[\s{"])/

/**
 * Refuses what an exchange's clients never send, and what would make the text that is signed the text of another request
 * as well: most exchanges join method, path, query, window and body without anything between.
 */
function assertPlain({ body: form }: ExchangeSpec, { method, path, query, window, body }: Draft): void {
  if (!METHOD.test(method)) fail('AUTH_MALFORMED', 'the method must be one that exchanges use')
  if (!path.startsWith('/') || /\s/.test(path + query))
    fail('AUTH_MALFORMED', 'the path must start with "/" and hold no white space')
  if (!/^(?:\d{1,8}(?:\.\d{1,3})?)?$/.test(window)) fail('AUTH_MALFORMED', 'the receive window must be a number')
  if (form !== 'json') return
  if (JSON_IN_TARGET.test(path) || JSON_IN_TARGET.test(query))
    fail('AUTH_MALFORMED', 'path and query must be percent-encoded')
  if (body !== '' && !JSON_BODY.test(body)) fail('AUTH_MALFORMED', 'the body must be a JSON object, or a list of them')
}

const LARGE = 65_536
const isLarge = ({ query, body }: Draft): boolean => query.length + body.length > LARGE
