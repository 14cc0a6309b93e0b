import { CountersignError } from '../../errors.js'
import { type ExchangeFactory, keyPairExchange } from '../signer/exchange-factory.js'
import { learningClock } from '../signer/learning-clock.js'
import type { LiveOnly, VariantOption, WindowOption } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { itemTexts, memberTexts } from '../spec/json-elements.js'
import { assertNotBoth } from '../spec/one-place.js'
import { base64 } from '../spec/outputs.js'
import { joinPairs, joinTexts, type TextPair, textPairs } from '../spec/pairs.js'
import { percentEncoded } from '../spec/percent.js'
import { windowOf } from '../spec/receive-window.js'
import type { MessageSpec } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'

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
  throw new CountersignError(
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

const baseWith = (write?: (text: string) => string) => (draft: Draft) => {
  assertNotBoth(draft)
  const start = `instruction=${instructionOf(draft)}`
  return [...groupsOf(draft).map((group) => joinPairs(start, joinTexts(group, write))), ending(draft)].join('&')
}

const subscription = (method: 'SUBSCRIBE' | 'UNSUBSCRIBE'): MessageSpec => ({
  base: (draft) => `instruction=subscribe&${ending(draft)}`,
  template: { method, params: '$params', signature: ['$key', '$sign', '$time', '$window'] },
})

/**
 * Backpack. The key is Ed25519 and its `keyId` the public key in base64. What is signed names the endpoint by an instruction;
 * those that are not in the table here are stated as `instructions: { 'GET /api/v1/path': 'nameQuery' }`. Private streams are
 * subscribed to with a signature of their own: `message('subscribe', { params })`, and `unsubscribe`.
 *
 * Values are signed without percent-encoding, as in the official client; `variant: 'encoded'` signs them with it.
 *
 * Checked against ccxt 4.5.84 on 2026-11-29.
 *
 * @see {@link https://docs.backpack.exchange/#section/Authentication/Signing-requests | Backpack, Signing requests}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importExchangeKey } from 'countersign/exchange'
 * import { backpack } from 'countersign/exchange/backpack'
 *
 * declare const seed: string
 * const key = await importExchangeKey(seed, { apiKey: 'the public key in base64', type: 'ed25519' })
 * const signer = backpack({ key })
 * const backpackFetch = createSignedFetch(signer)
 * export const cancel = () =>
 *   backpackFetch('/api/v1/order', { method: 'DELETE', params: { orderId: '28', symbol: 'BTC_USDT' } })
 * export const subscribe = () => signer.signMessage('subscribe', { params: ['account.orderUpdate'] })
 * ```
 */
export const backpack: ExchangeFactory<
  WindowOption &
    VariantOption<'encoded'> &
    LiveOnly & { readonly instructions?: Readonly<Record<string, string>> | undefined }
> = /* @__PURE__ */ keyPairExchange(
  {
    id: 'backpack',
    name: 'Backpack',
    docs: 'https://docs.backpack.exchange/#section/Authentication/Signing-requests',
    origins: ['https://api.backpack.exchange'],
    options: ['instructions'],
    keys: { ed25519: base64 },
    time: milliseconds,
    windowOf,
    window: { default: '5000', max: 60_000 },
    headers: [
      ['X-Timestamp', 'time'],
      ['X-Window', 'window'],
      ['X-API-Key', 'key'],
      ['X-Signature', 'sign'],
    ],
    base: /* @__PURE__ */ baseWith(),
    // Neither query nor body: what their names and values are is signed, not where and how they are written.
    covers: ['method', 'path', 'parameters'],
    notCovered: (draft) => (isShared(draft) ? ['method', 'path'] : []),
    params: { sorted: true, into: { GET: 'query', other: 'json' } },
    read: ({ method, path, body }) => {
      // One order and a batch of one are signed alike.
      if (method === 'POST' && /^\/api\/v1\/orders?$/.test(path) && path.endsWith('s') !== /^\s*\[/.test(body))
        throw new CountersignError('AUTH_MALFORMED', 'a batch must go to /api/v1/orders, and nothing else')
    },
    learningClock,
    clock: {
      path: '/api/v1/time',
      time: '',
      error: /Request has expired/,
    },
    messages: {
      subscribe: /* @__PURE__ */ subscription('SUBSCRIBE'),
      unsubscribe: /* @__PURE__ */ subscription('UNSUBSCRIBE'),
    },
  },
  {
    encoded: { base: /* @__PURE__ */ baseWith(percentEncoded) },
  },
)
