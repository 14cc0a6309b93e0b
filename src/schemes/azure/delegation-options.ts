import { fail } from '../../errors.js'
import { azureDelegationOf, BINDS_USER, DELEGATES, NAMES_USERS, SIGNS_REQUEST } from './delegation-form.js'
import type { SasService } from './sas-form.js'
import { type AzureServiceSasOptions, DEFAULT_VERSION } from './sas-options.js'

/**
 * Refuses what only a user delegation SAS has in one of the account, and what such a SAS cannot have.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertDelegation(where: string, options: AzureServiceSasOptions, service: SasService): void {
  const { key, version = DEFAULT_VERSION, identifier, authorizedObjectId, unauthorizedObjectId } = options
  const { correlationId, delegatedUserObjectId } = options
  const named = azureDelegationOf(key?.keyId)
  const users = [
    ['authorizedObjectId', authorizedObjectId, NAMES_USERS],
    ['unauthorizedObjectId', unauthorizedObjectId, NAMES_USERS],
    ['correlationId', correlationId, NAMES_USERS],
    ['delegatedUserObjectId', delegatedUserObjectId, BINDS_USER],
    ['requestHeaders', options.requestHeaders, SIGNS_REQUEST],
    ['requestQueryParameters', options.requestQueryParameters, SIGNS_REQUEST],
    ['key', named?.signedDelegatedUserTenantId, BINDS_USER],
    ['key', named, DELEGATES],
  ] as const
  for (const [name, value, since] of users) {
    if (value === undefined) continue
    if (named === undefined)
      fail('CONFIG_INVALID', `${where}: "${name}" must come with a user delegation key: azureDelegationKey()`)
    if (version < since) fail('CONFIG_INVALID', `${where}: "${name}" must come with a "version" from ${since} on`)
  }
  if (named === undefined) return
  if (authorizedObjectId !== undefined && unauthorizedObjectId !== undefined)
    fail('CONFIG_INVALID', `${where}: "authorizedObjectId" must not come with "unauthorizedObjectId"`)
  if (identifier !== undefined)
    fail(
      'CONFIG_INVALID',
      `${where}: "identifier" must not come with a user delegation key: no stored policy is for one`,
    )
  if (service !== 'blob' || !named.signedService.includes('b'))
    fail('CONFIG_INVALID', `${where}: a user delegation key must be for "blob"`)
}
