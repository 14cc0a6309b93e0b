import crypto from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HmacAlgorithm, hmacKey, Secret } from '../../../src/crypto/index.js'
import { codeOf, errorOf } from '../../expect-code.js'
import { bytes, hexOf } from './key-files.js'
import { textOf } from './text-of.js'

const keyId = 'k'
const ALL: readonly HmacAlgorithm[] = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512']

const reference = (algorithm: HmacAlgorithm, secret: Uint8Array, base: string | Uint8Array): Buffer =>
  crypto.createHmac(algorithm.slice(5), secret).update(base).digest()

// RFC 4231: test cases 1, 2, 6 (a key longer than the block) and 7.
describe('an HMAC key against RFC 4231', () => {
  test.each([
    ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    ['4a656665', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'aa'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      'aa'.repeat(131),
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('the tag of test case %# is right', (secret, base, tag) => {
    const key = hmacKey({ keyId, algorithm: 'hmac-sha256', secret: bytes(secret) })
    expect(hexOf(key.sign(base))).toBe(tag)
    expect(textOf(key, base, 'hex')).toBe(tag)
    expect(key.verify(base, bytes(tag))).toBe(true)
  })
})

test('hmacKey signs as createHmac does, with any key, any text and any algorithm', () => {
  const unit = fc.constantFrom('a', 'é', '€', '😀', '\ud800', '\0', '\u0080', '\uffff')
  const text = fc.oneof(fc.string({ unit, maxLength: 60 }), fc.uint8Array({ maxLength: 200 }))
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      text,
      (algorithm, secret, base) => {
        const key = hmacKey({ keyId, algorithm, secret })
        const expected = reference(algorithm, secret, base)
        expect(hexOf(key.sign(base))).toBe(expected.toString('hex'))
        for (const encoding of ['hex', 'base64', 'base64url'] as const) {
          expect(textOf(key, base, encoding)).toBe(expected.toString(encoding))
        }
        expect(key.verify(base, expected)).toBe(true)
      },
    ),
  )
})

test('parts that are verified apart are verified as one text, of any script and length', () => {
  const unit = fc.constantFrom('a', '7', 'é', '€', '😀', '\ud800', '\0', '\u007f', '\u0080')
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '7', '.', '\u007f'), minLength: 45, maxLength: 51 }),
    fc.string({ unit, maxLength: 60 }),
    fc.uint8Array({ maxLength: 200 }),
    fc.constant('x'.repeat(7_000)),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...ALL),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(part, { maxLength: 4 }),
      (algorithm, secret, parts) => {
        const key = hmacKey({ keyId, algorithm, secret })
        if (key.verifyParts === undefined) return
        const whole = Buffer.concat(parts.map((one) => Buffer.from(one as string)))
        const tag = reference(algorithm, secret, whole)
        expect(key.verifyParts(parts, tag)).toBe(true)
        expect(key.verifyParts([...parts, 'x'], tag)).toBe(false)
        // What stood in a shared buffer before is in no later text.
        expect(key.verify(whole, tag)).toBe(true)
      },
    ),
  )
})

test.each([1, 63, 64, 65, 127, 128, 129, 300])(
  'a secret of %i bytes is hashed only where it is longer than a block',
  (size) => {
    const secret = Uint8Array.from({ length: size }, (_, i) => i)
    for (const algorithm of ALL) {
      const key = hmacKey({ keyId, algorithm, secret })
      const expected = reference(algorithm, secret, 'text')
      expect(hexOf(key.sign('text'))).toBe(expected.toString('hex'))
      expect(key.verify('text', expected)).toBe(true)
    }
  },
)

test.each<readonly [string, readonly (string | Uint8Array)[]]>([
  ['no parts', []],
  ['an empty part', ['']],
  ['a short part', ['x'.repeat(48)]],
  ['a part that is no longer short', ['x'.repeat(49)]],
  ['a short part that ends beyond ASCII', [`${'x'.repeat(47)}\u0080`]],
  ['a short part that ends with the last of ASCII', [`${'x'.repeat(47)}\u007f`]],
  ['a part beyond ASCII between others', ['a', 'é€', 'b', '😀']],
  ['bytes between texts', ['a', Uint8Array.of(1, 2), 'b', Uint8Array.of(3), new Uint8Array(0)]],
  ['the most that is copied', [new Uint8Array(20_416).fill(7)]],
  ['a byte more than is copied', [new Uint8Array(20_417).fill(7)]],
  ['the longest text that is copied', ['x'.repeat(6_805)]],
  ['more than the shared buffer', ['x', new Uint8Array(70_000).fill(7), 'é'.repeat(40_000)]],
])('%s are verified as one text, and only with the whole tag of it', (_, parts) => {
  const secret = new Uint8Array(32).fill(9)
  for (const algorithm of ALL) {
    const key = hmacKey({ keyId, algorithm, secret })
    if (key.verifyParts === undefined) return
    const whole = Buffer.concat(parts.map((one) => Buffer.from(one as string)))
    const tag = reference(algorithm, secret, whole)
    // The buffer holds what another key has signed.
    hmacKey({ keyId, algorithm, secret: new Uint8Array(32).fill(8) }).verify('y'.repeat(300), tag)
    expect(key.verifyParts(parts, tag)).toBe(true)
    const changed = Buffer.from(tag)
    changed[0] = (changed[0] as number) ^ 1
    for (const wrong of [changed, tag.subarray(1), new Uint8Array([...tag, 0]), new Uint8Array(0)])
      expect(key.verifyParts(parts, wrong)).toBe(false)
  }
})

test.each([0, 1, 63, 64, 65, 127, 128, 129, 2047, 2048, 8191, 8192, 21_802, 65_407, 65_408, 65_409, 65_536, 200_000])(
  'length %i, around every buffer and block size',
  (length) => {
    const secret = new Uint8Array(40).fill(3)
    for (const algorithm of ALL) {
      const key = hmacKey({ keyId, algorithm, secret })
      for (const base of ['x'.repeat(length), '€'.repeat(length / 3), new Uint8Array(length).fill(0x80)]) {
        const expected = reference(algorithm, secret, base)
        expect(hexOf(key.sign(base))).toBe(expected.toString('hex'))
        expect(textOf(key, base, 'base64')).toBe(expected.toString('base64'))
        expect(key.verify(base, expected)).toBe(true)
      }
    }
  },
)

test('keys used in turn do not disturb one another, and results stay what they were', () => {
  const secrets = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill))
  const keys = secrets.flatMap((secret) =>
    ALL.map((algorithm) => ({ secret, algorithm, key: hmacKey({ keyId, algorithm, secret }) })),
  )
  const kept: [Uint8Array, string][] = []
  for (let round = 0; round < 3; round++) {
    for (const { secret, algorithm, key } of keys) {
      const base = `round ${round} ${'y'.repeat(round * 70)}`
      const expected = reference(algorithm, secret, base).toString('hex')
      const tag = key.sign(base)
      expect(hexOf(tag)).toBe(expected)
      kept.push([tag, expected])
    }
  }
  for (const [tag, expected] of kept) expect(hexOf(tag)).toBe(expected)
})

test('one changed bit, a cut or a longer tag is refused', () => {
  for (const algorithm of ALL) {
    const key = hmacKey({ keyId, algorithm, secret: new Uint8Array(32).fill(1) })
    const tag = new Uint8Array(key.sign('text'))
    for (let bit = 0; bit < 8 * tag.length; bit += 5) {
      const changed = tag.slice()
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(key.verify('text', changed)).toBe(false)
    }
    for (const length of [0, 1, 16, tag.length - 1]) expect(key.verify('text', tag.subarray(0, length))).toBe(false)
    expect(key.verify('text', new Uint8Array([...tag, 0]))).toBe(false)
    expect(key.verify('texT', tag)).toBe(false)
    expect(key.verify('text', tag)).toBe(true)
  }
})

test('the caller may wipe its array', () => {
  const secret = Buffer.alloc(32, 5)
  const key = hmacKey({ keyId, algorithm: 'hmac-sha256', secret })
  const before = textOf(key, 'text', 'hex')
  secret.fill(0)
  expect(textOf(key, 'text', 'hex')).toBe(before)
  const hidden = hmacKey({ keyId, algorithm: 'hmac-sha256', secret: new Secret(new Uint8Array(32).fill(5)) })
  expect(textOf(hidden, 'text', 'hex')).toBe(before)
})

test.each<[name: string, options: object, code: string]>([
  ['an empty secret', { secret: new Uint8Array(0) }, 'KEY_WEAK'],
  ['text as secret', { secret: 'secret' }, 'ARGUMENT_INVALID'],
  ['no secret', { secret: undefined }, 'ARGUMENT_INVALID'],
  ['a plain array', { secret: [1, 2, 3] }, 'ARGUMENT_INVALID'],
  ['another family', { algorithm: 'ed25519' }, 'ARGUMENT_INVALID'],
  ['an unknown algorithm', { algorithm: 'hmac-md5' }, 'ARGUMENT_INVALID'],
  ['a name from the prototype', { algorithm: 'constructor' }, 'ARGUMENT_INVALID'],
  ['an empty key id', { keyId: '' }, 'ARGUMENT_INVALID'],
  ['a key id with a line break', { keyId: 'a\nb' }, 'ARGUMENT_INVALID'],
  ['a key id with a quote', { keyId: 'a"b' }, 'ARGUMENT_INVALID'],
  ['a key id with a backslash', { keyId: 'a\\b' }, 'ARGUMENT_INVALID'],
  ['a key id beyond ASCII', { keyId: 'é' }, 'ARGUMENT_INVALID'],
  ['a long key id', { keyId: 'a'.repeat(257) }, 'ARGUMENT_INVALID'],
  ['a key id that is no text', { keyId: 5 }, 'ARGUMENT_INVALID'],
])('the factory hmacKey refuses %s', async (_name, wrong, code) => {
  const options = { keyId, algorithm: 'hmac-sha256', secret: new Uint8Array(32), ...wrong }
  expect(await codeOf(() => hmacKey(options as Parameters<typeof hmacKey>[0]))).toBe(code)
})

test('an algorithm that is none is refused with those there are', () => {
  for (const algorithm of ['sha256', 'HMAC-SHA512', 'hmac-sha1', undefined])
    expect(
      errorOf(() => hmacKey({ keyId: 'k', algorithm: algorithm as never, secret: new Uint8Array(32) })),
    ).toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: '"algorithm" must be one of hmac-sha256, hmac-sha384, hmac-sha512',
    })
})
