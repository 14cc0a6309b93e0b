import { createHmac } from 'node:crypto'
import express from 'express'
import { afterAll, describe, expect, test } from 'vitest'
import { hmacKey, hmacSha1Key } from '../../src/crypto/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import { httpRequest } from '../../src/message/message.js'
import { azureKey } from '../../src/schemes/azure/index.js'
import { cavage, cavageVerifier } from '../../src/schemes/legacy/cavage/index.js'
import { hawkVerifier } from '../../src/schemes/legacy/hawk/index.js'
import { apisix, apisixVerifier, kong, kongVerifier } from '../../src/schemes/legacy/kong/index.js'
import { oauth1Key } from '../../src/schemes/legacy/oauth1/index.js'
import { staticTokenKey } from '../../src/schemes/legacy/static-token/index.js'
import * as clouds from '../../src/schemes/sigv4/index.js'
import { discord } from '../../src/schemes/webhook/catalogue/discord.js'
import { standardWebhooks } from '../../src/schemes/webhook/catalogue/standard.js'
import { requireSignature } from '../../src/server/middleware/express.js'
import { signWebhook, verifyWebhook } from '../../src/webhook/index.js'
import { webhookVerifier } from '../../src/webhook/verifier.js'
import { codeBy, NOW, signedBy } from '../contract/schemes/judged.js'
import { HOST, type SchemeRow } from '../contract/schemes/row.js'
import { received } from '../contract/webhooks/row.js'
import { codeOf, verdictCode } from '../expect-code.js'
import { closeAll, listen } from './hosts.js'
import { exchange } from './wire.js'

/*
 * Faults of single schemes that were found by running current packages of other authors. Those that any scheme could have are
 * in every-scheme.test.ts, and of webhooks in webhooks.test.ts.
 */

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })
const order = httpRequest({ method: 'POST', url: `http://${HOST}/v1/orders`, body: '{"qty":1}' })
const at = (nowMs: number) => ({ clock: { now: () => nowMs } })

const row = (signer: SchemeRow['signer'], verifier: SchemeRow['verifier']): SchemeRow =>
  ({ name: verifier.id, of: [], signer, verifier, verifyingKey: key }) as unknown as SchemeRow

const line = (request: HttpRequest, name: string, change: (value: string) => string): HttpRequest => ({
  ...request,
  fields: request.fields.map((one, index, all) =>
    index % 2 === 1 && (all[index - 1] as string).toLowerCase() === name ? change(one) : one,
  ),
})
const without = (request: HttpRequest, name: string): HttpRequest => ({
  ...request,
  fields: request.fields.filter((_, index, all) => (all[index - (index % 2)] as string).toLowerCase() !== name),
})
const signText = (text: string): string =>
  createHmac('sha256', new Uint8Array(32).fill(3)).update(text).digest('base64')

describe('standardwebhooks 1.0.0 and aws4fetch take an empty secret', () => {
  const access = { accessKeyId: 'AKIDEXAMPLE' }
  const KEYS: ReadonlyArray<readonly [name: string, make: (secret: never) => unknown]> = [
    ...Object.entries(clouds)
      .filter(([name]) => name.endsWith('Key'))
      .map(
        ([name, make]) =>
          [
            name,
            (secretAccessKey: string) => (make as (o: object) => unknown)({ ...access, secretAccessKey }),
          ] as const,
      ),
    ['azureKey', (text: string) => azureKey({ account: 'a', key: text })],
    [
      'azureKey, the second',
      (secondKey: string) => azureKey({ account: 'a', key: btoa('a key of 16 bytes'), secondKey: secondKey ?? '' }),
    ],
    ['oauth1Key', (consumerSecret: string) => oauth1Key({ consumerKey: 'a', consumerSecret })],
    [
      'staticTokenKey',
      (text: string) => staticTokenKey({ keyId: 'a', token: Buffer.from(text ?? ''), onUse: () => {} }),
    ],
    ['hmacKey', (text: string) => hmacKey({ keyId: 'a', algorithm: 'hmac-sha256', secret: Buffer.from(text ?? '') })],
    ['hmacSha1Key', (text: string) => hmacSha1Key({ keyId: 'a', secret: Buffer.from(text ?? '') })],
  ]
  test.each(KEYS)('%s does not, nor a few letters, nor none', (name, make) => {
    // An HMAC key may be as short as what an exchange issues.
    const few = name.startsWith('hmac') ? [] : ['abc']
    for (const secret of ['', ...few, undefined, null] as never[])
      expect([secret, codeOf(() => make(secret))]).toEqual([
        secret,
        expect.stringMatching(/^KEY_WEAK$|_INVALID$|^KEY_/),
      ])
  })

  test('every access key of a cloud is in the table', () => expect(KEYS.length).toBeGreaterThanOrEqual(14))
})

test('standardwebhooks 1.1.1 has one secret, one tolerance, and takes no Uint8Array', async () => {
  const [older, newer] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAAAr8GKYqrTwjUPD8ILPZIo2LaLaSw=']
  const signed = received(await signWebhook(standardWebhooks({ secret: older }), { body: '{}', id: 'a' }, at(NOW)))
  expect(signed.body).toBeInstanceOf(Uint8Array)
  const webhook = standardWebhooks({ secret: [newer, older], toleranceMs: 10_000 })
  expect(verifyWebhook(webhook, signed, at(NOW))).toMatchObject({ ok: true, keyId: 'standard-webhooks-2' })
  expect(verifyWebhook(webhook, signed, at(NOW + 10_001))).toMatchObject({ code: 'TIMESTAMP_EXPIRED' })
})

test('hawk 9.0.2 makes 60 seconds of a skew of 0', () => {
  for (const windowMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 3_600_001])
    expect(codeOf(() => hawkVerifier({ windowMs }))).toBe('CONFIG_INVALID')
})

describe('http-signature 1.4', () => {
  const draft = row(cavage({ key }), cavageVerifier())
  const signed = signedBy(draft, order)
  const forged = (names: string, text: string, more = ''): HttpRequest => ({
    ...order,
    fields: [
      ...[...order.fields, 'Digest', 'SHA-256=1', 'Date', new Date(NOW).toUTCString(), 'Signature'],
      `keyId="bot-1",algorithm="hmac-sha256",headers="${names}",signature="${signText(text)}"${more}`,
    ],
  })

  test('takes any age where there is no Date', async () => {
    expect(await codeBy(draft, without(signed, 'date'))).toMatch(/MALFORMED|MISSING/)
    const unsigned = httpRequest({ url: `http://${HOST}/v1/orders` })
    const text = `(request-target): get /v1/orders\nhost: ${HOST}`
    const request = { ...forged('(request-target) host', text), method: 'GET', target: unsigned.target, body: null }
    expect(await codeBy(draft, request)).toBe('TIMESTAMP_MALFORMED')
    expect(await codeBy(draft, without(request, 'date'))).toBe('TIMESTAMP_MALFORMED')
  })

  test('takes a Date that is none', async () => {
    for (const date of ['', 'abc', 'NaN', 'Thu, 32 Jan 2026 00:00:00 GMT', '2026-09-22T13:33:20Z'])
      expect(
        await codeBy(
          draft,
          line(signed, 'date', () => date),
        ),
      ).toBe('TIMESTAMP_MALFORMED')
  })

  test('lets the request choose the algorithm, SHA-1 among them', async () => {
    for (const [name, code] of [
      ['hmac-sha1', 'ALG_UNSUPPORTED'],
      ['rsa-sha1', 'ALG_UNSUPPORTED'],
      ['none', 'ALG_UNSUPPORTED'],
      ['rsa-sha256', 'ALG_MISMATCH'],
      ['hmac-sha512', 'ALG_MISMATCH'],
    ] as const)
      expect([
        name,
        await codeBy(
          draft,
          line(signed, 'signature', (v) => v.replace('hmac-sha256', name)),
        ),
      ]).toEqual([name, code])
    const sha1 = hmacSha1Key({ keyId: 'bot-1', secret: new Uint8Array(32).fill(3) })
    expect(codeOf(() => cavage({ key: sha1 }))).toBe('CONFIG_INVALID')
    const older = { ...draft, verifyingKey: sha1 } as unknown as SchemeRow
    const hs2019 = line(signed, 'signature', (v) => v.replace('hmac-sha256', 'hs2019'))
    expect(await codeBy(older, hs2019)).toBe('ALG_MISMATCH')
  })

  test('leaves the body to the user, whatever Digest says', async () => {
    expect(await codeBy(draft, { ...signed, body: new TextEncoder().encode('{"qty":2}') })).toBe('DIGEST_MISMATCH')
    expect(
      await codeBy(
        draft,
        line(signed, 'signature', (v) => v.replace(' digest', '')),
      ),
    ).toBe('DIGEST_MISSING')
  })
})

describe.each([
  ['Kong', row(kong({ key }), kongVerifier()), (text: string) => `hmac username="bot-1", ${text}`],
  ['APISIX', row(apisix({ key }), apisixVerifier()), (text: string) => `Signature keyId="bot-1",${text}`],
] as const)('%s', (name, gateway, written) => {
  const date = new Date(NOW).toUTCString()
  const get = httpRequest({ url: `http://${HOST}/v1/orders`, headers: { date } })
  const lines = [`host: ${HOST}`, name === 'Kong' ? '@request-target: get /v1/orders' : 'GET /v1/orders']
  const forged = (names: string, extra: readonly string[]): HttpRequest => {
    const all = [...extra, ...lines]
    const text = name === 'Kong' ? all.join('\n') : `${['bot-1', ...all].join('\n')}\n`
    const value = written(`algorithm="hmac-sha256", headers="${names}", signature="${signText(text)}"`)
    return { ...get, fields: [...get.fields, 'Authorization', value] }
  }

  test('looks at a Date that is not signed', async () => {
    expect(await codeBy(gateway, forged('date host @request-target', [`date: ${date}`]))).toBe('ok')
    expect(await codeBy(gateway, forged('host @request-target', []))).toBe('TIMESTAMP_MALFORMED')
  })

  test('signs a field that is not there as one that is empty, or not at all', async () => {
    for (const extra of [[`date: ${date}`, 'x-a:'], [`date: ${date}`, 'x-a: '], [`date: ${date}`]])
      expect(await codeBy(gateway, forged('date x-a host @request-target', extra))).toBe('COMPONENT_MISSING')
  })

  test('takes HMAC-SHA1, and a body that nothing binds', async () => {
    const signed = signedBy(gateway, order)
    const sha1 = line(signed, 'authorization', (value) => value.replace('hmac-sha256', 'hmac-sha1'))
    expect(await codeBy(gateway, sha1)).toBe('ALG_UNSUPPORTED')
    expect(await codeBy(gateway, { ...signed, body: new TextEncoder().encode('{"qty":2}') })).toBe('DIGEST_MISMATCH')
  })
})

describe('discord-interactions 4.4', () => {
  afterAll(closeAll)
  // RFC 8032 7.1, test 1.
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const receiver = discord({ privateKey: seed })
  const delivery = async (nowMs = NOW) => received(await signWebhook(receiver, { body: '{"type":2}' }, at(nowMs)))
  const changed = (request: ReturnType<typeof received>, name: string, change: (value: string) => string) => ({
    ...request,
    headers: (request.headers as readonly string[]).map((one, index, all) =>
      index % 2 === 1 && (all[index - 1] as string).toLowerCase() === name ? change(one) : one,
    ),
  })
  const codeAt = (request: ReturnType<typeof received>) => {
    const verdict = verifyWebhook(receiver, request, at(NOW))
    return verdictCode(verdict)
  }

  test('its verification has no window of time', async () => {
    expect(codeAt(await delivery())).toBe('ok')
    expect(codeAt(await delivery(NOW - 86_400_000))).toBe('TIMESTAMP_EXPIRED')
  })

  test('lets a byte move between the time and the body', async () => {
    const signed = await delivery()
    const body = new TextDecoder().decode(signed.body as Uint8Array)
    const longer = changed({ ...signed, body: body.slice(1) }, 'x-signature-timestamp', (time) => time + body[0])
    expect(codeAt(longer)).toBe('TIMESTAMP_MALFORMED')
    const shorter = changed({ ...signed, body: `0${body}` }, 'x-signature-timestamp', (time) => time.slice(0, -1))
    expect(codeAt(shorter)).not.toBe('ok')
  })

  test('its verification reads hexadecimal leniently', async () => {
    const signed = await delivery()
    for (const change of [
      (v: string) => `${v}zz`,
      (v: string) => `${v}0`,
      (v: string) => v.toUpperCase(),
      (v: string) => `0x${v}`,
    ])
      expect(codeAt(changed(signed, 'x-signature-ed25519', change))).toBe('SIGNATURE_MALFORMED')
  })

  test('makes a body again of what a parser made of it', async () => {
    const app = express()
    let reached = 0
    app.use(express.json(), requireSignature(webhookVerifier(receiver, at(NOW))), (_request, response) => {
      reached++
      response.end()
    })
    const port = await listen(app.listen(0, '127.0.0.1'))
    const { headers, body } = await delivery()
    const text = new TextDecoder().decode(body as Uint8Array)
    const head = [
      ...(headers as readonly string[]),
      'Content-Type',
      'application/json',
      'Content-Length',
      String(text.length),
    ]
    const lines = head.flatMap((one, index, all) => (index % 2 === 0 ? [`${one}: ${all[index + 1]}`] : []))
    const raw = `POST / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n${text}`
    expect((await exchange(port, raw)).status).toBe(500)
    expect(reached).toBe(0)
  })
})

test('aws4fetch writes "+" for a space into a signed URL', () => {
  const { accessKeyId, secretAccessKey } = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  }
  const access = clouds.sigv4Key({ accessKeyId, secretAccessKey })
  const signer = clouds.sigv4Url({
    key: access,
    region: 'a',
    service: 's3',
    expiresS: 60,
    sessionToken: 'a token+of two',
  })
  const request = signedBy({ signer } as unknown as SchemeRow, httpRequest({ url: `http://${HOST}/a%20b?c=d%20e` }))
  expect(request.target).not.toContain('+')
  expect(request.target).toContain('/a%20b?c=d%20e&')
  expect(request.target).toContain('a%20token%2Bof%20two')
})
