import { DECODE } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { normalizeValue } from '../../message/fields.js'
import { type HttpRequest, isRequest } from '../../message/message.js'
import { onlyLine } from '../scheme/only-line.js'
import { joinParts } from '../scheme/signed-bytes.js'
import { TIME_FORMS } from '../scheme/times.js'
import { type BodyDigest, type Coverage, schemeDemands, type UntrustedSignature, type VerifyScheme } from '../scheme.js'
import { baseParts, type Credentials, type Plan } from './compiled.js'

const MAX_VALUE = 2_048

/** The one line of a header; `undefined` without one. */
function line({ fields }: HttpRequest, name: string): string | undefined {
  const value = onlyLine(fields, name.toLowerCase(), 'AUTH_DUPLICATE', MAX_VALUE)
  return value === undefined ? undefined : normalizeValue(value)
}

const needed = (request: HttpRequest, name: string): string =>
  line(request, name) ?? fail('AUTH_MALFORMED', `${name} is missing, and the signature needs it`)

/** The verifying side. */
export function headerVerifier(plan: Plan): VerifyScheme {
  const { id, headers, encoding, prefix, algorithms, covers } = plan
  const covered = [...covers]
  return {
    id,
    readsBody: plan.readsBody,
    demands: schemeDemands({
      require: covered.filter((fact) => fact !== 'body'),
      requireWithBody: covers.has('body') ? ['body'] : [],
      requireNonce: headers.nonce !== undefined,
      algorithms,
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const text = line(message, headers.signature)
      const key = line(message, headers.key)
      if (text === undefined && key === undefined) return []
      if (text === undefined || key === undefined)
        return fail('AUTH_MALFORMED', `${headers.key} and ${headers.signature} must come together`)
      if (!text.startsWith(prefix)) fail('SIGNATURE_MALFORMED', `${headers.signature} must start with "${prefix}"`)
      const signature = DECODE[encoding](text.slice(prefix.length))
      if (signature === undefined || signature.length === 0)
        return fail(
          'SIGNATURE_MALFORMED',
          `${headers.signature} must hold a signature in ${encoding}, got other characters`,
        )
      const timestamp = needed(message, headers.timestamp)
      const createdMs = TIME_FORMS[plan.timestamp].read(timestamp)
      const nonce = headers.nonce === undefined ? undefined : needed(message, headers.nonce)
      const digest = headers.bodyDigest === undefined ? undefined : needed(message, headers.bodyDigest)
      return [
        new HeaderSignature(
          plan,
          message,
          { key, timestamp, nonce: nonce ?? '', digest },
          signature,
          createdMs,
          covered,
        ),
      ]
    },
  }
}

/** The signature of one request. */
class HeaderSignature implements UntrustedSignature {
  readonly label: string = ''
  readonly tag: undefined
  readonly claimedAlgorithm: undefined
  readonly expiresMs: undefined
  readonly keyId: string
  readonly nonce: string | undefined
  readonly signature: Uint8Array
  readonly createdMs: number
  readonly covered: readonly string[]
  readonly covers: ReadonlySet<Coverage>
  private readonly plan: Plan
  private readonly request: HttpRequest
  private readonly credentials: Credentials
  private found: readonly Bytes[] | undefined

  constructor(
    plan: Plan,
    request: HttpRequest,
    credentials: Credentials,
    signature: Uint8Array,
    createdMs: number,
    covered: readonly string[],
  ) {
    this.plan = plan
    this.request = request
    this.credentials = credentials
    this.keyId = credentials.key
    this.nonce = plan.headers.nonce === undefined ? undefined : credentials.nonce
    this.signature = signature
    this.createdMs = createdMs
    this.covered = covered
    this.covers = plan.covers
    this.found = undefined
  }

  get parts(): readonly Bytes[] {
    this.found ??= baseParts(this.plan, this.request, this.credentials)
    return this.found
  }

  get base(): Bytes {
    return joinParts(this.parts)
  }

  get bodyDigests(): readonly BodyDigest[] {
    const { digest } = this.credentials
    if (digest === undefined) return []
    const bytes = DECODE[this.plan.digest as 'hex'](digest)
    return bytes?.length === 32
      ? [{ hash: 'sha256', digest: bytes }]
      : fail('DIGEST_MISMATCH', `${this.plan.headers.bodyDigest} must be the SHA-256 of the body, got other characters`)
  }
}
