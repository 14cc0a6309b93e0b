import { assertKeyOptions, type HmacKey } from '../../crypto/key.js'
import type { Secret } from '../../crypto/secret.js'
import { assertNeeded, fail, type OptionNames } from '../../errors.js'
import { type AzureDelegation, delegationId, delegationValues, wrongMember } from './delegation-form.js'
import { isAccount, macOf } from './key.js'
import { sasTime, sasTimeText } from './sas-values.js'

/** Options of {@link azureDelegationKey}: the members of a `UserDelegationKey` of the official packages, and the account. */
export interface AzureDelegationKeyOptions {
  /** The name of the storage account that issued it. */
  readonly account: string
  /** The object id of who asked for the key. */
  readonly signedObjectId: string
  /** The tenant of that one. */
  readonly signedTenantId: string
  /** When the key becomes valid: a text such as `2026-01-02T03:04:05Z`, or a `Date`. */
  readonly signedStartsOn: string | Date
  /** Until when: at most seven days after its start. */
  readonly signedExpiresOn: string | Date
  /** Letters of the services that it is for: `b`. */
  readonly signedService: string
  /** The version of the service that issued it. */
  readonly signedVersion: string
  /** The tenant of the users whom its SAS can be bound to, where one was asked for. */
  readonly signedDelegatedUserTenantId?: string | undefined
  /** The key itself, in base64. */
  readonly value: string | Secret
}

const KNOWN: OptionNames<AzureDelegationKeyOptions> = {
  account: 2,
  signedObjectId: 2,
  signedTenantId: 2,
  signedStartsOn: 2,
  signedExpiresOn: 2,
  signedService: 2,
  signedVersion: 2,
  signedDelegatedUserTenantId: 1,
  value: 2,
}
// As the answer of the service and the package for Python call them.
const HINTS = {
  accountName: 'account',
  SignedOid: 'signedObjectId',
  signed_oid: 'signedObjectId',
  skoid: 'signedObjectId',
  SignedTid: 'signedTenantId',
  signed_tid: 'signedTenantId',
  sktid: 'signedTenantId',
  SignedStart: 'signedStartsOn',
  signed_start: 'signedStartsOn',
  SignedExpiry: 'signedExpiresOn',
  signed_expiry: 'signedExpiresOn',
  SignedService: 'signedService',
  SignedVersion: 'signedVersion',
  SignedDelegatedUserTid: 'signedDelegatedUserTenantId',
  Value: 'value',
  key: 'value',
}

const WHERE = 'azureDelegationKey'

/**
 * A user delegation key of Entra ID, as "Get User Delegation Key" issues it, for {@link azureServiceSas} and {@link azureSasVerifier}.
 * Its id names the account and all that a SAS states of it: {@link azureDelegationOf} reads it.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`, `KEY_WEAK`.
 * @see {@link https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key | Azure, Get User Delegation Key}
 * @example
 * ```ts
 * import { type AzureDelegationKeyOptions, azureDelegationKey, azureSasUrl } from 'countersign/azure'
 *
 * // The members of the key that `getUserDelegationKey()` has answered, without those of the response.
 * declare const issued: Omit<AzureDelegationKeyOptions, 'account'>
 * const url = azureSasUrl({
 *   url: 'https://myaccount.blob.core.windows.net/photos/a.jpg',
 *   key: azureDelegationKey({ account: 'myaccount', ...issued }),
 *   permissions: 'r',
 *   expiresS: 3600,
 *   nowMs: Date.now(),
 * })
 * ```
 */
export function azureDelegationKey(options: AzureDelegationKeyOptions): HmacKey {
  assertKeyOptions(WHERE, options, KNOWN, HINTS)
  assertNeeded(WHERE, options, KNOWN, 'ARGUMENT_INVALID')
  const { account, value } = options
  if (!isAccount(account)) fail('ARGUMENT_INVALID', `${WHERE}: "account" must be the name of an account`)
  const start = timeOf('signedStartsOn', options.signedStartsOn)
  const end = timeOf('signedExpiresOn', options.signedExpiresOn)
  if (start >= end) fail('ARGUMENT_INVALID', `${WHERE}: "signedExpiresOn" must be after "signedStartsOn"`)
  const { signedObjectId, signedTenantId, signedService, signedVersion, signedDelegatedUserTenantId } = options
  const named: AzureDelegation = {
    ...{ account, signedObjectId, signedTenantId, signedStartsOn: start, signedExpiresOn: end },
    ...{ signedService, signedVersion, signedDelegatedUserTenantId },
  }
  const wrong = wrongMember(named)
  if (wrong !== undefined) fail('ARGUMENT_INVALID', `${WHERE}: "${wrong[0]}" must be ${wrong[1]}`)
  return macOf(WHERE, 'value', delegationId(account, delegationValues(named)), value)
}

/** The seconds of a time: a SAS states no parts of one. */
function timeOf(name: string, time: string | Date): string {
  if (time instanceof Date && !Number.isNaN(time.getTime())) return sasTimeText(time.getTime())
  try {
    return sasTimeText(sasTime(name, String(time)))
  } catch {
    return fail('ARGUMENT_INVALID', `${WHERE}: "${name}" must be a Date or a time such as 2026-01-02T03:04:05Z`)
  }
}
