import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadSecret, writeVaultFile } from '../../../src/client/load-secret.js'
import {
  exportPrivateKey,
  generateKeyPair,
  hmacKey,
  importSigningKey,
  randomBytes,
  Secret,
} from '../../../src/crypto/index.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { importExchangeKey } from '../../../src/exchange/index.js'
import { generateKek, localKek } from '../../../src/keyring/index.js'
import { THOROUGH } from '../../thorough.js'

/*
 * One rule for secrets that are text, at every function: a byte order mark before and one line break behind are no part of it; white
 * space or quotes around it could be either, and are refused without showing any of it.
 */

const folder = mkdtempSync(join(tmpdir(), 'countersign-rule-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
function file(contents: string | Uint8Array): string {
  const path = join(folder, `secret-${files++}`)
  writeFileSync(path, contents)
  chmodSync(path, 0o600)
  return path
}

const SECRET = 'the-Secret 1'
const textOf = (secret: Secret): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(secret.reveal())
const { signingKey } = await generateKeyPair('ed25519', { keyId: 'k' })
const passphrase = Secret.fromText(SECRET)
const encrypted = await exportPrivateKey(signingKey, 'encrypted-pem', { passphrase })
const pem = await exportPrivateKey(signingKey, 'pem')
const expected = hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: new TextEncoder().encode(SECRET) }).sign('x')
const print = (text: string): string =>
  `exec:${JSON.stringify(process.execPath)} -e ${`'process.stdout.write(Buffer.from("${Buffer.from(text).toString('hex')}","hex"))'`}`

/** Each reads a text and shows whether it is the secret. */
const DOORS: ReadonlyArray<readonly [name: string, read: (text: string) => Promise<boolean>]> = [
  ['env:', async (text) => textOf(await loadSecret('env:S', { env: { S: text } })) === SECRET],
  ['file:', async (text) => textOf(await loadSecret(`file:${file(text)}`)) === SECRET],
  ['exec:', async (text) => textOf(await loadSecret(print(text))) === SECRET],
  [
    'vault:',
    async (text) => {
      const path = join(folder, `vault-${files++}`)
      await writeVaultFile(path, { s: new TextEncoder().encode(text) }, { passphrase, workFactor: 14 })
      return textOf(await loadSecret(`vault:${path}#s`, { passphrase })) === SECRET
    },
  ],
  ['Secret.fromText()', async (text) => textOf(Secret.fromText(text)) === SECRET],
  [
    'the secret of an exchange',
    async (text) => {
      const { key } = okx({ apiKey: 'k', secret: text, passphrase: 'p' })
      return Buffer.from(key.sign('x')).equals(expected)
    },
  ],
  [
    'the same as a Secret',
    async (text) => {
      const { key } = okx({ apiKey: 'k', secret: new Secret(new TextEncoder().encode(text)), passphrase: 'p' })
      return Buffer.from(key.sign('x')).equals(expected)
    },
  ],
  [
    'the passphrase of an exchange',
    async (text) => {
      const { headers } = okx({ apiKey: 'k', secret: 's', passphrase: text }).sign({ path: '/' })
      return headers['OK-ACCESS-PASSPHRASE'] === SECRET
    },
  ],
  [
    'the passphrase of a key file',
    async (text) => {
      await importSigningKey(encrypted, { keyId: 'k', algorithm: 'ed25519', passphrase: text })
      return true
    },
  ],
]

/** They start a program or stretch a passphrase for every text, which is read by the same rule. */
const SLOW = ['exec:', 'vault:', 'the passphrase of a key file']

describe.each(THOROUGH ? DOORS : DOORS.filter(([name]) => !SLOW.includes(name)))('%s', (_, read) => {
  it.each([
    ['as it is', SECRET],
    ['with a line break behind it', `${SECRET}\n`],
    ['with one of Windows', `${SECRET}\r\n`],
    ['with a byte order mark before it', `\ufeff${SECRET}`],
    ['with both', `\ufeff${SECRET}\n`],
  ])('takes a secret %s', async (_what, text) => {
    expect(await read(text)).toBe(true)
  })

  it.each([
    ['a space before it', ` ${SECRET}`],
    ['a space behind it', `${SECRET} `],
    ['a tab', `${SECRET}\t`],
    ['two line breaks', `${SECRET}\n\n`],
    ['double quotes', `"${SECRET}"`],
    ['single quotes and a line break', `'${SECRET}'\n`],
  ])('refuses one with %s around it, and shows nothing of it', async (_what, text) => {
    const error = await read(text).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ name: 'CountersignError' })
    expect((error as Error).message).toMatch(/around it|at its (?:start|end)/)
    expect((error as Error).message).not.toContain('Secret 1')
  })
})

describe('what is no text, or a text with a reader of its own', () => {
  it('stays as it is: bytes that end like a line', async () => {
    const bytes = Uint8Array.from([...randomBytes(30), 0xff, 0x0a])
    expect((await loadSecret(`file:${file(bytes)}`)).reveal()).toEqual(bytes)
  })

  it('stays as it is: a PEM in quotes is read by the importer of keys', async () => {
    const quoted = `"${pem.replaceAll('\n', '\\n')}"`
    const secret = await loadSecret('env:K', { env: { K: quoted } })
    const key = await importSigningKey(secret, { keyId: 'k', algorithm: 'ed25519', format: 'pem' })
    expect(key.sign('x')).toEqual(signingKey.sign('x'))
  })

  it('is an API key without its line break', async () => {
    expect(okx({ apiKey: 'key\n', secret: 's', passphrase: 'p' }).key.keyId).toBe('key')
    expect((await importExchangeKey(pem, { apiKey: '\ufeffkey\r\n', type: 'ed25519' })).keyId).toBe('key')
  })

  it('is a key-encryption key without its line break', () => {
    const text = generateKek()
    const kek = localKek(Secret.fromText(text))
    expect(localKek(new Secret(new TextEncoder().encode(`${text}\n`))).id).toBe(kek.id)
    expect(() => localKek(new Secret(new TextEncoder().encode(`"${text}"`)))).toThrow(/quotes .* around it/)
  })

  it.each([
    ['hmacKey()', () => hmacKey({ keyId: 'k', algorithm: 'hmac-sha256', secret: 'text' as never })],
    ['importSigningKey()', () => importSigningKey('text' as never, { keyId: 'k', algorithm: 'hmac-sha256' })],
  ])('%s takes no text for a shared secret, and says how to pass one', async (_, call) => {
    await expect((async () => call())()).rejects.toThrow(/Secret\.fromText\(text\)/)
  })

  it('is visible ASCII at an exchange: the secret as well as the passphrase', () => {
    for (const wrong of ['gehëim', 'a\0b', 'a\u200bb'])
      for (const account of [
        { secret: wrong, passphrase: 'p' },
        { secret: 's', passphrase: wrong },
      ])
        expect(() => okx({ apiKey: 'k', ...account })).toThrow(/visible ASCII/)
  })
})
