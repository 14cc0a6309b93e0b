import {
  alternatives,
  assertNeeded,
  assertOptions,
  type ErrorCode,
  fail,
  kindOf,
  type OptionKind,
  type OptionNames,
} from '../../errors.js'

/** What makes the keys of accounts, with the algorithm of each. */
const MAKERS = { walletKey: 'ecdsa-secp256k1-keccak256', starkKey: 'ecdsa-stark' } as const

/** The key of an account, by the function that makes it: one of another kind signs as readily, and is refused by the exchange. */
export const keyFrom = (maker: keyof typeof MAKERS, code: ErrorCode = 'CONFIG_INVALID'): OptionKind => [
  (key) => {
    const { sign, algorithm } = Object(key) as { readonly sign?: unknown; readonly algorithm?: unknown }
    if (typeof sign !== 'function' || algorithm === MAKERS[maker]) return typeof sign === 'function'
    // Which kind it is helps most, and the name of an algorithm is no secret.
    return ALGORITHM.test(String(algorithm))
      ? fail(code, `"key" must be ${fromMaker(maker)}, got a key of "${algorithm}"`)
      : false
  },
  fromMaker(maker),
]

/** The form of their names; the list itself is longer. */
const ALGORITHM = /^(?:(?:hmac|rsa|ecdsa)-[a-z0-9_-]{1,32}|ed25519)$/

const fromMaker = (maker: keyof typeof MAKERS): string => `the key of an account, from ${maker}()`

/** The name of a network: it is no secret, and which one was given helps most. */
export const networkFrom = (...names: readonly string[]): OptionKind => [
  (value) =>
    names.includes(value as string) ||
    (typeof value === 'string' && value !== ''
      ? fail('CONFIG_INVALID', `"environment" must be ${inQuotes(names)}, got ${JSON.stringify(value.slice(0, 64))}`)
      : false),
  inQuotes(names),
]

const inQuotes = (names: readonly string[]): string => alternatives(names.map((one) => `"${one}"`))

// As exchanges and other libraries call them: the live network is the default, so none of these may just be unknown.
const KEYS = {
  privateKey: '"key": that of walletKey() or starkKey()',
  wallet: 'key',
  signer: 'key',
}
const CHAINS = { testnet: 'chainId', environment: 'chainId', network: 'chainId' }
const NETWORKS = { testnet: 'environment: "testnet"', sandbox: 'environment: "testnet"', network: 'environment' }

/**
 * Holds the options of a function that signs orders to its table, and to what must be there: a key that is missing is not to be
 * found out at the first order.
 *
 * @param environments Their names, where a network has one; otherwise it is a `chainId`.
 * @throws {CountersignError} `CONFIG_INVALID`, or `code`.
 */
export function assertOrderOptions<T extends object>(
  where: string,
  options: T,
  known: OptionNames<T>,
  environments?: readonly string[],
  code: ErrorCode = 'CONFIG_INVALID',
): void {
  const stated: Partial<Record<string, unknown>> | undefined = options
  const environment = stated?.['environment']
  if (environment !== undefined && environments?.includes(environment as string) === false) {
    // The name of a network is no secret, and which one it is helps most.
    const got = typeof environment === 'string' ? JSON.stringify(environment.slice(0, 64)) : kindOf(environment)
    fail(code, `${where}: "environment" must be ${inQuotes(environments)}, got ${got}`)
  }
  assertOptions(where, stated, known, { ...KEYS, ...(environments === undefined ? CHAINS : NETWORKS) }, code)
  assertNeeded(where, options, known, code)
}
