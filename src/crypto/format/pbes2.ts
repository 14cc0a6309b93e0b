import { aesCbcDecrypt, aesCbcEncrypt, pbkdf2, scrypt } from '#backend/kdf'
import { CountersignError } from '../../errors.js'
import { randomBytes } from '../random.js'
import { Secret } from '../secret.js'
import { passphraseText } from '../text-secret.js'
import { derReader, TAG } from './der.js'
import { derNull, octetString, oid, sequence, smallInteger } from './der-writer.js'
import { OID_AES256_CBC, OID_HMAC_SHA256, OID_PBES2, OID_PBKDF2 } from './oid.js'
import { type KeyDerivation, readPbes2 } from './pbes2-parameters.js'
import { algorithmIdentifier, readAlgorithmIdentifier } from './pkcs8.js'

/** Rounds of PBKDF2-HMAC-SHA-256 when writing: OWASP's figure. node:crypto writes 2048. */
export const PBKDF2_ITERATIONS = 600_000

/** Text is used as its UTF-8, without Unicode normalisation, as OpenSSL does. */
export type Passphrase = string | Uint8Array | Secret

const SALT_BYTES = 16
const IV_BYTES = 16
const KEY_BYTES = 32

function passphraseBytes(passphrase: Passphrase | undefined): Uint8Array {
  const bytes =
    passphrase instanceof Secret
      ? passphrase.reveal()
      : typeof passphrase === 'string'
        ? passphraseText(passphrase)
        : passphrase
  if (bytes instanceof Uint8Array && bytes.length > 0) return bytes
  throw new CountersignError('KEY_PASSPHRASE', 'encrypted key expected a non-empty passphrase, got none')
}

const derive = (derivation: KeyDerivation, password: Uint8Array, length: number): Promise<Uint8Array> =>
  derivation.kind === 'pbkdf2'
    ? pbkdf2(derivation.prf, password, derivation.salt, derivation.iterations, length)
    : scrypt(password, derivation.salt, derivation.cost, length)

/**
 * The PKCS#8 inside an EncryptedPrivateKeyInfo (RFC 5958 section 3).
 *
 * @throws {CountersignError} `KEY_PASSPHRASE` for a missing or wrong passphrase; `KEY_UNSUPPORTED`; `KEY_MALFORMED`.
 */
export async function decryptPkcs8(der: Uint8Array, passphrase: Passphrase | undefined): Promise<Uint8Array> {
  const password = passphraseBytes(passphrase)
  const outer = derReader(der)
  const info = outer.inside()
  outer.end()
  const { derivation, keyBytes, iv } = readPbes2(readAlgorithmIdentifier(info))
  const data = info.octets()
  info.end()
  const plain = await aesCbcDecrypt(await derive(derivation, password, keyBytes), iv, data)
  if (plain !== undefined && looksLikePkcs8(plain)) return plain
  throw new CountersignError('KEY_PASSPHRASE', 'encrypted key expected another passphrase, or the file is damaged')
}

// CBC has no tag: one wrong passphrase in 256 leaves valid padding, and then the contents are noise.
function looksLikePkcs8(bytes: Uint8Array): boolean {
  try {
    const outer = derReader(bytes)
    const info = outer.inside()
    outer.end()
    info.small(1)
    return info.peek() === TAG.sequence
  } catch {
    return false
  }
}

/** EncryptedPrivateKeyInfo with PBKDF2-HMAC-SHA-256 and AES-256-CBC, which OpenSSL, Node, Java and Go read. */
export async function encryptPkcs8(pkcs8: Uint8Array, passphrase: Passphrase | undefined): Promise<Uint8Array> {
  const password = passphraseBytes(passphrase)
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(IV_BYTES)
  const key = await pbkdf2('sha256', password, salt, PBKDF2_ITERATIONS, KEY_BYTES)
  const kdf = algorithmIdentifier(
    OID_PBKDF2,
    sequence(octetString(salt), smallInteger(PBKDF2_ITERATIONS), algorithmIdentifier(OID_HMAC_SHA256, derNull())),
  )
  const cipher = sequence(oid(OID_AES256_CBC), octetString(iv))
  return sequence(
    algorithmIdentifier(OID_PBES2, sequence(kdf, cipher)),
    octetString(await aesCbcEncrypt(key, iv, pkcs8)),
  )
}
