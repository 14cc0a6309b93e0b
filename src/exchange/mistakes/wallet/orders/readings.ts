import { utf8Decode } from '../../../../crypto/encoding.js'
import type { HttpRequest } from '../../../../message/message.js'
import { readExactJson } from '../../../spec/json-text.js'
import type { WalletReading } from '../reading.js'
import { readNadoOrder } from './nado.js'
import { readPolymarketOrder } from './polymarket.js'

/** The readers of orders, by their ids. */
const ORDERS: ReadonlyMap<string, (body: unknown, testnet: boolean) => WalletReading<never> | undefined> =
  /* @__PURE__ */ new Map([
    ['polymarket-order', readPolymarketOrder as never],
    ['nado-order', readNadoOrder as never],
  ])

/** What an order says of itself; without an id the first that reads it. */
export function orderReading(
  request: HttpRequest,
  id: string | undefined,
): { readonly id: string; readonly reading: WalletReading<never> } | undefined {
  const text = request.body instanceof Uint8Array ? utf8Decode(request.body) : undefined
  if (text === undefined || !/^\s*[[{]/.test(text)) return undefined
  let body: unknown
  try {
    body = readExactJson(text)
  } catch {
    return undefined
  }
  const testnet = /test|sepolia|staging/i.test(request.authority)
  for (const [name, read] of ORDERS) {
    const reading = id === undefined || id === name ? read(body, testnet) : undefined
    if (reading !== undefined) return { id: name, reading }
  }
  return undefined
}
