import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../../src/crypto/encoding.js'
import { hmacKey, importRsaSigningKey, Secret } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { cavage, cavageVerifier } from '../../../../src/schemes/legacy/cavage/index.js'
import { oauth1, oauth1Key, oauth1KeyId, oauth1Verifier } from '../../../../src/schemes/legacy/oauth1/index.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { rsaPem } from '../../../attacks/world.js'
import { codeOf, textOf, withCode } from '../../../expect-code.js'
import GOLDEN from '../../../vectors/legacy/golden.json' with { type: 'json' }
import { HOST, judge, NOW, only, signed, stated, withLine, withValue } from './judge.js'

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

  test('a consumer key that is not there, as a variable that is not set, makes no id of its name', async () => {
    for (const consumerKey of [undefined, '', 5] as never[]) {
      const given = consumerKey === undefined ? {} : { consumerKey }
      expect(await codeOf(() => oauth1KeyId(given as never))).toBe('CONFIG_INVALID')
      expect(await codeOf(() => oauth1Key({ consumerSecret: 'kd94hf93k423kf44', ...given } as never))).toBe(
        'CONFIG_INVALID',
      )
    }
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

describe('what OAuth signs', () => {
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW + 999, nonce: 'n once' } as const
  const prepared = (options: object = {}, request: HttpRequest = form) =>
    oauth1({ key, ...options }).scheme.prepare(request, context)
  const decoded = (base: unknown): string[] => {
    const [, uri, parameters] = String(base).split('&')
    return [decodeURIComponent(uri as string), ...decodeURIComponent(parameters as string).split('&')]
  }
  const sha256 = createHash('sha256').update('{"qty":1}').digest('base64')
  const bare = httpRequest({ url: `https://${HOST}/a` })
  const OWN = [
    ...['oauth_consumer_key=key%211', 'oauth_nonce=n%20once', 'oauth_signature_method=HMAC-SHA1'],
    ...['oauth_timestamp=1790000000', 'oauth_token=tok', 'oauth_version=1.0'],
  ]

  test('is the method, the address and every parameter in order', () => {
    const one = prepared()
    expect(String(one.base)).toMatch(/^POST&https%3A%2F%2Fapi\.example\.com%2Fr%2520v&a%3D2%26a3%3D2%2520q%26c2%3D%26/)
    expect(decoded(one.base)).toEqual([`https://${HOST}/r%20v`, 'a=2', 'a3=2%20q', 'c2=', ...OWN, 'x=%3D%253D'])
    expect([one.encoding, one.trace()]).toEqual([
      ...['base64', { scheme: 'oauth1', base: one.base, covered: ['method', 'base-uri', 'parameters'] }],
    ])
    const written = [
      ...['oauth_consumer_key="key%211"', 'oauth_token="tok"', 'oauth_signature_method="HMAC-SHA1"'],
      ...[
        'oauth_timestamp="1790000000"',
        'oauth_nonce="n%20once"',
        'oauth_version="1.0"',
        'oauth_signature="%2Fw%3D%3D"',
      ],
    ]
    expect(one.attach(Uint8Array.of(0xff)).fields.slice(-2)).toEqual(['Authorization', `OAuth ${written.join(', ')}`])
    const realm = prepared({ realm: 'a b' })
    expect(realm.base).toBe(one.base)
    expect(realm.attach('AAAA').fields.at(-1)).toMatch(/^OAuth realm="a b", oauth_consumer_key=/)
    const odd = {
      ...bare,
      method: 'get',
      scheme: 'HTTPS',
      authority: 'API.example.com:443',
      target: '/a?b=2&b=1&b&a=&&%41',
    }
    expect(decoded(prepared({ version: false }, odd).base)).toEqual([
      ...[`https://${HOST}/a`, 'A=', 'a=', 'b=', 'b=1', 'b=2', ...OWN.slice(0, -1)],
    ])
    expect(String(prepared({}, odd).base)).toMatch(/^GET&/)
  })

  test('is a form by its parameters, another body by its hash, and any where that is asked for', () => {
    const hashOf = (options: object, request: HttpRequest): string | undefined => {
      const one = prepared(options, request)
      const found = decoded(one.base).find((text) => text.startsWith('oauth_body_hash='))
      expect(one.trace().covered.includes('body')).toBe(found !== undefined)
      return found === undefined ? undefined : decodeURIComponent(found.slice(16))
    }
    const none = createHash('sha256').digest('base64')
    expect([hashOf({}, json), hashOf({}, form), hashOf({}, bare)]).toEqual([sha256, undefined, undefined])
    expect(hashOf({ bodyHash: 'sha-1' }, json)).toBe(createHash('sha1').update('{"qty":1}').digest('base64'))
    expect([hashOf({ alwaysHash: true }, bare), hashOf({ alwaysHash: true }, form)]).toEqual([
      none,
      createHash('sha256').update('c2&a3=2+q').digest('base64'),
    ])
    for (const [type, isForm] of [
      ['Application/X-WWW-Form-Urlencoded ; charset=utf-8', true],
      ['application/x-www-form-urlencoded;', true],
      ['application/x-www-form-urlencodedx', false],
      ['x application/x-www-form-urlencoded', false],
      ['', false],
    ] as const)
      expect(hashOf({}, { ...form, fields: ['Content-Type', type] }) === undefined).toBe(isForm)
    expect(hashOf({}, { ...form, fields: [] })).toBeDefined()
  })

  test('has no parameters of its own before, and only such as are UTF-8', () => {
    for (const request of [
      { ...bare, target: '/a?oauth_x=1' },
      { ...form, body: utf8('oauth_token=1') },
    ])
      expect(() => prepared({}, request)).toThrow(withCode('MESSAGE_MALFORMED', 'holds oauth_ parameters already'))
    expect(() => prepared({}, { ...bare, target: '/a?x=oauth_&xoauth_=1' })).not.toThrow()
    for (const [target, text] of [
      ['/a?b=%', 'a parameter holds a "%" that encodes nothing'],
      ['/a?b=%4', 'encodes nothing'],
      ['/a?b=%4g', 'encodes nothing'],
      ['/a?b=%g4', 'encodes nothing'],
      ['/a?%=1', 'encodes nothing'],
      ['/a?b=%ff', 'a parameter is not UTF-8'],
    ] as const)
      expect(() => prepared({}, { ...bare, target })).toThrow(withCode('AUTH_MALFORMED', text))
    expect(() => prepared({}, { ...form, body: Uint8Array.of(0xff) })).toThrow(
      withCode('AUTH_MALFORMED', 'the form is not UTF-8'),
    )
    expect(() => oauth1({ key }).scheme.prepare(bare, { ...context, nonce: '\ud800' })).toThrow(
      withCode('AUTH_MALFORMED', 'a parameter has no UTF-8'),
    )
    expect(decoded(prepared({}, { ...bare, target: "/a?b=%C3%A9!'()*~%2a%2B+" }).base)[1]).toBe(
      'b=%C3%A9%21%27%28%29%2A~%2A%2B%20',
    )
    // A plus is a space in a name as well; what stands between two "&" is no parameter.
    expect(decoded(prepared({}, { ...bare, target: '/a?&x+y=1&&' }).base).at(-1)).toBe('x%20y=1')
    // Of one name the values are in order, too.
    expect(decoded(prepared({}, { ...bare, target: '/a?z=2&z=1' }).base).slice(-2)).toEqual(['z=1', 'z=2'])
    // What is no form has no parameters.
    expect(prepared({}, { ...json, fields: [] }).base).not.toContain('qty')
  })

  test('needs options that can be meant', () => {
    for (const [options, text] of [
      [{ realm: 'a"b' }, 'oauth1: "realm" must be visible ASCII without quotes'],
      [{ bodyHash: 'md5' }, '"bodyHash" must be'],
      [{ consumerKey: 'x' }, 'did you mean key: oauth1Key({ … })'],
      [{ key: { ...key, keyId: 'a:b:c' } }, 'oauth1: the id of the key must be one of oauth1KeyId()'],
      [{ key: { ...key, keyId: 'a#' } }, 'one of oauth1KeyId()'],
      [{ key: { ...key, keyId: 'a~2' } }, 'one of oauth1KeyId()'],
      [{ key: { ...key, algorithm: 'ed25519' } }, 'oauth1: "key" must be of hmac-sha1, hmac-sha256,'],
    ])
      expect(textOf(() => oauth1({ key, ...(options as object) }))).toContain(text)
    expect(textOf(() => oauth1Verifier({ bodyHashes: [] }))).toContain('"bodyHashes" must list sha-256 or sha-1')
    expect(textOf(() => oauth1Verifier({ bodyHashes: ['sha-256', 'md5' as never] }))).toContain('must list sha-256')
    expect(textOf(() => oauth1Verifier({ bodyHash: 'sha-1' } as never))).toContain('did you mean "bodyHashes"')
  })
})

describe('a key of OAuth', () => {
  test('has an id of both names, in which every character is one that a key id may hold', () => {
    expect(oauth1KeyId({ consumerKey: 'a' })).toBe('a')
    expect(oauth1KeyId({ consumerKey: 'a:b', token: 'c~d%é' })).toBe('a~3Ab:c~7Ed~25~C3~A9')
    for (const [options, text] of [
      [{ consumerKey: '' }, '"consumerKey" must be text'],
      [{ consumerKey: 5 }, '"consumerKey" must be text'],
      [{ clientKey: 'a' }, 'did you mean "consumerKey"'],
      [{ consumerKey: 'a', accessToken: 'b' }, 'did you mean "token"'],
    ])
      expect(textOf(() => oauth1KeyId(options as never))).toContain(text)
    for (const names of [{ consumerKey: 'a b' }, { consumerKey: 'a', token: 'é:' }]) {
      const own = oauth1Key({ consumerSecret: 'eight-ch', ...names, ...('token' in names && { tokenSecret: 's' }) })
      expect(own.keyId).toBe(oauth1KeyId(names))
      expect(() => oauth1({ key: own })).not.toThrow()
    }
  })

  test('has both secrets, in percent-encoding, and signs as its algorithm says', () => {
    const mac = (hash: string, secret: string): string => createHmac(hash, secret).update('base').digest('hex')
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
    const own = { consumerKey: 'a', consumerSecret: 'con sumer' }
    expect(hex(oauth1Key(own).sign('base'))).toBe(mac('sha1', 'con%20sumer&'))
    const both = { ...own, token: 't', tokenSecret: 's!' }
    expect(hex(oauth1Key(both).sign('base'))).toBe(mac('sha1', 'con%20sumer&s%21'))
    const secrets = { consumerSecret: Secret.fromText('con sumer'), tokenSecret: Secret.fromText('s!') }
    expect(hex(oauth1Key({ ...both, ...secrets, algorithm: 'hmac-sha512' }).sign('base'))).toBe(
      mac('sha512', 'con%20sumer&s%21'),
    )
    expect(oauth1Key(own).algorithm).toBe('hmac-sha1')
    for (const [options, code, text] of [
      [{ consumerSecret: 'seven-c' }, 'KEY_WEAK', '"consumerSecret" must have at least 8 characters, got 7'],
      [{ consumerSecret: '' }, 'KEY_WEAK', '"consumerSecret" must be a text that is not empty'],
      [{ consumerSecret: new Secret(Uint8Array.of(0xff)) }, 'KEY_WEAK', '"consumerSecret" must be a text'],
      [{ consumerSecret: {} }, 'KEY_WEAK', '"consumerSecret" must be a text'],
      [{ consumerSecret: undefined }, 'KEY_WEAK', '"consumerSecret" must be a text'],
      [{ token: 't', tokenSecret: '' }, 'KEY_WEAK', '"tokenSecret" must be a text'],
      [{ token: 't' }, 'CONFIG_INVALID', 'oauth1Key: "token" and "tokenSecret" must be given together'],
      [{ tokenSecret: 's' }, 'CONFIG_INVALID', '"token" and "tokenSecret" must be given together'],
      [{ algorithm: 'HMAC-SHA1' }, 'CONFIG_INVALID', 'in lower case'],
      [{ clientSecret: 'x' }, 'CONFIG_INVALID', 'did you mean "consumerSecret"'],
    ])
      expect(textOf(() => oauth1Key({ ...own, ...(options as object) }))).toMatch(
        new RegExp(`^${code as string} .*${(text as string).replace(/[()]/g, '.')}`),
      )
    expect(() => oauth1Key({ ...own, consumerSecret: 'eight-ch' })).not.toThrow()
  })
})

describe('what a verifier of OAuth reads', () => {
  const VALUES = {
    ...{ oauth_consumer_key: 'key%211', oauth_token: 'tok', oauth_signature_method: 'HMAC-SHA256' },
    ...{ oauth_timestamp: '1790000000', oauth_nonce: 'nonce-of-16-chars', oauth_signature: '%2Fw%3D%3D' },
  }
  const credentials = (changes: Readonly<Record<string, string | undefined>> = {}): string =>
    `OAuth ${Object.entries({ ...VALUES, ...changes })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}="${value}"`)
      .join(', ')}`
  const bare = httpRequest({ url: `https://${HOST}/a?b=1` })
  const read = (changes: Readonly<Record<string, string | undefined>> = {}, request = bare, options = {}) =>
    only(oauth1Verifier(options), withLine(request, 'Authorization', credentials(changes)))
  const base = (parameters: string): string => `GET&https%3A%2F%2F${HOST}%2Fa&${encodeURIComponent(parameters)}`
  const OWN =
    'oauth_consumer_key=key%211&oauth_nonce=nonce-of-16-chars&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1790000000'

  test('is everything in the header but the realm and the signature', () => {
    expect(read({ realm: 'x', oauth_version: '1.0' })).toMatchObject({
      ...{ label: '', keyId: 'key~211:tok', claimedAlgorithm: 'hmac-sha256', createdMs: NOW, expiresMs: undefined },
      ...{ nonce: 'nonce-of-16-chars', signature: Uint8Array.of(0xff), bodyDigests: [] },
      covered: ['method', 'base-uri', 'parameters'],
      covers: ['authority', 'method', 'parameters', 'path', 'query-parameters', 'scheme'],
      base: base(`b=1&${OWN}&oauth_token=tok&oauth_version=1.0`),
    })
    for (const token of [undefined, '']) expect(read({ oauth_token: token })).toMatchObject({ keyId: 'key~211' })
    expect(read({ oauth_nonce: 'short' })).toMatchObject({ nonce: undefined })
    expect(read({ oauth_callback: 'x', oauth_verifier: 'y' })).toMatchObject({
      base: base(`b=1&oauth_callback=x&${OWN}&oauth_token=tok&oauth_verifier=y`),
    })
  })

  test('is refused where a parameter is missing, unknown or none that can be meant', () => {
    for (const name of [
      'oauth_consumer_key',
      'oauth_signature_method',
      'oauth_timestamp',
      'oauth_nonce',
      'oauth_signature',
    ])
      expect(() => read({ [name]: undefined })).toThrow(withCode('AUTH_MALFORMED', `Authorization lacks "${name}"`))
    for (const [changes, code, text] of [
      [{ x: '1' }, 'AUTH_MALFORMED', 'Authorization holds an unknown parameter'],
      [{ oauth_version: '2.0' }, 'AUTH_MALFORMED', '"oauth_version" must be 1.0'],
      [{ oauth_signature_method: 'PLAINTEXT' }, 'ALG_UNSUPPORTED', 'must be one of HMAC-SHA1, HMAC-SHA256,'],
      [{ oauth_timestamp: 'x' }, 'TIMESTAMP_MALFORMED', '"oauth_timestamp"'],
      [{ oauth_signature: '!' }, 'SIGNATURE_MALFORMED', 'the signature must be canonical base64'],
      [{ oauth_nonce: '%' }, 'AUTH_MALFORMED', 'encodes nothing'],
    ] as const)
      expect(() => read(changes)).toThrow(withCode(code, text))
    for (const request of [
      { ...bare, target: '/a?oauth_token=1' },
      { ...form, body: utf8('oauth_token=1') },
    ])
      expect(() => read({}, request)).toThrow(withCode('AUTH_DUPLICATE', 'holds oauth_ parameters besides'))
    // A plus in the header is none of a form.
    expect(read({ oauth_nonce: 'nonce+of+16+chars' })).toMatchObject({ nonce: 'nonce+of+16+chars' })
  })

  test('covers a body by its hash, a form by its parameters, and no other', () => {
    const always = ['authority', 'method', 'path', 'scheme']
    const covers = (request: HttpRequest): unknown => (read({}, request) as { covers: unknown }).covers
    expect(covers({ ...bare, body: new Uint8Array() })).toEqual(expect.arrayContaining(['query-parameters']))
    expect(covers(form)).toEqual(['authority', 'method', 'parameters', 'path', 'scheme'])
    for (const method of ['GET', 'HEAD']) expect(covers({ ...form, method })).toEqual(always)
    expect(covers(json)).toEqual(always)
    const oauth_body_hash = encodeURIComponent(createHash('sha256').update('{"qty":1}').digest('base64'))
    expect(read({ oauth_body_hash }, json)).toMatchObject({
      covered: ['method', 'base-uri', 'parameters', 'body'],
      covers: ['authority', 'body', 'method', 'parameters', 'path', 'query-parameters', 'scheme'],
      base: expect.stringContaining('oauth_body_hash'),
    })
    expect(() => read({ oauth_body_hash }, { ...json, body: utf8('x') })).toThrow(
      withCode('DIGEST_MISMATCH', '"oauth_body_hash" is not that of the body'),
    )
    const sha1 = encodeURIComponent(createHash('sha1').update('{"qty":1}').digest('base64'))
    expect(() => read({ oauth_body_hash: sha1 }, json)).toThrow(
      withCode('ALG_UNSUPPORTED', '"oauth_body_hash" must be made by sha-256, as "bodyHashes" states'),
    )
    for (const hash of [sha1, oauth_body_hash])
      expect(read({ oauth_body_hash: hash }, json, { bodyHashes: ['sha-256', 'sha-1'] })).toBeDefined()
  })

  test('is nothing where there are no credentials, and refused where they stand elsewhere', () => {
    expect(oauth1Verifier().parse(bare)).toEqual([])
    expect(oauth1Verifier().parse(withLine(bare, 'Authorization', 'Bearer x'))).toEqual([])
    const response = { ...httpResponse({ status: 200 }), fields: ['Authorization', credentials()] }
    expect(oauth1Verifier().parse(response)).toEqual([])
    const elsewhere: readonly HttpRequest[] = [
      { ...bare, target: '/a?oauth_signature=x' },
      { ...bare, target: '/a?b&oauth_signature=x' },
      { ...form, body: utf8('oauth_signature=x') },
      { ...form, body: utf8('b=1&oauth_signature=x') },
    ]
    for (const request of elsewhere) {
      expect(() => oauth1Verifier().parse(request)).toThrow(
        withCode('AUTH_MALFORMED', 'the credentials stand in the query or in a form'),
      )
      for (const name of ['Authorization', 'Signature'])
        expect(oauth1Verifier().parse(withLine(request, name, 'x'))).toEqual([])
    }
    for (const request of [
      { ...bare, target: '/a?xoauth_signature=x' },
      { ...bare, target: '/oauth_signature=x' },
      { ...json, body: utf8('oauth_signature=x') },
      { ...form, body: Uint8Array.of(0xff) },
      { ...form, body: null },
      { ...form, body: utf8('xoauth_signature=x') },
    ])
      expect(oauth1Verifier().parse(request)).toEqual([])
  })

  test('states what it demands and what is left open', () => {
    expect(stated(oauth1Verifier())).toEqual({
      ...{ id: 'oauth1', weaknesses: ['moved-parameters', 'sha1'], readsBody: true },
      demands: {
        ...{ require: ['method', 'authority', 'path', 'parameters'], requireWithBody: [], requireNonce: false },
        algorithms: ['hmac-sha1', 'hmac-sha256', 'hmac-sha512', 'rsa-v1_5-sha256', 'rsa-v1_5-sha512'],
      },
    })
    expect(oauth1Verifier({ bodyHashes: ['sha-1'] }).weaknesses).toEqual(['moved-parameters', 'sha1', 'weak-body'])
    expect(oauth1Verifier().challenge?.(new Set(), {} as never)).toEqual({ field: 'WWW-Authenticate', value: 'OAuth' })
  })
})
