import { EXCHANGE_KEYS } from '../exchange/keys/key-types.js'
import type { ExchangeSpec } from '../exchange/spec/spec.js'
import { usage } from './usage.js'

/** What `--key-type` calls the keys of an exchange: those of a chain by their maker, `walletKey()`, the others by their algorithm. */
function typesOf({ keys }: Pick<ExchangeSpec, 'keys'>): { readonly chain: string[]; readonly plain: string[] } {
  const makers = Object.values(keys).flatMap((output) => output?.keyCall ?? [])
  return {
    chain: makers.map((call) => call.replace(/Key\(.*/, '')),
    plain: Object.entries(EXCHANGE_KEYS).flatMap(([type, { algorithm }]) =>
      Object.hasOwn(keys, algorithm) ? [type] : [],
    ),
  }
}

/**
 * Refuses a key of a type that an exchange has not, and a secret where it has none, with the options to state: the exchange's own
 * message names functions.
 *
 * @param type what `--key-type` is; `undefined` where a secret was given.
 * @throws {UsageError}
 */
export function assertFits(spec: ExchangeSpec, type: string | undefined): void {
  const { name, secretKey } = spec
  const { chain, plain } = typesOf(spec)
  if (type === undefined ? secretKey !== undefined : [...chain, ...plain].includes(type)) return
  const types = chain.length > 0 ? chain : plain
  const ways = [
    ...(secretKey === undefined ? [] : [`--api-key and --secret${spec.passphrase ? ', with --passphrase' : ''}`]),
    ...(types.length === 0 ? [] : [`--key with --key-type ${types.join(' or ')}`]),
  ]
  const given = type === undefined ? '--secret' : `--key-type ${type}`
  usage(`${name} takes no ${given}: state ${ways.join(', or ')}`)
}
