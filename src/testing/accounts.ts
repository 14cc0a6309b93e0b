import type { VerifyingKey } from '../crypto/key.js'
import type { Secret } from '../crypto/secret.js'
import { assertOptions, CountersignError, kindOf, type OptionNames } from '../errors.js'
import { secretKeyOf } from '../schemes/exchange/engine/credentials.js'
import type { VenueSpec } from '../schemes/exchange/engine/spec.js'
import { assertIpRules } from '../server/ip-rules.js'
import type { KeyRecord } from '../server/key-source.js'
import { HOLDINGS } from './calls/markets.js'

/** What a key may do. */
export type Permission = 'read' | 'trade' | 'withdraw'

/** What an account of a double may state besides its key. */
export interface DoubleAccountOptions extends Pick<KeyRecord, 'status' | 'expiresAtMs' | 'allowIp'> {
  /** Required at venues that have one. */
  readonly passphrase?: string
  /** Default: read and trade. */
  readonly permissions?: readonly Permission[]
  /**
   * What it holds, by currency: `{ USDT: '100' }`, and nothing of any other. Orders, transfers and withdrawals take from it.
   * Default: a million of every currency that the double knows.
   */
  readonly balances?: Readonly<Record<string, string>>
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
  readonly balances: Readonly<Record<string, string>>
  readonly createdMs: number
  readonly expiresAtMs: number | undefined
}

const DAY = 86_400_000

const STATED: OptionNames<DoubleAccountOptions> = {
  passphrase: 1,
  permissions: 1,
  balances: 1,
  createdMs: 1,
  status: 1,
  expiresAtMs: 1,
  allowIp: 1,
}
const WITH_KEY: Readonly<Record<string, 1>> = { ...STATED, verifyingKey: 1 }
const WITH_SECRET: Readonly<Record<string, 1>> = { ...STATED, apiKey: 1, secret: 1 }

/**
 * Amounts by name, each a decimal number from 0.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function amountsOf(name: string, amounts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (typeof amounts !== 'object' || amounts === null || Array.isArray(amounts))
    throw new CountersignError('CONFIG_INVALID', `"${name}" must be an object, got ${kindOf(amounts)}`)
  for (const [one, amount] of Object.entries(amounts)) {
    if (typeof amount === 'string' && /^\d+(?:\.\d+)?$/.test(amount)) continue
    throw new CountersignError(
      'CONFIG_INVALID',
      `"${name}.${one}" must be a decimal number as text, got ${kindOf(amount)}`,
    )
  }
  return amounts
}

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
  if (!Array.isArray(given as unknown))
    throw new CountersignError('CONFIG_INVALID', `"accounts" must be a list, got ${kindOf(given)}`)
  for (const one of given) {
    assertOptions('venueDouble: an account', one, 'verifyingKey' in Object(one) ? WITH_KEY : WITH_SECRET)
    const key = 'verifyingKey' in one ? one.verifyingKey : secretKeyOf(spec, one)
    const { passphrase, permissions = ['read', 'trade'], allowIp = [], status = 'active', expiresAtMs } = one
    const { balances = HOLDINGS } = one
    if (spec.keys[key.algorithm] === undefined)
      throw new CountersignError(
        'CONFIG_INVALID',
        `"key" of an account of ${spec.name} must be one of ${Object.keys(spec.keys)}`,
      )
    if ((spec.passphrase === undefined) !== (passphrase === undefined))
      throw new CountersignError(
        'CONFIG_INVALID',
        spec.passphrase === undefined
          ? `venueDouble: "passphrase" of an account must be left out: ${spec.name} has none`
          : `venueDouble: "passphrase" of an account must be text at ${spec.name}, got undefined`,
      )
    if (accounts.has(key.keyId)) throw new CountersignError('CONFIG_INVALID', '"accounts" must have different API keys')
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
      balances: amountsOf('balances', balances),
      createdMs: one.createdMs ?? nowMs - DAY,
      expiresAtMs,
    })
  }
  return accounts
}
