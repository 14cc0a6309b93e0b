import type { HmacKey, SigningKey } from '../../crypto/key.js'
import type { Signer } from '../scheme.js'
import { cloneSigner } from './clone.js'
import { keptSpaces } from './kept-spaces.js'
import { type AccessKey, accessKey } from './key.js'
import type { CloneOptions } from './parts.js'
import { EXTENDED_TIME } from './time.js'
import { formText, type Variant } from './variant.js'
import { type Sigv4VerifierOptions, type Sigv4VerifyScheme, variantVerifier } from './verifier.js'
import { withHeaders } from './written-headers.js'

/**
 * Alibaba Cloud, signature version 3: without a scope, with a nonce.
 *
 * @see {@link https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature | Alibaba Cloud, V3}
 */
export const ACS3: Variant = /* @__PURE__ */ withHeaders({
  id: 'acs3',
  name: 'Alibaba Cloud ACS3',
  label: 'ACS3-HMAC-SHA256',
  algorithm: 'hmac-sha256',
  secretPrefix: '',
  scope: undefined,
  terminator: '',
  time: EXTENDED_TIME,
  isTimed: false,
  fields: {
    date: 'x-acs-date',
    hash: 'x-acs-content-sha256',
    token: 'x-acs-security-token',
    nonce: 'x-acs-signature-nonce',
  },
  members: { credential: 'Credential', signed: 'SignedHeaders', between: ',' },
  query: undefined,
  prefix: 'x-acs-',
  rules: () => ({ bodyField: true }),
  // As it is sent: the clients encode the parts of a path before, once.
  path: (path) => path,
  valueText: keptSpaces,
  // Clients for Python write a space as "+", and sign %20.
  queryText: formText,
  signs: (lower) => lower === 'host' || lower === 'content-type' || lower.startsWith('x-acs-'),
  // Several values of one field are sorted.
  joined: (values) => [...values].sort().join(','),
})

/**
 * An access key of Alibaba Cloud.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @example
 * ```ts
 * import { acs3Key } from 'countersign/sigv4'
 *
 * const key = acs3Key({ accessKeyId: 'YourAccessKeyId', secretAccessKey: 'YourAccessKeySecret' })
 * ```
 */
export const acs3Key = (options: AccessKey): HmacKey => accessKey('acs3Key', ACS3, options)

/**
 * Alibaba Cloud's ACS3-HMAC-SHA256.
 *
 * @throws {CountersignError} as `sigv4`.
 * @example
 * ```ts
 * import { acs3, acs3Key } from 'countersign/sigv4'
 *
 * const signer = acs3({ key: acs3Key({ accessKeyId: 'YourAccessKeyId', secretAccessKey: 'YourAccessKeySecret' }) })
 * ```
 */
export const acs3 = <K extends SigningKey>(options: CloneOptions<K>): Signer<K> => cloneSigner('acs3', ACS3, options)

/**
 * The verifying side of ACS3-HMAC-SHA256. Its nonce is what may arrive once.
 *
 * @throws {CountersignError} as `sigv4Verifier`.
 * @example
 * ```ts
 * import { acs3Verifier } from 'countersign/sigv4'
 *
 * const scheme = acs3Verifier()
 * ```
 */
export const acs3Verifier = (options: Sigv4VerifierOptions = {}): Sigv4VerifyScheme =>
  variantVerifier('acs3Verifier', ACS3, options)
