import type { SyncSigningKey, SyncVerifyingKey } from '../../src/crypto/index.js'
import type { SecretCredentials } from '../../src/exchange/index.js'
import type { Call } from './cases.js'

/** One exchange, variant or kind of key that both sides know. */
export interface Row {
  /** Shown, and the name in the table of differences. */
  readonly name: string
  /** File of the exchange. */
  readonly exchange: string
  readonly variant?: string
  /** Name of ccxt's class. */
  readonly ccxt: string
  /** Options of ccxt's constructor; `apiKey`, `secret` and `password` are taken from {@link account} where they are absent. */
  readonly theirs?: Readonly<Record<string, unknown>>
  readonly account:
    | SecretCredentials
    | { readonly key: SyncSigningKey; readonly verifyingKey: SyncVerifyingKey; readonly passphrase?: string }
  /** What the account states besides, such as an exchange's options. */
  readonly options?: Readonly<Record<string, unknown>>
  readonly calls: readonly Call[]
  /** The moment of our signing, where an exchange states an end that ccxt and this package put at different distances. */
  readonly nowMs?: number
  /** Present where signatures of the same text differ each time. */
  readonly randomised?: true
  /** Facts that are proven though their characters are not: parameters inside a body. */
  readonly proves?: readonly 'body'[]
  /** Lower-case names of fields that the exchange wants and the account's key does not sign. */
  readonly unproven?: readonly string[]
  /** Present where the exchange signs path and query without the "?" between them: without it, they are another path. */
  readonly unmarked?: true
  /** Present where the exchange reads the pairs before it signs them: a name alone is one with an empty value. */
  readonly readsPairs?: true
  /** Members of the body that this package's signer adds besides those it reads back by name. */
  readonly added?: readonly string[]
  /** Present where both write the same request in different ways, so that the signed text differs; says how. */
  readonly differs?: string
}
