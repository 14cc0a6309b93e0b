import { describe, expect, test } from 'vitest'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import {
  type AzureSasVerifierOptions,
  type AzureServiceSasOptions,
  azureAccountSas,
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

const key = azureKey({ account: 'api', key: btoa('a key of the account, of 64 bytes') })
const policy = { perScheme: { 'azure-sas': { untimed: noReplayProtection } } } as const

const judged = (request: HttpRequest, options: AzureSasVerifierOptions = {}, nowMs = NOW): Promise<string> =>
  judge([azureSasVerifier(options)], [{ key }], { policy, nowMs })(request)

const get = (target = '/photos/a.jpg'): HttpRequest => httpRequest({ url: `https://${HOST}${target}` })
const share = (target?: string, more: Partial<Omit<AzureServiceSasOptions, 'key'>> = {}): HttpRequest =>
  sign(azureServiceSas({ key, permissions: 'r', expiresS: 3600, ...more }), get(target))
const account = (more: object = {}): HttpRequest =>
  sign(azureAccountSas({ key, services: 'b', resourceTypes: 'o', permissions: 'r', expiresS: 3600, ...more }), get())

const change = (request: HttpRequest, from: string | RegExp, to: string): HttpRequest => ({
  ...request,
  target: request.target.replace(from, to),
})

const BLOB = share()
const CONTAINER = share('/photos', { resource: 'c' })
const ACCOUNT = account()
const STARTED = share('/photos/a.jpg', { startsBeforeS: 900 })

const OLD = share('/photos/a.jpg', { version: '2018-03-28' })

describe('a SAS is accepted', () => {
  test.each<[string, HttpRequest, AzureSasVerifierOptions]>([
    ['of a blob', BLOB, {}],
    ['of a blob, in an older version', OLD, {}],
    ['of a blob whose name has other characters', share('/photos/a%20b/%C3%A9.jpg'), {}],
    ['of a blob of the root container', share('/a.jpg'), {}],
    ['of a container, for a blob in it', change(CONTAINER, '/photos', '/photos/a/b.jpg'), {}],
    ['of an account, for anything', change(ACCOUNT, '/photos/a.jpg', '/others/b.jpg'), {}],
    ['that has begun', STARTED, {}],
    ['with further parameters', change(BLOB, '?', '?timeout=30&'), {}],
    ['for an account that is stated', BLOB, { account: 'api' }],
    ['in the path of an emulator', share('/api/photos/a.jpg', { pathStyle: true }), { pathStyle: true }],
    [
      'of a table, whatever case the path has',
      share('/Employees()', { service: 'table', tableName: 'Employees' }),
      { service: 'table' },
    ],
    ['of a queue', share('/jobs/messages', { service: 'queue' }), { service: 'queue' }],
    ['of a directory', directory(), {}],
    ['for some addresses, which the caller looks at', share('/a/b', { ip: '192.0.2.1' }), { callerChecks: ['ip'] }],
  ])('a SAS is accepted: %s', async (_, request, options) => {
    expect(await judged(request, options)).toBe('ok')
  })

  test('as often as it is used', async () => {
    const take = judge([azureSasVerifier()], [{ key }], { policy })
    expect([await take(BLOB), await take(BLOB), await take(STARTED), await take(STARTED)]).toEqual(Array(4).fill('ok'))
  })
})

function directory(): HttpRequest {
  const request = share('/photos/2026/a.jpg', { resource: 'd', depth: 1 })
  return change(request, 'a.jpg', 'b/c.jpg')
}

describe('a SAS is refused', () => {
  test.each<[string, HttpRequest, string, AzureSasVerifierOptions?]>([
    ['for another blob', change(BLOB, 'a.jpg', 'b.jpg'), 'SIGNATURE_INVALID'],
    ['of a blob, for its container', change(BLOB, '/photos/a.jpg', '/photos'), 'SIGNATURE_INVALID'],
    ['of a container, for another one', change(CONTAINER, '/photos', '/others/a.jpg'), 'SIGNATURE_INVALID'],
    ['of a container, with dots in the path', change(CONTAINER, '/photos', '/photos/../others'), 'AUTH_MALFORMED'],
    ['with encoded dots', change(CONTAINER, '/photos', '/photos/%2e%2e/others'), 'AUTH_MALFORMED'],
    ['with more permissions', change(BLOB, 'sp=r', 'sp=rw'), 'SIGNATURE_INVALID'],
    ['with a later end', change(BLOB, /se=\d+/, 'se=2099'), 'TIMESTAMP_MALFORMED'],
    ['with another kind of resource', change(BLOB, 'sr=b', 'sr=c'), 'SIGNATURE_INVALID'],
    ['with a line feed in it', change(BLOB, 'sp=r', 'sp=r%0A'), 'AUTH_MALFORMED'],
    ['with a parameter twice', change(BLOB, 'sp=r', 'sp=r&sp=r'), 'AUTH_DUPLICATE'],
    ['with a parameter twice in other letters', change(BLOB, 'sp=r', 'sp=r&SP=rw'), 'AUTH_DUPLICATE'],
    ['with a parameter twice, once encoded', change(BLOB, 'sp=r', 'sp=r&%73p=rw'), 'AUTH_DUPLICATE'],
    ['with an answer of another type', change(BLOB, 'sp=r', 'sp=r&rsct=text%2Fhtml'), 'SIGNATURE_INVALID'],
    ['over http', { ...BLOB, scheme: 'http' }, 'AUTH_MALFORMED'],
    ['beside other credentials', withLine(BLOB, 'Authorization', 'Basic YTpi'), 'AUTH_DUPLICATE'],
    ['without its end', change(BLOB, /&se=[^&]*/, ''), 'TIMESTAMP_MALFORMED'],
    ['with an end that is none', change(BLOB, /se=[^&]*/, 'se=2026-02-31'), 'TIMESTAMP_MALFORMED'],
    ['of an old version', change(BLOB, 'sv=2022-11-02', 'sv=2012-02-12'), 'AUTH_MALFORMED'],
    ['with a key of Entra ID', change(BLOB, 'sp=r', 'sp=r&skoid=a'), 'AUTH_MALFORMED'],
    ['of another service', ACCOUNT, 'AUTH_MALFORMED', { service: 'queue' }],
    ['of a blob, at a queue', BLOB, 'AUTH_MALFORMED', { service: 'queue' }],
    ['of a blob, at a table', BLOB, 'AUTH_MALFORMED', { service: 'table' }],
    ['of another account', BLOB, 'KEY_UNKNOWN', { account: 'other' }],
    ['for some addresses', share('/a/b', { ip: '192.0.2.1' }), 'AUTH_MALFORMED'],
    ['for a stored policy', share('/a/b', { identifier: 'p' }), 'AUTH_MALFORMED'],
    ['of a table, for another one', otherTable(), 'AUTH_MALFORMED', { service: 'table' }],
    // Up to 2018-11-08 "sr" was not signed: the text of a directory is that of a blob of its name.
    [
      'of a blob, made one of a directory',
      {
        ...change(OLD, 'sr=b', 'sr=d&sdd=1'),
        target: change(OLD, 'sr=b', 'sr=d&sdd=1').target.replace('a.jpg', 'a.jpg/x'),
      },
      'AUTH_MALFORMED',
    ],
    ['of a blob, made one of a snapshot', change(OLD, 'sr=b', 'sr=bs&snapshot=a'), 'AUTH_MALFORMED'],
    ['with a scope of encryption that its version does not sign', change(OLD, 'sr=b', 'sr=b&ses=a'), 'AUTH_MALFORMED'],
    ['whose signature is short', change(BLOB, /sig=.*/, 'sig=YQ%3D%3D'), 'SIGNATURE_MALFORMED'],
  ])('a SAS is refused: %s', async (_, request, code, options) => {
    expect(await judged(request, options)).toBe(code)
  })

  test('after its end, before its beginning, and for longer than seven days', async () => {
    expect(await judged(BLOB, {}, NOW + 3_601_000)).toBe('TIMESTAMP_EXPIRED')
    expect(await judged(STARTED, {}, NOW + 3_601_000)).toBe('TIMESTAMP_EXPIRED')
    expect(await judged(STARTED, {}, NOW - 1_000_000)).toBe('TIMESTAMP_FUTURE')
    const week = share('/photos/a.jpg', { expiresS: 604_800 })
    expect(await judged(week)).toBe('ok')
    expect(await judged(week, {}, NOW - 60_000)).toBe('TIMESTAMP_MALFORMED')
  })
})

function otherTable(): HttpRequest {
  const request = share('/Employees()', { service: 'table', tableName: 'Employees' })
  return change(request, '/Employees()', '/Salaries()')
}

describe('what a SAS states', () => {
  test('is data for the caller', () => {
    expect(azureSasOf(STARTED)).toMatchObject({
      ...{ kind: 'service', permissions: 'r', version: '2022-11-02', resource: 'b', services: undefined },
      ...{ startsMs: NOW - 900_000, expiresMs: NOW + 3_600_000, ip: undefined },
    })
    expect(azureSasOf(ACCOUNT)).toMatchObject({ kind: 'account', services: 'b', resourceTypes: 'o' })
    expect(azureSasOf(get())).toBeUndefined()
  })

  test('is checked when it is made', async () => {
    const shared = { key, permissions: 'r', expiresS: 60 }
    expect(thrownCode(() => azureServiceSas({ ...shared, expiresS: 604_801 }))).toBe('CONFIG_INVALID')
    expect(thrownCode(() => azureServiceSas({ ...shared, permissions: 'r\nw' }))).toBe('CONFIG_INVALID')
    expect(thrownCode(() => azureServiceSas({ ...shared, resource: 'f' }))).toBe('CONFIG_INVALID')
    expect(thrownCode(() => azureServiceSas({ ...shared, resource: 'bs', version: '2018-03-28' }))).toBe(
      'CONFIG_INVALID',
    )
    expect(thrownCode(() => azureServiceSas({ ...shared, service: 'table' }))).toBe('CONFIG_INVALID')
    expect(thrownCode(() => azureServiceSas({ ...shared, identifier: 'a\nb' }))).toBe('CONFIG_INVALID')
    expect(thrownCode(() => azureServiceSas({ ...shared, version: '2020-02-10', encryptionScope: 'a' }))).toBe(
      'CONFIG_INVALID',
    )
    expect(thrownCode(() => azureAccountSas({ ...shared, services: 'x', resourceTypes: 'o' }))).toBe('CONFIG_INVALID')
    expect(thrownCode(() => sign(azureServiceSas(shared), BLOB))).toBe('MESSAGE_MALFORMED')
    const url = azureSasUrl({ ...shared, url: `https://${HOST}/photos/a.jpg`, nowMs: NOW })
    expect(await judged(httpRequest({ url }))).toBe('ok')
  })
})
