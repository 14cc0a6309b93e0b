import { hash } from '#backend/hash'
import { equalBytes, utf8 } from '../../crypto/encoding.js'
import { type CheckedSecret, checkedSha256Key } from '../../crypto/hmac-key.js'
import type { Bytes, HmacKey } from '../../crypto/key.js'
import { joinBytes } from '../../support/bytes.js'

const LINE_FEED = 0x0a
const bytesOf = (base: Bytes): Uint8Array => (typeof base === 'string' ? utf8(base) : base)

/**
 * A key for senders that hash text and secret together in place of an HMAC. The secret stands where the text has its first line
 * feed, so that no signed text has to hold it: a trace shows what is signed.
 */
export function bareHashKey({ keyId, secret }: CheckedSecret): HmacKey {
  const sign = (base: Bytes): Uint8Array => {
    const bytes = bytesOf(base)
    const at = bytes.indexOf(LINE_FEED)
    return hash('sha256', joinBytes([bytes.subarray(0, at), secret, bytes.subarray(at + 1)]))
  }
  return {
    keyId,
    algorithm: 'hmac-sha256',
    sign,
    verify: (base, signature) => equalBytes(sign(base), signature),
  }
}

/** HMAC-SHA256 over the text and, after it, the secret itself. */
export function secretInTextKey({ keyId, secret }: CheckedSecret): HmacKey {
  const key = checkedSha256Key({ keyId, secret })
  const text = (base: Bytes): Uint8Array => joinBytes([bytesOf(base), secret])
  return {
    keyId,
    algorithm: 'hmac-sha256',
    sign: (base: Bytes) => key.sign(text(base)),
    verify: (base, signature) => key.verify(text(base), signature),
  }
}

/** A token that is shown as it is. Hashes are compared, so that not even its length shows in the time. */
export function tokenKey({ keyId, secret }: CheckedSecret): HmacKey {
  const own = hash('sha256', secret)
  return {
    keyId,
    algorithm: 'hmac-sha256',
    sign: () => secret.slice(),
    verify: (_base, signature) => equalBytes(own, hash('sha256', signature)),
  }
}
