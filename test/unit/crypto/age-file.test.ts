import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { openAge, readAge, sealAge, WORK_FACTORS } from '../../../src/crypto/age-file.js'
import { utf8 } from '../../../src/crypto/encoding.js'
import { Secret } from '../../../src/crypto/secret.js'
import { openVault, sealVault } from '../../../src/crypto/vault.js'
import { caught } from '../../expect-code.js'

const PASSWORD = utf8('correct horse battery staple')
const LATIN1 = (text: string): Uint8Array => Uint8Array.from(text, (one) => one.charCodeAt(0))
const SALT = 'AAECAwQFBgcICQoLDA0ODw'
const WRAPPED = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
const MAC = 'A'.repeat(43)
const head = (stanza = `scrypt ${SALT} 14`, wrapped = WRAPPED, version = 'v1', mac = MAC): string =>
  `age-encryption.org/${version}\n-> ${stanza}\n${wrapped}\n--- ${mac}\n`

const CORRUPTED = {
  code: 'STORE_CORRUPTED',
  message: 'vault must be an age file with a passphrase, got a damaged or another one',
}
const unsupported = (text: string) => ({ code: 'KEY_UNSUPPORTED', message: `vault must be ${text}` })

describe('the header of an age file', () => {
  it('is read from its bytes, with what stands behind it untouched', async () => {
    const file = LATIN1(`${head()}\xff\x00payload`)
    expect(await readAge(file)).toEqual({
      bytes: file,
      salt: Uint8Array.from({ length: 16 }, (_, at) => at),
      workFactor: 14,
      wrapped: Uint8Array.from({ length: 32 }, (_, at) => at),
    })
  })

  it.each([14, 20])('may state a work factor of %i', async (factor) => {
    expect(await readAge(LATIN1(head(`scrypt ${SALT} ${factor}`)))).toMatchObject({ workFactor: factor })
    expect(Object.values(WORK_FACTORS)).toContain(factor)
  })

  it.each([1, 13, 21, 9_999_999_999])('may not state a work factor of %i', async (factor) => {
    expect(await caught(() => readAge(LATIN1(head(`scrypt ${SALT} ${factor}`))))).toMatchObject(
      unsupported(`of a scrypt work factor of 14 to 20, got ${factor}`),
    )
  })

  it.each([
    ['an X25519 recipient', head('X25519 AAAA')],
    ['a recipient without arguments', head('x')],
    ['a recipient whose name begins as ours', head('scryptx AAAA 14')],
    ['a recipient of 200 characters', head('x'.repeat(200))],
  ])('with %s is one that no passphrase opens', async (_, text) => {
    expect(await caught(() => readAge(LATIN1(text)))).toMatchObject(
      unsupported('encrypted with a passphrase ("age -p"), got other recipients'),
    )
  })

  it.each(['v2', 'v10', 'v1.1', 'vX', `v${'9'.repeat(32)}`])(
    'of version %s is one of another version',
    async (version) => {
      expect(await caught(() => readAge(LATIN1(head(undefined, undefined, version))))).toMatchObject(
        unsupported('of version 1 of the age format, got another'),
      )
    },
  )

  it.each<[string, string]>([
    ['no version', head(undefined, undefined, 'v')],
    ['a version of 33 characters', head(undefined, undefined, `v${'9'.repeat(33)}`)],
    ['a version with a blank', head(undefined, undefined, 'v2 ')],
    ['text before it', `x${head()}`],
    ['a recipient with a control character', head('X\x01 AAAA')],
    ['a recipient that is empty', head(' AAAA')],
    ['another recipient without its line', 'age-encryption.org/v1\n-> X25519'],
    ['scrypt without a salt', head('scrypt 14')],
    ['a salt of 21 characters', head(`scrypt ${SALT.slice(1)} 14`)],
    ['a salt of 23 characters', head(`scrypt ${SALT}A 14`)],
    ['a salt of another spelling', head(`scrypt ${SALT.slice(0, -1)}x 14`)],
    ['a work factor from zero', head(`scrypt ${SALT} 014`)],
    ['a work factor of 11 digits', head(`scrypt ${SALT} 10000000000`)],
    ['a work factor with a sign', head(`scrypt ${SALT} +14`)],
    ['no work factor', head(`scrypt ${SALT} `)],
    ['a third argument', head(`scrypt ${SALT} 14 14`)],
    ['a file key of 42 characters', head(undefined, WRAPPED.slice(1))],
    ['a file key of 44 characters', head(undefined, `${WRAPPED}A`)],
    ['a file key of another spelling', head(undefined, `${WRAPPED.slice(0, -1)}9`)],
    ['a MAC of 42 characters', head(undefined, undefined, undefined, MAC.slice(1))],
    ['a MAC of 44 characters', head(undefined, undefined, undefined, `${MAC}A`)],
    ['a MAC of other characters', head(undefined, undefined, undefined, `${MAC.slice(1)}-`)],
    ['no line break at its end', head().slice(0, -1)],
    ['a second recipient', `${head().slice(0, -(MAC.length + 5))}-> X25519 AAAA\n${WRAPPED}\n--- ${MAC}\n`],
    ['its end behind the 256th byte', head(`X${'x'.repeat(200)}`).replace('X', 'scrypt ')],
  ])('with %s is damaged', async (_, text) => {
    expect(await caught(() => readAge(LATIN1(text)))).toMatchObject(CORRUPTED)
  })

  it('is looked for in the first bytes alone, however large the file is', async () => {
    const file = new Uint8Array(2 ** 21)
    file.set(LATIN1(head()))
    expect(await readAge(file)).toMatchObject({ workFactor: 14 })
    const larger = new Uint8Array(2 ** 21 + 1)
    larger.set(LATIN1(head()))
    expect(await caught(() => readAge(larger))).toMatchObject(CORRUPTED)
  })
})

describe('an age file', () => {
  let text = ''
  let bytes = new Uint8Array(0)
  beforeAll(async () => {
    text = await sealAge(utf8('plain'), PASSWORD, 14)
    bytes = new Uint8Array(Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64'))
  })

  it('is armored, and states its salt and its cost without padding', () => {
    expect(text).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    expect(Buffer.from(bytes).toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt [\w+/]{22} 14\n/)
  })

  it('is read as text, as bytes of the text, and in its binary form', async () => {
    for (const form of [text, utf8(text), `\n${text.trim()}\n`, bytes])
      expect((await readAge(form)).bytes).toEqual(bytes)
  })

  it('is opened with its passphrase alone', async () => {
    expect(await openAge(await readAge(text), PASSWORD)).toEqual(utf8('plain'))
    const wrong = await caught(async () => openAge(await readAge(text), utf8('another')))
    expect(wrong).toMatchObject({
      code: 'KEY_PASSPHRASE',
      message: 'the passphrase of the vault is wrong, or its header was changed',
    })
  })

  it('is not opened where anything behind its file key was changed', async () => {
    for (const fromEnd of [1, 17]) {
      const changed = bytes.slice()
      const at = changed.length - fromEnd
      changed[at] = (changed[at] as number) ^ 1
      expect(await caught(async () => openAge(await readAge(changed), PASSWORD))).toMatchObject(CORRUPTED)
    }
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['a list of its text', ['text']],
    ['an empty text', ''],
    ['bytes that are no text', Uint8Array.of(0xff)],
    ['text that is no armor', 'text'],
    ['the beginning of its binary form as text', 'age-encryption.org/v1\n'],
  ])('is not %s', async (_, file) => {
    expect(await caught(() => readAge(file as string))).toMatchObject(CORRUPTED)
  })

  it('is a text of at most 2 MiB, in characters and in bytes', async () => {
    const filled = (length: number) => text + '\n'.repeat(length - text.length)
    for (const form of [filled(2 ** 21), utf8(filled(2 ** 21))])
      expect(await readAge(form)).toMatchObject({ workFactor: 14 })
    for (const form of [filled(2 ** 21 + 1), utf8(filled(2 ** 21 + 1))])
      expect(await caught(() => readAge(form))).toMatchObject(CORRUPTED)
  })

  it('is no vault of the former format, which is named', async () => {
    for (const form of ['countersign-vault 1\n', utf8('countersign-vault 1\n')])
      expect(await caught(() => readAge(form))).toMatchObject(
        unsupported(
          'an age file, got one of a former format: read it with the release that wrote it, and write it anew with this one',
        ),
      )
    expect(await caught(() => readAge('countersign-vaults'))).toMatchObject(CORRUPTED)
    expect(await caught(() => readAge(' countersign-vault 1'))).toMatchObject(CORRUPTED)
  })

  it('of another recipient is refused in its armored form, too', async () => {
    const foreign = readFileSync(new URL('../../vectors/vault/age-1.1.1-x25519.age', import.meta.url), 'utf8')
    expect(await caught(() => readAge(foreign))).toMatchObject({ code: 'KEY_UNSUPPORTED' })
  })
})

describe('the options of a vault', () => {
  const passphrase = 'correct horse battery staple'
  const entries = { a: utf8('one') }

  it.each([
    ['workFactor', 13],
    ['workFactor', 21],
    ['workFactor', 14.5],
    ['workFactor', '14'],
    ['workFactors', 14],
    ['encryption', 'aes-256-gcm'],
  ])('are refused with a "%s" of %s', async (name, value) => {
    expect(await caught(() => sealVault(entries, { passphrase, [name]: value }))).toMatchObject({
      code: 'ARGUMENT_INVALID',
    })
  })

  it.each(['', new Uint8Array(0), undefined, null, 7, {}])('are refused with a passphrase of %j', async (wrong) => {
    const missing = { code: 'KEY_PASSPHRASE', message: 'a vault needs a passphrase that is not empty, got none' }
    expect(await caught(() => sealVault(entries, { passphrase: wrong as never }))).toMatchObject(missing)
    expect(await caught(() => openVault('x', { passphrase: wrong as never }))).toMatchObject(missing)
  })

  it('are no others where it is opened', async () => {
    expect(await caught(() => openVault('x', { passphrase, workFactor: 14 } as never))).toMatchObject({
      code: 'ARGUMENT_INVALID',
    })
  })

  it('take a passphrase as text, as its bytes and as a secret', async () => {
    const text = await sealVault(entries, { passphrase: utf8(passphrase), workFactor: 14 })
    for (const one of [passphrase, Secret.fromText(passphrase)]) {
      const opened = await openVault(text, { passphrase: one })
      expect([...opened].map(([name, secret]) => [name, secret.reveal()])).toEqual([['a', utf8('one')]])
    }
  })
})

it('neither sealing nor opening leaves a copy of the entries behind', async () => {
  const { Decrypter, Encrypter } = await import('age-encryption')
  const seal = vi.spyOn(Encrypter.prototype, 'encrypt')
  const open = vi.spyOn(Decrypter.prototype, 'decrypt')
  try {
    const passphrase = 'correct horse battery staple'
    const text = await sealVault({ a: utf8('one') }, { passphrase, workFactor: 14 })
    await openVault(text, { passphrase })
    for (const copy of [seal.mock.calls[0]?.[0], await open.mock.results[0]?.value]) {
      expect(copy).toBeInstanceOf(Uint8Array)
      expect((copy as Uint8Array).length).toBe(4096)
      expect((copy as Uint8Array).every((one) => one === 0)).toBe(true)
    }
  } finally {
    vi.restoreAllMocks()
  }
})
