import { fail, mustBe } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { assertDelegated, isDelegated, REQUEST_NAMES } from './delegation-form.js'
import { SIGNS_RESOURCE, SIGNS_SCOPE, sasValues } from './sas-form.js'
import { OLDEST } from './sas-options.js'
import { type SasValues, sasTime } from './sas-values.js'

/** Who stands in a user delegation SAS. */
export interface AzureSasUsers {
  /** Who the key was issued to. A SAS permits no more than this one may do. */
  readonly issuedTo: string
  /** The tenant of who the key was issued to. */
  readonly tenant: string
  /** The user for whom the owner of the key has seen to the permissions (`saoid`). */
  readonly authorized: string | undefined
  /** The user whose permissions have to be looked at as well (`suoid`). */
  readonly unauthorized: string | undefined
  /** The one user who may use it (`sduoid`). */
  readonly boundTo: string | undefined
  /** The tenant of that user, where it is given. */
  readonly boundTenant: string | undefined
  /** An id for the logs. */
  readonly correlationId: string | undefined
}

/** What a SAS permits. */
export interface AzureSas {
  /** `account` for all that {@link services} and {@link resourceTypes} name, `service` for one resource. */
  readonly kind: 'account' | 'service'
  /** Letters: `r`, `racwd`. */
  readonly permissions: string
  /** The version of the service that it is written for (`sv`). */
  readonly version: string
  /** `b`, `c` … of a service SAS for blobs and files. */
  readonly resource: string | undefined
  /** Letters of an account SAS. */
  readonly services: string | undefined
  /** Letters of an account SAS: `s`, `c`, `o`. */
  readonly resourceTypes: string | undefined
  /** Name of the table that it is for. */
  readonly tableName: string | undefined
  /** Its first moment, in milliseconds since the epoch; `undefined` for now. */
  readonly startsMs: number | undefined
  /** Its end, in milliseconds since the epoch. */
  readonly expiresMs: number
  /** Who may use it, as it is written. */
  readonly ip: string | undefined
  /** The name of a stored access policy. */
  readonly identifier: string | undefined
  /** The encryption scope that must be used. */
  readonly encryptionScope: string | undefined
  /** The users that a user delegation SAS names, by the id that Entra ID has for them. */
  readonly users: AzureSasUsers | undefined
  /** The first and last keys of a table that it is for. */
  readonly keyRange: Readonly<Record<'spk' | 'srk' | 'epk' | 'erk', string | undefined>>
}

/**
 * What the SAS of a request states. It is the sender's claim until a verifier has accepted the request; whether it permits what the
 * request wants is then for the caller to decide.
 *
 * @returns `undefined` for a request without a SAS.
 * @throws {CountersignError} `AUTH_DUPLICATE`, `AUTH_MALFORMED`, `TIMESTAMP_MALFORMED`; `ARGUMENT_INVALID` for what is no request.
 * @example
 * ```ts
 * import { azureSasOf } from 'countersign/azure'
 * import type { Accepted } from 'countersign/server'
 *
 * export const mayRead = (verdict: Accepted) => azureSasOf(verdict.request)?.permissions.includes('r') === true
 * ```
 */
export function azureSasOf(request: Pick<HttpRequest, 'target'>): AzureSas | undefined {
  mustBe(
    typeof request?.target === 'string',
    'request',
    'a request with its target',
    request,
    'ARGUMENT_INVALID',
    'azureSasOf: ',
  )
  const values = sasValues(request)
  return isSas(values) ? readSas(values) : undefined
}

export const isSas = (values: SasValues): boolean => values.has('sig') && (values.has('sv') || values.has('se'))

const VERSION = /^\d{4}-\d\d-\d\d$/

export function readSas(values: SasValues): AzureSas {
  const of = (name: string): string | undefined => values.get(name)
  const version = of('sv') ?? ''
  if (!VERSION.test(version) || version < OLDEST)
    fail('AUTH_MALFORMED', `parameter "sv" must be a version from ${OLDEST} on`)
  if (isDelegated(values)) assertDelegated(values)
  else
    for (const name of REQUEST_NAMES)
      if (values.has(name)) fail('AUTH_MALFORMED', `parameter "${name}" must be of a user delegation SAS`)
  const resource = of('sr')
  // What a version does not sign could be added to a SAS of it: a directory made of a blob.
  if (version < SIGNS_RESOURCE && !['b', 'c', 'f', 's', undefined].includes(resource))
    fail('AUTH_MALFORMED', `parameter "sr" must be of a version from ${SIGNS_RESOURCE} on`)
  if (version < SIGNS_SCOPE && values.has('ses'))
    fail('AUTH_MALFORMED', `parameter "ses" must be of a version from ${SIGNS_SCOPE} on`)
  const start = of('st')
  const end = of('se') ?? fail('TIMESTAMP_MALFORMED', 'the SAS does not state its end')
  return {
    kind: values.has('ss') || values.has('srt') ? 'account' : 'service',
    permissions: of('sp') ?? '',
    version,
    resource,
    services: of('ss'),
    resourceTypes: of('srt'),
    tableName: of('tn'),
    startsMs: start === undefined ? undefined : sasTime('st', start),
    expiresMs: sasTime('se', end),
    ip: of('sip'),
    identifier: of('si'),
    encryptionScope: of('ses'),
    users: usersOf(values),
    keyRange: { spk: of('spk'), srk: of('srk'), epk: of('epk'), erk: of('erk') },
  }
}

function usersOf(values: SasValues): AzureSasUsers | undefined {
  if (!isDelegated(values)) return undefined
  return {
    issuedTo: values.get('skoid') ?? '',
    tenant: values.get('sktid') ?? '',
    authorized: values.get('saoid'),
    unauthorized: values.get('suoid'),
    boundTo: values.get('sduoid'),
    boundTenant: values.get('skdutid'),
    correlationId: values.get('scid'),
  }
}
