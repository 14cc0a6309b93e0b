import { describe, expect, test } from 'vitest'
import { rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import type { Selection } from '../../../../src/schemes/scheme.js'
import { thrownCode } from '../../../expect-code.js'
import { request, withInput } from './support.js'

const OURS = 'sig1=("@method");created=1;keyid="k";tag="orders"'
const SIGNATURE = 'sig1=:AAAA:'

/** Label and key id of what is found, or the code of the refusal. */
function found(input: string | undefined, signature: string | undefined, select: Selection): string {
  const fields = [
    ...(input === undefined ? [] : ['Signature-Input', input]),
    ...(signature === undefined ? [] : ['Signature', signature]),
  ]
  // The first reading is the full parser's. After it the list is known, and the short way may be taken.
  const verifier = rfc9421Verifier()
  const read = (): string => {
    let labels = ''
    const code = thrownCode(() => {
      labels = verifier
        .parse(request({ fields }), select)
        .map(({ label, keyId }) => `${label}:${keyId}`)
        .join()
    })
    return code === 'nothing thrown' ? labels : code
  }
  const first = read()
  void verifier.parse(withInput(request(), 'sig1=("@method")'))[0]?.covers
  expect(read()).toBe(first)
  return first
}

describe('which signature is verified is chosen first (RFC 9421 3.2, step 1)', () => {
  test.each<[string, Selection, string]>([
    ['by its label', { label: 'sig1' }, 'sig1:k'],
    ['by its tag', { tag: 'orders' }, 'sig1:k'],
    ['by both', { label: 'sig1', tag: 'orders' }, 'sig1:k'],
    ['not by another label', { label: 'sig2' }, ''],
    ['not by another tag', { tag: 'payments' }, ''],
    ['not where the label fits and the tag does not', { label: 'sig1', tag: 'payments' }, ''],
    ['not where the tag fits and the label does not', { label: 'sig2', tag: 'orders' }, ''],
  ])('the signature is chosen %s', (_, select, expected) => {
    expect(found(OURS, SIGNATURE, select)).toBe(expected)
    const beside = 'relay=("@method");alg="none";zone="eu"'
    expect(found(`${OURS}, ${beside}`, `${SIGNATURE}, relay=:AAAA:`, select)).toBe(expected)
    expect(found(`${beside}, ${OURS}`, `relay=:AAAA:, ${SIGNATURE}`, select)).toBe(expected)
  })

  test('another parameter with the text of the tag chooses nothing', () => {
    for (const one of [
      'sig1=("@method");created=1;keyid="orders"',
      'sig1=("@method");created=1;keyid="k";nonce="orders"',
      'sig1=("@method");created=1;keyid="k";zone="orders"',
    ]) {
      expect(found(one, SIGNATURE, { tag: 'orders' })).toBe('')
      expect(found(`${one}, relay=("@method");alg="none"`, `${SIGNATURE}, relay=:AAAA:`, { tag: 'orders' })).toBe('')
    }
  })

  test('neither field is no signature, and one of them alone holds none that can be chosen', () => {
    const select = { label: 'sig1' }
    expect(found(undefined, undefined, select)).toBe('')
    expect(found(undefined, 'relay=:AAAA:', select)).toBe('')
    expect(found('relay=("@method")', undefined, select)).toBe('')
  })

  test('the chosen one needs both halves', () => {
    const select = { label: 'sig1' }
    expect(found(OURS, undefined, select)).toBe('AUTH_MALFORMED')
    expect(found(undefined, SIGNATURE, select)).toBe('AUTH_MALFORMED')
    expect(found(OURS, 'relay=:AAAA:', select)).toBe('AUTH_MALFORMED')
    expect(found('relay=("@method")', `relay=:AAAA:, ${SIGNATURE}`, select)).toBe('AUTH_MALFORMED')
    expect(found(OURS, 'relay=:AAAA:', { tag: 'orders' })).toBe('AUTH_MALFORMED')
    // By its tag alone a signature without a description is not chosen.
    expect(found('relay=("@method")', `relay=:AAAA:, ${SIGNATURE}`, { tag: 'orders' })).toBe('')
  })

  test('the chosen one stands once in each field, written in the one way', () => {
    const select = { label: 'sig1' }
    const relay = 'relay=("@method")'
    expect(found(`${OURS}, ${relay}, ${OURS}`, `${SIGNATURE}, relay=:AAAA:`, select)).toBe('AUTH_DUPLICATE')
    expect(found(`${OURS}, ${relay}`, `${SIGNATURE}, relay=:AAAA:, ${SIGNATURE}`, select)).toBe('AUTH_DUPLICATE')
    expect(found(`${OURS}, ${relay}`, 'relay=:AAAA:, sig1=:AAA:', select)).toBe('SIGNATURE_MALFORMED')
    const odd = (time: string): string => `${relay}, sig1=("@method");created=${time};keyid="k"`
    expect(found(odd('01'), `relay=:AAAA:, ${SIGNATURE}`, select)).toBe('TIMESTAMP_MALFORMED')
    expect(found(odd('1'), `relay=:AAAA:, ${SIGNATURE}`, select)).toBe('sig1:k')
  })

  test('what is wrong with another one does not count', () => {
    const select = { label: 'sig1' }
    const other = 'relay=("@method");created=01;created=-2, relay=(), zone=1'
    expect(found(`${other}, ${OURS}`, `relay=:AAA:, relay=1, zone="x", ${SIGNATURE}`, select)).toBe('sig1:k')
    expect(found(`${OURS}, relay=();tag="a=(),b"`, `${SIGNATURE}, relay=";created=01,=:"`, select)).toBe('sig1:k')
  })

  test('a tag twice chooses, and is refused then', () => {
    const twice = 'sig1=("@method");tag="orders";tag="other", relay=()'
    expect(found(twice, `${SIGNATURE}, relay=:AAAA:`, { tag: 'orders' })).toBe('AUTH_MALFORMED')
    expect(found(twice, `${SIGNATURE}, relay=:AAAA:`, { tag: 'other' })).toBe('AUTH_MALFORMED')
  })

  test('sixteen of a tag are read, and not one more', () => {
    const some = (count: number): [string, string] => {
      const labels = Array.from({ length: count }, (_, at) => `s${at}`)
      return [labels.map((one) => `${one}=();tag="t"`).join(), labels.map((one) => `${one}=:AAAA:`).join()]
    }
    expect(found(...some(16), { tag: 't' }).split(',')).toHaveLength(16)
    expect(found(...some(17), { tag: 't' })).toBe('AUTH_TOO_LARGE')
    expect(found(...some(17), { label: 's3' })).toBe('s3:undefined')
  })
})

describe('the challenge', () => {
  test('asks for a nonce and for no end, unless it is said', () => {
    const { challenge } = rfc9421Verifier()
    const required = new Set(['method'] as const)
    expect(challenge?.(required)?.value).toBe('sig1=("@method");created;nonce;keyid')
    expect(challenge?.(required, { nonce: false, expires: true })?.value).toBe('sig1=("@method");created;expires;keyid')
    const select = { label: 'mine', tag: 'orders' }
    expect(challenge?.(required, { nonce: true, expires: false, select })?.value).toBe(
      'mine=("@method");created;nonce;keyid;tag="orders"',
    )
  })
})

test.each([['zone'], [[5]], [['zone', null]], [{ 0: 'zone' }]])(
  'extension parameters are a list of names, not %j',
  (wrong) => {
    expect(() => rfc9421Verifier({ parameters: wrong as never })).toThrow(/"parameters" must be a list of names/)
  },
)
