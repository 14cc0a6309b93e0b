import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'

const secret = 'canary-secret-5d41402abc4b2a76'

describe('a host that was signed in capitals is named', () => {
  const query = 'AccessKeyId=key-1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2023-11-14T22%3A13%3A20'
  test.each([
    ['API.HUOBI.PRO', 'api.huobi.pro'],
    ['API.HUOBI.PRO', 'API.HUOBI.PRO'],
    ['Api.Huobi.Pro', 'api.huobi.pro'],
    ['Api.huobi.Pro', 'Api.huobi.Pro'],
  ])('at HTX, which lowers it: %s signed, %s sent', async (signed, sent) => {
    const text = `GET\n${signed}\n/v1/account/accounts\n${query}`
    const signature = encodeURIComponent(createHmac('sha256', secret).update(text).digest('base64'))
    const { findings, tried } = await diagnose(
      `GET /v1/account/accounts?${query}&Signature=${signature} HTTP/1.1\nHost: ${sent}`,
      { secret },
    )
    expect(findings.map(({ id, certainty }) => [id, certainty])).toEqual([['host-case', 'proven']])
    expect(tried).toBeLessThan(1_500)
  })

  test.each([
    ['API.Twitter.com', 'API.Twitter.com'],
    ['API.TWITTER.COM', 'api.twitter.com'],
    ['Api.Twitter.Com', 'api.twitter.com'],
  ])('with OAuth 1.0a: %s signed, %s sent', async (signed, sent) => {
    const pairs =
      'oauth_consumer_key=ck&oauth_nonce=n1&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1700000000&oauth_version=1.0'
    const base = `GET&${encodeURIComponent(`https://${signed}/1.1/x.json`)}&${encodeURIComponent(pairs)}`
    const signature = encodeURIComponent(createHmac('sha1', 'consumer&token').update(base).digest('base64'))
    const list = [...pairs.split('&'), `oauth_signature=${signature}`].map((one) => `${one.replace('=', '="')}"`)
    const { findings } = await diagnose(
      `GET /1.1/x.json HTTP/1.1\nHost: ${sent}\nAuthorization: OAuth ${list.join(', ')}`,
      { secret: 'consumer', passphrase: 'token' },
    )
    expect(findings.map(({ id, certainty }) => [id, certainty])).toEqual([['host-case', 'proven']])
  })
})

test.each(['base64', 'base64url'] as const)(
  'a signature of Discord in %s is said to be so, and nothing vague beside it',
  async (form) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const body = '{"type":1}'
    const signature = sign(null, Buffer.from(`1700000000${body}`), privateKey).toString(form)
    const text = `POST /interactions HTTP/1.1\nHost: bot.example\nX-Signature-Ed25519: ${signature}\nX-Signature-Timestamp: 1700000000\nContent-Type: application/json\n\n${body}`
    const hex = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex')
    for (const options of [{ publicKey: hex }, {}]) {
      const { findings } = await diagnose(text, options)
      expect(findings.map(({ id }) => id)).toEqual(['signature-form'])
      expect(findings[0]?.cause).toMatch(/written in .*base64, where Discord takes hex/)
    }
  },
)
