import { describe, expect, test } from 'vitest'
import {
  type Bare,
  lastWins,
  type Member,
  type Parameters,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeItem,
  serializeList,
} from '../../src/message/structured-fields.js'
import { codeOf } from '../expect-code.js'
import { describeShared, sharedText } from '../shared-vectors.js'

/** A number as the file spells it: `1.0` and `1` are one JSON number, and two different structured values. */
class Spelled {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Json = null | boolean | string | Spelled | readonly Json[] | { readonly [name: string]: Json }

interface Case {
  readonly name: string
  readonly header_type: 'item' | 'list' | 'dictionary'
  readonly raw?: readonly string[]
  readonly expected?: readonly Json[]
  readonly canonical?: readonly string[]
  readonly must_fail?: boolean
}

/** JSON with every number kept as text: numbers outside strings are quoted behind a mark before JSON.parse sees them. */
function spelledJson(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : `"\\u0001number:${token}"`,
  )
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith('\u0001number:') ? new Spelled(value.slice(8)) : value,
  )
}

function base32(text: string): Uint8Array {
  const out: number[] = []
  let bits = 0
  let size = 0
  for (const character of text.replace(/=+$/, '')) {
    bits = (bits << 5) | 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character)
    size += 5
    if (size >= 8) {
      size -= 8
      out.push((bits >> size) & 0xff)
      bits &= (1 << size) - 1
    }
  }
  return Uint8Array.from(out)
}

function bare(json: Json): Bare {
  if (json instanceof Spelled) {
    return { type: /[.eE]/.test(json.text) ? 'decimal' : 'integer', value: Number(json.text) }
  }
  if (typeof json === 'boolean') return { type: 'boolean', value: json }
  if (typeof json === 'string') return { type: 'string', value: json }
  const { __type: type, value } = json as { readonly [name: string]: Json }
  if (type === 'binary') return { type, value: base32(value as string) }
  if (type === 'date') return { type, value: Number((value as Spelled).text) }
  if (type === 'token') return { type, value: value as string }
  if (type === 'displaystring') return { type: 'display', value: value as string }
  throw new Error(`unknown type in the vectors: ${JSON.stringify(type)}`)
}

const params = (json: Json): Parameters =>
  (json as ReadonlyArray<readonly [string, Json]>).map(([name, value]) => [name, bare(value)] as const)

function member(json: Json): Member {
  const [value, parameters] = json as readonly [Json, Json]
  if (!Array.isArray(value)) return { kind: 'item', value: bare(value), params: params(parameters) }
  const items = value.map(member) as Array<Extract<Member, { kind: 'item' }>>
  return { kind: 'list', items, params: params(parameters) }
}

const entries = (json: readonly Json[]): ReadonlyArray<readonly [string, Member]> =>
  (json as ReadonlyArray<readonly [string, Json]>).map(([name, value]) => [name, member(value)] as const)

/** The RFC's data model of a member: duplicate parameters collapsed. */
function collapsed(one: Member): Member {
  if (one.kind === 'item') return { ...one, params: lastWins(one.params) }
  return {
    ...one,
    items: one.items.map((item) => ({ ...item, params: lastWins(item.params) })),
    params: lastWins(one.params),
  }
}

const KINDS = {
  item: {
    expected: (json: readonly Json[]): unknown => member(json),
    parse: (text: string): unknown => collapsed(parseItem(text)),
    rewrite: (text: string): string => serializeItem(parseItem(text)),
    write: (json: readonly Json[]): string => serializeItem(member(json) as never),
  },
  list: {
    expected: (json: readonly Json[]): unknown => json.map(member),
    parse: (text: string): unknown => parseList(text).map(collapsed),
    rewrite: (text: string): string => serializeList(parseList(text)),
    write: (json: readonly Json[]): string => serializeList(json.map(member)),
  },
  dictionary: {
    expected: (json: readonly Json[]): unknown => entries(json),
    parse: (text: string): unknown => lastWins(parseDictionary(text)).map(([name, one]) => [name, collapsed(one)]),
    rewrite: (text: string): string => serializeDictionary(parseDictionary(text)),
    write: (json: readonly Json[]): string => serializeDictionary(entries(json)),
  },
} as const

const malformed = (act: () => unknown): void => expect(codeOf(act)).toBe('FIELD_MALFORMED')

// Cases marked "can_fail" may be refused; this parser takes them all (`strictBinary` has its own tests).
function parses({ raw = [], header_type, expected = [], canonical, must_fail }: Case): void {
  const kind = KINDS[header_type]
  const text = raw.join(', ')
  if (must_fail === true) {
    malformed(() => kind.parse(text))
    return
  }
  expect(kind.parse(text)).toStrictEqual(kind.expected(expected))
  // No canonical form means the raw text is the canonical one; an empty list of lines means the field is not sent.
  const form = (canonical ?? raw).join(', ')
  expect(kind.rewrite(text)).toBe(form)
  expect(kind.write(expected)).toBe(form)
}

function writes({ header_type, expected = [], canonical = [], must_fail }: Case): void {
  const kind = KINDS[header_type]
  if (must_fail === true) malformed(() => kind.write(expected))
  else expect(kind.write(expected)).toBe(canonical.join(', '))
}

describeShared('structured-field-tests of the HTTP working group', () => {
  const parsing =
    'binary boolean date dictionary display-string examples item key-generated large-generated list listlist number number-generated param-dict param-list param-listlist string string-generated token token-generated'
  let total = 0
  for (const name of parsing.split(' ')) {
    const cases = spelledJson(sharedText(`structured-fields/${name}.json`)) as readonly Case[]
    total += cases.length
    describe(name, () => {
      test.each(cases.map((one) => [one.name, one] as const))('the case passes: %s', (_, one) => parses(one))
    })
  }
  for (const name of ['key-generated', 'number', 'string-generated', 'token-generated']) {
    const cases = spelledJson(sharedText(`structured-fields/serialisation-tests/${name}.json`)) as readonly Case[]
    describe(`serialisation ${name}`, () => {
      test.each(cases.map((one) => [one.name, one] as const))('the case passes: %s', (_, one) => writes(one))
    })
    total += cases.length
  }

  test('every case of every file has run', () => {
    expect(total).toBe(2135)
  })
})
