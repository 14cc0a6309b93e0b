import { hexDecode } from '../../crypto/encoding.js'
import { fail, kindOf } from '../../errors.js'
import {
  makeTransaction,
  partsOf,
  readTransaction,
  signDocBase,
  signedTransaction,
} from '../families/cosmos-transaction.js'
import { bytesOf, CHAIN, callOf, transactionIn } from '../families/dydx-call.js'
import { type ExchangeFactory, keyPairRestExchange } from '../signer/exchange-factory.js'
import { increasing } from '../signer/nonce-formats.js'
import type { EnvironmentOption, NoncesOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { readExactJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import { hex } from '../spec/outputs.js'
import type { Place } from '../spec/places.js'
import type { NonceFormat } from '../spec/spec.js'
import { cosmosAddress } from '../wallet/cosmos-key.js'
import { assertUnit } from '../wallet/time-unit.js'

/** In the place of a signature, until there is one. */
const UNSIGNED = new Uint8Array(64)

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** The number of the account on the chain, which is signed and not sent. */
function accountNumberOf({ options, body }: Draft): string {
  const { accountNumber: given } = options as { readonly accountNumber?: number | ((address: string) => unknown) }
  const number = typeof given === 'function' ? given(readTransaction(CHAIN, bytesOf({ body })).account) : given
  if (isNumber(number)) return String(number)
  return typeof given === 'function'
    ? fail('KEY_UNKNOWN', 'the account of the transaction is not known')
    : fail('ARGUMENT_INVALID', `"accountNumber" must be the account's number on the chain, got ${kindOf(number)}`)
}

/**
 * Whose permissioned keys there are, the chain knows and the transaction only claims: with a list in the place of an answer, any key
 * could act for any account.
 */
function assertPermitted(draft: Draft): void {
  const { account, publicKey, authenticators } = readTransaction(CHAIN, bytesOf(draft))
  if (account === cosmosAddress(hexDecode(publicKey) as Uint8Array, CHAIN.prefix)) return
  const { authenticators: of } = draft.options
  const known = typeof of === 'function' ? of(account, publicKey) : []
  if (!Array.isArray(known) || !authenticators.every((id) => known.some((one) => String(one) === id)))
    fail('KEY_UNKNOWN', 'the key is not known to be a permissioned one of the account: see "authenticators"')
}

function authenticatorsOf({ options }: Draft): readonly string[] {
  const { authenticators = [] } = options as { readonly authenticators?: readonly unknown[] }
  if (!Array.isArray(authenticators) || !authenticators.every(isNumber))
    return fail('ARGUMENT_INVALID', '"authenticators" must be a list of ids, which are whole numbers')
  return authenticators.map(String)
}

const place: Place = {
  parts: ['json'],
  list: [],
  sign: 'params.tx',
  put: (draft) => {
    const { method, body, key, nonce } = draft
    if (method !== 'POST' || body === '')
      fail('ARGUMENT_INVALID', 'dYdX signs POST / with json: { messages }; what is read needs no signature')
    // The account's own sequence is a small number.
    assertUnit('nonce', nonce, 13)
    const made = makeTransaction(CHAIN, readExactJson(body), {
      publicKey: key,
      sequence: nonce,
      authenticators: authenticatorsOf(draft),
    })
    draft.body = callOf(signedTransaction(made, UNSIGNED))
  },
  putSign: (draft) => {
    draft.body = callOf(signedTransaction(partsOf(bytesOf(draft)), hexDecode(draft.sign) as Uint8Array))
  },
  read: (draft) => {
    if (transactionIn(draft.body) === undefined) return 0
    assertNoQuery(draft)
    const { publicKey, sequence, signature } = readTransaction(CHAIN, bytesOf(draft))
    draft.key = publicKey
    draft.nonce = sequence
    draft.sign = signature
    return 3
  },
}

/** Increasing numbers by the clock; a chain's own sequence starts at 0. */
const sequences = (): NonceFormat => ({ ...increasing('ms'), pattern: /^(?:0|[1-9]\d{0,18})$/ })

/**
 * dYdX v4: transactions of its chain, sent to a node as `broadcast_tx_sync`. The key is that of an account (`cosmosKey`), or a
 * permissioned key with `authenticators`. Pass `json: { messages, memo, fee }` with messages in the JSON of the chain, `@type`
 * first: orders are placed and cancelled, and money moves between subaccounts. Numbers of 64 bits are text or bigint. The fee is
 * that of orders unless one is stated: none, with 1000000 of gas.
 *
 * The sequence is the time in milliseconds (a timestamp nonce), as the chain takes it within 30 seconds and in any order; pass
 * `nonces` for the account's own sequence.
 *
 * The host is a node that dYdX's documents name, and another company's: state a node of your own, or of your provider, as `origin`.
 *
 * What is signed is the transaction alone (`SIGN_MODE_DIRECT`); neither method nor path nor host is. Nothing is signed to read
 * from the indexer, or for its socket: use plain `fetch` there.
 *
 * Checked against the official clients (v4-clients of 2026-04-27) and the protocol's files (v4-chain of 2026-03-10) on 2026-11-29.
 *
 * @see {@link https://docs.dydx.xyz/interaction/trading | dYdX, trading}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { dydx } from 'countersign/exchange/dydx'
 * import { cosmosKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const key = cosmosKey({ privateKey })
 * const dydxFetch = createSignedFetch(dydx({ key, accountNumber: 12345, environment: 'testnet' }))
 * const subaccount_id = { owner: key.address, number: 0 }
 * const order = {
 *   order_id: { subaccount_id, client_id: 1, order_flags: 0, clob_pair_id: 0 },
 *   side: 'SIDE_BUY',
 *   quantums: '10000000',
 *   subticks: '40000000000',
 *   good_til_block: 10_000_020,
 * }
 * export const place = () =>
 *   dydxFetch('/', { method: 'POST', json: { messages: [{ '@type': '/dydxprotocol.clob.MsgPlaceOrder', order }] } })
 * ```
 */
export const dydx: ExchangeFactory<
  NoncesOption &
    EnvironmentOption<'testnet'> & {
      /**
       * The number that the chain has given the account, as `GET /cosmos/auth/v1beta1/accounts/<address>` states it. It is signed and
       * not sent. A verifier of several accounts is passed a function of their address.
       */
      readonly accountNumber?: number | ((address: string) => number | undefined) | undefined
      /**
       * Ids of the account's authenticators, where the key is not its own but a permissioned one. A verifier is passed a function: the
       * ids of that account which are for that public key. Without one it takes no permissioned keys.
       */
      readonly authenticators?:
        | readonly number[]
        | ((account: string, publicKey: string) => readonly number[] | undefined)
        | undefined
    }
> = /* @__PURE__ */ keyPairRestExchange({
  id: 'dydx',
  name: 'dYdX',
  docs: 'https://docs.dydx.xyz/interaction/trading',
  origins: ['https://dydx-ops-rpc.kingnodes.com'],
  onlyOrigins: true,
  environments: {
    testnet: { origins: ['https://test-dydx-rpc.kingnodes.com'], constants: { chain: 'dydx-testnet-4' } },
  },
  options: ['accountNumber', 'authenticators'],
  keys: { 'ecdsa-secp256k1-sha256': { ...hex, keyCall: 'cosmosKey({ privateKey })' } },
  nonce: /* @__PURE__ */ sequences(),
  place,
  base: (draft) => {
    if (draft.sign !== '') assertPermitted(draft)
    const chain = draft.options['chain'] === 'dydx-testnet-4' ? 'dydx-testnet-4' : 'dydx-mainnet-1'
    return signDocBase(partsOf(bytesOf(draft)), chain, accountNumberOf(draft))
  },
  covers: ['parameters'],
  body: 'json',
  params: { into: 'json' },
})
