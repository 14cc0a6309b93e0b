import { utf8Decode } from '../../crypto/encoding.js'
import type { Passphrase } from '../../crypto/format/pbes2.js'
import type { Secret } from '../../crypto/secret.js'
import { openVault } from '../../crypto/vault.js'
import { CountersignError, isCountersignError } from '../../errors.js'
import { readRegularFile } from './file.js'

const MAX_FILE = 2 ** 21

/** The text of a vault's file. Who may read it does not matter: it is encrypted. */
export async function readVaultText(path: string): Promise<string> {
  const text = utf8Decode(await readRegularFile(path, MAX_FILE))
  return text ?? damaged(path)
}

const damaged = (path: string): never => {
  throw new CountersignError('STORE_CORRUPTED', `"${path}" expected a vault, got something else; it is left as it is`)
}

/** {@link openVault} of a text from a file, with the file's name in what it throws. */
export async function openVaultText(
  path: string,
  text: string,
  passphrase: Passphrase,
): Promise<ReadonlyMap<string, Secret>> {
  try {
    return await openVault(text, { passphrase })
  } catch (error) {
    if (!isCountersignError(error)) throw error
    throw new CountersignError(error.code, `"${path}": ${error.message}`)
  }
}

export const openVaultAt = async (path: string, passphrase: Passphrase): Promise<ReadonlyMap<string, Secret>> =>
  openVaultText(path, await readVaultText(path), passphrase)
