import {
  azureAccountSas,
  azureCosmos,
  azureCosmosVerifier,
  azureDelegationKey,
  azureHmac,
  azureHmacVerifier,
  azureKey,
  azureSasUrl,
  azureSasVerifier,
  azureServiceSas,
  azureSharedKey,
  azureSharedKeyVerifier,
} from '../../../src/schemes/azure/index.js'
import type { OptionsRoom } from './row.js'

const account = { account: 'myaccount', key: btoa('a key of the account, of 64 bytes') }
const key = azureKey(account)
const sas = { key, permissions: 'r', expiresS: 60 }

const ID = '00000000-1111-2222-3333-444444444444'
const delegation = {
  account: 'myaccount',
  signedObjectId: ID,
  signedTenantId: ID,
  signedStartsOn: '2026-01-02',
  signedExpiresOn: '2026-01-09',
  signedService: 'b',
  signedVersion: '2022-11-02',
  value: btoa('a key that was issued to a user'),
}

const SAS = [
  ['permission', 'permissions'],
  ['expires', 'expiresS'],
  ['startsOn', 'startsBeforeS'],
] as const

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/azure#azureKey',
      call: (extra) => azureKey({ ...account, ...extra }),
      misspelt: [
        ['secondaryKey', 'secondKey'],
        ['accountName', 'account'],
        ['accountKey', 'key'],
        ['accounts', 'account'],
      ],
    },
    {
      name: 'countersign/azure#azureDelegationKey',
      call: (extra) => azureDelegationKey({ ...delegation, ...extra }),
      misspelt: [
        ['SignedOid', 'signedObjectId'],
        ['signed_tid', 'signedTenantId'],
        ['signedStartOn', 'signedStartsOn'],
        ['key', 'value'],
      ],
    },
    {
      name: 'countersign/azure#azureSharedKey',
      call: (extra) => azureSharedKey({ key, ...extra }),
      misspelt: [
        ['accountKey', 'azureKey'],
        ['contentMD5', 'contentMd5'],
        ['services', 'service'],
      ],
    },
    {
      name: 'countersign/azure#azureSharedKeyVerifier',
      call: (extra) => azureSharedKeyVerifier(extra),
      misspelt: [
        ['unsignedPayloads', 'unsignedPayload'],
        ['repeatedParameter', 'repeatedParameters'],
        ['maxAgeMs', 'policy'],
      ],
    },
    {
      name: 'countersign/azure#azureAccountSas',
      call: (extra) => azureAccountSas({ ...sas, services: 'b', resourceTypes: 'o', ...extra }),
      misspelt: [...SAS, ['resourceType', 'resourceTypes']],
    },
    {
      name: 'countersign/azure#azureServiceSas',
      call: (extra) => azureServiceSas({ ...sas, ...extra }),
      misspelt: [
        ...SAS,
        ['resources', 'resource'],
        ['authorisedObjectId', 'authorizedObjectId'],
        ['requestHeader', 'requestHeaders'],
      ],
    },
    {
      name: 'countersign/azure#azureSasUrl',
      call: (extra) =>
        azureSasUrl({ ...sas, url: 'https://myaccount.blob.core.windows.net/a/b', nowMs: 1_700_000_000_000, ...extra }),
      misspelt: [...SAS, ['now', 'nowMs']],
    },
    {
      name: 'countersign/azure#azureSasVerifier',
      call: (extra) => azureSasVerifier(extra),
      misspelt: [
        ['accounts', 'account'],
        ['callerCheck', 'callerChecks'],
        ['pathstyle', 'pathStyle'],
      ],
    },
    {
      name: 'countersign/azure#azureHmac',
      call: (extra) => azureHmac({ key, ...extra }),
      misspelt: [['credentials', 'credential']],
    },
    {
      name: 'countersign/azure#azureHmacVerifier',
      call: (extra) => azureHmacVerifier(extra),
      misspelt: [['keyid', 'keyId']],
    },
    {
      name: 'countersign/azure#azureCosmos',
      call: (extra) => azureCosmos({ key, ...extra }),
      misspelt: [['masterKey', 'azureKey']],
    },
    {
      name: 'countersign/azure#azureCosmosVerifier',
      call: (extra) => azureCosmosVerifier({ keyId: 'a', ...extra }),
      misspelt: [['unsignedPayloads', 'unsignedPayload']],
    },
  ],
  without: { 'countersign/azure#azureSasOf': 'a request', 'countersign/azure#azureDelegationOf': 'the id of a key' },
}
