import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { utf8Decode } from '../../../src/crypto/encoding.js'
import { type DiagnoseOptions, diagnose, renderDiagnosis } from '../../../src/doctor/index.js'
import { macProbes } from '../../../src/doctor/probes/macs.js'
import { allSamples } from '../../exchange/samples.js'
import { requestOf, SIGNED_MS, signedOf } from '../../exchange/signed.js'

const digest = (body: string) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
const params = '("@method" "@path" "content-digest");created=1700000000;keyid="k1"'

/** A request signed with a secret; `sent` is the body that arrives in place of the one that was signed. */
function signed(secret: string | Uint8Array, sent = '{"a":1}', label = 'sig1', signedAs = 'sig1'): string {
  const field = digest('{"a":1}')
  const base = `"@method": POST\n"@path": /v1\n"content-digest": ${field}\n"@signature-params": ${params}`
  const signature = createHmac('sha256', secret).update(base).digest('base64')
  return `POST /v1 HTTP/1.1\r\nHost: api.example.com\r\nContent-Digest: ${field}\r\nSignature-Input: ${label}=${params}\r\nSignature: ${signedAs}=:${signature}:\r\nContent-Length: ${sent.length}\r\n\r\n${sent}`
}
const SECRET = Buffer.from('0123456789abcdef0123456789abcdef')
const ids = (found: Awaited<ReturnType<typeof diagnose>>) =>
  found.findings.filter(({ certainty }) => certainty === 'proven').map(({ id }) => id)
const judge = (text: string, options: DiagnoseOptions) => diagnose(text, options)

describe('what is said of a signature', () => {
  test('it fits, and nothing speaks against the request', async () => {
    const found = await judge(signed('canary-secret'), { secret: 'canary-secret' })
    expect(found).toMatchObject({ verified: true, signature: 'fits' })
    expect(renderDiagnosis(found)).toContain('The signature fits the request and the key.')
  })

  test('it fits, and the body is another one than was hashed: that is not verified', async () => {
    const found = await judge(signed('canary-secret', '{"a": 1}'), { secret: 'canary-secret' })
    expect(found).toMatchObject({ verified: false, signature: 'fits' })
    expect(ids(found)).toEqual(['digest-mismatch'])
    expect(renderDiagnosis(found)).toContain('but the request is refused for what is found below')
  })

  test('it fits, and is too old: that is not verified', async () => {
    const found = await judge(signed('canary-secret').replace(/;keyid/g, ';expires=1700000060;keyid'), {
      secret: 'canary-secret',
      nowMs: 1_700_000_100_000,
    })
    expect(found).toMatchObject({ verified: false })
    expect(ids(found)).toContain('expired')
  })

  test('without a key it is untested, with another one unexplained', async () => {
    expect(await judge(signed('canary-secret'), {})).toMatchObject({ verified: false, signature: 'untested' })
    expect(await judge(signed('canary-secret'), { secret: 'another-secret' })).toMatchObject({
      verified: false,
      signature: 'unexplained',
    })
  })

  test('labels that differ are read as such', async () => {
    const found = await judge(signed('canary-secret', undefined, 'sig1', 'sig2'), { secret: 'canary-secret' })
    expect(found.findings[0]).toMatchObject({ id: 'label-mismatch', certainty: 'proven' })
  })
})

describe('a shared secret of RFC 9421 that is given as base64 text', () => {
  const text = SECRET.toString('base64')

  test('fits as its characters', async () => {
    expect(await judge(signed(text), { secret: text })).toMatchObject({ verified: true, signature: 'fits' })
  })

  test('fits decoded as well, and that is said', async () => {
    const found = await judge(signed(SECRET), { secret: text })
    expect(found).toMatchObject({ verified: true, signature: 'fits' })
    expect(found.findings).toContainEqual(expect.objectContaining({ id: 'secret-reading', certainty: 'possible' }))
  })

  test.each([
    ['unpadded', text.replace(/=+$/, '')],
    ['URL-safe', SECRET.toString('base64url')],
    ['with a line break', `${text}\n`],
  ])('a secret that is written otherwise is read as well: %s', async (_, secret) => {
    expect(await judge(signed(SECRET), { secret })).toMatchObject({ signature: 'fits' })
  })
})

const OTHER = 'k7Qm2vXr9TbLw4ZsHc8JdNf1GyPe6UaR3oKi5Ex0'
const shown = allSamples.filter(({ exchange }) => Object.values(exchange.spec.keys).some((one) => one?.id === 'plain'))

describe('an exchange that is shown the secret itself', () => {
  const judged = (sample: (typeof shown)[number], options: DiagnoseOptions, change = (text: string) => text) => {
    const secret = utf8Decode(sample.signer.key.sign('') as Uint8Array) as string
    const { final } = signedOf(sample, requestOf(sample, 'GET', {}, {}))
    const headers: Record<string, string> = {}
    for (let at = 0; at < final.fields.length; at += 2)
      headers[final.fields[at] as string] = change(final.fields[at + 1] as string)
    const url = `${final.scheme}://${final.authority}${final.target}`
    const given = { nowMs: SIGNED_MS, scheme: sample.exchange.spec.id, secret, ...options }
    return diagnose({ method: 'GET', url, headers }, given)
  }

  test('there are such exchanges', () => {
    expect(shown.length).toBeGreaterThan(3)
  })

  test.each(shown.map((one) => [one.name, one] as const))('%s: the secret that was sent fits', async (_, sample) => {
    expect(await judged(sample, {})).toMatchObject({ verified: true, signature: 'fits', findings: [] })
  })

  test.each(shown.map((one) => [one.name, one] as const))(
    '%s: another one fits nothing, whatever its length, and that is what is found',
    async (_, sample) => {
      const own = utf8Decode(sample.signer.key.sign('') as Uint8Array) as string
      for (const secret of ['another', `x${own.slice(1)}`, OTHER.slice(0, own.length), OTHER.slice(0, 32), OTHER])
        expect(await judged(sample, { secret }), secret).toMatchObject({
          verified: false,
          signature: 'unexplained',
          findings: [{ id: 'secret-other', certainty: 'likely' }],
        })
    },
  )

  test('what was done to the secret before it was sent is found', async () => {
    const found = await diagnose(
      { method: 'GET', url: 'https://api.alpaca.markets/v2/account', headers: ALPACA('CANARY-SECRET-0123') },
      { secret: 'canary-secret-0123' },
    )
    expect(found).toMatchObject({ verified: false, signature: 'explained', findings: [{ id: 'secret-changed' }] })
  })

  test('nothing sent is nothing tested', async () => {
    const found = await diagnose(
      { method: 'GET', url: 'https://api.alpaca.markets/v2/account', headers: ALPACA('') },
      { secret: 'canary-secret-0123' },
    )
    expect(found).toMatchObject({ verified: false, signature: 'untested' })
  })
})

const ALPACA = (secret: string) => ({ 'APCA-API-KEY-ID': 'PKABC', 'APCA-API-SECRET-KEY': secret })

describe('bytes that a key makes', () => {
  test.each([
    ['none', []],
    ['the beginning of those received', [1, 2, 3]],
    ['more than those received', [1, 2, 3, 4, 5]],
  ])('%s: they are not those received', (_, made) => {
    // The length is that of the key's answer to another text.
    const mac = { bytes: 4, sign: () => Uint8Array.from(made), mistakes: [] }
    const [probe] = macProbes([mac], [{ bytes: Uint8Array.of(1, 2, 3, 4) }])
    expect(probe?.test('text')).toBeUndefined()
  })
})

describe('a secret in the place of a name', () => {
  const secret = `SUPERSECRETVALUE${'0123456789abcdef'.repeat(4)}`
  const short = secret.slice(0, 32)
  const AT = '2023-11-14T22:13:20.123Z'
  const okx = (key: string, wire: string, text: string) => {
    const [target = '', body] = wire.split(' ')
    const headers = {
      'OK-ACCESS-KEY': 'k',
      'OK-ACCESS-SIGN': createHmac('sha256', key)
        .update(AT + text)
        .digest('base64'),
      'OK-ACCESS-TIMESTAMP': AT,
      'OK-ACCESS-PASSPHRASE': 'p',
      'Content-Type': 'application/json',
    }
    const method = body === undefined ? 'GET' : 'POST'
    return { method, url: `https://www.okx.com${target}`, headers, ...(body !== undefined && { body }) }
  }
  test.each([
    ['a parameter', secret, `/x?b=2&${secret}&a=1&c=3`, `GET/x?c=3&${secret}&b=2&a=1`],
    ['a parameter with a value', secret, `/x?b=2&${secret}=1&a=1&c=3`, `GET/x?c=3&${secret}=1&b=2&a=1`],
    ['a member', secret, `/x {"c":3,"d":4,"b":2,"${secret}":1}`, `POST/x{"d":4,"${secret}":1,"b":2,"c":3}`],
    ['a short member', short, `/x {"b":2,"c":3,"${short}":1,"d":4}`, `POST/x{"d":4,"${short}":1,"c":3,"b":2}`],
  ])('%s: what is shown of it in part is hidden as well', async (_, key, wire, text) => {
    const found = await diagnose(okx(key, wire, text), { secret: key })
    expect(found.signature).toBe('explained')
    expect(JSON.stringify(found)).not.toContain('SUPERSECRET')
    expect(JSON.stringify(found)).toContain('[secret]')
  })
})

test.each([
  [
    'okx',
    'GET /a HTTP/1.1\nHost: www.okx.com\nOK-ACCESS-KEY: k\nOK-ACCESS-SIGN: x\nOK-ACCESS-TIMESTAMP: 2026-11-30T19:45:48.979Z\n\n',
    /states a time 2652752 ms after the moment it was judged at/,
  ],
  [
    'rfc9421',
    'GET /a HTTP/1.1\nHost: a.example\nSignature-Input: s=("@method");created=1796067949\nSignature: s=:AAAA:\n\n',
    /created lies after the moment the request was judged at/,
  ],
])('%s: a clock that is ahead is ahead in what is shown for it as well', async (scheme, text, evidence) => {
  const nowMs = Date.parse('2026-11-30T19:45:48.979Z') - 2_652_752
  const { findings } = await diagnose(text, { scheme, nowMs })
  const found = findings.find(({ id }) => id === 'clock-ahead')
  expect(found?.cause).toMatch(/is \d+ ms ahead/)
  expect(found?.evidence).toMatch(evidence)
  expect(found?.evidence).not.toContain('behind')
})

test.each([
  ['a dict for json', 'json={"accountType": "UNIFIED"}'],
  ['a form', 'data={"accountType": "UNIFIED"}'],
])('a GET whose parameters are in a body is told of params first: %s', async (_, argument) => {
  const { findings } = await diagnose(
    `import requests\nheaders = {"X-BAPI-API-KEY": "abcdefghij", "X-BAPI-TIMESTAMP": "1700000000000", "X-BAPI-RECV-WINDOW": "5000", "X-BAPI-SIGN": "${'9d1d2f3e'.repeat(8)}"}\nr = requests.get("https://api.bybit.com/v5/account/wallet-balance", headers=headers, ${argument})\n`,
    { refusal: '{"retCode":10004,"retMsg":"error sign!"}' },
  )
  expect(findings[0]?.id).toBe('body-of-get')
  expect(findings[0]?.fix).toContain('params in requests')
})

test('a key that was tested is not asked for: our own code for a wrong signature says what the test came to', async () => {
  const text = `POST /v1 HTTP/1.1\r\nHost: a.example\r\nX-Hub-Signature-256: sha256=${'0123456789abcdef'.repeat(4)}\r\nX-GitHub-Event: push\r\n\r\n{"a":1}`
  const refusal = '{"type":"about:blank","status":401,"code":"SIGNATURE_INVALID"}'
  const [untested, tested] = [
    await diagnose(text, { refusal }),
    await diagnose(text, { refusal, secret: 'canary-one' }),
  ]
  expect(JSON.stringify(untested.findings)).toMatch(/give the key/i)
  expect(tested.signature).toBe('unexplained')
  expect(JSON.stringify(tested.findings)).not.toMatch(/give the (?:key|secret) to/i)
})

test('a delivery of GitHub with the SHA-1 header alone is verified by it, and the newer header is named', async () => {
  const body = '{"ref":"main"}'
  const sign = createHmac('sha1', 'canary-hook').update(body).digest('hex')
  const text = `POST /hook HTTP/1.1\r\nHost: ci.example.com\r\nX-GitHub-Event: push\r\nX-Hub-Signature: sha1=${sign}\r\nContent-Type: application/json\r\n\r\n${body}`
  const right = await diagnose(text, { secret: 'canary-hook' })
  // The hash is what the search finds, and the header is the reason for it.
  expect(right.signature).toBe('explained')
  expect(right.findings.map(({ id }) => id)).toEqual(['algorithm', 'signature-field-old'])
  expect((await diagnose(text)).findings.map(({ id }) => id)).toEqual(['algorithm', 'signature-field-old'])
})
