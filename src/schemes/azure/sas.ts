import { base64 } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type KnownOptions } from '../../errors.js'
import { type HttpMessage, httpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { type Prepared, type SignContext, type Signer, signatureText, signPreparedSync } from '../scheme.js'
import { azureDelegationOf, delegationValues, REQUEST_NAMES } from './delegation-form.js'
import { assertDelegation } from './delegation-options.js'
import { assertAzureKey, isAccount } from './key.js'
import { assertAccountHost, unsignedRequest } from './request.js'
import {
  accountText,
  RESOURCES,
  resourceOf,
  SAS_NAMES,
  type SasService,
  SIGNS_RESOURCE,
  SIGNS_SCOPE,
  sasValues,
  serviceText,
} from './sas-form.js'
import {
  ACCOUNT_OPTIONS,
  type AzureAccountSasOptions,
  type AzureSasOptions,
  type AzureSasUrlOptions,
  type AzureServiceSasOptions,
  DEFAULT_VERSION,
  SAS_HINTS,
  SERVICE_OPTIONS,
  URL_OPTIONS,
} from './sas-options.js'
import { assertPermissions } from './sas-permissions.js'
import { partTexts, type RequestTexts } from './sas-request-parts.js'
import { type SasValues, sasTime, sasTimeText } from './sas-values.js'

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
  assertOptions('azureAccountSas', options, ACCOUNT_OPTIONS, SAS_HINTS)
  const { services, resourceTypes } = options
  if (services === undefined || resourceTypes === undefined)
    fail('CONFIG_INVALID', 'azureAccountSas: "services" and "resourceTypes" must be given')
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
  return serviceSas('azureServiceSas', options, SERVICE_OPTIONS)
}

function serviceSas<K extends SigningKey>(
  where: string,
  options: AzureServiceSasOptions<K>,
  known: KnownOptions,
): Signer<K> {
  assertOptions(where, options, known, SAS_HINTS)
  const { service = 'blob', tableName, depth, pathStyle = false } = options
  const { resource = RESOURCES[service][0] } = options
  if (resource !== undefined && !RESOURCES[service].includes(resource))
    fail(
      'CONFIG_INVALID',
      `${where}: "resource" must be one of ${RESOURCES[service].join(', ') || 'none'} for "${service}"`,
    )
  if ((service === 'table') !== (tableName !== undefined))
    fail('CONFIG_INVALID', `${where}: "tableName" must be given for the service "table", and for no other`)
  if ((resource === 'd') !== (depth !== undefined))
    fail('CONFIG_INVALID', `${where}: "depth" must be given for the resource "d", and for no other`)
  if (options.version !== undefined && options.version < SIGNS_RESOURCE && ['bs', 'bv', 'd'].includes(resource ?? ''))
    fail('CONFIG_INVALID', `${where}: "resource" must come with a "version" from ${SIGNS_RESOURCE} on`)
  assertDelegation(where, options, service)
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
    ['saoid', options.authorizedObjectId],
    ['suoid', options.unauthorizedObjectId],
    ['scid', options.correlationId],
    ['sduoid', options.delegatedUserObjectId],
    ['srh', options.requestHeaders && Object.keys(options.requestHeaders).join(',')],
    ['srq', options.requestQueryParameters && Object.keys(options.requestQueryParameters).join(',')],
  ]
  const parts = partTexts(
    Object.entries(options.requestHeaders ?? {}),
    Object.entries(options.requestQueryParameters ?? {}),
  )
  return sasSigner(where, options, stated, { service, pathStyle, parts })
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
  at?: { readonly service: SasService; readonly pathStyle: boolean; readonly parts: RequestTexts },
): Signer<K> {
  const { key, permissions, expiresS, startsBeforeS, ip, protocol = 'https', version = DEFAULT_VERSION } = options
  const { encryptionScope } = options
  assertAzureKey(where, key, (id) => isAccount(id) || (at !== undefined && azureDelegationOf(id) !== undefined))
  if (permissions === undefined || expiresS === undefined)
    fail('CONFIG_INVALID', `${where}: "permissions" and "expiresS" must be given`)
  assertPermissions(where, permissions, at?.service ?? 'account')
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
      if (WRITTEN.includes(name)) fail('MESSAGE_MALFORMED', `the URL has a parameter "${name}" already`)
    for (const [name, value] of fixed) if (value !== undefined) values.set(name as string, value)
    const named = azureDelegationOf(keyId)
    const account = named?.account ?? keyId
    assertAccountHost(where, request, account)
    if (protocol === 'https' && request.scheme !== 'https')
      fail(
        'MESSAGE_MALFORMED',
        `${where}: "protocol" must be "https,http" for a URL of ${request.scheme}, which a SAS for https does not open`,
      )
    if (named !== undefined) for (const [name, value] of delegationValues(named)) values.set(name, value)
    const second = Math.floor(nowMs / 1000)
    const endMs = (second + expiresS) * 1000
    if (named !== undefined && endMs > sasTime('ske', named.signedExpiresOn))
      fail('MESSAGE_MALFORMED', `${where}: the SAS would outlive its key, which ends at ${named.signedExpiresOn}`)
    values.set('se', sasTimeText(endMs))
    if (startsBeforeS !== undefined) {
      // No time before that of the key is one of the SAS.
      const from = named === undefined ? 0 : sasTime('skt', named.signedStartsOn)
      values.set('st', sasTimeText(Math.max((second - startsBeforeS) * 1000, from)))
    }
    const base =
      at === undefined
        ? accountText(values, account)
        : serviceText(values, at.service, resourceOf(request, values, at.service, account, at.pathStyle), at.parts)
    const names = WRITTEN.filter((name) => values.has(name))
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

/** What a URL is given: the values, and the names of parts of the request. */
const WRITTEN = [...SAS_NAMES, ...REQUEST_NAMES]

/** What verdicts call both kinds. */
export const SAS_ID = 'azure-sas'

const written = (values: SasValues, names: readonly string[]): string =>
  names.map((name) => `${name}=${encodeURIComponent(values.get(name) as string)}`).join('&')

function withQuery(target: string, own: string): string {
  const { query } = splitTarget(target)
  if (query === '') return `${target}?${own}`
  return query === '?' || query.endsWith('&') ? target + own : `${target}&${own}`
}
