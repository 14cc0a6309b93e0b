import type { Bytes, TextEncoding } from '../../key.js'
import { hashText } from './hash.js'

/** SHA-256 as text. */
export const sha256Text = (data: Bytes, encoding: TextEncoding): string => hashText('sha256', data, encoding)
