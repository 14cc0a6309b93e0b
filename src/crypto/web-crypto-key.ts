import { fail } from '../errors.js'
import { ALGORITHMS, type Algorithm, type AlgorithmSpec, assertAlgorithm } from './algorithm.js'
import { utf8 } from './encoding.js'
import { hold } from './held.js'
import { assertKeyId, assertKeyOptions, type Bytes, type SigningKey, type VerifyingKey } from './key.js'
import { subtle, webCryptoHash, webCryptoParameters } from './subtle.js'

const bytes = (base: Bytes): BufferSource => (typeof base === 'string' ? utf8(base) : base) as BufferSource

// A CryptoKey of another realm (an iframe, a test environment) is no instance of ours, so look at its members.
function expectCryptoKey(key: CryptoKey, spec: AlgorithmSpec, type: string, usage: 'sign' | 'verify'): void {
  const refuse = (expected: string): never => fail('KEY_MALFORMED', `CryptoKey must have ${expected}`)
  const algorithm = (key as CryptoKey | undefined)?.algorithm as
    | { name?: string; namedCurve?: string; hash?: { name?: string } }
    | undefined
  if (typeof algorithm?.name !== 'string' || !Array.isArray(key.usages))
    fail('KEY_MALFORMED', 'key must be a CryptoKey')
  if (algorithm.name !== spec.webCrypto) refuse(`algorithm ${spec.webCrypto}`)
  if (spec.curve !== undefined && algorithm.namedCurve !== spec.curve) refuse(`curve ${spec.curve}`)
  // ECDSA names its hash with each signature, Ed25519 has none to choose.
  if ((spec.family === 'rsa' || spec.family === 'hmac') && algorithm.hash?.name !== webCryptoHash(spec.hash)) {
    refuse(`hash ${webCryptoHash(spec.hash)}`)
  }
  if (key.type !== (spec.family === 'hmac' ? 'secret' : type)) refuse(`type ${type}`)
  if (!key.usages.includes(usage)) refuse(`usage ${usage}`)
}

function checked(
  key: CryptoKey,
  { keyId, algorithm }: { readonly keyId: string; readonly algorithm: Algorithm },
  type: 'private' | 'public',
  usage: 'sign' | 'verify',
): AlgorithmSpec {
  assertKeyId(keyId)
  assertAlgorithm(algorithm)
  const spec = ALGORITHMS[algorithm]
  expectCryptoKey(key, spec, type, usage)
  return spec
}

/**
 * A WebCrypto key as a {@link SigningKey}: on Node, in Workers and in browsers, where it may live in IndexedDB and be
 * non-extractable, so that no script can read it. Signing is asynchronous.
 *
 * @throws {CountersignError} `KEY_MALFORMED` unless type, algorithm, curve, hash and usages fit the given algorithm;
 * `ARGUMENT_INVALID`; `KEY_UNSUPPORTED` without WebCrypto.
 * @see {@link https://www.w3.org/TR/webcrypto-2/ | Web Cryptography Level 2}
 * @example
 * ```ts
 * import { webCryptoSigningKey } from 'countersign/crypto'
 *
 * const parameters = { name: 'ECDSA', namedCurve: 'P-256' }
 * const { privateKey } = await crypto.subtle.generateKey(parameters, false, ['sign', 'verify'])
 * const key = webCryptoSigningKey(privateKey, { keyId: 'tab-1', algorithm: 'ecdsa-p256-sha256' })
 * ```
 */
export function webCryptoSigningKey(
  cryptoKey: CryptoKey,
  options: { readonly keyId: string; readonly algorithm: Algorithm },
): SigningKey {
  assertKeyOptions('webCryptoSigningKey', options, { keyId: 2, algorithm: 2 })
  const { keyId, algorithm } = options
  const parameters = webCryptoParameters(checked(cryptoKey, options, 'private', 'sign'))
  const engine = subtle()
  return hold(
    {
      keyId,
      algorithm,
      sign: async (base: Bytes) => new Uint8Array(await engine.sign(parameters, cryptoKey, bytes(base))),
    },
    { sync: false },
  )
}

/**
 * A WebCrypto key as a {@link VerifyingKey}; see {@link webCryptoSigningKey}. Its material stays with the platform, so
 * {@link validateForRegistration} cannot look at it.
 *
 * @throws {CountersignError} as {@link webCryptoSigningKey}.
 * @example
 * ```ts
 * import { webCryptoVerifyingKey } from 'countersign/crypto'
 *
 * declare const publicKey: CryptoKey
 * const key = webCryptoVerifyingKey(publicKey, { keyId: 'tab-1', algorithm: 'ecdsa-p256-sha256' })
 * ```
 */
export function webCryptoVerifyingKey(
  cryptoKey: CryptoKey,
  options: { readonly keyId: string; readonly algorithm: Algorithm },
): VerifyingKey {
  assertKeyOptions('webCryptoVerifyingKey', options, { keyId: 2, algorithm: 2 })
  const { keyId, algorithm } = options
  const spec = checked(cryptoKey, options, 'public', 'verify')
  const parameters = webCryptoParameters(spec)
  const engine = subtle()
  const { modulusLength = 0 } = cryptoKey.algorithm as { readonly modulusLength?: number }
  const size = spec.family === 'rsa' ? Math.ceil(modulusLength / 8) : spec.signatureBytes
  return hold(
    {
      keyId,
      algorithm,
      // The length first: a truncated tag or another encoding is not WebCrypto's to judge.
      verify: async (base: Bytes, signature: Uint8Array) =>
        signature.length === size && engine.verify(parameters, cryptoKey, signature as BufferSource, bytes(base)),
    },
    { sync: false },
  )
}
