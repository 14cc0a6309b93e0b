import { hashText } from '#backend/hash'
import type { HashName } from '../../crypto/algorithm.js'
import { assertKeyId, type SigningKey } from '../../crypto/key.js'
import { CountersignError } from '../../errors.js'
import { type FieldLines, hasField } from '../../message/fields.js'
import { type HttpMessage, isStream, withFields } from '../../message/message.js'
import { type Prepared, type SignContext, type Signer, type SignScheme, signatureText } from '../scheme.js'
import { signatureBase } from './base.js'
import { assertFreeLabel } from './free-label.js'
import { LABEL, type Rfc9421Options } from './options.js'
import { shapes } from './shape.js'
import { parameterWriter } from './signature-params.js'

const DIGEST_HASH: Readonly<Record<'sha-256' | 'sha-512', HashName>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' }

/**
 * RFC 9421 HTTP Message Signatures. Covers method, authority, path, query and, where there are any, content-type and the
 * body's digest; adds `created`, a nonce and the key id. Responses cover their status, the request they answer, content-type
 * and digest.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a component list that covers less than that without {@link coverLess},
 *   or for a bad label, tag or parameter. Signing throws `COMPONENT_MISSING` for an absent component and
 *   `MESSAGE_MALFORMED` for a message that cannot be signed.
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
  const { key, label = 'sig1' } = options
  assertKeyId(key.keyId)
  if (!LABEL.test(label))
    throw new CountersignError('CONFIG_INVALID', '"label" expected a structured-field key of at most 64 characters')
  const shapeOf = shapes(options)
  const params = parameterWriter(options)
  const { digest = 'sha-256' } = options
  const scheme: SignScheme = {
    id: 'rfc9421',
    prepare: <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
      assertFreeLabel(message.fields, label)
      const fields = withDigest(message, digest)
      const ready = fields === message.fields ? message : withFields(message, fields)
      const { components, list } = shapeOf(ready)
      const input = list + params(context)
      const base = signatureBase(components, input, ready)
      return {
        base,
        encoding: 'base64',
        attach: (signature) => attach(ready, label, input, signatureText(signature, 'base64')),
        trace: () => ({ scheme: 'rfc9421', base, covered: components.map((one) => one.id) }),
      }
    },
  }
  return { scheme, key }
}

/** The message with its two new field lines. */
function attach<M extends HttpMessage>(message: M, label: string, input: string, signature: string): M {
  return withFields(message, [
    ...message.fields,
    'Signature-Input',
    `${label}=${input}`,
    'Signature',
    `${label}=:${signature}:`,
  ])
}

/** The field lines, with a Content-Digest where the body needs one. */
function withDigest(message: HttpMessage, digest: 'sha-256' | 'sha-512' | false): FieldLines {
  const { body, fields } = message
  if (body === null || digest === false || hasField(fields, 'content-digest')) return fields
  if (isStream(body)) {
    throw new CountersignError(
      'MESSAGE_MALFORMED',
      'a streamed body expected a Content-Digest field: its digest must be known before it is sent',
    )
  }
  return [...fields, 'Content-Digest', `${digest}=:${hashText(DIGEST_HASH[digest], body, 'base64')}:`]
}
