import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket } from 'countersign/client/websocket'
import { importVenueKey, type Params } from 'countersign/exchange'
import { coinbase } from 'countersign/exchange/coinbase'
import { WebSocket } from 'ws'

/** `name` and `privateKey` of the key file; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run(setup: Setup) {
  const { apiKey, secret, origin, socketUrl = 'wss://advanced-trade-ws-user.coinbase.com' } = setup
  // The type is stated, never guessed; older keys are `ecdsa-p256`.
  const key = await importVenueKey(secret, { apiKey, type: 'ed25519' })
  const signer = coinbase({ key, origin })
  // Every request gets a token of its own. Clock drift needs nothing: one whose token has expired gets another, by the time
  // of the refusal.
  const coinbaseFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, given: { params?: Params; json?: object }) => {
    const response = await coinbaseFetch(`/api/v3/brokerage/${path}`, { method, ...given })
    if (!response.ok) throw new Error(`Coinbase refused: ${response.status} ${await response.text()}`)
    return response.json()
  }

  const placed = await call('POST', 'orders', {
    json: {
      client_order_id: crypto.randomUUID(),
      product_id: 'BTC-USD',
      side: 'BUY',
      order_configuration: { limit_limit_gtc: { base_size: '0.001', limit_price: '10000.1' } },
    },
  })
  // An order that is refused is answered with 200 as well.
  if (placed.success !== true) throw new Error(`Coinbase refused: ${placed.error_response?.message}`)
  const { order_id: orderId } = placed.success_response
  await call('POST', 'orders/batch_cancel', { json: { order_ids: [orderId] } })

  const open = await Promise.all(
    ['BTC-USD', 'ETH-USD', 'SOL-USD'].map((product) =>
      call('GET', 'orders/historical/batch', { params: { product_ids: product, order_status: 'OPEN' } }),
    ),
  )

  let subscribed = ''
  const socket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // The subscription carries a token that is good for two minutes: for every connection it is made anew.
    login: () => signer.login({ channel: 'user', productIds: ['BTC-USD'] }),
    loggedIn: (message) => {
      const { type, channel, message: text, events } = JSON.parse(String(message))
      if (type === 'error') throw new Error(text)
      if (channel === 'subscriptions') subscribed = Object.keys(events[0].subscriptions).join()
      return channel === 'subscriptions'
    },
    onOpen: ({ close }) => close(), // A bot would go on.
    onMessage: () => {},
  })
  await socket.closed
  return { orderId, parallel: open.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
