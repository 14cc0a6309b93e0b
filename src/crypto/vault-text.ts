import { hash } from '#backend/hash'
import { CountersignError } from '../errors.js'
import { type AeadId, aeadOf } from './aead.js'
import type { ScryptCost } from './backend/backend.js'
import { base64, base64Decode, base64url, base64urlDecode, utf8 } from './encoding.js'

/*
 * The text of a vault, ASCII, every line ended by LF (CRLF is read, too):
 *
 *   countersign-vault 1
 *   scrypt N=131072 r=8 p=1 salt=<16 bytes>
 *   key-check <32 bytes>
 *   aes-256-gcm <nonce>
 *   <ciphertext and tag in padded base64, 76 characters a line>
 *   sha-256 <of all lines above>
 *
 * scrypt (RFC 7914) makes 64 bytes of the passphrase: the key, and the key check. The check tells a wrong passphrase from a
 * damaged vault, and commits to the key, which neither AEAD does: no text opens under two passphrases. The first four lines
 * are the associated data. The last line is no protection; it finds damage before scrypt is paid for. Bytes in the header
 * are unpadded base64url.
 */

/** What a vault says about itself; nothing of it is secret. */
export interface VaultHeader {
  readonly cost: ScryptCost
  readonly salt: Uint8Array
  readonly keyCheck: Uint8Array
  readonly encryption: AeadId
  readonly nonce: Uint8Array
}

export interface VaultText {
  readonly header: VaultHeader
  readonly sealed: Uint8Array
}

export const SALT_BYTES = 16
const LINE = 76
const MAX_TEXT = 2 ** 21
const MIN_N = 2 ** 14
const MAX_MEMORY = 2 ** 28
const MAX_WORK = 2 ** 23

const FIRST = /^countersign-vault ([1-9]\d{0,3})$/
const KDF = /^scrypt N=([1-9]\d{0,9}) r=([1-9]\d{0,3}) p=([1-9]\d{0,3}) salt=([\w-]{22})$/
const CHECK = /^key-check ([\w-]{43})$/
const CIPHER = /^([a-z0-9-]{1,32}) ([\w-]{1,64})$/

const corrupted = (): never => {
  throw new CountersignError(
    'STORE_CORRUPTED',
    'vault expected a text as sealVault() writes it, got another or a damaged one',
  )
}
const unsupported = (expected: string): never => {
  throw new CountersignError('KEY_UNSUPPORTED', `vault expected ${expected}`)
}

/** The four lines that are bound as associated data. */
export const headerText = ({ cost: { N, r, p }, salt, keyCheck, encryption, nonce }: VaultHeader): string =>
  [
    'countersign-vault 1',
    `scrypt N=${N} r=${r} p=${p} salt=${base64url(salt)}`,
    `key-check ${base64url(keyCheck)}`,
    `${encryption} ${base64url(nonce)}`,
    '',
  ].join('\n')

/** The whole text. */
export function vaultText({ header, sealed }: VaultText): string {
  const body = base64(sealed)
  let text = headerText(header)
  for (let at = 0; at < body.length; at += LINE) text += `${body.slice(at, at + LINE)}\n`
  return `${text}${checksumLine(text)}\n`
}

const checksumLine = (text: string): string => `sha-256 ${base64url(hash('sha256', utf8(text)))}`

/**
 * The parts of such a text.
 *
 * @throws {CountersignError} `STORE_CORRUPTED` for any other text; `KEY_UNSUPPORTED` for an undamaged one of another version
 *   or encryption, or of a cost out of bounds.
 */
export function parseVaultText(given: unknown): VaultText {
  if (typeof given !== 'string' || given.length > MAX_TEXT) return corrupted()
  const text = given.replaceAll('\r\n', '\n')
  const lines = text.split('\n')
  const end = lines.length - 2
  if (end < 5 || lines[end + 1] !== '') return corrupted()
  const above = lines.slice(0, end)
  if (lines[end] !== checksumLine(`${above.join('\n')}\n`)) return corrupted()
  const [version] = FIRST.exec(above[0] as string)?.slice(1) ?? corrupted()
  if (version !== '1') unsupported('version 1')
  const [N, r, p, salt] = (KDF.exec(above[1] as string)?.slice(1) ?? corrupted()) as [string, string, string, string]
  const cost = boundedCost({ N: Number(N), r: Number(r), p: Number(p) })
  const [check] = (CHECK.exec(above[2] as string)?.slice(1) ?? corrupted()) as [string]
  const [name, nonce] = (CIPHER.exec(above[3] as string)?.slice(1) ?? corrupted()) as [string, string]
  const header = {
    cost,
    salt: base64urlDecode(salt) ?? corrupted(),
    keyCheck: base64urlDecode(check) ?? corrupted(),
    encryption: aeadOf(name).id,
    nonce: base64urlDecode(nonce) ?? corrupted(),
  }
  const sealed = base64Decode(above.slice(4).join('')) ?? corrupted()
  const parts = { header, sealed }
  // One vault has one text: no other line lengths, no other spelling of a byte.
  return vaultText(parts) === text ? parts : corrupted()
}

/** scrypt takes 128·N·r bytes of memory, and time by N·r·p: a hostile file could ask for all of either, or for next to none. */
function boundedCost(cost: ScryptCost): ScryptCost {
  const { N, r, p } = cost
  const power = Number.isInteger(Math.log2(N))
  if (!power || N < MIN_N || r < 8 || 128 * N * r > MAX_MEMORY || N * r * p > MAX_WORK)
    unsupported('a scrypt cost of N from 2^14 (a power of two), r from 8, at most 256 MiB and N*r*p up to 2^23')
  return cost
}
