import { sha256 } from '@noble/hashes/sha2.js'
import type { Mac } from '../backend.js'
import { mac } from './mac.js'

/** HMAC-SHA256 without the other hashes in the bundle, which weigh as much again. */
export const hmacSha256 = (secret: Uint8Array): Mac => mac(sha256, 64, secret)
