import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { hmacKey, importRsaSigningKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { cavage, cavageVerifier } from '../../../../src/schemes/legacy/cavage/index.js'
import { oauth1, oauth1Key, oauth1KeyId, oauth1Verifier } from '../../../../src/schemes/legacy/oauth1/index.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { rsaPem } from '../../../attacks/world.js'
import { codeOf, textOf } from '../../../expect-code.js'
import GOLDEN from '../../../vectors/legacy/golden.json' with { type: 'json' }
import { HOST, judge, NOW, signed, withLine, withValue } from './judge.js'

const names = {
  consumerKey: 'key!1',
  consumerSecret: 'kd94hf93k423kf44',
  token: 'tok',
  tokenSecret: 'pfkkdhi9sl3r4s00',
}
const key = oauth1Key(names)
const form: HttpRequest = httpRequest({
  method: 'POST',
  url: `https://${HOST}/r%20v?x=%3D%253D&a=2`,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'c2&a3=2+q',
})
const json: HttpRequest = httpRequest({
  method: 'POST',
  url: `https://${HOST}/orders`,
  headers: { 'content-type': 'application/json' },
  body: '{"qty":1}',
})
const judged = () => judge([oauth1Verifier()], [{ key }])

test.each(GOLDEN.oauth1)('$id has the base and the signature as published, and is accepted', async (row) => {
  const [consumerSecret = '', tokenSecret = ''] = row.key.split('&')
  const own = oauth1Key({ consumerKey: row.consumerKey, consumerSecret, token: row.token, tokenSecret })
  const { body } = row.request as { readonly body?: string }
  const request = httpRequest({ ...row.request, ...(body === undefined ? {} : { body }) })
  const signer = oauth1({ key: own })
  const context = { keyId: own.keyId, algorithm: own.algorithm, nowMs: row.nowMs, nonce: row.nonce }
  expect(signer.scheme.prepare(request, context).base).toBe(row.base)
  const message = await signed(signer, request, row.nowMs, row.nonce)
  expect(message.fields.at(-1)).toContain(`oauth_signature="${encodeURIComponent(row.signature)}"`)
  const policy = { authorities: [new URL(row.request.url).host] }
  expect(await judge([oauth1Verifier()], [{ key: own }], { nowMs: row.nowMs, policy })(message)).toBe('ok')
})

describe('both sides', () => {
  test('a form and a JSON body are accepted once', async () => {
    for (const request of [form, json]) {
      const verdict = judged()
      const message = await signed(oauth1({ key }), request)
      expect(await verdict(message)).toBe('ok')
      expect(await verdict(message)).toBe('REPLAY')
    }
  })

  test('HMAC-SHA256, and RSA with the body hash of Mastercard, which is there for an empty body as well', async () => {
    const sha256 = oauth1Key({ ...names, algorithm: 'hmac-sha256' })
    expect(await judge([oauth1Verifier()], [{ key: sha256 }])(await signed(oauth1({ key: sha256 }), form))).toBe('ok')
    const keyId = oauth1KeyId({ consumerKey: 'L8BsagqCB4!414f4d' })
    const rsa = await importRsaSigningKey(rsaPem, { keyId, algorithm: 'rsa-v1_5-sha256' })
    const message = await signed(oauth1({ key: rsa, alwaysHash: true }), httpRequest({ url: `https://${HOST}/a` }))
    expect(message.fields.at(-1)).toContain('oauth_body_hash="47DEQpj8HBSa%2B%2FTImW%2B5JCeuQeRkm5NMpJWZG3hSuFU%3D"')
    expect(await judge([oauth1Verifier()], [{ key: rsa.verifyingKey }])(message)).toBe('ok')
  })

  test('HMAC-SHA512 and RSA-SHA512 are the further names of oauthlib, and no name is taken for another', async () => {
    const sha512 = oauth1Key({ ...names, algorithm: 'hmac-sha512' })
    const rsa = await importRsaSigningKey(rsaPem, {
      keyId: oauth1KeyId({ consumerKey: 'key!1' }),
      algorithm: 'rsa-v1_5-sha512',
    })
    for (const [own, record, name, other] of [
      [sha512, sha512, 'HMAC-SHA512', 'HMAC-SHA256'],
      [rsa, rsa.verifyingKey, 'RSA-SHA512', 'RSA-SHA256'],
    ] as const)
      for (const request of [form, json]) {
        const verdict = judge([oauth1Verifier()], [{ key: record }])
        const message = await signed(oauth1({ key: own }), request)
        expect(message.fields.at(-1)).toContain(`oauth_signature_method="${name}"`)
        expect(await verdict(message)).toBe('ok')
        expect(await verdict(message)).toBe('REPLAY')
        const renamed = withValue(message, 'authorization', (value) => value.replace(name, other))
        expect(await verdict(renamed)).toBe('ALG_MISMATCH')
      }
  })

  test('methods that prove too little are refused by a text that lists the others', async () => {
    const message = await signed(oauth1({ key }), form)
    for (const name of ['PLAINTEXT', 'RSA-SHA1', 'hmac-sha1', 'HMAC-MD5']) {
      const renamed = withValue(message, 'authorization', (value) => value.replace('HMAC-SHA1', name))
      expect(textOf(() => oauth1Verifier().parse(renamed))).toMatch(
        /must be one of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA256, RSA-SHA512$/,
      )
    }
  })

  test('a hash of SHA-1, as oauthlib sends it, is taken only where it is named', async () => {
    const message = await signed(oauth1({ key, bodyHash: 'sha-1' }), json)
    expect(await judged()(message)).toBe('ALG_UNSUPPORTED')
    expect(await judge([oauth1Verifier({ bodyHashes: ['sha-1'] })], [{ key }])(message)).toBe('ok')
  })

  test('the names of consumer and token make one id, whatever they hold', () => {
    expect(oauth1KeyId({ consumerKey: 'a:b', token: 'c' })).not.toBe(oauth1KeyId({ consumerKey: 'a', token: 'b:c' }))
    expect(oauth1KeyId({ consumerKey: '~21' })).not.toBe(oauth1KeyId({ consumerKey: '!' }))
  })
})

describe('attacks', () => {
  const value = (change: (value: string) => string) => (one: HttpRequest) => withValue(one, 'authorization', change)
  const attacks: ReadonlyArray<readonly [string, string, (message: HttpRequest) => HttpRequest]> = [
    ['a parameter that is repeated', 'AUTH_DUPLICATE', value((v) => `${v}, oauth_nonce="b"`)],
    [
      'protocol parameters in the query besides',
      'AUTH_DUPLICATE',
      (one) => ({ ...one, target: `${one.target}?oauth_nonce=x` }),
    ],
    ['a second Authorization line', 'AUTH_DUPLICATE', (one) => withLine(one, 'Authorization', 'OAuth a="b"')],
    ['PLAINTEXT', 'ALG_UNSUPPORTED', value((v) => v.replace('HMAC-SHA1', 'PLAINTEXT'))],
    ['another method than that of the key', 'ALG_MISMATCH', value((v) => v.replace('HMAC-SHA1', 'HMAC-SHA256'))],
    ['a time with a fraction', 'TIMESTAMP_MALFORMED', value((v) => v.replace(/(oauth_timestamp="\d+)/, '$1.5'))],
    [
      'a time that is a word',
      'TIMESTAMP_MALFORMED',
      value((v) => v.replace(/oauth_timestamp="\d+/, 'oauth_timestamp="now')),
    ],
    ['another version', 'AUTH_MALFORMED', value((v) => v.replace('oauth_version="1.0"', 'oauth_version="2.0"'))],
    ['a lone percent sign', 'AUTH_MALFORMED', value((v) => v.replace('oauth_nonce="', 'oauth_nonce="%'))],
    ['junk behind the signature', 'SIGNATURE_MALFORMED', value((v) => v.replace(/%3D"$/, '%3Dx"'))],
    ['another body', 'DIGEST_MISMATCH', (one) => ({ ...one, body: new Uint8Array(2) })],
    ['the hash of the body taken out', 'COMPONENT_MISSING', value((v) => v.replace(/oauth_body_hash="[^"]*", /, ''))],
    ['the token taken out', 'KEY_UNKNOWN', value((v) => v.replace(/oauth_token="[^"]*", /, ''))],
    ['an unknown protocol parameter', 'AUTH_MALFORMED', value((v) => `${v}, oauth_x="1"`)],
    ['a parameter of the application', 'AUTH_MALFORMED', value((v) => `${v}, x="1"`)],
  ]
  for (const [name, code, change] of attacks)
    test(`an attack is refused, ${name}: ${code}`, async () => {
      expect(await judged()(change(await signed(oauth1({ key }), json)))).toBe(code)
    })

  test('a parameter of the form that was changed, added or left out', async () => {
    const message = await signed(oauth1({ key }), form)
    for (const body of ['c2&a3=2+r', 'c2&a3=2+q&z=1', 'a3=2+q', 'c2=&a3=2%2Bq'])
      expect(await judged()({ ...message, body: new TextEncoder().encode(body) })).toBe('SIGNATURE_INVALID')
  })

  // The text that is signed is the same each time: a program that reads the query would find less in it than was signed.
  test('a parameter that is moved out of the query', async () => {
    const get = await signed(oauth1({ key }), httpRequest({ url: `https://${HOST}/orders?id=5&all=1` }))
    const moved = (one: HttpRequest, ...lines: readonly string[]): HttpRequest => ({
      ...one,
      target: '/orders?all=1',
      fields: [...one.fields, ...lines],
    })
    const type = ['Content-Type', 'application/x-www-form-urlencoded']
    const body = new TextEncoder().encode('id=5')
    expect(await judged()(get)).toBe('ok')
    expect(await judged()(withValue(moved(get), 'authorization', (v) => `${v}, id="5"`))).toBe('AUTH_MALFORMED')
    expect(await judged()({ ...moved(get, ...type), body })).toBe('COMPONENT_MISSING')
    const remove = await signed(
      oauth1({ key }),
      httpRequest({ method: 'DELETE', url: `https://${HOST}/orders?id=5&all=1` }),
    )
    const policy = { perScheme: { oauth1: { require: ['method', 'authority', 'path', 'query-parameters'] } } } as const
    const demanding = () => judge([oauth1Verifier()], [{ key }], { policy })
    expect(await demanding()(remove)).toBe('ok')
    expect(await demanding()({ ...moved(remove, ...type), body })).toBe('COMPONENT_MISSING')
    expect(await demanding()(await signed(oauth1({ key, alwaysHash: true }), form))).toBe('ok')
  })

  test('such a parameter of a request that another scheme has signed refuses nothing', async () => {
    const secret = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: utf8('x'.repeat(32)) })
    const server = () => judge([oauth1Verifier(), rfc9421Verifier(), cavageVerifier()], [{ key: secret }])
    const inField = (field: 'signature' | 'authorization') => cavage({ key: secret, field })
    const query = httpRequest({ url: `https://${HOST}/a?oauth_signature=b` })
    const inForm = httpRequest({
      method: 'POST',
      url: `https://${HOST}/a`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'oauth_signature=b',
    })
    const signers = [rfc9421({ key: secret }), inField('signature'), inField('authorization')]
    for (const request of [query, inForm])
      for (const signer of signers) expect(await server()(await signed(signer, request))).toBe('ok')
    expect(await server()(query)).toBe('AUTH_MALFORMED')
  })

  test('credentials in the query or in a form are refused with where they are read', async () => {
    const verifier = oauth1Verifier()
    const own = 'oauth_consumer_key=a&oauth_signature=b'
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const inForm = httpRequest({ method: 'POST', url: `https://${HOST}/a`, headers: type, body: `x=1&${own}` })
    for (const request of [httpRequest({ url: `https://${HOST}/a?${own}` }), inForm]) {
      expect(textOf(() => verifier.parse(request))).toBe(
        'AUTH_MALFORMED the credentials stand in the query or in a form: here they are read in Authorization',
      )
      expect(await judged()(request)).toBe('AUTH_MALFORMED')
    }
    // Neither a body of another type nor a longer name is one.
    const other = { ...inForm, fields: ['Content-Type', 'text/plain'] }
    for (const request of [other, httpRequest({ url: `https://${HOST}/a?my_oauth_signature=b&oauth_signature2=c` })])
      expect(await judged()(request)).toBe('AUTH_MISSING')
  })

  test('a time outside of the window is refused', async () => {
    expect(await judged()(await signed(oauth1({ key }), json, NOW - 600_000))).toBe('TIMESTAMP_EXPIRED')
    expect(await judged()(await signed(oauth1({ key }), json, NOW + 60_000))).toBe('TIMESTAMP_FUTURE')
  })
})

test('secrets that are empty or short are refused, and a token without its secret', () => {
  expect(codeOf(() => oauth1Key({ consumerKey: 'a', consumerSecret: '' }))).toBe('KEY_WEAK')
  expect(codeOf(() => oauth1Key({ consumerKey: 'a', consumerSecret: 'short' }))).toBe('KEY_WEAK')
  expect(codeOf(() => oauth1Key({ consumerKey: 'a', consumerSecret: 'kd94hf93k423kf44', token: 'b' }))).toBe(
    'CONFIG_INVALID',
  )
})

test('an algorithm in capitals is refused with the names as they are written here', () => {
  const names = { consumerKey: 'dpf43f3p2l4k3l03', consumerSecret: 'kd94hf93k423kf44' }
  expect(textOf(() => oauth1Key({ ...names, algorithm: 'HMAC-SHA512' as never }))).toMatch(
    /"algorithm" must be hmac-sha1, hmac-sha256 or hmac-sha512, in lower case, got a string$/,
  )
})
