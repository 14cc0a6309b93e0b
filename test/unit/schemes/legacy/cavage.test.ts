import { describe, expect, test } from 'vitest'
import { ecdsaPrivateKey, hmacKey, importRsaSigningKey, importRsaVerifyingKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { cavage, cavageVerifier } from '../../../../src/schemes/legacy/cavage/index.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { rsaPem } from '../../../attacks/world.js'
import { codeOf, textOf } from '../../../expect-code.js'
import VECTOR from '../../../vectors/legacy/cavage.json' with { type: 'json' }
import { HOST, judge, NOW, signed, withLine, withValue } from './judge.js'

const key = hmacKey({
  keyId: 'https://a.example/users/a#main-key',
  algorithm: 'hmac-sha256',
  secret: new Uint8Array(32).fill(3),
})
const p256 = ecdsaPrivateKey({ keyId: 'p256', algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(9) })
const records = [{ key }, { key: p256.verifyingKey }]
const judged = () => judge([cavageVerifier()], records)
const delivery: HttpRequest = httpRequest({
  method: 'POST',
  url: `https://${HOST}/inbox?a=1`,
  headers: { 'content-type': 'application/activity+json' },
  body: '{"type":"Follow"}',
})

describe('both sides', () => {
  for (const options of [{}, { field: 'authorization' }, { time: 'created', expiresInMs: 60_000 }] as const) {
    test(`a delivery signed with ${JSON.stringify(options)} is accepted once`, async () => {
      const verdict = judged()
      const message = await signed(cavage({ key, ...options }), delivery)
      expect(await verdict(message)).toBe('ok')
      expect(await verdict(message)).toBe('REPLAY')
    })
  }

  test('an ECDSA signature is DER on the wire, also under hs2019', async () => {
    for (const algorithm of [undefined, 'hs2019']) {
      const signer = cavage({ key: p256, ...(algorithm === undefined ? {} : { algorithm }) })
      expect(await judged()(await signed(signer, delivery))).toBe('ok')
    }
  })

  test('an ECDSA signature on any curve is known by its length under hs2019', async () => {
    for (const [algorithm, bytes, name] of [
      ['ecdsa-p384-sha384', 48, 'ecdsa-sha384'],
      ['ecdsa-p521-sha512', 66, 'ecdsa-sha512'],
    ] as const) {
      const own = ecdsaPrivateKey({ keyId: 'ec', algorithm, scalar: new Uint8Array(bytes).fill(9, 1) })
      for (const options of [{}, { algorithm: 'hs2019' }, { time: 'created' }] as const) {
        const message = await signed(cavage({ key: own, ...options }), delivery)
        expect(message.fields.at(-1)).toContain(
          `algorithm="${'time' in options ? 'hs2019' : (options.algorithm ?? name)}"`,
        )
        expect(await judge([cavageVerifier()], [{ key: own.verifyingKey }])(message)).toBe('ok')
      }
    }
  })

  test('banks sign with rsa-sha512 as well, under its name or hs2019, and the text is what the key has signed', async () => {
    const rsa = await importRsaSigningKey(rsaPem, { keyId: 'bank', algorithm: 'rsa-v1_5-sha512' })
    const records = [{ key: rsa.verifyingKey }]
    for (const options of [{}, { algorithm: 'hs2019' }, { time: 'created' }] as const) {
      const signer = cavage({ key: rsa, keyId: 'SN=1,CA=2', ...options })
      const message = await signed(signer, delivery)
      const stated = message.fields.at(-1) as string
      expect(stated).toContain(`algorithm="${'time' in options ? 'hs2019' : (options.algorithm ?? 'rsa-sha512')}"`)
      const verdict = judge([cavageVerifier({ keyId: () => 'bank' })], records)
      expect(await verdict(message)).toBe('ok')
      expect(await verdict(message)).toBe('REPLAY')
      const { base } = signer.scheme.prepare(delivery, { ...rsa, nowMs: NOW, nonce: '' })
      const text = atob(/signature="([^"]+)"/.exec(stated)?.[1] as string)
      const signature = Uint8Array.from(text, (character) => character.charCodeAt(0))
      expect(await rsa.verifyingKey.verify(base, signature)).toBe(true)
    }
  })

  test('the name of a hash only vetoes: rsa-sha256 and rsa-sha512 are not taken for each other', async () => {
    for (const [algorithm, own, other] of [
      ['rsa-v1_5-sha256', 'rsa-sha256', 'rsa-sha512'],
      ['rsa-v1_5-sha512', 'rsa-sha512', 'rsa-sha256'],
    ] as const) {
      const rsa = await importRsaSigningKey(rsaPem, { keyId: 'r', algorithm })
      const message = await signed(cavage({ key: rsa }), delivery)
      const renamed = withValue(message, 'signature', (value) => value.replace(own, other))
      expect(await judge([cavageVerifier()], [{ key: rsa.verifyingKey }])(renamed)).toBe('ALG_MISMATCH')
    }
  })

  test('the text of the signature is that of Mastodon', async () => {
    const { fields } = await signed(cavage({ key }), delivery)
    expect(fields.slice(2)).toEqual([
      'Digest',
      expect.stringMatching(/^SHA-256=[A-Za-z0-9+/]{43}=$/),
      'Date',
      new Date(NOW).toUTCString(),
      'Signature',
      expect.stringMatching(
        /^keyId="https:\/\/a\.example\/users\/a#main-key",algorithm="hmac-sha256",headers="\(request-target\) host date digest content-type",signature="[A-Za-z0-9+/]{43}="$/,
      ),
    ])
  })

  test('the basic example of draft-12 C.2 verifies', async () => {
    const { publicKey, request, signature, nowMs } = VECTOR
    const rsa = await importRsaVerifyingKey(publicKey, { keyId: 'Test', algorithm: 'rsa-v1_5-sha256' })
    const message = httpRequest({ ...request, headers: { ...request.headers, signature } })
    const at = { nowMs, policy: { authorities: ['example.com'], perScheme: { cavage: { requireWithBody: [] } } } }
    expect(await judge([cavageVerifier()], [{ key: rsa }], at)(message)).toBe('ok')
    // As it comes, a body has to be signed.
    const strict = { nowMs, policy: { authorities: ['example.com'] } }
    expect(await judge([cavageVerifier()], [{ key: rsa }], strict)(message)).toBe('DIGEST_MISSING')
  })

  test('it stands beside RFC 9421, and a message of both is refused', async () => {
    const verdict = judge([rfc9421Verifier(), cavageVerifier()], records)
    const old = await signed(cavage({ key }), delivery)
    const both = await signed(rfc9421({ key }), await signed(cavage({ key, field: 'authorization' }), delivery))
    expect(await verdict(old)).toBe('ok')
    expect(await verdict(await signed(rfc9421({ key }), delivery))).toBe('ok')
    expect(await verdict(both)).toBe('AUTH_DUPLICATE')
  })

  test('a bank names the key by its certificate', async () => {
    const certificate = Uint8Array.of(0x30, 3, 2, 1, 4)
    const scheme = cavageVerifier({ certificate: true })
    const signer = cavage({ key, certificate, keyId: 'SN=9FA1,CA=CN=D-TRUST%20CA%202-1,O=D-Trust,C=DE' })
    const message = await signed(signer, delivery)
    const [found] = scheme.parse(message)
    const known = hmacKey({
      keyId: found?.keyId as string,
      algorithm: 'hmac-sha256',
      secret: new Uint8Array(32).fill(3),
    })
    expect(await judge([scheme], [{ key: known }])(message)).toBe('ok')
    expect(await judge([scheme], [{ key: known }])(withLine(message, 'TPP-Signature-Certificate', 'AAAA'))).toBe(
      'HEADER_DUPLICATE',
    )
    expect(await judge([scheme], [{ key: known }])(withValue(message, 'tpp-signature-certificate', () => 'AA=A'))).toBe(
      'AUTH_MALFORMED',
    )
  })
})

describe('a certificate', () => {
  const der = Uint8Array.of(0x30, 3, 2, 1, 4)
  const pem = '-----BEGIN CERTIFICATE-----\nMAMCAQQ=\n-----END CERTIFICATE-----\n'
  const sent = async (certificate: Uint8Array | string) => {
    const { fields } = await signed(cavage({ key, certificate }), delivery)
    return fields[fields.indexOf('TPP-Signature-Certificate') + 1]
  }

  test('is sent as the base64 of its DER, whether it is given in DER, as PEM text or as the bytes of a PEM file', async () => {
    for (const form of [der, pem, new TextEncoder().encode(pem), pem.replaceAll('\n', '\\n')])
      expect(await sent(form)).toBe('MAMCAQQ=')
  })

  test('is refused where it is neither in DER nor one block of PEM', () => {
    const key64 = pem.replaceAll('CERTIFICATE', 'PRIVATE KEY')
    for (const other of [
      '',
      'MAMCAQQ=',
      key64,
      new Uint8Array(0),
      new TextEncoder().encode('MAMCAQQ='),
      new Uint8Array(9).fill(255),
    ])
      expect(textOf(() => cavage({ key, certificate: other }))).toBe(
        'CONFIG_INVALID cavage: "certificate" must be a certificate in PEM or DER',
      )
    expect(codeOf(() => cavage({ key, certificate: pem + pem }))).toBe('KEY_MALFORMED')
    expect(textOf(() => cavage({ key, certificate: 5 as never }))).toMatch(
      /must be a certificate in PEM or DER, got a number/,
    )
  })
})

describe('a request of the Berlin Group', () => {
  const certificate = Uint8Array.of(0x30, 3, 2, 1, 4)
  const policy = { authorities: [HOST], perScheme: { cavage: { require: ['body', 'field:x-request-id'] } } } as const
  const signer = cavage({
    key,
    certificate,
    keyId: 'SN=9FA1,CA=CN=D-TRUST%20CA%202-1,O=D-Trust,C=DE',
    headers: ['digest', 'x-request-id', 'date'],
  })
  const id = { 'x-request-id': '99391c7e-ad88-49ec-a2ad-99ddcb1f7721' }
  const bank = cavageVerifier({ certificate: true })
  const verdict = async (message: HttpRequest) => {
    const [found] = bank.parse(message)
    const known = hmacKey({
      keyId: found?.keyId as string,
      algorithm: 'hmac-sha256',
      secret: new Uint8Array(32).fill(3),
    })
    return judge([bank], [{ key: known }], { policy })(message)
  }

  test('is accepted with its digest, its id, its date and its certificate, with a body and without', async () => {
    const url = `https://${HOST}/v1/payments`
    expect(await verdict(await signed(signer, httpRequest({ method: 'POST', url, headers: id, body: '{}' })))).toBe(
      'ok',
    )
    const digest = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    expect(await verdict(await signed(signer, httpRequest({ url, headers: { ...id, digest } })))).toBe('ok')
  })

  test('is refused where its id does not stand under the signature', async () => {
    const less = cavage({ key, certificate, headers: ['digest', 'date'] })
    const message = httpRequest({ method: 'POST', url: `https://${HOST}/`, headers: id, body: '{}' })
    expect(await verdict(await signed(less, message))).toBe('COMPONENT_MISSING')
  })
})

test('a key id that no key source can hold is refused with the options that take another one', async () => {
  const message = await signed(cavage({ key, keyId: 'SN=9FA1,CA=CN=D-TRUST CA,C=DE' }), delivery)
  expect(textOf(() => cavageVerifier().parse(message))).toMatch(
    /^AUTH_MALFORMED the key id .* "certificate" or "keyId"$/,
  )
  expect(await judge([cavageVerifier({ keyId: () => key.keyId })], records)(message)).toBe('ok')
})

describe('attacks', () => {
  const attacks: ReadonlyArray<readonly [string, string, (message: HttpRequest) => HttpRequest]> = [
    [
      'a body that was changed under the same Digest',
      'DIGEST_MISMATCH',
      (one) => ({ ...one, body: new Uint8Array(3) }),
    ],
    ['a second Signature field', 'AUTH_DUPLICATE', (one) => withLine(one, 'Signature', 'keyId="x"')],
    [
      'credentials in Authorization besides',
      'AUTH_DUPLICATE',
      (one) => withLine(one, 'Authorization', 'Signature keyId="x"'),
    ],
    ['a parameter that is repeated', 'AUTH_DUPLICATE', (one) => withValue(one, 'signature', (v) => `${v},keyId="x"`)],
    [
      'junk behind the base64',
      'SIGNATURE_MALFORMED',
      (one) => withValue(one, 'signature', (v) => v.replace(/="$/, '=!"')),
    ],
    [
      'base64 that is not canonical',
      'SIGNATURE_MALFORMED',
      (one) => withValue(one, 'signature', (v) => v.replace(/..="$/, 'zz="')),
    ],
    ['a date that is no date', 'TIMESTAMP_MALFORMED', (one) => withValue(one, 'date', () => 'abc')],
    [
      'a date in another spelling',
      'TIMESTAMP_MALFORMED',
      (one) => withValue(one, 'date', (v) => v.replace('GMT', '+00')),
    ],
    ['a field that is signed and missing', 'COMPONENT_MISSING', (one) => ({ ...one, fields: one.fields.slice(2) })],
    [
      'another algorithm than that of the key',
      'ALG_MISMATCH',
      (one) => withValue(one, 'signature', (v) => v.replace('hmac-sha256', 'rsa-sha256')),
    ],
    [
      'an algorithm that is not supported',
      'ALG_UNSUPPORTED',
      (one) => withValue(one, 'signature', (v) => v.replace('hmac-sha256', 'rsa-sha1')),
    ],
    ['another Host than the one that is asked', 'HOST_MISMATCH', (one) => withLine(one, 'Host', 'other.example')],
  ]
  for (const [name, code, change] of attacks)
    test(`an attack is refused, ${name}: ${code}`, async () => {
      expect(await judged()(change(await signed(cavage({ key }), delivery)))).toBe(code)
    })

  test('a signed Digest that proves nothing does not count', async () => {
    const with256 = 'SHA-256=AAAA'
    for (const [digest, code] of [
      ['MD5=AAAAAAAAAAAAAAAAAAAAAA==', 'DIGEST_MISSING'],
      [with256, 'AUTH_MALFORMED'],
      ['SHA-256', 'AUTH_MALFORMED'],
      [`${with256},sha-256=AAAA`, 'AUTH_MALFORMED'],
    ])
      expect(await judged()(await signed(cavage({ key }), withLine(delivery, 'Digest', digest as string)))).toBe(code)
  })

  test('a time that is given and not signed does not count', async () => {
    const message = await signed(cavage({ key }), httpRequest({ url: `https://${HOST}/` }))
    const unsigned = withValue(message, 'signature', (value) =>
      value.replace('hmac-sha256', 'hs2019').replace(' date"', `",created=${NOW / 1000}`),
    )
    expect(await judged()(unsigned)).toBe('TIMESTAMP_MALFORMED')
  })

  test('times that are no whole seconds are refused, and so are those outside of the window', async () => {
    const signer = cavage({ key, time: 'created' })
    const message = await signed(signer, delivery)
    for (const created of ['"abc"', '"1e9"', '01', '"-1"', '1.5', '123456789012'])
      expect(
        await judged()(withValue(message, 'signature', (value) => value.replace(/created=\d+/, `created=${created}`))),
      ).toMatch(/^(?:TIMESTAMP|AUTH)_MALFORMED$/)
    expect(await judged()(await signed(signer, delivery, NOW + 60_000))).toBe('TIMESTAMP_FUTURE')
    expect(await judged()(await signed(signer, delivery, NOW - 600_000))).toBe('TIMESTAMP_EXPIRED')
  })

  test('(created) does not go with a name that states its algorithm', async () => {
    const message = withValue(await signed(cavage({ key, time: 'created' }), delivery), 'signature', (value) =>
      value.replace('hs2019', 'hmac-sha256'),
    )
    expect(await judged()(message)).toBe('AUTH_MALFORMED')
  })
})

test('a key that the scheme has no name for is refused, with what it takes', () => {
  const sha384 = hmacKey({ keyId: 'k', algorithm: 'hmac-sha384', secret: new Uint8Array(48).fill(1) })
  expect(textOf(() => cavage({ key: sha384 }))).toMatch(/"key" must be of rsa-v1_5-sha256, .*, got hmac-sha384$/)
})

test('options that cannot be meant are refused', () => {
  expect(textOf(() => cavage({ key, header: ['date'] } as never))).toMatch(/did you mean "headers"/)
  expect(codeOf(() => cavage({ key, headers: ['(request-target)'] }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => cavage({ key, headers: ['Date'] }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => cavage({ key, time: 'created', algorithm: 'hmac-sha256' }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => cavage({ key, expiresInMs: 1000 }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => cavage({ key, keyId: 'a"b' }))).toBe('CONFIG_INVALID')
  expect(textOf(() => cavageVerifier({ certificat: true } as never))).toMatch(/did you mean "certificate"/)
})
