import crypto from 'node:crypto'
import type { Mac } from '../backend.js'

/** HMAC-SHA1, for services that sign with nothing else. */
export function hmacSha1(secret: Uint8Array): Mac {
  const key = crypto.createSecretKey(secret)
  const mac = (base: string | Uint8Array): crypto.Hmac => crypto.createHmac('sha1', key).update(base)
  return {
    sign: (base) => mac(base).digest(),
    signText: (base, encoding) => mac(base).digest(encoding),
    verify: (base, signature) => signature.length === 20 && crypto.timingSafeEqual(mac(base).digest(), signature),
  }
}
