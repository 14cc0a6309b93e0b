import { fail } from '../../errors.js'
import { isAccount } from './key.js'
import { type SasValues, sasTime, sasTimeText } from './sas-values.js'

/*
 * What a SAS states of the key of Microsoft Entra ID that it is signed with. Sources: "Create a user delegation SAS" and "Get User
 * Delegation Key" of the Azure Storage REST reference; the order of the lines by version as in `@azure/storage-blob` 12.32.0 and
 * `azure-storage-blob` 12.31.1.
 */

/** Who the key was issued to, and for how long: every one has to be there. */
export const KEY_NAMES = ['skoid', 'sktid', 'skt', 'ske', 'sks', 'skv'] as const

/** The first versions that sign a SAS with such a key, that name users, that bind it to a user, and that sign parts of requests. */
export const DELEGATES = '2018-11-09'
export const NAMES_USERS = '2020-02-10'
export const BINDS_USER = '2025-07-05'
export const SIGNS_REQUEST = '2026-04-06'

/** In the order of their lines: names, and the version from which on they have one. */
const LINES: ReadonlyArray<readonly [name: string, since: string]> = [
  ...KEY_NAMES.map((name) => [name, DELEGATES] as const),
  ['saoid', NAMES_USERS],
  ['suoid', NAMES_USERS],
  ['scid', NAMES_USERS],
  ['skdutid', BINDS_USER],
  ['sduoid', BINDS_USER],
]

/** The parameters of a user delegation SAS that no other SAS has. */
export const DELEGATED_NAMES: readonly string[] = LINES.map(([name]) => name)

/** Parameters that name fields and parameters of the request that are signed as well. */
export const REQUEST_NAMES: readonly string[] = ['srh', 'srq']

/** Whether a SAS is signed with a key that is not the account's. */
export const isDelegated = (values: SasValues): boolean => DELEGATED_NAMES.some((name) => values.has(name))

/** Whether the text of a version has lines for parts of the request. */
export const signsRequest = (version: string): boolean => version >= SIGNS_REQUEST

/** The lines in the place of the name of a stored access policy. */
export const delegatedLines = (values: SasValues): readonly string[] => {
  const version = values.get('sv') ?? ''
  return LINES.filter(([, since]) => version >= since).map(([name]) => values.get(name) ?? '')
}

// Object and tenant ids of Entra ID.
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const VERSION = /^\d{4}-\d\d-\d\d$/
const SERVICES = /^[bfqt]{1,4}$/

/** What each has to be, in words. */
export const DELEGATED_KINDS: Readonly<Record<string, readonly [pattern: RegExp, what: string]>> = {
  ...Object.fromEntries(
    ['skoid', 'sktid', 'saoid', 'suoid', 'scid', 'skdutid', 'sduoid'].map((name) => [
      name,
      [GUID, 'an id of Entra ID, such as 00000000-0000-0000-0000-000000000000'] as const,
    ]),
  ),
  sks: [SERVICES, 'letters of "bfqt"'],
  skv: [VERSION, 'a version such as 2022-11-02'],
}

/** The key of a SAS, in parts: what it states of it. */
export interface AzureDelegation {
  /** Name of the storage account. */
  readonly account: string
  /** The object id of who asked for the key. */
  readonly signedObjectId: string
  /** The tenant of who asked for the key. */
  readonly signedTenantId: string
  /** When the key becomes valid, such as `2026-01-02T03:04:05Z`. */
  readonly signedStartsOn: string
  /** When the key ends, such as `2026-01-02T03:04:05Z`. */
  readonly signedExpiresOn: string
  /** Letters of the services that it is for: `b`. */
  readonly signedService: string
  /** The version of the service that made the key, such as `2022-11-02`. */
  readonly signedVersion: string
  /** The tenant of the users whom its SAS can be bound to. */
  readonly signedDelegatedUserTenantId: string | undefined
}

/** The id of a key: its account and what a SAS states of it, one value in one form, with slashes, which none of them holds. */
export function delegationId(account: string, values: SasValues): string {
  const of = (name: string): string => values.get(name) ?? ''
  const time = (name: string): string => sasTimeText(sasTime(name, of(name)))
  const tenants = values.has('skdutid') ? [of('skdutid').toLowerCase()] : []
  const issued = [of('skoid').toLowerCase(), of('sktid').toLowerCase(), time('skt'), time('ske'), of('sks'), of('skv')]
  return [account, ...issued, ...tenants].join('/')
}

/**
 * What the id of a user delegation key names, for a key source that looks keys up by it.
 *
 * @returns `undefined` for the id of another key, such as the name of an account.
 * @example
 * ```ts
 * import { azureDelegationKey, azureDelegationOf } from 'countersign/azure'
 * import type { KeySource } from 'countersign/server'
 *
 * // By all of them: the key of one account must not open another one.
 * declare const issuedValue: (account: string, objectId: string, startsOn: string) => Promise<string | undefined>
 * const keys: KeySource = {
 *   get: async (keyId) => {
 *     const named = azureDelegationOf(keyId)
 *     const value = named && (await issuedValue(named.account, named.signedObjectId, named.signedStartsOn))
 *     return named && value ? { key: azureDelegationKey({ ...named, value }) } : undefined
 *   },
 * }
 * ```
 */
export function azureDelegationOf(keyId: string): AzureDelegation | undefined {
  // More parts, and fewer, are written in another way than the id.
  const [account = '', oid = '', tid = '', start = '', end = '', service = '', version = '', userTenant] = String(
    keyId,
  ).split('/', 8)
  const named = {
    account,
    signedObjectId: oid,
    signedTenantId: tid,
    signedStartsOn: start,
    signedExpiresOn: end,
    signedService: service,
    signedVersion: version,
    signedDelegatedUserTenantId: userTenant,
  }
  return isAccount(account) && wrongMember(named) === undefined && isWritten(named, keyId) ? named : undefined
}

/** Whether an id is the one that a SAS of such a key is looked up by. */
function isWritten(named: AzureDelegation, keyId: string): boolean {
  try {
    return delegationId(named.account, delegationValues(named)) === keyId
  } catch {
    // A time that is none.
  }
  return false
}

/** The first member of a key that is not what it has to be, and what that is. */
export function wrongMember(named: AzureDelegation): readonly [name: keyof AzureDelegation, what: string] | undefined {
  for (const [name, member] of MEMBERS) {
    const [pattern, what] = DELEGATED_KINDS[name] as readonly [RegExp, string]
    const value = named[member]
    if (value !== undefined && !(typeof value === 'string' && pattern.test(value))) return [member, what]
  }
  return undefined
}

const MEMBERS: ReadonlyArray<readonly [name: string, member: keyof AzureDelegation]> = [
  ['skoid', 'signedObjectId'],
  ['sktid', 'signedTenantId'],
  ['sks', 'signedService'],
  ['skv', 'signedVersion'],
  ['skdutid', 'signedDelegatedUserTenantId'],
]

/** The parameters by which a SAS names a key. */
export const delegationValues = (named: AzureDelegation): ReadonlyMap<string, string> =>
  new Map([
    ['skoid', named.signedObjectId],
    ['sktid', named.signedTenantId],
    ['skt', named.signedStartsOn],
    ['ske', named.signedExpiresOn],
    ['sks', named.signedService],
    ['skv', named.signedVersion],
    ...(named.signedDelegatedUserTenantId === undefined
      ? []
      : [['skdutid', named.signedDelegatedUserTenantId] as const]),
  ])

/**
 * Refuses a SAS that states too little or too much of its key, or outlives it.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`, `TIMESTAMP_MALFORMED`.
 */
export function assertDelegated(values: SasValues): void {
  const version = values.get('sv') ?? ''
  for (const name of KEY_NAMES)
    if (!values.has(name)) fail('AUTH_MALFORMED', `a user delegation SAS must have the parameter "${name}"`)
  for (const name of ['ss', 'srt', 'si', 'tn'])
    if (values.has(name)) fail('AUTH_MALFORMED', `a user delegation SAS must not have the parameter "${name}"`)
  for (const name of ['sp', 'se'])
    if (!values.get(name)) fail('AUTH_MALFORMED', `a user delegation SAS must have the parameter "${name}"`)
  for (const [name, since] of LINES) {
    const value = values.get(name)
    if (value === undefined) continue
    // What a version does not sign could be added to a SAS of it.
    if (version < since) fail('AUTH_MALFORMED', `parameter "${name}" must be of a version from ${since} on`)
    const [pattern, what] = DELEGATED_KINDS[name] ?? []
    if (pattern?.test(value) === false) fail('AUTH_MALFORMED', `parameter "${name}" must be ${what}`)
  }
  for (const name of REQUEST_NAMES)
    if (values.has(name) && !signsRequest(version))
      fail('AUTH_MALFORMED', `parameter "${name}" must be of a version from ${SIGNS_REQUEST} on`)
  if (values.has('saoid') && values.has('suoid'))
    fail('AUTH_MALFORMED', 'parameters "saoid" and "suoid" must not stand together')
  const [start, end] = [keyTime(values, 'skt'), keyTime(values, 'ske')]
  if (start >= end) fail('TIMESTAMP_MALFORMED', 'the key of the SAS ends before it begins')
  if (keyTime(values, 'se') > end || (values.has('st') && keyTime(values, 'st') < start))
    fail('TIMESTAMP_MALFORMED', 'the SAS is for a time in which its key is not valid')
}

const keyTime = (values: SasValues, name: string): number => sasTime(name, values.get(name) ?? '')
