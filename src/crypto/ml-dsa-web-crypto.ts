import { fail } from '../errors.js'
import { type PostQuantumAlgorithm, signatureBytesOf } from './algorithm.js'
import { utf8 } from './encoding.js'
import { hold } from './held.js'
import { assertKeyId, assertKeyOptions, type Bytes, type SigningKey, type VerifyingKey } from './key.js'
import { mlDsaRow } from './ml-dsa-key.js'
import { subtle } from './subtle.js'

/** Options of {@link mlDsaWebCryptoSigningKey} and {@link mlDsaWebCryptoVerifyingKey}. */
export interface MlDsaWebCryptoOptions {
  /** As in every key: what the other side knows it by. */
  readonly keyId: string
  /** The parameter set, which must be that of the `CryptoKey`. */
  readonly algorithm: PostQuantumAlgorithm
}

const bytes = (base: Bytes): BufferSource => (typeof base === 'string' ? utf8(base) : base) as BufferSource

function parametersOf(
  where: string,
  cryptoKey: CryptoKey,
  options: MlDsaWebCryptoOptions,
  usage: 'sign' | 'verify',
): { readonly name: string } {
  assertKeyOptions(where, options, { keyId: 2, algorithm: 2 })
  assertKeyId(options.keyId)
  const [name] = mlDsaRow(options.algorithm)
  const type = usage === 'sign' ? 'private' : 'public'
  const fits =
    cryptoKey?.algorithm?.name === name && cryptoKey.type === type && cryptoKey.usages?.includes(usage) === true
  if (!fits) fail('KEY_MALFORMED', `CryptoKey must be a ${type} key of ${name} with usage ${usage}`)
  return { name }
}

/**
 * A private key of WebCrypto that signs with ML-DSA, where the platform has it (Modern Algorithms in the Web Cryptography API;
 * Node from 24.7 on). It may be non-extractable. Experimental.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for another key; `ARGUMENT_INVALID`; `KEY_UNSUPPORTED` without WebCrypto.
 * @see {@link https://wicg.github.io/webcrypto-modern-algos/ | Modern Algorithms in the Web Cryptography API}
 * @example
 * ```ts
 * import { mlDsaWebCryptoSigningKey } from 'countersign/rfc9421/ml-dsa'
 *
 * declare const privateKey: CryptoKey
 * const key = mlDsaWebCryptoSigningKey(privateKey, { keyId: 'tab-1', algorithm: 'ml-dsa-65' })
 * ```
 */
export function mlDsaWebCryptoSigningKey(cryptoKey: CryptoKey, options: MlDsaWebCryptoOptions): SigningKey {
  const parameters = parametersOf('mlDsaWebCryptoSigningKey', cryptoKey, options, 'sign')
  const engine = subtle()
  const { keyId, algorithm } = options
  const sign = async (base: Bytes) => new Uint8Array(await engine.sign(parameters, cryptoKey, bytes(base)))
  return hold({ keyId, algorithm, sign }, { sync: false })
}

/**
 * A public key of WebCrypto that verifies ML-DSA; see {@link mlDsaWebCryptoSigningKey}. Experimental.
 *
 * @throws {CountersignError} as {@link mlDsaWebCryptoSigningKey}.
 * @example
 * ```ts
 * import { mlDsaWebCryptoVerifyingKey } from 'countersign/rfc9421/ml-dsa'
 *
 * declare const publicKey: CryptoKey
 * const key = mlDsaWebCryptoVerifyingKey(publicKey, { keyId: 'tab-1', algorithm: 'ml-dsa-65' })
 * ```
 */
export function mlDsaWebCryptoVerifyingKey(cryptoKey: CryptoKey, options: MlDsaWebCryptoOptions): VerifyingKey {
  const parameters = parametersOf('mlDsaWebCryptoVerifyingKey', cryptoKey, options, 'verify')
  const engine = subtle()
  const { keyId, algorithm } = options
  const signatureBytes = signatureBytesOf(algorithm)
  const verify = async (base: Bytes, signature: Uint8Array): Promise<boolean> =>
    signature.length === signatureBytes && engine.verify(parameters, cryptoKey, signature as BufferSource, bytes(base))
  return hold({ keyId, algorithm, verify }, { sync: false })
}
