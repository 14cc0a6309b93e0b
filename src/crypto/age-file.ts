import { scrypt } from '#backend/kdf'
import { fail } from '../errors.js'
import { chachaOpen, chachaSeal } from './backend/chacha.js'
import { base64, base64Decode, concatBytes, utf8, utf8Decode } from './encoding.js'
import { drawBytes } from './random.js'

/*
 * An age file (https://age-encryption.org/v1) under one passphrase. The package `age-encryption` does the format: armor, header
 * MAC, payload. The key of the one scrypt recipient is derived here, because the package's derivation blocks the event loop
 * for a second or two, reads a passphrase only as text, and does not distinguish a wrong passphrase from a damaged file.
 */

/** Least and most work for scrypt: 2^20 is 1 GiB of memory and a few seconds, what `age-encryption` itself allows. */
export const WORK_FACTORS = { least: 14, most: 20 } as const

/** An age file whose header is well-formed: one scrypt recipient, with a work factor within the bounds. */
export interface AgeFile {
  /** The binary form. */
  readonly bytes: Uint8Array
  readonly salt: Uint8Array
  readonly workFactor: number
  /** The file key, encrypted. */
  readonly wrapped: Uint8Array
}

const MAX_BYTES = 2 ** 21
const SALT_BYTES = 16
// The key is used once, so the nonce is fixed ("scrypt recipient stanza").
const NONCE = /* @__PURE__ */ new Uint8Array(12)

const VERSION = 'age-encryption.org/'
/** All of a header: where scrypt is used, it is the only recipient. */
const HEADER =
  /^age-encryption\.org\/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9]\d{0,9})\n([A-Za-z0-9+/]{43})\n--- [A-Za-z0-9+/]{43}\n/
const MAX_HEADER = 256
/** Well-formed as far as it goes, and nothing that a passphrase opens. */
const OTHER_RECIPIENT = /^age-encryption\.org\/v1\n-> (?!scrypt )[\x21-\x7e]+[ \n]/
const OTHER_VERSION = /^age-encryption\.org\/v(?!1\n)[\x21-\x7e]{1,32}\n/
const FORMER = 'countersign-vault '

const corrupted = (): never =>
  fail('STORE_CORRUPTED', 'vault must be an age file with a passphrase, got a damaged or another one')
const unsupported = (text: string): never => fail('KEY_UNSUPPORTED', `vault must be ${text}`)

async function loadAge(): Promise<typeof import('age-encryption')> {
  try {
    return await import('age-encryption')
  } catch (cause) {
    fail('CONFIG_INVALID', 'a vault needs the package "age-encryption" beside this one: install it', { cause })
  }
}

const wrappingKey = (password: Uint8Array, salt: Uint8Array, workFactor: number): Promise<Uint8Array> =>
  scrypt(password, concatBytes(utf8('age-encryption.org/v1/scrypt'), salt), { N: 2 ** workFactor, r: 8, p: 1 }, 32)

/** Encrypts bytes, as the armored form of an age file. */
export async function sealAge(plain: Uint8Array, password: Uint8Array, workFactor: number): Promise<string> {
  const { Encrypter, Stanza, armor } = await loadAge()
  const salt = drawBytes(SALT_BYTES)
  const key = await wrappingKey(password, salt, workFactor)
  const encrypter = new Encrypter()
  encrypter.addRecipient({
    wrapFileKey: (fileKey) => {
      const stanza = ['scrypt', base64(salt).replace(/=+/, ''), String(workFactor)]
      return [new Stanza(stanza, chachaSeal(key, NONCE, fileKey))]
    },
  })
  return armor.encode(await encrypter.encrypt(plain))
}

/**
 * The header of an age file in either form, before anything is paid for.
 *
 * @throws {CountersignError} `STORE_CORRUPTED` for anything but an age file of at most 2 MiB; `KEY_UNSUPPORTED` for one with other
 *   recipients than a passphrase, another version, or a work factor out of bounds; `CONFIG_INVALID` without `age-encryption`.
 */
export async function readAge(file: string | Uint8Array): Promise<AgeFile> {
  const bytes = await binaryOf(file)
  const head = String.fromCharCode(...bytes.subarray(0, MAX_HEADER))
  if (OTHER_RECIPIENT.test(head)) unsupported('encrypted with a passphrase ("age -p"), got other recipients')
  if (OTHER_VERSION.test(head)) unsupported('of version 1 of the age format, got another')
  const [, salt = '', factor = '', wrapped = ''] = HEADER.exec(head) ?? corrupted()
  const workFactor = Number(factor)
  const { least, most } = WORK_FACTORS
  if (workFactor < least || workFactor > most)
    unsupported(`of a scrypt work factor of ${least} to ${most}, got ${workFactor}`)
  return {
    bytes,
    salt: base64Decode(`${salt}==`) ?? corrupted(),
    workFactor,
    wrapped: base64Decode(`${wrapped}=`) ?? corrupted(),
  }
}

async function binaryOf(file: unknown): Promise<Uint8Array> {
  const bytes = file instanceof Uint8Array ? file : undefined
  if (bytes !== undefined && String.fromCharCode(...bytes.subarray(0, VERSION.length)) === VERSION)
    return bytes.length > MAX_BYTES ? corrupted() : bytes
  const text = bytes === undefined ? file : bytes.length > MAX_BYTES ? undefined : utf8Decode(bytes)
  if (typeof text !== 'string' || text.length > MAX_BYTES) return corrupted()
  if (text.startsWith(FORMER))
    unsupported(
      'an age file, got one of a former format: read it with the release that wrote it, and write it anew with this one',
    )
  const { armor } = await loadAge()
  try {
    return armor.decode(text)
  } catch {
    return corrupted()
  }
}

/**
 * What was encrypted.
 *
 * @throws {CountersignError} `KEY_PASSPHRASE` for a wrong passphrase, which looks the same as a changed salt or encrypted file
 *   key; `STORE_CORRUPTED` where anything else was changed.
 */
export async function openAge(
  { bytes, salt, workFactor, wrapped }: AgeFile,
  password: Uint8Array,
): Promise<Uint8Array> {
  const key = await wrappingKey(password, salt, workFactor)
  const fileKey = chachaOpen(key, NONCE, wrapped)
  if (fileKey === undefined) fail('KEY_PASSPHRASE', 'the passphrase of the vault is wrong, or its header was changed')
  const { Decrypter } = await loadAge()
  const decrypter = new Decrypter()
  decrypter.addIdentity({ unwrapFileKey: () => fileKey })
  try {
    return await decrypter.decrypt(bytes)
  } catch {
    return corrupted()
  }
}
