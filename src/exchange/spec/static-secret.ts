import { hmacSha256 } from '#backend/hmac'
import type { Mac } from '../../crypto/backend/backend.js'
import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { type CheckedSecret, checkedKey, macKey, type SecretOptions } from '../../crypto/hmac-key.js'
import { assertKeyOptions, type HmacKey } from '../../crypto/key.js'
import { CountersignError } from '../../errors.js'
import type { Output } from './outputs.js'

// What a header line and a JSON message can show as it is.
const VISIBLE = /^[\x21-\x7e]+$/

// The key is public: it only gives texts of any length the same 32 bytes, which are compared in constant time.
const digest = /* @__PURE__ */ hmacSha256(/* @__PURE__ */ utf8('countersign static secret'))

/** What stands for a secret that was received, where a signature is expected. */
export const secretDigest = (text: string): Uint8Array => digest.sign(text)

/** The secret itself as text. Nothing is signed: a reader of one such request can send any other. */
export const plain: Output = { id: 'plain', encoding: 'hex', encode: (secret) => utf8Decode(secret) as string }

/** What the key does. @throws {CountersignError} `KEY_MALFORMED` for a secret that is no visible ASCII. */
function shownMac(bytes: Uint8Array): Mac {
  const secret = bytes.slice()
  if (!VISIBLE.test(utf8Decode(secret) ?? ''))
    throw new CountersignError('KEY_MALFORMED', '"secret" must be visible ASCII: it is sent as it is')
  return {
    sign: (base) => {
      if (base.length === 0) return secret.slice()
      throw new CountersignError(
        'CONFIG_INVALID',
        'this key is a secret that is shown to one exchange: it signs nothing',
      )
    },
    verify: (base, signature) => base.length === 0 && digest.verify(secret, signature),
  }
}

/** {@link staticSecretKey} of parts that are right: without the words of its checks. */
export const checkedStaticKey = (parts: CheckedSecret): HmacKey => checkedKey(parts, 'hmac-sha256', shownMac)

/**
 * A "key" for exchanges that are shown the secret. It answers the empty text with the secret and refuses to answer anything
 * else, so that no other scheme can make it send the secret in the place of a signature.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for a secret that is no visible ASCII, and as `hmacSha256Key`.
 */
export function staticSecretKey(options: SecretOptions): HmacKey {
  assertKeyOptions('staticSecretKey', options, { keyId: 2, secret: 2 })
  return macKey(options, 'hmac-sha256', shownMac)
}
