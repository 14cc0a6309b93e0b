import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ed25519PrivateKey, hmacKey, Secret, type SigningKey } from '../../../src/crypto/index.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { polymarket } from '../../../src/exchange/catalogue/polymarket.js'
import type { ExchangeFactory } from '../../../src/exchange/index.js'
import { defineExchange, type ExchangeSpec, encoding } from '../../../src/exchange/index.js'
import { passphraseOf } from '../../../src/exchange/spec/passphrase.js'
import { windowOf } from '../../../src/exchange/spec/receive-window.js'
import { secretKeyOf } from '../../../src/exchange/spec/shared-secret.js'
import { errorOf } from '../../expect-code.js'
import { keyFile } from '../crypto/key-files.js'

const base64 = 'c2VjcmV0LXNlY3JldC1zZWNyZXQh'
const edKey = ed25519PrivateKey({ keyId: 'ed', seed: new Uint8Array(32).fill(7) })

/** `CODE message`, and never a word of what was given. */
function refusal(act: () => unknown, ...hidden: readonly string[]): string {
  const { code, message, stack } = errorOf(act)
  for (const word of hidden) expect(`${message} ${stack}`).not.toContain(word)
  return `${code} ${message}`
}

describe('a shared secret', () => {
  it('is the text the exchange shows, in its own encoding', () => {
    const signer = okx({ apiKey: 'key', secret: 'plain text', passphrase: 'phrase' })
    const own = hmacKey({ keyId: 'key', algorithm: 'hmac-sha256', secret: Buffer.from('plain text') })
    expect(signer.key.sign('x')).toEqual(own.sign('x'))
    const decoded = hmacKey({ keyId: 'key', algorithm: 'hmac-sha512', secret: Buffer.from(base64, 'base64') })
    expect(kraken({ apiKey: 'key', secret: base64 }).key.sign('x')).toEqual(decoded.sign('x'))
  })

  it('means the same inside a Secret', () => {
    const exchanges: ReadonlyArray<readonly [ExchangeFactory, string]> = [
      [binance, 'plain text'],
      [kraken, base64],
    ]
    for (const [exchange, secret] of exchanges) {
      const plain = exchange({ apiKey: 'key', secret })
      expect(exchange({ apiKey: 'key', secret: Secret.fromText(secret) }).key.sign('x')).toEqual(plain.key.sign('x'))
    }
    const wrong = Secret.fromText('not base64!')
    expect(refusal(() => kraken({ apiKey: 'key', secret: wrong }))).toMatch(/^KEY_MALFORMED .*padded base64/)
    expect(refusal(() => binance({ apiKey: 'key', secret: new Secret(Uint8Array.of(0xff, 0xfe)) }))).toMatch(
      /^KEY_MALFORMED "secret" must be .*, got a Secret$/,
    )
  })

  it.each([
    ['nothing', '', 'an empty string'],
    ['an environment variable that is not set', undefined, 'nothing: is the environment variable set?'],
    ['null', null, 'null'],
    ['a number', 5, 'a number'],
    ['two line breaks at its end', 'hidden-secret\n\n', 'one with a line break at its end'],
    ['a space before it', ' hidden-secret', 'one with white space at its start'],
  ])('a secret that is %s is refused', (_what, secret, got) => {
    const exchanges: readonly ExchangeFactory[] = [binance, kraken]
    for (const exchange of exchanges)
      expect(refusal(() => exchange({ apiKey: 'key', secret }), 'hidden-secret')).toMatch(
        new RegExp(`^KEY_MALFORMED "secret" must be .*, got ${got.replace('?', '\\?')}$`),
      )
  })

  it('has bytes, in whatever form it is written', () => {
    const nothing = defineExchange({
      ...binance().spec,
      id: 'nothing',
      secret: { name: 'text', read: () => new Uint8Array(0) },
    })
    const address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
    for (const secret of ['=', '=='])
      expect(refusal(() => polymarket({ apiKey: 'key', secret, passphrase: 'phrase', address }))).toBe(
        'KEY_WEAK "secret" must be URL-safe base64 of at least 1 byte, got none',
      )
    expect(refusal(() => nothing({ apiKey: 'key', secret: 'hidden-secret' }), 'hidden-secret')).toMatch(/^KEY_WEAK /)
  })

  it('is not a private key', () => {
    for (const text of [keyFile('ed25519'), keyFile('rsa').replaceAll('\n', '\\n'), `"${keyFile('p256-sec1')}"`])
      expect(refusal(() => binance({ apiKey: 'key', secret: text }), text.slice(40, 60))).toMatch(
        /^KEY_MALFORMED .*got a PEM: read it with importExchangeKey\(\) and state it as "key"$/,
      )
  })

  it('is not the API key or the passphrase', () => {
    const same = /^KEY_MALFORMED .*got the API key or the passphrase once more$/
    expect(refusal(() => binance({ apiKey: 'the-same', secret: 'the-same' }), 'the-same')).toMatch(same)
    expect(refusal(() => okx({ apiKey: 'key', secret: 'the-same', passphrase: 'the-same' }), 'the-same')).toMatch(same)
  })

  it('asks whether it was swapped with the API key where that can be detected', () => {
    expect(refusal(() => kraken({ apiKey: base64, secret: 'the-key-id!' }), base64, 'the-key-id!')).toBe(
      'KEY_MALFORMED "secret" must be padded base64, got other text: are key and secret swapped?',
    )
    expect(refusal(() => kraken({ apiKey: 'the_key', secret: 'c2VjcmV0' + '=' }), 'c2VjcmV0')).toBe(
      'KEY_MALFORMED "secret" must be padded base64, got other text',
    )
    expect(refusal(() => kraken({ apiKey: undefined as never, secret: '???' }))).toBe(
      'ARGUMENT_INVALID "apiKey" must be the API key as text, got nothing: is the environment variable set?',
    )
  })

  it.each(['', ' key', 'key\n\n', '"key"', 'a key', undefined as never, keyFile('ed25519')])(
    'has an API key beside it, which %j is not',
    (apiKey) => {
      expect(
        refusal(() => binance({ apiKey, secret: 'hidden-secret' }), 'hidden-secret', keyFile('ed25519').slice(40, 60)),
      ).toMatch(/^ARGUMENT_INVALID /)
    },
  )

  it('is refused where the exchange has none', () => {
    const asymmetric = defineExchange({
      id: 'pairs',
      name: 'Pairs',
      docs: 'https://pairs.example',
      origins: ['https://pairs.example'],
      keys: { ed25519: encoding.hex },
      headers: [['X-Sign', 'sign']],
      base: ({ body }) => body,
      covers: ['body'],
    })
    expect(refusal(() => asymmetric({ apiKey: 'key', secret: 'hidden-secret' }), 'hidden-secret')).toBe(
      'CONFIG_INVALID Pairs has no shared secrets: state "key", from importExchangeKey()',
    )
  })

  it('is nowhere on what is made of it', () => {
    const signer = okx({ apiKey: 'key', secret: 'hidden-secret', passphrase: 'hidden-phrase' })
    const shown = inspect(signer, { depth: 9, showHidden: true, getters: true }) + JSON.stringify(signer)
    expect(shown).not.toMatch(/hidden-secret|hidden-phrase/)
  })
})

describe('a private key', () => {
  it('is of an algorithm that the exchange has', () => {
    expect(refusal(() => okx({ key: edKey, passphrase: 'phrase' }))).toBe(
      'CONFIG_INVALID "key" must be a key of hmac-sha256 at OKX, from importExchangeKey(), got ed25519',
    )
    expect(binance({ key: edKey }).key).toBe(edKey)
  })

  it.each([null, '-----BEGIN PRIVATE KEY-----hidden', {}, { algorithm: 'toString' }])(
    'a private key is never %j',
    (key) => {
      expect(refusal(() => binance({ key: key as never }), 'hidden')).toMatch(
        /^CONFIG_INVALID .*from importExchangeKey\(\)/,
      )
    },
  )
})

describe('a passphrase', () => {
  const { spec } = okx()
  const key = hmacKey({ keyId: 'key', algorithm: 'hmac-sha256', secret: Buffer.from('secret') })

  it('is given exactly where there is one', () => {
    expect(refusal(() => okx({ apiKey: 'key', secret: 'secret' } as never))).toBe(
      'CONFIG_INVALID "passphrase" must be the one chosen when the API key was made at OKX, got nothing: is the environment variable set?',
    )
    // As another library calls it.
    expect(refusal(() => okx({ apiKey: 'key', secret: 'secret', password: 'hidden' } as never), 'hidden')).toBe(
      'CONFIG_INVALID OKX: unknown option "password"; did you mean "passphrase"?',
    )
    const passphrase = 'hidden'
    expect(refusal(() => binance({ apiKey: 'key', secret: 'secret', passphrase } as never), 'hidden')).toBe(
      'CONFIG_INVALID Binance: unknown option "passphrase"; Binance has no passphrase',
    )
  })

  it('is what a header can hold, and stays as it is', () => {
    for (const phrase of ['a', 'a b', '$&%!', 'in"side', 'a'.repeat(64)])
      expect(passphraseOf(spec, key, phrase)).toBe(phrase)
    for (const phrase of [' a', 'a ', 'a\n\n', 'a\r\nX-Evil: 1', 'ä', '\0'])
      expect(refusal(() => passphraseOf(spec, key, phrase))).toMatch(
        /^CONFIG_INVALID "passphrase" must be visible ASCII/,
      )
  })

  it('is signed where the exchange wants it signed, by a key that answers at once', () => {
    const signed: ExchangeSpec = { ...spec, passphrase: 'signed' }
    expect(passphraseOf(signed, key, 'phrase')).toBe(Buffer.from(key.sign('phrase')).toString('base64'))
    const remote: SigningKey = { keyId: 'key', algorithm: 'hmac-sha256', sign: async (base) => key.sign(base) }
    expect(refusal(() => passphraseOf(signed, remote, 'phrase'))).toMatch(/^KEY_ASYNC /)
  })
})

describe('a receive window', () => {
  it('is refused in seconds, which every exchange would answer with a refusal for the time', () => {
    for (const seconds of [5, 10, 60, 99, '5', '30', '99.999'])
      expect(refusal(() => binance({ apiKey: 'key', secret: 'secret', recvWindow: seconds }))).toMatch(
        /^CONFIG_INVALID "recvWindow" must be milliseconds, from 100 to 60000 at Binance, got (?:\d+|a string)$/,
      )
  })

  it('is given as it is, up to the exchange’s limit', () => {
    const { spec } = binance()
    for (const [given, text] of [
      [undefined, ''],
      [5000, '5000'],
      ['5000', '5000'],
      [60_000, '60000'],
      ['1500.5', '1500.5'],
      [100, '100'],
    ] as const)
      expect(windowOf(spec, given)).toBe(text)
    for (const given of [0, -1, 60_001, Number.NaN, 1e21, '', '1e3', ' 5', '0x10', '5000.1234'])
      expect(refusal(() => windowOf(spec, given))).toMatch(
        /^CONFIG_INVALID "recvWindow" must be (?:whole )?milliseconds, from 100 to 60000 at/,
      )
    const recvWindow = 5000
    expect(refusal(() => okx({ apiKey: 'key', secret: 'secret', passphrase: 'p', recvWindow } as never))).toBe(
      'CONFIG_INVALID OKX: unknown option "recvWindow"; OKX has no receive window',
    )
  })
})

describe('secretKeyOf', () => {
  it('takes a mock’s account, which has more members', () => {
    const account = { apiKey: 'key', secret: 'secret', passphrase: 'phrase', permissions: ['read'] }
    expect(secretKeyOf(okx().spec, account).keyId).toBe('key')
  })
})
