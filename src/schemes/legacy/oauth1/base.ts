import { hash } from '#backend/hash'
import { legacyHash } from '#backend/legacy'
import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import { base64, utf8Decode } from '../../../crypto/encoding.js'
import { fail } from '../../../errors.js'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../../message/target.js'
import { bodyBytes } from '../../scheme/signed-bytes.js'
import { formPairs, type Pair, percent } from './percent.js'

/** `oauth_signature_method` by the algorithm of the key. PLAINTEXT, which sends the secrets, and RSA over SHA-1 are not offered. */
export const METHODS: ReadonlyMap<string, KeyAlgorithm> = /* @__PURE__ */ new Map([
  ['HMAC-SHA1', 'hmac-sha1'],
  ['HMAC-SHA256', 'hmac-sha256'],
  ['HMAC-SHA512', 'hmac-sha512'],
  ['RSA-SHA256', 'rsa-v1_5-sha256'],
  ['RSA-SHA512', 'rsa-v1_5-sha512'],
])

export const OAUTH1_ALGORITHMS: readonly KeyAlgorithm[] = /* @__PURE__ */ [...METHODS.values()]

/** How `oauth_body_hash` is made: the extension names SHA-1, Mastercard SHA-256. */
export type BodyHash = 'sha-1' | 'sha-256'

/** A form of one part, whose parameters are signed (RFC 5849 3.4.1.3.1). */
export const isForm = ({ fields }: HttpRequest): boolean =>
  /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(combinedValue(fields, 'content-type') ?? '')

/** The hash of a body in base64, also of an empty one. */
export const bodyHashOf = (kind: BodyHash, request: HttpRequest): string => {
  const body = bodyBytes('oauth1', request)
  return base64(kind === 'sha-1' ? legacyHash('sha1', body) : hash('sha256', body))
}

/** The parameters of the query and, of a form, of the body. @throws {CountersignError} `AUTH_MALFORMED`. */
export function requestPairs(request: HttpRequest): readonly Pair[] {
  const query = formPairs(splitTarget(request.target).query.slice(1))
  if (!isForm(request)) return query
  const text = utf8Decode(bodyBytes('oauth1', request)) ?? fail('AUTH_MALFORMED', 'the form is not UTF-8')
  return [...query, ...formPairs(text)]
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The signature base string (RFC 5849 3.4.1): method, base URI, and every parameter, encoded, in order. */
export function oauth1Base(
  { method, scheme, authority, target }: HttpRequest,
  request: readonly Pair[],
  own: readonly Pair[],
): string {
  const uri = `${scheme.toLowerCase()}://${normalizeAuthority(authority, scheme)}${splitTarget(target).path}`
  const pairs = [...request, ...own]
    .map(([name, value]) => [percent(name), percent(value)] as const)
    // By code unit of what is encoded, which is ASCII: name first, then value.
    .sort((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]))
  const parameters = pairs.map(([name, value]) => `${name}=${value}`).join('&')
  return `${method.toUpperCase()}&${percent(uri)}&${percent(parameters)}`
}
