import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { htx } from 'countersign/exchange/htx'
import { WebSocket } from 'ws'

/** As HTX shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://api.huobi.pro/ws/v2', ...account }: Setup) {
  // The host is signed: for another one state `origin`, and not just another URL.
  const signer = htx(account)
  // Clock drift needs nothing: a request that is refused for its time is signed once more, by the time of the refusal.
  const htxFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, params: Params = {}) => {
    const answer = await (await htxFetch(path, { method, params })).json()
    if (answer.status !== 'ok') throw new Error(`HTX refused: ${answer['err-code']} ${answer['err-msg']}`)
    return answer.data
  }

  const accounts: ReadonlyArray<{ id: number; type: string }> = await call('GET', '/v1/account/accounts')
  const spot = String(accounts.find(({ type }) => type === 'spot')?.id)
  const order = { 'account-id': spot, symbol: 'btcusdt', type: 'buy-limit', price: '10000.1', amount: '0.001' }
  const orderId = await call('POST', '/v1/order/orders/place', order)
  await call('POST', `/v1/order/orders/${orderId}/submitcancel`)

  const open = await Promise.all(
    ['btcusdt', 'ethusdt', 'solusdt'].map((symbol) =>
      call('GET', '/v1/order/openOrders', { 'account-id': spot, symbol }),
    ),
  )

  let subscribed = ''
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => {
      const { ch, code, message: text } = JSON.parse(String(message))
      if (ch === 'auth' && code !== 200) throw new Error(text)
      return ch === 'auth'
    },
    onOpen: ({ send }) => send(JSON.stringify({ action: 'sub', ch: 'orders#btcusdt' })),
    onMessage: (message) => {
      const { action, ch, code, data } = JSON.parse(String(message))
      // Who does not answer is disconnected.
      if (action === 'ping') socket.send(JSON.stringify({ action: 'pong', data }))
      if (action !== 'sub' || code !== 200) return
      subscribed = ch
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
