import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import type { Bytes } from '../../key.js'
import { toBytes } from './hash.js'

const HASHES = { md5, sha1 } as const

/** HMAC with a hash that nothing may be signed with: only to recognise what a sender did. */
export const legacyHmac = (name: 'md5' | 'sha1', secret: Uint8Array, data: Bytes): Uint8Array =>
  hmac(HASHES[name], secret, toBytes(data))

/** The hash alone, for the same. */
export const legacyHash = (name: 'md5' | 'sha1', data: Bytes): Uint8Array => HASHES[name](toBytes(data))
