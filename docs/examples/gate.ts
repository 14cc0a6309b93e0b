import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { gate } from 'countersign/exchange/gate'
import { WebSocket } from 'ws'

/** As Gate shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://api.gateio.ws/ws/v4/', ...account }: Setup) {
  const signer = gate(account)
  // Clock drift needs nothing: a request that is refused for its time is signed once more, by the time of the refusal.
  const gateFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, params: Params) => {
    const response = await gateFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`Gate refused: ${answer.label} ${answer.message}`)
    return answer
  }

  const order = { currency_pair: 'BTC_USDT', side: 'buy', type: 'limit', price: '10000.1', amount: '0.001' }
  const { id: orderId } = await call('POST', '/api/v4/spot/orders', order)
  await call('DELETE', `/api/v4/spot/orders/${orderId}`, { currency_pair: order.currency_pair })

  const open = await Promise.all(
    ['BTC_USDT', 'ETH_USDT', 'SOL_USDT'].map((currency_pair) =>
      call('GET', '/api/v4/spot/orders', { currency_pair, status: 'open' }),
    ),
  )

  let subscribed = ''
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // Opens the WebSocket API, which takes orders.
    login: () => signer.login({ channel: 'spot.login', reqId: 'login' }),
    loggedIn: (message) => {
      const { header, data } = JSON.parse(String(message))
      if (header?.channel !== 'spot.login') return false
      if (header.status !== '200') throw new Error(data.errs?.message)
      return true
    },
    // Private channels do not care about the login: each subscription is signed by itself.
    onOpen: ({ send }) => send(signer.message('subscribe', { channel: 'spot.orders', payload: ['BTC_USDT'] })),
    onMessage: (message) => {
      const { event, channel, error } = JSON.parse(String(message))
      if (event !== 'subscribe' || error) return
      subscribed = channel
      socket.close() // A bot would go on.
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
