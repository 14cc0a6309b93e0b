import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { cryptoCom } from 'countersign/exchange/crypto-com'
import { WebSocket } from 'ws'

/** As Crypto.com shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://stream.crypto.com/exchange/v1/user', ...account }: Setup) {
  const signer = cryptoCom(account)
  // Clock drift needs nothing: a request that is refused for its time is signed once more, by the time of the refusal.
  const cryptoComFetch = createSignedFetch(signer)
  // The parameters become `params` inside { id, method, params, nonce, sig }.
  const call = async (name: string, params: Params) => {
    const { code, message, result } = await (
      await cryptoComFetch(`/exchange/v1/private/${name}`, { method: 'POST', params })
    ).json()
    if (code !== 0) throw new Error(`Crypto.com refused: ${code} ${message}`)
    return result
  }

  const order = { instrument_name: 'BTC_USDT', side: 'BUY', type: 'LIMIT', price: '10000.1', quantity: '0.001' }
  const { order_id: orderId } = await call('create-order', order)
  await call('cancel-order', { order_id: orderId })

  const open = await Promise.all(
    ['BTC_USDT', 'ETH_USDT', 'SOL_USDT'].map((instrument_name) => call('get-open-orders', { instrument_name })),
  )

  let subscribed = ''
  const subscription = { id: 2, method: 'subscribe', params: { channels: ['user.order'] } }
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => {
      const { method, code, message: text } = JSON.parse(String(message))
      if (method === 'public/auth' && code !== 0) throw new Error(text)
      return method === 'public/auth'
    },
    onOpen: ({ send }) => send(JSON.stringify(subscription)),
    onMessage: (message) => {
      const { id, method, code } = JSON.parse(String(message))
      // Who does not answer is disconnected.
      if (method === 'public/heartbeat') socket.send(JSON.stringify({ id, method: 'public/respond-heartbeat' }))
      if (method !== 'subscribe' || code !== 0) return
      subscribed = subscription.params.channels.join()
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
