import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { coinbaseExchange } from 'countersign/exchange/coinbase-exchange'
import { WebSocket } from 'ws'

/** As Coinbase Exchange shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://ws-direct.exchange.coinbase.com', ...account }: Setup) {
  const signer = coinbaseExchange(account)
  // Clock drift needs nothing: a request that is refused for its time is signed once more, by the time of the refusal.
  const coinbaseFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, params: Params) => {
    const response = await coinbaseFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`Coinbase refused: ${answer.message}`)
    return answer
  }

  const order = { product_id: 'BTC-USD', side: 'buy', type: 'limit', price: '10000.1', size: '0.001' }
  const { id: orderId } = await call('POST', '/orders', order)
  // The product is not required; with it the order is found faster.
  await call('DELETE', `/orders/${orderId}`, { product_id: order.product_id })

  const open = await Promise.all(
    ['BTC-USD', 'ETH-USD', 'SOL-USD'].map((product_id) => call('GET', '/orders', { product_id, status: ['open'] })),
  )

  let subscribed = ''
  const socket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // The subscription itself is signed.
    login: () => signer.login({ channels: ['user'], productIds: ['BTC-USD'] }),
    loggedIn: (message) => {
      const { type, reason, channels } = JSON.parse(String(message))
      if (type === 'error') throw new Error(reason)
      if (type === 'subscriptions') subscribed = channels.map((one: { name?: string }) => one.name ?? one).join()
      return type === 'subscriptions'
    },
    onOpen: ({ close }) => close(), // A bot would go on.
    onMessage: () => {},
  })
  await socket.closed
  return { orderId, parallel: open.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '', API_PASSPHRASE: passphrase = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, passphrase, origin, socketUrl }))
}
