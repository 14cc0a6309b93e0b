import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/crypto/encoding.js'
import { Secret } from '../../../src/crypto/secret.js'
import { packEntries, unpackEntries } from '../../../src/crypto/vault-entries.js'
import { textOf } from '../../expect-code.js'

const secret = (text: string): Secret => Secret.fromText(text)

describe('packEntries and unpackEntries', () => {
  const read = (text: string): Map<string, Secret> => unpackEntries(utf8(text))
  const messageOf = (plain: Uint8Array): string => {
    try {
      unpackEntries(plain)
    } catch (error) {
      return (error as Error).message.replace(/^.*; this /, '')
    }
    return 'nothing'
  }

  it('are each other’s opposite, and the order of entries does not show', () => {
    const packed = packEntries({ b: secret('two'), a: utf8('one'), c: Uint8Array.of(255) })
    const other = packEntries(
      Object.fromEntries([
        ['c', Uint8Array.of(255)],
        ['a', secret('one')],
        ['b', utf8('two')],
      ]),
    )
    expect(other).toEqual(packed)
    expect([...unpackEntries(packed)].map(([one, held]) => [one, [...held.reveal()]])).toEqual([
      ['a', [...utf8('one')]],
      ['b', [...utf8('two')]],
      ['c', [255]],
    ])
  })

  it('lose nothing where the contents just fill their size', () => {
    // Braces, quotes, colon, blanks, line breaks and a name of one letter around a text take 13 bytes, a line break at the end one.
    for (const [length, size] of [
      [4_081, 4_096],
      [4_082, 4_096],
      [4_083, 8_192],
      [4_084, 8_192],
    ] as const) {
      const packed = packEntries({ a: utf8('x'.repeat(length)) })
      expect([length, packed.length]).toEqual([length, size])
      expect(unpackEntries(packed).get('a')?.length).toBe(length)
    }
  })

  it('take secrets by names, within their bounds, and say what else came without repeating it', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, secret('x')]))
    expect(unpackEntries(packEntries(many(1_000))).size).toBe(1_000)
    expect(unpackEntries(packEntries({ a: new Uint8Array(65_536) })).get('a')?.length).toBe(65_536)
    expect(unpackEntries(packEntries({})).size).toBe(0)
    const names = '"entries" must have names of 1 to 64 of A-Za-z0-9._-, got another'
    for (const [wrong, why] of [
      [null, '"entries" must be an object or a Map, got null'],
      ['hunter2', '"entries" must be an object or a Map, got a string'],
      [undefined, '"entries" must be an object or a Map, got nothing'],
      [() => {}, '"entries" must be an object or a Map, got a function'],
      [many(1_001), '"entries" must be at most 1000, got 1001'],
      [{ '': secret('x') }, names],
      [{ 'hunter2 ': secret('x') }, names],
      [{ 'a\n': secret('x') }, names],
      [{ ü: secret('x') }, names],
      [{ ['a'.repeat(65)]: secret('x') }, names],
      [new Map([[5, secret('x')]]), names],
      [{ a: new Uint8Array(0) }, '"entries" must hold secrets of 1 to 65536 bytes, got 0'],
      [{ a: new Uint8Array(65_537) }, '"entries" must hold secrets of 1 to 65536 bytes, got 65537'],
    ] as const)
      expect(textOf(() => packEntries(wrong as never))).toBe(`ARGUMENT_INVALID ${why}`)
    for (const wrong of [{ a: 'hunter2' }, { a: undefined }])
      expect(textOf(() => packEntries(wrong as never))).toMatch(/^ARGUMENT_INVALID (?!.*hunter2)/)
  })

  it('are a mebibyte together at most, as JSON with its line break', () => {
    const rows = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`n${i}`, 'x'.repeat(65_000)]))
    const left = 2 ** 20 - 1 - JSON.stringify({ ...rows, z: '' }, undefined, 2).length
    const pack = (length: number) =>
      packEntries(new Map(Object.entries({ ...rows, z: 'x'.repeat(length) }).map(([one, text]) => [one, utf8(text)])))
    expect(pack(left).length).toBe(2 ** 20)
    expect(textOf(() => pack(left + 1))).toBe(
      'ARGUMENT_INVALID "entries" must be at most 1048576 bytes together, got 1048577',
    )
  })

  it('write JSON that a person can read, and no control or invisible character', () => {
    const packed = packEntries({
      pem: utf8('-----BEGIN X-----\nAA==\n-----END X-----\n'),
      okx: secret('zażółć "gęślą" \\ jaźń 漢字'),
      bell: utf8('\u0007'),
      csi: utf8('\u009b31m'),
      bom: utf8('\ufeffx'),
      bidi: utf8('\u202ex'),
      bytes: new Uint8Array([0, 1, 255]),
    })
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(packed)
    expect(text.trimEnd()).toBe(`{
  "bell": {
    "base64": "Bw=="
  },
  "bidi": {
    "base64": "4oCueA=="
  },
  "bom": {
    "base64": "77u/eA=="
  },
  "bytes": {
    "base64": "AAH/"
  },
  "csi": {
    "base64": "wpszMW0="
  },
  "okx": "zażółć \\"gęślą\\" \\\\ jaźń 漢字",
  "pem": "-----BEGIN X-----\\nAA==\\n-----END X-----\\n"
}`)
    expect(text).toMatch(/\} *\n$/)
    expect(text).not.toMatch(/[^\P{C}\n]/u)
    expect(packed.length).toBe(4096)
  })

  it('read other spellings of the same JSON', () => {
    const spelt = '\t{"one":"fi\\u0072st\\n","t.w-o_" : {"base64":"AAH/"} , "q":"a \\"b\\": c"}'
    expect([...read(spelt)].map(([one, held]) => [one, Buffer.from(held.reveal()).toString('latin1')])).toEqual([
      ['one', 'first\n'],
      ['t.w-o_', '\0\x01\xff'],
      ['q', 'a "b": c'],
    ])
    expect(read('{}').size).toBe(0)
  })

  it('take nothing else, say why, and repeat nothing of it', () => {
    const many = (count: number): string =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [i, 'x'])))
    for (const [text, why] of [
      ['', 'is not JSON'],
      ['one=hunter2', 'is not JSON'],
      ['{"one":"hunter2"} {}', 'is not JSON'],
      ["{'one':'hunter2'}", 'is not JSON'],
      ['\ufeff{"one":"hunter2"}', 'is not JSON'],
      [`${'['.repeat(1_000_000)}`, 'is not JSON'],
      ['[]', 'is an array'],
      ['null', 'is null'],
      ['"hunter2"', 'is a string'],
      ['{"":"hunter2"}', 'has a name that is not 1 to 64 of A-Za-z0-9._-'],
      ['{"hunter2 ":"x"}', 'has a name that is not 1 to 64 of A-Za-z0-9._-'],
      [`{"${'a'.repeat(65)}":"x"}`, 'has a name that is not 1 to 64 of A-Za-z0-9._-'],
      [many(1_001), 'has more than 1000 entries'],
      ['{"a":"hunter2","b":"x","a":"y"}', 'has a name twice'],
      ['{"a":"hunter2","\\u0061":"y"}', 'has a name twice'],
      ['{"__proto__":"hunter2","__proto__":"y"}', 'has a name twice'],
      ['{"a":{"base64":"AAAA","base64":"AAAB"}}', 'has a name twice'],
      ...[
        '""',
        '7',
        'true',
        'null',
        '[]',
        '["hunter2"]',
        '{}',
        '{"base64":""}',
        '{"base64":7}',
        '{"base64":"hunter2!"}',
        '{"base64":"AA"}',
        '{"base64":"AB=="}',
        '{"base64":"AA==","hex":"00"}',
        '{"hex":"00"}',
        '"\\ud800"',
        `"${'x'.repeat(65_537)}"`,
        `"${'ü'.repeat(32_769)}"`,
        `{"base64":"${'A'.repeat(87_384)}"}`,
      ].map((value) => [`{"a":${value}}`, 'has an entry that is no text and no base64 of 1 to 65536 bytes'] as const),
    ] as const)
      expect([text.slice(0, 60), messageOf(utf8(text))]).toEqual([text.slice(0, 60), why])
    expect(messageOf(new Uint8Array([0x7b, 0xff, 0x7d]))).toBe('is not UTF-8')
    expect(read(many(1_000)).size).toBe(1_000)
    expect(read(`{"a":"${'ü'.repeat(32_768)}"}`).get('a')?.length).toBe(65_536)
  })
})
