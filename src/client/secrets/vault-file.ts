import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { resolve as absolute } from 'node:path'
import { readAge } from '../../crypto/age-file.js'
import type { Secret } from '../../crypto/secret.js'
import { sealVault } from '../../crypto/vault.js'
import type { VaultEntries } from '../../crypto/vault-entries.js'
import { assertOptions, fail, isCountersignError, type OptionNames } from '../../errors.js'
import { type FileLockOptions, withFileLock } from '../../support/node/file-lock.js'
import { replaceFile } from '../../support/node/private-file.js'
import { FLAG, milliseconds } from '../../support/option-kinds.js'
import { contextOf, type LoadSecretOptions, type PassphraseFrom, passphraseFrom } from './resolve.js'
import { openVaultAt, openVaultOf, readVault } from './vault.js'

/** Options of {@link readVaultFile}. */
export interface VaultFileOptions extends Omit<LoadSecretOptions, 'passphrase'> {
  /** A reference such as `env:VAULT_PASS`, or a `Secret`; never the passphrase as a plain string. */
  readonly passphrase: PassphraseFrom
}

/** Options of {@link writeVaultFile}. */
export interface WriteVaultFileOptions extends VaultFileOptions, FileLockOptions {
  /** Base-2 logarithm of scrypt's N, 14 to 20. Default 18, as `age -p`; of a vault that is there already, what it has. */
  readonly workFactor?: number
  /** Replaces a file that is there, with everything in it. Default `false`. */
  readonly overwrite?: boolean
}

/** Options of {@link updateVaultFile}. */
export interface UpdateVaultFileOptions extends Omit<WriteVaultFileOptions, 'overwrite'> {
  /** From now on; default: the old one. */
  readonly newPassphrase?: PassphraseFrom
}

const READ: OptionNames<VaultFileOptions> = { passphrase: 2, env: 1, timeoutMs: 1 }
const COST = {
  ...READ,
  workFactor: 1,
  waitMs: milliseconds(0, 86_400_000),
  staleMs: milliseconds(0, 86_400_000),
} as const
const WRITE: OptionNames<WriteVaultFileOptions> = { ...COST, overwrite: FLAG }
const UPDATE: OptionNames<UpdateVaultFileOptions> = { ...COST, newPassphrase: 1 }

const MAX_ROUNDS = 10

/**
 * All secrets of a vault file, where one at a time would cost a second each.
 *
 * @throws {CountersignError} as `loadSecret('vault:…')`.
 * @example
 * ```ts
 * import { readVaultFile } from 'countersign/client/load-secret'
 *
 * const secrets = await readVaultFile('/etc/bot/secrets.age', { passphrase: 'env:VAULT_PASS' })
 * const secret = secrets.get('okx')
 * ```
 */
export async function readVaultFile(path: string, options: VaultFileOptions): Promise<ReadonlyMap<string, Secret>> {
  assertOptions('readVaultFile', options, READ, {}, 'ARGUMENT_INVALID')
  return openVaultAt(path, await passphraseFrom(options.passphrase, contextOf(options)))
}

/**
 * Writes a vault file for `loadSecret('vault:path#name')`, an age file that `age -d` decrypts to JSON. It is readable by its
 * owner only and replaced in one step: a reader finds the old contents or the new ones. A file that is there is left as it is,
 * unless `overwrite` is true. Needs the package `age-encryption` beside this one.
 *
 * @throws {CountersignError} `STORE_CONFLICT` where there is a file; `STORE_UNAVAILABLE` where the file system refuses or the lock
 *   beside the file is not free in time; as `sealVault`; and as `loadSecret` for the passphrase.
 * @example
 * ```ts
 * import { randomBytes } from 'countersign'
 * import { loadSecret, writeVaultFile } from 'countersign/client/load-secret'
 *
 * await writeVaultFile(
 *   '/etc/bot/secrets.age',
 *   { 'bot-1': randomBytes(32), okx: await loadSecret('env:OKX_SECRET') },
 *   { passphrase: 'env:VAULT_PASS' },
 * )
 * ```
 */
export async function writeVaultFile(
  path: string,
  entries: VaultEntries,
  options: WriteVaultFileOptions,
): Promise<void> {
  assertOptions('writeVaultFile', options, WRITE, {}, 'ARGUMENT_INVALID')
  const { workFactor, overwrite = false } = options
  const passphrase = await passphraseFrom(options.passphrase, contextOf(options))
  // Before a second of scrypt; checked again under the lock.
  if (!overwrite && existsSync(path)) return exists(path)
  const text = await sealVault(entries, { passphrase, ...given({ workFactor }) })
  if (!put(path, text, options, () => overwrite || !existsSync(path))) exists(path)
}

/**
 * Changes a vault file under a lock: several programs may do so at the same time, and no change is lost. `change` gets the
 * entries and adds, replaces and deletes; it is called again where another program was faster. Where it throws, nothing changes.
 *
 * @throws {CountersignError} `STORE_CONFLICT` where others are faster ten times in a row; `SECRET_UNAVAILABLE` where there is no
 *   file; as {@link writeVaultFile}; and what `change` throws.
 * @example
 * ```ts
 * import { Secret } from 'countersign'
 * import { updateVaultFile } from 'countersign/client/load-secret'
 *
 * await updateVaultFile(
 *   '/etc/bot/secrets.age',
 *   (entries) => {
 *     entries.set('kraken', Secret.fromText('c2VjcmV0IQ=='))
 *     entries.delete('okx')
 *   },
 *   { passphrase: 'env:VAULT_PASS' },
 * )
 * ```
 */
export async function updateVaultFile(
  path: string,
  change: (entries: Map<string, Secret | Uint8Array>) => void | Promise<void>,
  options: UpdateVaultFileOptions,
): Promise<void> {
  assertOptions('updateVaultFile', options, UPDATE, {}, 'ARGUMENT_INVALID')
  const context = contextOf(options)
  const passphrase = await passphraseFrom(options.passphrase, context)
  const next = options.newPassphrase === undefined ? passphrase : await passphraseFrom(options.newPassphrase, context)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = await readVault(path)
    const entries = new Map<string, Secret | Uint8Array>(await openVaultOf(path, before, passphrase))
    await change(entries)
    const workFactor = options.workFactor ?? (await readAge(before)).workFactor
    const text = await sealVault(entries, { passphrase: next, workFactor })
    if (put(path, text, options, () => readFileSync(path).equals(before))) return
  }
  fail('STORE_CONFLICT', `"${path}" changed concurrently at each attempt`)
}

const exists = (path: string): never => fail('STORE_CONFLICT', `"${path}" exists already; it is left as it is`)

const given = <T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never

/** Replaces the file under its lock, unless something else than expected is there. Encrypting is slow, so it is done before. */
function put(path: string, text: string, { waitMs, staleMs }: FileLockOptions, asExpected: () => boolean): boolean {
  try {
    // What a link leads to is replaced, not the link.
    const target = existsSync(path) ? realpathSync(path) : absolute(path)
    const tempOf = (token: string): string => `${target}.${token}.tmp`
    return withFileLock(
      `${target}.lock`,
      given({ waitMs, staleMs }) as FileLockOptions,
      (lock) => asExpected() && replaceFile(target, tempOf(lock.token), text, lock.isMine),
      (token) => rmSync(tempOf(token), { force: true }),
    )
  } catch (error) {
    if (isCountersignError(error)) throw error
    const { code } = error as NodeJS.ErrnoException
    fail('STORE_UNAVAILABLE', `"${path}" is not writable: got ${code}`)
  }
}
