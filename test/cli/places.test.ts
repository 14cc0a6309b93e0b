import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { writeVaultFile } from '../../src/client/load-secret.js'
import { Secret } from '../../src/crypto/index.js'
import { folder } from '../unit/cli/world.js'
import { invoke } from './invoke.js'

const at = folder()
const SECRET = 'a shared secret of more than 32 bytes'
const MESSAGE = 'GET /a HTTP/1.1\nHost: a.example\n\n'

test('a secret is read from a variable, a file, a vault and a program, and is the same one', async () => {
  writeFileSync(at('secret'), `${SECRET}\n`, { mode: 0o600 })
  const passphrase = 'env:VAULT_PASS'
  const env = { SECRET, VAULT_PASS: 'correct horse battery staple' }
  const made = { passphrase: Secret.fromText(env.VAULT_PASS), workFactor: 14 }
  await writeVaultFile(at('vault.age'), { bot: Secret.fromText(SECRET) }, made)
  const places = ['env:SECRET', `file:${at('secret')}`, `vault:${at('vault.age')}#bot`, `exec:cat ${at('secret')}`]
  const algorithm = ['--algorithm', 'hmac-sha256']
  const { stdout: stdin } = await invoke(['sign', '-i', 'bot', ...algorithm, '--key', 'env:SECRET'], {
    stdin: MESSAGE,
    env,
  })
  for (const place of places) {
    const argv = ['verify', ...algorithm, '--key', place, '--vault-passphrase', passphrase]
    const { code, stdout, stderr } = await invoke(argv, { stdin, env })
    expect([place, code, stderr]).toEqual([place, 0, ''])
    expect(stdout).not.toContain(SECRET)
  }
})

test('a vault without its passphrase, and a program that fails, are said in words', async () => {
  const sign = (place: string) => invoke(['sign', '-i', 'bot', '-a', 'hmac-sha256', '--key', place], { stdin: MESSAGE })
  expect(await sign(`vault:${at('vault.age')}#bot`)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--vault-passphrase is missing.*\nKEY_PASSPHRASE/),
  })
  expect(await sign('exec:false')).toMatchObject({ code: 2, stderr: expect.stringContaining('SECRET_UNAVAILABLE') })
})
