import { fail } from '../../errors.js'
import type { Coverage } from '../../schemes/scheme.js'
import type { Draft } from '../spec/draft.js'
import { itemTexts, memberTexts } from '../spec/json-elements.js'
import { assertNotBoth } from '../spec/one-place.js'
import { joinPairs, joinTexts, type TextPair, textPairs } from '../spec/pairs.js'

/** What each endpoint is called in what is signed; the page names it beside the endpoint. */
const INSTRUCTIONS: Readonly<Record<string, string>> = {
  'GET /api/v1/account': 'accountQuery',
  'PATCH /api/v1/account': 'accountUpdate',
  'POST /api/v1/account/convertDust': 'convertDust',
  'GET /api/v1/account/limits/borrow': 'maxBorrowQuantity',
  'GET /api/v1/account/limits/order': 'maxOrderQuantity',
  'GET /api/v1/account/limits/withdrawal': 'maxWithdrawalQuantity',
  'POST /api/v1/borrowLend': 'borrowLendExecute',
  'GET /api/v1/borrowLend/positions': 'borrowLendPositionQuery',
  'GET /api/v1/capital': 'balanceQuery',
  'GET /api/v1/capital/collateral': 'collateralQuery',
  'GET /api/v1/order': 'orderQuery',
  'POST /api/v1/order': 'orderExecute',
  'DELETE /api/v1/order': 'orderCancel',
  'GET /api/v1/orders': 'orderQueryAll',
  'POST /api/v1/orders': 'orderExecute',
  'DELETE /api/v1/orders': 'orderCancelAll',
  'GET /api/v1/position': 'positionQuery',
  'POST /api/v1/rfq': 'rfqSubmit',
  'POST /api/v1/rfq/accept': 'quoteAccept',
  'POST /api/v1/rfq/cancel': 'rfqCancel',
  'POST /api/v1/rfq/quote': 'quoteSubmit',
  'POST /api/v1/rfq/refresh': 'rfqRefresh',
  'GET /api/v1/strategies': 'strategyQueryAll',
  'DELETE /api/v1/strategies': 'strategyCancelAll',
  'GET /api/v1/strategy': 'strategyQuery',
  'POST /api/v1/strategy': 'strategyCreate',
  'DELETE /api/v1/strategy': 'strategyCancel',
  'GET /wapi/v1/capital/deposit/address': 'depositAddressQuery',
  'GET /wapi/v1/capital/deposits': 'depositQueryAll',
  'GET /wapi/v1/capital/withdrawals': 'withdrawalQueryAll',
  'POST /wapi/v1/capital/withdrawals': 'withdraw',
  'GET /wapi/v1/history/borrowLend': 'borrowHistoryQueryAll',
  'GET /wapi/v1/history/borrowLend/positions': 'borrowPositionHistoryQueryAll',
  'GET /wapi/v1/history/dust': 'dustHistoryQueryAll',
  'GET /wapi/v1/history/fills': 'fillHistoryQueryAll',
  'GET /wapi/v1/history/funding': 'fundingHistoryQueryAll',
  'GET /wapi/v1/history/interest': 'interestHistoryQueryAll',
  'GET /wapi/v1/history/orders': 'orderHistoryQueryAll',
  'GET /wapi/v1/history/pnl': 'pnlHistoryQueryAll',
  'GET /wapi/v1/history/quote': 'quoteHistoryQueryAll',
  'GET /wapi/v1/history/rfq': 'rfqHistoryQueryAll',
  'GET /wapi/v1/history/settlement': 'settlementHistoryQueryAll',
  'GET /wapi/v1/history/strategies': 'strategyHistoryQueryAll',
}

function instructionOf({ method, path, options }: Draft): string {
  const endpoint = `${method} ${path}`
  const own = options['instructions'] as Readonly<Record<string, unknown>> | undefined
  for (const table of [own ?? {}, INSTRUCTIONS]) {
    const found = Object.hasOwn(table, endpoint) ? table[endpoint] : undefined
    if (typeof found === 'string') return found
  }
  fail(
    'MESSAGE_MALFORMED',
    `a request to Backpack must be to a known endpoint, or have its instruction in "instructions" as { '${method} /path': 'name' }`,
  )
}

/** Whether another endpoint has the same instruction, so that it does not tell which one was meant. */
function isShared(draft: Draft): boolean {
  const own = draft.options['instructions'] as Readonly<Record<string, unknown>> | undefined
  const instruction = instructionOf(draft)
  const endpoints = Object.entries({ ...INSTRUCTIONS, ...own }).filter(([, name]) => name === instruction)
  // Those of the two for orders are distinguished by their bodies.
  return endpoints.length > (instruction === 'orderExecute' ? 2 : 1)
}

/** Of a batch, the parameters of each order; of anything else, all of them. */
function groupsOf({ query, body }: Draft): ReadonlyArray<readonly TextPair[]> {
  if (body === '') return [textPairs(query)]
  return /^\s*\[/.test(body) ? itemTexts(body).map(memberTexts) : [memberTexts(body)]
}

const ending = ({ time, window }: Draft): string => `timestamp=${time}&window=${window || '5000'}`

/** What is signed: the parameters of each order behind the instruction. @param write how names and values are written */
export const instructed =
  (write?: (text: string) => string) =>
  (draft: Draft): string => {
    assertNotBoth(draft)
    const start = `instruction=${instructionOf(draft)}`
    return [...groupsOf(draft).map((group) => joinPairs(start, joinTexts(group, write))), ending(draft)].join('&')
  }

/** What is signed to begin or end a stream of the socket. */
export const streamText = (draft: Draft): string => `instruction=subscribe&${ending(draft)}`

/** What is not proven where another endpoint has the same instruction. */
export const endpointUnlessShared = (draft: Draft): readonly Coverage[] => (isShared(draft) ? ['method', 'path'] : [])

/** One order and a batch of one are signed alike. @throws {CountersignError} `AUTH_MALFORMED` for one in the place of the other. */
export function readBatch({ method, path, body }: Draft): void {
  if (method === 'POST' && /^\/api\/v1\/orders?$/.test(path) && path.endsWith('s') !== /^\s*\[/.test(body))
    fail('AUTH_MALFORMED', 'a batch must go to /api/v1/orders, and nothing else')
}
