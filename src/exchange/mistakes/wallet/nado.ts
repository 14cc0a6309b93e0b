import type { Draft } from '../../spec/draft.js'
import { readExactJson } from '../../spec/json-text.js'
import type { ExchangeSpec } from '../../spec/spec.js'
import { readNadoOrder } from './orders/nado.js'
import type { WalletReading } from './reading.js'
import { readTyped } from './typed.js'

/** A request to Nado's gateway: an order, or a call that is signed member by member. */
export function readNado(draft: Draft, testnet: boolean, spec: ExchangeSpec): WalletReading<never> | undefined {
  const network = testnet ? { ...spec.environments?.['testnet']?.constants, ...draft.options } : draft.options
  const order = isJson(draft.body) ? readNadoOrder(readExactJson(draft.body), testnet) : undefined
  return (order ?? readTyped(spec, { ...draft, options: network })) as WalletReading<never> | undefined
}

function isJson(text: string): boolean {
  try {
    readExactJson(text)
    return true
  } catch {
    return false
  }
}
