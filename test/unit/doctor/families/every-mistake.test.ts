import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../../../../src/crypto/crc32.js'
import { ecdsaPrivateKey, exportPublicKey, hmacSha256Key, type SyncPrivateKey } from '../../../../src/crypto/index.js'
import { FAMILIES } from '../../../../src/doctor/families/families.js'
import { type DiagnoseOptions, diagnose } from '../../../../src/doctor/index.js'
import { Hypotheses } from '../../../../src/doctor/search.js'
import { type HttpRequest, httpRequest, signRequestSync } from '../../../../src/index.js'
import {
  azureAccountSas,
  azureCosmos,
  azureDelegationKey,
  azureHmac,
  azureKey,
  azureServiceSas,
} from '../../../../src/schemes/azure/index.js'
import { turnkey } from '../../../../src/schemes/legacy/turnkey/index.js'
import { formMistakes, formText, type SignedForm, stateOf } from '../../../../src/schemes/scheme/signed-form.js'
import { sigv4a, sigv4aKey, sigv4Key, sigv4PostPolicy } from '../../../../src/schemes/sigv4/index.js'
import { RSA_KEY } from '../../../doctor/keys.mjs'

const SECRET = Buffer.from('canary-secret-of-an-account-32by').toString('base64')
const NOW = 1_700_000_000_000
const ACCESS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }

/** One family: a request that is right, how another signature is put into it, and what makes one. */
interface Row {
  readonly scheme: string
  readonly request: HttpRequest
  readonly sign: (base: string | Uint8Array) => Uint8Array
  readonly put: (request: HttpRequest, signature: Uint8Array) => HttpRequest
  readonly options: DiagnoseOptions
  /** Ids of the family that this request shows nothing of. */
  readonly not?: readonly string[]
}

const inBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const inHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const accountKey = azureKey({ account: 'acct', key: SECRET })
const issuedKey = azureDelegationKey({
  account: 'acct',
  signedObjectId: '00000000-1111-2222-3333-444444444444',
  signedTenantId: '55555555-6666-7777-8888-999999999999',
  signedStartsOn: '2023-11-14',
  signedExpiresOn: '2023-11-20',
  signedService: 'b',
  signedVersion: '2022-11-02',
  value: SECRET,
})
const byAccount = (base: string | Uint8Array) =>
  createHmac('sha256', Buffer.from(SECRET, 'base64')).update(base).digest()
const inTarget =
  (name: string) =>
  (request: HttpRequest, signature: Uint8Array): HttpRequest => ({
    ...request,
    target: request.target.replace(
      new RegExp(`(${name}=)[^&]*`),
      (_, before) => before + encodeURIComponent(inBase64(signature)),
    ),
  })
const inField =
  (name: string, write: (signature: Uint8Array, old: string) => string) =>
  (request: HttpRequest, signature: Uint8Array): HttpRequest => ({
    ...request,
    fields: request.fields.map((one, at, all) =>
      at % 2 === 1 && all[at - 1]?.toLowerCase() === name ? write(signature, one) : one,
    ),
  })
const signed = (url: string, signer: Parameters<typeof signRequestSync>[1], init: object = {}) =>
  signRequestSync(httpRequest({ url, ...init }), signer, { clock: { now: () => NOW } })

const stampKey = (() => {
  const scalar = new Uint8Array(32).fill(3)
  const bare = ecdsaPrivateKey({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', scalar })
  const point = exportPublicKey(bare.verifyingKey, 'raw')
  const keyId = inHex(Uint8Array.of(2 + ((point[64] as number) & 1), ...point.subarray(1, 33)))
  return ecdsaPrivateKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar })
})()
const der = (raw: Uint8Array): Uint8Array => {
  const part = (bytes: Uint8Array): number[] => {
    const from = bytes.findIndex((byte) => byte !== 0)
    const own = [...bytes.subarray(from === -1 ? 31 : from)]
    if ((own[0] as number) > 127) own.unshift(0)
    return [2, own.length, ...own]
  }
  const both = [...part(raw.subarray(0, 32)), ...part(raw.subarray(32))]
  return Uint8Array.of(0x30, both.length, ...both)
}
const byKey = (key: SyncPrivateKey) => (base: string | Uint8Array) => key.sign(base)

const regional = sigv4aKey(ACCESS)
const formOf = (fields: Readonly<Record<string, string>>): HttpRequest => {
  const part = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  return httpRequest({
    method: 'POST',
    url: 'https://photos.s3.eu-central-1.amazonaws.com/',
    headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
    body: `${Object.entries(fields)
      .map(([name, value]) => part(name, value))
      .join('')}${part('file', 'data')}--b--\r\n`,
  })
}
const policyFields = await sigv4PostPolicy({
  key: sigv4Key(ACCESS),
  region: 'eu-central-1',
  conditions: [{ bucket: 'photos' }, { key: 'a/b.txt' }, ['content-length-range', 1, 1000]],
  expiresS: 600,
  nowMs: NOW,
})
const scopeKey = ['20231114', 'eu-central-1', 's3', 'aws4_request'].reduce<Uint8Array>(
  (key, part) => createHmac('sha256', key).update(part).digest(),
  Buffer.from(`AWS4${ACCESS.secretAccessKey}`),
)
const { createPrivateKey, createPublicKey, sign: signBytes } = await import('node:crypto')
const rsa = createPrivateKey(RSA_KEY)
const byRsa = (base: string | Uint8Array) => signBytes('sha256', Buffer.from(base), rsa)
const EVENT = '{"id":"WH-1","amount":{"value":"1.00"},"url":"https://a.example/b"}'
const paypalText = `t-1|2023-11-14T22:13:20Z|WH-ID|${crc32(Buffer.from(EVENT))}`

const ROWS: readonly Row[] = [
  {
    scheme: 'azure-sas',
    request: signed(
      'https://acct.blob.core.windows.net/photos/a%20b.jpg',
      azureServiceSas({
        key: accountKey,
        permissions: 'rw',
        expiresS: 600,
        startsBeforeS: 60,
        contentDisposition: 'inline; a',
      }),
    ),
    sign: byAccount,
    put: inTarget('sig'),
    options: { secret: SECRET },
  },
  {
    scheme: 'azure-sas',
    request: signed(
      'https://acct.blob.core.windows.net/photos/a.jpg',
      azureServiceSas({ key: issuedKey, permissions: 'rw', expiresS: 600, startsBeforeS: 60, version: '2025-07-05' }),
    ),
    sign: byAccount,
    put: inTarget('sig'),
    options: { secret: SECRET },
  },
  {
    scheme: 'azure-sas',
    request: signed(
      'https://acct.blob.core.windows.net/photos/a.jpg',
      azureAccountSas({ key: accountKey, services: 'bq', resourceTypes: 'co', permissions: 'rl', expiresS: 600 }),
    ),
    sign: byAccount,
    put: inTarget('sig'),
    options: { secret: SECRET },
  },
  {
    scheme: 'azure-hmac',
    request: signed('https://my.azconfig.io/kv?label=a%20b&api-version=1.0', azureHmac({ key: accountKey })),
    sign: byAccount,
    put: inField('authorization', (signature, old) => old.replace(/(Signature=).*$/, `$1${inBase64(signature)}`)),
    options: { secret: SECRET },
  },
  {
    scheme: 'azure-cosmos',
    request: signed('https://my.documents.azure.com/dbs/Aa/colls/b/docs/c%20d', azureCosmos({ key: accountKey })),
    sign: byAccount,
    put: inField('authorization', (signature) => encodeURIComponent(`type=master&ver=1.0&sig=${inBase64(signature)}`)),
    options: { secret: SECRET },
  },
  {
    scheme: 'sigv4a',
    request: signed(
      'https://abc.execute-api.us-east-1.amazonaws.com/prod/a%20b?x=1&y=2',
      sigv4a({ key: regional, regionSet: '*', service: 'execute-api' }),
    ),
    sign: byKey(regional),
    put: inField('authorization', (signature, old) => old.replace(/(Signature=).*$/, `$1${inHex(der(signature))}`)),
    options: { secret: ACCESS.secretAccessKey },
  },
  {
    scheme: 'sigv4-post-policy',
    request: formOf(policyFields),
    sign: (base) => createHmac('sha256', scopeKey).update(base).digest(),
    put: (_, signature) => formOf({ ...policyFields, 'x-amz-signature': inHex(signature) }),
    options: { secret: ACCESS.secretAccessKey },
  },
  {
    scheme: 'turnkey',
    request: signed('https://api.turnkey.com/public/v1/submit/x', turnkey({ key: stampKey }), {
      method: 'POST',
      body: '{"timestampMs":"1700000000000","n":1,"url":"a/b"}',
    }),
    sign: byKey(stampKey),
    put: inField('x-stamp', (signature) =>
      Buffer.from(
        JSON.stringify({
          publicKey: stampKey.keyId,
          scheme: 'SIGNATURE_SCHEME_TK_API_P256',
          signature: inHex(der(signature)),
        }),
      ).toString('base64url'),
    ),
    options: {},
  },
  {
    scheme: 'paypal',
    request: httpRequest({
      method: 'POST',
      url: 'https://shop.example.com/hook',
      headers: {
        'Content-Type': 'application/json',
        'paypal-transmission-id': 't-1',
        'paypal-transmission-time': '2023-11-14T22:13:20Z',
        'paypal-transmission-sig': inBase64(byRsa(paypalText)),
        'paypal-auth-algo': 'SHA256withRSA',
        'paypal-cert-url': 'https://api.paypal.com/v1/notifications/certs/CERT-1',
      },
      body: EVENT,
    }),
    sign: byRsa,
    put: inField('paypal-transmission-sig', inBase64),
    options: { passphrase: 'WH-ID', publicKey: createPublicKey(rsa).export({ type: 'spki', format: 'pem' }) as string },
  },
]

const captured = ({ method, scheme, authority, target, fields, body }: HttpRequest) => {
  const headers: Array<[string, string]> = []
  for (let at = 0; at < fields.length; at += 2) headers.push([fields[at] as string, fields[at + 1] as string])
  return {
    method,
    url: `${scheme}://${authority}${target}`,
    headers,
    body: body === null ? '' : Buffer.from(body as Uint8Array).toString(),
  }
}

const formIn = ({ scheme, request, options }: Row): SignedForm => {
  const family = FAMILIES.find(({ ids }) => ids.includes(scheme))
  const form = family?.read(
    { ...request, body: typeof request.body === 'string' ? Buffer.from(request.body) : request.body } as HttpRequest,
    scheme,
    options.passphrase,
  )?.form
  if (form === undefined) throw new Error(`no form of ${scheme}`)
  return form
}

describe.each(ROWS.map((row, at) => [`${row.scheme} (${at})`, row] as const))('%s', (_, row) => {
  test('as it should be, the signature fits and nothing is proven wrong', async () => {
    const found = await diagnose(captured(row.request), { ...row.options, budgetMs: 20_000 })
    expect([found.scheme, found.signature, found.findings.filter(({ certainty }) => certainty === 'proven')]).toEqual([
      row.scheme,
      'fits',
      [],
    ])
  })

  test('every mistake is named first, and found among few', async () => {
    const form = formIn(row)
    const mistakes = formMistakes(form)
    const hypotheses = new Hypotheses({ state: stateOf(form), compose: (state) => formText(form, state), mistakes })
    const first = new Map<string, string | Uint8Array>()
    for (const source of [hypotheses.singles(), hypotheses.many()])
      for (const { base, made } of source) if (made[0] && !first.has(made[0].id)) first.set(made[0].id, base)
    expect(first.size).toBeGreaterThan(8)
    // A curve takes a hundred times as long as a MAC, and the mistakes are those of SigV4: one of three is asked for.
    const step = row.options.publicKey === undefined ? 1 : 3
    // What only this family has is led to by this request or another one of it.
    for (const [at, [id, base]] of [...first].entries()) {
      if (base.length === 0 || at % step > 0) continue
      const found = await diagnose(captured(row.put(row.request, row.sign(base))), { ...row.options, budgetMs: 20_000 })
      expect([found.findings.find(({ certainty }) => certainty === 'proven')?.id, found.signature]).toEqual([
        id,
        'explained',
      ])
    }
  })
})

test('a key with the wrong secret leads to none of them', async () => {
  const [row] = ROWS as readonly [Row]
  const found = await diagnose(captured(row.request), {
    secret: inBase64(hmacSha256Key({ keyId: 'k', secret: new Uint8Array(32) }).sign('x')),
    budgetMs: 50,
  })
  expect(found.signature).toBe('unexplained')
})
