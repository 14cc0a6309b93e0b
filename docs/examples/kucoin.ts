import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { kucoin } from 'countersign/exchange/kucoin'
import { WebSocket } from 'ws'

/** As KuCoin shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl, ...account }: Setup) {
  // The passphrase is signed, too. Keys that the API page calls version 3 state `variant: 'v3'`.
  const signer = kucoin(account)
  // Clock drift needs nothing: a request that is refused for its time is signed once more, by the time of the refusal.
  const kucoinFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, params: Params) => {
    const { code, msg, data } = await (await kucoinFetch(path, { method, params })).json()
    if (code !== '200000') throw new Error(`KuCoin refused: ${code} ${msg}`)
    return data
  }

  const order = { symbol: 'BTC-USDT', side: 'buy', type: 'limit', price: '10000.1', size: '0.001' }
  const { orderId } = await call('POST', '/api/v1/hf/orders', order)
  await call('DELETE', `/api/v1/hf/orders/${orderId}`, { symbol: order.symbol })

  const open = await Promise.all(
    ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'].map((symbol) => call('GET', '/api/v1/hf/orders/active', { symbol })),
  )

  let subscribed = ''
  const topic = '/spotMarket/tradeOrdersV2'
  const socket: VenueSocket = openVenueSocket({
    // A signed request fetches a token and the address where it is good.
    url: (answer) => socketUrl ?? (answer as BulletAnswer).data.instanceServers[0].endpoint,
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => JSON.parse(String(message)).type === 'welcome',
    onOpen: ({ send }) =>
      send(JSON.stringify({ id: 'orders', type: 'subscribe', topic, privateChannel: true, response: true })),
    onMessage: (message) => {
      const { id, type } = JSON.parse(String(message))
      if (type !== 'ack' || id !== 'orders') return
      subscribed = topic
      socket.close() // A bot would go on, and send {"type":"ping"} as often as the answer says.
    },
  })
  await socket.closed
  return { orderId, parallel: open.length, subscribed }
}

interface BulletAnswer {
  readonly data: { readonly instanceServers: readonly [{ readonly endpoint: string }] }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '', API_PASSPHRASE: passphrase = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, passphrase, origin, socketUrl }))
}
