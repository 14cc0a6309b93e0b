import type { HmacKey, SigningKey } from '../../crypto/key.js'
import type { OptionNames } from '../../errors.js'
import { LIST, TEXT } from '../../support/option-kinds.js'
import type { Signer } from '../scheme.js'
import { canonicalPathText } from './encoding.js'
import { keptSpaces } from './kept-spaces.js'
import { type AccessKey, accessKey } from './key.js'
import { type CloneOptions, SIGNER_OPTIONS, scoped } from './parts.js'
import { headerSigner } from './signer.js'
import { BASIC_TIME } from './time.js'
import { URL_OPTIONS, type UrlSignerOptions, urlSigner } from './url-signer.js'
import { formText, type Variant } from './variant.js'
import { type Sigv4VerifierOptions, type Sigv4VerifyScheme, VERIFIER_OPTIONS, variantVerifier } from './verifier.js'
import { withHeaders } from './written-headers.js'

/** Signed wherever they are there, and therefore in no list. */
const isDefault = (lower: string): boolean =>
  lower.startsWith('x-oss-') || lower === 'content-type' || lower === 'content-md5'

/**
 * Alibaba Cloud's object storage, signature version 4. The body is never signed. A bucket that is a part of the host name stands
 * before the path that is signed.
 *
 * @see {@link https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4 | OSS, Signature V4}
 */
export const oss4Variant = (bucket: string | undefined, additional: ReadonlySet<string>): Variant =>
  withHeaders({
    id: 'oss4',
    name: 'Alibaba Cloud OSS V4',
    label: 'OSS4-HMAC-SHA256',
    algorithm: 'hmac-sha256',
    secretPrefix: 'aliyun_v4',
    scope: ['region', 'service'],
    terminator: 'aliyun_v4_request',
    time: BASIC_TIME,
    isTimed: true,
    fields: { date: 'x-oss-date', hash: 'x-oss-content-sha256', token: 'x-oss-security-token' },
    members: { credential: 'Credential', signed: 'AdditionalHeaders', between: ',' },
    query: {
      algorithm: 'x-oss-signature-version',
      credential: 'x-oss-credential',
      date: 'x-oss-date',
      expires: 'x-oss-expires',
      signed: 'x-oss-additional-headers',
      token: 'x-oss-security-token',
      signature: 'x-oss-signature',
    },
    prefix: '',
    weaknesses: ['no-body', 'no-authority', 'loose-target'],
    rules: () => ({ bodyField: true, unsignedUrls: true }),
    // A slash inside the name of an object is sent encoded, and signed as it is.
    path: (path) => (bucket === undefined ? '' : `/${bucket}`) + canonicalPathText(path).replaceAll('%2F', '/'),
    valueText: keptSpaces,
    // Clients for Python write a space as "+", and sign %20.
    queryText: formText,
    hasBarePairs: true,
    isListed: (lower) => !isDefault(lower),
    signs: (lower) => isDefault(lower) || additional.has(lower),
  })

const NONE: ReadonlySet<string> = /* @__PURE__ */ new Set()
const HOST: readonly string[] = ['host']
const PLACE = { service: 'oss' } as const

/** What is particular to OSS. */
interface Oss4Parts {
  /** The bucket, where it is a part of the host name and not of the path. */
  readonly bucket?: string
  /** Fields that are signed besides `x-oss-*`, `content-type` and `content-md5`. Default: `host`. */
  readonly additionalHeaders?: readonly string[]
}

/** Options of {@link oss4}. */
export type Oss4Options<K extends SigningKey = SigningKey> = CloneOptions<K> & Oss4Parts & { readonly region: string }

/** Options of {@link oss4Url}. */
export type Oss4UrlOptions<K extends SigningKey = SigningKey> = Oss4Options<K> & Pick<UrlSignerOptions<K>, 'expiresS'>

const OWN: OptionNames<Oss4Parts> = { bucket: TEXT, additionalHeaders: LIST }
const OPTIONS = { ...SIGNER_OPTIONS, ...OWN }
const OPTIONS_URL = { ...URL_OPTIONS, ...OWN }

const variantOf = (options: Oss4Parts | undefined): Variant =>
  oss4Variant(options?.bucket, new Set(options?.additionalHeaders ?? HOST))

/**
 * An access key of Alibaba Cloud OSS.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @example
 * ```ts
 * import { oss4Key } from 'countersign/sigv4'
 *
 * const key = oss4Key({ accessKeyId: 'LTAIexample', secretAccessKey: 'an example of a secret' })
 * ```
 */
export const oss4Key = (options: AccessKey): HmacKey => accessKey('oss4Key', oss4Variant(undefined, NONE), options)

/**
 * OSS4-HMAC-SHA256 in the `Authorization` field. The body is not signed.
 *
 * @throws {CountersignError} as `sigv4`.
 * @example
 * ```ts
 * import { oss4, oss4Key } from 'countersign/sigv4'
 *
 * const key = oss4Key({ accessKeyId: 'LTAIexample', secretAccessKey: 'an example of a secret' })
 * const signer = oss4({ key, region: 'cn-hangzhou', bucket: 'photos' })
 * ```
 */
export const oss4 = <K extends SigningKey>(options: Oss4Options<K>): Signer<K> =>
  headerSigner(
    'oss4',
    'oss4Key',
    variantOf(options),
    { ...scoped('oss4', options, PLACE), unsignedPayload: true },
    OPTIONS,
  )

/**
 * OSS4-HMAC-SHA256 in the query.
 *
 * @throws {CountersignError} as `sigv4Url`.
 * @example
 * ```ts
 * import { oss4Key, oss4Url } from 'countersign/sigv4'
 *
 * const key = oss4Key({ accessKeyId: 'LTAIexample', secretAccessKey: 'an example of a secret' })
 * const signer = oss4Url({ key, region: 'cn-hangzhou', bucket: 'photos', expiresS: 900 })
 * ```
 */
export const oss4Url = <K extends SigningKey>(options: Oss4UrlOptions<K>): Signer<K> =>
  urlSigner('oss4Url', 'oss4Key', variantOf(options), scoped('oss4Url', options, PLACE), OPTIONS_URL)

/** Options of {@link oss4Verifier}. */
export interface Oss4VerifierOptions extends Sigv4VerifierOptions {
  /** The bucket, where it is a part of the host name and not of the path. */
  readonly bucket?: string
}

const VERIFIER: OptionNames<Oss4VerifierOptions> = { ...VERIFIER_OPTIONS, bucket: TEXT }

/**
 * The verifying side of OSS4-HMAC-SHA256. No client of OSS signs the body: requests that have one take `unsignedPayload: true`.
 *
 * @throws {CountersignError} as `sigv4Verifier`.
 * @example
 * ```ts
 * import { oss4Verifier } from 'countersign/sigv4'
 *
 * const scheme = oss4Verifier({ unsignedPayload: true, bucket: 'photos' })
 * ```
 */
export const oss4Verifier = (options: Oss4VerifierOptions = {}): Sigv4VerifyScheme =>
  variantVerifier('oss4Verifier', oss4Variant(options?.bucket, NONE), options, VERIFIER)
