import { describe, expect, test } from 'vitest'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import {
  azureAccountSas,
  azureDelegationKey,
  azureKey,
  azureSasOf,
  azureSasUrl,
  azureSasVerifier,
  azureServiceSas,
  azureSharedKey,
} from '../../../../src/schemes/azure/index.js'
import { noReplayProtection } from '../../../../src/server/index.js'
import { withCode } from '../../../expect-code.js'
import { judge, NOW } from '../legacy/judge.js'
import { sign } from './sign.js'

// What is easily passed and would be signed as readily: a word for letters, a list for names with values, the key of another account.

const HOUR = 3_600_000
const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
const issuedTo = (account: string) =>
  azureDelegationKey({
    account,
    ...{
      signedObjectId: '11111111-2222-3333-4444-555555555555',
      signedTenantId: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
    },
    ...{ signedStartsOn: at(NOW - HOUR), signedExpiresOn: at(NOW + 24 * HOUR), signedService: 'b' },
    ...{ signedVersion: '2022-11-02', value: btoa('a key that Entra ID has issued to a user') },
  })
const accountKey = (account: string) => azureKey({ account, key: btoa('a key of the account, of 64 bytes') })
const shared = { permissions: 'r', expiresS: 3600 } as const
const get = (url: string): HttpRequest => httpRequest({ url })

describe('permissions are letters', () => {
  const made = (permissions: unknown, more: object = {}) =>
    azureServiceSas({ key: accountKey('api'), expiresS: 3600, permissions, ...more } as never)

  test.each([
    'read',
    'write',
    'delete',
    'list',
    'add',
    'create',
    'update',
    'all',
    'tag',
    'R',
    'wr',
    'rr',
    'r,w',
    'r w',
    '',
  ])('and not %j, which is refused with the letters that there are', (permissions) => {
    expect(() => made(permissions)).toThrow(
      withCode(
        'CONFIG_INVALID',
        'azureServiceSas: "permissions" must be letters of "racwdxyltfmeopi", each once and in this order',
      ),
    )
  })

  test.each<[unknown, string]>([
    ['read', 'got "read"'],
    [['r'], 'got an array'],
    [{ read: true }, 'got an object'],
    [undefined, '"permissions"'],
  ])('and the refusal of %j says what came', (permissions, text) => {
    expect(() => made(permissions)).toThrow(withCode('CONFIG_INVALID', text))
  })

  // As "Create a service SAS" lists them, and as the official packages write them.
  test.each(['r', 'racwd', 'racwdl', 'racwdxltmeiy', 'racwdxltmeiyf', 'racwdxyltmeopi', 'rl', 'wd'])(
    'the letters %s are taken',
    (permissions) => {
      expect(() => made(permissions)).not.toThrow()
    },
  )

  test.each([
    ['file', 'rcwd', 'a', 'rcwdl'],
    ['queue', 'raup', 'w', 'raup'],
    ['table', 'raud', 'read', 'raud'],
  ] as const)('the service %s takes the letters %s and refuses %s', (service, own, other, letters) => {
    const more = { service, ...(service === 'table' && { tableName: 'Employees' }) }
    expect(() => made(own, more)).not.toThrow()
    expect(() => made(other, more)).toThrow(withCode('CONFIG_INVALID', `letters of "${letters}"`))
  })

  test('the letters of an account are taken in any order', () => {
    const ofAccount = (permissions: string) =>
      azureAccountSas({ ...shared, key: accountKey('api'), services: 'b', resourceTypes: 'o', permissions })
    for (const permissions of ['rwdlacup', 'rwdxylacuptfi', 'racwdl'])
      expect(() => ofAccount(permissions)).not.toThrow()
    for (const permissions of ['read', 'rr'])
      expect(() => ofAccount(permissions)).toThrow(
        withCode('CONFIG_INVALID', 'letters of "rwdxylacuptfi", each once, such'),
      )
  })

  test('also where a URL is made, and with a user delegation key', () => {
    const url = 'https://api.blob.core.windows.net/photos/a.jpg'
    const options = { ...shared, url, key: issuedTo('api'), nowMs: NOW }
    expect(() => azureSasUrl({ ...options, permissions: 'read' })).toThrow(
      withCode('CONFIG_INVALID', 'azureSasUrl: "permissions"'),
    )
  })
})

test('the claims of what is no request are refused by name', () => {
  for (const request of [undefined, null, 'https://a/', {}, new Request('https://a.example/')])
    expect(() => azureSasOf(request as never)).toThrow(
      withCode('ARGUMENT_INVALID', 'azureSasOf: "request" must be a request with its target, got '),
    )
})

test('a SAS for https is not made for a URL of http, which it would not open', () => {
  const url = 'http://127.0.0.1:10000/api/photos/a.jpg'
  const options = { ...shared, key: accountKey('api'), permissions: 'r', url, nowMs: NOW, pathStyle: true }
  expect(() => azureSasUrl(options)).toThrow(
    withCode(
      'MESSAGE_MALFORMED',
      'azureSasUrl: "protocol" must be "https,http" for a URL of http, which a SAS for https',
    ),
  )
  expect(() => azureSasUrl({ ...options, protocol: 'https' })).toThrow(withCode('MESSAGE_MALFORMED', '"protocol"'))
  expect(azureSasUrl({ ...options, protocol: 'https,http' })).toContain('&spr=https%2Chttp&')
})

test.each(['requestHeaders', 'requestQueryParameters'])(
  '%s is no list of names: what they must be is signed as well',
  (name) => {
    for (const value of [['x-a'], [['x-a', 'b']], new Map([['x-a', 'b']]), 'x-a', {}])
      expect(() =>
        azureServiceSas({ ...shared, key: issuedTo('api'), version: '2026-04-06', [name]: value } as never),
      ).toThrow(
        withCode(
          'CONFIG_INVALID',
          `"${name}" must be an object of names with their values, such as { "x-ms-meta-a": "b" }`,
        ),
      )
  },
)

describe('the key of another account', () => {
  const OTHERS = [
    'other.blob.core.windows.net',
    'OTHER.blob.core.windows.net',
    'other-secondary.blob.core.windows.net',
    'other.dfs.core.windows.net',
    'other.z13.web.core.windows.net',
    'other.z01.blob.storage.azure.net',
    'other.blob.core.usgovcloudapi.net:443',
  ]

  test.each(OTHERS)('is not signed with where the host is %s', (host) => {
    const request = get(`https://${host}/photos/a.jpg`)
    const text = 'the key is of the account "api", and the host of "other"'
    for (const key of [issuedTo('api'), accountKey('api')])
      expect(() => sign(azureServiceSas({ ...shared, key }), request)).toThrow(
        withCode('MESSAGE_MALFORMED', `azureServiceSas: ${text}`),
      )
    expect(() => sign(azureSharedKey({ key: accountKey('api') }), request)).toThrow(
      withCode('MESSAGE_MALFORMED', `azureSharedKey: ${text}`),
    )
    const ofAccount = azureAccountSas({ ...shared, key: accountKey('api'), services: 'b', resourceTypes: 'o' })
    expect(() => sign(ofAccount, request)).toThrow(withCode('MESSAGE_MALFORMED', `azureAccountSas: ${text}`))
  })

  test.each([
    'api.blob.core.windows.net',
    'api-secondary.blob.core.windows.net',
    'photos.example.com',
    '127.0.0.1:10000',
  ])('cannot be told, or is none, where the host is %s', (host) => {
    expect(() =>
      sign(azureServiceSas({ ...shared, key: issuedTo('api') }), get(`https://${host}/photos/a.jpg`)),
    ).not.toThrow()
  })

  test('proves nothing to a verifier, whichever of the two it has', async () => {
    // Both were issued to one user at one time, so that they differ in their account alone.
    const { target } = sign(
      azureServiceSas({ ...shared, key: issuedTo('other') }),
      get('https://api.example.com/photos/a.jpg'),
    )
    const request = get(`https://api.example.com${target}`)
    const policy = { perScheme: { 'azure-sas': { untimed: noReplayProtection } } } as const
    const code = (account: string, stated?: string) =>
      judge([azureSasVerifier(stated === undefined ? {} : { account: stated })], [{ key: issuedTo(account) }], {
        policy,
        nowMs: NOW,
      })(request)
    expect(await code('other')).toBe('KEY_UNKNOWN')
    expect(await code('other', 'api')).toBe('KEY_UNKNOWN')
    // Its text has the account that it was signed for.
    expect(await code('api')).toBe('SIGNATURE_INVALID')
    expect(await code('other', 'other')).toBe('ok')
  })
})
