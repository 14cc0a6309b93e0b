import { scrypt } from '#backend/kdf'
import { CountersignError } from '../errors.js'
import { AEAD_KEY_BYTES, type AeadId, aeadOf, openSealed } from './aead.js'
import type { ScryptCost } from './backend/backend.js'
import { utf8 } from './encoding.js'
import { equalBytes } from './equal.js'
import type { Passphrase } from './format/pbes2.js'
import { assertKeyOptions } from './key-options.js'
import { randomBytes } from './random.js'
import { Secret } from './secret.js'
import { passphraseText } from './text-secret.js'
import { packEntries, unpackEntries, type VaultEntries } from './vault-entries.js'
import { headerText, parseVaultText, SALT_BYTES, vaultText } from './vault-text.js'

/** How {@link sealVault} encrypts. */
export interface SealVaultOptions {
  /** Text is used as its UTF-8, without Unicode normalisation. What it can be guessed in is what the vault is worth. */
  readonly passphrase: Passphrase
  /** Default `aes-256-gcm`. */
  readonly encryption?: AeadId
  /** Base-2 logarithm of scrypt's N, 14 to 18: 128 MiB and about half a second at the default 17. */
  readonly workFactor?: number
}

/** How {@link openVault} decrypts. */
export interface OpenVaultOptions {
  /** The one the vault was sealed with. */
  readonly passphrase: Passphrase
}

/**
 * Encrypts named secrets under a passphrase, as a text for a file: scrypt (N = 2^17, r = 8, p = 1) and AES-256-GCM or
 * XChaCha20-Poly1305. Names and sizes are encrypted with the secrets. The same entries give another text each time.
 *
 * @param entries secrets of 1 to 65536 bytes by names of 1 to 64 letters, digits, `.`, `_` and `-`; 1000 at most, 1 MiB together
 * @throws {CountersignError} `KEY_PASSPHRASE` for an empty passphrase; `KEY_UNSUPPORTED` for another encryption;
 *   `ARGUMENT_INVALID` for bad entries (none is repeated in the message) or another work factor.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7914 | RFC 7914}
 * @example
 * ```ts
 * import { openVault, Secret, sealVault } from 'countersign/crypto'
 *
 * const passphrase = Secret.fromText('correct horse battery staple')
 * const text = await sealVault({ 'venue.key': Secret.fromText('c2VjcmV0IQ==') }, { passphrase })
 * const secret = (await openVault(text, { passphrase })).get('venue.key')
 * ```
 */
export async function sealVault(entries: VaultEntries, options: SealVaultOptions): Promise<string> {
  assertKeyOptions('sealVault', options, { passphrase: 1, encryption: 1, workFactor: 1 })
  const { passphrase, encryption = 'aes-256-gcm', workFactor = 17 } = options
  const aead = aeadOf(encryption)
  if (!Number.isInteger(workFactor) || workFactor < 14 || workFactor > 18)
    throw new CountersignError('ARGUMENT_INVALID', '"workFactor" must be 14 to 18')
  const password = passphraseBytes(passphrase)
  const plain = packEntries(entries)
  const cost = { N: 2 ** workFactor, r: 8, p: 1 }
  const salt = randomBytes(SALT_BYTES)
  const { key, keyCheck } = await derive(password, salt, cost)
  // The nonce is part of what it seals, so it is drawn before: fresh, and the key is as well.
  const nonce = randomBytes(aead.nonceBytes)
  const header = { cost, salt, keyCheck, encryption: aead.id, nonce }
  const sealed = aead.seal(key, nonce, plain, utf8(headerText(header)))
  plain.fill(0)
  return vaultText({ header, sealed })
}

/**
 * The secrets of a vault that {@link sealVault} made.
 *
 * @throws {CountersignError} `KEY_PASSPHRASE` for a missing or wrong passphrase; `STORE_CORRUPTED` for a text that is damaged or
 *   no vault; `KEY_UNSUPPORTED` for another version or encryption, and for a cost below N = 2^14 or beyond 256 MiB.
 * @example
 * ```ts
 * import { hmacKey, openVault, Secret } from 'countersign/crypto'
 *
 * declare const text: string
 * const secret = (await openVault(text, { passphrase: Secret.fromText('correct horse battery staple') })).get('bot-1')
 * if (secret === undefined) throw new Error('no such entry')
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret })
 * ```
 */
export async function openVault(text: string, options: OpenVaultOptions): Promise<ReadonlyMap<string, Secret>> {
  assertKeyOptions('openVault', options, { passphrase: 1 })
  const { passphrase } = options
  const password = passphraseBytes(passphrase)
  const { header, sealed } = parseVaultText(text)
  const { key, keyCheck } = await derive(password, header.salt, header.cost)
  if (!equalBytes(keyCheck, header.keyCheck))
    throw new CountersignError('KEY_PASSPHRASE', 'vault expected another passphrase, or its header was changed')
  const plain = openSealed(aeadOf(header.encryption), key, header.nonce, sealed, utf8(headerText(header)))
  const entries = plain && unpackEntries(plain)
  plain?.fill(0)
  if (entries !== undefined) return entries
  throw new CountersignError('STORE_CORRUPTED', 'vault expected contents that its passphrase sealed, got others')
}

function passphraseBytes(passphrase: Passphrase | undefined): Uint8Array {
  const bytes =
    passphrase instanceof Secret
      ? passphrase.reveal()
      : typeof passphrase === 'string'
        ? passphraseText(passphrase)
        : passphrase
  if (bytes instanceof Uint8Array && bytes.length > 0) return bytes
  throw new CountersignError('KEY_PASSPHRASE', 'vault expected a non-empty passphrase, got none')
}

async function derive(
  password: Uint8Array,
  salt: Uint8Array,
  cost: ScryptCost,
): Promise<{ readonly key: Uint8Array; readonly keyCheck: Uint8Array }> {
  const bytes = await scrypt(password, salt, cost, 2 * AEAD_KEY_BYTES)
  // Copies: on Node these would be views of one Buffer.
  return {
    key: new Uint8Array(bytes.subarray(0, AEAD_KEY_BYTES)),
    keyCheck: new Uint8Array(bytes.subarray(AEAD_KEY_BYTES)),
  }
}
