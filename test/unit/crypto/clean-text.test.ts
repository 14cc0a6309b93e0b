import { describe, expect, test } from 'vitest'
import {
  cleanText,
  type Half,
  PRIVATE_HALF,
  PUBLIC_HALF,
  refuseKnownText,
} from '../../../src/crypto/format/key-text.js'
import { textOf } from '../../expect-code.js'

const PEM = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('text as it was meant', () => {
  test.each<readonly [string, string, string]>([
    ['nothing to do', 'text', 'text'],
    ['a line break of JSON', 'a\\nb\\rc\\td', 'a\nb\nc\nd'],
    ['a line break that was escaped twice', 'a\\\\nb', 'a\nb'],
    ['a slash of PHP', 'a\\/b', 'a/b'],
    ['a quote of JSON', 'a\\"b\\\'c', 'a"b\'c'],
    ['a plus of .NET', 'a\\u002Bb\\u002bc', 'a+b+c'],
    ['a backslash before anything else', 'a\\xb', 'a\\xb'],
    ['invisible characters', '\ufeffa\u200bb\u200dc\u2060d', 'abcd'],
    ['spaces that are none', 'a\u00a0b\u2028c\u2029d', 'a b c d'],
    ['white space around it', ' \n text\t', 'text'],
    ['quotes', '"text"', 'text'],
    ['quotes of a shell', "'text'", 'text'],
    ['quotes of JavaScript', '`text`', 'text'],
    ['quotes and a comma of JSON', '"text",', 'text'],
    ['quotes and the end of a statement', '"text";', 'text'],
    ['quotes over lines', '"te\nxt"', 'te\nxt'],
    ['white space within quotes', '" text "', 'text'],
    ['quotes within white space within quotes', '" \'text\' "', 'text'],
    ['four layers of quotes', '""""text""""', 'text'],
    ['more layers than anything adds', '"""""text"""""', '"text"'],
    ['one quote', '"text', '"text'],
    ['two different quotes', '"text\'', '"text\''],
    ['quotes and something behind them', '"text"x', '"text"x'],
    ['something before the quotes', 'x"text"', 'x"text"'],
    ['a PEM file', PEM, PEM],
    ['the base64 of a PEM file', base64(PEM), PEM],
    ['the base64 of a PEM file in lines', `${base64(PEM).slice(0, 20)}\n\n  ${base64(PEM).slice(20)}`, PEM],
    ['the base64 of a PEM file and a line break', base64(`${PEM}\n`), PEM],
    ['the base64 of a PEM file in quotes', `"${base64(PEM)}"`, PEM],
    ['base64 that begins like a PEM file and was cut', base64(PEM).slice(0, 41), base64(PEM).slice(0, 41)],
    ['base64 of other text', base64('text of something'), base64('text of something')],
  ])('is found behind %s', (_, text, clean) => {
    expect(cleanText(text)).toBe(clean)
  })

  test('is what it was where the base64 of a PEM file holds no text', () => {
    const text = Buffer.from(`${PEM}\xff`, 'latin1').toString('base64')
    expect(cleanText(text)).toBe(text)
  })
})

describe('text that is known to be something else', () => {
  const half: Half = {
    name: 'private',
    refusals: [
      [/^one/, 'a one'],
      [/two/, 'a two', 'KEY_UNSUPPORTED'],
      [/o/, 'an o'],
    ],
  }

  test('is refused as the first thing that fits', () => {
    expect(textOf(() => refuseKnownText('one two', half))).toBe('KEY_MALFORMED "text" must be a private key, got a one')
    expect(textOf(() => refuseKnownText('a two', half, 'key'))).toBe(
      'KEY_UNSUPPORTED key must be a private key, got a two',
    )
    expect(() => refuseKnownText('three', half)).not.toThrow()
  })

  test.each<readonly [Half, string, string]>([
    [PRIVATE_HALF, '{"privateKey": 1}', 'the JSON file of a CDP key'],
    [PRIVATE_HALF, '-----BEGIN PUBLIC KEY-----', 'the public key, which is the half for the exchange'],
    [PUBLIC_HALF, '-----BEGIN CERTIFICATE-----', 'a certificate'],
    [PUBLIC_HALF, 'ssh-ed25519 AAAA', 'the OpenSSH format'],
  ])('is known for each half', (one, text, got) => {
    expect(textOf(() => refuseKnownText(text, one))).toContain(`must be a ${one.name} key, got ${got}`)
  })

  test('is no PEM file of that half', () => {
    expect(() => refuseKnownText(PEM, PRIVATE_HALF)).not.toThrow()
    expect(() => refuseKnownText(PEM, PUBLIC_HALF)).not.toThrow()
  })
})
