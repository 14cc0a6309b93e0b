import { base64, hex, utf8 } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { assertNeeded, assertOptions, fail, type OptionNames } from '../../errors.js'
import { LIST, MOMENT, TEXT, whole } from '../../support/option-kinds.js'
import { GOOG4_HMAC, GOOG4_RSA } from './google.js'
import { assertVariantKey, scopeMac } from './key.js'
import { MAX_EXPIRES_S } from './read-query.js'
import { AWS4, type Variant } from './variant.js'

/** One condition of a policy: a field and its value, how it has to begin, or how long the file may be. */
export type PolicyCondition =
  | Readonly<Record<string, string>>
  | readonly ['eq' | 'starts-with', string, string]
  | readonly ['content-length-range', number, number]

/** What an upload form is allowed, before it is signed. */
export interface PostPolicyOptions<K extends SigningKey = SigningKey> {
  /** `sigv4Key()`; for Google the RSA key of a service account, or `goog4Key()`. */
  readonly key: K
  /** What the form has to meet. Every field that it may have needs one. */
  readonly conditions: readonly PolicyCondition[]
  /** How long the form is good for, in seconds: at most seven days. */
  readonly expiresS: number
  /** When it was signed, in milliseconds: `Date.now()`. */
  readonly nowMs: number
  /** Part of the scope; for Google `auto`. */
  readonly region?: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
}

const OPTIONS: OptionNames<PostPolicyOptions> = {
  key: 2,
  conditions: [LIST, 2],
  expiresS: [whole(1, MAX_EXPIRES_S, ' seconds'), 2],
  nowMs: [MOMENT, 2],
  region: TEXT,
  sessionToken: TEXT,
}

/**
 * The fields of an upload form for Amazon S3, signed: they stand in the form before the file.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html | Amazon S3, POST policy}
 * @example
 * ```ts
 * import { sigv4Key, sigv4PostPolicy } from 'countersign/sigv4'
 *
 * const fields = await sigv4PostPolicy({
 *   key: sigv4Key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }),
 *   region: 'eu-central-1',
 *   conditions: [{ bucket: 'photos' }, ['starts-with', '$key', 'user/42/'], ['content-length-range', 1, 1_000_000]],
 *   expiresS: 600,
 *   nowMs: Date.now(),
 * })
 * ```
 */
export const sigv4PostPolicy = (
  options: PostPolicyOptions & { readonly region: string },
): Promise<Readonly<Record<string, string>>> => postPolicy('sigv4PostPolicy', 'sigv4Key', AWS4, 's3', options)

/**
 * The fields of an upload form for Google Cloud Storage, signed.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 * @see {@link https://cloud.google.com/storage/docs/authentication/signatures#policy-document | Cloud Storage, policy documents}
 * @example
 * ```ts
 * import { goog4Key, goog4PostPolicy } from 'countersign/sigv4'
 *
 * const fields = await goog4PostPolicy({
 *   key: goog4Key({ accessKeyId: 'GOOGTS7C7FUP3AIRVJTE2BCD', secretAccessKey: 'bGoa+V7g/yqDXvKRqq+JTFn4uQZbPiQJo4pf9RzJ' }),
 *   conditions: [{ bucket: 'photos' }, ['starts-with', '$key', 'user/42/']],
 *   expiresS: 600,
 *   nowMs: Date.now(),
 * })
 * ```
 */
export const goog4PostPolicy = (options: PostPolicyOptions): Promise<Readonly<Record<string, string>>> =>
  postPolicy(
    'goog4PostPolicy',
    'goog4Key',
    options?.key?.algorithm === 'hmac-sha256' ? GOOG4_HMAC : GOOG4_RSA,
    'storage',
    options,
  )

/** A policy as JSON of ASCII, which no transport changes. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

async function postPolicy(
  where: string,
  maker: string,
  variant: Variant,
  service: string,
  options: PostPolicyOptions,
): Promise<Readonly<Record<string, string>>> {
  assertOptions(where, options, OPTIONS, { expiration: 'expiresS', fields: 'conditions' })
  const { key, conditions, expiresS, nowMs, region = 'auto', sessionToken } = options
  assertVariantKey(where, maker, variant, key)
  assertNeeded(where, options, OPTIONS)
  const { prefix, label, time: format, terminator, fields } = variant
  if (sessionToken !== undefined && fields.token === undefined)
    fail('CONFIG_INVALID', `${where}: ${variant.name} has no "sessionToken"`)
  const time = format.write(nowMs)
  const area = `${format.day(time)}/${region}/${service}/${terminator}`
  const own: Record<string, string> = {
    [`${prefix}date`]: time,
    [`${prefix}credential`]: `${key.keyId}/${area}`,
    [`${prefix}algorithm`]: label,
  }
  if (sessionToken !== undefined) own[(fields.token as string).toLowerCase()] = sessionToken
  const stated = Object.assign({}, ...conditions.filter((one) => !Array.isArray(one))) as Record<string, string>
  const { bucket: _, ...formFields } = stated
  const all = [...conditions, ...Object.entries(own).map(([name, value]) => ({ [name]: value }))]
  const end = `${new Date(Math.floor(nowMs / 1000) * 1000 + expiresS * 1000).toISOString().slice(0, 19)}Z`
  const policy = base64(utf8(jsonOf({ conditions: all, expiration: end })))
  const signature = hex(await (scopeMac(key, area) ?? key).sign(policy))
  return { ...formFields, ...own, policy, [`${prefix}signature`]: signature }
}
