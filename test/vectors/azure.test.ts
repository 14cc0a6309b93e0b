import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import {
  azureAccountSas,
  azureCosmos,
  azureCosmosVerifier,
  azureHmac,
  azureHmacVerifier,
  azureKey,
  azureSasOf,
  azureSasUrl,
  azureSasVerifier,
  azureSharedKey,
  azureSharedKeyVerifier,
  type SasService,
} from '../../src/schemes/azure/index.js'
import { type Signer, signPreparedSync, type UntrustedSignature, type VerifyScheme } from '../../src/schemes/scheme.js'
import { describeShared, sharedJson } from '../shared-vectors.js'
import rows from './azure/golden.json' with { type: 'json' }

/*
 * Requests as the packages of Microsoft for JavaScript and Python put them on the wire, in front of a transport that keeps them; the
 * package and its version stand in each row.
 */

interface Row {
  readonly id: string
  readonly scheme: string
  readonly service?: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
// The key of the emulator, which everyone has.
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
const key = azureKey({ account: 'devstoreaccount1', key: KEY })

const requestOf = ({ method, url, headers, body }: Row, dropped: readonly string[] = []): HttpRequest =>
  httpRequest({
    method,
    url,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || dropped.includes(name) ? [] : [[name, value] as const],
    ),
    body: body === '' ? null : utf8(body),
  })

const verifierOf = ({ scheme, service, url }: Row): VerifyScheme => {
  if (scheme === 'azure-sas')
    return azureSasVerifier({ service: service as SasService, callerChecks: ['ip', 'identifier'] })
  if (scheme === 'azure-hmac')
    return azureHmacVerifier(url.includes('communication') ? { keyId: 'devstoreaccount1' } : {})
  if (scheme === 'azure-cosmos') return azureCosmosVerifier({ keyId: 'devstoreaccount1' })
  const form = scheme === 'azure-table' ? 'table' : scheme === 'azure-table-lite' ? 'table-lite' : 'storage'
  return azureSharedKeyVerifier({ service: form, unsignedPayload: true })
}

const isProven = (row: Row, request: HttpRequest): boolean => {
  const [found] = verifierOf(row).parse(request) as readonly UntrustedSignature[]
  return found !== undefined && key.verify(found.base, found.signature)
}

const ALL = (rows as readonly Row[]).map((row) => [row.id, row] as const)

describe('what the packages of Microsoft send is accepted', () => {
  test.each(ALL)('the request %s is accepted', (_, row) => {
    expect(isProven(row, requestOf(row))).toBe(true)
  })
})

const sign = (signer: Signer, request: HttpRequest): HttpRequest =>
  signPreparedSync(
    signer.scheme.prepare(request, { keyId: signer.key.keyId, algorithm: 'hmac-sha256', nowMs: NOW, nonce: '' }),
    signer.key as typeof key,
  )
const authorization = ({ fields }: HttpRequest): string | undefined => fields[fields.indexOf('Authorization') + 1]

const SIGNERS: Readonly<Record<string, (row: Row) => Signer>> = {
  'azure-shared-key': () => azureSharedKey({ key, contentMd5: false }),
  'azure-table': () => azureSharedKey({ key, service: 'table', contentMd5: false }),
  'azure-table-lite': () => azureSharedKey({ key, service: 'table-lite' }),
  'azure-cosmos': () => azureCosmos({ key }),
  'azure-hmac': ({ url }) =>
    azureHmac({
      key: azureKey({ account: '0-l2-s0:abcdefghijklmnop', key: KEY }),
      credential: !url.includes('communication'),
    }),
}

describe('what we sign is what the packages of Microsoft sign', () => {
  // Those of Python have the time at which they were made.
  const own = ALL.filter(([id, { scheme }]) => scheme !== 'azure-sas' && !id.startsWith('python'))
  test.each(own)('both sign the same for %s', (_, row) => {
    const unsigned = requestOf(row, ['authorization', 'x-ms-date', 'x-ms-content-sha256'])
    const signer = (SIGNERS[row.scheme] as (row: Row) => Signer)(row)
    expect(authorization(sign(signer, unsigned))).toBe(row.headers['authorization'])
  })

  const sas = (id: string): Row => rows.find((row) => row.id === id) as Row
  test.each(['2017-11-09', '2018-11-09', '2020-10-02', '2020-12-06'])(
    'both sign the same SAS of version %s',
    (version) => {
      const { url: blob } = sas(`sas-blob-${version}`)
      const ours = azureSasUrl({
        url: blob.split('?', 1)[0] as string,
        ...{ key, permissions: 'r', version, startsBeforeS: 0, expiresS: 3600, nowMs: NOW },
        contentDisposition: 'attachment; filename="a b.txt"',
        contentType: 'text/plain',
        protocol: 'https,http',
      })
      // Theirs states no protocol.
      expect(azureSasOf({ target: ours.slice(ours.indexOf('/', 8)) })?.version).toBe(version)
      const account = sas(`sas-account-${version}`)
      const signer = azureAccountSas({
        ...{ key, services: 'bf', resourceTypes: 'co', permissions: 'rl', expiresS: 3600, version },
      })
      const { target } = sign(signer, httpRequest({ url: account.url.split('&sv=', 1)[0] as string }))
      expect(account.url.endsWith(target)).toBe(true)
    },
  )
})

describeShared('the vectors of azure-storage-node', () => {
  const golden = sharedJson<ReadonlyArray<{ id: string; message: string; signature: string }>>('webhooks/golden.json')
  const of = (id: string) => golden.find((one) => one.id === id) as (typeof golden)[number]

  test('a SAS of an account is verified as they sign it', () => {
    const { message, signature } = of('azure-account-sas')
    const target = `/?sv=2018-03-28&ss=b&srt=s&sp=r&st=2016-02-16T00:00:00Z&se=2016-02-16T00:30:00Z&spr=https&sip=168.1.5.60-168.1.5.70&sig=${encodeURIComponent(signature)}`
    const request = httpRequest({ url: `https://devstoreaccount1.blob.core.windows.net${target}` })
    const [found] = azureSasVerifier({ callerChecks: ['ip'] }).parse(request)
    expect(found?.base).toBe(message)
    expect(key.verify(found?.base ?? '', found?.signature ?? new Uint8Array())).toBe(true)
  })

  test('a Shared Key has the base that they sign, except for a path without its slash', () => {
    const { message } = of('azure-sharedkey')
    const request: HttpRequest = {
      ...httpRequest({
        url: 'http://127.0.0.1/?restype=container',
        headers: {
          'x-ms-date': 'Fri, 23 Sep 2011 01:37:34 GMT',
          'x-ms-version': '2018-03-28',
          authorization: `SharedKey devstoreaccount1:${of('azure-sharedkey').signature}`,
        },
      }),
      target: '/container?restype=container',
    }
    const [found] = azureSharedKeyVerifier().parse(request)
    expect(found?.base).toBe(message.replace('account1container', 'account1/container'))
  })
})
