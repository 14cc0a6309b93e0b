import type { KeyCheck } from './key-report.js'
import { flag, record } from './read-answer.js'

/** @see {@link https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/data-api/get-api-key-permissions | Coinbase, Get API Key Permissions} */
export const coinbase: KeyCheck = {
  path: '/api/v3/brokerage/key_permissions',
  refusal: ({ error, errors }) => error ?? (errors === undefined ? undefined : 'errors'),
  read: (answer) => {
    const all = record(answer, 'the answer')
    const [view, trade, withdraw] = ['can_view', 'can_trade', 'can_transfer'].map((name) => flag(all, name))
    return {
      permissions: Object.keys(all).filter((name) => /^can_/.test(name) && flag(all, name)),
      withdraw: withdraw === true,
      trade: trade === true && view !== undefined,
      // The allow list is in the file the key came in, and in the portal.
      ipBound: undefined,
    }
  },
}
