import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { binance } from 'countersign/exchange/binance'
import { WebSocket } from 'ws'

/** As Binance shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own account. */
export async function run({ socketUrl = 'wss://ws-api.binance.com:443/ws-api/v3', ...account }: Setup) {
  const signer = binance(account)
  // Clock drift needs nothing: a request that is refused for its time (-1021) is signed once more, by the time of the
  // refusal. The receive window stays as narrow as it is.
  const binanceFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, params: Params) => {
    const response = await binanceFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`Binance refused: ${answer.code} ${answer.msg}`)
    return answer
  }

  const order = {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    price: '10000.1',
    quantity: '0.001',
  }
  const { orderId } = await call('POST', '/api/v3/order', order)
  await call('DELETE', '/api/v3/order', { symbol: order.symbol, orderId })

  const open = await Promise.all(
    ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].map((symbol) => call('GET', '/api/v3/openOrders', { symbol })),
  )

  let subscribed = ''
  const socket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // Only Ed25519 keys may log in (signer.login()). With a secret, the subscription itself is signed.
    login: () => ({ messages: [signer.message('call', { id: 'user', method: 'userDataStream.subscribe.signature' })] }),
    loggedIn: (message) => {
      const { id, status, error } = JSON.parse(String(message))
      if (status !== 200) throw new Error(error?.msg)
      subscribed = id
      return id === 'user'
    },
    onOpen: ({ close }) => close(), // A bot would go on.
    onMessage: () => {},
  })
  await socket.closed
  return { orderId: String(orderId), parallel: open.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
