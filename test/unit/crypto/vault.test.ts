import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hash } from '#backend/hash'
import { base64url, utf8 } from '../../../src/crypto/encoding.js'
import { Secret } from '../../../src/crypto/secret.js'
import { openVault, sealVault } from '../../../src/crypto/vault.js'
import { packEntries, unpackEntries } from '../../../src/crypto/vault-entries.js'
import { parseVaultText } from '../../../src/crypto/vault-text.js'
import { needlesOf, PRINTERS } from '../../attacks/printers.js'
import { codeOf } from './key-files.js'

const passphrase = 'correct horse battery staple'
// scrypt at its lowest cost: 16 MiB and a few hundredths of a second.
const fast = { passphrase, workFactor: 14 } as const
const secret = (text: string): Secret => Secret.fromText(text)
const shown = (entries: ReadonlyMap<string, Secret>): Record<string, string> =>
  Object.fromEntries([...entries].map(([name, one]) => [name, new TextDecoder().decode(one.reveal())]))

/** The text with some line changed, and its checksum put right. */
function edited(text: string, line: number, change: (old: string) => string): string {
  const lines = text.split('\n').slice(0, -2)
  lines[line] = change(lines[line] as string)
  const above = `${lines.join('\n')}\n`
  return `${above}sha-256 ${base64url(hash('sha256', utf8(above)))}\n`
}

describe('sealVault and openVault', () => {
  it.each(['aes-256-gcm', 'xchacha20-poly1305'] as const)('%s: what goes in comes out', async (encryption) => {
    const text = await sealVault(
      { b: secret('two'), a: utf8('one'), __proto__x: secret('three') },
      { ...fast, encryption },
    )
    expect(text.split('\n').slice(0, 4)).toEqual([
      'countersign-vault 1',
      expect.stringMatching(/^scrypt N=16384 r=8 p=1 salt=[\w-]{22}$/),
      expect.stringMatching(/^key-check [\w-]{43}$/),
      expect.stringMatching(new RegExp(`^${encryption} [\\w-]+$`)),
    ])
    expect(text).toMatch(/^[\x20-\x7e\n]+$/)
    const entries = await openVault(text, { passphrase })
    expect(shown(entries)).toEqual({ __proto__x: 'three', a: 'one', b: 'two' })
    expect(await openVault(text.replaceAll('\n', '\r\n'), { passphrase: utf8(passphrase) })).toEqual(entries)
    expect(await openVault(text, { passphrase: secret(passphrase) })).toEqual(entries)
  })

  it.each(['aes-256-gcm', 'xchacha20-poly1305'])('reads what version 1 wrote on Node with %s', async (encryption) => {
    const text = readFileSync(new URL(`../../vectors/vault/${encryption}.vault`, import.meta.url), 'utf8')
    expect(shown(await openVault(text, { passphrase }))).toEqual({ one: 'first', two: 'second' })
  })

  it('costs 2^17 unless stated', async () => {
    const text = await sealVault(new Map([['a', secret('one')]]), { passphrase })
    expect(text.split('\n')[1]).toMatch(/^scrypt N=131072 r=8 p=1 /)
    expect(shown(await openVault(text, { passphrase }))).toEqual({ a: 'one' })
  })

  it('keeps names that mean something to JavaScript', async () => {
    const names = ['__proto__', 'constructor', 'toString', '.', '..', '-', 'A'.repeat(64)]
    const text = await sealVault(new Map(names.map((name) => [name, secret(name)])), fast)
    const entries = await openVault(text, { passphrase })
    expect([...entries.keys()].sort()).toEqual([...names].sort())
    for (const name of names) expect(entries.get(name)?.reveal()).toEqual(utf8(name))
    expect(shown(await openVault(await sealVault(new Map(), fast), { passphrase }))).toEqual({})
  })

  it('shows neither names nor sizes, and never the same text twice', async () => {
    const [a, b, c] = await Promise.all([
      sealVault({ 'canary-name': secret('short') }, fast),
      sealVault({ 'canary-name': new Secret(new Uint8Array(3_000)), other: secret('x') }, fast),
      sealVault({ 'canary-name': secret('short') }, fast),
    ])
    expect(a.length).toBe(b.length)
    expect(a).not.toBe(c)
    for (const text of [a, b])
      for (const needle of ['canary', ...needlesOf(utf8('canary-name'))]) expect(text).not.toContain(needle)
    expect((await sealVault({ a: new Secret(new Uint8Array(5_000)) }, fast)).length).toBeGreaterThan(a.length)
  })

  it('knows a wrong passphrase', async () => {
    const text = await sealVault({ a: secret('one') }, fast)
    for (const wrong of [`${passphrase} `, passphrase.toUpperCase(), '', new Uint8Array(0), undefined, 7])
      expect(await codeOf(() => openVault(text, { passphrase: wrong as never }))).toBe('KEY_PASSPHRASE')
    for (const wrong of ['', new Uint8Array(0), undefined, null])
      expect(await codeOf(() => sealVault({ a: secret('one') }, { passphrase: wrong as never }))).toBe('KEY_PASSPHRASE')
  })

  it('knows damage from a wrong passphrase: every character, every length', async () => {
    const text = await sealVault({ a: secret('one') }, fast)
    const wrong: unknown[] = []
    for (let at = 0; at < text.length; at += at < 300 || at > text.length - 60 ? 1 : 97) {
      const other = text[at] === 'A' ? 'B' : text[at] === '\n' ? ' ' : 'A'
      const damaged = text.slice(0, at) + other + text.slice(at + 1)
      const code = await codeOf(() => openVault(damaged, { passphrase }))
      if (code !== 'STORE_CORRUPTED') wrong.push([at, code])
      const cut = await codeOf(() => openVault(text.slice(0, at), { passphrase }))
      if (cut !== 'STORE_CORRUPTED') wrong.push([`cut ${at}`, cut])
    }
    expect(wrong).toEqual([])
    for (const other of [
      `${text}\n`,
      ` ${text}`,
      `${text}${text}`,
      text.replaceAll('\n', '\n\n'),
      'x'.repeat(2 ** 21 + 1),
      5,
      undefined,
    ])
      expect(await codeOf(() => openVault(other as string, { passphrase }))).toBe('STORE_CORRUPTED')
  })

  it('binds its header: a change with a good checksum opens nothing', async () => {
    const text = await sealVault({ a: secret('one') }, fast)
    const other = await sealVault({ a: secret('two') }, fast)
    const take = (line: number): string => other.split('\n')[line] as string
    const code = (line: number, change: (old: string) => string): Promise<unknown> =>
      codeOf(() => openVault(edited(text, line, change), { passphrase }))
    expect(await code(1, () => take(1))).toBe('KEY_PASSPHRASE')
    expect(await code(1, (old) => old.replace('N=16384', 'N=32768'))).toBe('KEY_PASSPHRASE')
    expect(await code(2, () => take(2))).toBe('KEY_PASSPHRASE')
    expect(await code(3, () => take(3))).toBe('STORE_CORRUPTED')
    expect(await code(3, (old) => old.replace('aes-256-gcm', 'xchacha20-poly1305'))).toBe('STORE_CORRUPTED')
    expect(await code(5, () => take(5))).toBe('STORE_CORRUPTED')
    // Another line length, and another spelling of the same bytes.
    expect(await code(4, (old) => `${old.slice(0, 40)}\n${old.slice(40)}`)).toBe('STORE_CORRUPTED')
    expect(await code(2, (old) => `${old}=`)).toBe('STORE_CORRUPTED')
    expect(await code(1, (old) => old.replace('r=8', 'r=08'))).toBe('STORE_CORRUPTED')
  })

  it('refuses other versions, encryptions and costs, before it pays for them', async () => {
    const text = await sealVault({ a: secret('one') }, fast)
    const code = (line: number, change: (old: string) => string): Promise<unknown> =>
      codeOf(() => openVault(edited(text, line, change), { passphrase }))
    const started = performance.now()
    expect(await code(0, () => 'countersign-vault 2')).toBe('KEY_UNSUPPORTED')
    expect(await code(3, (old) => old.replace('aes-256-gcm', 'aes-128-gcm'))).toBe('KEY_UNSUPPORTED')
    for (const cost of [
      'N=8192 r=8 p=1',
      'N=1 r=8 p=1',
      'N=16384 r=7 p=1',
      'N=524288 r=8 p=1',
      'N=16384 r=256 p=1',
      'N=1073741824 r=8 p=1',
      'N=9999999999 r=8 p=1',
      'N=16385 r=8 p=1',
      'N=16384 r=8 p=65',
      'N=16384 r=9999 p=9999',
    ])
      expect([cost, await code(1, (old) => old.replace('N=16384 r=8 p=1', cost))]).toEqual([cost, 'KEY_UNSUPPORTED'])
    expect(performance.now() - started).toBeLessThan(1_000)
    for (const workFactor of [13, 19, 14.5, Number.NaN])
      expect(await codeOf(() => sealVault({}, { passphrase, workFactor }))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(() => sealVault({}, { ...fast, encryption: 'rot13' as never }))).toBe('KEY_UNSUPPORTED')
  })

  it('refuses entries that are none', async () => {
    const bad = [
      { '': secret('x') },
      { 'a b': secret('x') },
      { 'a/b': secret('x') },
      { ü: secret('x') },
      { ['a'.repeat(65)]: secret('x') },
      { 'a\n': secret('x') },
      { a: secret('') },
      { a: new Uint8Array(65_537) },
      { a: 'a string' },
      { a: undefined },
      Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`n${i}`, secret('x')])),
      Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`n${i}`, new Uint8Array(65_000)])),
      null,
      'entries',
    ]
    for (const entries of bad) expect(await codeOf(() => sealVault(entries as never, fast))).toBe('ARGUMENT_INVALID')
  })
})

describe('packEntries and unpackEntries', () => {
  const code = (letter: string | undefined): number => (letter as string).charCodeAt(0)
  const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/)
  const entries = fc.uniqueArray(fc.tuple(name, fc.uint8Array({ minLength: 1, maxLength: 400 })), {
    selector: ([one]) => one,
    maxLength: 20,
  })

  it('are each other’s opposite, and the order of entries does not show', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const packed = packEntries(new Map(list))
        expect(Math.log2(packed.length / 4096) % 1).toBe(0)
        expect(packEntries(new Map([...list].reverse()))).toEqual(packed)
        const back = unpackEntries(packed) as Map<string, Secret>
        expect(new Map([...back].map(([one, held]) => [one, held.reveal()]))).toEqual(new Map(list))
      }),
      { numRuns: 100 },
    )
  })

  it('takes no other bytes: what is read is what would be written', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.nat({ max: 255 }), (list, at, byte) => {
        const packed = packEntries(new Map(list))
        packed[at % packed.length] = byte
        const back = unpackEntries(packed)
        if (back !== undefined) expect(packEntries(back)).toEqual(packed)
      }),
      { numRuns: 300 },
    )
    // Each entry takes 7 bytes: 1, the name, 4, the secret.
    const packed = packEntries({ a: utf8('x'), b: utf8('y') })
    for (const [first, second] of ['ba', 'aa', 'bb'])
      expect(
        unpackEntries(packed.map((byte, at) => (at === 1 ? code(first) : at === 8 ? code(second) : byte))),
      ).toBeUndefined()
    expect(unpackEntries(new Uint8Array(0))).toBeUndefined()
    expect(unpackEntries(new Uint8Array(4096).fill(1))).toBeUndefined()
    expect(unpackEntries(new Uint8Array(8192))).toBeUndefined()
  })
})

it('no vault, map or error shows the secret, the passphrase or a name that may be one', async () => {
  const canary = 'CANARY-7f3a9c51e8d2b604-canary'
  const needles = [canary, ...needlesOf(utf8(canary))]
  const text = await sealVault({ a: secret(canary) }, { passphrase: canary, workFactor: 14 })
  const failures = await Promise.all(
    [
      () => openVault(text, { passphrase: `${canary}!` }),
      () =>
        openVault(
          edited(text, 5, (old) => old.replace(/^./, '*')),
          { passphrase: canary },
        ),
      () =>
        openVault(
          // One salt in four ends with an A.
          edited(text, 3, (old) => old.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))),
          { passphrase: canary },
        ),
      () => openVault(canary, { passphrase: canary }),
      () => sealVault({ [`${canary} `]: secret('x') }, { passphrase: canary }),
      () => sealVault({ a: canary as never }, { passphrase: canary }),
      () => sealVault({ a: secret('x') }, { passphrase: canary, encryption: canary as never }),
    ].map(async (act) => act().catch((error: unknown) => error)),
  )
  expect(failures.every((one) => one instanceof Error)).toBe(true)
  const shownThings: unknown[] = [
    ...failures,
    text,
    parseVaultText(text),
    await openVault(text, { passphrase: canary }),
  ]
  for (const [printer, print] of Object.entries(PRINTERS))
    for (const [i, thing] of shownThings.entries()) {
      const printed = print(thing)
      expect([printer, i, needles.filter((needle) => printed.includes(needle))]).toEqual([printer, i, []])
    }
})
