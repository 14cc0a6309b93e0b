import { hex } from '../../crypto/encoding.js'
import type { HmacKey, SigningKey } from '../../crypto/key.js'
import type { KnownOptions } from '../../errors.js'
import { type HttpMessage, withFields } from '../../message/message.js'
import { type Prepared, type SignContext, type Signer, type SignScheme, signatureText } from '../scheme.js'
import { authorization, headerForm } from './header-form.js'
import { type AccessKey, accessKey } from './key.js'
import { type Settings, SIGNER_OPTIONS, type SignerOptions, settingsOf } from './parts.js'
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
  const { id, time: format } = variant
  const scheme: SignScheme = {
    id,
    prepare: <M extends HttpMessage>(message: M, { nowMs, keyId, nonce }: SignContext): Prepared<M> => {
      const time = format.write(nowMs)
      const area = settings.scopeOf(time)
      const { fields, headers, canonical, base } = headerForm(message, variant, settings, time, area, nonce)
      return {
        base,
        encoding: 'hex',
        attach: (signature) => {
          const text = variant.signatureText?.(signature) ?? signatureText(signature, hex)
          const value = authorization(variant, keyId, area, headers, text)
          return withFields(message, [...fields, 'Authorization', value])
        },
        trace: () => ({ scheme: id, base, canonical, covered: headers.names }),
      }
    },
  }
  return { scheme, key: settings.key }
}
