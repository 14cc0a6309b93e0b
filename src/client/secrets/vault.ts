import type { Passphrase } from '../../crypto/format/pbes2.js'
import { Secret } from '../../crypto/secret.js'
import { openVault } from '../../crypto/vault.js'
import { isVaultName } from '../../crypto/vault-entries.js'
import { fail, isCountersignError } from '../../errors.js'
import { readRegularFile } from './file.js'
import type { Provider } from './provider.js'

const MAX_FILE = 2 ** 21

/** `vault:path#name`. */
export const fromVault: Provider = async (rest, { passphrase, opened, clean }) => {
  const at = rest.lastIndexOf('#')
  const name = rest.slice(at + 1)
  if (at < 1 || !isVaultName(name))
    fail('ARGUMENT_INVALID', '"vault:" must be followed by path#name, a name of 1 to 64 of A-Za-z0-9._-')
  const path = rest.slice(0, at)
  const entries = opened.get(path) ?? passphrase().then((text) => openVaultAt(path, text))
  opened.set(path, entries)
  const found = (await entries).get(name) ?? fail('SECRET_UNAVAILABLE', `vault "${path}" has no entry of that name`)
  return new Secret(clean(`the entry of vault "${path}"`, found.reveal()))
}

/** The bytes of a vault's file. Its mode does not matter: it is encrypted. */
export const readVault = (path: string): Promise<Uint8Array> => readRegularFile(path, MAX_FILE)

/** {@link openVault} of bytes from a file, with the file's name in what it throws. */
export async function openVaultOf(
  path: string,
  bytes: Uint8Array,
  passphrase: Passphrase,
): Promise<ReadonlyMap<string, Secret>> {
  try {
    return await openVault(bytes, { passphrase })
  } catch (error) {
    if (!isCountersignError(error)) throw error
    fail(error.code, `"${path}": ${error.message}`, { cause: error })
  }
}

export const openVaultAt = async (path: string, passphrase: Passphrase): Promise<ReadonlyMap<string, Secret>> =>
  openVaultOf(path, await readVault(path), passphrase)
