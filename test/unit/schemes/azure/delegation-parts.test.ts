import { describe, expect, test } from 'vitest'
import {
  assertDelegated,
  azureDelegationOf,
  delegationId,
  delegationValues,
  wrongMember,
} from '../../../../src/schemes/azure/delegation-form.js'
import { assertDelegation } from '../../../../src/schemes/azure/delegation-options.js'
import { azureDelegationKey, azureKey, azureServiceSas } from '../../../../src/schemes/azure/index.js'
import { textOf, thrownCode, withCode } from '../../../expect-code.js'

const OID = '11111111-2222-3333-4444-55555555555a'
const TENANT = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const ISSUED = {
  ...{ account: 'api', signedObjectId: OID, signedTenantId: TENANT, signedService: 'b', signedVersion: '2022-11-02' },
  ...{ signedStartsOn: '2026-09-21T00:00:00Z', signedExpiresOn: '2026-09-27T00:00:00Z' },
}
const VALUES: Readonly<Record<string, string>> = {
  ...{ sv: '2026-04-06', sp: 'r', se: '2026-09-22T00:00:00Z', sr: 'b' },
  ...{ skoid: OID, sktid: TENANT, skt: '2026-09-21', ske: '2026-09-27', sks: 'b', skv: '2022-11-02' },
}
const ID = `api/${OID}/${TENANT}/2026-09-21T00:00:00Z/2026-09-27T00:00:00Z/b/2022-11-02`
const mapOf = (more: Readonly<Record<string, string | undefined>> = {}): ReadonlyMap<string, string> =>
  new Map(Object.entries({ ...VALUES, ...more }).filter((pair): pair is [string, string] => pair[1] !== undefined))

describe('the id of a user delegation key', () => {
  test('is one for every spelling of the same values, and read back', () => {
    expect(delegationId('api', mapOf())).toBe(ID)
    expect(
      delegationId('api', mapOf({ skoid: OID.toUpperCase(), sktid: TENANT.toUpperCase(), skt: '2026-09-21T00:00Z' })),
    ).toBe(ID)
    expect(delegationId('api', mapOf({ skdutid: TENANT.toUpperCase() }))).toBe(`${ID}/${TENANT}`)
    const named = { ...ISSUED, signedDelegatedUserTenantId: undefined }
    expect(azureDelegationOf(ID)).toEqual(named)
    expect(azureDelegationOf(`${ID}/${TENANT}`)).toEqual({ ...named, signedDelegatedUserTenantId: TENANT })
    expect([...delegationValues(named)]).toEqual([
      ...[
        ['skoid', OID],
        ['sktid', TENANT],
        ['skt', '2026-09-21T00:00:00Z'],
        ['ske', '2026-09-27T00:00:00Z'],
      ],
      ...[
        ['sks', 'b'],
        ['skv', '2022-11-02'],
      ],
    ])
    expect(delegationValues({ ...named, signedDelegatedUserTenantId: TENANT }).get('skdutid')).toBe(TENANT)
  })

  test('is in the one form that a SAS is looked up by', () => {
    for (const id of [
      5,
      undefined,
      [ID],
      '',
      'api',
      ID.slice(0, ID.lastIndexOf('/')),
      `${ID}/`,
      `${ID}/${TENANT}/x`,
      `${ID}/${'x'.repeat(512)}`,
      ID.replace(OID, OID.toUpperCase()),
      ID.replace('2026-09-21T00:00:00Z', '2026-09-21'),
      ID.replace('2026-09-21T00:00:00Z', '2026-02-31'),
      ID.replace('api', 'A_b'),
      ID.replace('/b/', '/x/'),
      ID.replace('2022-11-02', '2022-11-2'),
      ID.replace(TENANT, 'x'),
    ])
      expect([id, azureDelegationOf(id as string)]).toEqual([id, undefined])
  })

  test('is of values that are what they have to be', () => {
    const named = { ...ISSUED, signedDelegatedUserTenantId: undefined }
    expect(wrongMember(named)).toBeUndefined()
    for (const [member, value] of Object.entries({
      signedObjectId: 'x',
      signedTenantId: 5,
      signedService: ['b'],
      signedVersion: 'x',
      signedDelegatedUserTenantId: 'x',
    }))
      expect(wrongMember({ ...named, [member]: value })).toEqual([member, expect.any(String)])
    const made = (more: object) =>
      azureDelegationKey({ ...ISSUED, value: btoa('a key that Entra ID has issued'), ...more })
    expect(made({}).keyId).toBe(ID)
    // What a key signs of requests: fields and parameters by their names, each with its value.
    const sas = { key: made({}), permissions: 'r', expiresS: 60, version: '2026-04-06' }
    for (const parts of [{ 'x-ms-meta-a': 'b c' }, { a: '', b: '2' }])
      expect(() => azureServiceSas({ ...sas, requestHeaders: parts, requestQueryParameters: parts })).not.toThrow()
    expect(made({ signedStartsOn: new Date('2026-09-21'), signedDelegatedUserTenantId: TENANT }).keyId).toBe(
      `${ID}/${TENANT}`,
    )
    for (const [more, text] of [
      [{ signedExpiresOn: '2026-09-21T00:00:00Z' }, '"signedExpiresOn" must be after "signedStartsOn"'],
      [{ signedExpiresOn: '2026-09-20T00:00:00Z' }, '"signedExpiresOn" must be after "signedStartsOn"'],
      [{ signedStartsOn: new Date(Number.NaN) }, '"signedStartsOn" must be a Date or a time such as'],
      [{ signedStartsOn: 'x' }, '"signedStartsOn" must be a Date or a time such as'],
      [{ account: 'A_b' }, '"account" must be the name of an account'],
      [{ signedService: 'z' }, '"signedService" must be letters of "bfqt"'],
    ] as const)
      expect(textOf(() => made(more))).toContain(`ARGUMENT_INVALID azureDelegationKey: ${text}`)
  })
})

describe('a SAS of a user delegation key', () => {
  const refused = (more: Readonly<Record<string, string | undefined>>): unknown =>
    thrownCode(() => assertDelegated(mapOf(more)))

  test('states its key, its end and its permissions, and nothing of another kind', () => {
    expect(refused({})).toBe('nothing thrown')
    for (const name of ['skoid', 'sktid', 'skt', 'ske', 'sks', 'skv', 'sp', 'se'])
      expect(() => assertDelegated(mapOf({ [name]: undefined }))).toThrow(
        withCode('AUTH_MALFORMED', `a user delegation SAS must have the parameter "${name}"`),
      )
    for (const name of ['sp', 'se']) expect(refused({ [name]: '' })).toBe('AUTH_MALFORMED')
    for (const name of ['ss', 'srt', 'si', 'tn'])
      expect(() => assertDelegated(mapOf({ [name]: 'x' }))).toThrow(
        withCode('AUTH_MALFORMED', `a user delegation SAS must not have the parameter "${name}"`),
      )
    expect(() => assertDelegated(mapOf({ saoid: OID, suoid: OID }))).toThrow(
      withCode('AUTH_MALFORMED', 'parameters "saoid" and "suoid" must not stand together'),
    )
    expect([refused({ saoid: OID }), refused({ suoid: OID })]).toEqual(['nothing thrown', 'nothing thrown'])
    expect(() => assertDelegated(mapOf({ saoid: 'x' }))).toThrow(
      withCode('AUTH_MALFORMED', 'parameter "saoid" must be'),
    )
    for (const name of ['srh', 'srq']) {
      expect(refused({ [name]: 'a' })).toBe('nothing thrown')
      expect(() => assertDelegated(mapOf({ [name]: 'a', sv: '2026-04-05' }))).toThrow(
        withCode('AUTH_MALFORMED', `parameter "${name}" must be of a version from 2026-04-06 on`),
      )
    }
    expect(refused({ sduoid: OID, sv: '2025-07-04' })).toBe('AUTH_MALFORMED')
    expect(refused({ sduoid: OID, sv: '2025-07-05' })).toBe('nothing thrown')
  })

  test('is for a time in which its key is valid', () => {
    for (const more of [
      { skt: '2026-09-27' },
      { skt: '2026-09-28' },
      { se: '2026-09-27T00:00:01Z' },
      { st: '2026-09-20T23:59:59Z' },
      { skt: 'x' },
    ])
      expect(refused(more)).toBe('TIMESTAMP_MALFORMED')
    for (const more of [{ se: '2026-09-27T00:00:00Z' }, { st: '2026-09-21T00:00:00Z' }])
      expect(refused(more)).toBe('nothing thrown')
  })
})

test('what only a user delegation SAS has must come with such a key, and of a version that signs it', () => {
  const delegated = azureDelegationKey({ ...ISSUED, value: btoa('a key that Entra ID has issued') })
  const account = azureKey({ account: 'api', key: btoa('a key of the account') })
  const check = (options: object, service: 'blob' | 'file' = 'blob') =>
    thrownCode(() => assertDelegation('where', { permissions: 'r', expiresS: 1, ...options } as never, service)) ===
    'nothing thrown'
      ? undefined
      : textOf(() => assertDelegation('where', { permissions: 'r', expiresS: 1, ...options } as never, service))
  for (const name of [
    'authorizedObjectId',
    'unauthorizedObjectId',
    'correlationId',
    'delegatedUserObjectId',
    'requestHeaders',
    'requestQueryParameters',
  ])
    expect(check({ key: account, [name]: OID })).toBe(
      `CONFIG_INVALID where: "${name}" must come with a user delegation key: azureDelegationKey()`,
    )
  expect(check({ key: account })).toBeUndefined()
  expect(check({ key: undefined })).toBeUndefined()
  expect(check({ key: delegated })).toBeUndefined()
  expect(check({ key: delegated, authorizedObjectId: OID })).toBeUndefined()
  expect(check({ key: delegated, unauthorizedObjectId: OID })).toBeUndefined()
  expect(check({ key: delegated, authorizedObjectId: OID, unauthorizedObjectId: OID })).toContain(
    '"authorizedObjectId" must not come with "unauthorizedObjectId"',
  )
  expect(check({ key: delegated, identifier: 'p' })).toContain('no stored policy is for one')
  expect(check({ key: delegated }, 'file')).toContain('a user delegation key must be for "blob"')
  const files = azureDelegationKey({ ...ISSUED, signedService: 'f', value: btoa('a key that Entra ID has issued') })
  expect(check({ key: files })).toContain('a user delegation key must be for "blob"')
  for (const [name, since] of [
    ['delegatedUserObjectId', '2025-07-05'],
    ['requestHeaders', '2026-04-06'],
    ['requestQueryParameters', '2026-04-06'],
  ] as const) {
    expect(check({ key: delegated, [name]: OID })).toContain(`"${name}" must come with a "version" from ${since} on`)
    expect(check({ key: delegated, [name]: OID, version: since })).toBeUndefined()
  }
})
