import { assertOptions, fail, type KnownOptions, type OptionKind, type OptionNames } from '../../errors.js'
import { hasField, trimOws } from '../../message/fields.js'
import { type HttpRequest, isRequest } from '../../message/message.js'
import { FLAG } from '../../support/option-kinds.js'
import type { Weakness } from '../scheme/weaknesses.js'
import { schemeDemands, type VerifyScheme } from '../scheme.js'
import { authorizationOf, type Claim, malformed, readAuthorization } from './read-header.js'
import { MAX_EXPIRES_S, ownNames, ownParameters, readParameters } from './read-query.js'
import { ClaimedSignature, type Reading } from './untrusted.js'
import { AWS4_URLS, type Rules, type Variant } from './variant.js'

/** Options of {@link sigv4Verifier}. */
export interface Sigv4VerifierOptions {
  /** The regions this server answers for; a signature for another one is refused. Default: any. */
  readonly region?: string | readonly string[]
  /** The services this server answers for: without it, a request that was signed for another service is accepted. */
  readonly service?: string | readonly string[]
  /**
   * Accepts `UNSIGNED-PAYLOAD`, and bodies of signed URLs for S3. The body can then be changed on the way. Default `false`.
   */
  readonly unsignedPayload?: boolean
  /**
   * Accepts `STREAMING-…` bodies, of which the signature covers the head only: what arrives must be read through
   * `verifyChunks()`, and the policy has to take the content coding `aws-chunked`. With `unsignedPayload` also those whose chunks are not
   * signed. Default `false`.
   */
  readonly chunked?: boolean
  /** Takes a session token that stands beside the signature without being signed (AWS IoT). Default `false`. */
  readonly omitSessionToken?: boolean
  /**
   * A signed URL may be used again until it ends, whatever its method, as at S3. Default: for GET and HEAD, which change nothing;
   * `false` for none. What is good once is refused when it is older than the replay store remembers.
   */
  readonly reusableUrls?: boolean
  /** Refuses requests that do not state the hash of their body, so that no body is read before its request is proven. Default: for S3. */
  readonly requireBodyHeader?: boolean
  /** The path of the wire was encoded once more. Default: for every service but S3. */
  readonly doubleEncode?: boolean
  /** The path was signed with its dot segments resolved. Default: for every service but S3. */
  readonly normalizePath?: boolean
}

const NAMES: OptionKind = [
  (value) =>
    (typeof value === 'string' && value !== '') ||
    (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && one !== '')),
  'a name, or a list of names',
]
export const VERIFIER_OPTIONS: OptionNames<Sigv4VerifierOptions> = {
  region: NAMES,
  service: NAMES,
  unsignedPayload: FLAG,
  chunked: FLAG,
  omitSessionToken: FLAG,
  reusableUrls: FLAG,
  requireBodyHeader: FLAG,
  doubleEncode: FLAG,
  normalizePath: FLAG,
}
const HINTS = {
  services: 'service',
  regions: 'region',
  streaming: 'chunked',
  maxAgeMs: 'policy: maxAgeMs',
  acceptAnyPath: 'acceptAnyPath of the middleware',
}

/**
 * The verifying side of AWS Signature Version 4, in the `Authorization` field and in signed URLs. A session token that a request
 * carries is held to the `passphrase` of its key's record.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; `parse` throws verdict codes.
 * @example
 * ```ts
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 * import { sigv4Key, sigv4Verifier } from 'countersign/sigv4'
 *
 * const key = sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
 * const verifier = createVerifier({
 *   schemes: [sigv4Verifier({ region: 'eu-central-1', service: 'orders' })],
 *   keys: staticKeys([{ key }]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export const sigv4Verifier = (options: Sigv4VerifierOptions = {}): Sigv4VerifyScheme =>
  variantVerifier('sigv4Verifier', AWS4_URLS, options)

const listOf = (names: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof names === 'string' ? [names] : names

const AUTHORITY = ['authority'] as const

/** For the audit trail; what came may be anything, so it is cut and cleaned. */
function notServed(what: string, served: readonly string[], came: string): never {
  const shown = JSON.stringify(came.slice(0, 64).replace(/[^!-~]/g, '?'))
  return malformed(`the signature is for the ${what} ${shown}, and this verifier is for ${served.join(', ')}`)
}

/** Whether a region is one of a set such as `us-east-1,eu-*`. */
const isInSet = (region: string, set: string): boolean =>
  set.split(',').some((text) => {
    const one = trimOws(text)
    return one.endsWith('*') ? region.startsWith(one.slice(0, -1)) : one === region
  })

/** The verifying side of a signature of this family. */
export interface Sigv4VerifyScheme extends VerifyScheme {
  /** What its signatures leave open, with these options. */
  readonly weaknesses: readonly Weakness[]
}

/** The verifying side of any variant. */
export function variantVerifier(
  where: string,
  variant: Variant,
  options: Sigv4VerifierOptions,
  known: KnownOptions = VERIFIER_OPTIONS,
): Sigv4VerifyScheme {
  assertOptions(where, options, known, HINTS)
  const { unsignedPayload = false, chunked = false, omitSessionToken = false } = options
  const { reusableUrls } = options
  const regions = listOf(options.region)
  const services = listOf(options.service)
  const { scope, fields: own } = variant
  if (regions !== undefined && own.regions === undefined && scope?.includes('region') !== true)
    fail('CONFIG_INVALID', `${where}: "region" is no part of what ${variant.name} signs`)
  if (services !== undefined && scope?.includes('service') !== true)
    fail('CONFIG_INVALID', `${where}: "service" is no part of what ${variant.name} signs`)
  const rulesOf = (service: string): Rules => {
    const rules = variant.rules(service)
    return {
      ...rules,
      doubleEncode: options.doubleEncode ?? rules.doubleEncode,
      normalizePath: options.normalizePath ?? rules.normalizePath,
      bodyField: options.requireBodyHeader ?? rules.bodyField,
    }
  }
  const readsBody = services === undefined ? !rulesOf('').bodyField : services.some((one) => !rulesOf(one).bodyField)
  const ours = ownNames(variant)
  const assertOwnScope = ({ region, service, regions: set }: Claim): void => {
    if (regions?.some((one) => (set === undefined ? one === region : isInSet(one, set))) === false)
      notServed('region', regions, set ?? region)
    if (services?.includes(service) === false) notServed('service', services, service)
  }
  return {
    id: variant.id,
    readsBody,
    // Where dot segments and empty ones are resolved, such a path has another one's signature, and is not covered. Where an encoded
    // slash is signed as a plain one, the second of the two could be a part of the name that was signed.
    takesEmptySegment: (services ?? ['s3']).map(rulesOf).some((rules) => {
      const [sent, encoded] = ['//', '/%2F'].map((path) => variant.path(path, rules))
      return !rules.normalizePath && sent !== encoded
    }),
    weaknesses: [
      ...(variant.fields.nonce === undefined ? (['no-nonce'] as const) : []),
      ...(variant.weaknesses ?? []),
      ...(unsignedPayload && variant.weaknesses?.includes('no-body') !== true ? (['no-body'] as const) : []),
    ],
    demands: schemeDemands({
      // That a host is signed is seen to here; what is signed may be less of it than an authority.
      require: [
        'method',
        'path',
        'query-parameters',
        ...((variant.hostText ?? variant.isListed) === undefined ? AUTHORITY : []),
      ],
      // What is let through without a signed body is decided here, signature by signature.
      requireWithBody: unsignedPayload || chunked ? [] : ['body'],
      requireNonce: variant.fields.nonce !== undefined,
      algorithms: [variant.algorithm],
      ...(variant.query !== undefined && { maxLifetimeMs: MAX_EXPIRES_S * 1000, untilExpires: true }),
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const claim = claimOf(message, variant, ours)
      if (claim === undefined) return []
      assertOwnScope(claim)
      if (variant.isListed === undefined && !claim.signed.has('host'))
        fail('COMPONENT_MISSING', 'the host is not signed')
      assertAllSigned(message, variant, claim, omitSessionToken)
      const rules = rulesOf(claim.service)
      const reading: Reading = { variant, rules, omitSessionToken, unsignedPayload, chunked, reusableUrls }
      return [new ClaimedSignature(message, claim, reading)]
    },
  }
}

/** The one place of a request that holds a credential. */
function claimOf(request: HttpRequest, variant: Variant, own: ReadonlySet<string>): Claim | undefined {
  const { query: names, label } = variant
  const header = authorizationOf(request, variant)
  const stated = ownParameters(request, own)
  if (header !== undefined) {
    // Two readers could take one each.
    if (stated.size > 0) malformed('the request has credentials in a field and in the URL')
    return readAuthorization(request, variant, header)
  }
  if (names === undefined) return undefined
  const algorithm = stated.get(names.algorithm)
  const others = [names.credential, names.signature].some((name) => stated.has(name))
  if (algorithm === undefined) return others ? malformed(`the URL states no ${names.algorithm}`) : undefined
  if (algorithm !== label) return undefined
  if (hasField(request.fields, 'authorization')) malformed('the request has credentials in a field and in the URL')
  return readParameters(request, variant, stated)
}

/** Fields of the service itself change what a request does: one that was added on the way must not pass (as S3 has it). */
function assertAllSigned(
  { fields }: HttpRequest,
  variant: Variant,
  { signed }: Claim,
  omitSessionToken: boolean,
): void {
  const free = omitSessionToken ? variant.fields.token?.toLowerCase() : undefined
  for (let i = 0; i < fields.length; i += 2) {
    const lower = (fields[i] as string).toLowerCase()
    if (variant.prefix !== '' && lower.startsWith(variant.prefix) && lower !== free && !signed.has(lower))
      fail('COMPONENT_MISSING', `field "${lower.slice(0, 64)}" is there and is not signed`)
  }
}
