import { md5 } from '@noble/hashes/legacy.js'
import { hex } from '../../encoding.js'
import type { Bytes } from '../../key.js'
import { toBytes } from './hash.js'

/** MD5 as lower-case hexadecimal: a legacy pre-stage that one exchange asks for, and no proof of anything by itself. */
export const md5Hex = (data: Bytes): string => hex(md5(toBytes(data)))
