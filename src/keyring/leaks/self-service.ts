import { assertOptions, CountersignError, mustBe, type OptionNames } from '../../errors.js'
import type { Clock } from '../../sources/monotonic-clock.js'
import { CLOCK, FUNCTION } from '../../support/option-kinds.js'
import { environmentOfSecret, isWellFormedSecret, type KeyFormat } from '../record/key-format.js'
import { findKey, type LeakRevocation, notify, revokeKey } from './revoke.js'

const KNOWN: OptionNames<LeakRevocation & { readonly format: KeyFormat; readonly clock?: Clock }> = {
  find: FUNCTION,
  revoke: FUNCTION,
  audit: FUNCTION,
  format: 1,
  clock: CLOCK,
}

/**
 * Revokes the key of a secret for its holder: who has the secret may end it, without a signature and without an
 * account. For a public form or endpoint behind a rate limit.
 *
 * @returns the id of the key, which is revoked now; `undefined` for a text that is no secret of this service
 * @throws {CountersignError} `STORE_UNAVAILABLE` where the look-up or the revocation failed, `ARGUMENT_INVALID` for anything
 *   but a text.
 * @example
 * ```ts
 * import { type Keyring, revokeBySecret } from 'countersign/keyring'
 *
 * declare const keyring: Keyring
 *
 * const keyId = await revokeBySecret('acmes_live_…', {
 *   format: { prefix: 'acme' },
 *   find: (secret) => keyring.findBySecret(secret),
 *   revoke: (id, { reason }) => keyring.revoke(id, { actor: 'holder', reason }),
 * })
 * ```
 */
export async function revokeBySecret(
  secret: string,
  options: LeakRevocation & { readonly format: KeyFormat; readonly clock?: Clock },
): Promise<string | undefined> {
  assertOptions('revokeBySecret', options, KNOWN, {}, 'ARGUMENT_INVALID')
  mustBe(
    typeof options === 'object',
    'options',
    'an object with "format", "find" and "revoke"',
    options,
    'ARGUMENT_INVALID',
  )
  const { format, find, revoke, clock = { now: Date.now } } = options
  for (const [name, value] of Object.entries({ find, revoke }))
    mustBe(value !== undefined, name, 'a function', value, 'ARGUMENT_INVALID')
  mustBe(typeof secret === 'string', 'secret', 'a text', secret, 'ARGUMENT_INVALID')
  if (!isWellFormedSecret(secret, format)) return undefined
  const environment = environmentOfSecret(secret)
  const seen = { type: '', url: '', source: 'holder', environment } as const
  let keyId: string | undefined
  try {
    keyId = await findKey(options, secret, environment)
    if (keyId === undefined) return undefined
    await revokeKey(options, keyId, { reason: 'leaked', url: seen.url, source: seen.source })
  } catch {
    // Without a cause: what a store throws may hold the secret.
    notify(options, clock, { event: 'key.leaked', outcome: 'failed', keyId, ...seen })
    throw new CountersignError('STORE_UNAVAILABLE', 'the secret could not be looked up or its key not be revoked')
  }
  notify(options, clock, { event: 'key.leaked', outcome: 'revoked', keyId, ...seen })
  return keyId
}
