/** Deribit v2, signed for another client than fetch: an order and its cancel, orders side by side, and the socket. */
// npm install countersign undici ws
import { realpathSync } from 'node:fs'
import { exchangeClock } from 'countersign/client'
import { openExchangeSocket } from 'countersign/client/websocket'
import { deribit } from 'countersign/exchange/deribit'
import { request } from 'undici'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://www.deribit.com/ws/api/v2', ...account }) {
  const signer = deribit(account)
  // Deribit's time. createSignedFetch would ask for it by itself; without it you decide when.
  const clock = exchangeClock(signer)
  await clock.sync()

  const call = async (path, params) => {
    // Signed at the last moment, and sent as it is: these are the bytes that were signed.
    const { url, method, headers, body } = signer.sign({ path, params }, { clock })
    const answer = await request(url, { method: method, headers, ...(body !== undefined && { body }) })
    const { result, error } = await answer.body.json()
    if (error) throw new Error(`${path}: ${error.code} ${error.message} ${error.data?.reason ?? ''}`)
    return result
  }
  // Prices and amounts are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = { instrument_name: 'BTC-PERPETUAL', amount: '10', type: 'limit', price }
    return (await call('/api/v2/private/buy', order)).order.order_id
  }
  const cancel = (order_id) => call('/api/v2/private/cancel', { order_id })

  const order = await buy('10000')
  await cancel(order)
  // Each has a nonce of its own.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const channels = ['user.orders.BTC-PERPETUAL.raw']
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    login: () => signer.login({ id: 1 }, { clock }),
    loggedIn: (message) => {
      const { id, error } = JSON.parse(String(message))
      if (id === 1 && error) throw new Error(`login: ${error.code} ${error.message}`)
      return id === 1
    },
    onOpen: ({ send }) =>
      send(JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'private/subscribe', params: { channels } })),
    onMessage: (message) => {
      const { id, result } = JSON.parse(String(message))
      if (id !== 2) return
      subscribed = result
      // A bot stays.
      socket.close()
    },
  })
  await socket.closed
  return { order, orders, subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', SECRET: secret = '', ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
