import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { bitget } from 'countersign/exchange/bitget'
import { WebSocket } from 'ws'

/** As Bitget shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://ws.bitget.com/v2/ws/private', ...account }: Setup) {
  const signer = bitget(account)
  // Clock drift needs nothing: a request that is refused for its time is signed once more, by the time of the refusal.
  const bitgetFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, params: Params) => {
    const { code, msg, data } = await (await bitgetFetch(path, { method, params })).json()
    if (code !== '00000') throw new Error(`Bitget refused: ${code} ${msg}`)
    return data
  }

  const order = { symbol: 'BTCUSDT', side: 'buy', orderType: 'limit', force: 'gtc', price: '10000.1', size: '0.001' }
  const { orderId } = await call('POST', '/api/v2/spot/trade/place-order', order)
  await call('POST', '/api/v2/spot/trade/cancel-order', { symbol: order.symbol, orderId })

  const open = await Promise.all(
    ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].map((symbol) => call('GET', '/api/v2/spot/trade/unfilled-orders', { symbol })),
  )

  let subscribed = ''
  const args = [{ instType: 'SPOT', channel: 'orders', instId: 'default' }]
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => {
      const { event, msg } = JSON.parse(String(message))
      if (event === 'error') throw new Error(msg)
      return event === 'login'
    },
    onOpen: ({ send }) => send(JSON.stringify({ op: 'subscribe', args })),
    onMessage: (message) => {
      const { event, arg } = JSON.parse(String(message))
      if (event !== 'subscribe') return
      subscribed = arg.channel
      socket.close() // A bot would go on, and send "ping" every 30 seconds.
    },
  })
  await socket.closed
  return { orderId, parallel: open.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '', API_PASSPHRASE: passphrase = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, passphrase, origin, socketUrl }))
}
