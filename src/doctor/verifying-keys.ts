import { ALGORITHMS, type Algorithm } from '../crypto/algorithm.js'
import type { PublicKeyMaterial } from '../crypto/format/read-key.js'
import type { VerifyingKey } from '../crypto/key.js'
import { CountersignError } from '../errors.js'
import type { DiagnoseOptions } from './diagnosis.js'

interface Candidate {
  readonly key: VerifyingKey
  readonly mistake?: { readonly id: string; readonly cause: string; readonly fix: string }
}

/** The keys that a public key can be, the algorithm that is meant first. The curves are loaded only where one is there. */
export async function verifyingKeys(
  { key, publicKey, algorithm }: DiagnoseOptions,
  keyId: string,
  claimed: readonly string[],
): Promise<readonly Candidate[]> {
  if (key !== undefined) return [{ key }]
  if (publicKey === undefined) return []
  const { importVerifyingKey } = await import('../crypto/import.js')
  const meant: readonly string[] = algorithm === undefined ? claimed : [algorithm]
  const all = (Object.keys(ALGORITHMS) as Algorithm[]).filter((name) => ALGORITHMS[name].family !== 'hmac')
  const out: Candidate[] = []
  for (const name of all.sort((a, b) => Number(meant.includes(b)) - Number(meant.includes(a)))) {
    try {
      const one = await importVerifyingKey(publicKey as PublicKeyMaterial, {
        keyId: keyId === '' ? 'doctor' : keyId.replace(/[^\w.:@/+=~#-]/g, '_'),
        algorithm: name,
      })
      const wrong = meant.length > 0 && !meant.includes(name)
      out.push(
        wrong
          ? {
              key: one,
              mistake: {
                id: 'algorithm',
                cause: `The signature was made with ${name}, where ${meant.join(' or ')} is meant.`,
                fix: `Use ${meant.join(' or ')}.`,
              },
            }
          : { key: one },
      )
    } catch {
      // Of another family.
    }
  }
  if (out.length === 0)
    throw new CountersignError('KEY_MALFORMED', '"publicKey" must be PEM or a JWK of a public key, got neither')
  return out
}
