import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js'
import type { Bytes } from '../../key.js'
import { toBytes } from './hash.js'

const HASHES = { md5, sha1, 'sha3-256': sha3_256, 'sha3-384': sha3_384, 'sha3-512': sha3_512 } as const

/** Hashes that nothing may be signed with here: of the past, or that programs take for SHA-2 of the same length. */
export type LegacyHash = 'md5' | 'sha1' | 'sha3-256' | 'sha3-384' | 'sha3-512'

/** HMAC with a hash that nothing may be signed with: only to recognise what a sender did. */
export const legacyHmac = (name: LegacyHash, secret: Uint8Array, data: Bytes): Uint8Array =>
  hmac(HASHES[name], secret, toBytes(data))

/** The hash alone, for the same. */
export const legacyHash = (name: LegacyHash, data: Bytes): Uint8Array => HASHES[name](toBytes(data))
