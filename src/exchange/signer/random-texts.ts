import { randomNonce } from '../../crypto/random.js'
import type { NonceFormat } from '../spec/spec.js'

/** 22 random characters; whatever stands in a header or in quotes is taken. */
export const randomTexts: NonceFormat = {
  pattern: /^[A-Za-z0-9._~-]{1,128}$/,
  nonces: { next: randomNonce },
}
