import { describe, expect, test } from 'vitest'
import type { SyncSigningKey } from '../../../../src/crypto/index.js'
import { httpRequest } from '../../../../src/message/message.js'
import {
  acceptSignature,
  type ComponentParameters,
  component,
  coverLess,
  type Rfc9421SignerOptions,
  rfc9421,
  rfc9421Signer,
} from '../../../../src/schemes/rfc9421/index.js'
import { codeOf, thrownCode } from '../../../expect-code.js'
import { CONTEXT, KEY } from './support.js'

type Options = Omit<Rfc9421SignerOptions<SyncSigningKey>, 'key'>

const ALL: readonly string[] = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']

test.each([{ components: ['@method'] }, { whenPresent: ['date'] }, { parameters: ';zone=eu' }, { digest: false }])(
  'the preset refuses %o, which it would not follow',
  (options) => {
    expect(codeOf(() => rfc9421({ key: KEY, ...options } as never))).toBe('CONFIG_INVALID')
  },
)

test.each([
  ['nonce', 'x', 5, 0, null],
  ['alg', 'yes', 1, null],
  ['tag', 5, null, true],
  ['label', 5, null],
  ['digest', 'md5', 'SHA-256', '', 256, null, true],
  ['expiresInMs', '60000', null],
])('an option %s of another type is refused by name when the signer is made', (name, ...values) => {
  for (const make of [rfc9421, rfc9421Signer])
    for (const value of values)
      expect(() => make({ key: KEY, [name as string]: value } as never), `${String(value)}`).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          message: expect.stringMatching(`"${String(name)}" must be .*, got `),
        }),
      )
})

test('a digest that is none is refused with the two there are and the kind of what came', () => {
  const text = (digest: unknown): string => {
    try {
      rfc9421Signer({ key: KEY, digest: digest as 'sha-256' })
    } catch (error) {
      return (error as Error).message
    }
    return 'nothing'
  }
  const refused = '"digest" must be "sha-256" or "sha-512", in lower case, got'
  expect([text('md5'), text('SHA-256'), text(''), text(256), text(['sha-256'])]).toEqual([
    `${refused} a string`,
    `${refused} a string`,
    `${refused} an empty string`,
    `${refused} a number`,
    `${refused} an array`,
  ])
  expect(() => rfc9421Signer({ key: KEY, alg: 'yes' as never })).toThrow(/"alg" must be true or false, got a string/)
})

test.each([undefined, null, {}, { keyId: 'k' }, 'secret'])('a key that cannot sign is refused by name: %o', (key) => {
  for (const make of [rfc9421, rfc9421Signer]) {
    const options = key === undefined ? {} : { key }
    expect(() => make(options as never), make.name).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('"key" must be a signing key, such as hmacKey('),
      }),
    )
  }
})

test('a life of one second is the shortest', () => {
  const { scheme } = rfc9421({ key: KEY, expiresInMs: 1_000 })
  const message = httpRequest({ url: 'https://api.example.com/' })
  expect(String(scheme.prepare(message, CONTEXT).base)).toContain(';created=1700000000;expires=1700000001;')
})

test('extensions and the permission to cover less are of one type, too', () => {
  expect(() => rfc9421Signer({ key: KEY, parameters: 5 as never })).toThrow(/"parameters" must be text, got a number/)
  expect(() => rfc9421Signer({ key: KEY, components: ['@method'], [coverLess]: 'no' as never })).toThrow(
    /\[coverLess\] must be true, got a string/,
  )
  for (const part of [{ nonce: 'no' }, { expires: 1 }, { tag: 5 }, { label: 5 }])
    expect(() => acceptSignature({ required: new Set(), ...part } as never), JSON.stringify(part)).toThrow(
      new RegExp(`"${Object.keys(part)[0]}" must be`),
    )
})

const config = (options: Options): string => thrownCode(() => rfc9421Signer({ key: KEY, ...options }))

describe('configuration errors', () => {
  test('covering less needs the given option, and names what is lost', () => {
    for (const lost of ALL) {
      const components = ALL.filter((one) => one !== lost)
      expect(config({ components, whenPresent: [] })).toBe('CONFIG_INVALID')
      expect(config({ components, whenPresent: [], [coverLess]: true })).toBe('nothing thrown')
    }
    expect(() => rfc9421Signer({ key: KEY, components: ['@path'], whenPresent: ['content-digest'] })).toThrow(
      /leaves out method, authority, query, field:content-type;/,
    )
    expect(config({ components: [] })).toBe('CONFIG_INVALID')
  })

  test('what is no component is refused when the signer is made', () => {
    for (const one of [{ name: 'x-limits', key: 'day' }, 5, null, ['date'], {}] as never[]) {
      expect(() => rfc9421Signer({ key: KEY, components: [...ALL, one] })).toThrow(
        /"components": item 6 must be a name/,
      )
      expect(() => rfc9421Signer({ key: KEY, whenPresent: [one] })).toThrow(/"whenPresent": item 0 must be a name/)
    }
    expect(config({ components: '@method' as never })).toBe('CONFIG_INVALID')
  })

  test('covering it in another way is enough', () => {
    expect(config({ components: ALL, whenPresent: [] })).toBe('nothing thrown')
    expect(config({ components: ['@method', '@target-uri'] })).toBe('nothing thrown')
    expect(config({ components: ['@method', '@authority', '@request-target'] })).toBe('nothing thrown')
    expect(config({ components: ['@status'] })).toBe('nothing thrown')
  })

  test('a part or another message does not count', () => {
    const part = component('content-digest', { key: 'sha-256' })
    expect(config({ components: [...ALL.slice(0, 5), part], whenPresent: [] })).toBe('CONFIG_INVALID')
    const ofRequest = component('@method', { req: true })
    expect(config({ components: [ofRequest, ...ALL.slice(1)], whenPresent: [] })).toBe('CONFIG_INVALID')
  })

  test('a derived component is always there, so it cannot stand among the optional fields', () => {
    const components = ALL.filter((one) => one !== '@query')
    expect(config({ components, whenPresent: ['@query'] })).toBe('CONFIG_INVALID')
  })

  test('a field that is always covered is not covered twice where it is present', () => {
    const headers = { 'content-type': 'text/plain' }
    const message = httpRequest({ method: 'POST', url: 'https://api.example.com/', headers, body: 'x' })
    const { scheme } = rfc9421Signer({ key: KEY, components: ALL })
    const names = ALL.map((one) => `"${String(one)}"`)
    expect(scheme.prepare(message, CONTEXT).trace().covered).toEqual(names)
  })

  test('a body whose digest is not made is not covered', () => {
    expect(config({ digest: false })).toBe('CONFIG_INVALID')
    expect(() => rfc9421Signer({ key: KEY, digest: false })).toThrow(/leaves out body;/)
    expect(config({ digest: false, components: ALL, whenPresent: [] })).toBe('CONFIG_INVALID')
    expect(config({ digest: false, [coverLess]: true })).toBe('nothing thrown')
  })

  test('sixteen optional fields are allowed, and each is covered where it is there', () => {
    const whenPresent = Array.from({ length: 16 }, (_, at) => `x-${at}`)
    const { scheme } = rfc9421Signer({ key: KEY, whenPresent, [coverLess]: true })
    const headers = Object.fromEntries(whenPresent.map((name) => [name, '1']))
    const covered = (some: Record<string, string>): readonly string[] =>
      scheme.prepare(httpRequest({ url: 'https://api.example.com/', headers: some }), CONTEXT).trace().covered
    expect(covered(headers).slice(4)).toEqual(whenPresent.map((name) => `"${name}"`))
    expect(covered({ 'x-15': '1' }).slice(4)).toEqual(['"x-15"'])
    expect(covered({ 'x-0': '1' }).slice(4)).toEqual(['"x-0"'])
    expect(covered(headers)).toHaveLength(20)
  })

  test.each([
    ['twice the same', { components: [...ALL, '@method'] }],
    [
      'twice the same in another order',
      { components: [...ALL, component('x', { key: 'a', sf: true }), component('x', { sf: true, key: 'a' })] },
    ],
    ['an upper-case name', { components: [...ALL, 'Date'] }],
    ['an unknown derived component', { components: [...ALL, '@nothing'] }],
    ['the parameters themselves', { components: [...ALL, '@signature-params'] }],
    ['a query parameter without its name', { components: [...ALL, '@query-param'] }],
    ['set-cookie without bs', { components: [...ALL, 'set-cookie'] }],
    ['an upper-case optional field', { whenPresent: ['Content-Type', 'content-digest'] }],
    ['an optional field twice', { whenPresent: ['content-type', 'content-digest', 'date', 'date'] }],
    ['too many optional fields', { whenPresent: Array.from({ length: 17 }, (_, at) => `x-${at}`), [coverLess]: true }],
    ['a label in upper case', { label: 'Sig1' }],
    ['an empty label', { label: '' }],
    ['a label with a comma', { label: 'a,b' }],
    ['a label that is too long', { label: 'a'.repeat(65) }],
    ['a tag beyond ASCII', { tag: 'caf\xe9' }],
    ['a tag with a line break', { tag: 'a\nb' }],
    ['a lifetime of less than a second', { expiresInMs: 999 }],
    ['a lifetime that is no integer', { expiresInMs: 1500.5 }],
    ['a lifetime that is no number', { expiresInMs: Number.NaN }],
    ['an extension of a registered name', { parameters: ';created=1' }],
    ['a registered name as a flag', { parameters: ';zone=eu;nonce' }],
    ['an extension in upper case', { parameters: ';Zone=eu' }],
    ['an extension without its semicolon', { parameters: 'zone=eu' }],
    ['an extension with a space', { parameters: ';zone=a b' }],
    ['an extension with an unclosed string', { parameters: ';zone="eu' }],
    ['an extension that would start another member', { parameters: ';zone=eu,sig2=()' }],
    ['an extension that is a list', { parameters: ';zone=(eu)' }],
    ['an extension with a line break', { parameters: ';zone="a\nb"' }],
    ['an extension beyond ASCII', { parameters: ';zone="\xe9"' }],
  ] as ReadonlyArray<readonly [string, Options]>)('the signer refuses %s', (_, options) => {
    expect(config(options)).toBe('CONFIG_INVALID')
  })

  test.each([
    ['bs with sf', 'date', { bs: true, sf: true }],
    ['bs with key', 'date', { bs: true, key: 'a' }],
    ['sf of an unknown type', 'x-mine', { sf: true }],
    ['an unknown parameter', 'date', { foo: true } as ComponentParameters],
    ['a query parameter without its name', '@query-param', {}],
    ['a name for a field', 'date', { name: 'a' }],
    ['a field parameter for a derived component', '@path', { bs: true }],
    ['an upper-case name', 'Date', { bs: true }],
    ['an unknown derived component', '@nothing', { req: true }],
    ['a text beyond ASCII', 'date', { key: '\xe9' }],
  ])('the signer refuses a component with %s', (_, name, parameters) => {
    expect(codeOf(() => component(name, parameters))).toBe('CONFIG_INVALID')
  })

  test('a component of a structured type that is given, or a flag that is off', () => {
    expect(component('x-mine', { sf: true }, { 'x-mine': 'list' }).id).toBe('"x-mine";sf')
    expect(component('date', { bs: false, tr: true }).id).toBe('"date";tr')
    expect(component('date', { bs: undefined as never, tr: true }).id).toBe('"date";tr')
    expect(component('@query-param', { name: 'a' }).id).toBe('"@query-param";name="a"')
  })

  test.each([
    ['bs with sf', 'date', { bs: true, sf: true }],
    ['sf of an unknown type', 'x-mine', { sf: true }],
    ['an unknown parameter', 'date', { foo: true }],
    ['the name of a query parameter for a field', 'date', { name: 'a' }],
    ['a flag that does not apply', '@method', { sf: true }],
    ['an upper-case name', 'Date', { bs: true }],
  ] as ReadonlyArray<readonly [string, string, ComponentParameters]>)(
    'the function component() refuses %s',
    (_, name, parameters) => {
      expect(codeOf(() => component(name, parameters))).toBe('CONFIG_INVALID')
    },
  )

  test('an error of a wrong set-up says which option', () => {
    expect(() => rfc9421Signer({ key: KEY, components: [...ALL, 'Date'] })).toThrow(/^"components": /)
    expect(() => rfc9421Signer({ key: KEY, tag: '\n' })).toThrow(/^"tag" must /)
  })
})
