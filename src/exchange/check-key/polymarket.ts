import type { KeyWalk } from './key-report.js'
import { flag, record, texts } from './read-answer.js'

/**
 * Whether the account may only close positions, and whether the key may only read. An API key withdraws nothing, and orders carry a
 * wallet's signature besides.
 *
 * @see {@link https://github.com/Polymarket/clob-client-v2 | Polymarket, official client: getClosedOnlyMode, getReadonlyApiKeys}
 */
export const polymarket: KeyWalk = {
  refusal: ({ error }) => error,
  noIpLists: true,
  walk: async (ask, { keyId = '' }) => {
    const closedOnly = flag(record(await ask({ path: '/auth/ban-status/closed-only' }), 'the answer'), 'closed_only')
    const readOnly = texts({ keys: await ask({ path: '/auth/readonly-api-keys' }) }, 'keys').includes(keyId)
    return {
      permissions: readOnly ? ['read'] : [closedOnly ? 'close' : 'trade', 'read'],
      withdraw: false,
      trade: !readOnly && !closedOnly,
      ipBound: undefined,
    }
  },
}
