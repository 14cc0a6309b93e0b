import { aesCbcDecrypt, aesCbcEncrypt, pbkdf2, scrypt } from '#backend/kdf'
import { fail } from '../../errors.js'
import type { Prf } from '../backend/backend.js'
import { drawBytes } from '../random.js'
import { passphraseText, Secret } from '../secret.js'
import { type DerReader, derReader, OID_PBES2, OID_PBKDF2, OID_SCRYPT, TAG } from './der.js'
import { PBKDF2_ITERATIONS, pbes2Document } from './pbes2-document.js'
import { type AlgorithmIdentifier, expectNull, readAlgorithmIdentifier } from './pkcs8.js'

/** Most PBKDF2 rounds a file may ask for; a hostile one could ask for years. */
export const MAX_PBKDF2_ITERATIONS = 10_000_000

// scrypt: memory is 128·N·r bytes, time grows with N·r·p.
const MAX_SCRYPT_MEMORY = 2 ** 28
const MAX_SCRYPT_WORK = 2 ** 23
const MAX_SCRYPT_R = 64
const MAX_SCRYPT_P = 64
const MAX_SALT = 1024
const IV_BYTES = 16

/** The key of a passphrase. */
type Derive = (password: Uint8Array) => Promise<Uint8Array>

const CBC_KEY_BYTES: ReadonlyMap<string, 16 | 24 | 32> = /* @__PURE__ */ new Map([
  ['608648016503040102', 16],
  ['608648016503040116', 24],
  ['60864801650304012a', 32],
])

const PRFS: ReadonlyMap<string, Prf> = /* @__PURE__ */ new Map([
  ['2a864886f70d0207', 'sha1'],
  ['2a864886f70d0208', 'sha224'],
  ['2a864886f70d0209', 'sha256'],
  ['2a864886f70d020a', 'sha384'],
  ['2a864886f70d020b', 'sha512'],
])

const unsupported = (expected: string): never => fail('KEY_UNSUPPORTED', `encrypted key must use ${expected}`)

function readSalt(reader: DerReader): Uint8Array {
  const salt = reader.octets()
  return salt.length > MAX_SALT ? unsupported(`a salt of at most ${MAX_SALT} bytes`) : salt
}

function keyLength(reader: DerReader, keyBytes: number): void {
  if (reader.peek() === TAG.integer && reader.small(MAX_SALT) !== keyBytes) unsupported(`a key length of ${keyBytes}`)
}

function readPbkdf2(reader: DerReader, keyBytes: number): Derive {
  const salt = readSalt(reader)
  const iterations = reader.small(0xffffffff)
  if (iterations < 1 || iterations > MAX_PBKDF2_ITERATIONS) {
    unsupported(`1 to ${MAX_PBKDF2_ITERATIONS} PBKDF2 iterations, got ${iterations}`)
  }
  keyLength(reader, keyBytes)
  // RFC 8018 A.2: left out, it is HMAC-SHA-1.
  let prf: Prf = 'sha1'
  if (reader.peek() !== undefined) {
    const algorithm = readAlgorithmIdentifier(reader)
    prf = PRFS.get(algorithm.oid) ?? unsupported('PBKDF2 with HMAC-SHA-1, 224, 256, 384 or 512')
    expectNull(algorithm)
  }
  return (password) => pbkdf2(prf, password, salt, iterations, keyBytes)
}

/** RFC 7914 section 7. */
function readScrypt(reader: DerReader, keyBytes: number): Derive {
  const salt = readSalt(reader)
  const [N, r, p] = [reader.small(2 ** 32), reader.small(2 ** 32), reader.small(2 ** 32)] as [number, number, number]
  keyLength(reader, keyBytes)
  const sound = N > 1 && (N & (N - 1)) === 0 && r > 0 && p > 0
  const bounded = r <= MAX_SCRYPT_R && p <= MAX_SCRYPT_P && 128 * N * r <= MAX_SCRYPT_MEMORY
  if (!sound || !bounded || N * r * p > MAX_SCRYPT_WORK) {
    unsupported('a power of two as scrypt N, at most 256 MiB and N*r*p up to 2^23')
  }
  return (password) => scrypt(password, salt, { N, r, p }, keyBytes)
}

/** Parameters of an EncryptedPrivateKeyInfo's AlgorithmIdentifier (RFC 8018 appendix A.4), every cost already bounded. */
function readPbes2({ oid, parameters }: AlgorithmIdentifier): { readonly derive: Derive; readonly iv: Uint8Array } {
  if (oid !== OID_PBES2) unsupported('PBES2 (PBES1 and PKCS#12 schemes are too weak)')
  const pbes2 = parameters.inside()
  parameters.end()
  const kdf = readAlgorithmIdentifier(pbes2)
  const cipher = readAlgorithmIdentifier(pbes2)
  pbes2.end()

  const keyBytes = CBC_KEY_BYTES.get(cipher.oid) ?? unsupported('AES-128, 192 or 256 in CBC mode')
  const iv = cipher.parameters.octets()
  cipher.parameters.end()
  if (iv.length !== IV_BYTES) fail('KEY_MALFORMED', `encrypted key must have an IV of ${IV_BYTES} bytes`)

  const inner = kdf.parameters.inside()
  kdf.parameters.end()
  const derive =
    kdf.oid === OID_PBKDF2
      ? readPbkdf2(inner, keyBytes)
      : kdf.oid === OID_SCRYPT
        ? readScrypt(inner, keyBytes)
        : unsupported('PBKDF2 or scrypt')
  inner.end()
  return { derive, iv }
}

/** Text is used as its UTF-8, without Unicode normalisation, as OpenSSL does. */
export type Passphrase = string | Uint8Array | Secret

const SALT_BYTES = 16
const KEY_BYTES = 32

function passphraseBytes(passphrase: Passphrase | undefined): Uint8Array {
  const bytes =
    passphrase instanceof Secret
      ? passphrase.reveal()
      : typeof passphrase === 'string'
        ? passphraseText(passphrase)
        : passphrase
  if (bytes instanceof Uint8Array && bytes.length > 0) return bytes
  fail('KEY_PASSPHRASE', 'encrypted key needs a passphrase, got none')
}

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
  const { derive, iv } = readPbes2(readAlgorithmIdentifier(info))
  const data = info.octets()
  info.end()
  const plain = await aesCbcDecrypt(await derive(password), iv, data)
  // Stryker disable next-line ConditionalExpression: nothing at all looks like no key either
  if (plain !== undefined && looksLikePkcs8(plain)) return plain
  fail('KEY_PASSPHRASE', 'encrypted key is of another passphrase, or damaged')
}

// CBC has no tag: one wrong passphrase in 256 leaves valid padding, and then the contents are noise.
function looksLikePkcs8(bytes: Uint8Array): boolean {
  try {
    const outer = derReader(bytes)
    const info = outer.inside()
    outer.end()
    info.small(1)
    return info.peek() === TAG.sequence
    // Stryker disable next-line BlockStatement: undefined is as good a no
  } catch {
    return false
  }
}

/** EncryptedPrivateKeyInfo with PBKDF2-HMAC-SHA-256 and AES-256-CBC, which OpenSSL, Node, Java and Go read. */
export async function encryptPkcs8(pkcs8: Uint8Array, passphrase: Passphrase | undefined): Promise<Uint8Array> {
  const password = passphraseBytes(passphrase)
  const salt = drawBytes(SALT_BYTES)
  const iv = drawBytes(IV_BYTES)
  const key = await pbkdf2('sha256', password, salt, PBKDF2_ITERATIONS, KEY_BYTES)
  return pbes2Document({ salt, iv, sealed: await aesCbcEncrypt(key, iv, pkcs8) })
}
