import { hex } from '../../crypto/encoding.js'
import { randomBytes } from '../../crypto/random.js'
import type { NonceFormat } from '../spec/spec.js'

/** Version 4 UUIDs. Made here: a page without TLS has no `crypto.randomUUID`. */
export const uuids: NonceFormat = {
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  nonces: {
    next: () => {
      const bytes = randomBytes(16)
      bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
      const text = hex(bytes)
      return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
    },
  },
}
