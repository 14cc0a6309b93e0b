import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { apisix, apisixVerifier, kong, kongVerifier } from '../../../../src/schemes/legacy/kong/index.js'
import { codeOf, textOf, withCode } from '../../../expect-code.js'
import GOLDEN from '../../../vectors/legacy/golden.json' with { type: 'json' }
import { HOST, judge, NOW, only, signed, stated, withLine, withValue } from './judge.js'

const key = hmacKey({ keyId: 'alice123', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(6) })
const order: HttpRequest = httpRequest({ method: 'POST', url: `https://${HOST}/orders?a=1`, body: '{}' })

test.each(GOLDEN.kong)('$id is signed as published, and accepted', async ({ headers, mac, request, nowMs }) => {
  const secret = hmacKey({ keyId: 'alice123', algorithm: 'hmac-sha256', secret: new TextEncoder().encode('secret') })
  const { body } = request as { readonly body?: string }
  const message = await signed(
    kong({ key: secret, headers }),
    httpRequest({ ...request, ...(body === undefined ? {} : { body }) }),
    nowMs,
  )
  expect(message.fields.at(-1)).toContain(`signature="${mac}"`)
  const policy = {
    authorities: ['example.com'],
    perScheme: { kong: { require: ['method', 'path', 'query'] as const } },
  }
  expect(await judge([kongVerifier()], [{ key: secret }], { nowMs, policy })(message)).toBe('ok')
})

for (const [name, sign, scheme] of [
  ['kong', kong, kongVerifier],
  ['apisix', apisix, apisixVerifier],
] as const)
  describe(name, () => {
    const judged = () => judge([scheme()], [{ key }])

    test('a signed request is accepted once', async () => {
      const verdict = judged()
      const message = await signed(sign({ key }), order)
      expect(await verdict(message)).toBe('ok')
      expect(await verdict(message)).toBe('REPLAY')
    })

    const value = (change: (value: string) => string) => (one: HttpRequest) => withValue(one, 'authorization', change)
    const attacks: ReadonlyArray<readonly [string, string, (message: HttpRequest) => HttpRequest]> = [
      [
        'a field that is listed and missing',
        'COMPONENT_MISSING',
        value((v) => v.replace('headers="', 'headers="x-missing ')),
      ],
      ['a date that is not listed', 'TIMESTAMP_MALFORMED', value((v) => v.replace('headers="date ', 'headers="'))],
      ['a date that is none', 'TIMESTAMP_MALFORMED', (one) => withValue(one, 'date', () => 'yesterday')],
      [
        'a digest that is not listed',
        'DIGEST_MISSING',
        (one) =>
          withValue(
            { ...one, fields: one.fields.filter((_, at) => !/digest/i.test(one.fields[at - (at % 2)] as string)) },
            'authorization',
            (v) => v.replace(' digest"', '"'),
          ),
      ],
      ['another body under the same digest', 'DIGEST_MISMATCH', (one) => ({ ...one, body: new Uint8Array(2) })],
      ['another algorithm', 'ALG_MISMATCH', value((v) => v.replace('hmac-sha256', 'hmac-sha512'))],
      ['hmac-sha1', 'ALG_UNSUPPORTED', value((v) => v.replace('hmac-sha256', 'hmac-sha1'))],
      ['a header that is listed twice', 'AUTH_MALFORMED', value((v) => v.replace('headers="', 'headers="date '))],
      ['junk behind the signature', 'SIGNATURE_MALFORMED', value((v) => v.replace(/="$/, '=x"'))],
      [
        'credentials in Proxy-Authorization besides',
        'AUTH_DUPLICATE',
        (one) => withLine(one, 'Proxy-Authorization', one.fields.at(-1) as string),
      ],
      ['an unknown parameter', 'AUTH_MALFORMED', value((v) => `${v},x="1"`)],
    ]
    for (const [what, code, change] of attacks)
      test(`an attack is refused, ${what}: ${code}`, async () => {
        expect(await judged()(change(await signed(sign({ key }), order)))).toBe(code)
      })

    test('options that cannot be meant are refused', () => {
      expect(codeOf(() => sign({ key, headers: ['host'] }))).toBe('CONFIG_INVALID')
      expect(codeOf(() => sign({ key, headers: ['Date'] }))).toBe('CONFIG_INVALID')
    })
  })

test('a field named as the request line does not stand for it', async () => {
  const message = await signed(kong({ key, headers: ['date', 'host', 'request-line'] }), order)
  const policy = { perScheme: { kong: { requireWithBody: [] } } }
  expect(await judge([kongVerifier()], [{ key }], { policy })(message)).toBe('ok')
  expect(await judge([kongVerifier()], [{ key }], { policy })(withLine(message, 'Request-Line', 'x'))).toBe(
    'AUTH_MALFORMED',
  )
})

test('the time in X-Date counts where it is listed, and has to be the same as Date', async () => {
  const headers = ['x-date', 'date', 'host', '@request-target', 'digest']
  const date = (await signed(kong({ key }), order)).fields.at(-3) as string
  const same = await signed(kong({ key, headers }), withLine(order, 'X-Date', date))
  expect(await judge([kongVerifier()], [{ key }])(same)).toBe('ok')
  const other = await signed(kong({ key, headers }), withLine(order, 'X-Date', 'Thu, 22 Jun 2017 17:15:21 GMT'))
  expect(await judge([kongVerifier()], [{ key }])(other)).toBe('TIMESTAMP_MALFORMED')
})

describe('what a gateway signs', () => {
  const context = { keyId: 'alice123', algorithm: 'hmac-sha256', nowMs: NOW, nonce: '' } as const
  const date = new Date(NOW).toUTCString()
  const digest = `SHA-256=${createHash('sha256').update('{}').digest('base64')}`
  const bodiless = httpRequest({ url: `https://${HOST}/orders?a=1` })

  test('is one line for each name, as Kong writes it', () => {
    const one = kong({ key }).scheme.prepare(order, context)
    expect(one.base).toBe(`date: ${date}\nhost: ${HOST}\n@request-target: post /orders?a=1\ndigest: ${digest}`)
    expect([one.encoding, one.trace()]).toEqual([
      'base64',
      { scheme: 'kong', base: one.base, covered: ['date', 'host', '@request-target', 'digest'] },
    ])
    expect(one.attach(Uint8Array.of(0xff)).fields.slice(order.fields.length)).toEqual([
      ...['Digest', digest, 'Date', date, 'Authorization'],
      'hmac username="alice123", algorithm="hmac-sha256", headers="date host @request-target digest", signature="/w=="',
    ])
    expect(kong({ key }).scheme.prepare(bodiless, context).base).toBe(
      `date: ${date}\nhost: ${HOST}\n@request-target: get /orders?a=1`,
    )
    for (const [httpVersion, written] of [
      [undefined, '1.1'],
      ['1.0', '1.0'],
      ['2.0', '2.0'],
    ] as const) {
      const headers = ['request-line', 'date']
      const signer = kong({ key, headers, ...(httpVersion && { httpVersion }) })
      expect(signer.scheme.prepare(bodiless, context).base).toBe(`GET /orders?a=1 HTTP/${written}\ndate: ${date}`)
      const verifier = kongVerifier(httpVersion && { httpVersion })
      const message = signer.scheme.prepare(bodiless, context).attach(Uint8Array.of(1))
      expect(only(verifier, message)).toMatchObject({ base: `GET /orders?a=1 HTTP/${written}\ndate: ${date}` })
    }
  })

  test('is the key id and the lines, each with its end, as APISIX writes it', () => {
    const one = apisix({ key }).scheme.prepare(order, context)
    expect(one.base).toBe(`alice123\ndate: ${date}\nhost: ${HOST}\nPOST /orders?a=1\ndigest: ${digest}\n`)
    expect(one.trace()).toMatchObject({ scheme: 'apisix' })
    expect(one.attach(Uint8Array.of(0xff)).fields.at(-1)).toBe(
      'Signature keyId="alice123",algorithm="hmac-sha256",headers="date host @request-target digest",signature="/w=="',
    )
    // The line of Kong is a field here, which the request has not.
    expect(() => apisix({ key, headers: ['request-line', 'date'] }).scheme.prepare(order, context)).toThrow(
      withCode('COMPONENT_MISSING', 'the request has no field "request-line"'),
    )
  })

  test('is the date, the digest and the host that the request has', () => {
    const own = { ...order, fields: ['Date', 'a date', 'Digest', 'SHA-256=x', 'Host', ' API.example.com:443 '] }
    const one = kong({ key }).scheme.prepare(own, context)
    expect(one.base).toBe(
      'date: a date\nhost: API.example.com:443\n@request-target: post /orders?a=1\ndigest: SHA-256=x',
    )
    expect(one.attach(Uint8Array.of(1)).fields.slice(0, -2)).toEqual(own.fields)
    for (const [fields, code, text] of [
      [['Host', HOST, 'host', HOST], 'HEADER_DUPLICATE', 'field "host" is repeated'],
      [['Host', 'other.example'], 'HOST_MISMATCH', 'the signed host is not the one that the request is for'],
      [['Authorization', 'x'], 'MESSAGE_MALFORMED', 'kong: the request has a field "authorization" already'],
      [['Date', 'é'], 'AUTH_MALFORMED', 'a listed line holds characters beyond ASCII'],
      [['@request-target', 'x'], 'AUTH_MALFORMED', 'field "@request-target" stands for something else'],
    ] as const)
      expect(() => kong({ key }).scheme.prepare({ ...order, fields }, context)).toThrow(withCode(code, text))
    for (const sign of [kong, apisix])
      expect(() => sign({ key }).scheme.prepare(order, { ...context, keyId: 'é' })).toThrow(
        withCode('AUTH_MALFORMED', 'the key id holds characters beyond ASCII'),
      )
  })

  test('needs options that can be meant', () => {
    for (const [options, text] of [
      [{ headers: ['date', 'date'] }, 'kong: "headers" must be different names in lower case'],
      [{ headers: ['date', 'x y'] }, '"headers" must be different names'],
      [{ headers: ['date', '@target'] }, '"headers" must be different names'],
      [{ headers: ['date', 'x@request-target'] }, '"headers" must be different names'],
      [{ headers: ['date', ''] }, '"headers" must be different names'],
      [{ headers: ['host'] }, 'kong: "headers" must hold "date", which is the time'],
      [{ httpVersion: '3' }, '"httpVersion" must be'],
      [{ username: 'x' }, 'did you mean key: hmacKey({ keyId })'],
      [{ key: { ...key, algorithm: 'ed25519' } }, 'kong: "key" must be of hmac-sha256, hmac-sha384, hmac-sha512'],
    ])
      expect(textOf(() => kong({ key, ...(options as object) }))).toContain(text)
    expect(textOf(() => kongVerifier({ clock_skew: 1 } as never))).toContain('did you mean policy: maxAgeMs')
    expect(textOf(() => apisixVerifier({ httpVersion: '3' as never }))).toContain('"httpVersion" must be')
  })
})

describe('what a verifier of a gateway reads', () => {
  const date = new Date(NOW).toUTCString()
  const credentials = (headers: string, more = ''): string =>
    `hmac username="a", algorithm="hmac-sha512", headers="${headers}", signature="/w=="${more}`
  const request = (headers: string, ...fields: string[]): HttpRequest => ({
    ...order,
    fields: ['Date', date, ...fields, 'Authorization', credentials(headers)],
  })

  test('is what is listed, and covered by that', () => {
    const digest = `SHA-256=${createHash('sha256').update('{}').digest('base64')}`
    const names = 'x-a date host @request-target digest'
    expect(only(kongVerifier(), request(names, 'X-A', '1', 'Digest', digest))).toMatchObject({
      ...{ label: '', keyId: 'a', claimedAlgorithm: 'hmac-sha512', createdMs: NOW, expiresMs: undefined },
      ...{ nonce: undefined, signature: Uint8Array.of(0xff), covered: names.split(' ') },
      covers: ['authority', 'body', 'field:date', 'field:digest', 'field:x-a', 'method', 'path', 'query'],
      base: `x-a: 1\ndate: ${date}\nhost: ${HOST}\n@request-target: post /orders?a=1\ndigest: ${digest}`,
      bodyDigests: [{ hash: 'sha256', digest: new Uint8Array(createHash('sha256').update('{}').digest()) }],
    })
    expect(only(kongVerifier(), request('date', 'Digest', digest))).toMatchObject({
      ...{ covers: ['field:date'], bodyDigests: [], base: `date: ${date}` },
    })
    expect(only(kongVerifier(), request('request-line date'))).toMatchObject({
      covers: ['field:date', 'method', 'path', 'query'],
    })
    const timeless = kongVerifier().parse(request('host'))
    expect(timeless[0]?.createdMs).toBeUndefined()
  })

  test('is the time of X-Date, or of Date', () => {
    expect(kongVerifier().parse(request('x-date', 'X-Date', date))[0]?.createdMs).toBe(NOW)
    for (const names of ['x-date', 'x-date date'])
      expect(() => kongVerifier().parse(request(names))).toThrow(withCode('TIMESTAMP_MALFORMED'))
    expect(() => kongVerifier().parse(request('x-date date', 'X-Date', new Date(0).toUTCString()))).toThrow(
      withCode('TIMESTAMP_MALFORMED', 'the request states two times'),
    )
  })

  test('is at most 64 names, each once and in lower case', () => {
    const names = (count: number): string => Array.from({ length: count }, (_, at) => `x-${at}`).join(' ')
    expect(() => kongVerifier().parse(request(names(64)))).not.toThrow()
    expect(() => kongVerifier().parse(request(names(65)))).toThrow(withCode('AUTH_TOO_LARGE', 'at most 64 headers'))
    for (const odd of ['Date', 'date  host', 'date date', 'date @x'])
      expect(() => kongVerifier().parse(request(odd))).toThrow(withCode('AUTH_MALFORMED', 'separated by one space'))
  })

  test('is nothing where there are no credentials of the gateway', () => {
    expect(kongVerifier().parse(order)).toEqual([])
    expect(kongVerifier().parse({ ...order, fields: ['Authorization', 'Bearer x'] })).toEqual([])
    const response = { ...httpResponse({ status: 200 }), fields: ['Authorization', credentials('date')] }
    expect(kongVerifier().parse(response)).toEqual([])
    expect(apisixVerifier().parse(request('date'))).toEqual([])
  })

  test('states what it demands and what is left open', () => {
    for (const [scheme, id] of [
      [kongVerifier(), 'kong'],
      [apisixVerifier(), 'apisix'],
    ] as const)
      expect(stated(scheme)).toEqual({
        ...{ id, weaknesses: ['no-nonce'], readsBody: false },
        demands: {
          ...{ require: ['method', 'authority', 'path', 'query'], requireWithBody: ['body'], requireNonce: false },
          algorithms: ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'],
        },
      })
  })
})
