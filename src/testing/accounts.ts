import { assertIpRules } from '../access/ip-rules.js'
import type { KeyRecord } from '../access/key-record.js'
import { momentProblem } from '../access/moment-problem.js'
import { isKeyAlgorithm } from '../crypto/algorithm.js'
import type { VerifyingKey } from '../crypto/key.js'
import type { Secret } from '../crypto/secret.js'
import {
  alternatives,
  assertOptions,
  CountersignError,
  type KnownOptions,
  kindOf,
  mustBe,
  type OptionNames,
} from '../errors.js'
import { secretKeyOf } from '../exchange/spec/shared-secret.js'
import type { ExchangeSpec } from '../exchange/spec/spec.js'
import { defined } from '../support/defined.js'
import { HOLDINGS } from './calls/markets.js'

/** What a key may do. */
export type Permission = 'read' | 'trade' | 'withdraw'

/** What an account of a mock may state besides its key. */
export interface MockAccountOptions extends Pick<KeyRecord, 'status' | 'expiresAtMs' | 'allowIp'> {
  /** Required at exchanges that have one. */
  readonly passphrase?: string
  /** Default: read and trade. */
  readonly permissions?: readonly Permission[]
  /**
   * What it holds, by currency: `{ USDT: '100' }`, and nothing of any other. Orders, transfers and withdrawals take from it.
   * Default: a million of every currency that the mock knows.
   */
  readonly balances?: Readonly<Record<string, string>>
  /** When the key was made, for exchanges that return it. Default: a day ago. */
  readonly createdMs?: number
}

/**
 * An API key that the mock knows: with the secret it was given, or with the public half of a key pair. At GRVT `apiKey` is the account's
 * id, and `secret` the API key that opens a session.
 */
export type MockAccount = MockAccountOptions &
  ({ readonly apiKey: string; readonly secret: string | Secret } | { readonly verifyingKey: VerifyingKey })

/** The same, ready for use. */
export interface Account {
  /** The id of the account's key. */
  readonly keyId: string
  /** What verifies its requests, with its limits. */
  readonly record: KeyRecord
  /** What the key may do. */
  readonly permissions: ReadonlySet<Permission>
  /** Addresses and ranges that it may be used from. Empty: anywhere. */
  readonly allowIp: readonly string[]
  /** What it holds, by asset, as text. */
  readonly balances: Readonly<Record<string, string>>
  /** When the key was made, in milliseconds since the epoch. */
  readonly createdMs: number
  /** When the key ends, in milliseconds since the epoch; `undefined` for never. */
  readonly expiresAtMs: number | undefined
}

const DAY = 86_400_000

const STATED: OptionNames<MockAccountOptions> = {
  passphrase: 1,
  permissions: 1,
  balances: 1,
  createdMs: 1,
  status: 1,
  expiresAtMs: 1,
  allowIp: 1,
}
const WITH_KEY: KnownOptions = { ...STATED, verifyingKey: 1 }
const WITH_SECRET: KnownOptions = { ...STATED, apiKey: 1, secret: 1 }
/** Names under which keys and the accounts of wallets are passed elsewhere. */
const OF_KEYS = ['key', 'publicKey', 'signingKey', 'privateKey', 'wallet', 'address', 'mnemonic'] as const
/** What is written in place of names that are no spelling mistakes. */
const HINTS: Readonly<Record<string, string>> = {
  keyId: 'apiKey',
  id: 'apiKey',
  scopes: 'permissions',
  ip: 'allowIp',
  ips: 'allowIp',
}
/** The public half of a key as it is written down for this exchange: of a wallet, of a file, or of a key that signs. */
function publicHalfOf({ keys }: ExchangeSpec): string {
  const call = Object.values(keys).find((output) => output?.keyCall !== undefined)?.keyCall
  return call === undefined
    ? '{ verifyingKey }, the public half, from importVerifyingKey() or the "verifyingKey" of the key that signs'
    : `{ verifyingKey: ${call}.verifyingKey }`
}

/** What an account of this exchange is, so that one message leads to what is accepted, and not to the next one. */
function formOf(spec: ExchangeSpec): string {
  const secret = `{ apiKey, secret${spec.passphrase === undefined ? '' : ', passphrase'} }`
  if (spec.secretKey === undefined) return publicHalfOf(spec)
  return Object.keys(spec.keys).every((name) => name.startsWith('hmac-'))
    ? secret
    : `${secret}, or ${publicHalfOf(spec)}`
}

const hintsOf = (spec: ExchangeSpec, hasKey: boolean): Readonly<Record<string, string>> => {
  const form = formOf(spec)
  const names = [...OF_KEYS, ...(hasKey || spec.secretKey === undefined ? ['apiKey', 'secret', 'keyId', 'id'] : [])]
  return { ...HINTS, ...Object.fromEntries(names.map((name) => [name, form])) }
}

const isKey = (value: unknown): boolean => ['sign', 'verify'].some((name) => typeof Object(value)[name] === 'function')

const PERMISSIONS: readonly unknown[] = ['read', 'trade', 'withdraw'] satisfies Permission[]
const STATUSES = ['active', 'disabled', 'revoked'] as const

/**
 * Amounts by name, each a decimal number from 0.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function amountsOf(name: string, amounts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  mustBe(
    typeof amounts === 'object' && amounts !== null && !Array.isArray(amounts) && !(amounts instanceof Promise),
    name,
    'an object',
    amounts,
  )
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
  spec: ExchangeSpec,
  given: readonly MockAccount[],
  nowMs: number,
): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>()
  mustBe(Array.isArray(given as unknown), 'accounts', 'a list', given)
  for (const [at, one] of given.entries()) {
    const where = `accounts[${at}]`
    const key = keyOf(spec, where, one)
    assertStated(spec, where, one)
    const { passphrase, permissions = ['read', 'trade'], allowIp = [], status = 'active', expiresAtMs } = one
    const { balances = HOLDINGS } = one
    if (accounts.has(key.keyId)) throw new CountersignError('CONFIG_INVALID', '"accounts" must have different API keys')
    const record: KeyRecord = defined({
      key,
      status,
      allowIp,
      passphrase,
      expiresAtMs,
    })
    assertIpRules(record)
    accounts.set(key.keyId, {
      keyId: key.keyId,
      record,
      permissions: new Set(permissions),
      allowIp,
      balances: amountsOf(`${where}.balances`, balances),
      createdMs: one.createdMs ?? nowMs - DAY,
      expiresAtMs,
    })
  }
  return accounts
}

/** The key of an account: of its secret, or the public half that it states. */
function keyOf(spec: ExchangeSpec, where: string, one: MockAccount): VerifyingKey {
  const form = formOf(spec)
  mustBe(typeof one === 'object' && one !== null && !isKey(one), where, `an account of ${spec.name}, ${form}`, one)
  const hasKey = 'verifyingKey' in one
  // One that is passed with a secret, where there is none, is refused as that, and not because "secret" is unknown.
  assertOptions(`mockExchange: "${where}"`, one, hasKey ? WITH_KEY : WITH_SECRET, hintsOf(spec, hasKey))
  if (!hasKey) {
    const { apiKey, secret } = one
    if (apiKey === undefined && secret === undefined)
      throw new CountersignError('CONFIG_INVALID', `"${where}" must be ${form} at ${spec.name}, got neither`)
    if (spec.secretKey === undefined)
      throw new CountersignError('CONFIG_INVALID', `"${where}" must be ${form}: ${spec.name} has no shared secrets`)
    return secretKeyOf(spec, one)
  }
  const { verifyingKey: key } = one
  if (typeof key?.verify !== 'function' || typeof key.keyId !== 'string')
    throw new CountersignError(
      'CONFIG_INVALID',
      `"${where}.verifyingKey" must be the public half of a key: ${
        isKey(key) ? 'pass the "verifyingKey" of this one' : `${where} is ${form} at ${spec.name}`
      }, got ${kindOf(key)}`,
    )
  const names = Object.keys(spec.keys)
  if (spec.keys[key.algorithm] === undefined)
    throw new CountersignError(
      'CONFIG_INVALID',
      `"${where}.verifyingKey" must be a key of ${alternatives(names)} at ${spec.name}, got ${isKeyAlgorithm(key.algorithm) ? key.algorithm : 'another'}: "${where}" is ${form}`,
    )
  return key
}

/** What an account states besides its key. A wrong value would refuse, or let pass, for a reason that no exchange has. */
function assertStated(spec: ExchangeSpec, where: string, one: MockAccountOptions): void {
  const { passphrase, permissions, allowIp, status, expiresAtMs, createdMs, balances } = one
  mustBe(
    spec.passphrase === undefined ? passphrase === undefined : typeof passphrase === 'string' && passphrase !== '',
    `${where}.passphrase`,
    spec.passphrase === undefined ? `left out: ${spec.name} has none` : `text at ${spec.name}`,
    passphrase,
  )
  mustBe(
    permissions === undefined || Array.isArray(permissions),
    `${where}.permissions`,
    'a list of read, trade and withdraw',
    permissions,
  )
  for (const [at, word] of (permissions ?? []).entries())
    mustBe(PERMISSIONS.includes(word), `${where}.permissions[${at}]`, 'read, trade or withdraw', word)
  mustBe(status === undefined || STATUSES.includes(status), `${where}.status`, alternatives(STATUSES), status)
  mustBe(allowIp === undefined || Array.isArray(allowIp), `${where}.allowIp`, 'a list of address ranges', allowIp)
  if (balances !== undefined) amountsOf(`${where}.balances`, balances)
  for (const [name, moment] of Object.entries({ expiresAtMs, createdMs })) {
    const problem = moment === undefined ? undefined : momentProblem(`${where}.${name}`, moment)
    if (problem !== undefined) throw new CountersignError('CONFIG_INVALID', problem)
  }
}
