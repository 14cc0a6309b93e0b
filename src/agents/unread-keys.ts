import { akpAlgorithm, akpMembers, akpThumbprint } from '../crypto/akp.js'
import type { OtherKeys } from '../crypto/other-keys.js'

/**
 * Keys of ML-DSA for a site that has not asked for them: they are known by name, so that a refusal can state the reason, and verify
 * nothing. The algorithm is refused before one is asked.
 */
export const unreadKeys: OtherKeys = {
  read: (jwk) => {
    const members = akpMembers(jwk)
    if (members === undefined) return undefined
    const algorithm = akpAlgorithm(members)
    return {
      algorithm,
      thumbprint: akpThumbprint(members),
      named: (keyId) => ({ keyId, algorithm, verify: () => false }),
    }
  },
}
