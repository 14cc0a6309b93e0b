import { BlobSASPermissions, generateBlobSASQueryParameters } from '@azure/storage-blob'
import { describe, expect, test } from 'vitest'
import { httpRequest } from '../../src/message/message.js'
import { azureDelegationKey, azureSasUrl, azureSasVerifier } from '../../src/schemes/azure/index.js'

/* User delegation SAS of @azure/storage-blob, in every version whose text differs and in those around them. */

const VERSIONS = ['2018-11-09', '2019-12-12', '2020-02-10', '2020-10-02', '2020-12-06', '2025-05-05', '2025-07-05']
const NEWER = ['2026-02-06', '2026-04-06', '2026-06-06']
const NAMES = ['a.txt', 'a b/é+1.txt', "it's (me)!*", '100%']

const account = 'devstoreaccount1'
const startsOn = new Date(Date.UTC(2026, 0, 2, 3, 4, 5))
const expiresOn = new Date(startsOn.getTime() + 3_600_000)
const issued = {
  signedObjectId: '11111111-2222-3333-4444-555555555555',
  signedTenantId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  signedStartsOn: new Date(Date.UTC(2026, 0, 2)),
  signedExpiresOn: new Date(Date.UTC(2026, 0, 5)),
  signedService: 'b',
  signedVersion: '2022-11-02',
  value: btoa('a key that Entra ID has issued to a user'),
}
const key = azureDelegationKey({ account, ...issued })
const user = '99999999-8888-7777-6666-555555555555'

describe.each([...VERSIONS, ...NEWER])('version %s', (version) => {
  test.each(NAMES)('both make the same URL for "%s"', (name) => {
    const users = version >= '2020-02-10' ? { preauthorizedAgentObjectId: user, correlationId: user } : {}
    const parts = version >= '2026-04-06' && {
      requestHeaders: { 'x-ms-note': 'two  spaces', Range: 'bytes=0-9' },
      requestQueryParameters: { timeout: '30', comp: 'a:b' },
    }
    const text = generateBlobSASQueryParameters(
      {
        ...{ containerName: 'photos', blobName: name, permissions: BlobSASPermissions.parse('racwd') },
        ...{ startsOn, expiresOn, version, protocol: 'https' as never, ...users, ...parts },
      },
      issued,
      account,
    ).toString()
    const url = `https://${account}.blob.core.windows.net/photos/${name.split('/').map(encodeURIComponent).join('/')}`
    const theirs = httpRequest({
      url: `${url}?timeout=30&comp=a%3Ab&${text}`,
      headers: { 'X-Ms-Note': 'two  spaces', range: 'bytes=0-9' },
    })
    const [found] = azureSasVerifier().parse(theirs)
    expect(found?.keyId).toBe(key.keyId)
    expect(key.verify(found?.base ?? '', found?.signature ?? new Uint8Array())).toBe(true)

    const ours = azureSasUrl({
      ...{ key, url, permissions: 'racwd', version, expiresS: 3_600, startsBeforeS: 0, nowMs: startsOn.getTime() },
      ...parts,
      ...(version >= '2020-02-10' && { authorizedObjectId: user, correlationId: user }),
    })
    expect(new Map(new URL(ours).searchParams)).toEqual(new Map(new URLSearchParams(text)))
  })
})
