import { hashBase64 } from '#backend/hash'
import type { HashName } from '../../crypto/algorithm.js'
import { base64 } from '../../crypto/encoding.js'
import { assertKeyId, type SigningKey } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { type FieldLines, hasField, sentValue } from '../../message/fields.js'
import { type HttpMessage, isStream, withFields } from '../../message/message.js'
import { type Prepared, type SignContext, type Signer, type SignScheme, signatureText } from '../scheme.js'
import { signatureBase } from './base.js'
import { assertSignerOptions, type Rfc9421Options, type Rfc9421SignerOptions } from './options.js'
import { parameterWriter } from './parameters.js'
import { presetOptional, presetRequired, type Shape, shapes } from './shape.js'

/**
 * RFC 9421 HTTP Message Signatures, the preset. Covers method, authority, path, query and, where there are any, content-type
 * and the body's digest; adds `created`, a nonce and the key id. Responses cover their status, the request they answer,
 * content-type and digest. To cover something else, see {@link rfc9421Signer}.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a bad label or tag, and for options of {@link rfc9421Signer}. Signing
 *   throws `COMPONENT_MISSING` for an absent component and `MESSAGE_MALFORMED` for a message that cannot be signed.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421 | RFC 9421}
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes, rfc9421 } from 'countersign'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })
 * ```
 */
export function rfc9421<K extends SigningKey>(options: Rfc9421Options<K>): Signer<K> {
  assertSignerOptions('rfc9421', options)
  // Ignored, one of these would leave a component uncovered that the caller expects to be signed.
  const { components, whenPresent, parameters, digest } = options as Rfc9421SignerOptions
  if (![components, whenPresent, parameters].every((one) => one === undefined) || digest === false)
    fail('CONFIG_INVALID', 'rfc9421: components, whenPresent, parameters and digest: false need rfc9421Signer()')
  return signerOf(options, shapes(presetRequired(), presetOptional()), '')
}

/** A signer of compiled component lists. `extensions` are serialised parameters after the registered ones, `id` is that of a profile. */
export function signerOf<K extends SigningKey>(
  options: Rfc9421SignerOptions<K>,
  shapeOf: (message: HttpMessage) => Shape,
  extensions: string,
  id = 'rfc9421',
): Signer<K> {
  const { key, label = 'sig1', digest = 'sha-256' } = options
  assertKeyId(key.keyId)
  const params = parameterWriter(options, extensions)
  const scheme: SignScheme = {
    id,
    prepare: <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
      assertFreeLabel(message.fields, label)
      const ready = withDigest(message, digest)
      const { components, list } = shapeOf(ready)
      const input = list + params(context)
      const base = signatureBase(components, input, ready)
      return {
        base,
        encoding: 'base64',
        attach: (signature) => {
          const text = `${label}=:${signatureText(signature, base64)}:`
          return withFields(ready, [...ready.fields, 'Signature-Input', `${label}=${input}`, 'Signature', text])
        },
        trace: () => ({ scheme: id, base, covered: components.map((one) => one.id) }),
      }
    },
  }
  return { scheme, key }
}

/** The message, with a Content-Digest where the body needs one. */
function withDigest<M extends HttpMessage>(message: M, digest: 'sha-256' | 'sha-512' | false): M {
  const { body, fields } = message
  if (body === null || digest === false || hasField(fields, 'content-digest')) return message
  if (isStream(body)) fail('MESSAGE_MALFORMED', 'a stream must have a Content-Digest')
  const value = `${digest}=:${hashBase64(digest.replace('-', '') as HashName, body)}:`
  return withFields(message, [...fields, 'Content-Digest', value])
}

/**
 * Refuses to add a second signature of the same name: which of the two a reader takes is undefined. Every
 * member of a dictionary starts the field or follows a comma, so none is missed; a comma inside a string can only refuse.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function assertFreeLabel(fields: FieldLines, label: string): void {
  for (const name of ['signature-input', 'signature']) {
    if (
      sentValue(fields, name)
        ?.split(',')
        .some((member) => member.trim().split(/[=;]/, 1)[0] === label)
    )
      fail('MESSAGE_MALFORMED', `a signature "${label}" is there already`)
  }
}
