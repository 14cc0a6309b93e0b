import { describe, expect, test } from 'vitest'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import {
  type AzureDelegationKeyOptions,
  type AzureSasVerifierOptions,
  type AzureServiceSasOptions,
  azureAccountSas,
  azureDelegationKey,
  azureDelegationOf,
  azureKey,
  azureSasOf,
  azureSasUrl,
  azureSasVerifier,
  azureServiceSas,
} from '../../../../src/schemes/azure/index.js'
import { noReplayProtection } from '../../../../src/server/index.js'
import { thrownCode } from '../../../expect-code.js'
import { HOST, judge, NOW, withLine } from '../legacy/judge.js'
import { sign } from './sign.js'

/*
 * A SAS that is signed with a user delegation key of Entra ID: what it states of the key is what the key is looked up by, so that a
 * token can neither name another key nor outlive its own.
 */

const OID = '11111111-2222-3333-4444-555555555555'
const OTHER = '99999999-2222-3333-4444-555555555555'
const TENANT = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const HOUR = 3_600_000
const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const issued: AzureDelegationKeyOptions = {
  account: 'api',
  signedObjectId: OID,
  signedTenantId: TENANT,
  signedStartsOn: at(NOW - HOUR),
  signedExpiresOn: new Date(NOW + 24 * HOUR),
  signedService: 'b',
  signedVersion: '2022-11-02',
  value: btoa('a key that Entra ID has issued to a user'),
}
const key = azureDelegationKey(issued)
const account = azureKey({ account: 'api', key: btoa('a key of the account, of 64 bytes') })
const policy = { perScheme: { 'azure-sas': { untimed: noReplayProtection } } } as const

const judged = (
  request: HttpRequest,
  options: AzureSasVerifierOptions = {},
  nowMs = NOW,
  keys = [key, account],
): Promise<string> =>
  judge(
    [azureSasVerifier(options)],
    keys.map((one) => ({ key: one })),
    { policy, nowMs },
  )(request)

const get = (target = '/photos/a.jpg'): HttpRequest => httpRequest({ url: `https://${HOST}${target}` })
const share = (more: Partial<AzureServiceSasOptions> = {}, target?: string): HttpRequest =>
  sign(azureServiceSas({ key, permissions: 'r', expiresS: 3600, ...(more as object) }), get(target))
const change = (request: HttpRequest, from: string | RegExp, to: string): HttpRequest => ({
  ...request,
  target: request.target.replace(from, to),
})

const BLOB = share()
const VERSIONS = ['2018-11-09', '2020-02-10', '2020-12-06', '2022-11-02', '2025-07-05', '2026-04-06'] as const
const USER = { delegatedUserObjectId: OTHER, version: '2025-07-05' } as const

describe('a user delegation SAS is accepted', () => {
  test.each(VERSIONS)('a SAS of version %s is accepted', async (version) => {
    expect(await judged(share({ version }))).toBe('ok')
  })

  test.each<[string, HttpRequest, AzureSasVerifierOptions]>([
    ['of a container', change(share({ resource: 'c' }, '/photos'), '/photos', '/photos/a/b.jpg'), {}],
    ['of a directory', change(share({ resource: 'd', depth: 1 }, '/photos/a/b'), 'a/b', 'a/c'), {}],
    ['that has begun', share({ startsBeforeS: 900 }), {}],
    ['whose beginning would be before that of its key', share({ startsBeforeS: 86_400 }), {}],
    ['for an authorized user', share({ authorizedObjectId: OTHER, correlationId: OTHER }), {}],
    ['for a user who is looked at', share({ unauthorizedObjectId: OTHER }), { callerChecks: ['unauthorized'] }],
    ['in the path of an emulator', share({ pathStyle: true }, '/api/photos/a.jpg'), { pathStyle: true }],
    [
      'bound to a user, with the token of one',
      withLine(share(USER), 'Authorization', 'Bearer a.b.c'),
      { callerChecks: ['boundTo'] },
    ],
  ])('a SAS is accepted: %s', async (_, request, options) => {
    expect(await judged(request, options)).toBe('ok')
  })

  test('one verifier accepts it beside one of the account', async () => {
    const own = sign(azureServiceSas({ key: account, permissions: 'r', expiresS: 3600 }), get())
    expect(await judged(own)).toBe('ok')
  })
})

const PARTS = {
  version: '2026-04-06',
  requestHeaders: { 'x-ms-note': 'a  b', Range: 'bytes=0-9' },
  requestQueryParameters: { timeout: '30', Comp: 'a:b c' },
} as const
const QUERY = '/photos/a.jpg?timeout=30&comp=a%3Ab%20c'
const SIGNED = share(PARTS, QUERY)
const full = (request: HttpRequest, note = 'a  b', range = 'bytes=0-9'): HttpRequest =>
  withLine(withLine(request, 'X-Ms-Note', note), 'range', range)
const FULL = full(SIGNED)

describe('a SAS for requests that have some parts', () => {
  test('is accepted with them, in any order, and covers the fields', async () => {
    expect(await judged(FULL)).toBe('ok')
    expect(await judged(full({ ...SIGNED, target: `${SIGNED.target}&more=1` }))).toBe('ok')
    const [found] = azureSasVerifier().parse(FULL)
    expect([...(found?.covers ?? [])]).toEqual(expect.arrayContaining(['field:x-ms-note', 'field:range']))
    for (const only of [{ requestHeaders: { a: '' } }, { requestQueryParameters: { timeout: '30' } }])
      expect(await judged(withLine(share({ version: '2026-04-06', ...only }, QUERY), 'a', ''))).toBe('ok')
  })

  test.each<[string, HttpRequest, string]>([
    ['without the fields', SIGNED, 'AUTH_MALFORMED'],
    ['with another value', full(SIGNED, 'a b'), 'SIGNATURE_INVALID'],
    ['with a field twice', withLine(FULL, 'Range', 'bytes=0-9'), 'HEADER_DUPLICATE'],
    ['without a parameter', change(FULL, 'timeout=30&', ''), 'AUTH_MALFORMED'],
    ['with another parameter', change(FULL, 'timeout=30', 'timeout=31'), 'SIGNATURE_INVALID'],
    ['with a parameter twice', change(FULL, 'timeout=30', 'timeout=30&Timeout=30'), 'AUTH_DUPLICATE'],
    ['with fewer names', change(FULL, /srh=[^&]*/, 'srh=Range'), 'SIGNATURE_INVALID'],
    ['with names in another order', change(FULL, /srq=[^&]*/, 'srq=Comp%2Ctimeout'), 'SIGNATURE_INVALID'],
    ['with a name twice', change(FULL, /srh=[^&]*/, 'srh=Range%2Crange'), 'AUTH_MALFORMED'],
    ['with no name', change(FULL, /srh=[^&]*/, 'srh='), 'AUTH_MALFORMED'],
    // "Comp" with "a:b c" and "Comp:a" with "b c" are one line.
    [
      'with a part of the value in the name',
      change(change(FULL, 'comp=a%3Ab%20c', 'comp%3Aa=b%20c&comp=evil'), 'Comp&', 'Comp%3Aa&'),
      'AUTH_MALFORMED',
    ],
    [
      'with too many names',
      change(FULL, /srh=[^&]*/, `srh=${Array.from({ length: 33 }, (_, i) => `a${i}`).join()}`),
      'AUTH_MALFORMED',
    ],
    ['without their names', change(change(FULL, /&srh=[^&]*/, ''), /&srq=[^&]*/, ''), 'SIGNATURE_INVALID'],
    ['with the list twice', change(FULL, '&srh=', '&srh=a&srh='), 'AUTH_DUPLICATE'],
  ])('a request is refused: %s', async (_, request, code) => {
    expect(await judged(request)).toBe(code)
  })

  test('is refused when it is made', () => {
    for (const more of [
      { ...PARTS, version: '2025-07-05' },
      { ...PARTS, key: account },
      { ...PARTS, requestHeaders: {} },
      { ...PARTS, requestHeaders: { 'a:b': 'c' } },
      { ...PARTS, requestHeaders: { 'a,b': 'c' } },
      { ...PARTS, requestHeaders: { a: 'b\nc' } },
      { ...PARTS, requestHeaders: { a: ' b' } },
      { ...PARTS, requestQueryParameters: { a: 1 as unknown as string } },
    ])
      expect(thrownCode(() => azureServiceSas({ key, permissions: 'r', expiresS: 60, ...more }))).toBe('CONFIG_INVALID')
  })
})

describe('a user delegation SAS is refused', () => {
  const OLD = share({ version: '2018-11-09' })
  test.each<[string, HttpRequest, string, AzureSasVerifierOptions?]>([
    ['for another blob', change(BLOB, 'a.jpg', 'b.jpg'), 'SIGNATURE_INVALID'],
    ['with more permissions', change(BLOB, 'sp=r', 'sp=rw'), 'SIGNATURE_INVALID'],
    ['in the name of another user', change(BLOB, OID, OTHER), 'KEY_UNKNOWN'],
    ['of another tenant', change(BLOB, TENANT, OTHER), 'KEY_UNKNOWN'],
    ['whose key would end later', change(BLOB, /ske=[^&]*/, `ske=${at(NOW + 48 * HOUR)}`), 'KEY_UNKNOWN'],
    ['whose key would begin earlier', change(BLOB, /skt=[^&]*/, `skt=${at(NOW - 2 * HOUR)}`), 'KEY_UNKNOWN'],
    ['whose key would be of another version', change(BLOB, 'skv=2022', 'skv=2023'), 'KEY_UNKNOWN'],
    ['whose key would be for more services', change(BLOB, 'sks=b', 'sks=bq'), 'KEY_UNKNOWN'],
    ['whose key would be for another service', change(BLOB, 'sks=b', 'sks=q'), 'AUTH_MALFORMED'],
    ['with a user added', change(BLOB, 'sp=r', `sp=r&saoid=${OTHER}`), 'SIGNATURE_INVALID'],
    [
      'with a tenant of users added',
      change(share({ version: '2025-07-05' }), 'sp=r', `sp=r&skdutid=${OTHER}`),
      'KEY_UNKNOWN',
    ],
    ['with two users', change(BLOB, 'sp=r', `sp=r&saoid=${OTHER}&suoid=${OTHER}`), 'AUTH_MALFORMED'],
    ['for a user who is not looked at', share({ unauthorizedObjectId: OTHER }), 'AUTH_MALFORMED'],
    ['bound to a user who is not looked at', share(USER), 'AUTH_MALFORMED'],
    ['bound to a user, without a token', share(USER), 'AUTH_MALFORMED', { callerChecks: ['boundTo'] }],
    [
      'bound to a user, with other credentials',
      withLine(share(USER), 'Authorization', 'Basic YTpi'),
      'AUTH_MALFORMED',
      { callerChecks: ['boundTo'] },
    ],
    [
      'beside other credentials',
      withLine(BLOB, 'Authorization', 'Bearer a'),
      'AUTH_DUPLICATE',
      { callerChecks: ['boundTo'] },
    ],
    [
      'whose binding was taken away',
      change(withLine(share(USER), 'Authorization', 'Bearer a'), /&sduoid=[^&]*/, ''),
      'AUTH_DUPLICATE',
      { callerChecks: ['boundTo'] },
    ],
    ['whose binding was taken away, with the token', change(share(USER), /&sduoid=[^&]*/, ''), 'SIGNATURE_INVALID'],
    [
      'with a binding that its version does not sign',
      change(BLOB, 'sp=r', `sp=r&sduoid=${OTHER}`),
      'AUTH_MALFORMED',
      { callerChecks: ['boundTo'] },
    ],
    ['with a user whom its version does not sign', change(OLD, 'sp=r', `sp=r&saoid=${OTHER}`), 'AUTH_MALFORMED'],
    ['of a version that has none', change(BLOB, 'sv=2022-11-02', 'sv=2018-03-28'), 'AUTH_MALFORMED'],
    ['of another version, with the same lines', change(BLOB, 'sv=2022-11-02', 'sv=2021-12-02'), 'SIGNATURE_INVALID'],
    ['with a stored policy', change(BLOB, 'sp=r', 'sp=r&si=p'), 'AUTH_MALFORMED', { callerChecks: ['identifier'] }],
    ['made one of the account', change(BLOB, 'sp=r', 'sp=r&ss=b&srt=o'), 'AUTH_MALFORMED'],
    ['with signed fields, which its version has not', change(BLOB, 'sp=r', 'sp=r&srh=x-a'), 'AUTH_MALFORMED'],
    ['with signed parameters, which its version has not', change(BLOB, 'sp=r', 'sp=r&srq=timeout'), 'AUTH_MALFORMED'],
    ['at a queue', BLOB, 'AUTH_MALFORMED', { service: 'queue' }],
    ['of another account', BLOB, 'KEY_UNKNOWN', { account: 'other' }],
    ['over http', { ...BLOB, scheme: 'http' }, 'AUTH_MALFORMED'],
    ['without permissions', change(BLOB, 'sp=r&', ''), 'AUTH_MALFORMED'],
    ['without an end', change(BLOB, /&se=[^&]*/, ''), 'AUTH_MALFORMED'],
    ['with an id that is none', change(BLOB, OID, '*'), 'AUTH_MALFORMED'],
    ['with an id that holds a slash', change(BLOB, OID, `${OID}%2Fa`), 'AUTH_MALFORMED'],
    ['with a time that is none', change(BLOB, /skt=[^&]*/, 'skt=2026-02-31'), 'TIMESTAMP_MALFORMED'],
    ['whose key ends before it begins', change(BLOB, /ske=[^&]*/, `ske=${at(NOW - 2 * HOUR)}`), 'TIMESTAMP_MALFORMED'],
    ['that outlives its key', change(BLOB, /se=[^&]*/, `se=${at(NOW + 25 * HOUR)}`), 'TIMESTAMP_MALFORMED'],
    ['that begins before its key', change(BLOB, 'sp=r', `sp=r&st=${at(NOW - 2 * HOUR)}`), 'TIMESTAMP_MALFORMED'],
    ['with the signature of the account', change(BLOB, /sig=.*/, signatureOf(get())), 'SIGNATURE_INVALID'],
  ])('a SAS is refused: %s', async (_, request, code, options) => {
    expect(await judged(request, options)).toBe(code)
  })

  test.each(['skoid', 'sktid', 'skt', 'ske', 'sks', 'skv'])(
    'a SAS without %s, or with two, is refused',
    async (name) => {
      expect(await judged(change(BLOB, new RegExp(`&${name}=[^&]*`), ''))).toBe('AUTH_MALFORMED')
      expect(await judged(change(BLOB, new RegExp(`&${name}=[^&]*`), '$&$&'))).toBe('AUTH_DUPLICATE')
      expect(await judged(change(BLOB, `&${name}=`, `&${name.toUpperCase()}=a&${name}=`))).toBe('AUTH_DUPLICATE')
    },
  )

  test('a SAS with the parameters of a key, signed with the account, is refused', async () => {
    const own = sign(azureServiceSas({ key: account, permissions: 'r', expiresS: 3600 }), get())
    const named = /&skoid=.*&skv=[^&]*/.exec(BLOB.target)?.[0] ?? ''
    expect(named).toContain('sktid')
    expect(await judged(change(own, '&sig=', `${named}&sig=`))).toBe('SIGNATURE_INVALID')
    expect(await judged(change(BLOB, named, ''))).toBe('SIGNATURE_INVALID')
    for (const one of ['skoid', 'saoid', 'sduoid'])
      expect(await judged(change(own, '&sig=', `&${one}=${OID}&sig=`))).toBe('AUTH_MALFORMED')
  })

  test('before its key begins, after its end, and once its key is gone', async () => {
    expect(await judged(BLOB, {}, NOW - 2 * HOUR)).toBe('TIMESTAMP_FUTURE')
    expect(await judged(BLOB, {}, NOW + HOUR + 1000)).toBe('TIMESTAMP_EXPIRED')
    expect(await judged(BLOB, {}, NOW, [account])).toBe('KEY_UNKNOWN')
  })

  test('for longer than seven days, with a key that is valid for longer', async () => {
    const long = azureDelegationKey({ ...issued, signedExpiresOn: at(NOW + 30 * 24 * HOUR) })
    const request = share({ key: long, expiresS: 604_800 })
    expect(await judged(request, {}, NOW, [long])).toBe('TIMESTAMP_MALFORMED')
    expect(await judged(share({ key: long, expiresS: 600_000 }), {}, NOW, [long])).toBe('ok')
  })
})

function signatureOf(request: HttpRequest): string {
  const own = sign(azureServiceSas({ key: account, permissions: 'r', expiresS: 3600 }), request)
  return /sig=.*/.exec(own.target)?.[0] ?? ''
}

describe('what a SAS states of its key', () => {
  test('is data for the caller', () => {
    expect(azureSasOf(share({ ...USER, authorizedObjectId: OTHER }))?.users).toEqual({
      ...{ issuedTo: OID, tenant: TENANT, authorized: OTHER, unauthorized: undefined, boundTo: OTHER },
      ...{ boundTenant: undefined, correlationId: undefined },
    })
    const own = sign(azureServiceSas({ key: account, permissions: 'r', expiresS: 3600 }), get())
    expect(azureSasOf(own)?.users).toBeUndefined()
  })

  test('is the id that the key is looked up by', () => {
    expect(key.keyId).toBe(`api/${OID}/${TENANT}/${at(NOW - HOUR)}/${at(NOW + 24 * HOUR)}/b/2022-11-02`)
    const named = azureDelegationOf(key.keyId)
    expect(named).toMatchObject({ account: 'api', signedObjectId: OID, signedExpiresOn: at(NOW + 24 * HOUR) })
    // However it writes the ids and times.
    const midnight = { ...issued, signedStartsOn: '2020-01-01', signedExpiresOn: '2099-01-01T00:00Z' }
    const early = azureDelegationKey(midnight)
    const [found] = azureSasVerifier().parse(
      change(change(share({ key: early }), OID, OID.toUpperCase()), /skt=[^&]*/, 'skt=2020-01-01T00%3A00Z'),
    ) as ReadonlyArray<{ keyId: string }>
    expect(found?.keyId).toBe(early.keyId)
    for (const id of ['', 'api', 'a/b/c/d/e/f/g', `${key.keyId}/x`, key.keyId.toUpperCase(), 'x'.repeat(600)])
      expect(azureDelegationOf(id)).toBeUndefined()
  })
})

describe('what cannot be meant is refused when it is made', () => {
  test.each<[string, Partial<Record<keyof AzureDelegationKeyOptions, unknown>>, string]>([
    ['no account', { account: 'Not/One' }, 'ARGUMENT_INVALID'],
    ['no id', { signedObjectId: 'me' }, 'ARGUMENT_INVALID'],
    ['no tenant', { signedTenantId: '' }, 'ARGUMENT_INVALID'],
    ['no time', { signedStartsOn: 'yesterday' }, 'ARGUMENT_INVALID'],
    ['a date that is none', { signedStartsOn: new Date(Number.NaN) }, 'ARGUMENT_INVALID'],
    ['an end before its start', { signedExpiresOn: at(NOW - 2 * HOUR) }, 'ARGUMENT_INVALID'],
    ['no service', { signedService: 'blob' }, 'ARGUMENT_INVALID'],
    ['no version', { signedVersion: '1' }, 'ARGUMENT_INVALID'],
    ['no base64', { value: '***' }, 'ARGUMENT_INVALID'],
    ['a short key', { value: btoa('short') }, 'KEY_WEAK'],
    ['an option of another name', { SignedOid: OID } as object, 'ARGUMENT_INVALID'],
  ])('a key with %s is refused', (_, more, code) => {
    expect(thrownCode(() => azureDelegationKey({ ...issued, ...more } as AzureDelegationKeyOptions))).toBe(code)
  })

  test.each<[string, Partial<AzureServiceSasOptions>]>([
    ['a user with a key of the account', { key: account, authorizedObjectId: OID }],
    ['a binding with a key of the account', { key: account, delegatedUserObjectId: OID, version: '2025-07-05' }],
    ['a user who is none', { authorizedObjectId: 'me' }],
    ['two users', { authorizedObjectId: OID, unauthorizedObjectId: OID }],
    ['a user in an older version', { authorizedObjectId: OID, version: '2019-12-12' }],
    ['a binding in an older version', { delegatedUserObjectId: OID }],
    ['a version before the keys', { version: '2018-03-28' }],
    ['a stored policy', { identifier: 'p' }],
    ['a queue', { service: 'queue' }],
    ['a key for queues', { key: azureDelegationKey({ ...issued, signedService: 'q' }) }],
  ])('a SAS with %s is refused', (_, more) => {
    expect(thrownCode(() => azureServiceSas({ key, permissions: 'r', expiresS: 60, ...more }))).toBe('CONFIG_INVALID')
  })

  test('a SAS of an account with such a key is refused', () => {
    const shared = { permissions: 'r', expiresS: 60, services: 'b', resourceTypes: 'o' }
    expect(thrownCode(() => azureAccountSas({ ...shared, key }))).toBe('CONFIG_INVALID')
  })

  test('a SAS that would outlive its key', () => {
    expect(thrownCode(() => share({ expiresS: 25 * 3600 }))).toBe('MESSAGE_MALFORMED')
    const url = azureSasUrl({ key, permissions: 'r', expiresS: 60, url: `https://${HOST}/a/b`, nowMs: NOW })
    expect(url).toContain(`skoid=${OID}`)
  })
})
