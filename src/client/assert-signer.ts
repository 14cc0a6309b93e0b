import { CountersignError, kindOf } from '../errors.js'
import type { Signer } from '../schemes/scheme.js'

/**
 * Refuses what cannot sign, in the words of what was passed: a factory that was not called, an exchange without credentials.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertSigner(where: string, signer: unknown): asserts signer is Signer {
  const { scheme, spec } = Object(signer) as Partial<Signer> & { readonly spec?: { readonly name?: unknown } }
  // The key itself is not asked for: that of a keyset may not have come into use.
  if (typeof scheme?.prepare === 'function' && 'key' in Object(signer)) return
  const name = typeof spec?.name === 'string' ? spec.name : undefined
  throw new CountersignError(
    'CONFIG_INVALID',
    name !== undefined && typeof signer === 'object'
      ? `${where}: ${name} has no credentials to sign with: state "apiKey" and "secret", or "key"`
      : `${where}: "signer" must be a signer, such as rfc9421({ key }) or binance({ apiKey, secret }), got ${
          typeof signer === 'function' ? 'a function: call it with credentials first' : kindOf(signer)
        }`,
  )
}
