import { type Algorithm, isAlgorithm } from '../../../crypto/algorithm.js'
import type { Jwk } from '../../../crypto/format/jwk.js'
import { importVerifyingKey } from '../../../crypto/import.js'
import type { SigningKey, VerifyingKey } from '../../../crypto/key.js'
import { alternatives, assertOptions, fail, isMembers, mustBe, type OptionNames } from '../../../errors.js'
import { activeDigests } from '../../../message/content-digest.js'
import { combinedValue, fieldValues, hasField, withoutFields } from '../../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest, withFields } from '../../../message/message.js'
import { lastWins, parseDictionary } from '../../../message/structured-fields.js'
import { FLAG, oneOf } from '../../../support/option-kinds.js'
import type { Prepared, Signer, UntrustedSignature, VerifyScheme } from '../../scheme.js'
import { legacyBinary, standardBinary } from './adcp-binary.js'
import { canonicalRequest } from './adcp-target.js'
import { always, type ProfileRules, present, profileSigner, profileVerifier } from './profile.js'

/** What a signature is for: calls to an agent, or its webhooks. */
export type AdcpUse = 'request' | 'webhook'

/** Version of the profile. Until 3.1 byte sequences are base64url without padding. */
export type AdcpVersion = '3.2' | '3.1'

const TAGS: Readonly<Record<AdcpUse, string>> = {
  request: 'adcp/request-signing/v1',
  webhook: 'adcp/webhook-signing/v1',
}
// A signer may use the key of its requests for its webhooks: the tag keeps the two apart.
const PURPOSES: Readonly<Record<AdcpUse, readonly unknown[]>> = {
  request: ['request-signing'],
  webhook: ['webhook-signing', 'request-signing'],
}
const LIFETIME_MS = 300_000
const LABEL = 'sig1'
const NONCE = /^[A-Za-z0-9_-]{22,}$/

const ALGORITHMS = ['ed25519', 'ecdsa-p256-sha256'] as const

/** Whether the digest of a body is signed: 3.2 always does, an agent of 3.1 states it. */
export type AdcpDigest = 'required' | 'either' | 'forbidden'

const rulesOf = (use: AdcpUse, digest: AdcpDigest): ProfileRules => ({
  id: `rfc9421/adcp-${use}`,
  tag: TAGS[use],
  request: [
    always('@method'),
    always('@target-uri'),
    always('@authority'),
    present('content-type'),
    ...(digest === 'required' ? [present('content-digest')] : []),
  ],
  parameters: ['created', 'expires', 'nonce', 'keyid', 'alg'],
  withBody: digest === 'required' ? ['body', 'field:content-type'] : ['field:content-type'],
  algorithms: ALGORITHMS,
  maxLifetimeMs: LIFETIME_MS,
  untilExpires: true,
  check: (signature, message) => check(signature, message, digest),
})

function check(signature: UntrustedSignature, { fields }: HttpMessage, digest: AdcpDigest): void {
  const { claimedAlgorithm, covered, createdMs, expiresMs, nonce = '' } = signature
  if (!(ALGORITHMS as readonly unknown[]).includes(claimedAlgorithm))
    fail('ALG_UNSUPPORTED', 'rfc9421/adcp: the algorithm must be ed25519 or ecdsa-p256-sha256')
  if (!((expiresMs as number) > (createdMs as number)))
    fail('TIMESTAMP_MALFORMED', 'rfc9421/adcp: the end must be later than the beginning')
  if (!NONCE.test(nonce)) fail('NONCE_MALFORMED', 'rfc9421/adcp: the nonce must be 16 bytes in base64url, or more')
  const known = [
    '@method',
    '@target-uri',
    '@authority',
    'content-type',
    ...(digest === 'forbidden' ? [] : ['content-digest']),
  ]
  const other = covered.find((id) => !known.some((name) => id === `"${name}"`))
  if (other !== undefined) fail('AUTH_MALFORMED', `rfc9421/adcp: the signature must not cover ${other}`)
  // Of these a second value is a second meaning.
  if (fieldValues(fields, 'content-type').length > 1 || (combinedValue(fields, 'content-type') ?? '').includes(','))
    fail('HEADER_DUPLICATE', 'rfc9421/adcp: "content-type" must have one value')
  assertDigestsOnce(combinedValue(fields, 'content-digest'))
}

function assertDigestsOnce(field: string | undefined): void {
  if (field === undefined) return
  const names = field.split(',').map((member) => member.trim().split('=', 1)[0])
  if (new Set(names).size !== names.length) fail('HEADER_DUPLICATE', 'rfc9421/adcp: a digest is there twice')
}

/** Options of {@link adcp}. */
export interface AdcpOptions<K extends SigningKey = SigningKey> {
  /** `ed25519` or `ecdsa-p256-sha256`; its id is the `kid` of a JWK with `adcp_use`. */
  readonly key: K
  /** Default `request`. */
  readonly use?: AdcpUse
  /** Default `3.2`. */
  readonly version?: AdcpVersion
  /** Whether the digest of a body is covered: `false` for agents of 3.1 that forbid it. Default `true`. */
  readonly digest?: boolean
}

const USE = /* @__PURE__ */ oneOf('request', 'webhook')
const VERSION = /* @__PURE__ */ oneOf('3.2', '3.1')
const KNOWN: OptionNames<AdcpOptions> = { key: 2, use: USE, version: VERSION, digest: FLAG }

/**
 * Calls and webhooks of the Ad Context Protocol: method, target, authority, type and digest of the body, for five minutes. The
 * target is signed in the canonical form of AdCP, see {@link adcpTarget}.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws as with `rfc9421()`, and `TARGET_MALFORMED`.
 * @see {@link https://adcontextprotocol.org/docs/building/by-layer/L1/security | AdCP, Security}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { generateKeyPair } from 'countersign/crypto'
 * import { adcp } from 'countersign/rfc9421/profiles'
 *
 * const { signingKey } = await generateKeyPair('ed25519', { keyId: 'buyer-2026' })
 * const signedFetch = createSignedFetch(adcp({ key: signingKey }), { origins: ['https://seller.example.com'] })
 * ```
 */
export function adcp<K extends SigningKey>(options: AdcpOptions<K>): Signer<K> {
  assertOptions('adcp', options, KNOWN, { profile: 'version', tag: 'use' })
  const { key, use = 'request', version = '3.2', digest = true } = options
  if (version === '3.2' && !digest) fail('CONFIG_INVALID', 'adcp: "digest" must be true for version 3.2')
  const rules = rulesOf(use, digest ? 'required' : 'forbidden')
  const signer = profileSigner('adcp', rules, {
    key,
    label: LABEL,
    alg: true,
    expiresInMs: LIFETIME_MS,
    digest: digest ? 'sha-256' : false,
  })
  const { scheme } = signer
  return {
    key,
    scheme: {
      ...scheme,
      prepare: <M extends HttpMessage>(message: M, context: Parameters<typeof scheme.prepare>[1]): Prepared<M> => {
        if (!isRequest(message)) fail('MESSAGE_MALFORMED', 'adcp: the profile signs requests only')
        const prepared = scheme.prepare(canonicalRequest(message), context)
        return {
          ...prepared,
          // What is sent is what the caller has, with the fields of its canonical form.
          attach: (signature) => withFields(message, written(prepared.attach(signature), version)),
        }
      },
    },
  }
}

/** The fields of a signed request, with the signature in the alphabet of the version. */
function written({ fields }: HttpRequest, version: AdcpVersion): readonly string[] {
  if (version === '3.2') return fields
  const last = fields.length - 1
  return fields.map((text, at) => (at === last ? legacyBinary(text) : text))
}

/** Options of {@link adcpVerifier}. */
export interface AdcpVerifierOptions {
  /** Default `request`. */
  readonly use?: AdcpUse
  /** Default `3.2`. One alphabet is read, never both. */
  readonly version?: AdcpVersion
  /** For version 3.1 what your agent states as `covers_content_digest`. Default `required`, as 3.2 has it. */
  readonly digest?: AdcpDigest
}

const DIGEST = /* @__PURE__ */ oneOf('required', 'either', 'forbidden')
const VERIFIER: OptionNames<AdcpVerifierOptions> = { use: USE, version: VERSION, digest: DIGEST }

/**
 * Accepts calls, or webhooks, of the Ad Context Protocol: all six parameters, five minutes, no other component than the profile
 * has, and the canonical target. AdCP allows a minute of skew: state `maxFutureMs` in the policy. Keys come from
 * {@link adcpVerifyingKey}, which holds them to their purpose.
 *
 * @see {@link https://adcontextprotocol.org/docs/building/by-layer/L1/security | AdCP, Security}
 * @example
 * ```ts
 * import { adcpVerifier } from 'countersign/rfc9421/profiles'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [adcpVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['seller.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function adcpVerifier(options: AdcpVerifierOptions = {}): VerifyScheme {
  assertOptions('adcpVerifier', options, VERIFIER, { covers_content_digest: 'digest', profile: 'version' })
  const { use = 'request', version = '3.2', digest = 'required' } = options
  if (version === '3.2' && digest !== 'required')
    fail('CONFIG_INVALID', 'adcpVerifier: "digest" must be "required" for version 3.2')
  const scheme = profileVerifier(rulesOf(use, digest))
  return {
    ...scheme,
    parse: (message, select) => {
      if (
        !isRequest(message) ||
        !(hasField(message.fields, 'signature') || hasField(message.fields, 'signature-input'))
      )
        return []
      const canonical = canonicalRequest(message)
      // One signature is judged, whatever else is there.
      const chosen = { label: LABEL, ...select }
      const found = scheme.parse(version === '3.2' ? canonical : readable(canonical), chosen)
      if (found.length === 0) assertList(message)
      return version === '3.2' ? found : found.map((one) => withDigests(one, message))
    },
  }
}

/** What stands under the label and is no signature at all is broken, not absent. */
function assertList({ fields }: HttpMessage): void {
  const member = lastWins(parseDictionary(combinedValue(fields, 'signature-input') ?? '')).find(
    ([name]) => name === LABEL,
  )
  if (member !== undefined && member[1].kind !== 'list')
    fail('AUTH_MALFORMED', 'rfc9421/adcp: Signature-Input holds a member that is not an inner list')
}

/** The request with the signature in the alphabet of structured fields. */
function readable(request: HttpRequest): HttpRequest {
  const text = combinedValue(request.fields, 'signature')
  if (text === undefined) return request
  const fields = [...withoutFields(request.fields, 'signature'), 'Signature', standardBinary(text, ';standard')]
  return withFields(request, fields)
}

/** The digest is signed as it is written, and compared by its bytes. */
const withDigests = (signature: UntrustedSignature, { fields }: HttpMessage): UntrustedSignature =>
  Object.create(signature, {
    bodyDigests: {
      get: () => {
        const text = combinedValue(fields, 'content-digest')
        return text === undefined || !signature.covers.has('body') ? [] : activeDigests(standardBinary(text))
      },
      enumerable: true,
    },
  }) as UntrustedSignature

const JOSE: Readonly<Record<string, Algorithm>> = {
  __proto__: null as never,
  'OKP Ed25519 EdDSA': 'ed25519',
  'OKP Ed25519 Ed25519': 'ed25519',
  'EC P-256 ES256': 'ecdsa-p256-sha256',
}

/** A JWK with what AdCP adds to it. */
export interface AdcpJwk extends Jwk {
  /** What the key is for: `request-signing`, `webhook-signing` … */
  readonly adcp_use?: string
}

/**
 * The key of a JWK in a party's `jwks`, held to its purpose: `adcp_use`, `key_ops`, and an `alg` that its curve can have.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED` for a key of another purpose, `KEY_MALFORMED`.
 * @see {@link https://adcontextprotocol.org/docs/building/by-layer/L1/security | AdCP, Security}
 * @example
 * ```ts
 * import { type AdcpJwk, adcpVerifyingKey } from 'countersign/rfc9421/profiles'
 *
 * const jwk: AdcpJwk = {
 *   kty: 'OKP',
 *   crv: 'Ed25519',
 *   alg: 'EdDSA',
 *   kid: 'buyer-2026',
 *   key_ops: ['verify'],
 *   adcp_use: 'request-signing',
 *   x: 'gWUqzATUcUco5Q8fZZXn8aWwb7DQbYGBiqUzLiSDDJo',
 * }
 * const key = await adcpVerifyingKey(jwk, 'request')
 * ```
 */
export async function adcpVerifyingKey(jwk: AdcpJwk, use: AdcpUse): Promise<VerifyingKey> {
  mustBe(isMembers(jwk), 'jwk', 'a JSON Web Key', jwk, 'ARGUMENT_INVALID', 'adcpVerifyingKey: ')
  mustBe(
    typeof use === 'string' && Object.hasOwn(PURPOSES, use),
    'use',
    alternatives(Object.keys(PURPOSES)),
    use,
    'ARGUMENT_INVALID',
    'adcpVerifyingKey: ',
  )
  const { kty, crv, alg, kid, key_ops: operations, adcp_use: purpose } = jwk as Readonly<Record<string, unknown>>
  if (!PURPOSES[use].includes(purpose))
    fail('KEY_UNSUPPORTED', `adcpVerifyingKey: "adcp_use" must be one for a ${use}, and the key has another`)
  if (!Array.isArray(operations) || !operations.includes('verify'))
    fail('KEY_UNSUPPORTED', 'adcpVerifyingKey: "key_ops" must hold "verify"')
  const algorithm = JOSE[`${kty} ${crv} ${alg}`]
  if (algorithm === undefined || !isAlgorithm(algorithm))
    fail('KEY_UNSUPPORTED', 'adcpVerifyingKey: "alg" must be EdDSA with Ed25519, or ES256 with P-256')
  if (typeof kid !== 'string') fail('KEY_MALFORMED', 'adcpVerifyingKey: "kid" must be text')
  const { kty: type, crv: curve, x, y } = jwk as Readonly<Record<string, string>>
  const bare = { kty: type, crv: curve, x, ...(y !== undefined && { y }) } as unknown as Jwk
  return importVerifyingKey(bare, { keyId: kid, algorithm })
}
