import { base64, utf8 } from '../../crypto/encoding.js'
import type { SecretEncoding } from './secrets.js'

/** The characters of the text's base64: they are the key, not what they stand for. */
export const base64OfTextSecret: SecretEncoding = {
  name: 'the text the exchange showed',
  read: (text) => utf8(base64(utf8(text))),
}
