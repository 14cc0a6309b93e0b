import crypto from 'node:crypto'
import type { Bytes } from '../../key.js'

/** HMAC with a hash that nothing may be signed with: only to recognise what a sender did. */
export const legacyHmac = (name: 'md5' | 'sha1', secret: Uint8Array, data: Bytes): Uint8Array =>
  crypto.createHmac(name, secret).update(data).digest()

/** The hash alone, for the same. */
export const legacyHash = (name: 'md5' | 'sha1', data: Bytes): Uint8Array =>
  crypto.createHash(name).update(data).digest()
