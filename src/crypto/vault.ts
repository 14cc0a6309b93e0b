/** Named secrets in a file with a passphrase, which `age -d` reads too: `countersign/crypto/vault`. */
import { assertInteger, fail } from '../errors.js'
import { openAge, readAge, sealAge, WORK_FACTORS } from './age-file.js'
import type { Passphrase } from './format/pbes2.js'
import { assertKeyOptions } from './key.js'
import { passphraseText, Secret } from './secret.js'
import { packEntries, unpackEntries, type VaultEntries } from './vault-entries.js'

export type { VaultEntries } from './vault-entries.js'

/** How {@link sealVault} encrypts. */
export interface SealVaultOptions {
  /** Text is used as its UTF-8, without Unicode normalisation. A passphrase that can be guessed opens the vault. */
  readonly passphrase: Passphrase
  /** Base-2 logarithm of scrypt's N, 14 to 20: 256 MiB and about a second at the default 18, which is that of `age -p`. */
  readonly workFactor?: number
}

/** How {@link openVault} decrypts. */
export interface OpenVaultOptions {
  /** The one the vault was sealed with. */
  readonly passphrase: Passphrase
}

/**
 * Encrypts named secrets under a passphrase, as an armored age file: text for a file or a variable, which `age -d` decrypts to
 * JSON. Names and sizes are encrypted with the secrets. The same entries give another text each time. Needs the package
 * `age-encryption` beside this one.
 *
 * @param entries secrets of 1 to 65536 bytes by names of 1 to 64 letters, digits, `.`, `_` and `-`; 1000 at most, and 1 MiB
 *   together as JSON
 * @throws {CountersignError} `KEY_PASSPHRASE` for an empty passphrase; `ARGUMENT_INVALID` for bad entries (none is repeated in the
 *   message) or another work factor; `CONFIG_INVALID` without the package.
 * @see {@link https://age-encryption.org/v1 | The age file format}
 * @example
 * ```ts
 * import { Secret } from 'countersign/crypto'
 * import { openVault, sealVault } from 'countersign/crypto/vault'
 *
 * const passphrase = Secret.fromText('correct horse battery staple')
 * const text = await sealVault({ 'exchange.key': Secret.fromText('c2VjcmV0IQ==') }, { passphrase })
 * const secret = (await openVault(text, { passphrase })).get('exchange.key')
 * ```
 */
export async function sealVault(entries: VaultEntries, options: SealVaultOptions): Promise<string> {
  assertKeyOptions('sealVault', options, { passphrase: 2, workFactor: 1 })
  const { passphrase, workFactor = 18 } = options
  assertInteger('workFactor', workFactor, WORK_FACTORS.least, WORK_FACTORS.most, '', 'ARGUMENT_INVALID')
  const password = passphraseBytes(passphrase)
  const plain = packEntries(entries)
  try {
    return await sealAge(plain, password, workFactor)
  } finally {
    plain.fill(0)
  }
}

/**
 * The secrets of a vault that {@link sealVault} made, or `age -p` of JSON in the same form: an age file with a passphrase,
 * armored or binary, of at most 2 MiB. Needs the package `age-encryption` beside this one.
 *
 * @throws {CountersignError} `KEY_PASSPHRASE` for a missing or wrong passphrase; `STORE_CORRUPTED` for a file that is damaged or no
 *   vault; `KEY_UNSUPPORTED` for one with other recipients or another version, and for a work factor below 14 or above 20 (1 GiB);
 *   `CONFIG_INVALID` without the package.
 * @example
 * ```ts
 * import { hmacKey, Secret } from 'countersign/crypto'
 * import { openVault } from 'countersign/crypto/vault'
 *
 * declare const file: string | Uint8Array
 * const secret = (await openVault(file, { passphrase: Secret.fromText('correct horse battery staple') })).get('bot-1')
 * if (secret === undefined) throw new Error('no such entry')
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret })
 * ```
 */
export async function openVault(
  file: string | Uint8Array,
  options: OpenVaultOptions,
): Promise<ReadonlyMap<string, Secret>> {
  assertKeyOptions('openVault', options, { passphrase: 2 })
  const password = passphraseBytes(options.passphrase)
  const plain = await openAge(await readAge(file), password)
  try {
    return unpackEntries(plain)
  } finally {
    plain.fill(0)
  }
}

function passphraseBytes(passphrase: Passphrase | undefined): Uint8Array {
  const bytes =
    passphrase instanceof Secret
      ? passphrase.reveal()
      : typeof passphrase === 'string'
        ? passphraseText(passphrase)
        : passphrase
  if (bytes instanceof Uint8Array && bytes.length > 0) return bytes
  fail('KEY_PASSPHRASE', 'a vault needs a passphrase that is not empty, got none')
}
