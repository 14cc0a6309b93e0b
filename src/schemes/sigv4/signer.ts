import { hex } from '../../crypto/encoding.js'
import type { HmacKey, SigningKey } from '../../crypto/key.js'
import type { KnownOptions } from '../../errors.js'
import { type FieldLines, fieldValues } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, withFields } from '../../message/message.js'
import { type Prepared, type SignContext, type Signer, type SignScheme, signatureText } from '../scheme.js'
import { canonicalHeaders, canonicalRequest, payloadText, stringToSign } from './canonical.js'
import { type AccessKey, accessKey } from './key.js'
import { payloadOf, type Settings, SIGNER_OPTIONS, type SignerOptions, settingsOf, unsignedRequest } from './parts.js'
import { AWS4, type Variant } from './variant.js'

/**
 * An access key of AWS, or of a service that takes its signatures. It derives the key of each day, region and service by itself,
 * from the text it is given, and refuses every text that is not one of AWS Signature Version 4.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK` for an empty secret.
 * @example
 * ```ts
 * import { sigv4Key } from 'countersign/sigv4'
 *
 * const key = sigv4Key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' })
 * ```
 */
export const sigv4Key = (options: AccessKey): HmacKey => accessKey('sigv4Key', AWS4, options)

/**
 * AWS Signature Version 4 in the `Authorization` field. Signs the method, the path, the query, the host, the body and every
 * field that proxies leave alone; what is specific to S3 follows from the service.
 *
 * @throws {CountersignError} `CONFIG_INVALID`. Signing throws `MESSAGE_MALFORMED` for a request that cannot be signed.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html | AWS IAM User Guide}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { sigv4, sigv4Key } from 'countersign/sigv4'
 *
 * const key = sigv4Key({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' })
 * const signer = sigv4({ key, region: 'eu-central-1', service: 's3' })
 * const signedFetch = createSignedFetch(signer, { origins: ['https://my-bucket.s3.eu-central-1.amazonaws.com'] })
 * ```
 */
export const sigv4 = <K extends SigningKey>(options: SignerOptions<K>): Signer<K> =>
  headerSigner('sigv4', 'sigv4Key', AWS4, options)

/** A signer of any variant whose signature stands in the `Authorization` field. */
export function headerSigner<K extends SigningKey>(
  where: string,
  maker: string,
  variant: Variant,
  options: Omit<SignerOptions<K>, 'region' | 'service'> & { readonly region?: string; readonly service?: string },
  known: KnownOptions = SIGNER_OPTIONS,
  extra: Settings['extra'] = [],
): Signer<K> {
  const settings = settingsOf(where, maker, variant, options, known, extra)
  const { id, label, time: format, fields: names, members, scope } = variant
  const { credential, signed, between } = members
  const scheme: SignScheme = {
    id,
    prepare: <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
      const request = unsignedRequest(message, variant, 'Authorization', names.date)
      const time = format.write(context.nowMs)
      const area = settings.scopeOf(time)
      const payload = payloadOf(request, variant, settings.unsignedPayload)
      const fields = withOwn(request, variant, settings, time, payload, context)
      const headers = canonicalHeaders(fields, request.authority, settings.isSigned, variant)
      const canonical = canonicalRequest(request, {
        variant,
        rules: settings.rules,
        headers,
        payload: payloadText(variant, request, payload),
      })
      const base = stringToSign(variant, time, area, canonical)
      return {
        base,
        encoding: 'hex',
        attach: (signature) => {
          const who = `${credential}=${context.keyId}${scope === undefined ? '' : `/${area}`}`
          const what = headers.list === '' ? '' : `${signed}=${headers.list}${between}`
          const text = variant.signatureText?.(signature) ?? signatureText(signature, hex)
          const value = `${label} ${who}${between}${what}Signature=${text}`
          return withFields(message, [...fields, 'Authorization', value])
        },
        trace: () => ({ scheme: id, base, canonical, covered: headers.names }),
      }
    },
  }
  return { scheme, key: settings.key }
}

function withOwn(
  { fields }: HttpRequest,
  { fields: names }: Variant,
  { token, rules, extra }: Settings,
  time: string,
  payload: string,
  { nonce }: SignContext,
): FieldLines {
  const out = [...fields, names.date, time]
  if (token !== undefined) out.push(names.token as string, token)
  for (const [name, value] of extra) out.push(name, value)
  if (names.nonce !== undefined) out.push(names.nonce, nonce)
  if (rules.bodyField && fieldValues(fields, names.hash.toLowerCase()).length === 0) out.push(names.hash, payload)
  return out
}
