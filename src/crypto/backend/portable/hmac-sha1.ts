import { sha1 } from '@noble/hashes/legacy.js'
import type { Mac } from '../backend.js'
import { mac } from './hmac.js'

/** HMAC-SHA1, for services that sign with nothing else. */
export const hmacSha1 = (secret: Uint8Array): Mac => mac(sha1, secret)
