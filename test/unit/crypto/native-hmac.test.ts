import crypto from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hmac, hmacSha256 } from '../../../src/crypto/backend/native/hmac.js'
import type { Bytes } from '../../../src/crypto/key.js'
import { hexOf } from './key-files.js'

const HASHES = ['sha256', 'sha384', 'sha512'] as const
const secret = new Uint8Array(32).fill(9)

const reference = (hash: string, base: Bytes): Buffer => crypto.createHmac(hash, secret).update(base).digest()
const ONE = { sign: 'sign', signText: 'signText', verify: 'verify', verifyParts: 'verifyParts' } as const

const contexts = vi.fn()
beforeEach(() => {
  const { createHmac } = crypto
  contexts.mockClear()
  vi.spyOn(crypto, 'createHmac').mockImplementation((...options: Parameters<typeof createHmac>) => {
    contexts()
    return createHmac(...options)
  })
})
afterEach(() => vi.restoreAllMocks())

/** Each way to use the tag of a text, what it gives, and whether it set up a context of OpenSSL. */
function usesOf(hash: (typeof HASHES)[number], base: Bytes): readonly (readonly [string, boolean])[] {
  const tag = reference(hash, base)
  const key = hmac(hash, secret)
  const calls: readonly (readonly [string, () => void])[] = [
    [ONE.sign, () => expect(hexOf(key.sign(base))).toBe(tag.toString('hex'))],
    [ONE.signText, () => expect(key.signText?.(base, 'base64')).toBe(tag.toString('base64'))],
    [ONE.verify, () => expect(key.verify(base, new Uint8Array(tag))).toBe(true)],
    [ONE.verifyParts, () => expect(key.verifyParts?.([base], new Uint8Array(tag))).toBe(true)],
  ]
  return calls.map(([name, call]) => {
    contexts.mockClear()
    call()
    return [name, contexts.mock.calls.length > 0]
  })
}
const all = (isContext: boolean) => Object.values(ONE).map((name) => [name, isContext])

describe.each(HASHES)('HMAC of OpenSSL over %s', (hash) => {
  const block = hash === 'sha256' ? 64 : 128

  test.each<readonly [string, Bytes]>([
    ['nothing', ''],
    ['a text', 'GET /orders'],
    ['bytes', Uint8Array.of(1, 2, 3)],
  ])('a tag of %s needs no context', (_, base) => {
    expect(usesOf(hash, base)).toEqual(all(false))
  })

  test('a text that may not fit the shared buffer gets a context, and the same tag', () => {
    const longest = Math.floor((65_536 - block) / 3)
    for (const character of ['x', '€']) {
      expect(usesOf(hash, character.repeat(longest)).slice(0, 3)).toEqual(all(false).slice(0, 3))
      expect(usesOf(hash, character.repeat(longest + 1))).toEqual(all(true))
    }
    expect(usesOf(hash, '€'.repeat(70_000))).toEqual(all(true))
  })

  test('bytes that do not fit the shared buffer get a context, and the same tag', () => {
    expect(usesOf(hash, new Uint8Array(65_536 - block).fill(7)).slice(0, 3)).toEqual(all(false).slice(0, 3))
    expect(usesOf(hash, new Uint8Array(65_537 - block).fill(7))).toEqual(all(true))
  })

  test('parts are copied up to 20 KiB and hashed where they lie above it', () => {
    const last = usesOf(hash, new Uint8Array(20_480 - block).fill(7)).at(-1)
    expect(last).toEqual(['verifyParts', false])
    expect(usesOf(hash, new Uint8Array(20_481 - block).fill(7)).at(-1)).toEqual(['verifyParts', true])
    const longest = Math.floor((20_480 - block) / 3)
    for (const character of ['x', '€']) {
      expect(usesOf(hash, character.repeat(longest)).at(-1)).toEqual(['verifyParts', false])
      expect(usesOf(hash, character.repeat(longest + 1)).at(-1)).toEqual(['verifyParts', true])
    }
  })

  test.each([3, 70_000])('a tag that is cut, longer or changed verifies no text of %i characters', (length) => {
    const base = 'x'.repeat(length)
    const tag = reference(hash, base)
    const key = hmac(hash, secret)
    const changed = new Uint8Array(tag)
    changed[0] = (changed[0] as number) ^ 1
    for (const wrong of [tag.subarray(1), Buffer.concat([tag, Buffer.alloc(1)]), changed, new Uint8Array(0)]) {
      expect(key.verify(base, wrong)).toBe(false)
      expect(key.verifyParts?.([base], wrong)).toBe(false)
    }
  })

  test('a runtime without crypto.hash makes the same tags', () => {
    const own = crypto.hash
    try {
      Object.assign(crypto, { hash: undefined })
      expect(usesOf(hash, 'text')).toEqual(all(true))
    } finally {
      Object.assign(crypto, { hash: own })
    }
  })
})

test('the key of one hash leaves nothing in the buffer for that of another', () => {
  const keys = HASHES.map((hash) => [hash, hmac(hash, secret)] as const)
  for (const base of ['a much longer text than the next one', 'short', ''])
    for (const [hash, key] of [...keys, ...keys])
      expect(hexOf(key.sign(base))).toBe(reference(hash, base).toString('hex'))
})

test('hmacSha256 is HMAC over SHA-256', () => {
  expect(hexOf(hmacSha256(secret).sign('text'))).toBe(reference('sha256', 'text').toString('hex'))
})
