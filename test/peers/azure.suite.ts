import {
  AccountSASPermissions,
  BlobSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  generateAccountSASQueryParameters,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { splitTarget } from '../../src/message/target.js'
import {
  azureAccountSas,
  azureKey,
  azureSasVerifier,
  azureServiceSas,
  azureSharedKey,
  azureSharedKeyVerifier,
} from '../../src/schemes/azure/index.js'
import { dateOf } from '../../src/schemes/scheme/http-date.js'
import { type Signer, signPreparedSync, type VerifyScheme } from '../../src/schemes/scheme.js'

/*
 * What the client of Azure blobs sends is accepted, what we sign is what it signs, and a change of one character of what it signs is
 * refused.
 */

const account = 'devstoreaccount1'
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
const credential = new StorageSharedKeyCredential(account, accountKey)
const key = azureKey({ account, key: accountKey })
const HOSTS = [`https://${account}.blob.core.windows.net`, `http://127.0.0.1:10000/${account}`]
const VERIFIER = azureSharedKeyVerifier({ unsignedPayload: true })

interface Sent {
  readonly method: string
  readonly url: string
  readonly body?: unknown
  readonly headers: { headersArray(): ReadonlyArray<{ readonly name: string; readonly value: string }> }
}

const STOPPED = 'kept'

/** The request that a call of the client puts on the wire, which it does not reach. */
async function sentBy(host: string, call: (client: BlobServiceClient) => Promise<unknown>): Promise<HttpRequest> {
  let kept: Sent | undefined
  const httpClient = {
    sendRequest: async (request: unknown): Promise<never> => {
      kept ??= request as Sent
      throw new Error(STOPPED)
    },
  }
  const client = new BlobServiceClient(host, credential, { httpClient, retryOptions: { maxTries: 1 } })
  await expect(call(client)).rejects.toThrow(STOPPED)
  const { method, url, body, headers } = kept as Sent
  return httpRequest({
    method,
    url,
    headers: headers.headersArray().map(({ name, value }) => [name, value] as const),
    body: typeof body === 'string' && body !== '' ? utf8(body) : null,
  })
}

const NAMES = ['a.txt', 'a folder/b.txt', "it's (me)!*", 'é & 1+2=3?.txt', 'a%20b', '100%']
const CALLS: ReadonlyArray<readonly [string, (client: BlobServiceClient) => Promise<unknown>]> = [
  ['the properties of the service', (client) => client.getProperties()],
  ['a list of containers', (client) => client.listContainers({ prefix: 'a b' }).byPage({ maxPageSize: 5 }).next()],
  ...['x', 'photos'].flatMap((name) => {
    const of = (client: BlobServiceClient) => client.getContainerClient(name)
    return [
      [
        `making ${name}`,
        (client: BlobServiceClient) => of(client).create({ metadata: { a: 'two  spaces', 'b-c': '1' } }),
      ],
      [`leasing ${name}`, (client: BlobServiceClient) => of(client).getBlobLeaseClient().acquireLease(15)],
      [
        `a list of ${name}`,
        (client: BlobServiceClient) =>
          of(client).listBlobsByHierarchy('/', { prefix: 'a/é ', includeTags: true, includeDeleted: true }).next(),
      ],
    ] as const
  }),
  ...NAMES.flatMap((name) => {
    const of = (client: BlobServiceClient) => client.getContainerClient('photos').getBlockBlobClient(name)
    return [
      [
        `an upload of ${name}`,
        (client: BlobServiceClient) =>
          of(client).upload('hello', 5, {
            metadata: { aa: '1', 'a-b': '2', ab: '3', a_b: '4' },
            tags: { 'k 1': 'v=+' },
          }),
      ],
      [`an empty upload of ${name}`, (client: BlobServiceClient) => of(client).upload('', 0)],
      [
        `a part of ${name}`,
        (client: BlobServiceClient) =>
          of(client).download(2, 5, { conditions: { ifMatch: '"0x8D"', ifModifiedSince: new Date(0) } }),
      ],
      [`a block of ${name}`, (client: BlobServiceClient) => of(client).stageBlock('YmxvY2sx+w==', 'hello', 5)],
      [`a snapshot of ${name}`, (client: BlobServiceClient) => of(client).createSnapshot()],
      [`removing ${name}`, (client: BlobServiceClient) => of(client).delete({ deleteSnapshots: 'include' })],
    ] as const
  }),
]

function isProven(verifier: VerifyScheme, request: HttpRequest): boolean {
  const [found] = verifier.parse(request)
  return found !== undefined && key.verify(found.base, found.signature)
}

const refuses = (verifier: VerifyScheme, request: HttpRequest): boolean => {
  try {
    return !isProven(verifier, request)
  } catch {
    return true
  }
}

const sentValue = ({ fields }: HttpRequest, name: string): string =>
  fields[fields.findIndex((one, at) => at % 2 === 0 && one.toLowerCase() === name) + 1] as string

describe.each(HOSTS)('Shared Key of @azure/storage-blob at %s', (host) => {
  test.each(CALLS)('the verifier accepts %s', async (_, call) => {
    const request = await sentBy(host, call)
    expect(isProven(VERIFIER, request)).toBe(true)

    const { path, query } = splitTarget(request.target)
    const changes: readonly HttpRequest[] = [
      { ...request, method: 'PATCH' },
      { ...request, target: `${path}z${query}` },
      { ...request, target: `${path}${query}${query === '' ? '?' : '&'}zz=1` },
      ...request.fields.flatMap((name, at) =>
        at % 2 === 0 && /^(?:x-ms-|content-type|content-length|if-|range$)/i.test(name)
          ? [{ ...request, fields: request.fields.map((one, index) => (index === at + 1 ? `${one}1` : one)) }]
          : [],
      ),
    ]
    for (const changed of changes) expect(refuses(VERIFIER, changed), changed.target).toBe(true)

    const unsigned = request.fields.filter(
      (_one, at) => !['authorization', 'x-ms-date'].includes((request.fields[at - (at % 2)] as string).toLowerCase()),
    )
    const nowMs = dateOf('x-ms-date', sentValue(request, 'x-ms-date'))
    const { scheme } = azureSharedKey({ key, contentMd5: false })
    const context = { keyId: account, algorithm: key.algorithm, nowMs, nonce: '' }
    const ours = signPreparedSync(scheme.prepare({ ...request, fields: unsigned }, context), key)
    expect(sentValue(ours, 'authorization')).toBe(sentValue(request, 'authorization'))
  })
})

describe('SAS of @azure/storage-blob', () => {
  const expiresOn = new Date(Date.UTC(2026, 0, 2, 4, 4, 5))
  const nowMs = expiresOn.getTime() - 3_600_000
  const shared = { key, expiresS: 3600, protocol: 'https,http' } as const
  const signature = (text: string): string =>
    new URLSearchParams(text.slice(text.indexOf('?') + 1)).get('sig') as string
  const signed = (signer: Signer<typeof key>, url: string): HttpRequest => {
    const context = { keyId: account, algorithm: key.algorithm, nowMs, nonce: '' }
    return signPreparedSync(signer.scheme.prepare(httpRequest({ url }), context), key)
  }
  const protocol = 'https,http' as never
  const VERSIONS = ['2016-05-31', '2018-11-09', '2020-02-10', '2020-12-06', '2022-11-02', '2025-05-05']

  test.each(VERSIONS.flatMap((version) => NAMES.map((name) => [version, name] as const)))(
    'in version %s both sign the same for "%s"',
    (version, name) => {
      const url = `${HOSTS[0]}/photos/${name.split('/').map(encodeURIComponent).join('/')}`
      const values = {
        containerName: 'photos',
        blobName: name,
        permissions: BlobSASPermissions.parse('racwd'),
        expiresOn,
      }
      const text = generateBlobSASQueryParameters({ ...values, version, protocol }, credential).toString()
      const verifier = azureSasVerifier()
      const theirs = httpRequest({ url: `${url}?${text}` })
      expect(isProven(verifier, theirs)).toBe(true)
      expect(refuses(verifier, { ...theirs, target: theirs.target.replace('?', 'z?') })).toBe(true)
      expect(refuses(verifier, { ...theirs, target: theirs.target.replace('sp=r', 'sp=w') })).toBe(true)
      const ours = signed(azureServiceSas({ ...shared, permissions: 'racwd', version }), url)
      expect(signature(ours.target)).toBe(signature(text))
    },
  )

  test.each(VERSIONS)('in version %s both sign the same for a container and for an account', (version) => {
    const url = `${HOSTS[0]}/photos`
    const permissions = ContainerSASPermissions.parse('rl')
    const container = { containerName: 'photos', permissions, expiresOn, version, protocol }
    const text = generateBlobSASQueryParameters(container, credential).toString()
    expect(isProven(azureSasVerifier(), httpRequest({ url: `${url}/any/blob?${text}` }))).toBe(true)
    const ours = signed(azureServiceSas({ ...shared, permissions: 'rl', resource: 'c', version }), url)
    expect(signature(ours.target)).toBe(signature(text))

    const values = { permissions: AccountSASPermissions.parse('rl'), services: 'bq', resourceTypes: 'sco' }
    const whole = generateAccountSASQueryParameters({ ...values, expiresOn, version, protocol }, credential).toString()
    expect(isProven(azureSasVerifier(), httpRequest({ url: `${url}?comp=list&${whole}` }))).toBe(true)
    const signer = azureAccountSas({ ...shared, services: 'bq', resourceTypes: 'sco', permissions: 'rl', version })
    expect(signature(signed(signer, url).target)).toBe(signature(whole))
  })
})
