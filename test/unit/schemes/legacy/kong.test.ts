import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { apisix, apisixVerifier, kong, kongVerifier } from '../../../../src/schemes/legacy/kong/index.js'
import { codeOf } from '../../../expect-code.js'
import GOLDEN from '../../../vectors/legacy/golden.json' with { type: 'json' }
import { HOST, judge, signed, withLine, withValue } from './judge.js'

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
