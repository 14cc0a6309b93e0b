import { hash } from '#backend/hash'
import { concatBytes, equalBytes, utf8 } from '../../crypto/encoding.js'
import { type CheckedSecret, checkedKey } from '../../crypto/hmac-key.js'
import type { Bytes, HmacKey } from '../../crypto/key.js'

/**
 * SHA-256 of the text with the secret behind it, which is no HMAC but has its form: a shared secret of 32 bytes of signature.
 * It takes HMAC-SHA256's name, so that a policy of shared secrets covers it.
 */
export const sha256SuffixKey = (parts: CheckedSecret): HmacKey =>
  checkedKey(parts, 'hmac-sha256', (secret) => {
    const suffix = secret.slice()
    const sign = (base: Bytes): Uint8Array =>
      hash('sha256', concatBytes(typeof base === 'string' ? utf8(base) : base, suffix))
    return { sign, verify: (base, signature) => equalBytes(sign(base), signature) }
  })
