import { fileURLToPath } from 'node:url'
import { createSignedFetch, venueClock } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { mexc } from 'countersign/exchange/mexc'
import { WebSocket } from 'ws'

/** As MEXC shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://wbs-api.mexc.com/ws', ...account }: Setup) {
  const signer = mexc(account)
  // Asks MEXC for the time before the first request, so that not even that one is refused for its time.
  const clock = venueClock(signer)
  const mexcFetch = createSignedFetch(signer, { clock })
  const call = async (method: string, path: string, params: Params) => {
    const response = await mexcFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`MEXC refused: ${answer.code} ${answer.msg}`)
    return answer
  }

  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', price: '10000.1', quantity: '0.001' }
  const { orderId } = await call('POST', '/api/v3/order', order)
  await call('DELETE', '/api/v3/order', { symbol: order.symbol, orderId })

  const open = await Promise.all(
    ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].map((symbol) => call('GET', '/api/v3/openOrders', { symbol })),
  )

  let subscribed = ''
  const channel = 'spot@private.orders.v3.api.pb'
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // A signed request, so by the same clock, fetches a listen key that the URL shows.
    login: () => signer.login({}, { clock }),
    onOpen: ({ send }) => send(JSON.stringify({ method: 'SUBSCRIPTION', params: [channel] })),
    onMessage: (message) => {
      // Orders come as Protocol Buffers, everything else as text.
      if (typeof message !== 'string' || JSON.parse(message).msg !== channel) return
      subscribed = channel
      socket.close() // A bot would go on, and renew the listen key every half hour.
    },
  })
  await socket.closed
  return { orderId, parallel: open.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
