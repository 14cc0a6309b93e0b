import { assertOptions, fail, type OptionKind, type OptionNames } from '../../errors.js'
import { fieldValues } from '../../message/fields.js'
import { type HttpRequest, isRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { FLAG, oneOf, TEXT } from '../../support/option-kinds.js'
import { untrusted } from '../scheme/untrusted.js'
import { type Coverage, schemeDemands } from '../scheme.js'
import { delegationId, isDelegated } from './delegation-form.js'
import { isAccount } from './key.js'
import { type AzureScheme, decodedPath, signatureOf } from './request.js'
import { SAS_ID } from './sas.js'
import { type AzureSas, isSas, readSas } from './sas-claims.js'
import {
  accountText,
  RESOURCES,
  resourceOf,
  SAS_NAMES,
  type SasService,
  SERVICE_LETTERS,
  sasValues,
  serviceText,
} from './sas-form.js'
import { partNames, partsOf } from './sas-request-parts.js'
import { type SasValues, sasTime } from './sas-values.js'

/** Options of {@link azureSasVerifier}. */
export interface AzureSasVerifierOptions {
  /** What this server is. A SAS of another one is refused. Default `blob`. */
  readonly service?: SasService
  /** The name of the account. Default: the first label of the host, and the first segment of the path with `pathStyle`. */
  readonly account?: string
  /** The path begins with the account, as at an emulator. Default `false`. */
  readonly pathStyle?: boolean
  /**
   * What the caller looks at itself, in {@link azureSasOf}: `ip` the addresses that may use it, `identifier` the stored policy,
   * `unauthorized` the user whose permissions count as well, `boundTo` the one user who may use it, whose token of Entra ID then
   * stands in `Authorization`. A SAS with one of them is refused without it.
   */
  readonly callerChecks?: readonly SasCheck[]
}

/** What of a SAS only its caller can look at. */
export type SasCheck = 'ip' | 'identifier' | 'unauthorized' | 'boundTo'

/** What each is of, in words, and where it stands. */
const CHECKS: ReadonlyArray<readonly [check: SasCheck, name: string, what: string]> = [
  ['ip', 'sip', 'some addresses'],
  ['identifier', 'si', 'a stored access policy'],
  ['unauthorized', 'suoid', 'a user whose permissions count as well'],
  ['boundTo', 'sduoid', 'one user'],
]
const CHECK_LIST: OptionKind = [
  (value) => Array.isArray(value) && value.every((one) => CHECKS.some(([check]) => check === one)),
  'a list of "ip", "identifier", "unauthorized" and "boundTo"',
]
const OPTIONS: OptionNames<AzureSasVerifierOptions> = {
  service: oneOf('blob', 'file', 'queue', 'table'),
  account: TEXT,
  pathStyle: FLAG,
  callerChecks: CHECK_LIST,
}

/**
 * The verifying side of every SAS: that it is signed with a key of the account, or with a user delegation key that the account has
 * issued, is for what the path names, and has not ended. What it permits is in {@link azureSasOf}, and has to be compared with what the request wants. A SAS may be used as often as
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
      assertOneCredential(message, values, callerChecks)
      const sas = readSas(values)
      assertFits(message, values, sas, service)
      for (const [check, name, what] of CHECKS)
        if (values.has(name) && !callerChecks.includes(check))
          fail('AUTH_MALFORMED', `the SAS is for ${what}, which ${check === 'ip' ? 'are' : 'is'} not looked at here`)
      const account = accountOf(message, options.account, pathStyle)
      const delegated = isDelegated(values)
      const parts = partsOf(message, values)
      return [
        untrusted({
          keyId: delegated ? delegationId(account, values) : account,
          // Without a beginning of its own, that of its key.
          createdMs: sas.startsMs ?? (delegated ? sasTime('skt', values.get('skt') as string) : undefined),
          expiresMs: sas.expiresMs,
          covered: SAS_NAMES.filter((name) => name !== 'sig' && values.has(name)),
          covers: [
            ...coverage(message, sas),
            ...partNames(values, 'srh').map((name) => `field:${name.toLowerCase()}` as const),
          ],
          signature: signatureOf(values.get('sig') as string),
          base: () =>
            sas.kind === 'account'
              ? accountText(values, account)
              : serviceText(values, service, resourceOf(message, values, service, account, pathStyle), parts),
          reusable: true,
        }),
      ]
    },
  }
}

/** Refuses credentials beside the SAS, other than the token of the user that it is bound to. */
function assertOneCredential({ fields }: HttpRequest, values: SasValues, checks: readonly SasCheck[]): void {
  const lines = fieldValues(fields, 'authorization')
  if (values.has('sduoid') && checks.includes('boundTo')) {
    if (lines.length !== 1 || !/^bearer [!-~]+$/i.test(lines[0] as string))
      fail('AUTH_MALFORMED', 'the SAS is for one user, whose token has to stand in Authorization')
  } else if (lines.length > 0) fail('AUTH_DUPLICATE', 'the request has credentials in a field and in the URL')
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
  if (isDelegated(values) && (service !== 'blob' || !values.get('sks')?.includes('b')))
    fail('AUTH_MALFORMED', 'the key of the SAS is for another service')
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
