import type { HmacKey, SigningKey } from '../../crypto/key.js'
import type { Signer } from '../scheme.js'
import { EMPTY_HASH, UNSIGNED } from './canonical.js'
import { cloneSigner } from './clone.js'
import { canonicalPathText, canonicalText } from './encoding.js'
import { keptSpaces } from './kept-spaces.js'
import { type AccessKey, accessKey } from './key.js'
import type { CloneOptions } from './parts.js'
import { BASIC_TIME } from './time.js'
import type { Variant } from './variant.js'
import { type Sigv4VerifierOptions, type Sigv4VerifyScheme, variantVerifier } from './verifier.js'
import { withHeaders } from './written-headers.js'

/**
 * Huawei Cloud's API gateway: without a scope.
 *
 * @see {@link https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html | Huawei Cloud, API request signing}
 */
export const HUAWEI: Variant = /* @__PURE__ */ withHeaders({
  id: 'huawei',
  name: 'Huawei Cloud SDK-HMAC-SHA256',
  label: 'SDK-HMAC-SHA256',
  algorithm: 'hmac-sha256',
  secretPrefix: '',
  scope: undefined,
  terminator: '',
  time: BASIC_TIME,
  isTimed: true,
  fields: { date: 'X-Sdk-Date', hash: 'X-Sdk-Content-Sha256', token: 'X-Security-Token' },
  members: { credential: 'Access', signed: 'SignedHeaders', between: ', ' },
  query: undefined,
  prefix: 'x-sdk-',
  weaknesses: ['loose-target'],
  rules: () => ({}),
  // Signed decoded and encoded again, with a slash at its end, whether it has one or not.
  path: (path) => {
    const text = canonicalPathText(path).replaceAll('%2F', '/')
    return text.endsWith('/') ? text : `${text}/`
  },
  valueText: keptSpaces,
  queryText: canonicalText,
  // Gateways drop names with an underscore.
  signs: (lower) => !lower.includes('_'),
  payloadText: (payload, isEmpty) => (payload === UNSIGNED && isEmpty ? EMPTY_HASH : payload),
})

/**
 * An access key of Huawei Cloud: `AK` and `SK`.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @example
 * ```ts
 * import { huaweiKey } from 'countersign/sigv4'
 *
 * const key = huaweiKey({ accessKeyId: 'QTWAOYTTINDUT2QVKYUC', secretAccessKey: 'an example of a secret' })
 * ```
 */
export const huaweiKey = (options: AccessKey): HmacKey => accessKey('huaweiKey', HUAWEI, options)

/**
 * Huawei Cloud's SDK-HMAC-SHA256. A query has `%20` for a space and `%2B` for a plus, as Huawei's SDKs write both: a `+` that stands
 * there is signed as a plus, and a server that reads it as a space refuses the request.
 *
 * @throws {CountersignError} as `sigv4`.
 * @example
 * ```ts
 * import { huawei, huaweiKey } from 'countersign/sigv4'
 *
 * const signer = huawei({
 *   key: huaweiKey({ accessKeyId: 'QTWAOYTTINDUT2QVKYUC', secretAccessKey: 'an example of a secret' }),
 * })
 * ```
 */
export const huawei = <K extends SigningKey>(options: CloneOptions<K>): Signer<K> =>
  cloneSigner('huawei', HUAWEI, options)

/**
 * The verifying side of SDK-HMAC-SHA256. A path and the same with a slash at its end, or with an encoded one inside, are one to it.
 *
 * @throws {CountersignError} as `sigv4Verifier`.
 * @example
 * ```ts
 * import { huaweiVerifier } from 'countersign/sigv4'
 *
 * const scheme = huaweiVerifier()
 * ```
 */
export const huaweiVerifier = (options: Sigv4VerifierOptions = {}): Sigv4VerifyScheme =>
  variantVerifier('huaweiVerifier', HUAWEI, options)
