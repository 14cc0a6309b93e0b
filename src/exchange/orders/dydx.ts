import { mustBe } from '../../errors.js'
import { readTransaction } from '../families/cosmos-transaction.js'
import { bytesOf, CHAIN } from '../families/dydx-call.js'

/**
 * The messages of a transaction that was verified, from the body of its request: `@type` first, without the members that have
 * their default. Numbers of 64 bits are text.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for anything else, `ARGUMENT_INVALID` for what is no text.
 * @example
 * ```ts
 * import { dydxMessages } from 'countersign/exchange/orders/dydx'
 *
 * declare const body: string
 * for (const message of dydxMessages(body)) console.log(message['@type'])
 * ```
 */
export const dydxMessages = (body: string): ReadonlyArray<Readonly<Record<string, unknown>>> => {
  mustBe(typeof body === 'string', 'body', 'the text of a body', body, 'ARGUMENT_INVALID', 'dydxMessages: ')
  return readTransaction(CHAIN, bytesOf({ body })).messages
}
