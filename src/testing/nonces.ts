import type { NonceFormat } from '../exchange/spec/spec.js'

/** Remembers the nonces of each key as an exchange does. */
export interface NonceMemory {
  /** False for one that was used before, or that is not larger than the last one where they must increase. */
  claim(keyId: string, nonce: string): boolean
}

// A test that sends more than this with one key starts to forget its first ones.
const MOST = 100_000

export function nonceMemory(form: NonceFormat | undefined): NonceMemory {
  const last = new Map<string, bigint>()
  const used = new Map<string, Set<string>>()
  if (form?.increasing === true) {
    return {
      claim: (keyId, nonce) => {
        // Those of socket messages were not checked for their form.
        if (!/^\d{1,20}$/.test(nonce)) return false
        const value = BigInt(nonce)
        if (value <= (last.get(keyId) ?? -1n)) return false
        last.set(keyId, value)
        return true
      },
    }
  }
  return {
    claim: (keyId, nonce) => {
      const own = used.get(keyId) ?? new Set()
      used.set(keyId, own)
      if (own.has(nonce)) return false
      if (own.size >= MOST) own.delete(own.values().next().value as string)
      own.add(nonce)
      return true
    },
  }
}
