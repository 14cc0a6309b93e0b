import { hash } from '#backend/hash'
import type { PostQuantumAlgorithm } from '../../../crypto/algorithm.js'
import { base64url, concatBytes } from '../../../crypto/encoding.js'
import { exportPublicKey } from '../../../crypto/export.js'
import { importEd25519VerifyingKey } from '../../../crypto/import-ed25519.js'
import type { HybridPublicKey, OtherAlgorithm, RegistrableKeys } from '../../../crypto/other-keys.js'
import { jwkThumbprint } from '../../../crypto/thumbprint.js'
import { validateForRegistration } from '../../../crypto/validate.js'
import { assertOptions, fail, isCountersignError, kindOf } from '../../../errors.js'
import { hybridVerifyingKey } from './hybrid-key.js'

/** What follows the key id of a pair to make that of its second key. */
const POST_QUANTUM_ID = '-pq'

const PREFIX = 'ed25519+'
const CLASSICAL = { algorithm: 'ed25519' } as const
/** RFC 8410: every SubjectPublicKeyInfo of Ed25519 has this length. */
const CLASSICAL_SPKI_BYTES = 44

/**
 * Pairs of Ed25519 and ML-DSA in a keyring, and ML-DSA alone, for `createKeyring({ otherKeys })`. The key id of the pair is that of
 * its Ed25519 signature; the one of ML-DSA has `-pq` behind it. A pair counts as a whole: a signature of one of the two never
 * verifies with its record. Experimental.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 * @example
 * ```ts
 * import { createKeyring, type Integrity, memoryKeyStore } from 'countersign/keyring'
 * import { hybridKeys } from 'countersign/rfc9421/hybrid'
 * import { mlDsaKeys, type MlDsaModule } from 'countersign/rfc9421/ml-dsa'
 *
 * declare const integrity: Integrity
 * declare const mlDsa: MlDsaModule
 * const otherKeys = hybridKeys(mlDsaKeys({ mlDsa }))
 * const keyring = createKeyring({ store: memoryKeyStore(), prefix: 'acme', integrity, otherKeys })
 * ```
 */
export function hybridKeys(postQuantum: RegistrableKeys): RegistrableKeys {
  if (typeof postQuantum?.register !== 'function' || typeof postQuantum.open !== 'function')
    fail('CONFIG_INVALID', `hybridKeys: the argument must be what mlDsaKeys() makes, got ${kindOf(postQuantum)}`)
  const own = postQuantum.algorithms as readonly PostQuantumAlgorithm[]
  return {
    algorithms: [...own, ...own.map((one) => `${PREFIX}${one}` as const)],
    register: async (publicKey, stated) => {
      const second = secondOf(stated.algorithm)
      if (second === undefined) return postQuantum.register(publicKey, stated)
      if (stated.format !== undefined)
        fail('ARGUMENT_INVALID', '"format" must be left out for a pair: each key of it is PEM, a JWK or raw bytes')
      const pair = publicKey as HybridPublicKey
      try {
        assertOptions('"publicKey"', pair, { classical: 2, postQuantum: 2 })
      } catch (error) {
        if (!isCountersignError(error)) throw error
        fail('KEY_MALFORMED', '"publicKey" must be { classical, postQuantum }, the two public keys of the pair')
      }
      validateForRegistration(pair.classical, CLASSICAL)
      const first = await importEd25519VerifyingKey(pair.classical, { keyId: 'registration', ...CLASSICAL })
      const { spki, thumbprint } = await postQuantum.register(pair.postQuantum, { algorithm: second })
      return {
        spki: concatBytes(exportPublicKey(first, 'der'), spki),
        thumbprint: base64url(hash('sha256', `${jwkThumbprint(first)}.${thumbprint}`)),
      }
    },
    open: async (spki, { algorithm, keyId }) => {
      const second = secondOf(algorithm)
      if (second === undefined) return postQuantum.open(spki, { algorithm, keyId })
      const first = spki.subarray(0, CLASSICAL_SPKI_BYTES)
      return hybridVerifyingKey({
        classical: await importEd25519VerifyingKey(first, { keyId, ...CLASSICAL, format: 'der' }),
        postQuantum: await postQuantum.open(spki.subarray(CLASSICAL_SPKI_BYTES), {
          algorithm: second,
          keyId: keyId + POST_QUANTUM_ID,
        }),
      })
    },
  }
}

/** The second algorithm of a pair; `undefined` for one that is no pair. */
const secondOf = (algorithm: OtherAlgorithm): PostQuantumAlgorithm | undefined =>
  algorithm.startsWith(PREFIX) ? (algorithm.slice(PREFIX.length) as PostQuantumAlgorithm) : undefined
