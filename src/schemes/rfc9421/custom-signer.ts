import type { SigningKey } from '../../crypto/key.js'
import { CountersignError } from '../../errors.js'
import type { Signer } from '../scheme.js'
import { customShapes } from './custom-shape.js'
import { assertSignerOptions, type Rfc9421SignerOptions } from './options.js'
import { signerOf } from './signer.js'

const EXTENSIONS =
  /^(?:;(?!(?:created|expires|nonce|alg|keyid|tag)(?:[=;]|$))[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[ !#-[\]-~]|\\["\\])*"|[\w!#$%&'*+./:=?@^`|~-]+))?)*$/

/**
 * {@link rfc9421} with components, extension parameters or a digest of your own choosing. A separate function, because most
 * pages need no more than the preset.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a component list that covers less than the preset without
 *   {@link coverLess}, or for a bad label, tag or parameter. Signing throws as with {@link rfc9421}.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2 | RFC 9421 2}
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421Signer } from 'countersign'
 *
 * const signer = rfc9421Signer({
 *   key: hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) }),
 *   components: ['@method', '@target-uri', '@authority', 'date'],
 * })
 * ```
 */
export function rfc9421Signer<K extends SigningKey>(options: Rfc9421SignerOptions<K>): Signer<K> {
  assertSignerOptions('rfc9421Signer', options)
  const { parameters = '' } = options
  if (!EXTENSIONS.test(parameters)) {
    throw new CountersignError('CONFIG_INVALID', '"parameters" must be serialised parameters of unregistered names')
  }
  return signerOf(options, customShapes(options), parameters)
}
