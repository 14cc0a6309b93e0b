import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importRsaSigningKey, type SyncVerifyingKey } from '../../../src/crypto/index.js'
import { lbank } from '../../../src/exchange/catalogue/lbank.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { withCode } from '../../expect-code.js'

const echostr = 'P3LHfw6tUIYWc8R2VQNy0ilKmdg5pjhbxC7'
const when = { clock: { now: () => 1_585_119_477_235 }, nonces: { next: () => echostr } }
const signer = lbank({ apiKey: 'c821db84-6fbd-11e4-a9e3-c86000d26d7c', secret: 'secret' })
const digest = (text: string): string => createHash('md5').update(text).digest('hex').toUpperCase()
const path = '/v2/supplement/user_info.do'

describe('LBank', () => {
  test('what is signed is not what is sent: three parameters are fields', () => {
    const made = signer.sign({ method: 'POST', path }, when)
    // The page's parameter string, with the other method.
    const text = `api_key=c821db84-6fbd-11e4-a9e3-c86000d26d7c&echostr=${echostr}&signature_method=HmacSHA256&timestamp=1585119477235`
    const sign = createHmac('sha256', 'secret').update(digest(text)).digest('hex')
    expect(made).toEqual({
      method: 'POST',
      url: `https://api.lbkex.com${path}`,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        timestamp: '1585119477235',
        signature_method: 'HmacSHA256',
        echostr,
      },
      body: `api_key=c821db84-6fbd-11e4-a9e3-c86000d26d7c&sign=${sign}`,
    })
  })

  test('values are signed without their encoding; the signature may stand anywhere', () => {
    const made = signer.sign({ method: 'POST', path, params: { symbol: 'MØTH,b', type: 'buy' } }, when)
    const body = (made.body as string).split('&').sort().join('&')
    const [found] = exchangeVerifier(lbank()).parse(httpRequest({ ...made, body }))
    const text = `api_key=c821db84-6fbd-11e4-a9e3-c86000d26d7c&echostr=${echostr}&signature_method=HmacSHA256&symbol=MØTH,b&timestamp=1585119477235&type=buy`
    expect(found?.base).toBe(digest(text))
    expect(
      (signer.key as unknown as SyncVerifyingKey).verify(found?.base as string, found?.signature as Uint8Array),
    ).toBe(true)
  })

  test('an RSA key signs a request that its verifier accepts', async () => {
    const pem = readFileSync('test/vectors/pkcs8/rsa.pem', 'utf8')
    const key = await importRsaSigningKey(pem, { keyId: 'key', algorithm: 'rsa-v1_5-sha256' })
    const made = await lbank({ key }).sign({ method: 'POST', path, params: { symbol: 'a' } }, when)
    expect(made.headers['signature_method']).toBe('RSA')
    const [found] = exchangeVerifier(lbank()).parse(httpRequest(made))
    expect(found?.claimedAlgorithm).toBe('rsa-v1_5-sha256')
    expect(await key.verifyingKey.verify(found?.base as string, found?.signature as Uint8Array)).toBe(true)
  })

  test('nonces are 32 characters, and others of 30 to 40 letters and digits are taken', () => {
    expect(signer.sign({ method: 'POST', path }).headers['echostr']).toMatch(/^[0-9a-f]{32}$/)
    const short = { ...when, nonces: { next: () => 'short' } }
    expect(() => signer.sign({ method: 'POST', path }, short)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    )
  })

  test('the login is a key for the socket', () => {
    const login = signer.login({ subscribe: 'orderUpdate', pair: 'all' }, when)
    expect(login.request).toMatchObject({ method: 'POST', url: 'https://api.lbkex.com/v2/subscribe/get_key.do' })
    expect(login.use?.({ data: 'k' })).toEqual({
      messages: ['{"action":"subscribe","subscribe":"orderUpdate","subscribeKey":"k","pair":"all"}'],
      expiresAtMs: 1_585_123_077_235,
    })
  })

  test('a body of JSON is refused', () => {
    expect(() => signer.sign({ method: 'POST', path, json: { symbol: 'a' } })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    )
  })

  test('another method, and another spelling of the same form, are refused', () => {
    const made = signer.sign({ method: 'POST', path, params: { symbol: 'a,b' } }, when)
    const parse = (changes: object) => () => exchangeVerifier(lbank()).parse(httpRequest({ ...made, ...changes }))
    const { signature_method: _, ...without } = made.headers
    expect(parse({ headers: { ...without, signature_method: 'MD5' } })).toThrow(withCode('AUTH_MALFORMED'))
    expect(parse({ headers: without })).toThrow(withCode('AUTH_MALFORMED'))
    expect(parse({ body: made.body?.replace('%2C', '%2c') })).toThrow(withCode('MESSAGE_MALFORMED'))
  })
})
