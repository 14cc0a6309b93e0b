import crypto from 'node:crypto'
import type { Bytes } from '../../key.js'

/** Hashes that nothing may be signed with here: of the past, or that programs take for SHA-2 of the same length. */
export type LegacyHash = 'md5' | 'sha1' | 'sha3-256' | 'sha3-384' | 'sha3-512'

/** HMAC with a hash that nothing may be signed with: only to recognise what a sender did. */
export const legacyHmac = (name: LegacyHash, secret: Uint8Array, data: Bytes): Uint8Array =>
  crypto.createHmac(name, secret).update(data).digest()

/** The hash alone, for the same. */
export const legacyHash = (name: LegacyHash, data: Bytes): Uint8Array => crypto.createHash(name).update(data).digest()
