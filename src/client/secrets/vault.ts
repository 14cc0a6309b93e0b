import { Secret } from '../../crypto/secret.js'
import { isVaultName } from '../../crypto/vault-entries.js'
import { invalid, type Provider, unavailable } from './provider.js'
import { openVaultAt } from './vault-text-file.js'

/** `vault:path#name`. */
export const fromVault: Provider = async (rest, { passphrase, opened, clean }) => {
  const at = rest.lastIndexOf('#')
  const name = rest.slice(at + 1)
  if (at < 1 || !isVaultName(name)) invalid('"vault:" must be followed by path#name, a name of 1 to 64 of A-Za-z0-9._-')
  const path = rest.slice(0, at)
  const entries = opened.get(path) ?? passphrase().then((text) => openVaultAt(path, text))
  opened.set(path, entries)
  const found = (await entries).get(name) ?? unavailable(`vault "${path}" expected an entry of that name, it has none`)
  return new Secret(clean(`the entry of vault "${path}"`, found.reveal()))
}
