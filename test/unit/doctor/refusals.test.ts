import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'
import { schemeIds } from '../../../src/doctor/options.js'
import { EXCHANGE_REFUSALS } from '../../../src/doctor/refusals/exchanges.js'
import { KINDS } from '../../../src/doctor/refusals/kinds.js'
import { OWN } from '../../../src/doctor/refusals/own.js'
import { refusalFindings } from '../../../src/doctor/refusals/refusals.js'
import { SERVICE_REFUSALS } from '../../../src/doctor/refusals/services.js'
import { codesIn } from '../../../src/doctor/refusals/table.js'

const rows = [...Object.entries(EXCHANGE_REFUSALS), ...SERVICE_REFUSALS.map((row) => ['a service', row] as const)]

describe('the tables', () => {
  test.each(rows)(
    'the table of %s has a source, known kinds, and no code twice',
    (id, { source, codes = {}, texts = [] }) => {
      expect(source).toMatch(/^https:\/\/|^[\w.-]+\.com\//)
      if (id !== 'a service') expect(schemeIds()).toContain(id)
      const all = Object.values(codes).flatMap((row) => codesIn(row))
      expect(new Set(all).size).toBe(all.length)
      for (const kind of [...Object.keys(codes), ...texts.map(([, one]) => one)]) expect(KINDS).toHaveProperty(kind)
      for (const [pattern] of texts) expect([pattern.global, pattern.sticky]).toEqual([false, false])
    },
  )

  test('every code of ours that a sender can act on is one of docs/errors.md', () => {
    const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
    for (const code of Object.keys(OWN)) expect(page).toContain(`### ${code}\n`)
  })
})

const idOf = (scheme: string | undefined, body: string) => refusalFindings(scheme, body, 'untested')[0]?.id

test.each([
  ['okx', '{"code":"50113","msg":"Invalid Sign","data":[]}', 'refused-signature'],
  [
    'hyperliquid',
    '{"status":"err","response":"L1 error: User or API Wallet 0x399129af1d8f5b030e00a3e15e68610a884bced6 does not exist."}',
    'refused-wallet',
  ],
  ['aster', '{"code":-4225,"msg":"Nonce Expired"}', 'refused-nonce'],
  ['polymarket', '{"error":"the order signer address has to be the address of the API KEY"}', 'refused-key'],
  ['polymarket', '{"error":"invalid signature"}', 'refused-signature'],
  ['alpaca', '{"code":40110000,"message":"request is not authorized"}', 'refused-key-or-rights'],
  ['alpaca', '{"message":"forbidden."}', 'refused-key-or-rights'],
  ['hitbtc', '{"error":{"code":1003,"message":"Action is forbidden for this API key"}}', 'refused-permission'],
  ['coinbase-international', '{"title":"ip not allowed","status":403}', 'refused-address'],
  ['okx', '{"code":"50110","msg":"Your IP is not in the list","data":[]}', 'refused-address'],
  ['okx', '{"code":"50101","msg":"APIKey does not match current environment."}', 'refused-environment'],
  ['binance', '{"code":-1021,"msg":"Timestamp for this request was 1000ms ahead"}', 'refused-time'],
  ['bybit', '{"retCode":10010,"retMsg":"Unmatched IP"}', 'refused-address'],
  [
    'htx',
    '{"status":"error","err-code":"api-signature-not-valid","err-msg":"Signature not valid: Verification failure [校验失败]"}',
    'refused-signature',
  ],
  ['upbit', '{"error":{"message":"x","name":"nonce_used"}}', 'refused-nonce'],
  ['upbit/hs256', '{"error":{"message":"x","name":"no_authorization_i_p"}}', 'refused-address'],
  ['kraken', '{"error":["EAPI:Invalid nonce"]}', 'refused-nonce'],
  ['gate', '{"label":"INVALID_SIGNATURE","message":"Signature mismatch"}', 'refused-signature'],
  ['coinbase', '{"errors":[{"id":"authentication_error","message":"request timestamp expired"}]}', 'refused-time'],
  // Only by the clock of the exchange's data.
  [
    'bitmex',
    '{"error":{"message":"This request has expired - `expires` is in the past","name":"HTTPError"}}',
    'refused-time',
  ],
  [
    undefined,
    '<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match the signature you provided.</Message></Error>',
    'refused-signature',
  ],
  [
    undefined,
    '{"message":"Signature expired: 20260623T120000Z is now earlier than 20260623T121500Z","__type":"InvalidSignatureException"}',
    'refused-time',
  ],
  [undefined, "Credential should be scoped to a valid Region, not 'us-east-1'", 'refused-scope'],
  [undefined, '<Code>RequestTimeTooSkewed</Code>', 'refused-time'],
  [
    undefined,
    'No signatures found matching the expected signature for payload. Are you passing the raw request body?',
    'refused-signature',
  ],
  [undefined, '[@octokit/webhooks] signature does not match event payload and secret', 'refused-signature'],
  [undefined, '{"message":"Missing Authentication Token"}', 'refused-missing'],
  [undefined, '{"__type":"UnrecognizedClientException","message":"The security token is invalid."}', 'refused-key'],
  [undefined, '<Code>ExpiredToken</Code>', 'refused-expired'],
  [
    undefined,
    "<Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong; expecting 'eu-west-1'</Message>",
    'refused-scope',
  ],
  [
    undefined,
    "The MAC signature found in the HTTP request 'x=' is not the same as any computed signature. Server used following string to sign: 'GET'",
    'refused-signature',
  ],
  [undefined, 'Unable to extract timestamp and signatures from header', 'refused-missing'],
  [undefined, 'Request verification failed: Failed to verify authenticity: stale', 'refused-time'],
  [undefined, 'Slack request signing verification failed. Signature mismatch.', 'refused-signature'],
  [undefined, 'WebhookVerificationError: Message timestamp too old', 'refused-time'],
  [undefined, 'Could not validate request HMAC', 'refused-signature'],
  [undefined, 'Twilio Request Validation Failed.', 'refused-signature'],
  [undefined, '{"error":"signature verification failed"}', 'refused-signature'],
  [undefined, '{"code":-1022,"msg":"Signature for this request is not valid."}', 'refused-signature'],
  [undefined, '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}', 'refused-key-or-rights'],
  [undefined, '{"code":-2014,"msg":"API-key format invalid."}', 'refused-key'],
  [
    undefined,
    `{"code":-1102,"msg":"Mandatory parameter 'signature' was not sent, was empty/null, or malformed."}`,
    'refused-missing',
  ],
  [undefined, `{"code":-1102,"msg":"Mandatory parameter 'symbol' was not sent."}`, undefined],
  [
    undefined,
    '{"retCode":10002,"retMsg":"invalid request, please check your server timestamp or recv_window param."}',
    'refused-time',
  ],
  [undefined, '{"retCode":33004,"retMsg":"Your api key has expired."}', 'refused-expired'],
  [undefined, `{"retCode":10010,"retMsg":"Unmatched IP, please check your API key's bound IPs."}`, 'refused-address'],
  [undefined, '{"code":"50101","msg":"APIKey does not match current environment."}', 'refused-environment'],
  ['bitbank', '{"success":0,"data":{"code":20005}}', 'refused-signature'],
  [
    'bitso',
    '{"success":false,"error":{"message":"Invalid Nonce or Invalid Credentials","code":"0215"}}',
    'refused-signature',
  ],
  ['bitmart', '{"message":"Header X-BM-SIGN is wrong","code":30005}', 'refused-signature'],
  ['polymarket', '{"error":"Unauthorized/Invalid api key"}', 'refused-key-or-signature'],
  [
    'kalshi',
    '{"error":{"code":"authentication_error","details":"rpc error: desc = INCORRECT_API_KEY_SIGNATURE"}}',
    'refused-signature',
  ],
  ['independent-reserve', '{"Message":"Invalid credentials (bad nonce). This nonce=1"}', 'refused-nonce'],
  ['rfc9421', '{"type":"about:blank","status":401,"code":"DIGEST_MISMATCH"}', 'refused-digest-mismatch'],
  ['rfc9421', '{"status":401,"title":"Unauthorized"}', undefined],
  // A number that is no code, and a code of another exchange.
  ['okx', '{"code":"0","msg":"","data":[{"amount":"50113"}]}', undefined],
  ['binance', '{"code":"50113"}', undefined],
])('%s refuses with %s: %s', (scheme, body, expected) => {
  expect(idOf(scheme, body)).toBe(expected)
})

const request = (sign: string) =>
  `GET /api/v5/account/balance HTTP/1.1\r\nHost: www.okx.com\r\nOK-ACCESS-KEY: key-1\r\nOK-ACCESS-SIGN: ${sign}\r\nOK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z\r\nOK-ACCESS-PASSPHRASE: canary-phrase\r\n\r\n`
const refusal = '{"code":"50113","msg":"Invalid Sign"}'
const secret = 'canary-secret-1'
// In hexadecimal where base64 is meant, or right.
const signed = (form: 'hex' | 'base64') =>
  createHmac('sha256', secret).update('2023-11-14T22:13:20.123ZGET/api/v5/account/balance').digest(form)

describe('beside what the search found', () => {
  const [hexadecimal, base64] = [signed('hex'), signed('base64')]

  test('a proven cause stands alone: nothing asks for the secret that was given', async () => {
    const { findings } = await diagnose(request(hexadecimal), { secret, refusal })
    expect(findings.map(({ id }) => id)).toEqual(['signature-form'])
  })

  test('without a secret the refusal asks for it, and shows the code without quotes around quotes', async () => {
    const { findings } = await diagnose(request(hexadecimal), { refusal })
    // That it is hexadecimal is seen without one.
    expect(findings[0]?.id).toBe('signature-form')
    const told = findings.find(({ id }) => id === 'refused-signature')
    expect(told?.fix).toContain('Give the secret')
    expect(told?.evidence).toMatch(/^The answer says "50113" \(/)
    expect(told?.evidence).not.toContain('\\"')
  })

  test('with another secret it says that the secret does not lead to the signature', async () => {
    const { findings } = await diagnose(request(base64), { secret: 'canary-secret-2', refusal })
    const told = findings.find(({ id }) => id === 'refused-signature')
    expect(told?.fix).toContain('belong together')
    expect(told?.fix).not.toContain('Give the secret')
  })

  test('a signature that fits and is refused is said to be so', async () => {
    const { findings, verified } = await diagnose(request(base64), { secret, passphrase: 'canary-phrase', refusal })
    expect([verified, findings.map(({ id }) => id)]).toEqual([true, ['refused-although-it-fits']])
  })
})

describe('an answer that is pasted alone', () => {
  const kindsOf = (code: string): ReadonlySet<string> =>
    new Set(
      Object.values(EXCHANGE_REFUSALS).flatMap(({ codes = {} }) =>
        Object.entries(codes).flatMap(([kind, row]) => (codesIn(row).includes(code) ? [`refused-${kind}`] : [])),
      ),
    )
  const CODES = Object.entries(EXCHANGE_REFUSALS).flatMap(([id, { codes = {} }]) =>
    Object.entries(codes).flatMap(([kind, row]) => codesIn(row).map((code) => ({ id, kind, code }))),
  )
  const first = async (text: string, options = {}) => (await diagnose(text, options)).findings[0]?.id

  test.each(CODES)('$id: the code $code is read as $kind in every form in which people paste it', async (row) => {
    const { id, kind, code } = row
    const value = /^-?\d+$/.test(code) && !code.startsWith('0') ? code : JSON.stringify(code)
    const forms = [
      `{"code":${value}}`,
      `{"success":false,"error":{"code":${value},"message":"x"}}`,
      `{'code': '${code}', 'msg': 'x', 'data': None}`,
      `ccxt.base.errors.AuthenticationError: ${id.replaceAll('-', '')} {"code":${value},"msg":"x"}`,
      `HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n\r\n{"code":${value},"msg":"x"}`,
    ]
    for (const form of forms) expect(await first(form, { scheme: id }), form).toBe(`refused-${kind}`)
    // The name of the exchange in the text of the exception is enough.
    expect(await first(forms[3] as string)).toBe(`refused-${kind}`)
    // Without a name a code means one of the things that exchanges mean by it; a number of three digits is none by itself.
    if (code.length < 4) return
    for (const form of [...forms, code]) {
      const { findings } = await diagnose(form)
      expect(kindsOf(code), form).toContain(findings[0]?.id)
      if (kindsOf(code).size === 1) expect(findings[0]?.certainty, form).toBe('likely')
    }
  })

  test.each([
    [
      `{"code":-1100,"msg":"Illegal characters found in parameter 'signature'; legal range is '^[A-Fa-f0-9]{64}$'."}`,
      'refused-signature-form',
    ],
    [
      `binance.exceptions.BinanceAPIException: APIError(code=-1100): Illegal characters found in parameter 'timestamp'; legal range is '^[0-9]{1,20}$'.`,
      'refused-time',
    ],
    [`{"code":-1100,"msg":"Illegal characters found in parameter 'symbols'."}`, 'refused-form'],
    [
      '{"jsonrpc":"2.0","error":{"message":"unauthorized","data":{"reason":"invalid_token"},"code":13009}}',
      'refused-key-or-signature',
    ],
    [
      '{"jsonrpc":"2.0","error":{"message":"unauthorized","data":{"reason":"nonce has been used"},"code":13009}}',
      'refused-nonce',
    ],
    ["['error', 10114, 'nonce: small']", 'refused-nonce'],
    ['["error",10100,"apikey: digest invalid"]', 'refused-key-or-signature'],
    ['{"retCode":10002}', 'refused-time'],
    ["{'retCode': 10005, 'retMsg': ''}", 'refused-permission'],
    ['{"rc":1,"mc":"AUTH_103","ma":[],"result":null}', 'refused-signature'],
    ['binanceus {"code":-1022}', 'refused-signature'],
    ['-1022', 'refused-signature'],
    ['Error: 50113', 'refused-signature'],
  ])('%s says %s', async (text, expected) => {
    expect(await first(text)).toBe(expected)
  })

  test('a number alone that no exchange has is no answer', async () => {
    await expect(diagnose('31337')).rejects.toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }))
  })
})

test.each([
  ['request_signature_required', 'missing'],
  ['request_signature_header_malformed', 'signature-form'],
  ['request_signature_tag_invalid', 'form'],
  ['request_signature_params_incomplete', 'missing'],
  ['request_signature_window_invalid', 'life'],
  ['request_signature_alg_not_allowed', 'algorithm'],
  ['request_signature_components_incomplete', 'coverage'],
  ['request_signature_components_unexpected', 'coverage'],
  ['request_signature_key_unknown', 'key'],
  ['request_signature_key_revoked', 'key'],
  ['request_signature_key_purpose_invalid', 'algorithm'],
  ['request_signature_digest_mismatch', 'digest'],
  ['webhook_signature_replayed', 'nonce'],
  ['webhook_signature_invalid', 'signature'],
  ['coverage_insufficient', 'coverage'],
  ['key_not_found', 'key'],
  ['unsupported_algorithm', 'algorithm'],
])('the code %s of a profile is known, also where a field alone says it', (code, kind) => {
  expect(idOf('rfc9421', JSON.stringify({ error: code }))).toBe(`refused-${kind}`)
  for (const [name, value] of [
    ['WWW-Authenticate', `Signature error="${code}"`],
    ['Signature-Error', `error=${code}`],
  ] as const)
    expect(refusalFindings('rfc9421', { status: 401, headers: [[name, value]], body: '' }, 'untested')[0]?.id).toBe(
      `refused-${kind}`,
    )
})

test('an answer without a body that says nothing in its fields is none', () => {
  expect(refusalFindings('rfc9421', { status: 401, headers: [['Server', 'x']], body: '' }, 'untested')).toEqual([])
})
