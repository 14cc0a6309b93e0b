import type { KeyAnswer } from './key-report.js'
import { flag, record } from './read-answer.js'

/** @see {@link https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/data-api/get-api-key-permissions | Coinbase, Get API Key Permissions} */
export const coinbase: KeyAnswer = {
  path: '/api/v3/brokerage/key_permissions',
  refusal: ({ error, errors }) => error ?? (errors === undefined ? undefined : 'errors'),
  read: (answer) => {
    const all = record(answer, 'the answer')
    return {
      permissions: Object.keys(all).filter((name) => name.startsWith('can_') && flag(all, name)),
      withdraw: flag(all, 'can_transfer'),
      trade: flag(all, 'can_trade'),
      // The allow list is in the file the key came in, and in the portal.
      ipBound: undefined,
    }
  },
}
