import { describe, expect, test, vi } from 'vitest'
import { hmacKey, type SigningKey } from '../../../../src/crypto/index.js'
import { asked } from '../../../../src/schemes/rfc9421/accept-signature.js'
import {
  acceptSignature,
  component,
  coverLess,
  type NegotiableOptions,
  negotiable,
  parseAcceptSignature,
  parseSignatureError,
} from '../../../../src/schemes/rfc9421/index.js'
import type { Coverage } from '../../../../src/schemes/scheme.js'
import { withCode } from '../../../expect-code.js'
import { CONTEXT, KEY, request } from './support.js'

const OTHER = hmacKey({ keyId: 'bot-2', algorithm: 'hmac-sha512', secret: new Uint8Array(64).fill(7) })
const GET = request({ fields: ['X-A', '1'] })
const POST = request({ method: 'POST', body: new Uint8Array(2), fields: ['Content-Type', 'text/plain'] })
const PRESET = '"@method" "@authority" "@path" "@query"'

/** What the signature of an answer would state. */
const input = (signer: { scheme: { prepare: unknown } } | undefined, message = GET): string | undefined => {
  if (signer === undefined) return undefined
  const { scheme, key } = signer as ReturnType<typeof negotiable>
  const { fields } = scheme.prepare(message, { ...CONTEXT, keyId: key.keyId, algorithm: key.algorithm }).attach('AAAA')
  return fields[fields.indexOf('Signature-Input') + 1]
}
const make = (options: Partial<NegotiableOptions<SigningKey>> = {}) => negotiable<SigningKey>({ key: KEY, ...options })
const negotiated = (text: string, options: Partial<NegotiableOptions<SigningKey>> = {}, message = GET) =>
  input(make(options).negotiate(text, message), message)

describe('an answer to Accept-Signature', () => {
  test('covers what is asked for besides what is covered anyway', () => {
    expect(negotiated('sig2=("@scheme" "@method" "x-a");created;keyid')).toBe(
      `sig2=(${PRESET} "@scheme" "x-a");created=1700000000;nonce="${CONTEXT.nonce}";keyid="bot-1"`,
    )
    expect(negotiated('sig2=("x-b")')).toBe(
      `sig2=(${PRESET});created=1700000000;nonce="${CONTEXT.nonce}";keyid="bot-1"`,
    )
    expect(negotiated('sig2=("x-a";bs)')).toContain(`(${PRESET} "x-a";bs)`)
    expect(negotiated('sig2=("content-digest")', {}, POST)).toContain(`(${PRESET} "content-type" "content-digest")`)
  })

  test('has the parameters that are asked for', () => {
    const plain = { nonce: false, alg: false } as const
    expect(negotiated('sig2=()', plain)).toBe(`sig2=(${PRESET});created=1700000000;keyid="bot-1"`)
    expect(negotiated('sig2=();nonce;alg;expires;tag="t"', plain)).toBe(
      `sig2=(${PRESET});created=1700000000;expires=1700000300;nonce="${CONTEXT.nonce}";alg="hmac-sha256";keyid="bot-1";tag="t"`,
    )
    expect(negotiated('sig2=();nonce="theirs"', plain)).toContain(';nonce="theirs"')
    expect(negotiated('sig2=();expires', { expiresInMs: 5_000 })).toContain(';expires=1700000005')
  })

  test('keeps the components and the digest of the signer', () => {
    const own = {
      components: ['@method', component('x-a', { bs: true })],
      whenPresent: ['x-c'],
      [coverLess]: true,
    } as const
    expect(negotiated('sig2=("x-a";bs "@path")', own)).toContain('("@method" "x-a";bs "@path")')
    expect(negotiated('sig2=("x-c")', own, request({ fields: ['X-C', '1', 'X-A', '2'] }))).toContain(
      '("@method" "x-a";bs "x-c")',
    )
    const silent = { digest: false, [coverLess]: true } as const
    for (const text of ['sig2=()', 'sig2=("@scheme")'])
      expect(negotiated(text, silent, POST)).not.toContain('content-digest')
    const long = make({ digest: 'sha-512' }).negotiate('sig2=("content-digest")', POST) as ReturnType<typeof negotiable>
    expect(long.scheme.prepare(POST, CONTEXT).base).toContain('"content-digest": sha-512=:')
    expect(negotiated('sig2=("@scheme" "content-digest")', silent, POST)).toContain('"content-digest"')
  })

  test('is made with the key that is named, or whose algorithm is', () => {
    const options = { otherKeys: [OTHER] }
    expect(negotiated('sig2=()', options)).toContain('keyid="bot-1"')
    expect(negotiated('sig2=();keyid="bot-2"', options)).toContain('keyid="bot-2"')
    expect(negotiated('sig2=();alg="hmac-sha512"', options)).toContain(';alg="hmac-sha512";keyid="bot-2"')
    expect(negotiated('sig2=();alg="hmac-sha512";keyid="bot-1"', options)).toBeUndefined()
    const same = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha512', secret: new Uint8Array(64).fill(7) })
    for (const alg of [true, false])
      expect(negotiated('sig1=();alg="hmac-sha512"', { otherKeys: [same], alg })).toContain('alg="hmac-sha512"')
    expect(negotiated('sig2=();keyid="bot-2"')).toBeUndefined()
  })

  test('is given to an application of its own tag', () => {
    expect(negotiated('sig2=();tag="b"', { tag: 'a' })).toBeUndefined()
    expect(negotiated('sig2=();tag="a"', { tag: 'a' })).toContain(';tag="a"')
    expect(negotiated('sig2=()', { tag: 'a' })).toContain(';tag="a"')
    expect(negotiated('sig2=();tag="b"')).toContain(';tag="b"')
  })

  test('is the first of several that there is', () => {
    expect(negotiated('a=();keyid="x", b=("@scheme"), c=()')).toMatch(/^b=/)
    expect(negotiated('')).toBeUndefined()
  })

  test('has at most 16 components', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `"x-${at}"`).join(' ')
    expect(negotiated(`sig2=(${many(14)} "@path" "@method")`)).toMatch(/^sig2=/)
    expect(negotiated(`sig2=(${many(15)} "@path" "@method")`)).toBeUndefined()
    const target = `/?${Array.from({ length: 17 }, (_, at) => `p${at}=1`).join('&')}`
    const parts = (count: number) => Array.from({ length: count }, (_, at) => `"@query-param";name="p${at}"`).join(' ')
    expect(negotiated(`sig2=(${parts(16)})`, {}, request({ target }))).toMatch(/^sig2=/)
    expect(negotiated(`sig2=(${parts(17)})`, {}, request({ target }))).toBeUndefined()
  })

  test('is none where it would be the same signature once more', () => {
    expect(negotiated(`sig1=(${PRESET});created;nonce;keyid`)).toBeUndefined()
    expect(negotiated('sig1=("@scheme")')).toMatch(/^sig1=/)
    expect(negotiated(`sig2=(${PRESET})`)).toMatch(/^sig2=/)
    expect(negotiated(`sig1=(${PRESET});nonce="n"`)).toContain(';nonce="n"')
    expect(negotiated(`sig1=(${PRESET});nonce=""`)).toContain(';nonce=""')
    expect(negotiated('own=()', { label: 'own' })).toBeUndefined()
    expect(negotiated('sig1=();keyid="bot-2"', { otherKeys: [OTHER] })).toMatch(/^sig1=/)
    // Without a request nothing can be compared.
    expect(input(make().negotiate(`sig1=(${PRESET})`))).toMatch(/^sig1=/)
  })

  test('is none where the request has not what is asked for, or nothing can be read', () => {
    expect(negotiated('sig2=("@query-param";name="absent")')).toBeUndefined()
    expect(negotiated('sig2=("x-b";bs)')).toBeUndefined()
    for (const text of ['sig2=(', 'sig2=1', 'sig2=("@nothing")', 'sig2=();foo', 'sig2=("signature")'])
      expect(negotiated(text)).toBeUndefined()
  })

  test('throws what is a fault and no refusal', () => {
    expect(() => make().negotiate('sig2=("x-a")', {} as never)).toThrow(TypeError)
  })
})

describe('an answer to Signature-Error', () => {
  const amended = (text: string, options: Partial<NegotiableOptions<SigningKey>> = {}) =>
    input(make(options).amend(text, GET))

  test('covers the input that is required', () => {
    expect(amended('error=invalid_input, required_input=("@scheme" "x-a";bs)')).toBe(
      `sig1=(${PRESET} "@scheme" "x-a";bs);created=1700000000;nonce="${CONTEXT.nonce}";keyid="bot-1"`,
    )
    expect(amended('error=invalid_input, required_input=("@scheme")', { label: 'own' })).toMatch(/^own=/)
  })

  test('has a key of an algorithm that is supported', () => {
    const text = 'error=unsupported_algorithm, supported_algorithms=("ed25519" "hmac-sha512")'
    expect(amended(text, { otherKeys: [OTHER] })).toContain('keyid="bot-2"')
    expect(amended(text)).toBeUndefined()
    expect(amended(text.replace('ed25519', 'hmac-sha256'), { otherKeys: [OTHER] })).toBeUndefined()
    expect(amended(text.replace('unsupported_algorithm', 'invalid_signature'), { otherKeys: [OTHER] })).toBeUndefined()
  })

  test.each([
    'error=invalid_input',
    'error=invalid_input, required_input=()',
    'error=invalid_signature, required_input=("@scheme")',
    'error="invalid_input", required_input=("@scheme")',
    'required_input=("@scheme")',
    'error=invalid_input, required_input="@scheme"',
    'x(',
  ])('is none to %s', (text) => {
    expect(amended(text)).toBeUndefined()
    expect(make().amend(text)).toBeUndefined()
  })
})

describe('what a server says when it refuses', () => {
  const headers = (fault?: string, wanted?: string) =>
    new Headers({
      ...(fault !== undefined && { 'signature-error': fault }),
      ...(wanted !== undefined && { 'accept-signature': wanted }),
    })
  const answer = (status: number, fault?: string, wanted?: string) =>
    input(make().answer?.({ status, headers: headers(fault, wanted) }, GET))
  const FAULT = 'error=invalid_input, required_input=("x-a";bs)'
  const WANTED = 'sig2=("@scheme")'

  test('is heard in a 401, and the fault in a 400 as well', () => {
    expect(answer(401, FAULT)).toContain('"x-a";bs')
    expect(answer(400, FAULT)).toContain('"x-a";bs')
    expect(answer(401, undefined, WANTED)).toContain('"@scheme"')
    for (const status of [200, 403, 500]) {
      expect(answer(status, FAULT)).toBeUndefined()
      expect(answer(status, undefined, WANTED)).toBeUndefined()
    }
    expect(answer(400, undefined, WANTED)).toBeUndefined()
    expect(answer(401)).toBeUndefined()
  })

  test('is first what was wrong, then what is wanted of every request', () => {
    expect(answer(401, FAULT, WANTED)).toContain('"x-a";bs')
    expect(answer(401, 'error=invalid_signature', WANTED)).toContain('"@scheme"')
  })
})

describe('Signature-Error', () => {
  test('is read with its lists', () => {
    expect(
      parseSignatureError('error=e, required_input=("@method" "x";key="a"), supported_algorithms=("a" b "c")'),
    ).toEqual({ error: 'e', requiredInput: ['"@method"', '"x";key="a"'], supportedAlgorithms: ['a', 'c'] })
    expect(parseSignatureError('error=first, error=last')).toMatchObject({ error: 'last' })
    expect(parseSignatureError('error=e, supported_algorithms="a"')).toMatchObject({ supportedAlgorithms: [] })
  })

  test('of up to 4096 characters is read', () => {
    const text = (length: number) => `error=${'e'.repeat(length - 6)}`
    expect(parseSignatureError(text(4_096))?.error).toHaveLength(4_090)
    expect(parseSignatureError(text(4_097))).toBeUndefined()
  })

  test.each(['', 'error', 'error="e"', 'error=1', 'error=(e)', 'error=(', 'other=e'])('is nothing in %j', (text) => {
    expect(parseSignatureError(text)).toBeUndefined()
  })
})

test('a fault while Signature-Error is read is no answer of a server', () => {
  const fault = new TypeError('a bug')
  const broken = vi.spyOn(String.prototype, 'charCodeAt').mockImplementation(() => {
    throw fault
  })
  let seen: unknown
  try {
    parseSignatureError('error=e')
  } catch (error) {
    seen = error
  } finally {
    broken.mockRestore()
  }
  expect(seen).toBe(fault)
})

describe('options of a signer that negotiates', () => {
  test.each<readonly [object, string]>([
    [{ otherKeys: 'x' }, '"otherKeys" must be a list of signing keys, got a string'],
    [{ otherKeys: [OTHER, {}] }, '"otherKeys" must be a list of signing keys, got an object'],
    [{ otherKeys: [null] }, '"otherKeys" must be a list of signing keys'],
    [{ otherKeys: null }, '"otherKeys" must be a list of signing keys'],
    [{ otherKey: [OTHER] }, '"otherKeys"'],
    [{ key: {} }, '"key" must be a signing key'],
  ])('are refused: %o', (options, text) => {
    expect(() => make(options)).toThrow(withCode('CONFIG_INVALID', text))
  })

  test('are those of rfc9421Signer()', () => {
    expect(make({ otherKeys: [] }).key).toBe(KEY)
    expect(input(make({ label: 'own' }))).toMatch(/^own=/)
    expect(() => negotiable(undefined as never)).toThrow(withCode('CONFIG_INVALID'))
  })
})

describe('what is asked for', () => {
  const all = (...facts: string[]) => asked({ required: new Set(facts as Coverage[]), nonce: false })

  test.each([
    ['scheme', '"@scheme"'],
    ['body', '"content-digest"'],
    ['query-param:a"b', '"@query-param";name="a\\"b"'],
    ['field:x-a', '"x-a"'],
    ['field:x-a;bs', '"x-a";bs'],
    ['field:x-a;key="b"', '"x-a";key="b"'],
    ['field:x-a;key=*', '"x-a";key="sig1"'],
  ])('of the fact %s is %s', (fact, id) => {
    expect(all(fact)).toBe(`sig1=(${id});created;keyid`)
  })

  test.each(['xmethod', 'methods', 'status', 'request:@method'])('of %s is nothing, which no request has', (fact) => {
    expect(all(fact)).toBe('sig1=();created;keyid')
  })

  test('has the parameters of its options', () => {
    const required = new Set<Coverage>(['method'])
    expect(acceptSignature({ required, expires: true, nonce: true, tag: 't', label: 'a' })).toBe(
      'a=("@method");created;expires;nonce;keyid;tag="t"',
    )
    expect(acceptSignature({ required })).toBe('sig1=("@method");created;nonce;keyid')
    for (const options of [
      {},
      { required: ['method'] },
      { required: 'method' },
      { required, label: 5 },
      { require: required },
    ])
      expect(() => acceptSignature(options as never)).toThrow(withCode('ARGUMENT_INVALID'))
    expect(() => acceptSignature({} as never)).toThrow(withCode('ARGUMENT_INVALID', '"required" must be a Set'))
    expect(() => acceptSignature({ required, label: 'A' })).toThrow(withCode('ARGUMENT_INVALID', '"label"'))
  })

  test('may be asked for once, and as flags', () => {
    expect(parseAcceptSignature('a=("x");created;alg;keyid')[0]).toMatchObject({
      ...{ label: 'a', tag: undefined, keyId: undefined, alg: undefined, nonce: undefined },
      wants: new Set(['created', 'alg', 'keyid']),
    })
    for (const text of ['a=();created=?0', 'a=();keyid=?0', 'a=();tag=x', 'a=();constructor', 'a=("x";sf "x";sf)'])
      expect(() => parseAcceptSignature(text)).toThrow(withCode('FIELD_MALFORMED', 'Accept-Signature'))
  })
})
