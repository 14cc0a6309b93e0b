import crypto from 'node:crypto'
import type { Hasher } from '../backend.js'

/** Incremental SHA-1: a checksum that services still state, and nothing that proves a body. */
export function createSha1(): Hasher {
  const state = crypto.createHash('sha1')
  return {
    update: (data) => {
      state.update(data)
    },
    digest: () => state.digest(),
  }
}
