import type { HmacKey, SigningKey } from '../../crypto/key.js'
import type { Signer } from '../scheme.js'
import { cloneSigner } from './clone.js'
import { keptSpaces } from './kept-spaces.js'
import { type AccessKey, accessKey } from './key.js'
import { type CloneOptions, scoped } from './parts.js'
import { BASIC_TIME } from './time.js'
import { type UrlSignerOptions, urlSigner } from './url-signer.js'
import { awsPath, formText, type Variant } from './variant.js'
import { type Sigv4VerifierOptions, type Sigv4VerifyScheme, variantVerifier } from './verifier.js'
import { withHeaders } from './written-headers.js'

const SIGNED = /^(?:host|content-type|content-md5|x-.*)$/

/**
 * Volcengine's open API.
 *
 * @see {@link https://www.volcengine.com/docs/6369/67269 | Volcengine, Signature method}
 */
export const VOLC: Variant = /* @__PURE__ */ withHeaders({
  id: 'volc',
  name: 'Volcengine HMAC-SHA256',
  label: 'HMAC-SHA256',
  algorithm: 'hmac-sha256',
  secretPrefix: '',
  scope: ['region', 'service'],
  terminator: 'request',
  time: BASIC_TIME,
  isTimed: true,
  fields: { date: 'X-Date', hash: 'X-Content-Sha256', token: 'X-Security-Token' },
  members: { credential: 'Credential', signed: 'SignedHeaders', between: ', ' },
  query: undefined,
  // Its fields begin as those of proxies do.
  prefix: '',
  weaknesses: ['unsigned-fields'],
  rules: () => ({ bodyField: true }),
  path: awsPath,
  valueText: keptSpaces,
  queryText: formText,
  signs: (lower) => SIGNED.test(lower),
})

/**
 * Volcengine's object storage, TOS.
 *
 * @see {@link https://www.volcengine.com/docs/6349/74839 | Volcengine TOS, Signature}
 */
export const TOS4: Variant = {
  ...VOLC,
  id: 'tos4',
  name: 'Volcengine TOS4',
  label: 'TOS4-HMAC-SHA256',
  fields: { date: 'X-Tos-Date', hash: 'X-Tos-Content-Sha256', token: 'X-Tos-Security-Token' },
  query: {
    algorithm: 'X-Tos-Algorithm',
    credential: 'X-Tos-Credential',
    date: 'X-Tos-Date',
    expires: 'X-Tos-Expires',
    signed: 'X-Tos-SignedHeaders',
    token: 'X-Tos-Security-Token',
    signature: 'X-Tos-Signature',
  },
  prefix: 'x-tos-',
  weaknesses: [],
  rules: () => ({ bodyField: true, unsignedUrls: true, absentIsUnsigned: true }),
  signs: (lower) => lower === 'host' || lower === 'content-type' || lower.startsWith('x-tos-'),
}

/**
 * An access key of Volcengine's open API.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @example
 * ```ts
 * import { volcKey } from 'countersign/sigv4'
 *
 * const key = volcKey({ accessKeyId: 'AKLTexample', secretAccessKey: 'an example of a secret' })
 * ```
 */
export const volcKey = (options: AccessKey): HmacKey => accessKey('volcKey', VOLC, options)

/**
 * Volcengine's HMAC-SHA256, as its open API takes it.
 *
 * @throws {CountersignError} as `sigv4`.
 * @example
 * ```ts
 * import { volc, volcKey } from 'countersign/sigv4'
 *
 * const key = volcKey({ accessKeyId: 'AKLTexample', secretAccessKey: 'an example of a secret' })
 * const signer = volc({ key, region: 'cn-north-1', service: 'iam' })
 * ```
 */
export const volc = <K extends SigningKey>(
  options: CloneOptions<K> & { readonly region: string; readonly service: string },
): Signer<K> => cloneSigner('volc', VOLC, options)

/**
 * The verifying side of Volcengine's HMAC-SHA256.
 *
 * @throws {CountersignError} as `sigv4Verifier`.
 * @example
 * ```ts
 * import { volcVerifier } from 'countersign/sigv4'
 *
 * const scheme = volcVerifier({ service: 'iam' })
 * ```
 */
export const volcVerifier = (options: Sigv4VerifierOptions = {}): Sigv4VerifyScheme =>
  variantVerifier('volcVerifier', VOLC, options)

const TOS = { service: 'tos' } as const

/**
 * An access key of Volcengine TOS.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @example
 * ```ts
 * import { tos4Key } from 'countersign/sigv4'
 *
 * const key = tos4Key({ accessKeyId: 'AKLTexample', secretAccessKey: 'an example of a secret' })
 * ```
 */
export const tos4Key = (options: AccessKey): HmacKey => accessKey('tos4Key', TOS4, options)

/**
 * Volcengine's TOS4-HMAC-SHA256 in the `Authorization` field. Unlike TOS's clients it signs the body.
 *
 * @throws {CountersignError} as `sigv4`.
 * @example
 * ```ts
 * import { tos4, tos4Key } from 'countersign/sigv4'
 *
 * const key = tos4Key({ accessKeyId: 'AKLTexample', secretAccessKey: 'an example of a secret' })
 * const signer = tos4({ key, region: 'cn-beijing' })
 * ```
 */
export const tos4 = <K extends SigningKey>(options: CloneOptions<K> & { readonly region: string }): Signer<K> =>
  cloneSigner('tos4', TOS4, options, TOS)

/**
 * TOS4-HMAC-SHA256 in the query.
 *
 * @throws {CountersignError} as `sigv4Url`.
 * @example
 * ```ts
 * import { tos4Key, tos4Url } from 'countersign/sigv4'
 *
 * const key = tos4Key({ accessKeyId: 'AKLTexample', secretAccessKey: 'an example of a secret' })
 * const signer = tos4Url({ key, region: 'cn-beijing', expiresS: 900 })
 * ```
 */
export const tos4Url = <K extends SigningKey>(
  options: CloneOptions<K> & Pick<UrlSignerOptions<K>, 'region' | 'expiresS'>,
): Signer<K> => urlSigner('tos4Url', 'tos4Key', TOS4, scoped('tos4Url', options, TOS))

/**
 * The verifying side of TOS4-HMAC-SHA256. TOS's clients leave the body unsigned: that takes `unsignedPayload: true`.
 *
 * @throws {CountersignError} as `sigv4Verifier`.
 * @example
 * ```ts
 * import { tos4Verifier } from 'countersign/sigv4'
 *
 * const scheme = tos4Verifier({ unsignedPayload: true })
 * ```
 */
export const tos4Verifier = (options: Sigv4VerifierOptions = {}): Sigv4VerifyScheme =>
  variantVerifier('tos4Verifier', TOS4, options)
