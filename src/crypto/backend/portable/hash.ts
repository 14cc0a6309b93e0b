import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { HashName } from '../../algorithm.js'
import { base64, ENCODE, equalBytes, utf8 } from '../../encoding.js'
import type { Bytes, TextEncoding } from '../../key.js'
import type { Hasher } from '../backend.js'

/** noble's hashes by name, shared with the other portable modules. */
export const HASHES: Readonly<Record<HashName, typeof sha256 | typeof sha512>> = { sha256, sha384, sha512 }

export const toBytes = (data: Bytes): Uint8Array => (typeof data === 'string' ? utf8(data) : data)

/** Digest of bytes or of a string's UTF-8. */
export const hash = (name: HashName, data: Bytes): Uint8Array => HASHES[name](toBytes(data))

/** Digest as text. */
export const hashText = (name: HashName, data: Bytes, encoding: TextEncoding): string =>
  ENCODE[encoding](hash(name, data))

/** Digest as padded base64. */
export const hashBase64 = (name: HashName, data: Bytes): string => base64(hash(name, data))

/** Whether data have this digest. */
export const hashMatches = (name: HashName, data: Bytes, digest: Uint8Array): boolean =>
  equalBytes(hash(name, data), digest)

/** Incremental digest. */
export function createHasher(name: HashName): Hasher {
  const state = HASHES[name].create()
  return {
    update: (data) => {
      state.update(data)
    },
    digest: () => state.digest(),
  }
}
