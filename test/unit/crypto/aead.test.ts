import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AEADS, aeadOf, openSealed, sealFresh } from '../../../src/crypto/aead.js'
import { concatBytes } from '../../../src/crypto/encoding.js'
import { codeOf } from '../../expect-code.js'

const size = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe.each(Object.values(AEADS))('$id', (aead) => {
  it('opens what it sealed, and nothing else', () => {
    fc.assert(
      fc.property(
        size(32),
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (key, data, associated, at, flip) => {
          const { nonce, sealed } = sealFresh(aead, key, data, associated)
          expect(nonce.length).toBe(aead.nonceBytes)
          expect(sealed.length).toBe(data.length + 16)
          expect(openSealed(aead, key, nonce, sealed, associated)).toEqual(data)
          const changed = (bytes: Uint8Array): Uint8Array => {
            const copy = bytes.slice()
            copy[at % copy.length] = (copy[at % copy.length] as number) ^ flip
            return copy
          }
          expect(openSealed(aead, changed(key), nonce, sealed, associated)).toBeUndefined()
          expect(openSealed(aead, key, changed(nonce), sealed, associated)).toBeUndefined()
          expect(openSealed(aead, key, nonce, changed(sealed), associated)).toBeUndefined()
          expect(openSealed(aead, key, nonce, sealed, concatBytes(associated, text('x')))).toBeUndefined()
          expect(openSealed(aead, key, nonce, sealed.subarray(0, at % sealed.length), associated)).toBeUndefined()
          expect(openSealed(aead, key, nonce, concatBytes(sealed, text('x')), associated)).toBeUndefined()
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each([0, 4, 8, 12, 13, 14, 15])('refuses a tag of %i bytes', (tagBytes) => {
    const key = new Uint8Array(32).fill(1)
    for (const data of [text(''), text('a'), text('sixteen bytes 16'), new Uint8Array(1000)]) {
      const { nonce, sealed } = sealFresh(aead, key, data, text('aad'))
      expect(openSealed(aead, key, nonce, sealed.subarray(0, data.length + tagBytes), text('aad'))).toBeUndefined()
    }
  })

  it('takes no key or nonce of another size', async () => {
    const key = new Uint8Array(32).fill(1)
    const { nonce, sealed } = sealFresh(aead, key, text('data'), text(''))
    for (const length of [0, 16, 24, 31, 33, 64]) {
      expect(await codeOf(() => sealFresh(aead, new Uint8Array(length), text('data'), text('')))).toBe('KEY_WEAK')
      expect(openSealed(aead, new Uint8Array(length), nonce, sealed, text(''))).toBeUndefined()
    }
    for (const length of [0, 8, 11, 12, 13, 16, 23, 24, 25].filter((one) => one !== aead.nonceBytes))
      expect(openSealed(aead, key, new Uint8Array(length), sealed, text(''))).toBeUndefined()
  })

  it('leaves what it is given as it was, and gives bytes of its own', () => {
    const key = new Uint8Array(32).fill(1)
    const data = text('data')
    const { nonce, sealed } = sealFresh(aead, key, data, text('aad'))
    const before = sealed.slice()
    const opened = openSealed(aead, key, nonce, sealed, text('aad')) as Uint8Array
    opened.fill(0)
    expect(sealed).toEqual(before)
    expect(data).toEqual(text('data'))
    expect(key).toEqual(new Uint8Array(32).fill(1))
    expect(openSealed(aead, key, nonce, sealed, text('aad'))).toEqual(data)
  })
})

it('a key never draws a nonce twice', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 500; i++)
    for (const aead of Object.values(AEADS))
      seen.add(String(sealFresh(aead, new Uint8Array(32), text('same'), text('')).nonce))
  expect(seen.size).toBe(1000)
})

it.each(['aes-256-gcm', 'xchacha20-poly1305'] as const)('an AEAD called %s is found by its name', (id) => {
  expect(aeadOf(id)).toBe(AEADS[id])
})

it.each(['aes-128-gcm', 'AES-256-GCM', 'toString', '__proto__', '', undefined, 1, ['aes-256-gcm']])(
  'an AEAD called %s is refused',
  async (id) => {
    expect(await codeOf(() => aeadOf(id))).toBe('KEY_UNSUPPORTED')
  },
)
