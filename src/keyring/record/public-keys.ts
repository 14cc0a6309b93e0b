import { type Algorithm, isAlgorithm } from '../../crypto/algorithm.js'
import { publicSpki } from '../../crypto/export.js'
import type { PublicKeyMaterial } from '../../crypto/format/read-key.js'
import { importVerifyingKey } from '../../crypto/import.js'
import type { OtherAlgorithm, RegistrableKeys } from '../../crypto/other-keys.js'
import { jwkThumbprint } from '../../crypto/thumbprint.js'
import { validateForRegistration } from '../../crypto/validate.js'
import { fail } from '../../errors.js'
import type { StoredAlgorithm } from './key-record.js'

type PublicKeys = Pick<RegistrableKeys, 'register' | 'open'>

/** The algorithms of `countersign/crypto`. */
const OWN: PublicKeys = {
  register: async (given, asked) => {
    const [publicKey, stated] = [given as PublicKeyMaterial, asked as { readonly algorithm: never }]
    validateForRegistration(publicKey, stated)
    const key = await importVerifyingKey(publicKey, { keyId: 'key', ...(stated as { algorithm: Algorithm }) })
    return { spki: publicSpki(key), thumbprint: jwkThumbprint(key) }
  },
  open: (spki, named) =>
    importVerifyingKey(spki, { ...(named as never as { keyId: string; algorithm: Algorithm }), format: 'der' }),
}

/** What reads public keys of an algorithm. @throws {CountersignError} `CONFIG_INVALID` where the keyring was given nothing that does. */
export function publicKeysOf(algorithm: StoredAlgorithm, others: RegistrableKeys | undefined): PublicKeys {
  if (isAlgorithm(algorithm)) return OWN
  return others?.algorithms?.includes(algorithm as OtherAlgorithm)
    ? others
    : fail('CONFIG_INVALID', `"otherKeys" is required for ${algorithm}`)
}
