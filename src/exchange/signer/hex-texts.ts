import { hex } from '../../crypto/encoding.js'
import { randomBytes } from '../../crypto/random.js'
import type { NonceFormat } from '../spec/spec.js'

/** 32 random hexadecimal digits. */
export const hexTexts: NonceFormat = {
  pattern: /^[0-9a-f]{16,64}$/,
  nonces: { next: () => hex(randomBytes(16)) },
}
