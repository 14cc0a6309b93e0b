import { hmacSha256 } from '#backend/hmac'
import { AEAD_KEY_BYTES } from '../../crypto/aead.js'
import { base64, base64Decode, base64url, base64urlDecode, hexDecode, utf8Decode } from '../../crypto/encoding.js'
import { drawBytes } from '../../crypto/random.js'
import { cleanSecretText, Secret } from '../../crypto/secret.js'
import { fail, kindOf, textKind } from '../../errors.js'

/** A key-encryption key at hand: 32 bytes from the environment, a file, a secret manager. */
export interface LocalKek {
  /** Written beside everything it seals. 1 to 128 of `A-Za-z0-9._:/-`. */
  readonly id: string
  /** 32 random bytes. */
  readonly key: Uint8Array | Secret
}

/**
 * A key-encryption key that never leaves a KMS or Vault. Each secret gets a separate data key; only that data key is
 * wrapped. `context` is what AWS calls encryption context and Vault `context`: bind it where the service can.
 */
export interface RemoteKek {
  /** Names the key in what it has sealed. */
  readonly id: string
  /** Encrypts a data key for a context. */
  wrap(dataKey: Uint8Array, context: string): Promise<Uint8Array>
  /** Decrypts a data key. Rejects where the context is another one. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>
}

/** A key-encryption key: in this process, or in a KMS. */
export type Kek = LocalKek | RemoteKek

/** Written beside everything that a key seals or binds. */
export const KEK_ID: RegExp = /^[A-Za-z0-9._:/-]{1,128}$/

/** @param name what the caller wrote: `primary`. @throws {CountersignError} `CONFIG_INVALID` */
export function assertKekId(name: string, id: unknown): asserts id is string {
  if (typeof id !== 'string' || !KEK_ID.test(id))
    fail('CONFIG_INVALID', `"${name}.id" must be 1 to 128 letters, digits and ._:/-, got ${textKind(id)}`)
}

/** Ways to write 32 bytes. Each decoder takes one spelling only, so a text cannot be two different keys. */
const SPELLINGS: ReadonlyArray<readonly [RegExp, (text: string) => Uint8Array | undefined]> = [
  [/^[0-9a-f]{64}$/, hexDecode],
  [/^[A-Za-z0-9+/]{43}=$/, base64Decode],
  [/^[A-Za-z0-9_-]{43}$/, base64urlDecode],
]

/**
 * A key-encryption key from a secret that was read from the environment, a file or a password manager: 32 bytes, as they are
 * or as text in base64, base64url or lower-case hex. Unless given, its id is made from the key itself, so that the same key
 * has the same id on every node, and another key never has it.
 *
 * @throws {CountersignError} `KEY_WEAK` for anything but 32 bytes, for 32 bytes that are all the same, and for 32 characters of
 *   text: words, or half a key in hex.
 * @example
 * ```ts
 * import { loadSecret } from 'countersign/client/load-secret'
 * import { createSealing, localKek } from 'countersign/keyring'
 *
 * const sealing = createSealing({
 *   primary: localKek(await loadSecret('file:/run/secrets/kek-2026')),
 *   others: [localKek(await loadSecret('env:KEK_2025'))],
 * })
 * ```
 */
export function localKek(secret: Secret, id?: string): LocalKek {
  const bytes = bytesOf(secret)
  if (bytes === undefined || bytes.every((byte) => byte === bytes[0]) || isText(bytes))
    fail(
      'KEY_WEAK',
      `"secret" must be ${AEAD_KEY_BYTES} random bytes, or their base64, base64url or hex, got ${secret.length} bytes`,
    )
  const key = new Secret(bytes)
  const name = id ?? `kek-${base64url(hmacSha256(bytes).sign('countersign key-encryption key id')).slice(0, 12)}`
  bytes.fill(0)
  return { id: name, key }
}

/** 32 printable characters are words, or 16 bytes in hex. Of random bytes, one in 10^13 is only such. */
const isText = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 0x20 && byte < 0x7f)

function bytesOf(secret: Secret): Uint8Array | undefined {
  if (!(secret instanceof Secret))
    fail('ARGUMENT_INVALID', `"secret" must be a Secret, for example from loadSecret(), got ${kindOf(secret)}`)
  const raw = secret.reveal()
  if (raw.length === AEAD_KEY_BYTES) return raw
  const given = utf8Decode(raw)
  raw.fill(0)
  const text = given && cleanSecretText('key-encryption key', given, 'KEY_WEAK')
  const [, decode] = SPELLINGS.find(([spelling]) => text !== undefined && spelling.test(text)) ?? []
  return decode?.(text as string)
}

/**
 * A fresh key-encryption key as text (base64), for putting where `localKek` will find it.
 *
 * @example
 * ```ts
 * import { generateKek } from 'countersign/keyring'
 *
 * console.log(generateKek())
 * ```
 */
export const generateKek = (): string => base64(drawBytes(AEAD_KEY_BYTES))
