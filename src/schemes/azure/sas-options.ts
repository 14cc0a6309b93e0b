import type { SigningKey, SyncSigningKey } from '../../crypto/key.js'
import type { OptionKind, OptionNames } from '../../errors.js'
import { FLAG, MOMENT, oneOf, TEXT, whole } from '../../support/option-kinds.js'
import { DELEGATED_KINDS } from './delegation-form.js'
import type { SasService } from './sas-form.js'
import { PART_NAME } from './sas-request-parts.js'

/** What both kinds of SAS can state. */
export interface AzureSasOptions<K extends SigningKey = SigningKey> {
  /** What signs: `azureKey()`, `azureDelegationKey()` for a service SAS, or an object of your own with the id of such a key. */
  readonly key: K
  /** What may be done, as the letters of the service in its order: `r`, `racwd`. */
  readonly permissions: string
  /** How long the URL is good for, in seconds: at most seven days. */
  readonly expiresS: number
  /** Good from this many seconds before it is signed, for clocks that lag; without it from ever. */
  readonly startsBeforeS?: number
  /** The addresses that may use it: `168.1.5.60` or `168.1.5.60-168.1.5.70`. */
  readonly ip?: string
  /** Default `https`. */
  readonly protocol?: 'https' | 'https,http'
  /** The version of the service. Default `2022-11-02`. */
  readonly version?: string
  /** The encryption scope that has to be used. */
  readonly encryptionScope?: string
}

/** Options of {@link azureAccountSas}. */
export interface AzureAccountSasOptions<K extends SigningKey = SigningKey> extends AzureSasOptions<K> {
  /** Letters of `b` blobs, `q` queues, `t` tables, `f` files. */
  readonly services: string
  /** Letters of `s` the service, `c` containers, `o` objects. */
  readonly resourceTypes: string
}

/** Options of {@link azureServiceSas}. */
export interface AzureServiceSasOptions<K extends SigningKey = SigningKey> extends AzureSasOptions<K> {
  /** Default `blob`. */
  readonly service?: SasService
  /**
   * What it is for: `b` the blob of the path, `bs` a snapshot, `bv` a version, `c` its container, `d` the directory of the path; of
   * files `f` and `s`. Default `b` or `f`.
   */
  readonly resource?: string
  /** How many directories of the path the one is deep, for `d`. */
  readonly depth?: number
  /** The name of the table, for the service `table`. */
  readonly tableName?: string
  /** The name of a stored access policy. */
  readonly identifier?: string
  /** `Cache-Control` of the answer. */
  readonly cacheControl?: string
  /** `Content-Disposition` of the answer. */
  readonly contentDisposition?: string
  /** `Content-Encoding` of the answer. */
  readonly contentEncoding?: string
  /** `Content-Language` of the answer. */
  readonly contentLanguage?: string
  /** `Content-Type` of the answer. */
  readonly contentType?: string
  /** The path begins with the account, as at an emulator: `/devstoreaccount1/container/blob`. Default `false`. */
  readonly pathStyle?: boolean
  /** With a user delegation key: the user for whom the owner of the key has seen to the permissions. */
  readonly authorizedObjectId?: string
  /** With a user delegation key: the user whose permissions the service has to look at as well. */
  readonly unauthorizedObjectId?: string
  /** With a user delegation key: an id for the logs. */
  readonly correlationId?: string
  /** With a user delegation key: the one user who may use it, with a token of Entra ID beside it. Version 2025-07-05 or later. */
  readonly delegatedUserObjectId?: string
  /** With a user delegation key: fields that a request has to have, with their values. Version 2026-04-06 or later. */
  readonly requestHeaders?: Readonly<Record<string, string>>
  /** With a user delegation key: parameters that the URL has to have besides the SAS. Version 2026-04-06 or later. */
  readonly requestQueryParameters?: Readonly<Record<string, string>>
}

const matching = (pattern: RegExp, what: string): OptionKind => [
  (value) => typeof value === 'string' && pattern.test(value),
  what,
]
// A line feed would forge a further line of what is signed.
const PLAIN = /* @__PURE__ */ matching(/^[ -~\u0080-\uffff]{1,1024}$/, 'text in one line')
const GUID = /* @__PURE__ */ matching(...(DELEGATED_KINDS['skoid'] as readonly [RegExp, string]))
const PARTS: OptionKind = [
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).length > 0 &&
    Object.entries(value).every(
      ([name, text]) => PART_NAME.test(name) && typeof text === 'string' && PART_VALUE.test(text),
    ),
  'an object of names with their values, such as { "x-ms-meta-a": "b" }: names without a comma or colon, and text in one line',
]
const VERSION = /^\d{4}-\d\d-\d\d$/
/** The version of the service where none is given. */
export const DEFAULT_VERSION = '2022-11-02'
/** The first version whose texts are made as here. */
export const OLDEST = '2015-04-05'
const PART_VALUE = /^(?:[!-~\u0080-\uffff](?:[ -~\u0080-\uffff]{0,1022}[!-~\u0080-\uffff])?)?$/
const IP = /^\d{1,3}(?:\.\d{1,3}){3}(?:-\d{1,3}(?:\.\d{1,3}){3})?$/

const SHARED: OptionNames<AzureSasOptions> = {
  key: 2,
  // Which letters there are depends on the service.
  permissions: 2,
  expiresS: [whole(1, 604_800, ' seconds'), 2],
  startsBeforeS: whole(0, 86_400, ' seconds'),
  ip: matching(IP, 'an IPv4 address, or two with a hyphen'),
  protocol: oneOf('https', 'https,http'),
  version: [
    (value) => typeof value === 'string' && VERSION.test(value) && value >= OLDEST,
    `a version from ${OLDEST} on`,
  ],
  encryptionScope: PLAIN,
}
export const ACCOUNT_OPTIONS: OptionNames<AzureAccountSasOptions> = {
  ...SHARED,
  services: [matching(/^[bqtf]{1,4}$/, 'letters of "bqtf"'), 2],
  resourceTypes: [matching(/^[sco]{1,3}$/, 'letters of "sco"'), 2],
}
export const SERVICE_OPTIONS: OptionNames<AzureServiceSasOptions> = {
  ...SHARED,
  service: oneOf('blob', 'file', 'queue', 'table'),
  resource: TEXT,
  depth: whole(1, 100),
  tableName: PLAIN,
  identifier: PLAIN,
  cacheControl: PLAIN,
  contentDisposition: PLAIN,
  contentEncoding: PLAIN,
  contentLanguage: PLAIN,
  contentType: PLAIN,
  pathStyle: FLAG,
  authorizedObjectId: GUID,
  unauthorizedObjectId: GUID,
  correlationId: GUID,
  delegatedUserObjectId: GUID,
  requestHeaders: PARTS,
  requestQueryParameters: PARTS,
}
export const SAS_HINTS = {
  account: 'key: azureKey({ account, key })',
  expiresOn: 'expiresS',
  startsOn: 'startsBeforeS',
}

/** Parts of {@link azureSasUrl}. */
export interface AzureSasUrlOptions<K extends SyncSigningKey = SyncSigningKey> extends AzureServiceSasOptions<K> {
  /** What is to be shared. */
  readonly url: string | URL
  /** When it is signed, in milliseconds: `Date.now()`. */
  readonly nowMs: number
}

export const URL_OPTIONS: OptionNames<AzureSasUrlOptions> = {
  ...SERVICE_OPTIONS,
  url: 2,
  nowMs: [MOMENT, 2],
}
