import * as nktkas from '@nktkas/hyperliquid/api/exchange'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import {
  hyperliquidMultiSig,
  hyperliquidMultiSigSigners,
  signHyperliquidAction,
} from '../../src/exchange/orders/hyperliquid.js'
import { walletKey } from '../../src/exchange/wallet/index.js'

/*
 * Every method of the client that most bots use, with random values that its own schemas take: what it sends is signed here, too.
 * The same values in every run.
 */
const keys = [`0x${'0123456789'.repeat(6)}0123`, `0x${'7'.repeat(64)}`] as const
const accounts = keys.map((privateKey) => privateKeyToAccount(privateKey))
const wallets = keys.map((privateKey) => walletKey({ privateKey }))
const [account, key] = [accounts[0] as (typeof accounts)[0], wallets[0] as (typeof wallets)[0]]
const multiSigUser = `0x${'ab'.repeat(20)}`
const NONCE = 1_700_000_000_123
const ROUNDS = 24

let state = 712
function below(most: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * most)
}
const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T
const digits = (bytes: number): string => Array.from({ length: 2 * bytes }, () => below(16).toString(16)).join('')

/** What is read of a schema: its kind, and what is inside. */
interface Schema {
  readonly type: string
  readonly entries: Readonly<Record<string, Schema>>
  readonly options: readonly (Schema | string)[]
  readonly items: readonly Schema[]
  readonly item: Schema
  readonly wrapped: Schema
  readonly literal: unknown
  readonly '~standard': { validate(value: unknown): { readonly issues?: readonly unknown[] } }
}

const membersOf = ({ entries }: Schema): unknown =>
  Object.fromEntries(
    Object.entries(entries)
      .map(([name, schema]) => [name, valueFor(schema)] as const)
      .filter(([, value]) => value !== undefined),
  )
const oneOf = ({ options }: Schema): unknown => valueFor(pick(options) as Schema)
const TEXTS = [
  () => `0x${digits(20)}`,
  () => `0x${digits(16)}`,
  () => `0x${digits(32)}`,
  () => `0x${digits(3)}`,
  () => `${below(100_000)}${pick(['', '.5', '.00000001', '.10'])}`,
  () => `${below(100)}.${below(200)}.0.1`,
  () => pick(['0.01%', 'name', '日本', `["${multiSigUser}"]`, `{"authorizedUsers":["${multiSigUser}"],"threshold":1}`]),
]
const MAKE: Readonly<Record<string, (schema: Schema) => unknown>> = {
  object: membersOf,
  strict_object: membersOf,
  literal: ({ literal }) => literal,
  null: () => null,
  picklist: ({ options }) => pick(options),
  string: () => pick(TEXTS)(),
  boolean: () => pick([true, false]),
  number: () => pick([0, 1, below(50), below(2 ** 32), -below(99_999)]),
  union: oneOf,
  variant: oneOf,
  array: ({ item }) => Array.from({ length: below(4) }, () => valueFor(item)),
  tuple: ({ items }) => items.map(valueFor),
  nullable: ({ wrapped }) => pick([null, valueFor(wrapped)]),
  nullish: ({ wrapped }) => pick([undefined, null, valueFor(wrapped)]),
  optional: ({ wrapped }) => pick([undefined, valueFor(wrapped)]),
}

/** A value that the schema takes. */
function valueFor(schema: Schema): unknown {
  for (let tried = 0; tried < 1_000; tried++) {
    const make = MAKE[schema.type] ?? expect.fail(`a schema of type ${schema.type} is not known here`)
    const value = make(schema)
    if (schema['~standard'].validate(value).issues === undefined) return value
  }
  throw new Error(`no value found for a schema of type ${schema.type}`)
}

type Method = (...parts: readonly unknown[]) => Promise<unknown>
interface Sent {
  readonly action: Readonly<Record<string, unknown>> & {
    readonly payload: { readonly action: Record<string, unknown> }
  }
  readonly signature: unknown
  readonly nonce: number
  readonly vaultAddress?: string
  readonly expiresAfter?: number
}

const all = nktkas as unknown as Readonly<Record<string, unknown>>
const schemaOf = (name: string): Schema =>
  (all[`${name.charAt(0).toUpperCase()}${name.slice(1)}Request`] as Schema).entries['action'] as Schema
const methods = Object.keys(all).filter((name) => /^[a-z]/.test(name) && typeof all[name] === 'function')

/** What the client sends for random values, as JSON has it. */
async function sentBy(name: string, environment: 'live' | 'testnet', several: boolean): Promise<Sent> {
  const {
    type: _,
    signatureChainId: _chain,
    hyperliquidChain: _network,
    ...rest
  } = valueFor(schemaOf(name)) as Record<string, unknown>
  // Of two actions one of these is a member that they do not add themselves.
  const { nonce, time, ...values } = rest
  const own = { createVault: { nonce }, scheduleCancel: time === undefined ? {} : { time } }[name] ?? {}
  let sent: unknown
  const config = {
    transport: {
      isTestnet: environment === 'testnet',
      request: (_endpoint: string, payload: unknown) => {
        sent = payload
        return Promise.resolve({ status: 'ok', response: { type: 'default' } })
      },
    },
    signatureChainId: pick(['0x66eee', '0xa4b1', '0x1']),
    nonceManager: () => NONCE,
    ...(several ? { signers: accounts, multiSigUser } : { wallet: account }),
  }
  const options = pick([
    {},
    { vaultAddress: `0x${digits(20)}` },
    { expiresAfter: NONCE + 5 },
    { vaultAddress: `0x${digits(20)}`, expiresAfter: NONCE + 5 },
  ])
  const method = all[name] as Method
  await method(config, ...(method.length > 2 ? [{ ...values, ...own }] : []), options)
  return JSON.parse(JSON.stringify(sent))
}

test('the client has the methods that were there when this was written, and more', () => {
  expect(methods.length).toBeGreaterThan(50)
})

test.each(methods)('%s is signed as the client signs it, by one key and by several', async (name) => {
  for (let round = 0; round < ROUNDS; round++) {
    const environment = round % 2 === 0 ? 'live' : 'testnet'
    const { signature, ...call } = await sentBy(name, environment, false)
    const { body } = signHyperliquidAction({ ...call, key, environment })
    const { signature: made, ...rest } = JSON.parse(body)
    expect(rest).toEqual(call)
    expect([call, made]).toEqual([call, signature])
    const whole = await sentBy(name, environment, true)
    const party = hyperliquidMultiSig({ multiSigUser, outerSigner: account.address, environment })
    const { signature: _, ...shared } = whole
    const inner = { ...shared, action: whole.action.payload.action }
    expect(wallets.map((one) => party.sign(one, inner))).toEqual(whole.action['signatures'])
    expect(hyperliquidMultiSigSigners(shared, environment)).toEqual(
      accounts.map(({ address }) => address.toLowerCase()),
    )
  }
})
