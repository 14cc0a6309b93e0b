import { hexDecode } from '../../crypto/encoding.js'
import { fail, kindOf } from '../../errors.js'
import type { Draft } from '../spec/draft.js'
import { readExactJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import type { Place } from '../spec/places.js'
import { cosmosAddress } from '../wallet/cosmos-key.js'
import { assertUnit } from '../wallet/time-unit.js'
import { makeTransaction, partsOf, readTransaction, signDocBase, signedTransaction } from './cosmos-transaction.js'
import { bytesOf, CHAIN, callOf, transactionIn } from './dydx-call.js'

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

/** The transaction of the messages in the body, with the signature inside. */
export const dydxPlace: Place = {
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

/** What a key signs for a transaction. @throws {CountersignError} `KEY_UNKNOWN` for a received transaction whose key or account is not known. */
export function dydxBase(draft: Draft): Uint8Array {
  if (draft.sign !== '') assertPermitted(draft)
  const chain = draft.options['chain'] === 'dydx-testnet-4' ? 'dydx-testnet-4' : 'dydx-mainnet-1'
  return signDocBase(partsOf(bytesOf(draft)), chain, accountNumberOf(draft))
}
