import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ecdsaPrivateKey, hmacKey, importRsaSigningKey, importRsaVerifyingKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { cavage, cavageVerifier } from '../../../../src/schemes/legacy/cavage/index.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { rsaPem } from '../../../attacks/world.js'
import { codeOf, textOf, withCode } from '../../../expect-code.js'
import VECTOR from '../../../vectors/legacy/cavage.json' with { type: 'json' }
import { HOST, judge, NOW, only, signed, stated, withLine, withValue } from './judge.js'

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

describe('what draft-cavage signs', () => {
  const context = { keyId: 'ignored', algorithm: 'hmac-sha256', nowMs: NOW + 999, nonce: '' } as const
  const date = new Date(NOW).toUTCString()
  const digest = `SHA-256=${createHash('sha256').update('{"type":"Follow"}').digest('base64')}`
  const seconds = String(NOW / 1000)
  const bare = httpRequest({ url: `https://${HOST}/a?b` })
  const prepared = (options: object = {}, message: HttpRequest = bare) =>
    cavage({ key, ...options }).scheme.prepare(message, context)
  const line = (one: ReturnType<typeof prepared>): string => one.attach(new Uint8Array([0xff])).fields.at(-1) as string

  test('is a line for each name', () => {
    const one = prepared({}, delivery)
    expect(one.base).toBe(
      `(request-target): post /inbox?a=1\nhost: ${HOST}\ndate: ${date}\ndigest: ${digest}\ncontent-type: application/activity+json`,
    )
    const covered = ['(request-target)', 'host', 'date', 'digest', 'content-type']
    expect([one.encoding, one.trace()]).toEqual(['base64', { scheme: 'cavage', base: one.base, covered }])
    expect(prepared().base).toBe(`(request-target): get /a?b\nhost: ${HOST}\ndate: ${date}`)
    expect(line(prepared())).toBe(
      'keyId="https://a.example/users/a#main-key",algorithm="hmac-sha256",headers="(request-target) host date",signature="/w=="',
    )
    expect(prepared().attach('AAAA').fields.at(-1)).toContain('signature="AAAA"')
    expect(line(prepared({ field: 'authorization', keyId: 'k', algorithm: 'x' }))).toBe(
      'Signature keyId="k",algorithm="x",headers="(request-target) host date",signature="/w=="',
    )
    expect(prepared({ field: 'authorization' }).attach('AAAA').fields.at(-2)).toBe('Authorization')
  })

  test('has its times in the signature where no date is asked for', () => {
    const one = prepared({ time: 'created' })
    expect(one.base).toBe(`(request-target): get /a?b\nhost: ${HOST}\n(created): ${seconds}`)
    expect(line(one)).toContain(`algorithm="hs2019",created=${seconds},headers="(request-target) host (created)",`)
    expect(one.attach('AAAA').fields).not.toContain('Date')
    const both = prepared({ time: 'created', expiresInMs: 60_999 })
    const end = String(NOW / 1000 + 60)
    expect(both.base).toBe(`(request-target): get /a?b\nhost: ${HOST}\n(created): ${seconds}\n(expires): ${end}`)
    expect(line(both)).toContain(`,created=${seconds},expires=${end},headers=`)
  })

  test('is the fields that the message has', () => {
    const own = { ...bare, fields: ['Date', 'x', 'Host', `${HOST}:443`, 'Content-Type', 'a', 'content-type', 'b'] }
    expect(prepared({}, own).base).toBe(`(request-target): get /a?b\nhost: ${HOST}:443\ndate: x\ncontent-type: a, b`)
    expect(prepared({}, own).attach('AAAA').fields.slice(0, -2)).toEqual(own.fields)
    const answer = { ...httpResponse({ status: 200 }), fields: ['Host', 'h'] }
    const { scheme } = cavage({ key })
    expect(scheme.prepare(answer, context).base).toBe(`date: ${date}`)
    expect(cavage({ key, headers: ['host', 'date'] }).scheme.prepare(answer, context).base).toBe(
      `host: h\ndate: ${date}`,
    )
  })

  test('is refused where a name has no line, or one that cannot be signed', () => {
    const of =
      (headers: readonly string[], message: HttpRequest | ReturnType<typeof httpResponse> = bare) =>
      () =>
        cavage({ key, headers }).scheme.prepare(message, context)
    const answer = httpResponse({ status: 200 })
    for (const [call, code, text] of [
      [of(['date', 'x-a']), 'COMPONENT_MISSING', 'the message has no field "x-a"'],
      [of(['date', '(created)']), 'AUTH_MALFORMED', 'covers (created) and does not state it'],
      [of(['date', '(expires)']), 'AUTH_MALFORMED', 'covers (expires) and does not state it'],
      [of(['date', '(request-target)'], answer), 'COMPONENT_MISSING', 'a response has no (request-target)'],
      [of(['date', 'host'], answer), 'COMPONENT_MISSING', 'the message has no field "host"'],
      [of(['date', 'host'], { ...bare, fields: ['Host', 'x', 'Host', 'x'] }), 'HEADER_DUPLICATE', '"host" is repeated'],
      [of(['date', 'host'], { ...bare, fields: ['Host', 'x'] }), 'HOST_MISMATCH', 'the signed host is not the one'],
      [of(['date', 'x-a'], { ...bare, fields: ['X-A', 'é'] }), 'AUTH_MALFORMED', 'holds characters beyond ASCII'],
      [of(['date'], { ...bare, fields: ['Signature', 'x'] }), 'MESSAGE_MALFORMED', 'a field "signature" already'],
    ] as const)
      expect(call).toThrow(withCode(code, text))
    expect(
      prepared({ headers: ['date'], field: 'authorization' }, { ...bare, fields: ['Signature', 'x'] }),
    ).toBeDefined()
  })

  test('brings a certificate, in DER as in PEM', () => {
    const der = Uint8Array.of(0x30, 1, 2)
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`
    for (const certificate of [der, pem, new TextEncoder().encode(pem)])
      expect(prepared({ certificate }).attach('AAAA').fields.slice(-4, -2)).toEqual([
        'TPP-Signature-Certificate',
        'MAEC',
      ])
    for (const certificate of [Uint8Array.of(0x31, 1), Uint8Array.of(0xff), 'MAEC', pem.replaceAll('CERTIFICATE', 'X')])
      expect(() => prepared({ certificate })).toThrow(withCode('CONFIG_INVALID', '"certificate" must be a certificate'))
  })

  test('needs options that can be meant', () => {
    const other = { ...key, algorithm: 'ed448' as never }
    for (const [options, text] of [
      [{ key: undefined }, '"key"'],
      [{ key: {} }, '"key" must be a signing key, such as hmacKey()'],
      [{ key: other }, 'got ed448'],
      [{ keyId: 'é' }, 'cavage: "keyId" and "algorithm" must be visible ASCII without quotes'],
      [{ algorithm: 'a"b' }, 'must be visible ASCII without quotes'],
      [{ keyId: 'a\\b' }, 'must be visible ASCII without quotes'],
      [{ keyId: 'k'.repeat(513) }, 'must be visible ASCII without quotes'],
      [{ time: 'created', algorithm: 'rsa-sha256' }, 'cavage: "algorithm" must be hs2019 with time: "created"'],
      [{ time: 'created', algorithm: 'ecdsa-sha256' }, '"algorithm" must be hs2019'],
      [{ expiresInMs: 1_000 }, 'cavage: "expiresInMs" needs time: "created"'],
      [{ headers: ['date', 'date'] }, '"headers" must be different names in lower case'],
      [{ headers: ['date', '(other)'] }, '"headers" must be different names in lower case'],
      [{ headers: ['date', 'x(created)'] }, '"headers" must be different names in lower case'],
      [{ headers: ['date', '(created)x'] }, '"headers" must be different names in lower case'],
      [{ headers: ['date', ''] }, '"headers" must be different names in lower case'],
      [{ headers: ['host'] }, 'cavage: "headers" must hold "date", which is the time'],
      [{ time: 'created', headers: ['date'] }, '"headers" must hold "(created)"'],
      [{ time: 'created', expiresInMs: 1_000, headers: ['(created)'] }, '"headers" must hold "(expires)"'],
    ] as const)
      expect(textOf(() => cavage({ key, ...(options as object) }))).toContain(text)
    expect(textOf(() => cavage({ key: { ...key, keyId: '' } }))).toContain('ARGUMENT_INVALID')
    for (const options of [
      { time: 'created', algorithm: 'ed25519' },
      { time: 'created', algorithm: 'x-rsa' },
      { keyId: 'k'.repeat(512) },
    ] as const)
      expect(() => cavage({ key, ...options })).not.toThrow()
  })

  test('names the algorithm of each key, and hs2019 where there is no name', () => {
    for (const [algorithm, name] of [
      ['rsa-v1_5-sha256', 'rsa-sha256'],
      ['rsa-v1_5-sha512', 'rsa-sha512'],
      ['rsa-pss-sha512', 'hs2019'],
      ['hmac-sha256', 'hmac-sha256'],
      ['hmac-sha512', 'hmac-sha512'],
      ['ed25519', 'ed25519'],
    ] as const)
      expect(line(prepared({ key: { ...key, algorithm } }))).toContain(`algorithm="${name}"`)
  })
})

describe('what a verifier of draft-cavage reads', () => {
  const date = new Date(NOW).toUTCString()
  const params = (changes: Readonly<Record<string, string | undefined>> = {}): string =>
    Object.entries({ keyId: '"a"', algorithm: '"hmac-sha256"', headers: '"date"', signature: '"/w=="', ...changes })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${value}`)
      .join(',')
  const message = (text: string, ...fields: string[]): HttpRequest => ({
    ...delivery,
    fields: ['Date', date, ...fields, 'Signature', text],
  })
  const read = (changes: Readonly<Record<string, string | undefined>> = {}, ...fields: string[]) =>
    only(cavageVerifier(), message(params(changes), ...fields))

  test('is what is covered, and nothing of what is not', () => {
    const hash = createHash('sha256').update('x').digest()
    const digest = `SHA-256=${hash.toString('base64')}`
    expect(read({}, 'Digest', digest)).toMatchObject({
      ...{ label: '', tag: undefined, keyId: 'a', claimedAlgorithm: 'hmac-sha256', createdMs: NOW },
      ...{ expiresMs: undefined, nonce: undefined, signature: Uint8Array.of(0xff), covered: ['date'] },
      ...{ covers: ['field:date'], base: `date: ${date}`, bodyDigests: [] },
    })
    expect(read({ headers: '"(request-target) host date digest"' }, 'Digest', digest)).toMatchObject({
      covers: ['authority', 'body', 'field:date', 'field:digest', 'method', 'path', 'query'],
      bodyDigests: [{ hash: 'sha256', digest: new Uint8Array(hash) }],
      base: `(request-target): post /inbox?a=1\nhost: ${HOST}\ndate: ${date}\ndigest: ${digest}`,
    })
    const times = { created: '1790000000', expires: '1790000060', algorithm: '"hs2019"' }
    expect(read({ ...times, headers: '"(created) (expires)"' })).toMatchObject({
      ...{ createdMs: NOW, expiresMs: NOW + 60_000, claimedAlgorithm: undefined, covers: [] },
      base: '(created): 1790000000\n(expires): 1790000060',
    })
    expect(read({ ...times, headers: '"host"' })).toMatchObject({ createdMs: undefined, expiresMs: undefined })
    expect(read({ ...times, headers: '"date"' })).toMatchObject({ createdMs: NOW, expiresMs: undefined })
    expect(read({ algorithm: undefined })).toMatchObject({ claimedAlgorithm: undefined })
    // A Host of an answer is no authority.
    const answer = {
      ...httpResponse({ status: 200 }),
      fields: ['Host', 'h', 'Signature', params({ headers: '"host"' })],
    }
    expect(only(cavageVerifier(), answer)).toMatchObject({ covers: ['field:host'], base: 'host: h' })
  })

  test('is refused where it can be read in two ways, or in none', () => {
    const names = (count: number): string => `"${Array.from({ length: count }, (_, at) => `x-${at}`).join(' ')}"`
    expect(() => read({ headers: names(64), algorithm: '"hs2019"' })).toThrow(withCode('COMPONENT_MISSING'))
    for (const [changes, code, text] of [
      [{ headers: names(65) }, 'AUTH_TOO_LARGE', 'must cover at most 64 headers'],
      [{ headers: '"date  host"' }, 'AUTH_MALFORMED', 'separated by one space'],
      [{ headers: '"date date"' }, 'AUTH_MALFORMED', 'must be different names'],
      [{ headers: '"Date"' }, 'AUTH_MALFORMED', 'in lower case'],
      [{ headers: undefined }, 'AUTH_MALFORMED', 'the signature lacks "headers"'],
      [{ keyId: undefined }, 'AUTH_MALFORMED', 'the signature lacks "keyId"'],
      [{ signature: undefined }, 'AUTH_MALFORMED', 'the signature lacks "signature"'],
      [{ algorithm: '"rsa-sha1"' }, 'ALG_UNSUPPORTED', '"algorithm" must be one of rsa-sha256,'],
      [{ headers: '"(created)"', created: '1' }, 'AUTH_MALFORMED', '(created) and (expires) go with hs2019 only'],
      [{ headers: '"(expires)"', expires: '1' }, 'AUTH_MALFORMED', 'go with hs2019 only'],
      [{ created: '"x"' }, 'TIMESTAMP_MALFORMED', '"created"'],
      [{ expires: '"x"' }, 'TIMESTAMP_MALFORMED', '"expires"'],
      [{ signature: '"!"' }, 'SIGNATURE_MALFORMED', 'the signature must be canonical base64'],
      [{ algorithm: '"ecdsa-sha256"' }, 'SIGNATURE_MALFORMED', 'an ECDSA signature must be strict DER'],
      [{ keyId: '"a b"' }, 'AUTH_MALFORMED', 'the key id holds characters that may not stand there'],
    ] as const)
      expect(() => read(changes)).toThrow(withCode(code, text))
    // Without a date the time is none.
    const lone = { ...delivery, fields: ['Signature', params()] }
    expect(() => cavageVerifier().parse(lone)).toThrow(withCode('TIMESTAMP_MALFORMED', 'Date'))
  })

  test('is the raw numbers of an ECDSA signature, of the curve that its length shows', () => {
    const der = (size: number): string => {
      const half = [0x02, size, ...new Array<number>(size).fill(1)]
      const length = 2 * half.length
      return Buffer.from([0x30, ...(length > 127 ? [0x81] : []), length, ...half, ...half]).toString('base64')
    }
    for (const [size, bytes] of [
      [32, 64],
      // Too long for P-256, and too short for P-384: as it came.
      [33, 72],
      [34, 96],
      [48, 96],
      [49, 104],
      [50, 132],
      [66, 132],
    ] as const) {
      const [found] = cavageVerifier().parse(message(params({ algorithm: '"hs2019"', signature: `"${der(size)}"` })))
      expect([size, found?.signature.length]).toEqual([size, bytes])
    }
    const [plain] = cavageVerifier().parse(message(params({ algorithm: '"hmac-sha256"', signature: `"${der(32)}"` })))
    expect(plain?.signature[0]).toBe(0x30)
    const [odd] = cavageVerifier().parse(message(params({ algorithm: '"hs2019"', signature: '"MAEC"' })))
    expect(odd?.signature).toEqual(Uint8Array.of(0x30, 1, 2))
  })

  test('stands in one field, once, and is none of RFC 9421', () => {
    expect(cavageVerifier().parse(delivery)).toEqual([])
    expect(cavageVerifier().parse(message(params(), 'Signature-Input', 'x'))).toEqual([])
    const both = { ...delivery, fields: ['Date', date, 'Authorization', `Signature ${params()}`] }
    expect(only(cavageVerifier(), both)).toMatchObject({ keyId: 'a' })
    expect(
      only(cavageVerifier(), { ...both, fields: [...both.fields, 'Signature-Input', 'x', 'Signature', 'y'] }),
    ).toMatchObject({
      keyId: 'a',
    })
    for (const fields of [
      [...both.fields, 'Signature', params()],
      ['Signature', params(), 'Signature', params()],
    ])
      expect(() => cavageVerifier().parse({ ...delivery, fields })).toThrow(
        withCode('AUTH_DUPLICATE', 'the message holds two signatures'),
      )
    expect(only(cavageVerifier(), message(` ${params()}\t`))).toMatchObject({ keyId: 'a' })
  })

  test('names its key by its own id, another one, or a certificate', () => {
    expect(only(cavageVerifier({ keyId: (named) => `${named}-own` }), message(params()))).toMatchObject({
      keyId: 'a-own',
    })
    const thumbprint = createHash('sha256').update(Buffer.from('MAEC', 'base64')).digest('base64url')
    const scheme = cavageVerifier({ certificate: true })
    expect(only(scheme, message(params(), 'TPP-Signature-Certificate', 'MAEC'))).toMatchObject({ keyId: thumbprint })
    for (const fields of [[], ['TPP-Signature-Certificate', ''], ['TPP-Signature-Certificate', '!']])
      expect(() => scheme.parse(message(params(), ...fields))).toThrow(
        withCode('AUTH_MALFORMED', 'TPP-Signature-Certificate must be a certificate in base64'),
      )
  })

  test('states what it demands', () => {
    expect(stated(cavageVerifier())).toEqual({
      ...{ id: 'cavage', weaknesses: ['no-nonce'], readsBody: false },
      demands: {
        ...{ require: ['method', 'authority', 'path', 'query'], requireWithBody: ['body'], requireNonce: false },
        algorithms: [
          ...['rsa-v1_5-sha256', 'rsa-v1_5-sha512', 'rsa-pss-sha512', 'hmac-sha256', 'hmac-sha512', 'ed25519'],
          ...['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p521-sha512'],
        ],
      },
    })
  })
})
