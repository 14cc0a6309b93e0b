import { base64 } from '../../crypto/encoding.js'
import type { SigningKey, SyncSigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type KnownOptions, type OptionKind, type OptionNames } from '../../errors.js'
import { type HttpMessage, httpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { FLAG, oneOf, TEXT, whole } from '../../support/option-kinds.js'
import { type Prepared, type SignContext, type Signer, signatureText, signPreparedSync } from '../scheme.js'
import { assertAzureKey, isAccount } from './key.js'
import { unsignedRequest } from './request.js'
import {
  accountText,
  RESOURCES,
  resourceOf,
  SAS_NAMES,
  type SasService,
  type SasValues,
  SIGNS_RESOURCE,
  SIGNS_SCOPE,
  sasTimeText,
  sasValues,
  serviceText,
} from './sas-form.js'

/** What both kinds of SAS can state. */
export interface AzureSasOptions<K extends SigningKey = SigningKey> {
  /** What signs: `azureKey()`, or an object of your own whose key id is the name of the account. */
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
}

const matching = (pattern: RegExp, what: string): OptionKind => [
  (value) => typeof value === 'string' && pattern.test(value),
  what,
]
const LETTERS = /* @__PURE__ */ matching(/^[a-z]{1,20}$/, 'letters such as "r"')
// A line feed would forge a further line of what is signed.
const PLAIN = /* @__PURE__ */ matching(/^[ -~\u0080-\uffff]{1,1024}$/, 'text in one line')
const VERSION = /^\d{4}-\d\d-\d\d$/
/** The first version whose texts are made as here. */
export const OLDEST = '2015-04-05'
const IP = /^\d{1,3}(?:\.\d{1,3}){3}(?:-\d{1,3}(?:\.\d{1,3}){3})?$/

const SHARED: OptionNames<AzureSasOptions> = {
  key: 2,
  permissions: [LETTERS, 2],
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
const ACCOUNT: OptionNames<AzureAccountSasOptions> = {
  ...SHARED,
  services: [matching(/^[bqtf]{1,4}$/, 'letters of "bqtf"'), 2],
  resourceTypes: [matching(/^[sco]{1,3}$/, 'letters of "sco"'), 2],
}
const SERVICE: OptionNames<AzureServiceSasOptions> = {
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
}
const HINTS = { account: 'key: azureKey({ account, key })', expiresOn: 'expiresS', startsOn: 'startsBeforeS' }

/**
 * An account SAS in the URL: every holder may do what it permits, to everything of the account that it names, until it ends.
 * Nothing of the request is signed.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED` for a URL that is signed already.
 * @see {@link https://learn.microsoft.com/rest/api/storageservices/create-account-sas | Azure, Create an account SAS}
 * @example
 * ```ts
 * import { httpRequest, signRequestSync } from 'countersign'
 * import { azureAccountSas, azureKey } from 'countersign/azure'
 *
 * declare const accountKey: string
 * const key = azureKey({ account: 'myaccount', key: accountKey })
 * const signer = azureAccountSas({ key, services: 'b', resourceTypes: 'co', permissions: 'rl', expiresS: 3600 })
 * const { target } = signRequestSync(httpRequest({ url: 'https://myaccount.blob.core.windows.net/photos/a.jpg' }), signer)
 * ```
 */
export function azureAccountSas<K extends SigningKey>(options: AzureAccountSasOptions<K>): Signer<K> {
  assertOptions('azureAccountSas', options, ACCOUNT, HINTS)
  const { services, resourceTypes } = options
  if (services === undefined || resourceTypes === undefined)
    fail('CONFIG_INVALID', 'azureAccountSas: "services" and "resourceTypes" must be stated')
  return sasSigner('azureAccountSas', options, [
    ['ss', services],
    ['srt', resourceTypes],
  ])
}

/**
 * A service SAS in the URL: for one blob or container, file or share, queue or table, which the path of the request names.
 *
 * @throws {CountersignError} as {@link azureAccountSas}.
 * @see {@link https://learn.microsoft.com/rest/api/storageservices/create-service-sas | Azure, Create a service SAS}
 * @example
 * ```ts
 * import { httpRequest, signRequestSync } from 'countersign'
 * import { azureKey, azureServiceSas } from 'countersign/azure'
 *
 * declare const accountKey: string
 * const signer = azureServiceSas({
 *   key: azureKey({ account: 'myaccount', key: accountKey }),
 *   permissions: 'r',
 *   expiresS: 3600,
 * })
 * const { target } = signRequestSync(httpRequest({ url: 'https://myaccount.blob.core.windows.net/photos/a.jpg' }), signer)
 * ```
 */
export function azureServiceSas<K extends SigningKey>(options: AzureServiceSasOptions<K>): Signer<K> {
  return serviceSas('azureServiceSas', options, SERVICE)
}

function serviceSas<K extends SigningKey>(
  where: string,
  options: AzureServiceSasOptions<K>,
  known: KnownOptions,
): Signer<K> {
  assertOptions(where, options, known, HINTS)
  const { service = 'blob', tableName, depth, pathStyle = false } = options
  const { resource = RESOURCES[service][0] } = options
  if (resource !== undefined && !RESOURCES[service].includes(resource))
    fail(
      'CONFIG_INVALID',
      `${where}: "resource" must be one of ${RESOURCES[service].join(', ') || 'none'} for "${service}"`,
    )
  if ((service === 'table') !== (tableName !== undefined))
    fail('CONFIG_INVALID', `${where}: "tableName" must be stated for the service "table", and for no other`)
  if ((resource === 'd') !== (depth !== undefined))
    fail('CONFIG_INVALID', `${where}: "depth" must be stated for the resource "d", and for no other`)
  if (options.version !== undefined && options.version < SIGNS_RESOURCE && ['bs', 'bv', 'd'].includes(resource ?? ''))
    fail('CONFIG_INVALID', `${where}: "resource" must come with a "version" from ${SIGNS_RESOURCE} on`)
  const stated: ReadonlyArray<readonly [string, string | undefined]> = [
    ['sr', resource],
    ['sdd', depth === undefined ? undefined : String(depth)],
    ['tn', tableName],
    ['si', options.identifier],
    ['rscc', options.cacheControl],
    ['rscd', options.contentDisposition],
    ['rsce', options.contentEncoding],
    ['rscl', options.contentLanguage],
    ['rsct', options.contentType],
  ]
  return sasSigner(where, options, stated, { service, pathStyle })
}

/** Parts of {@link azureSasUrl}. */
export interface AzureSasUrlOptions<K extends SyncSigningKey = SyncSigningKey> extends AzureServiceSasOptions<K> {
  /** What is to be shared. */
  readonly url: string | URL
  /** When it is signed, in milliseconds: `Date.now()`. */
  readonly nowMs: number
}

const URL_OPTIONS: OptionNames<AzureSasUrlOptions> = {
  ...SERVICE,
  url: 2,
  nowMs: [whole(0, 8_640_000_000_000_000, ' milliseconds'), 2],
}

/**
 * The URL that {@link azureServiceSas} signs, as text.
 *
 * @throws {CountersignError} as {@link azureServiceSas}.
 * @example
 * ```ts
 * import { azureKey, azureSasUrl } from 'countersign/azure'
 *
 * declare const accountKey: string
 * const url = azureSasUrl({
 *   url: 'https://myaccount.blob.core.windows.net/photos/a.jpg',
 *   key: azureKey({ account: 'myaccount', key: accountKey }),
 *   permissions: 'r',
 *   expiresS: 3600,
 *   nowMs: Date.now(),
 * })
 * ```
 */
export function azureSasUrl(options: AzureSasUrlOptions): string {
  const { scheme, key } = serviceSas('azureSasUrl', options, URL_OPTIONS)
  const { url, nowMs } = options
  if (nowMs === undefined)
    fail('CONFIG_INVALID', 'azureSasUrl: "nowMs" must be the time of signing, such as Date.now()')
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce: '' }
  const signed = signPreparedSync(scheme.prepare(httpRequest({ url }), context), key)
  return `${signed.scheme}://${signed.authority}${signed.target}`
}

/** A signer whose parameters are those of all SAS, and some more; without a service, of an account SAS. */
function sasSigner<K extends SigningKey>(
  where: string,
  options: AzureSasOptions<K>,
  more: ReadonlyArray<readonly [name: string, value: string | undefined]>,
  at?: { readonly service: SasService; readonly pathStyle: boolean },
): Signer<K> {
  const { key, permissions, expiresS, startsBeforeS, ip, protocol = 'https', version = '2022-11-02' } = options
  const { encryptionScope } = options
  assertAzureKey(where, key, isAccount)
  if (permissions === undefined || expiresS === undefined)
    fail('CONFIG_INVALID', `${where}: "permissions" and "expiresS" must be stated`)
  if (encryptionScope !== undefined && version < SIGNS_SCOPE)
    fail('CONFIG_INVALID', `${where}: "encryptionScope" must come with a "version" from ${SIGNS_SCOPE} on`)
  const fixed = [
    ['sp', permissions],
    ['sip', ip],
    ['spr', protocol],
    ['sv', version],
    ['ses', encryptionScope],
    ...more,
  ]
  const prepare = <M extends HttpMessage>(message: M, { keyId, nowMs }: SignContext): Prepared<M> => {
    const request = unsignedRequest(where, message, 'Authorization')
    const values = sasValues(request)
    for (const name of values.keys())
      if (SAS_NAMES.includes(name)) fail('MESSAGE_MALFORMED', `the URL has a parameter "${name}" already`)
    for (const [name, value] of fixed) if (value !== undefined) values.set(name as string, value)
    const second = Math.floor(nowMs / 1000)
    values.set('se', sasTimeText((second + expiresS) * 1000))
    if (startsBeforeS !== undefined) values.set('st', sasTimeText((second - startsBeforeS) * 1000))
    const base =
      at === undefined
        ? accountText(values, keyId)
        : serviceText(values, at.service, resourceOf(request, values, at.service, keyId, at.pathStyle))
    const names = SAS_NAMES.filter((name) => values.has(name))
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const sas = `${written(values, names)}&sig=${encodeURIComponent(signatureText(signature, base64))}`
        return { ...message, target: withQuery(request.target, sas) }
      },
      trace: () => ({ scheme: SAS_ID, base, covered: names }),
    }
  }
  return { scheme: { id: SAS_ID, prepare }, key }
}

/** What verdicts call both kinds. */
export const SAS_ID = 'azure-sas'

const written = (values: SasValues, names: readonly string[]): string =>
  names.map((name) => `${name}=${encodeURIComponent(values.get(name) as string)}`).join('&')

function withQuery(target: string, own: string): string {
  const { query } = splitTarget(target)
  if (query === '') return `${target}?${own}`
  return query === '?' || query.endsWith('&') ? target + own : `${target}&${own}`
}
