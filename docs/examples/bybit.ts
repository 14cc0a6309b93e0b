import { fileURLToPath } from 'node:url'
import { createSignedFetch, venueClock } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { bybit } from 'countersign/exchange/bybit'
import { WebSocket } from 'ws'

/** As Bybit shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://stream.bybit.com/v5/private', ...account }: Setup) {
  const signer = bybit(account)
  // Asks Bybit for the time before the first request, so that not even that one is refused for its time.
  const clock = venueClock(signer)
  const bybitFetch = createSignedFetch(signer, { clock })
  const call = async (method: string, path: string, params: Params) => {
    const { retCode, retMsg, result } = await (await bybitFetch(path, { method, params })).json()
    if (retCode !== 0) throw new Error(`Bybit refused: ${retCode} ${retMsg}`)
    return result
  }

  const pair = { category: 'spot', symbol: 'BTCUSDT' }
  const order = { ...pair, side: 'Buy', orderType: 'Limit', timeInForce: 'GTC', price: '10000.1', qty: '0.001' }
  const { orderId } = await call('POST', '/v5/order/create', order)
  await call('POST', '/v5/order/cancel', { ...pair, orderId })

  const open = await Promise.all(
    ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].map((symbol) => call('GET', '/v5/order/realtime', { ...pair, symbol })),
  )

  let subscribed = ''
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // The login states when it ends, so it needs the same clock.
    login: () => signer.login({}, { clock }),
    loggedIn: (message) => {
      const { op, success, ret_msg } = JSON.parse(String(message))
      if (op === 'auth' && success !== true) throw new Error(ret_msg)
      return op === 'auth'
    },
    onOpen: ({ send }) => send(JSON.stringify({ op: 'subscribe', args: ['order'] })),
    onMessage: (message) => {
      const { op, success } = JSON.parse(String(message))
      if (op !== 'subscribe' || success !== true) return
      subscribed = 'order'
      socket.close() // A bot would go on, and send {"op":"ping"} every 20 seconds.
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
