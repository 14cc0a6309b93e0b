import {
  derNull,
  OID_AES256_CBC,
  OID_HMAC_SHA256,
  OID_PBES2,
  OID_PBKDF2,
  octetString,
  sequence,
  smallInteger,
} from './der.js'
import { algorithmIdentifier } from './pkcs8.js'

/** Rounds of PBKDF2-HMAC-SHA-256 when writing: OWASP's figure. node:crypto writes 2048. */
export const PBKDF2_ITERATIONS = 600_000

/** What a passphrase has sealed, as an EncryptedPrivateKeyInfo (RFC 5958 section 3, RFC 8018 A.4). */
export function pbes2Document(parts: {
  readonly salt: Uint8Array
  readonly iv: Uint8Array
  /** AES-256-CBC under the key that {@link PBKDF2_ITERATIONS} rounds of PBKDF2-HMAC-SHA-256 made. */
  readonly sealed: Uint8Array
}): Uint8Array {
  const { salt, iv, sealed } = parts
  const rounds = sequence(
    octetString(salt),
    smallInteger(PBKDF2_ITERATIONS),
    algorithmIdentifier(OID_HMAC_SHA256, derNull()),
  )
  const cipher = algorithmIdentifier(OID_AES256_CBC, octetString(iv))
  return sequence(
    algorithmIdentifier(OID_PBES2, sequence(algorithmIdentifier(OID_PBKDF2, rounds), cipher)),
    octetString(sealed),
  )
}
