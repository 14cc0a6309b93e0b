import { assertKeyId, type SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type KnownOptions, type OptionNames } from '../../errors.js'
import { FLAG, LIST, TEXT } from '../../support/option-kinds.js'
import { areaOf, type HeaderSettings, unsignable } from './header-form.js'
import { assertVariantKey } from './key.js'
import type { Variant } from './variant.js'

/** What a signature of this family is made with. */
export interface SignerOptions<K extends SigningKey = SigningKey> {
  /** What signs: `sigv4Key()`, or an object of your own with `keyId`, `algorithm` and `sign`, such as a KMS. */
  readonly key: K
  /** Part of the scope: `us-east-1`. */
  readonly region: string
  /** Part of the scope, in lower case: `s3`, `execute-api`, `dynamodb` … It also decides how the path is encoded. */
  readonly service: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
  /** Adds the token to the request without signing it, as AWS IoT wants it. Default `false`. */
  readonly omitSessionToken?: boolean
  /** Leaves the body out of what is signed, where the service lets it. Default `false`. */
  readonly unsignedPayload?: boolean
  /** Puts the hash of the body into a separate field. Default: for S3. */
  readonly signBodyHeader?: boolean
  /** Encodes the path of the wire once more. Default: for every service but S3. */
  readonly doubleEncode?: boolean
  /** Signs the path with its dot segments resolved. Default: for every service but S3. */
  readonly normalizePath?: boolean
  /** Further fields, in lower case, that proxies change and that are therefore not signed. */
  readonly unsignableHeaders?: readonly string[]
}

export const SIGNER_OPTIONS: OptionNames<SignerOptions> = {
  key: 2,
  region: [TEXT, 2],
  service: [TEXT, 2],
  sessionToken: TEXT,
  omitSessionToken: FLAG,
  unsignedPayload: FLAG,
  signBodyHeader: FLAG,
  doubleEncode: FLAG,
  normalizePath: FLAG,
  unsignableHeaders: LIST,
}
const KEY_HINT = 'key: sigv4Key({ accessKeyId, secretAccessKey })'
export const SIGNER_HINTS: Readonly<Record<string, string>> = {
  credentials: KEY_HINT,
  secretAccessKey: KEY_HINT,
  accessKeyId: KEY_HINT,
  singleEncode: 'doubleEncode: false',
  uriEscapePath: 'doubleEncode',
  expiresIn: 'sigv4Url({ expiresS })',
}

/** A signer's options, checked, and what follows from them. */
export interface Settings<K extends SigningKey = SigningKey> extends HeaderSettings {
  readonly key: K
  readonly signsToken: boolean
  /** `20150830/us-east-1/service/aws4_request`. */
  scopeOf(time: string): string
}

/** @throws {CountersignError} `CONFIG_INVALID`. */
export function settingsOf<K extends SigningKey>(
  where: string,
  maker: string,
  variant: Variant,
  options: Omit<SignerOptions<K>, 'region' | 'service'> & { readonly region?: string; readonly service?: string },
  known: KnownOptions,
  extra: Settings['extra'],
  hints: Readonly<Record<string, string>> = SIGNER_HINTS,
): Settings<K> {
  assertOptions(where, options, known, hints)
  const { key, region = '', service = '', sessionToken, omitSessionToken = false, unsignedPayload = false } = options
  assertVariantKey(where, maker, variant, key)
  assertKeyId(key.keyId)
  const area = areaOf(where, variant, { region, service })
  const rules = variant.rules(service)
  const unsigned = unsignable(options.unsignableHeaders)
  // What stands in the string to sign, or is added behind the signature.
  const { token } = variant.fields
  if (token === undefined && sessionToken !== undefined)
    fail('CONFIG_INVALID', `${where}: ${variant.name} has no "sessionToken"`)
  if (omitSessionToken && token !== undefined) unsigned.add(token.toLowerCase())
  for (const name of ['host', variant.fields.date.toLowerCase()])
    if (unsigned.has(name)) fail('CONFIG_INVALID', `${where}: "unsignableHeaders" must not hold "${name}"`)
  let lastDay = ''
  let lastScope = ''
  return {
    key,
    rules: {
      ...rules,
      doubleEncode: options.doubleEncode ?? rules.doubleEncode,
      normalizePath: options.normalizePath ?? rules.normalizePath,
      bodyField: options.signBodyHeader ?? (rules.bodyField || unsignedPayload),
    },
    token: sessionToken,
    signsToken: !omitSessionToken,
    unsignedPayload,
    extra,
    isSigned: (lower) => !unsigned.has(lower) && variant.signs?.(lower) !== false,
    scopeOf: (time) => {
      const day = variant.time.day(time)
      // Stryker disable next-line ConditionalExpression: made again, it is the same
      if (day !== lastDay) {
        lastScope = day + area
        lastDay = day
      }
      return lastScope
    },
  }
}

/** Options of a variant whose scope is nearly always the same. */
export type CloneOptions<K extends SigningKey = SigningKey> = Omit<SignerOptions<K>, 'region' | 'service'> &
  Partial<Pick<SignerOptions<K>, 'region' | 'service'>>

/** The options with the parts of the scope that were left out. */
export function scoped<T extends CloneOptions>(
  where: string,
  options: T,
  place: Partial<Pick<SignerOptions, 'region' | 'service'>>,
): T {
  if (typeof options !== 'object' || options === null) assertOptions(where, options, { key: 2 })
  const stated = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...place, ...(Object.fromEntries(stated) as T) }
}
