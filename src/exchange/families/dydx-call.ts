import { base64Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import type { Draft } from '../spec/draft.js'
import { isObject, readJson } from '../spec/json-text.js'
import type { CosmosChain } from './cosmos-transaction.js'
import { DYDX_MESSAGES } from './dydx-messages.js'

/** What stands in transactions of dYdX. */
export const CHAIN: CosmosChain = { messages: DYDX_MESSAGES, prefix: 'dydx' }
const METHOD = 'broadcast_tx_sync'

/** A call of a node (CometBFT RPC). Nothing of it is signed but the transaction, so the rest is always the same. */
export const callOf = (tx: string): string => JSON.stringify({ jsonrpc: '2.0', id: 1, method: METHOD, params: { tx } })

/** The transaction inside such a call; `undefined` for any other text. */
export function transactionIn(body: string): string | undefined {
  if (!/^\s*\{/.test(body) || !body.includes(METHOD)) return undefined
  const call = readJson(body)
  if (!isObject(call) || call['method'] !== METHOD) return undefined
  const { jsonrpc, id, params, ...more } = call
  const tx = isObject(params) && Object.keys(params).length === 1 ? params['tx'] : undefined
  if (jsonrpc !== '2.0' || id !== 1 || typeof tx !== 'string' || Object.keys(more).length !== 1)
    return fail('AUTH_MALFORMED', `the call must be { jsonrpc: "2.0", id: 1, method: "${METHOD}", params: { tx } }`)
  return tx
}

const malformed = (): never => fail('AUTH_MALFORMED', '"params.tx" must be a transaction in base64')

/** The transaction of a call as bytes. */
export const bytesOf = ({ body }: Pick<Draft, 'body'>): Uint8Array =>
  base64Decode(transactionIn(body) ?? '') ?? malformed()
