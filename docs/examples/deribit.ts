import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { deribit } from 'countersign/exchange/deribit'
import { WebSocket } from 'ws'

/** As Deribit shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://www.deribit.com/ws/api/v2', ...account }: Setup) {
  const signer = deribit(account)
  // Clock drift needs nothing: a request that is refused for its time is signed once more, by the time of the refusal.
  const deribitFetch = createSignedFetch(signer)
  // All of Deribit's methods are GET, orders too.
  const call = async (method: string, params: Params) => {
    const { error, result } = await (await deribitFetch(`/api/v2/${method}`, { params })).json()
    if (error !== undefined)
      throw new Error(`Deribit refused: ${error.code} ${error.message} ${error.data?.reason ?? ''}`)
    return result
  }

  const order = { instrument_name: 'BTC-PERPETUAL', amount: '10', type: 'limit', price: '10000.5' }
  const { order_id: orderId } = (await call('private/buy', order)).order
  await call('private/cancel', { order_id: orderId })

  const positions = await Promise.all(
    ['BTC', 'ETH', 'USDC'].map((currency) => call('private/get_positions', { currency })),
  )

  let subscribed = ''
  const channels = ['user.orders.BTC-PERPETUAL.raw']
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => {
      const { id, error, result } = JSON.parse(String(message))
      if (id === 1 && error !== undefined) throw new Error(error.message)
      return result?.access_token !== undefined
    },
    onOpen: ({ send }) =>
      send(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'private/subscribe', params: { channels } })),
    onMessage: (message) => {
      const { id, result } = JSON.parse(String(message))
      if (id !== 2) return
      subscribed = result.join()
      socket.close() // A bot would go on.
    },
  })
  await socket.closed
  return { orderId, parallel: positions.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
