import { expect, test, vi } from 'vitest'
import { openVault, sealVault } from '../../src/crypto/vault.js'

vi.mock('age-encryption', () => {
  throw new Error("Cannot find package 'age-encryption'")
})

test('a vault without the package "age-encryption" says what to install, and only when it is used', async () => {
  const options = { passphrase: 'correct horse battery staple' }
  const missing = {
    code: 'CONFIG_INVALID',
    message: 'a vault needs the package "age-encryption" beside this one: install it',
  }
  await expect(sealVault({ a: new Uint8Array([1]) }, { ...options, workFactor: 14 })).rejects.toMatchObject(missing)
  await expect(openVault('-----BEGIN AGE ENCRYPTED FILE-----', options)).rejects.toMatchObject(missing)
  // What needs no package is said first.
  await expect(openVault('countersign-vault 1\n', options)).rejects.toMatchObject({ code: 'KEY_UNSUPPORTED' })
  await expect(sealVault({}, { passphrase: '' })).rejects.toMatchObject({ code: 'KEY_PASSPHRASE' })
})
