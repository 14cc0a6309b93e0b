import { HMAC_ALGORITHMS } from '../../algorithm.js'
import type { Mac } from '../backend.js'
import { hmac } from './hmac.js'

/** HMAC-SHA256. */
export const hmacSha256 = (secret: Uint8Array): Mac => hmac(HMAC_ALGORITHMS['hmac-sha256'], secret)
