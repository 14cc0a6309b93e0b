import type { Bytes, TextEncoding } from '../../key.js'
import { hashText } from './hash.js'

/** SHA-256 as text. */
export const sha256Text = (data: Bytes, encoding: TextEncoding): string => hashText('sha256', data, encoding)

/** SHA-256 in hexadecimal. */
export const sha256Hex = (data: Bytes): string => hashText('sha256', data, 'hex')
