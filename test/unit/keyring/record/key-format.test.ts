import { randomBytes } from 'node:crypto'
import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../../../src/crypto/crc32.js'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { isCountersignError } from '../../../../src/errors.js'
import {
  assertPrefix,
  CHECKSUM_LENGTH,
  environmentOfId,
  environmentOfSecret,
  ID_LENGTH,
  isWellFormedSecret,
  newKeyId,
  newSecretText,
  SECRET_LENGTH,
} from '../../../../src/keyring/record/key-format.js'

const acme = { prefix: 'acme' }
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const environments = ['live', 'test'] as const

/** CRC-32 in six base62 digits, written the other way round: by division of a BigInt. */
function suffixOf(body: string): string {
  let rest = BigInt(zlibCrc32(body))
  let out = ''
  while (out.length < 6) {
    out = ALPHABET[Number(rest % 62n)] + out
    rest /= 62n
  }
  return out
}

describe('CRC-32', () => {
  it('has the check value of the catalogue and that of the example', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926)
    expect(crc32(new Uint8Array(0))).toBe(0)
    const body = 'sk_live_3fQm1Zx9TtYwK8bLr0VuN5sHaPcEdJgG2iOoRqUvWyX'
    expect(crc32(utf8(body))).toBe(0x4be291f0)
    expect(suffixOf(body)).toBe('1O9xnE')
  })

  it('is that of zlib for random bytes', () => {
    for (let length = 0; length < 600; length++) {
      const bytes = randomBytes(length)
      expect(crc32(bytes)).toBe(zlibCrc32(bytes))
    }
  })
})

describe('key strings', () => {
  it.each(environments)('are one word each, of the given form (%s)', (environment) => {
    const id = newKeyId(acme, environment)
    const secret = newSecretText(acme, environment)
    // A double click selects a run of \w.
    expect(id).toMatch(new RegExp(`^acmek_${environment}_\\w{${ID_LENGTH}}$`))
    expect(secret).toMatch(new RegExp(`^acmes_${environment}_\\w{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`))
    expect(`id: ${id}, secret: ${secret}.`.match(/\w+/g)).toEqual(['id', id, 'secret', secret])
    expect(isWellFormedSecret(secret, acme)).toBe(true)
    expect(isWellFormedSecret(id, acme)).toBe(false)
    expect(environmentOfId(id, acme)).toBe(environment)
    expect(environmentOfId(secret, acme)).toBeUndefined()
    expect(environmentOfSecret(secret)).toBe(environment)
  })

  it('hold 119 and 256 bits', () => {
    expect(Math.log2(62) * ID_LENGTH).toBeGreaterThan(119)
    expect(Math.log2(62) * SECRET_LENGTH).toBeGreaterThanOrEqual(256)
    expect(62 ** CHECKSUM_LENGTH).toBeGreaterThan(2 ** 32)
  })

  it('end with the CRC-32 of all before it, the prefix included', () => {
    for (let i = 0; i < 500; i++) {
      const secret = newSecretText(acme, environments[i % 2] as 'live')
      expect(secret.slice(-6)).toBe(suffixOf(secret.slice(0, -6)))
    }
  })

  it('key strings pad a small checksum with zeros', () => {
    // Found by trying: the body makes it small, whatever the prefix's secrets are like.
    let padded: string | undefined
    for (let i = 0; padded === undefined; i++) {
      const body = `acmes_live_${String(i).padStart(43, 'a')}`
      if (zlibCrc32(body) < 62 ** 5) padded = body + suffixOf(body)
    }
    expect(padded.at(-6)).toBe('0')
    expect(isWellFormedSecret(padded, acme)).toBe(true)
  })

  it('key strings draw every letter alike', () => {
    const counts = new Map<string, number>()
    const drawn = 2_000 * (SECRET_LENGTH + ID_LENGTH)
    for (let i = 0; i < 2_000; i++) {
      const letters = newSecretText(acme, 'live').slice(11, 11 + SECRET_LENGTH) + newKeyId(acme, 'live').slice(11)
      for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    }
    const expected = drawn / 62
    let chiSquare = 0
    for (const letter of ALPHABET) chiSquare += ((counts.get(letter) ?? 0) - expected) ** 2 / expected
    expect([...counts.values()].reduce((sum, count) => sum + count)).toBe(drawn)
    // 61 degrees of freedom: outside of these once in 10^7 runs. A modulo without rejection gives more than 700.
    expect(chiSquare).toBeGreaterThan(17)
    expect(chiSquare).toBeLessThan(136)
  })

  it('two key strings never meet', () => {
    const made = Array.from({ length: 20_000 }, (_, i) =>
      i % 2 === 0 ? newKeyId(acme, 'live') : newSecretText(acme, 'live'),
    )
    expect(new Set(made).size).toBe(made.length)
  })
})

describe('isWellFormedSecret', () => {
  it('says what to pass where the prefix is missing', () => {
    for (const format of ['acme', undefined, null, {}, { prefix: 5 }, { prefix: 'ACME' }, ['acme']])
      expect(() => isWellFormedSecret('acmes_live_', format as never), JSON.stringify(format)).toThrow(
        /isWellFormedSecret: "format" must be an object with your prefix, such as \{ prefix: 'acme' \}, got /,
      )
  })

  it('refuses every change of one character to any other, a flipped case among them', () => {
    const secret = newSecretText(acme, 'live')
    for (let at = 0; at < secret.length; at++) {
      for (const letter of `${ALPHABET}_- `) {
        if (letter === secret[at]) continue
        const typed = secret.slice(0, at) + letter + secret.slice(at + 1)
        expect(isWellFormedSecret(typed, acme), typed).toBe(false)
      }
    }
    expect(isWellFormedSecret(secret.toUpperCase(), acme)).toBe(false)
    expect(isWellFormedSecret(secret.toLowerCase(), acme)).toBe(false)
  })

  it('refuses two characters in each other’s place', () => {
    const secret = newSecretText(acme, 'live')
    for (let i = 0; i < secret.length; i++) {
      for (let j = i + 1; j < secret.length; j++) {
        const letters = [...secret]
        ;[letters[i], letters[j]] = [letters[j] as string, letters[i] as string]
        const typed = letters.join('')
        if (typed !== secret) expect(isWellFormedSecret(typed, acme), typed).toBe(false)
      }
    }
  })

  it('refuses every part of a secret and everything around it', () => {
    const secret = newSecretText(acme, 'test')
    for (let length = 0; length < secret.length; length++) {
      expect(isWellFormedSecret(secret.slice(0, length), acme)).toBe(false)
      expect(isWellFormedSecret(secret.slice(length + 1), acme)).toBe(false)
      expect(isWellFormedSecret(secret.slice(0, length) + secret.slice(length + 1), acme)).toBe(false)
      expect(isWellFormedSecret(`${secret.slice(0, length)}a${secret.slice(length)}`, acme)).toBe(false)
    }
    for (const more of [' ', '\n', '\r\n', '\0', '\u200b', '\ufeff', '=', '"'])
      for (const typed of [secret + more, more + secret]) expect(isWellFormedSecret(typed, acme)).toBe(false)
  })

  it('refuses live for test and test for live', () => {
    const secret = newSecretText(acme, 'live')
    expect(isWellFormedSecret(secret.replace('_live_', '_test_'), acme)).toBe(false)
  })

  it('takes the strings of its own prefix only', () => {
    const prefixes = ['acme', 'acmes', 'acmek', 'ac', 'acme2', 'sk', 'ks', 'a234567890123456']
    for (const theirs of prefixes) {
      for (const ours of prefixes) {
        const same = theirs === ours
        expect(isWellFormedSecret(newSecretText({ prefix: theirs }, 'live'), { prefix: ours })).toBe(same)
        expect(environmentOfId(newKeyId({ prefix: theirs }, 'live'), { prefix: ours })).toBe(same ? 'live' : undefined)
        expect(environmentOfId(newSecretText({ prefix: theirs }, 'live'), { prefix: ours })).toBeUndefined()
        expect(isWellFormedSecret(newKeyId({ prefix: theirs }, 'live'), { prefix: ours })).toBe(false)
      }
    }
  })

  it('answers false, and never throws, for anything else', () => {
    const secret = newSecretText(acme, 'live')
    const alike = [
      secret.replace('a', '\u0430'),
      secret.replace('_', '\uff3f'),
      secret.replace('acmes', '\uff41cmes'),
      secret.normalize('NFD').replace('e', 'e\u0301'),
      `${secret.slice(0, -1)}\u0660`,
      `${secret.slice(0, -1)}\u{1d7d8}`,
    ]
    const hostile: unknown[] = [
      ...[undefined, null, 0, Number.NaN, 1n, true, Symbol('x'), () => secret, [secret], { 0: secret }, new Date()],
      ...[new String(secret), utf8(secret), { toString: () => secret }, Object.create(null)],
      ...['', '_', 'acmes_live_', '__proto__', 'constructor', '\ud800'.repeat(60), `acmes_live_${'\0'.repeat(49)}`],
      ...['a'.repeat(10_000_000), `acmes_live_${'a'.repeat(10_000_000)}`, 'acmes_live_'.repeat(100_000)],
      ...alike,
    ]
    for (const value of hostile) {
      expect(isWellFormedSecret(value, acme)).toBe(false)
      expect(environmentOfId(value, acme)).toBeUndefined()
      if (typeof value === 'string') expect(environments).toContain(environmentOfSecret(value))
    }
    fc.assert(fc.property(fc.anything(), (value) => !isWellFormedSecret(value, acme)))
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 49, maxLength: 49 }), (letters) => {
        const body = `acmes_live_${letters.slice(0, 43)}`
        expect(isWellFormedSecret(body + suffixOf(body), acme)).toBe(true)
        expect(isWellFormedSecret(`acmes_live_${letters}`, acme)).toBe(suffixOf(body) === letters.slice(43))
      }),
    )
  })
})

describe('a prefix', () => {
  it.each(['ac', 'acme', 'a1', 'sk', 'a234567890123456'])('a prefix may be %s', (prefix) => {
    expect(() => assertPrefix(prefix)).not.toThrow()
  })

  it.each([
    '',
    'a',
    's',
    'Acme',
    'a_b',
    'a-b',
    '1a',
    'a2345678901234567',
    'açme',
    'acme\n',
    ' acme',
    null,
    undefined,
    7,
    ['acme'],
    {},
  ])('may not be %j', (prefix) => {
    let error: unknown
    try {
      assertPrefix(prefix)
    } catch (thrown) {
      error = thrown
    }
    expect(isCountersignError(error, 'CONFIG_INVALID')).toBe(true)
  })
})
