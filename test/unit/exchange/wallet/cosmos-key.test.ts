import { describe, expect, test } from 'vitest'
import { hex } from '../../../../src/crypto/encoding.js'
import { bech32, bech32Decode } from '../../../../src/exchange/wallet/bech32.js'
import { cosmosKey, cosmosMnemonicKey, cosmosVerifyingKey } from '../../../../src/exchange/wallet/index.js'
import { withCode } from '../../../expect-code.js'

const privateKey = '01'.repeat(32)
const key = cosmosKey({ privateKey })
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const highTwin = (signature: Uint8Array): Uint8Array => {
  const out = new Uint8Array(signature)
  const s = ORDER - BigInt(`0x${hex(signature.subarray(32))}`)
  const digits = s.toString(16).padStart(64, '0')
  for (let at = 0; at < 32; at++) out[32 + at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16)
  return out
}

describe('a key of Cosmos', () => {
  test('is known by its public key, and signs 64 bytes, the same each time', () => {
    const signature = key.sign('text')
    expect(key.keyId).toBe(key.publicKey)
    expect(signature).toHaveLength(64)
    expect(key.sign(new TextEncoder().encode('text'))).toEqual(signature)
    expect(key.verifyingKey.verify('text', signature)).toBe(true)
    expect(cosmosVerifyingKey({ publicKey: key.publicKey }).verify('text', signature)).toBe(true)
  })

  test('verifies nothing else: another text, the other s, zeros, another length', () => {
    const signature = key.sign('text')
    for (const [text, other] of [
      ['Text', signature],
      ['text', highTwin(signature)],
      ['text', new Uint8Array(64)],
      ['text', signature.subarray(1)],
      ['text', new Uint8Array(65)],
    ] as const)
      expect(key.verifyingKey.verify(text, other)).toBe(false)
  })

  test('has the address of its chain', () => {
    expect(key.address).toMatch(/^dydx1[02-9ac-hj-np-z]{38}$/)
    expect(cosmosKey({ privateKey, prefix: 'cosmos' }).address).toMatch(/^cosmos1/)
  })

  test('what is no key, prefix or point is refused, and never repeated', () => {
    expect(() => cosmosKey({ privateKey: '00'.repeat(32) })).toThrow(withCode('KEY_WEAK'))
    expect(() => cosmosKey({ privateKey: 'ff'.repeat(32) })).toThrow(withCode('KEY_WEAK'))
    expect(() => cosmosKey({ privateKey: 'mirror '.repeat(12).trim() })).toThrow('got a seed phrase')
    expect(() => cosmosKey({ privateKey, prefix: 'DYDX' })).toThrow(withCode('ARGUMENT_INVALID'))
    for (const publicKey of ['', `05${'11'.repeat(32)}`, `02${'ff'.repeat(32)}`, key.publicKey.toUpperCase()])
      expect(() => cosmosVerifyingKey({ publicKey })).toThrow(withCode('ARGUMENT_INVALID'))
  })
})

describe('bech32', () => {
  // BIP 173, "Test vectors": the data part of the first is empty, that of the second has all 32 letters in their order.
  test('reads the texts of the specification', () => {
    expect(bech32Decode('a', 'a12uel5l')).toEqual(new Uint8Array())
    expect(hex(bech32Decode('abcdef', 'abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw') as Uint8Array)).toBe(
      '00443214c74254b635cf84653a56d7c675be77df',
    )
  })

  test('what is written is read again, and no text with one letter changed is', () => {
    const bytes = new Uint8Array(20).map((_, at) => at * 13)
    const text = bech32('dydx', bytes)
    expect(bech32Decode('dydx', text)).toEqual(bytes)
    for (let at = 5; at < text.length; at++) {
      const letter = text[at] === 'q' ? 'p' : 'q'
      expect(bech32Decode('dydx', text.slice(0, at) + letter + text.slice(at + 1))).toBeUndefined()
    }
    for (const other of ['', 'dydx1', text.toUpperCase(), `${text}q`, text.slice(1), `${text}${'q'.repeat(90)}`])
      expect(bech32Decode('dydx', other)).toBeUndefined()
  })
})

describe('the key of a mnemonic', () => {
  const words = Array(12).fill('word').join(' ')
  const paths: string[] = []
  const seeds: string[] = []
  const parts = {
    wordlist: Array(2048).fill('word'),
    bip39: {
      validateMnemonic: (mnemonic: string) => mnemonic === words,
      mnemonicToSeedSync: (mnemonic: string) => {
        seeds.push(mnemonic)
        return new Uint8Array(64)
      },
    },
    bip32: {
      HDKey: {
        fromMasterSeed: () => ({
          derive: (path: string) => {
            paths.push(path)
            return { privateKey: path.endsWith('9') ? null : new Uint8Array(32).fill(1) }
          },
        }),
      },
    },
  }

  // What the modules derive is held to the official client in test/peers.
  test('is derived by the modules that are passed, along the path of the chain', () => {
    expect(cosmosMnemonicKey({ ...parts, mnemonic: `  ${words.replaceAll(' ', '\n ')} ` }).address).toBe(key.address)
    expect([paths.pop(), seeds.pop()]).toEqual(["m/44'/118'/0'/0/0", words])
    expect(cosmosMnemonicKey({ ...parts, mnemonic: words, prefix: 'cosmos' }).address).toMatch(/^cosmos1/)
  })

  test.each<[over: object, code: 'KEY_MALFORMED' | 'CONFIG_INVALID', text: string]>([
    [{ mnemonic: words.replace('word', 'other') }, 'KEY_MALFORMED', 'is one wrong or missing?'],
    [{ mnemonic: 'word word' }, 'KEY_MALFORMED', 'got 2'],
    [{ mnemonic: undefined }, 'KEY_MALFORMED', 'got nothing'],
    [{ path: "m/44'/118'/0'/0/9" }, 'KEY_MALFORMED', '"path" must lead to a private key'],
    [{ path: '44/118' }, 'CONFIG_INVALID', '"path" must be one such as'],
    [{ bip39: {} }, 'CONFIG_INVALID', '"bip39" must be the module @scure/bip39'],
    [{ bip32: undefined }, 'CONFIG_INVALID', '"bip32" must be the module @scure/bip32'],
    [{ wordlist: ['word'] }, 'CONFIG_INVALID', '"wordlist" must be the 2048 words'],
  ])('%j is refused, and no word repeated', (over, code, text) => {
    const call = () => cosmosMnemonicKey({ ...parts, mnemonic: words, ...over } as never)
    expect(call).toThrow(withCode(code, text))
    expect(call).not.toThrow('other')
  })
})
