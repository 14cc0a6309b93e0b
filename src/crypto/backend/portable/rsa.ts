import { CountersignError, fail } from '../../../errors.js'
import type { AlgorithmSpec } from '../../algorithm.js'
import type { SigningKey, VerifyingKey } from '../../key.js'
import { subtle, webCryptoHash, webCryptoParameters } from '../../subtle.js'
import type { RsaOperation } from '../backend.js'
import { toBytes } from './hash.js'

async function importKey(
  spec: AlgorithmSpec,
  format: 'pkcs8' | 'spki',
  der: Uint8Array,
  usage: 'sign' | 'verify',
): Promise<CryptoKey> {
  const algorithm = { name: spec.webCrypto, hash: webCryptoHash(spec.hash) }
  try {
    return await subtle().importKey(format, der as BufferSource, algorithm, false, [usage])
  } catch (error) {
    if (error instanceof CountersignError) throw error
    fail('KEY_UNSUPPORTED', 'RSA key must have a size and exponent that WebCrypto takes')
  }
}

/** RSA (RFC 8017) over WebCrypto: asynchronous, but constant-time and off the main thread. */
export async function rsaSigner(
  spec: AlgorithmSpec,
  pkcs8: Uint8Array,
  _threadPool: boolean,
): Promise<RsaOperation<SigningKey['sign']>> {
  const key = await importKey(spec, 'pkcs8', pkcs8, 'sign')
  const parameters = webCryptoParameters(spec)
  return {
    run: async (base) => new Uint8Array(await subtle().sign(parameters, key, toBytes(base) as BufferSource)),
    sync: false,
  }
}

export async function rsaVerifier(
  spec: AlgorithmSpec,
  spki: Uint8Array,
  _threadPool: boolean,
): Promise<RsaOperation<VerifyingKey['verify']>> {
  const key = await importKey(spec, 'spki', spki, 'verify')
  const parameters = webCryptoParameters(spec)
  return {
    run: (base, signature) =>
      subtle().verify(parameters, key, signature as BufferSource, toBytes(base) as BufferSource),
    sync: false,
  }
}

export async function rsaGenerate(spec: AlgorithmSpec, modulusLength: number): Promise<Uint8Array> {
  const pair = await subtle().generateKey(
    {
      name: spec.webCrypto,
      hash: webCryptoHash(spec.hash),
      modulusLength,
      publicExponent: Uint8Array.of(1, 0, 1),
    },
    true,
    ['sign', 'verify'],
  )
  return new Uint8Array(await subtle().exportKey('pkcs8', pair.privateKey))
}
