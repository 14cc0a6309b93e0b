import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/crypto/encoding.js'
import { Secret } from '../../../src/crypto/secret.js'
import { openVault, sealVault } from '../../../src/crypto/vault.js'
import { unpackEntries } from '../../../src/crypto/vault-entries.js'
import { needlesOf, PRINTERS } from '../../attacks/printers.js'
import { codeOf } from '../../expect-code.js'
import { THOROUGH } from '../../thorough.js'

const passphrase = 'correct horse battery staple'
// scrypt at its lowest cost: 16 MiB and a few hundredths of a second.
const fast = { passphrase, workFactor: 14 } as const
const secret = (text: string): Secret => Secret.fromText(text)
const shown = (entries: ReadonlyMap<string, Secret>): Record<string, string> =>
  Object.fromEntries([...entries].map(([name, one]) => [name, new TextDecoder().decode(one.reveal())]))
const code = (file: unknown): Promise<unknown> => codeOf(() => openVault(file as string, { passphrase }))

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----'
const END = '-----END AGE ENCRYPTED FILE-----'

/** The binary form of an armored file. */
const binaryOf = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64')
/** The armored form of a binary file. */
const armored = (bytes: Uint8Array): string =>
  `${BEGIN}\n${(
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n${END}\n`

/** A binary file in parts: the lines of its header, the nonce and payload behind it. */
function partsOf(bytes: Buffer): { lines: string[]; rest: Buffer } {
  const at = bytes.indexOf('\n', bytes.indexOf('\n--- ') + 1)
  return { lines: bytes.subarray(0, at).toString('latin1').split('\n'), rest: bytes.subarray(at + 1) }
}

/** The file with some line of its header changed. */
function edited(file: Buffer, change: (lines: string[]) => string[]): Buffer {
  const { lines, rest } = partsOf(file)
  return Buffer.concat([Buffer.from(`${change(lines).join('\n')}\n`, 'latin1'), rest])
}

/** The file with the lowest bit of one byte changed; the last ones are counted from the end. */
function flipped(file: Buffer, at: number): Buffer {
  const out = Buffer.from(file)
  const index = at < 0 ? out.length + at : at
  out[index] = (out[index] as number) ^ 1
  return out
}

describe('sealVault and openVault', () => {
  it('returns what was sealed, from the armored and the binary form', async () => {
    const text = await sealVault({ b: secret('two'), a: utf8('one'), __proto__x: secret('three') }, fast)
    expect(text).toMatch(
      /^-----BEGIN AGE ENCRYPTED FILE-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END AGE ENCRYPTED FILE-----\n$/,
    )
    const { lines } = partsOf(binaryOf(text))
    expect(lines).toEqual([
      'age-encryption.org/v1',
      expect.stringMatching(/^-> scrypt [A-Za-z0-9+/]{22} 14$/),
      expect.stringMatching(/^[A-Za-z0-9+/]{43}$/),
      expect.stringMatching(/^--- [A-Za-z0-9+/]{43}$/),
    ])
    const entries = await openVault(text, { passphrase })
    expect(shown(entries)).toEqual({ __proto__x: 'three', a: 'one', b: 'two' })
    const forms = [text.replaceAll('\n', '\r\n'), `\n ${text.trim()}`, utf8(text), new Uint8Array(binaryOf(text))]
    for (const form of forms) expect(await openVault(form, { passphrase: utf8(passphrase) })).toEqual(entries)
    expect(await openVault(text, { passphrase: secret(passphrase) })).toEqual(entries)
  })

  // At age's cost, each.
  it.each(THOROUGH ? ['armored', 'binary'] : ['armored'])(
    'reads what age 1.1.1 wrote from a terminal, %s',
    async (form) => {
      const file = readFileSync(new URL(`../../vectors/vault/age-1.1.1-${form}.age`, import.meta.url))
      const entries = await openVault(form === 'armored' ? file.toString() : new Uint8Array(file), { passphrase })
      expect([...entries].map(([name, one]) => [name, [...one.reveal()]])).toEqual([
        ['two', [0, 1, 255]],
        ['one', [...utf8('first')]],
      ])
    },
  )

  it('costs 2^18 unless given', async () => {
    const text = await sealVault(new Map([['a', secret('one')]]), { passphrase })
    expect(partsOf(binaryOf(text)).lines[1]).toMatch(/^-> scrypt \S+ 18$/)
  })

  it('keeps names that mean something to JavaScript', async () => {
    const names = ['__proto__', 'constructor', 'toString', '.', '..', '-', '7', 'base64', 'A'.repeat(64)]
    const text = await sealVault(new Map(names.map((name) => [name, secret(name)])), fast)
    const entries = await openVault(text, { passphrase })
    expect([...entries.keys()].sort()).toEqual([...names].sort())
    for (const name of names) expect(entries.get(name)?.reveal()).toEqual(utf8(name))
    expect(shown(await openVault(await sealVault(new Map(), fast), { passphrase }))).toEqual({})
  })

  it('shows neither names nor sizes, and never the same text twice', async () => {
    const [a, b, c] = await Promise.all([
      sealVault({ 'canary-name': secret('short') }, fast),
      sealVault({ 'canary-name': new Secret(new Uint8Array(2_900)), other: secret('x') }, fast),
      sealVault({ 'canary-name': secret('short') }, fast),
    ])
    expect(a.length).toBe(b.length)
    expect(a).not.toBe(c)
    for (const text of [a, b, c].flatMap((one) => [one, binaryOf(one).toString('latin1')]))
      for (const needle of ['canary', ...needlesOf(utf8('canary-name'))]) expect(text).not.toContain(needle)
    expect((await sealVault({ a: new Secret(new Uint8Array(5_000)) }, fast)).length).toBeGreaterThan(a.length)
  })

  it('leaves the event loop free while the key is derived', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await openVault(await sealVault({ a: secret('one') }, { ...fast, workFactor: 16 }), { passphrase })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  })

  it('refuses a wrong passphrase, and an empty one', async () => {
    const text = await sealVault({ a: secret('one') }, fast)
    for (const wrong of [`${passphrase}!`, passphrase.toUpperCase(), '', new Uint8Array(0), undefined, 7])
      expect(await codeOf(() => openVault(text, { passphrase: wrong as never }))).toBe('KEY_PASSPHRASE')
    for (const wrong of ['', new Uint8Array(0), undefined, null])
      expect(await codeOf(() => sealVault({ a: secret('one') }, { passphrase: wrong as never }))).toBe('KEY_PASSPHRASE')
  })

  it('refuses a file that was cut, wherever it was cut', async () => {
    const text = await sealVault({ a: secret('one') }, fast)
    const file = binaryOf(text)
    const header = file.length - partsOf(file).rest.length
    const wrong: unknown[] = []
    const expectCorrupted = async (what: string, one: unknown): Promise<void> => {
      const got = await code(one)
      if (got !== 'STORE_CORRUPTED') wrong.push([what, got])
    }
    // Every place in the header, then around the nonce and the tags, each of which costs a derived key.
    for (let at = 0; at < header; at++) await expectCorrupted(`binary ${at}`, file.subarray(0, at))
    for (const at of [header, header + 1, header + 15, header + 16, header + 31, header + 32, file.length - 1])
      await expectCorrupted(`binary ${at}`, file.subarray(0, at))
    for (let at = 0; at < text.length - 1; at += at < 300 || at > text.length - 60 ? 1 : 97)
      await expectCorrupted(`armored ${at}`, text.slice(0, at))
    expect(wrong).toEqual([])
    expect(shown(await openVault(text.trim(), { passphrase }))).toEqual({ a: 'one' })
  })

  it('refuses a file of several chunks that lost, moved or doubled one', async () => {
    const large = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`n${i}`, new Uint8Array(48_000)]))
    const file = binaryOf(await sealVault(large, fast))
    expect((await openVault(new Uint8Array(file), { passphrase })).size).toBe(4)
    const { rest } = partsOf(file)
    const start = file.length - rest.length + 16
    const chunk = 65_536 + 16
    const at = (n: number): Buffer => file.subarray(start + n * chunk, start + (n + 1) * chunk)
    const head = file.subarray(0, start)
    expect(file.length).toBe(start + 4 * chunk)
    for (const [what, chunks] of [
      ['the last is lost', [at(0), at(1), at(2)]],
      ['the first is lost', [at(1), at(2), at(3)]],
      ['all are lost', []],
      ['two are swapped', [at(1), at(0), at(2), at(3)]],
      ['one is doubled', [at(0), at(1), at(2), at(3), at(3)]],
    ] as const)
      expect([what, await code(Buffer.concat([head, ...chunks]))]).toEqual([what, 'STORE_CORRUPTED'])
  })

  it('refuses a file with one changed byte', async () => {
    const file = binaryOf(await sealVault({ a: secret('one') }, fast))
    const { lines, rest } = partsOf(file)
    const wrong: unknown[] = []
    const header = file.length - rest.length
    const [version = '', stanza = '', key = ''] = lines
    const salt = version.length + 1 + '-> scrypt '.length
    const wrapped = version.length + 1 + stanza.length + 1
    const mac = wrapped + key.length + 1
    for (let at = 0; at < header; at++) {
      // A changed salt, work factor or file key is what a wrong passphrase looks like.
      const derived = (at >= salt && at < salt + 25) || (at >= wrapped && at < wrapped + 43)
      const authenticated = derived || at >= mac + 4
      if (authenticated && at % (THOROUGH ? 9 : 27) !== 0) continue
      const got = String(await code(flipped(file, at)))
      const damaged = ['STORE_CORRUPTED', 'KEY_UNSUPPORTED', ...(derived ? ['KEY_PASSPHRASE'] : [])]
      if (!damaged.includes(got)) wrong.push([at, got])
    }
    for (const at of [header, header + 15, header + 16, header + 17, header + 2_000, -17, -16, -1]) {
      const got = await code(flipped(file, at))
      if (got !== 'STORE_CORRUPTED') wrong.push([at, got])
    }
    expect(wrong).toEqual([])
    expect(await code(Buffer.concat([file, Buffer.from([0])]))).toBe('STORE_CORRUPTED')
  })

  it('refuses a header that is put together from two', async () => {
    const file = binaryOf(await sealVault({ a: secret('one') }, fast))
    const other = partsOf(binaryOf(await sealVault({ a: secret('two') }, fast)))
    const take = (line: number): Buffer =>
      edited(file, (lines) => lines.map((old, i) => (i === line ? (other.lines[line] as string) : old)))
    expect(await code(take(1))).toBe('KEY_PASSPHRASE')
    expect(await code(take(2))).toBe('KEY_PASSPHRASE')
    expect(await code(take(3))).toBe('STORE_CORRUPTED')
    expect(await code(edited(file, (lines) => lines.map((line) => line.replace(/ 14$/, ' 15'))))).toBe('KEY_PASSPHRASE')
    const head = file.subarray(0, file.length - partsOf(file).rest.length)
    expect(await code(Buffer.concat([head, other.rest]))).toBe('STORE_CORRUPTED')
  })

  it('refuses texts that are no armor', async () => {
    const text = await sealVault({ a: secret('one') }, fast)
    const [first = '', line = '', ...others] = text.split('\n')
    for (const other of [
      '',
      `${text}${text}`,
      `x${text}`,
      `${text}x`,
      text.replaceAll('\n', '\n\n'),
      text.replace(BEGIN, BEGIN.toLowerCase()),
      text.replace(END, BEGIN),
      [first, `${line.slice(0, 40)}\n${line.slice(40)}`, ...others].join('\n'),
      [first, `${line}====`, ...others].join('\n'),
      [first, ` ${line.slice(1)}`, ...others].join('\n'),
      `${BEGIN}\n${END}\n`,
      `${BEGIN}\n====\n${END}\n`,
      binaryOf(text).toString('latin1'),
      armored(utf8(text)),
      'x'.repeat(2 ** 21 + 1),
      `${text}${' '.repeat(2 ** 21)}`,
      new Uint8Array(2 ** 21 + 1),
      Buffer.concat([binaryOf(text), Buffer.alloc(2 ** 21)]),
      new Uint8Array([0xff, 0xfe]),
      5,
      undefined,
      null,
      [text],
    ])
      expect(await code(other)).toBe('STORE_CORRUPTED')
  })

  it('refuses hostile headers before it pays for them', async () => {
    const file = binaryOf(await sealVault({ a: secret('one') }, fast))
    const { lines, rest } = partsOf(file)
    const [version = '', stanza = '', key = '', mac = ''] = lines
    const withLines = (...all: string[]): Buffer => edited(file, () => all)
    const costing = (factor: string): Buffer => withLines(version, stanza.replace(/14$/, factor), key, mac)
    const x25519 = ['-> X25519 ajtqAvDkYVNZ0hzHAXVUTWuTTRGYvMUKwDTqzJrhzEA', key]
    const cases: [what: string, file: Uint8Array, wanted: string][] = [
      ...['21', '22', '25', '63', '64', '1024', '9999999999', '1', '2', '13'].map(
        (factor): [string, Uint8Array, string] => [factor, costing(factor), 'KEY_UNSUPPORTED'],
      ),
      ...['0', '014', '-14', '+14', '14.0', '1e1', '0x14', '', ' 14', '14 ', '14 14', '99999999999', '१४'].map(
        (factor): [string, Uint8Array, string] => [factor, costing(factor), 'STORE_CORRUPTED'],
      ),
      ['X25519', withLines(version, ...x25519, mac), 'KEY_UNSUPPORTED'],
      ['a recipient of a plugin', withLines(version, '-> example.org/tag AAAA', key, mac), 'KEY_UNSUPPORTED'],
      ['X25519 and scrypt', withLines(version, ...x25519, stanza, key, mac), 'KEY_UNSUPPORTED'],
      ['scrypt and X25519', withLines(version, stanza, key, ...x25519, mac), 'STORE_CORRUPTED'],
      ['scrypt twice', withLines(version, stanza, key, stanza, key, mac), 'STORE_CORRUPTED'],
      ['many of scrypt', withLines(version, ...Array(15_000).fill(`${stanza}\n${key}`), mac), 'STORE_CORRUPTED'],
      ['many of others', withLines(version, ...Array(15_000).fill(x25519.join('\n')), mac), 'KEY_UNSUPPORTED'],
      ['no recipient', withLines(version, mac), 'STORE_CORRUPTED'],
      ['version 2', withLines('age-encryption.org/v2', stanza, key, mac), 'KEY_UNSUPPORTED'],
      [
        'a salt of 15 bytes',
        withLines(version, stanza.replace(/\S+ 14$/, 'AAAAAAAAAAAAAAAAAAAA 14'), key, mac),
        'STORE_CORRUPTED',
      ],
      [
        'a salt of another spelling',
        withLines(version, '-> scrypt AAAAAAAAAAAAAAAAAAAAAB 14', key, mac),
        'STORE_CORRUPTED',
      ],
      ['a file key of 48 bytes', withLines(version, stanza, 'A'.repeat(64), '', mac), 'STORE_CORRUPTED'],
      ['a file key of another spelling', withLines(version, stanza, `${'A'.repeat(42)}B`, mac), 'STORE_CORRUPTED'],
      ['a header without end', Buffer.from(`${version}\n${stanza}\n${'A'.repeat(2 ** 20)}`), 'STORE_CORRUPTED'],
      ['CRLF in the header', Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n`), rest]), 'STORE_CORRUPTED'],
    ]
    const started = performance.now()
    for (const [what, one, wanted] of cases) {
      // With another passphrase: it would be KEY_PASSPHRASE if the key were derived first.
      for (const form of [one, armored(one)])
        expect([what, await codeOf(() => openVault(form, { passphrase: 'another' }))]).toEqual([what, wanted])
    }
    // One of 2^20 alone takes seconds.
    expect(performance.now() - started).toBeLessThan(5_000)
    const foreign = readFileSync(new URL('../../vectors/vault/age-1.1.1-x25519.age', import.meta.url), 'utf8')
    await expect(openVault(foreign, { passphrase })).rejects.toThrow(
      'vault must be encrypted with a passphrase ("age -p"), got other recipients',
    )
    await expect(openVault(new Uint8Array(costing('21')), { passphrase })).rejects.toThrow(
      'vault must be of a scrypt work factor of 14 to 20, got 21',
    )
  })

  it('says of a vault of the former format what it is', async () => {
    const former = 'countersign-vault 1\nscrypt N=131072 r=8 p=1 salt=TOSpvK6IwGJOdw10BiFzIg\n'
    for (const file of [former, utf8(former)])
      await expect(openVault(file, { passphrase })).rejects.toMatchObject({
        code: 'KEY_UNSUPPORTED',
        message:
          'vault must be an age file, got one of a former format: read it with the release that wrote it, and write it anew with this one',
      })
  })

  it('refuses work factors out of bounds, and the options of the former format', async () => {
    for (const workFactor of [13, 21, 14.5, Number.NaN, '14', 2 ** 18])
      expect(await codeOf(() => sealVault({}, { passphrase, workFactor: workFactor as number }))).toBe(
        'ARGUMENT_INVALID',
      )
    expect(await codeOf(() => sealVault({}, { ...fast, encryption: 'aes-256-gcm' } as never))).toBe('ARGUMENT_INVALID')
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

it('no vault, map or error shows the secret, the passphrase or a name that may be one', async () => {
  const canary = 'CANARY-7f3a9c51e8d2b604-canary'
  const needles = [canary, ...needlesOf(utf8(canary))]
  const text = await sealVault({ a: secret(canary) }, { passphrase: canary, workFactor: 14 })
  const file = binaryOf(text)
  const failures = await Promise.all(
    [
      () => openVault(text, { passphrase: `${canary}!` }),
      () => openVault(new Uint8Array(flipped(file, -1)), { passphrase: canary }),
      () => openVault(new Uint8Array(file.subarray(0, -40)), { passphrase: canary }),
      () => openVault(canary, { passphrase: canary }),
      () => openVault(`countersign-vault ${canary}`, { passphrase: canary }),
      () => openVault(`age-encryption.org/v1\n-> ${canary} AAAA\n`, { passphrase: canary }),
      () => openVault(utf8(`age-encryption.org/v1\n-> ${canary} AAAA\n`), { passphrase: canary }),
      async () => unpackEntries(utf8(`{"${canary} ":"${canary}"}`)),
      async () => unpackEntries(utf8(`{"a":["${canary}"]}`)),
      async () => unpackEntries(utf8(`{"a":"${canary}`)),
      () => sealVault({ [`${canary} `]: secret('x') }, { passphrase: canary }),
      () => sealVault({ a: canary as never }, { passphrase: canary }),
      () => sealVault({ a: secret('x') }, { passphrase: canary, workFactor: canary as never }),
    ].map(async (act) => act().catch((error: unknown) => error)),
  )
  expect(failures.every((one) => one instanceof Error)).toBe(true)
  const shownThings: unknown[] = [
    ...failures,
    ...failures.map((one) => (one as Error).cause),
    text,
    file.toString('latin1'),
    await openVault(text, { passphrase: canary }),
  ]
  for (const [printer, print] of Object.entries(PRINTERS))
    for (const [i, thing] of shownThings.entries()) {
      const printed = print(thing)
      expect([printer, i, needles.filter((needle) => printed.includes(needle))]).toEqual([printer, i, []])
    }
})
