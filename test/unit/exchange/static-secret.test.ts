import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../src/crypto/encoding.js'
import { type HmacKey, hmacSha256Key, Secret } from '../../../src/crypto/index.js'
import { alpaca } from '../../../src/exchange/catalogue/alpaca.js'
import { extended } from '../../../src/exchange/catalogue/extended.js'
import { luno } from '../../../src/exchange/catalogue/luno.js'
import type { ExchangeFactory } from '../../../src/exchange/index.js'
import { exchangeVerifier, readMessage, staticSecretKey } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { createVerifier, memoryReplayStore, staticKeys, tradingPolicy } from '../../../src/server/index.js'

const account = { apiKey: 'key-1', secret: 's3cret:with-colon' }
const BASIC = `Basic ${btoa('key-1:s3cret:with-colon')}`

describe('exchanges that are shown the secret', () => {
  test('it is in the request, and nothing else is', () => {
    expect(alpaca(account).sign({ path: '/v2/account' })).toEqual({
      method: 'GET',
      url: 'https://api.alpaca.markets/v2/account',
      headers: { 'APCA-API-KEY-ID': 'key-1', 'APCA-API-SECRET-KEY': 's3cret:with-colon' },
    })
    expect(luno(account).sign({ path: '/api/1/balance' }).headers).toEqual({ Authorization: BASIC })
  })

  test('it is in the login of a socket, and read back', () => {
    const logins: ReadonlyArray<readonly [ExchangeFactory, object]> = [
      [alpaca, { action: 'auth', key: 'key-1', secret: 's3cret:with-colon' }],
      [luno, { api_key_id: 'key-1', api_key_secret: 's3cret:with-colon' }],
    ]
    for (const [exchange, form] of logins) {
      const { spec, key, login } = exchange(account)
      const [message] = login().messages
      expect(JSON.parse(message as string)).toEqual(form)
      const read = readMessage(spec, 'login', form)?.signature
      expect(read?.keyId).toBe('key-1')
      expect((key as HmacKey).verify(read?.base as never, read?.signature as never)).toBe(true)
    }
  })

  test('Extended is shown the API key, on the upgrade of its stream as well, and nothing else', () => {
    const apiKey = '0123456789abcdef0123456789abcdef'
    const signer = extended({ apiKey: 'my-account', secret: apiKey, environment: 'testnet' })
    expect(signer.sign({ path: '/api/v1/user/balance' })).toEqual({
      method: 'GET',
      url: 'https://api.starknet.sepolia.extended.exchange/api/v1/user/balance',
      headers: { 'X-Api-Key': apiKey },
    })
    expect(signer.login()).toMatchObject({ headers: { 'X-Api-Key': apiKey }, messages: [] })
    expect(() => extended().spec.secretKey?.({ keyId: 'x', secret: utf8('é') })).toThrow('visible ASCII')
    expect(signer.socketUrl()).toMatch(/^wss:\/\/api\.starknet\.sepolia\..*\/v1\/account$/)
    // Neither the key nor its hash shows the other accounts: what is looked up is 128 bits of the hash.
    expect(signer.key.keyId).toMatch(/^[0-9a-f]{32}$/)
    expect(inspect(signer, { depth: 9 })).not.toContain(apiKey)
    expect(() => extended({ apiKey: 'account', secret: `0x${'1'.repeat(63)}` })).toThrow(
      "must be the API key that Extended's page shows, without the Stark key's 0x, got other text",
    )
    expect(() => extended({ apiKey } as never)).toThrow('"secret" must be the API key that')
  })

  test('another secret is not taken', () => {
    const request = httpRequest({
      url: 'https://api.luno.com/api/1/balance',
      headers: { authorization: `Basic ${btoa('key-1:s3cret:with-colon2')}` },
    })
    const [found] = exchangeVerifier(luno()).parse(request)
    expect(found?.keyId).toBe('key-1')
    expect(
      staticSecretKey({ keyId: 'key-1', secret: utf8(account.secret) }).verify('', found?.signature as never),
    ).toBe(false)
  })

  test.each([
    'Basic a2V5',
    `Basic ${btoa(':secret')}`,
    `Basic ${btoa('key:')}`,
    'Basic a2V5OnM',
    `Basic ${btoa('\xff:a')}`,
  ])('credentials that are none: %s', (authorization) => {
    const request = httpRequest({ url: 'https://api.luno.com/', headers: { authorization } })
    expect(() => exchangeVerifier(luno()).parse(request)).toThrow(expect.objectContaining({ code: 'AUTH_MALFORMED' }))
  })

  test('its key signs nothing: no other scheme can be made to send the secret for a signature', () => {
    const { key } = alpaca(account)
    expect(() => key.sign('GET /')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => key.sign(new Uint8Array(3))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    const own = staticSecretKey({ keyId: 'key-1', secret: utf8(account.secret) })
    const [found] = exchangeVerifier(alpaca()).parse(
      httpRequest({ url: 'https://api.alpaca.markets/', headers: alpaca(account).sign({ path: '/' }).headers }),
    )
    expect(own.verify('', found?.signature as never)).toBe(true)
    expect(own.verify('GET /', found?.signature as never)).toBe(false)
  })

  test('a key that signs is refused, and so is a secret that no field can show', () => {
    const key = hmacSha256Key({ keyId: 'key-1', secret: utf8('secret') })
    expect(() => alpaca({ key })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
    expect(() => luno({ apiKey: 'key-1', secret: 'sécret' })).toThrow(
      expect.objectContaining({ code: 'KEY_MALFORMED' }),
    )
    expect(() => luno({ apiKey: 'a:b', secret: 'secret' }).sign({ path: '/' })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    )
  })

  test('a key that a program makes is checked as other keys are', () => {
    const secret = utf8('secret')
    for (const [code, options] of [
      ['ARGUMENT_INVALID', { keyId: 'a\r\nb', secret }],
      ['ARGUMENT_INVALID', { keyId: 5, secret }],
      ['ARGUMENT_INVALID', { keyId: 'a', secret: 'text' }],
      ['ARGUMENT_INVALID', { keyId: 'a' }],
      ['ARGUMENT_INVALID', undefined],
      ['KEY_WEAK', { keyId: 'a', secret: new Uint8Array(0) }],
      ['KEY_MALFORMED', { keyId: 'a', secret: utf8('a b') }],
    ] as const)
      expect(() => staticSecretKey(options as never)).toThrow(expect.objectContaining({ code }))
    const held = staticSecretKey({ keyId: 'key-1', secret: Secret.fromText('secret') })
    expect(held.sign('')).toEqual(secret)
  })

  test('the key holds a copy, and no printer shows it', () => {
    const secret = utf8('changes-later')
    const key = staticSecretKey({ keyId: 'key-1', secret })
    secret.fill(0)
    expect(new TextDecoder().decode(key.sign(''))).toBe('changes-later')
    key.sign('').fill(0)
    expect(new TextDecoder().decode(key.sign(''))).toBe('changes-later')
    const signer = alpaca({ apiKey: 'key-1', secret: Secret.fromText('never-printed') })
    expect(inspect(signer, { depth: 9, showHidden: true }) + JSON.stringify(signer)).not.toContain('never-printed')
  })

  test('a server that demands anything of such a request is a configuration error', () => {
    const policy = tradingPolicy({ authorities: ['api.example.com'] })
    const parts = { schemes: [exchangeVerifier(alpaca())], keys: staticKeys([]), replay: memoryReplayStore(), policy }
    expect(() => createVerifier(parts)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
