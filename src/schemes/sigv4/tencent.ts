import { sha256Hex } from '#backend/sha256'
import type { HmacKey, SigningKey } from '../../crypto/key.js'
import type { Signer } from '../scheme.js'
import { UNSIGNED } from './canonical.js'
import { cloneSigner } from './clone.js'
import { keptSpaces } from './kept-spaces.js'
import { type AccessKey, accessKey } from './key.js'
import type { CloneOptions } from './parts.js'
import { UNIX_TIME } from './time.js'
import type { Variant } from './variant.js'
import { type Sigv4VerifierOptions, type Sigv4VerifyScheme, variantVerifier } from './verifier.js'
import { withHeaders } from './written-headers.js'

const SIGNED: ReadonlySet<string> = /* @__PURE__ */ new Set(['content-type', 'host', 'x-tc-action'])

/**
 * Tencent Cloud API 3.0. Its own clients sign the content type and the host only: the action, the version and the region of a
 * call can be changed on the way.
 *
 * @see {@link https://www.tencentcloud.com/document/product/213/33224 | Tencent Cloud, Signature v3}
 */
export const TC3: Variant = /* @__PURE__ */ withHeaders({
  id: 'tc3',
  name: 'Tencent Cloud TC3',
  label: 'TC3-HMAC-SHA256',
  algorithm: 'hmac-sha256',
  secretPrefix: 'TC3',
  scope: ['service'],
  terminator: 'tc3_request',
  time: UNIX_TIME,
  isTimed: true,
  fields: { date: 'X-TC-Timestamp', hash: 'X-TC-Content-SHA256', token: 'X-TC-Token' },
  members: { credential: 'Credential', signed: 'SignedHeaders', between: ', ' },
  prefix: '',
  weaknesses: ['unsigned-fields'],
  rules: () => ({}),
  path: (path) => path,
  valueText: keptSpaces,
  queryText: (text) => text,
  // As it is sent, in its order.
  query: undefined,
  canonicalQuery: (query) => query,
  signs: (lower) => SIGNED.has(lower),
  fieldText: (name, value) => (name === 'x-tc-action' ? value.toLowerCase() : value),
  payloadText: (payload) => (payload === UNSIGNED ? sha256Hex(UNSIGNED) : payload),
})

/**
 * A secret of Tencent Cloud: `SecretId` and `SecretKey`.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @example
 * ```ts
 * import { tc3Key } from 'countersign/sigv4'
 *
 * const key = tc3Key({ accessKeyId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE', secretAccessKey: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE' })
 * ```
 */
export const tc3Key = (options: AccessKey): HmacKey => accessKey('tc3Key', TC3, options)

/**
 * Tencent Cloud's TC3-HMAC-SHA256. Signs the action of a call besides what Tencent's clients sign.
 *
 * @throws {CountersignError} as `sigv4`.
 * @example
 * ```ts
 * import { tc3, tc3Key } from 'countersign/sigv4'
 *
 * const key = tc3Key({ accessKeyId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE', secretAccessKey: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE' })
 * const signer = tc3({ key, service: 'cvm' })
 * ```
 */
export const tc3 = <K extends SigningKey>(options: CloneOptions<K> & { readonly service: string }): Signer<K> =>
  cloneSigner('tc3', TC3, options)

/**
 * The verifying side of TC3-HMAC-SHA256.
 *
 * @throws {CountersignError} as `sigv4Verifier`.
 * @example
 * ```ts
 * import { tc3Verifier } from 'countersign/sigv4'
 *
 * const scheme = tc3Verifier({ service: 'cvm' })
 * ```
 */
export const tc3Verifier = (options: Sigv4VerifierOptions = {}): Sigv4VerifyScheme =>
  variantVerifier('tc3Verifier', TC3, options)
