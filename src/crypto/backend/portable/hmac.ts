import type { HashSpec } from '../../algorithm.js'
import type { Mac } from '../backend.js'
import { HASHES } from './hash.js'
import { mac } from './mac.js'

/** HMAC with any of the hashes. */
export const hmac = ({ hash, blockBytes }: HashSpec, secret: Uint8Array): Mac => mac(HASHES[hash], blockBytes, secret)
