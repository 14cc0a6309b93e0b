import type { VerifyingKey } from '../crypto/key.js'
import type { Secret } from '../crypto/secret.js'
import { CountersignError } from '../errors.js'
import { secretKeyOf } from '../schemes/exchange/engine/credentials.js'
import type { VenueSpec } from '../schemes/exchange/engine/spec.js'
import { assertIpRules } from '../server/ip-rules.js'
import type { KeyRecord } from '../server/key-source.js'

/** What a key may do. */
export type Permission = 'read' | 'trade' | 'withdraw'

/** What an account of a double may state besides its key. */
export interface DoubleAccountOptions extends Pick<KeyRecord, 'status' | 'expiresAtMs' | 'allowIp'> {
  /** Required at venues that have one. */
  readonly passphrase?: string
  /** Default: read and trade. */
  readonly permissions?: readonly Permission[]
  /** When the key was made, for venues that tell. Default: a day ago. */
  readonly createdMs?: number
}

/** An API key that the double knows: with the secret it was given, or with the public half of a key pair. */
export type DoubleAccount = DoubleAccountOptions &
  ({ readonly apiKey: string; readonly secret: string | Secret } | { readonly verifyingKey: VerifyingKey })

/** The same, ready for use. */
export interface Account {
  readonly keyId: string
  readonly record: KeyRecord
  readonly permissions: ReadonlySet<Permission>
  readonly allowIp: readonly string[]
  readonly createdMs: number
  readonly expiresAtMs: number | undefined
}

const DAY = 86_400_000

/**
 * Accounts by API key.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, `KEY_MALFORMED`; a secret is never repeated.
 */
export function accountsOf(
  spec: VenueSpec,
  given: readonly DoubleAccount[],
  nowMs: number,
): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>()
  for (const one of given) {
    const key = 'verifyingKey' in one ? one.verifyingKey : secretKeyOf(spec, one)
    const { passphrase, permissions = ['read', 'trade'], allowIp = [], status = 'active', expiresAtMs } = one
    if (spec.keys[key.algorithm] === undefined)
      throw new CountersignError('CONFIG_INVALID', `${spec.name} expected a key of ${Object.keys(spec.keys)}`)
    if ((spec.passphrase === undefined) !== (passphrase === undefined))
      throw new CountersignError(
        'CONFIG_INVALID',
        `"passphrase" expected ${spec.passphrase === undefined ? 'none' : 'one'} at ${spec.name}`,
      )
    if (accounts.has(key.keyId)) throw new CountersignError('CONFIG_INVALID', '"accounts" expected different API keys')
    const record: KeyRecord = {
      key,
      status,
      allowIp,
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    }
    assertIpRules(record)
    accounts.set(key.keyId, {
      keyId: key.keyId,
      record,
      permissions: new Set(permissions),
      allowIp,
      createdMs: one.createdMs ?? nowMs - DAY,
      expiresAtMs,
    })
  }
  return accounts
}
