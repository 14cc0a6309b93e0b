import { hmacSha256 } from '#backend/hmac'
import { ecdsaPrivateKey } from '../../crypto/ecdsa-key.js'
import { hex, hexDecode, utf8 } from '../../crypto/encoding.js'
import { assertKeyId, assertKeyOptions, type SigningKey, type SyncPrivateKey } from '../../crypto/key.js'
import { assertOptions, fail, type KnownOptions, type OptionKind, type OptionNames } from '../../errors.js'
import { joinBytes } from '../../support/bytes.js'
import type { Signer } from '../scheme.js'
import { ACCESS_KEY, ACCESS_KEY_HINTS, type AccessKey, secretBytes } from './key.js'
import { SIGNER_OPTIONS, type SignerOptions } from './parts.js'
import { headerSigner } from './signer.js'
import { AWS4A, LABEL, WIDTH } from './sigv4a-variant.js'
import { URL_OPTIONS, type UrlSignerOptions, urlSigner } from './url-signer.js'
import { type Sigv4VerifierOptions, type Sigv4VerifyScheme, variantVerifier } from './verifier.js'

// Order of P-256, less two (SP 800-186 3.2.1.3).
const LARGEST = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254fn

/**
 * The key pair of an access key, as AWS derives it: the server keeps the public half only.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html | AWS IAM User Guide}
 * @example
 * ```ts
 * import { sigv4aKey } from 'countersign/sigv4'
 *
 * const key = sigv4aKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
 * console.log(key.verifyingKey.keyId)
 * ```
 */
export function sigv4aKey(options: AccessKey): SyncPrivateKey {
  assertKeyOptions('sigv4aKey', options, ACCESS_KEY, ACCESS_KEY_HINTS)
  const { accessKeyId: keyId } = options
  assertKeyId(keyId)
  const mac = hmacSha256(joinBytes([utf8('AWS4A'), secretBytes(options)]))
  const scalar = scalarOf(keyId, (input) => mac.sign(input))
  return ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar })
}

/** Key derivation in counter mode (SP 800-108), over the label, the key id and a counter, until the number is in range. */
export function scalarOf(keyId: string, mac: (input: Uint8Array) => Uint8Array): Uint8Array {
  for (let counter = 1; counter < 255; counter++) {
    const context = joinBytes([utf8(keyId), Uint8Array.of(counter)])
    const input = [Uint8Array.of(0, 0, 0, 1), utf8(LABEL), Uint8Array.of(0), context, Uint8Array.of(0, 0, 1, 0)]
    const candidate = BigInt(`0x${hex(mac(joinBytes(input)))}`)
    if (candidate <= LARGEST) return hexDecode((candidate + 1n).toString(16).padStart(2 * WIDTH, '0')) as Uint8Array
  }
  return fail('KEY_WEAK', 'no key pair can be derived from this access key')
}

/** The regions that a signature is good for: `us-east-1`, several of them, or `*`. */
interface Regions {
  /** Where it is good: `us-east-1`, a list of regions, or `*`. A name may end in `*`. */
  readonly regionSet: string | readonly string[]
}

/** Options of {@link sigv4a}. */
export interface Sigv4aOptions<K extends SigningKey = SigningKey> extends Omit<SignerOptions<K>, 'region'>, Regions {}

/** Options of {@link sigv4aUrl}. */
export interface Sigv4aUrlOptions<K extends SigningKey = SigningKey>
  extends Omit<UrlSignerOptions<K>, 'region'>,
    Regions {}

// A region, or its beginning and a "*".
const REGION = /^(?:\*|[a-z0-9-]{1,64}\*?)$/
const isRegion = (value: unknown): boolean => typeof value === 'string' && REGION.test(value)
const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(isRegion) : isRegion(value)
const SET: OptionKind = [isSet, 'a region such as us-east-1, a list of them, or "*"']
const { region: _, ...SHARED } = SIGNER_OPTIONS
const { region: __, ...SHARED_URL } = URL_OPTIONS
const OPTIONS: OptionNames<Sigv4aOptions> = { ...SHARED, regionSet: [SET, 2] }
const OPTIONS_URL: OptionNames<Sigv4aUrlOptions> = { ...SHARED_URL, regionSet: [SET, 2] }

/**
 * AWS Signature Version 4A in the `Authorization` field: one signature for several regions.
 *
 * @throws {CountersignError} as `sigv4`.
 * @example
 * ```ts
 * import { sigv4a, sigv4aKey } from 'countersign/sigv4'
 *
 * const key = sigv4aKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
 * const signer = sigv4a({ key, regionSet: ['us-east-1', 'eu-west-1'], service: 's3' })
 * ```
 */
export const sigv4a = <K extends SigningKey>(options: Sigv4aOptions<K>): Signer<K> =>
  headerSigner('sigv4a', 'sigv4aKey', AWS4A, options, OPTIONS, setOf('sigv4a', options, OPTIONS))

/**
 * AWS Signature Version 4A in the query.
 *
 * @throws {CountersignError} as `sigv4Url`.
 * @example
 * ```ts
 * import { sigv4aKey, sigv4aUrl } from 'countersign/sigv4'
 *
 * const key = sigv4aKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
 * const signer = sigv4aUrl({ key, regionSet: '*', service: 's3', expiresS: 900 })
 * ```
 */
export const sigv4aUrl = <K extends SigningKey>(options: Sigv4aUrlOptions<K>): Signer<K> =>
  urlSigner('sigv4aUrl', 'sigv4aKey', AWS4A, options, OPTIONS_URL, setOf('sigv4aUrl', options, OPTIONS_URL))

function setOf(where: string, options: Regions, known: KnownOptions): ReadonlyArray<readonly [string, string]> {
  assertOptions(where, options, known)
  const { regionSet } = options
  if (!isSet(regionSet)) fail('CONFIG_INVALID', `${where}: "regionSet" must be ${SET[1]}`)
  return [['X-Amz-Region-Set', typeof regionSet === 'string' ? regionSet : regionSet.join(',')]]
}

/**
 * The verifying side of AWS Signature Version 4A. A `region` has to be in the set that is signed.
 *
 * @throws {CountersignError} as `sigv4Verifier`.
 * @example
 * ```ts
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 * import { sigv4aKey, sigv4aVerifier } from 'countersign/sigv4'
 *
 * const { verifyingKey } = sigv4aKey({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
 * const verifier = createVerifier({
 *   schemes: [sigv4aVerifier({ region: 'eu-west-1', service: 'orders' })],
 *   keys: staticKeys([{ key: verifyingKey }]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export const sigv4aVerifier = (options: Sigv4VerifierOptions = {}): Sigv4VerifyScheme =>
  variantVerifier('sigv4aVerifier', AWS4A, options)
