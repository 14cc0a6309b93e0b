import { describe, expect, test } from 'vitest'
import { acceptSignature, parseAcceptSignature, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import type { Coverage } from '../../../../src/schemes/scheme.js'
import { codeOf } from '../../../expect-code.js'

const refused = (text: string): string => codeOf(() => parseAcceptSignature(text))

describe('asking for a signature (RFC 9421 5.1)', () => {
  test('facts of a policy are asked for as components', () => {
    const required = new Set<Coverage>(['method', 'authority', 'path', 'query', 'scheme', 'body', 'field:content-type'])
    expect(acceptSignature({ required, tag: 'orders' })).toBe(
      'sig1=("@method" "@authority" "@path" "@query" "@scheme" "content-digest" "content-type")' +
        ';created;nonce;keyid;tag="orders"',
    )
    expect(acceptSignature({ required: new Set<Coverage>(['method']), label: 'a', nonce: false })).toBe(
      'a=("@method");created;keyid',
    )
  })

  test('two facts with one component ask for it once', () => {
    const required = new Set<Coverage>(['body', 'field:content-digest'])
    expect(acceptSignature({ required })).toBe('sig1=("content-digest");created;nonce;keyid')
  })

  test('one parameter of the query and one member of a dictionary are asked for by name', () => {
    const required = new Set<Coverage>(['query-param:a', 'field:x-meta;key="s"', 'field:query-param:'])
    expect(acceptSignature({ required })).toBe(
      'sig1=("@query-param";name="a" "x-meta";key="s" "query-param:");created;nonce;keyid',
    )
  })

  test('facts that no request has are left out', () => {
    const required = new Set<Coverage>(['status', 'request:@method', 'method'])
    expect(acceptSignature({ required })).toBe('sig1=("@method");created;nonce;keyid')
  })

  test('nothing can leave its place', () => {
    const required = new Set<Coverage>(['method'])
    for (const label of ['', 'Sig1', 'a,b', 'a=b', 'a'.repeat(65)])
      expect(codeOf(() => acceptSignature({ required, label }))).toBe('ARGUMENT_INVALID')
    for (const tag of ['caf\xe9', 'a\nb'])
      expect(codeOf(() => acceptSignature({ required, tag }))).toBe('ARGUMENT_INVALID')
    expect(acceptSignature({ required, tag: 'a"b\\' })).toBe('sig1=("@method");created;nonce;keyid;tag="a\\"b\\\\"')
    expect(acceptSignature({ required: new Set<Coverage>(['field:a") x=("']) })).toBe(
      'sig1=("a\\") x=(\\"");created;nonce;keyid',
    )
  })

  test('it is the challenge of the verifier, and can be read again', () => {
    const { field, value } = rfc9421Verifier().challenge?.(new Set<Coverage>(['method', 'body'])) ?? {}
    expect(field).toBe('Accept-Signature')
    const [asked] = parseAcceptSignature(value ?? '')
    expect(asked?.components.map((one) => one.id)).toEqual(['"@method"', '"content-digest"'])
    expect([...(asked?.wants ?? [])]).toEqual(['created', 'nonce', 'keyid'])
  })
})

describe('reading what is asked for', () => {
  test('the example of section 5.1 is read', () => {
    const text =
      'sig1=("@method" "@target-uri" "@authority" "content-digest" "cache-control");keyid="test-key-rsa-pss";created;tag="app-123"'
    const [asked, ...more] = parseAcceptSignature(text)
    expect(more).toEqual([])
    expect(asked).toMatchObject({ label: 'sig1', keyId: 'test-key-rsa-pss', tag: 'app-123', alg: undefined })
    expect(asked?.components.map((one) => one.name)).toEqual([
      '@method',
      '@target-uri',
      '@authority',
      'content-digest',
      'cache-control',
    ])
    expect([...(asked?.wants ?? [])]).toEqual(['keyid', 'created', 'tag'])
  })

  test('several requests, values and flags are read', () => {
    const [first, second] = parseAcceptSignature('a=();nonce="n";alg="ed25519";expires, b=("x";key="k";req);nonce;tag')
    expect(first).toMatchObject({ label: 'a', nonce: 'n', alg: 'ed25519', components: [] })
    expect([...(first?.wants ?? [])]).toEqual(['nonce', 'alg', 'expires'])
    expect(second).toMatchObject({ label: 'b', nonce: undefined, tag: undefined })
    expect(second?.components[0]?.id).toBe('"x";key="k";req')
  })

  test('a time may come with a value, which has no meaning', () => {
    const [asked] = parseAcceptSignature('sig1=();created=1;expires=2')
    expect([...(asked?.wants ?? [])]).toEqual(['created', 'expires'])
  })

  test('4096 characters are read, and not one more', () => {
    const text = (length: number): string => `sig1=();tag="${'a'.repeat(length - 14)}"`
    expect(parseAcceptSignature(text(4096))).toHaveLength(1)
    expect(refused(text(4097))).toBe('FIELD_MALFORMED')
  })

  test('an empty field asks for nothing', () => {
    expect(parseAcceptSignature('')).toEqual([])
  })

  test.each([
    ['text that does not parse', 'sig1=('],
    ['an item', 'sig1=1'],
    ['a bare label', 'sig1'],
    ['a component that is no string', 'sig1=(method)'],
    ['an unknown derived component', 'sig1=("@nothing")'],
    ['an upper-case field', 'sig1=("Date")'],
    ['an unknown component parameter', 'sig1=("date";foo)'],
    ['a component twice', 'sig1=("date" "date")'],
    ['a parameter of a component twice', 'sig1=("date";bs;bs)'],
    ['a time that is a decimal', 'sig1=("date");created=1.0'],
    ['a label twice', 'sig1=("date"), sig1=("@method")'],
    ['an unknown parameter', 'sig1=("date");foo'],
    ['a parameter twice', 'sig1=("date");created;created'],
    ['an unknown algorithm', 'sig1=("date");alg="none"'],
    ['an algorithm that is no string', 'sig1=("date");alg=ed25519'],
    ['a key id that is a number', 'sig1=("date");keyid=1'],
    ['a time that is a string', 'sig1=("date");created="now"'],
    ['a flag that says no', 'sig1=("date");created=?0'],
    ['a nonce that is a number', 'sig1=("date");nonce=5'],
    ['too much text', `sig1=("${'a'.repeat(4096)}")`],
  ])('the field is refused: %s', (_, text) => {
    expect(refused(text)).toBe('FIELD_MALFORMED')
  })
})
