import fc from 'fast-check'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import {
  azureAccountSas,
  azureCosmos,
  azureCosmosVerifier,
  azureDelegationKey,
  azureHmac,
  azureHmacVerifier,
  azureKey,
  azureSasVerifier,
  azureServiceSas,
  azureSharedKey,
  azureSharedKeyVerifier,
} from '../../../src/schemes/azure/index.js'
import { requestsWithout } from '../../property/legacy-messages.js'
import type { SchemeRow } from './row.js'

const key = azureKey({ account: 'myaccount', key: btoa('a key of the account, of 64 bytes') })
const both = azureKey({
  account: 'myaccount',
  key: btoa('another key, that signs'),
  secondKey: btoa('a key of the account, of 64 bytes'),
})

const issued = azureDelegationKey({
  account: 'myaccount',
  signedObjectId: '00000000-1111-2222-3333-444444444444',
  signedTenantId: '55555555-6666-7777-8888-999999999999',
  signedStartsOn: '2001-01-01',
  signedExpiresOn: '2099-01-01',
  signedService: 'b',
  signedVersion: '2022-11-02',
  value: btoa('a key that was issued to a user'),
})

/** Requests for storage: what a URL of it cannot hold, and fields that may stand once, are left to the tests of refusals. */
const messages = (paths: readonly string[], queries: readonly string[]): fc.Arbitrary<HttpRequest> =>
  fc
    .tuple(
      requestsWithout('date', 'content-type'),
      fc.constantFrom(...paths),
      fc.constantFrom(...queries),
      fc.boolean(),
    )
    .map(([request, path, query, isJson]) => ({
      ...request,
      method: request.method.toUpperCase(),
      target: path + query,
      authority: 'myaccount.blob.core.windows.net',
      fields: [
        ...request.fields,
        'x-ms-version',
        '2022-11-02',
        'X-Ms-Meta-A',
        'two  inner   spaces',
        ...(isJson ? ['Content-Type', 'application/json'] : []),
      ],
    }))
const PATHS = ['/photos/a.jpg', '/photos/a%20b/c.txt', '/photos', '/c/d/e/f', "/Employees(PartitionKey='p',RowKey='r')"]
const QUERIES = ['', '?', '?comp=list&restype=container', '?timeout=30&comp=metadata&prefix=a%2Fb', '?a=b+c&B=1']
const anyMessage = messages(PATHS, QUERIES)

// Signed at the time at which they begin.
const sas = { key, permissions: 'r', expiresS: 3600, startsBeforeS: 0, protocol: 'https,http' } as const

const at = (target: string, method = 'GET'): HttpRequest =>
  httpRequest({
    method,
    url: `https://myaccount.blob.core.windows.net${target}`,
    headers: { 'x-ms-version': '2022-11-02' },
  })
const blob = at('/photos/a.jpg?timeout=30&comp=metadata')

/** The schemes of Azure. */
export const AZURE_SCHEMES: readonly SchemeRow[] = [
  {
    name: 'azure-shared-key',
    of: ['azureSharedKey', 'azureSharedKeyVerifier'],
    signer: azureSharedKey({ key }),
    verifyingKey: both,
    verifier: azureSharedKeyVerifier(),
    arbitraryMessage: anyMessage,
  },
  {
    name: 'azure-table',
    of: ['azureSharedKey', 'azureSharedKeyVerifier'],
    signer: azureSharedKey({ key, service: 'table' }),
    verifyingKey: key,
    verifier: azureSharedKeyVerifier({ service: 'table' }),
    arbitraryMessage: anyMessage,
    runs: 40,
  },
  {
    name: 'azure-table-lite',
    of: ['azureSharedKey', 'azureSharedKeyVerifier'],
    signer: azureSharedKey({ key, service: 'table-lite' }),
    verifyingKey: key,
    verifier: azureSharedKeyVerifier({ service: 'table-lite', unsignedPayload: true }),
    arbitraryMessage: anyMessage,
    runs: 40,
  },
  {
    name: 'azure-hmac',
    of: ['azureHmac', 'azureHmacVerifier'],
    signer: azureHmac({ key }),
    verifyingKey: key,
    verifier: azureHmacVerifier(),
    arbitraryMessage: anyMessage,
    runs: 40,
  },
  {
    name: 'azure-hmac without a key id',
    of: ['azureHmac', 'azureHmacVerifier'],
    signer: azureHmac({ key, credential: false }),
    verifyingKey: key,
    verifier: azureHmacVerifier({ keyId: 'myaccount' }),
    arbitraryMessage: anyMessage,
    runs: 20,
  },
  {
    name: 'azure-cosmos',
    of: ['azureCosmos', 'azureCosmosVerifier'],
    signer: azureCosmos({ key }),
    verifyingKey: key,
    verifier: azureCosmosVerifier({ keyId: 'myaccount' }),
    request: at('/dbs/My/colls/C/docs/D', 'DELETE'),
    arbitraryMessage: messages(['/dbs/My%20Db/colls/C/docs/D', '/dbs', '/', '/dbs/a/colls', '/offers/AbC'], QUERIES),
    runs: 40,
  },
  {
    name: 'azure-sas of a blob',
    of: ['azureServiceSas', 'azureSasVerifier'],
    signer: azureServiceSas(sas),
    verifyingKey: key,
    verifier: azureSasVerifier(),
    request: blob,
    arbitraryMessage: messages(['/photos/a.jpg', '/photos/a/b/c.txt', '/root.txt'], QUERIES),
    runs: 40,
  },
  {
    name: 'azure-sas with a user delegation key',
    of: ['azureServiceSas', 'azureSasVerifier'],
    signer: azureServiceSas({ ...sas, key: issued }),
    verifyingKey: issued,
    verifier: azureSasVerifier(),
    request: blob,
    arbitraryMessage: messages(['/photos/a.jpg', '/photos/a/b/c.txt', '/root.txt'], QUERIES),
    runs: 20,
  },
  {
    name: 'azure-sas of an account',
    of: ['azureAccountSas', 'azureSasVerifier'],
    signer: azureAccountSas({ ...sas, services: 'bqtf', resourceTypes: 'sco' }),
    verifyingKey: key,
    verifier: azureSasVerifier({ service: 'queue' }),
    request: blob,
    arbitraryMessage: anyMessage,
    coversNothing: true,
    runs: 40,
  },
]
