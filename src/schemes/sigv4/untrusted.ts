import { hexDecode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { fieldValues, normalizeValue } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { BodyDigest, Coverage, PassphraseProof, UntrustedSignature } from '../scheme.js'
import {
  bodyHash,
  canonicalHeaders,
  canonicalRequest,
  isEmptyBody,
  ofValue,
  payloadText,
  stringToSign,
  UNSIGNED,
  variantQuery,
} from './canonical.js'
import { normalizedPath } from './encoding.js'
import type { Claim } from './read-header.js'
import type { QueryNames, Rules, Variant } from './variant.js'

/** How a signature is read: the rules of its service, and what this server lets through. */
export interface Reading {
  readonly variant: Variant
  readonly rules: Rules
  readonly omitSessionToken: boolean
  readonly unsignedPayload: boolean
  readonly chunked: boolean
  /** `undefined`: those that change nothing. */
  readonly reusableUrls: boolean | undefined
}

const UNSIGNED_BODY = 'the body is not signed, and unsigned bodies are not taken'
const HASH = /^[0-9a-f]{64}$/
// RFC 9110 9.2.1.
const SAFE: ReadonlySet<string> = /* @__PURE__ */ new Set(['GET', 'HEAD'])
const STREAMING = /^STREAMING-[A-Z0-9-]{1,64}$/

/** One signature with everything costly made on first use. */
export class ClaimedSignature implements UntrustedSignature {
  readonly label = ''
  readonly tag = undefined
  readonly keyId: string
  readonly claimedAlgorithm: string
  readonly createdMs: number
  readonly expiresMs: number | undefined
  readonly nonce: string | undefined
  readonly signature: Uint8Array
  readonly bodyDigests: readonly BodyDigest[]
  readonly passphrase?: PassphraseProof
  readonly reusable: boolean
  private readonly request: HttpRequest
  private readonly claim: Claim
  private readonly reading: Reading
  /** `undefined` where the body itself is hashed into the base. */
  private readonly payload: string | undefined
  private built: string | undefined
  private facts: ReadonlySet<Coverage> | undefined

  constructor(request: HttpRequest, claim: Claim, reading: Reading) {
    const { variant } = reading
    this.request = request
    this.claim = claim
    this.reading = reading
    this.keyId = claim.keyId
    this.claimedAlgorithm = variant.algorithm
    this.createdMs = claim.createdMs
    this.expiresMs = claim.expiresS === undefined ? undefined : claim.createdMs + claim.expiresS * 1000
    this.nonce = claim.nonce
    this.reusable = claim.expiresS !== undefined && (reading.reusableUrls ?? SAFE.has(request.method))
    this.signature =
      (variant.readSignature ?? hexDecode)(claim.signature) ??
      fail('SIGNATURE_MALFORMED', 'the signature must be lower-case hexadecimal')
    this.payload = payloadOf(request, claim, reading)
    this.bodyDigests = HASH.test(this.payload ?? '')
      ? [{ hash: 'sha256', digest: hexDecode(this.payload as string) as Uint8Array }]
      : []
    if (claim.token !== undefined) this.passphrase = { text: claim.token }
  }

  get covered(): readonly string[] {
    return [...signedNamesOf(this.request, this.claim, this.reading.variant)]
  }

  get covers(): ReadonlySet<Coverage> {
    this.facts ??= coverage(this.request, this.claim, this.reading, this.payload)
    return this.facts
  }

  get base(): Bytes {
    this.built ??= baseOf(this.request, this.claim, this.reading, this.payload)
    return this.built
  }
}

/** What stands in the last line of the canonical request; `undefined` for the hash of the body as it is read. */
function payloadOf(
  { body }: HttpRequest,
  { payload, inUrl }: Claim,
  { rules, unsignedPayload, chunked }: Reading,
): string | undefined {
  const mayBeUnsigned = unsignedPayload || ((inUrl || rules.absentIsUnsigned === true) && isEmptyBody(body))
  if (payload === undefined) {
    if ((inUrl && rules.unsignedUrls) || rules.absentIsUnsigned === true)
      return mayBeUnsigned ? UNSIGNED : fail('DIGEST_MISSING', UNSIGNED_BODY)
    if (rules.bodyField) fail('DIGEST_MISSING', 'the request states no hash of its body')
    return undefined
  }
  if (HASH.test(payload)) return payload
  if (payload === UNSIGNED) return mayBeUnsigned ? payload : fail('DIGEST_MISSING', UNSIGNED_BODY)
  if (!STREAMING.test(payload))
    fail('AUTH_MALFORMED', 'the hash of the body must be 64 digits of lower-case hexadecimal')
  if (!chunked) fail('DIGEST_MISSING', 'the body is signed in chunks, which are not taken')
  if (payload.startsWith('STREAMING-UNSIGNED') && !unsignedPayload) fail('DIGEST_MISSING', UNSIGNED_BODY)
  return payload
}

function baseOf(request: HttpRequest, claim: Claim, reading: Reading, payload: string | undefined): string {
  const { variant, rules } = reading
  const { signed } = claim
  const headers = canonicalHeaders(request.fields, request.authority, isSigned(claim, variant), variant)
  // Stryker disable next-line ConditionalExpression: the number of sorted names is enough, and costs no text
  if (variant.isListed === undefined ? headers.names.length !== signed.size : headers.list !== [...signed].join(';'))
    fail('COMPONENT_MISSING', 'a signed field is not there')
  return stringToSign(
    variant,
    claim.time,
    claim.area,
    canonicalRequest(request, {
      variant,
      rules,
      headers,
      payload: payloadText(variant, request, payload ?? bodyHash(request)),
      ...dropped(claim, reading),
    }),
  )
}

const dropped = ({ inUrl }: Claim, { variant, omitSessionToken }: Reading): { dropped?: ReadonlySet<string> } => {
  if (!inUrl) return {}
  const { signature, token } = variant.query as QueryNames
  return { dropped: new Set(omitSessionToken ? [signature, token as string] : [signature]) }
}

/** Whether a signature covers a field: it names it, or the variant signs it unnamed. */
export const isSigned =
  ({ signed }: Claim, { isListed }: Variant) =>
  (lower: string): boolean =>
    signed.has(lower) || isListed?.(lower) === false

function coverage(
  request: HttpRequest,
  claim: Claim,
  { variant, rules }: Reading,
  payload: string | undefined,
): ReadonlySet<Coverage> {
  const { inUrl } = claim
  const { path, query } = splitTarget(request.target)
  const facts = new Set<Coverage>(['method', 'query-parameters'])
  // A path that is signed in another form than it has on the wire could be replaced by that form, or by a third one.
  if (!rules.normalizePath || normalizedPath(path) === path) facts.add('path')
  // Signed is the sorted query: only one that is sorted cannot be replaced by another order.
  const raw = query.slice(1)
  const signed = variantQuery(variant, raw)
  if (!inUrl && signed === raw) facts.add('query')
  for (const name of signedNamesOf(request, claim, variant)) {
    if (name !== 'host') {
      if (isWhole(fieldValues(request.fields, name), name, variant)) facts.add(`field:${name}`)
    } else if (variant.hostText === undefined || variant.hostText(request.authority) === request.authority)
      facts.add('authority')
  }
  if (payload === undefined || HASH.test(payload)) facts.add('body')
  return facts
}

/** Whether the values are signed as they are on the wire: neither their spaces nor their case nor their order could be another. */
const isWhole = (
  values: readonly string[],
  name: string,
  { fieldText, joined, valueText = ofValue }: Variant,
): boolean =>
  (joined === undefined || values.length < 2) &&
  values.every((value) => {
    const wire = normalizeValue(value)
    return valueText(wire) === wire && (fieldText?.(name, wire) ?? wire) === wire
  })

/** The names of all that is signed: those that are listed, and those that go without saying. */
function signedNamesOf({ fields }: HttpRequest, claim: Claim, variant: Variant): ReadonlySet<string> {
  // Stryker disable next-line ConditionalExpression: it only saves the copy
  if (variant.isListed === undefined) return claim.signed
  const names = new Set(claim.signed)
  const covers = isSigned(claim, variant)
  for (let i = 0; i < fields.length; i += 2) {
    const lower = (fields[i] as string).toLowerCase()
    if (covers(lower)) names.add(lower)
  }
  return names
}
