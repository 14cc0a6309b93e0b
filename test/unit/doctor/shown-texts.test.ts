import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'
import { shownTexts } from '../../../src/doctor/refusals/shown-texts.js'

describe('the text to sign that an answer shows', () => {
  const canonical = 'GET\n/a\n\nhost:h.example\n\nhost\nabc'
  test.each([
    ['Bybit', '{"retMsg":"error sign! origin_string[1700key{\\"a\\":1}]"}', { text: '1700key{"a":1}' }],
    ['dots in its place', '{"retMsg":"error sign! origin_string[...]"}', {}],
    ['stars for the key', '{"retMsg":"error sign! origin_string[***{\\"a\\":1}]"}', {}],
    [
      'AWS',
      JSON.stringify({
        message: `No.\n\nThe Canonical String for this request should have been\n'${canonical}'\n\nThe String-to-Sign should have been\n'AWS4\nabc'\n`,
      }),
      { canonical, text: 'AWS4\nabc' },
    ],
    [
      'S3, with entities',
      `<Error><StringToSign>AWS4\nabc</StringToSign><CanonicalRequest>${canonical}&amp;</CanonicalRequest></Error>`,
      { canonical: `${canonical}&`, text: 'AWS4\nabc' },
    ],
    [
      'Azure',
      "<AuthenticationErrorDetail>The MAC signature found in the HTTP request 'abc=' is not the same as any computed signature. Server used following string to sign: 'GET\n\nx-ms-date:d\n/acct/box'.</AuthenticationErrorDetail>",
      { text: 'GET\n\nx-ms-date:d\n/acct/box' },
    ],
    [
      'Azure, as an exception printed it',
      "Server used following string to sign: \\'GET\\n\\nx-ms-date:d\\n/acct/box\\'.</Authentication",
      { text: 'GET\n\nx-ms-date:d\n/acct/box' },
    ],
    ['Mastodon', '{"error":"no","signed_string":"host: a\\ndate: b"}', { text: 'host: a\ndate: b' }],
    [
      'Alibaba',
      '{"Message":"Specified signature is not matched with our calculation. server string to sign is:GET&%2F&a%3D1"}',
      { text: 'GET&%2F&a%3D1' },
    ],
  ])('the text of %s is found', (_, body, expected) => {
    expect(shownTexts(body)).toEqual(expected)
  })

  test('that of this very request means another secret', async () => {
    const request =
      'GET /box/a?acl HTTP/1.1\nHost: s3.amazonaws.com\nDate: d\nAuthorization: AWS key-1:AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n'
    const { findings } = await diagnose(request, {
      refusal: '<Code>SignatureDoesNotMatch</Code><StringToSign>GET\n\n\nd\n/box/a?acl</StringToSign>',
    })
    expect(findings[0]?.id).toBe('text-same')
  })

  test('another one is named by the line that differs', async () => {
    const request =
      'GET /box/a HTTP/1.1\nHost: s3.amazonaws.com\nDate: d\nx-amz-meta-a: 1\nAuthorization: AWS k:AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n'
    const { findings } = await diagnose(request, {
      refusal: '<Code>SignatureDoesNotMatch</Code><StringToSign>GET\n\n\nd\nx-amz-meta-a:77\n/box/a</StringToSign>',
    })
    expect(findings[0]).toMatchObject({ id: 'x-amz-meta-a-other', cause: expect.stringContaining('x-amz-meta-a') })
  })
})

describe('an answer that was pasted without its request', () => {
  test.each([
    [
      'binance.exceptions.BinanceAPIException: APIError(code=-1022): Signature for this request is not valid.',
      'refused-signature',
    ],
    [
      'ccxt.base.errors.InvalidNonce: binance {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
      'refused-time',
    ],
    [
      'StripeSignatureVerificationError: No signatures found matching the expected signature for payload.',
      'refused-signature',
    ],
    ['kucoin {"code":"400004","msg":"Invalid KC-API-PASSPHRASE"}', 'refused-passphrase'],
  ])('the answer "%s" is explained', async (text, id) => {
    const { findings, unread } = await diagnose(text)
    expect(findings[0]?.id).toBe(id)
    expect(unread[0]?.part).toBe('request')
  })
})
