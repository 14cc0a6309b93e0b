import { assertOptions, fail, type OptionKind, type OptionNames } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import { type HttpRequest, isRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { FLAG, oneOf, TEXT } from '../../support/option-kinds.js'
import { untrusted } from '../scheme/untrusted.js'
import { type Coverage, schemeDemands } from '../scheme.js'
import { isAccount } from './key.js'
import { type AzureScheme, decodedPath, signatureOf } from './request.js'
import { OLDEST, SAS_ID } from './sas.js'
import {
  accountText,
  isDelegated,
  RESOURCES,
  resourceOf,
  SAS_NAMES,
  type SasService,
  type SasValues,
  SERVICE_LETTERS,
  SIGNS_RESOURCE,
  SIGNS_SCOPE,
  sasTime,
  sasValues,
  serviceText,
} from './sas-form.js'

/** Options of {@link azureSasVerifier}. */
export interface AzureSasVerifierOptions {
  /** What this server is. A SAS of another one is refused. Default `blob`. */
  readonly service?: SasService
  /** The name of the account. Default: the first label of the host, and the first segment of the path with `pathStyle`. */
  readonly account?: string
  /** The path begins with the account, as at an emulator. Default `false`. */
  readonly pathStyle?: boolean
  /**
   * What the caller looks at itself, in {@link azureSasOf}: `ip` the addresses that may use it, `identifier` the stored policy. A SAS
   * with either is refused without it.
   */
  readonly callerChecks?: ReadonlyArray<'ip' | 'identifier'>
}

const CHECKS: OptionKind = [
  (value) => Array.isArray(value) && value.every((one) => one === 'ip' || one === 'identifier'),
  'a list of "ip" and "identifier"',
]
const OPTIONS: OptionNames<AzureSasVerifierOptions> = {
  service: oneOf('blob', 'file', 'queue', 'table'),
  account: TEXT,
  pathStyle: FLAG,
  callerChecks: CHECKS,
}

/** What a SAS permits. */
export interface AzureSas {
  /** `account` for all that {@link services} and {@link resourceTypes} name, `service` for one resource. */
  readonly kind: 'account' | 'service'
  /** Letters: `r`, `racwd`. */
  readonly permissions: string
  readonly version: string
  /** `b`, `c` … of a service SAS for blobs and files. */
  readonly resource: string | undefined
  /** Letters of an account SAS. */
  readonly services: string | undefined
  readonly resourceTypes: string | undefined
  readonly tableName: string | undefined
  readonly startsMs: number | undefined
  readonly expiresMs: number
  /** Who may use it, as it is written. */
  readonly ip: string | undefined
  /** The name of a stored access policy. */
  readonly identifier: string | undefined
  readonly encryptionScope: string | undefined
  /** The first and last keys of a table that it is for. */
  readonly keyRange: Readonly<Record<'spk' | 'srk' | 'epk' | 'erk', string | undefined>>
}

/**
 * What the SAS of a request states. It is the sender's claim until a verifier has accepted the request; whether it permits what the
 * request wants is then for the caller to decide.
 *
 * @returns `undefined` for a request without a SAS.
 * @throws {CountersignError} `AUTH_DUPLICATE`, `AUTH_MALFORMED`, `TIMESTAMP_MALFORMED`.
 * @example
 * ```ts
 * import { azureSasOf } from 'countersign/azure'
 * import type { Accepted } from 'countersign/server'
 *
 * export const mayRead = (verdict: Accepted) => azureSasOf(verdict.request)?.permissions.includes('r') === true
 * ```
 */
export function azureSasOf(request: Pick<HttpRequest, 'target'>): AzureSas | undefined {
  const values = sasValues(request)
  return isSas(values) ? read(values) : undefined
}

const isSas = (values: SasValues): boolean => values.has('sig') && (values.has('sv') || values.has('se'))

const VERSION = /^\d{4}-\d\d-\d\d$/

function read(values: SasValues): AzureSas {
  const of = (name: string): string | undefined => values.get(name)
  const version = of('sv') ?? ''
  if (!VERSION.test(version) || version < OLDEST)
    fail('AUTH_MALFORMED', `parameter "sv" must be a version from ${OLDEST} on`)
  if (isDelegated(values)) fail('AUTH_MALFORMED', 'a user delegation SAS is not signed with a key of the account')
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
    keyRange: { spk: of('spk'), srk: of('srk'), epk: of('epk'), erk: of('erk') },
  }
}

/**
 * The verifying side of both kinds of SAS: that it is signed with a key of the account, is for what the path names, and has not
 * ended. What it permits is in {@link azureSasOf}, and has to be compared with what the request wants. A SAS may be used as often as
 * its holder likes, which the policy has to state.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; `parse` throws verdict codes.
 * @example
 * ```ts
 * import { azureKey, azureSasVerifier } from 'countersign/azure'
 * import { createVerifier, memoryReplayStore, noReplayProtection, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const accountKey: string
 * const verifier = createVerifier({
 *   schemes: [azureSasVerifier()],
 *   keys: staticKeys([{ key: azureKey({ account: 'myaccount', key: accountKey }) }]),
 *   policy: strictPolicy({
 *     authorities: ['myaccount.blob.example.com'],
 *     perScheme: { 'azure-sas': { untimed: noReplayProtection } },
 *   }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function azureSasVerifier(options: AzureSasVerifierOptions = {}): AzureScheme {
  assertOptions('azureSasVerifier', options, OPTIONS, { ip: "callerChecks: ['ip']" })
  const { service = 'blob', pathStyle = false, callerChecks = [] } = options
  if (options.account !== undefined && !isAccount(options.account))
    fail('CONFIG_INVALID', 'azureSasVerifier: "account" must be the name of an account')
  return {
    id: SAS_ID,
    weaknesses: ['bearer-url', 'no-method', 'no-query', 'no-body', 'no-authority', 'no-nonce'],
    demands: schemeDemands({
      // Which resource it is for is seen to here: that of an account SAS is everything.
      require: [SIGNED_END],
      requireWithBody: [],
      requireNonce: false,
      algorithms: ['hmac-sha256'],
      // Most state an end and no beginning.
      untimed: true,
      untilExpires: true,
      maxLifetimeMs: 604_800_000,
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const values = sasValues(message)
      if (!isSas(values)) return []
      if (hasField(message.fields, 'authorization'))
        fail('AUTH_DUPLICATE', 'the request has credentials in a field and in the URL')
      const sas = read(values)
      assertFits(message, values, sas, service)
      if (sas.ip !== undefined && !callerChecks.includes('ip'))
        fail('AUTH_MALFORMED', 'the SAS is for some addresses, which are not looked at here')
      if (sas.identifier !== undefined && !callerChecks.includes('identifier'))
        fail('AUTH_MALFORMED', 'the SAS is for a stored access policy, which is not looked at here')
      const account = accountOf(message, options.account, pathStyle)
      return [
        untrusted({
          keyId: account,
          createdMs: sas.startsMs,
          expiresMs: sas.expiresMs,
          covered: SAS_NAMES.filter((name) => name !== 'sig' && values.has(name)),
          covers: coverage(message, sas),
          signature: signatureOf(values.get('sig') as string),
          base: () =>
            sas.kind === 'account'
              ? accountText(values, account)
              : serviceText(values, service, resourceOf(message, values, service, account, pathStyle)),
          reusable: true,
        }),
      ]
    },
  }
}

/** Refuses a SAS that is not for this server, or not for this connection. */
function assertFits(message: HttpRequest, values: SasValues, sas: AzureSas, service: SasService): void {
  const { kind, services = '', resource } = sas
  if (kind === 'account' && (resource !== undefined || !services.includes(SERVICE_LETTERS[service])))
    fail('AUTH_MALFORMED', 'the SAS is for another service')
  const known = RESOURCES[service]
  if (kind === 'service' && (known.length === 0 ? resource !== undefined : !known.includes(resource ?? '')))
    fail('AUTH_MALFORMED', 'the SAS is for another service')
  if ((service === 'table' && kind === 'service') !== values.has('tn'))
    fail('AUTH_MALFORMED', 'the SAS is for another service')
  const protocol = values.get('spr') ?? 'https,http'
  if (protocol !== 'https' && protocol !== 'https,http')
    fail('AUTH_MALFORMED', 'parameter "spr" must be "https" or "https,http"')
  if (protocol === 'https' && message.scheme !== 'https') fail('AUTH_MALFORMED', 'the SAS is for https')
}

function accountOf({ authority, target }: HttpRequest, stated: string | undefined, pathStyle: boolean): string {
  const account =
    stated ?? (pathStyle ? decodedPath(target).split('/')[1] : authority.toLowerCase().split(/[.:]/, 1)[0]) ?? ''
  return isAccount(account) ? account : fail('AUTH_MALFORMED', 'the request names no account')
}

// What every SAS states and signs.
const SIGNED_END: Coverage = 'query-param:se'

/** Its end, and the path of what it is for: a decoded one is signed, so one with escapes could be written in another way. */
function coverage({ target }: HttpRequest, { kind, resource = '' }: AzureSas): readonly Coverage[] {
  const isWhole = kind === 'service' && ['b', 'bs', 'bv', 'f'].includes(resource)
  return isWhole && !splitTarget(target).path.includes('%') ? [SIGNED_END, 'path'] : [SIGNED_END]
}
