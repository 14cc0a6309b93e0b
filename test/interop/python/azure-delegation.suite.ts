import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { httpRequest } from '../../../src/message/message.js'
import {
  type AzureServiceSasOptions,
  azureDelegationKey,
  azureSasUrl,
  azureSasVerifier,
} from '../../../src/schemes/azure/index.js'
import { createVerifier, noReplayProtection, staticKeys, strictPolicy } from '../../../src/server/index.js'
import { verdictCode } from '../../expect-code.js'

/*
 * User delegation SAS: what azure-storage-blob makes is accepted, no change of it is, and of the same inputs we make the same. Its key
 * is made up: the package signs with whatever the service has answered.
 */

const python = process.env['COUNTERSIGN_PYTHON'] ?? 'python3'
const script = `${process.cwd()}/test/interop/python/azure_delegation.py`

// Its newest version, and the only one that the package makes.
const VERSION = '2026-10-06'
const ACCOUNT = 'devstoreaccount1'
const HOST = `${ACCOUNT}.blob.core.windows.net`
const ID = '99999999-8888-7777-6666-555555555555'
const OTHER = '12121212-3434-5656-7878-909090909090'
const NOW = Math.floor(Date.now() / 1000) * 1000
const at = (seconds: number): string => `${new Date(NOW + seconds * 1000).toISOString().slice(0, 19)}Z`

const KEY = {
  signed_oid: '11111111-2222-3333-4444-555555555555',
  signed_tid: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  signed_start: at(-7_200),
  signed_expiry: at(86_400),
  signed_service: 'b',
  signed_version: '2022-11-02',
  value: btoa('a key that Entra ID has issued to a user'),
}
const keyOf = (userTenant?: string) =>
  azureDelegationKey({
    account: ACCOUNT,
    signedObjectId: KEY.signed_oid,
    signedTenantId: KEY.signed_tid,
    signedStartsOn: KEY.signed_start,
    signedExpiresOn: KEY.signed_expiry,
    signedService: KEY.signed_service,
    signedVersion: KEY.signed_version,
    signedDelegatedUserTenantId: userTenant,
    value: KEY.value,
  })
const KEYS = [keyOf(), keyOf(KEY.signed_tid)] as const

type Ours = Partial<Omit<AzureServiceSasOptions, 'key'>>
interface Case {
  readonly name: string
  readonly path: string
  readonly blob?: string
  /** Bound to users of a tenant. */
  readonly isBound?: true
  readonly theirs?: Readonly<Record<string, string | boolean | Readonly<Record<string, string>>>>
  readonly ours?: Ours
}

// Sent with every request.
const PARTS = { 'x-ms-note': 'two  spaces', Range: 'bytes=0-9' } as const

const CASES: readonly Case[] = [
  { name: 'a blob', path: 'photos/a.txt', blob: 'a.txt' },
  { name: 'a name in UTF-8', path: 'photos/a%20b/%C3%A9%2B1.txt', blob: 'a b/é+1.txt' },
  { name: 'marks', path: "photos/it's%20(me)!*%25", blob: "it's (me)!*%" },
  {
    name: 'many permissions',
    path: 'photos/a.txt',
    blob: 'a.txt',
    theirs: { permission: 'racwd' },
    ours: { permissions: 'racwd' },
  },
  { name: 'without a start', path: 'photos/a.txt', blob: 'a.txt', theirs: { start: '' }, ours: {} },
  {
    name: 'fields of the answer',
    path: 'photos/a.txt',
    blob: 'a.txt',
    theirs: {
      cache_control: 'no-cache',
      content_disposition: 'attachment; filename="é b.txt"',
      content_encoding: 'gzip',
      content_language: 'de',
      content_type: 'text/plain; charset=utf-8',
    },
    ours: {
      cacheControl: 'no-cache',
      contentDisposition: 'attachment; filename="é b.txt"',
      contentEncoding: 'gzip',
      contentLanguage: 'de',
      contentType: 'text/plain; charset=utf-8',
    },
  },
  {
    name: 'addresses and a scope of encryption',
    path: 'photos/a.txt',
    blob: 'a.txt',
    theirs: { ip: '168.1.5.60-168.1.5.70', encryption_scope: 'scope' },
    ours: { ip: '168.1.5.60-168.1.5.70', encryptionScope: 'scope' },
  },
  {
    name: 'an authorized user',
    path: 'photos/a.txt',
    blob: 'a.txt',
    theirs: { preauthorized_agent_object_id: ID, correlation_id: OTHER },
    ours: { authorizedObjectId: ID, correlationId: OTHER },
  },
  {
    name: 'a user who is not',
    path: 'photos/a.txt',
    blob: 'a.txt',
    theirs: { agent_object_id: ID },
    ours: { unauthorizedObjectId: ID },
  },
  {
    name: 'the one user',
    path: 'photos/a.txt',
    blob: 'a.txt',
    isBound: true,
    theirs: { user_delegation_oid: ID },
    ours: { delegatedUserObjectId: ID },
  },
  {
    name: 'a snapshot',
    path: 'photos/a.txt?snapshot=2026-01-01T00:00:00.0000000Z',
    blob: 'a.txt',
    theirs: { snapshot: '2026-01-01T00:00:00.0000000Z' },
    ours: { resource: 'bs' },
  },
  {
    name: 'a version of a blob',
    path: 'photos/a.txt?versionid=2026-01-01T00:00:00.0000000Z',
    blob: 'a.txt',
    theirs: { version_id: '2026-01-01T00:00:00.0000000Z' },
    ours: { resource: 'bv' },
  },
  {
    name: 'a directory',
    path: 'photos/2026/01/a.txt',
    blob: '2026/01',
    theirs: { is_directory: true },
    ours: { resource: 'd', depth: 2 },
  },
  {
    name: 'parts of requests',
    path: 'photos/a.txt?timeout=30&comp=a%3Ab',
    blob: 'a.txt',
    theirs: { request_headers: PARTS, request_query_params: { timeout: '30', comp: 'a:b' } },
    ours: { requestHeaders: PARTS, requestQueryParameters: { timeout: '30', comp: 'a:b' } },
  },
  {
    name: 'fields of requests alone',
    path: 'photos/a.txt',
    blob: 'a.txt',
    theirs: { request_headers: PARTS },
    ours: { requestHeaders: PARTS },
  },
  {
    name: 'a container',
    path: 'photos?restype=container&comp=list',
    theirs: { permission: 'rl' },
    ours: { resource: 'c', permissions: 'rl' },
  },
]

const input = CASES.map(({ blob, isBound, theirs = {} }) => ({
  account: ACCOUNT,
  container: 'photos',
  ...(blob !== undefined && { blob }),
  key: { ...KEY, ...(isBound && { signed_delegated_user_tid: KEY.signed_tid }) },
  options: Object.fromEntries(
    Object.entries({ permission: 'r', start: at(-900), expiry: at(3_600), protocol: 'https', ...theirs }).filter(
      ([, value]) => value !== '',
    ),
  ),
}))
const tokens = JSON.parse(
  execFileSync(python, [script], { input: JSON.stringify(input) }).toString(),
) as readonly string[]

async function outcome(url: string, isBound = false): Promise<string> {
  const verifier = createVerifier({
    schemes: [azureSasVerifier({ callerChecks: ['ip', 'unauthorized', 'boundTo'] })],
    keys: staticKeys(KEYS.map((key) => ({ key }))),
    policy: strictPolicy({
      authorities: [HOST],
      perScheme: { 'azure-sas': { untimed: noReplayProtection } },
    }),
    replay: noReplayProtection,
  })
  const verdict = await verifier.verify(
    httpRequest({ url, headers: { ...PARTS, ...(isBound && { authorization: 'Bearer a' }) } }),
  )
  return verdictCode(verdict)
}

const withToken = (path: string, token: string): string =>
  `https://${HOST}/${path}${path.includes('?') ? '&' : '?'}${token}`

test('every token was made, in the version that is compared', () => {
  expect(tokens.length).toBe(CASES.length)
  for (const token of tokens) expect(token).toContain(`sv=${VERSION}&`)
})

describe.each(CASES.map((one, index) => [one.name, one, tokens[index] as string] as const))('%s', (_, one, token) => {
  const { path, isBound, ours = {}, theirs } = one

  test('what the package makes is accepted, and no change of a parameter', async () => {
    expect(await outcome(withToken(path, token), isBound)).toBe('ok')
    const pairs = token.split('&')
    for (const [index, pair] of pairs.entries()) {
      const others = pairs.filter((_other, own) => own !== index)
      const changed = pair.replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, (last) => (last === '1' ? '2' : '1'))
      for (const list of [others, [...others, changed], [...pairs, pair]])
        expect(await outcome(withToken(path, list.join('&')), isBound), `${pair} to ${changed}`).not.toBe('ok')
    }
  })

  test('we make the same of the same', async () => {
    const url = azureSasUrl({
      ...{ key: KEYS[isBound ? 1 : 0], permissions: 'r', version: VERSION, expiresS: 3_600, nowMs: NOW },
      ...(theirs?.['start'] !== '' && { startsBeforeS: 900 }),
      ...ours,
      url: `https://${HOST}/${path}`,
    })
    const parameters = (text: string): Map<string, string> => new Map(new URL(text).searchParams)
    expect(parameters(url)).toEqual(parameters(withToken(path, token)))
    expect(await outcome(url, isBound)).toBe('ok')
  })
})
