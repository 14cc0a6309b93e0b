import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { okx } from 'countersign/exchange/okx'
import { WebSocket } from 'ws'

/** As OKX shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://ws.okx.com:8443/ws/v5/private', ...account }: Setup) {
  const signer = okx(account)
  // Clock drift needs nothing: a request that is refused for its time is signed once more, by the time of the refusal.
  const okxFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, params: Params) => {
    const { code, msg, data } = await (await okxFetch(path, { method, params })).json()
    if (code !== '0') throw new Error(`OKX refused: ${code} ${data?.[0]?.sMsg ?? msg}`)
    return data
  }

  // Numbers are text: nothing rounds them on their way.
  const order = { instId: 'BTC-USDT', tdMode: 'cash', side: 'buy', ordType: 'limit', px: '10000.1', sz: '0.0001' }
  const [{ ordId: orderId }] = await call('POST', '/api/v5/trade/order', order)
  await call('POST', '/api/v5/trade/cancel-order', { instId: order.instId, ordId: orderId })

  const pending = await Promise.all(
    ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'].map((instId) => call('GET', '/api/v5/trade/orders-pending', { instId })),
  )

  let subscribed = ''
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // Called for every connection: the signature of the last one is too old after a loss.
    login: () => signer.login(),
    loggedIn: (message) => {
      const { event, msg } = JSON.parse(String(message))
      if (event === 'error') throw new Error(msg)
      return event === 'login'
    },
    onOpen: ({ send }) => send(JSON.stringify({ op: 'subscribe', args: [{ channel: 'orders', instType: 'SPOT' }] })),
    onMessage: (message) => {
      const { event, arg } = JSON.parse(String(message))
      if (event !== 'subscribe') return
      subscribed = arg.channel
      socket.close() // A bot would go on.
    },
  })
  await socket.closed
  return { orderId, parallel: pending.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '', API_PASSPHRASE: passphrase = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, passphrase, origin, socketUrl }))
}
