import { fail } from '../errors.js'
import type { PostQuantumAlgorithm } from './algorithm.js'
import { assertKeyOptions } from './key.js'
import { importMlDsaVerifyingKey, mlDsaSpki } from './ml-dsa-import.js'
import { assertMlDsa, type MlDsaJwkInput, type MlDsaModule, mlDsaThumbprint, mlDsaVerifyingKey } from './ml-dsa-key.js'
import type { OtherAlgorithm, OtherKeys, RegistrableKeys } from './other-keys.js'

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const NAMES: Readonly<Record<string, PostQuantumAlgorithm>> = {
  'ML-DSA-44': 'ml-dsa-44',
  'ML-DSA-65': 'ml-dsa-65',
  'ML-DSA-87': 'ml-dsa-87',
}
const ALGORITHMS: readonly PostQuantumAlgorithm[] = Object.values(NAMES)

/**
 * Keys of ML-DSA in key directories (JWK with `kty` AKP, RFC 9964), for `keyDirectory({ otherKeys })` and `verifyAgents({ otherKeys })`,
 * and in keyrings, for `createKeyring({ otherKeys })`. A policy has to name their algorithms as well. Experimental.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED` where neither the runtime nor `mlDsa` has ML-DSA; `ARGUMENT_INVALID`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9964 | RFC 9964}
 * @example
 * ```ts
 * import { type MlDsaModule, mlDsaKeys } from 'countersign/rfc9421/ml-dsa'
 * import { keyDirectory } from 'countersign/server/directory'
 *
 * // import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
 * declare const mlDsa: MlDsaModule
 * const keys = keyDirectory({ url: 'https://bots.example.com', otherKeys: mlDsaKeys({ mlDsa }) })
 * ```
 */
export function mlDsaKeys(options: { readonly mlDsa?: MlDsaModule } = {}): OtherKeys & RegistrableKeys {
  assertKeyOptions('mlDsaKeys', options, { mlDsa: 1 })
  assertMlDsa('mlDsaKeys', options.mlDsa)
  const stated = (algorithm: OtherAlgorithm): PostQuantumAlgorithm =>
    ALGORITHMS.find((one) => one === algorithm) ?? fail('KEY_UNSUPPORTED', `"algorithm" must be one of ML-DSA`)
  return {
    algorithms: ALGORITHMS,
    register: (publicKey, { algorithm: asked, format = 'raw' }) => {
      const given = { keyId: 'registration', algorithm: stated(asked), ...options }
      // As for every other key: text is PEM, an object is a JWK, and bytes are what is given.
      const isText = typeof publicKey === 'string'
      const key =
        isText || (publicKey instanceof Uint8Array && format !== 'raw')
          ? importMlDsaVerifyingKey(isText || format === 'der' ? publicKey : textOf(publicKey), given)
          : mlDsaVerifyingKey({ ...given, publicKey: publicKey as Uint8Array | MlDsaJwkInput })
      return { spki: mlDsaSpki(key), thumbprint: mlDsaThumbprint(key.publicJwk) }
    },
    open: (spki, { algorithm, keyId }) =>
      importMlDsaVerifyingKey(spki, { keyId, algorithm: stated(algorithm), ...options }),
    read: (jwk) => {
      const own = (name: string): unknown =>
        typeof jwk === 'object' && jwk !== null && Object.hasOwn(jwk, name)
          ? (jwk as Readonly<Record<string, unknown>>)[name]
          : undefined
      if (own('kty') !== 'AKP') return undefined
      const alg = own('alg')
      const algorithm = typeof alg === 'string' && Object.hasOwn(NAMES, alg) ? NAMES[alg] : undefined
      if (algorithm === undefined) return fail('KEY_UNSUPPORTED', 'JWK of type AKP must have "alg" of ML-DSA')
      const named = (keyId: string) =>
        mlDsaVerifyingKey({ keyId, algorithm, publicKey: jwk as MlDsaJwkInput, ...options })
      const { publicJwk } = named('key')
      return { algorithm, thumbprint: mlDsaThumbprint(publicJwk), named }
    },
  }
}
