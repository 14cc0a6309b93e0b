import { CountersignError } from '../../errors.js'
import { combinedValue, firstValue, hasField } from '../../message/fields.js'
import { type HttpRequest, isStream } from '../../message/message.js'
import { parseDictionary } from '../../message/structured-fields.js'
import { isNamed, type LastingCoverage } from '../../schemes/scheme/coverage-met.js'
import { type Coverage, memberOf, type UntrustedSignature } from '../../schemes/scheme.js'
import type { Policy } from '../policy/policy.js'
import { refuse } from '../verdict.js'

/**
 * Whether the request carries content: what was read of it, and else what its head announces. The head may be wrong, so
 * what is decided by it is decided again once the body was read ({@link uncoveredBody}).
 */
export function hasBody({ body, fields }: HttpRequest): boolean {
  if (body instanceof Uint8Array) return body.length > 0
  // RFC 9112 6.3: where both are there, it is the coding that counts.
  if (hasField(fields, 'transfer-encoding')) return true
  const length = firstValue(fields, 'content-length')
  if (length !== undefined) return !/^0+$/.test(length)
  // A stream without a length may hold anything (chunked, HTTP/2). A Fetch Request has none on GET, whatever was sent.
  return isStream(body)
}

/** Whether a fact is covered: by itself, or as a part of something that is there and covered as a whole. */
function isMet(covers: ReadonlySet<Coverage>, fact: Coverage, message: Pick<HttpRequest, 'fields'>): boolean {
  if (isNamed(covers, fact)) return true
  // Whole, a query holds its parameters; those of a body are the matter of "body".
  if (fact.endsWith('parameters') || fact.startsWith('query-param:')) return covers.has('query')
  const [name, key, form] = memberOf(fact) ?? []
  return (key !== undefined || form === 'key=*') && covers.has(`field:${name}`) && isThere(fact, message)
}

/** Whether the message has a field, or the member of a dictionary that is named (of `;key=*` any). A field that is none may hold anything. */
export function isThere(fact: Coverage, { fields }: Pick<HttpRequest, 'fields'>): boolean {
  const [name = '', key, form] = memberOf(fact) ?? []
  const value = combinedValue(fields, name)
  if (value === undefined || (key === undefined && form !== 'key=*')) return value !== undefined
  try {
    return parseDictionary(value).some(([member]) => key === undefined || member === key)
  } catch {
    return true
  }
}

/**
 * Why a request with content is refused whose signature does not cover what the policy demands of one; `undefined` where it
 * does. The one place of this rule: asked of the head, of every body that was read, and of the first byte of a stream.
 */
export function uncoveredBody(
  covers: ReadonlySet<Coverage>,
  { fields }: Pick<HttpRequest, 'fields'>,
  { requireWithBody }: Pick<Policy, 'requireWithBody'>,
): CountersignError | undefined {
  const fact = requireWithBody.find((one) => !isMet(covers, one, { fields }))
  if (fact !== undefined)
    return fact === 'body' && !hasField(fields, 'content-digest')
      ? new CountersignError('DIGEST_MISSING', 'the request has a body and no digest of it')
      : new CountersignError('COMPONENT_MISSING', `the request has a body and its signature does not cover the ${fact}`)
  return undefined
}

/** @throws {CountersignError} What {@link uncoveredBody} returns for a request that has content. */
export function assertBodyCovered(
  { covers }: Pick<UntrustedSignature, 'covers'>,
  request: HttpRequest,
  policy: Pick<Policy, 'requireWithBody'>,
): void {
  const uncovered = hasBody(request) ? uncoveredBody(covers, request, policy) : undefined
  if (uncovered !== undefined) throw uncovered
}

/**
 * The size the head announces against the cap.
 *
 * @throws {CountersignError} `BODY_TOO_LARGE` before a byte is read.
 */
export function assertBodyFits(request: HttpRequest, policy: Policy, streamed: boolean): void {
  const cap = streamed ? policy.maxStreamBytes : policy.maxBodyBytes
  const { body, fields } = request
  if (body instanceof Uint8Array && body.length > cap)
    refuse('BODY_TOO_LARGE', `the body must have at most ${cap} bytes`)
  const length = firstValue(fields, 'content-length')
  if (length === undefined) return
  if (!/^\d{1,15}$/.test(length)) refuse('AUTH_MALFORMED', 'Content-Length is not a number')
  if (Number(length) > cap) refuse('BODY_TOO_LARGE', `the body must have at most ${cap} bytes, got ${length}`)
}

/**
 * Whether a signature covers what the policy demands.
 *
 * @throws {CountersignError} `COMPONENT_MISSING`, `DIGEST_MISSING`, `METHOD_MALFORMED`.
 */
export function assertCovers(
  covers: ReadonlySet<Coverage> & Partial<LastingCoverage>,
  request: HttpRequest,
  policy: Policy,
): void {
  const { require, requireWhenPresent, methodOverrideFields } = policy
  // Honest clients cover the same components for ever, and a verifier keeps frozen copies of its lists.
  if (covers.meets !== policy) {
    // No iterators: over the frozen lists of a policy they make an object for each step.
    const lacking = require.find((fact) => !isMet(covers, fact, request))
    if (lacking !== undefined) refuse('COMPONENT_MISSING', `the signature does not cover the ${lacking}`)
    const bare = requireWhenPresent.find((fact) => !isMet(covers, fact, request) && isThere(fact, request))
    if (bare !== undefined) refuse('COMPONENT_MISSING', `the message has ${bare}, and the signature does not cover it`)
    if ('meets' in covers && [...require, ...requireWhenPresent].every((fact) => isNamed(covers, fact)))
      covers.meets = policy
  }
  assertBodyCovered({ covers }, request, policy)
  for (let i = 0; i < methodOverrideFields.length; i++) {
    const name = methodOverrideFields[i] as string
    if (hasField(request.fields, name) && !covers.has(`field:${name}`))
      refuse('METHOD_MALFORMED', 'a method override field is not covered by the signature')
  }
}
