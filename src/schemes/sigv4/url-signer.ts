import { hex } from '../../crypto/encoding.js'
import type { SigningKey, SyncSigningKey } from '../../crypto/key.js'
import { fail, type KnownOptions, type OptionNames } from '../../errors.js'
import { type FieldsInit, sentValue } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, httpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { MOMENT, whole } from '../../support/option-kinds.js'
import {
  type Prepared,
  type SignContext,
  type Signer,
  type SignScheme,
  signatureText,
  signPreparedSync,
} from '../scheme.js'
import { canonicalHeaders, canonicalRequest, extraPair, payloadText, stringToSign } from './canonical.js'
import { encoded } from './encoding.js'
import { payloadOf, unsignedRequest } from './header-form.js'
import { type Settings, SIGNER_HINTS, SIGNER_OPTIONS, type SignerOptions, settingsOf } from './parts.js'
import { MAX_EXPIRES_S, ownNames, ownParameters } from './read-query.js'
import { AWS4_URLS, type QueryNames, type Variant } from './variant.js'

/** Options of {@link sigv4Url}. */
export interface UrlSignerOptions<K extends SigningKey = SigningKey> extends Omit<SignerOptions<K>, 'signBodyHeader'> {
  /** How long the URL is good for, in seconds: at most seven days. */
  readonly expiresS: number
}

const { signBodyHeader: _, ...SHARED } = SIGNER_OPTIONS
export const URL_OPTIONS: OptionNames<UrlSignerOptions> = {
  ...SHARED,
  expiresS: [whole(1, MAX_EXPIRES_S, ' seconds'), 2],
}
const URL_HINTS = { ...SIGNER_HINTS, expiresIn: 'expiresS' }

/**
 * AWS Signature Version 4 in the query: a URL that anyone who has it may open until it ends. Every field that the request has is
 * signed, and has to be sent with it; for a URL that is handed out, leave fields away. For S3 the body is not signed.
 *
 * @throws {CountersignError} `CONFIG_INVALID`. Signing throws `MESSAGE_MALFORMED` for a request that cannot be signed.
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html | Amazon S3 API Reference}
 * @example
 * ```ts
 * import { httpRequest, signRequestSync } from 'countersign'
 * import { sigv4Key, sigv4Url } from 'countersign/sigv4'
 *
 * const key = sigv4Key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' })
 * const signer = sigv4Url({ key, region: 'us-east-1', service: 's3', expiresS: 3600 })
 * const { target } = signRequestSync(httpRequest({ url: 'https://my-bucket.s3.amazonaws.com/photo.jpg' }), signer)
 * ```
 */
export const sigv4Url = <K extends SigningKey>(options: UrlSignerOptions<K>): Signer<K> =>
  urlSigner('sigv4Url', 'sigv4Key', AWS4_URLS, options)

/** Parts of {@link presign}. */
export interface PresignOptions<K extends SyncSigningKey = SyncSigningKey> extends UrlSignerOptions<K> {
  /** Where the request goes. A text with dot segments is refused: every client would resolve them. */
  readonly url: string | URL
  /** Default `GET`. */
  readonly method?: string
  /** Fields that have to be sent with the URL. */
  readonly headers?: FieldsInit
  /** When it was signed, in milliseconds: `Date.now()`. */
  readonly nowMs: number
}

/**
 * The URL that {@link sigv4Url} signs, as text.
 *
 * @throws {CountersignError} as {@link sigv4Url}.
 * @example
 * ```ts
 * import { presign, sigv4Key } from 'countersign/sigv4'
 *
 * const url = presign({
 *   url: 'https://my-bucket.s3.eu-central-1.amazonaws.com/photo.jpg',
 *   key: sigv4Key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }),
 *   region: 'eu-central-1',
 *   service: 's3',
 *   expiresS: 3600,
 *   nowMs: Date.now(),
 * })
 * ```
 */
export const presign = (options: PresignOptions): string => presignWith('presign', AWS4_URLS, options)

const PRESIGN: OptionNames<PresignOptions> = {
  ...URL_OPTIONS,
  url: 2,
  method: 1,
  headers: 1,
  nowMs: [MOMENT, 2],
}

/** A dot segment as the parser of URLs knows it, which resolves it; spaces at the end of a URL are none of it. */
const DOT_SEGMENT = /[/\\](?:\.|%2e){1,2}(?:[/\\]| *$)/i
/** The parser leaves out line breaks and tabs wherever they stand, and the others at the ends. */
const CONTROLS = /\p{Cc}/gu

/** {@link presign} of any variant. */
export function presignWith(where: string, variant: Variant, options: PresignOptions): string {
  const { scheme, key } = urlSigner(where, 'sigv4Key', variant, options, PRESIGN)
  const { url, method, headers, nowMs } = options
  // Where it goes it would name another object than the one that was meant.
  if (typeof url === 'string' && DOT_SEGMENT.test((url.split(/[?#]/, 1)[0] as string).replace(CONTROLS, '')))
    fail(
      'MESSAGE_MALFORMED',
      `${where}: "url" must hold no "/./" or "/../": every client resolves them, and opens another one`,
    )
  if (nowMs === undefined) fail('CONFIG_INVALID', `${where}: "nowMs" must be the time of signing, such as Date.now()`)
  const request = httpRequest({
    url,
    ...(method !== undefined && { method }),
    ...(headers !== undefined && { headers }),
  })
  const signed = signPreparedSync(
    scheme.prepare(request, { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce: '' }),
    key,
  )
  return `${signed.scheme}://${signed.authority}${signed.target}`
}

/** A signer of any variant whose signature stands in the URL. */
export function urlSigner<K extends SigningKey>(
  where: string,
  maker: string,
  variant: Variant,
  options: Omit<UrlSignerOptions<K>, 'region' | 'service'> & { readonly region?: string; readonly service?: string },
  known: KnownOptions = URL_OPTIONS,
  extra: Settings['extra'] = [],
): Signer<K> {
  const settings = settingsOf(where, maker, variant, options, known, extra, URL_HINTS)
  const { expiresS } = options
  if (expiresS === undefined) fail('CONFIG_INVALID', `${where}: "expiresS" must be the life of the URL in seconds`)
  const { id, time: format, fields: own } = variant
  const names = variant.query as QueryNames
  const reserved = ownNames(variant)
  const { rules, isSigned, token, signsToken } = settings
  const scheme: SignScheme = {
    id,
    prepare: <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
      const request = unsignedRequest(
        message,
        variant,
        'Authorization',
        ...(own.token === undefined ? [] : [own.token]),
      )
      if (ownParameters(request, reserved).size > 0)
        fail('MESSAGE_MALFORMED', 'the URL is signed already: sign the one that was not signed yet')
      const time = format.write(context.nowMs)
      // Google's clients sign a date of the request beside that of the URL.
      if ((sentValue(request.fields, own.date.toLowerCase()) ?? time) !== time)
        fail('MESSAGE_MALFORMED', `the request has a field ${own.date} with another time`)
      const area = settings.scopeOf(time)
      const headers = canonicalHeaders(request.fields, request.authority, isSigned, variant)
      const parameters: Array<readonly [name: string, value: string]> = [
        [names.algorithm, variant.label],
        [names.credential, `${context.keyId}/${area}`],
        [names.date, time],
        [names.expires, String(expiresS)],
        ...(headers.list === '' ? [] : [[names.signed, headers.list] as const]),
        ...extra,
      ]
      if (token !== undefined && signsToken) parameters.push([names.token as string, token])
      const payload = payloadOf(request, variant, settings.unsignedPayload || rules.unsignedUrls === true)
      const pairs = parameters.map(([name, value]) => [encoded(name), encoded(value)] as const)
      const canonical = canonicalRequest(request, {
        ...{ variant, rules, headers, payload: payloadText(variant, request, payload) },
        extra: pairs.map(([name, value]) => extraPair(name, value)),
      })
      const base = stringToSign(variant, time, area, canonical)
      return {
        base,
        encoding: 'hex',
        attach: (signature) => {
          const text = variant.signatureText?.(signature) ?? signatureText(signature, hex)
          const tail = token !== undefined && !signsToken ? `&${names.token}=${encoded(token)}` : ''
          const query = `${pairs.map((pair) => pair.join('=')).join('&')}&${names.signature}=${text}${tail}`
          return { ...message, target: withQuery(request, query) }
        },
        trace: () => ({ scheme: id, base, canonical, covered: headers.names }),
      }
    },
  }
  return { scheme, key: settings.key }
}

function withQuery({ target }: HttpRequest, own: string): string {
  const { query } = splitTarget(target)
  // `/??`: the second one belongs to a parameter.
  if (query === '') return `${target}?${own}`
  return query === '?' || query.endsWith('&') ? target + own : `${target}&${own}`
}
