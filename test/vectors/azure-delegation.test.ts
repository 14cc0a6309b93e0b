import { describe, expect, test } from 'vitest'
import { httpRequest } from '../../src/message/message.js'
import { azureDelegationKey, azureSasOf, azureSasUrl, azureSasVerifier } from '../../src/schemes/azure/index.js'
import type { UntrustedSignature } from '../../src/schemes/scheme.js'
import rows from './azure/delegation.json' with { type: 'json' }

/*
 * User delegation SAS as the packages of Microsoft for JavaScript and Python make them, of every version whose text differs; the
 * package and its version stand in each row.
 */

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const TENANT = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const ID = '99999999-8888-7777-6666-555555555555'
const issued = {
  account: 'devstoreaccount1',
  signedObjectId: '11111111-2222-3333-4444-555555555555',
  signedTenantId: TENANT,
  signedStartsOn: '2026-01-02T00:00:00Z',
  signedExpiresOn: '2026-01-05T00:00:00Z',
  signedService: 'b',
  signedVersion: '2022-11-02',
  // The key of the emulator, which everyone has.
  value: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const
const key = azureDelegationKey(issued)
const bound = azureDelegationKey({ ...issued, signedDelegatedUserTenantId: TENANT })

const verifier = azureSasVerifier({ callerChecks: ['ip', 'unauthorized', 'boundTo'] })
const parse = (url: string): UntrustedSignature => {
  const headers = url.includes('sduoid=') ? { authorization: 'Bearer a' } : {}
  const [found] = verifier.parse(httpRequest({ url, headers })) as readonly UntrustedSignature[]
  return found as UntrustedSignature
}

describe('what the packages of Microsoft make is accepted', () => {
  test.each(rows.map((row) => [row.id, row] as const))('the request %s is accepted', (id, { url }) => {
    const found = parse(url)
    const own = id.includes('bound') ? bound : key
    expect(found.keyId).toBe(own.keyId)
    expect(own.verify(found.base, found.signature)).toBe(true)
    expect(azureSasOf(httpRequest({ url }))?.users?.issuedTo).toBe(issued.signedObjectId)
  })
})

describe('what we sign is what the packages of Microsoft sign', () => {
  const versions = [...new Set(rows.map(({ url }) => /sv=([\d-]+)/.exec(url)?.[1] as string))].slice(0, -1)
  const parameters = (url: string): Map<string, string> => new Map(new URL(url).searchParams)
  const times = { expiresS: 3600, nowMs: NOW }

  test.each(versions)('both sign the same in version %s', (version) => {
    const of = (name: string): string => rows.find(({ id }) => id === `${name}-${version}`)?.url as string
    const ours = azureSasUrl({
      ...{ key, version, ...times, startsBeforeS: 0, url: of('blob').split('?', 1)[0] as string, permissions: 'racwd' },
      ...{ contentDisposition: 'attachment; filename="a b.txt"', contentType: 'text/plain', protocol: 'https,http' },
    })
    expect(parameters(ours)).toEqual(parameters(of('blob')))
    const users = azureSasUrl({
      ...{ key, version, ...times, url: of('blob-users').split('?', 1)[0] as string, permissions: 'r' },
      ip: '168.1.5.60-168.1.5.70',
      ...(version >= '2020-02-10' && {
        authorizedObjectId: ID,
        correlationId: '12121212-3434-5656-7878-909090909090',
      }),
      ...(version >= '2020-12-06' && { encryptionScope: 'scope' }),
    })
    expect(parameters(users)).toEqual(parameters(of('blob-users')))
  })
})
