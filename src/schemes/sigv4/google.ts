import type { HmacKey, SigningKey } from '../../crypto/key.js'
import type { OptionNames } from '../../errors.js'
import { FLAG, oneOf } from '../../support/option-kinds.js'
import type { Signer } from '../scheme.js'
import { type AccessKey, accessKey } from './key.js'
import { type CloneOptions, scoped } from './parts.js'
import { headerSigner } from './signer.js'
import { BASIC_TIME } from './time.js'
import { type UrlSignerOptions, urlSigner } from './url-signer.js'
import { awsPath, formText, type Rules, type Variant } from './variant.js'
import { type Sigv4VerifierOptions, type Sigv4VerifyScheme, VERIFIER_OPTIONS, variantVerifier } from './verifier.js'
import { withHeaders } from './written-headers.js'

const RULES: Rules = { bodyField: true, unsignedUrls: true }

/**
 * Google Cloud Storage, with the RSA key of a service account.
 *
 * @see {@link https://cloud.google.com/storage/docs/authentication/signatures | Cloud Storage, Signatures}
 */
export const GOOG4_RSA: Variant = /* @__PURE__ */ withHeaders({
  id: 'goog4',
  name: 'Google Cloud Storage V4',
  label: 'GOOG4-RSA-SHA256',
  algorithm: 'rsa-v1_5-sha256',
  secretPrefix: '',
  scope: ['region', 'service'],
  terminator: 'goog4_request',
  time: BASIC_TIME,
  isTimed: true,
  fields: { date: 'X-Goog-Date', hash: 'X-Goog-Content-SHA256' },
  members: { credential: 'Credential', signed: 'SignedHeaders', between: ', ' },
  query: {
    algorithm: 'X-Goog-Algorithm',
    credential: 'X-Goog-Credential',
    date: 'X-Goog-Date',
    expires: 'X-Goog-Expires',
    signed: 'X-Goog-SignedHeaders',
    signature: 'X-Goog-Signature',
  },
  prefix: 'x-goog-',
  rules: () => RULES,
  path: awsPath,
  queryText: formText,
  // The port is left out, as Google's conformance tests have it.
  hostText: (authority) => authority.replace(/:\d+$/, ''),
})

/** The same with the HMAC key of an interoperable access. */
export const GOOG4_HMAC: Variant = {
  ...GOOG4_RSA,
  id: 'goog4-hmac',
  label: 'GOOG4-HMAC-SHA256',
  algorithm: 'hmac-sha256',
  secretPrefix: 'GOOG4',
}

const variantOf = (key: SigningKey | undefined): Variant => (key?.algorithm === 'hmac-sha256' ? GOOG4_HMAC : GOOG4_RSA)

const PLACE = { region: 'auto', service: 'storage' } as const

/**
 * An HMAC key of Cloud Storage. A service account signs with its RSA key instead: `importSigningKey(pem, { keyId: email,
 * algorithm: 'rsa-v1_5-sha256' })`.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @example
 * ```ts
 * import { goog4Key } from 'countersign/sigv4'
 *
 * const key = goog4Key({ accessKeyId: 'GOOGTS7C7FUP3AIRVJTE2BCD', secretAccessKey: 'bGoa+V7g/yqDXvKRqq+JTFn4uQZbPiQJo4pf9RzJ' })
 * ```
 */
export const goog4Key = (options: AccessKey): HmacKey => accessKey('goog4Key', GOOG4_HMAC, options)

/**
 * Google Cloud Storage V4 in the `Authorization` field, with an RSA key or an HMAC key.
 *
 * @throws {CountersignError} as `sigv4`.
 * @example
 * ```ts
 * import { goog4, goog4Key } from 'countersign/sigv4'
 *
 * const key = goog4Key({ accessKeyId: 'GOOGTS7C7FUP3AIRVJTE2BCD', secretAccessKey: 'bGoa+V7g/yqDXvKRqq+JTFn4uQZbPiQJo4pf9RzJ' })
 * const signer = goog4({ key })
 * ```
 */
export const goog4 = <K extends SigningKey>(options: CloneOptions<K>): Signer<K> =>
  headerSigner('goog4', 'goog4Key', variantOf(options?.key), scoped('goog4', options, PLACE))

/** Options of {@link goog4Url}. */
export type Goog4UrlOptions<K extends SigningKey = SigningKey> = CloneOptions<K> & Pick<UrlSignerOptions<K>, 'expiresS'>

/**
 * Google Cloud Storage V4 in the query: a URL that is good for up to seven days. Its body is not signed.
 *
 * @throws {CountersignError} as `sigv4Url`.
 * @example
 * ```ts
 * import { importSigningKey } from 'countersign/crypto'
 * import { goog4Url } from 'countersign/sigv4'
 *
 * declare const account: { client_email: string; private_key: string }
 * const key = await importSigningKey(account.private_key, { keyId: account.client_email, algorithm: 'rsa-v1_5-sha256' })
 * const signer = goog4Url({ key, expiresS: 900 })
 * ```
 */
export const goog4Url = <K extends SigningKey>(options: Goog4UrlOptions<K>): Signer<K> =>
  urlSigner('goog4Url', 'goog4Key', variantOf(options?.key), scoped('goog4Url', options, PLACE))

/** Options of {@link goog4Verifier}. */
export interface Goog4VerifierOptions extends Sigv4VerifierOptions {
  /** Which of the two: the RSA keys of service accounts, or HMAC keys. Default `rsa-v1_5-sha256`. */
  readonly algorithm?: 'rsa-v1_5-sha256' | 'hmac-sha256'
  /**
   * The port is a part of the host that is signed, as Google's library for Python has it; the others leave it out. Default `false`.
   * Of a host without a port both sign the same.
   */
  readonly signedPort?: boolean
}

const OPTIONS: OptionNames<Goog4VerifierOptions> = {
  ...VERIFIER_OPTIONS,
  algorithm: oneOf('rsa-v1_5-sha256', 'hmac-sha256'),
  signedPort: FLAG,
}

function withPort({ hostText: _, ...variant }: Variant): Variant {
  return withHeaders(variant)
}

/**
 * The verifying side of Google Cloud Storage V4.
 *
 * @throws {CountersignError} as `sigv4Verifier`.
 * @example
 * ```ts
 * import { goog4Verifier } from 'countersign/sigv4'
 *
 * const scheme = goog4Verifier({ unsignedPayload: true })
 * ```
 */
export const goog4Verifier = (options: Goog4VerifierOptions = {}): Sigv4VerifyScheme => {
  const variant = options?.algorithm === 'hmac-sha256' ? GOOG4_HMAC : GOOG4_RSA
  return variantVerifier('goog4Verifier', options?.signedPort === true ? withPort(variant) : variant, options, OPTIONS)
}
