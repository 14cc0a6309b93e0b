import { sha1 } from '@noble/hashes/legacy.js'
import type { Hasher } from '../backend.js'

/** Incremental SHA-1: a checksum that services still state, and nothing that proves a body. */
export function createSha1(): Hasher {
  const state = sha1.create()
  return {
    update: (data) => {
      state.update(data)
    },
    digest: () => state.digest(),
  }
}
