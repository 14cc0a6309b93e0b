import { argumentOf } from '../spec/arguments.js'
import type { Draft } from '../spec/draft.js'

/** Prime WebSocket Channels: a channel of market data belongs to no portfolio, and there may be no products. */
export function primeLogin(draft: Draft): string {
  const { portfolioId = '', productIds = [] } = draft.options as {
    portfolioId?: string
    productIds?: readonly string[]
  }
  const account = argumentOf(draft, 'apiKeyId')
  return [argumentOf(draft, 'channel'), draft.key, account, draft.time, portfolioId, ...Object(productIds)].join('')
}
