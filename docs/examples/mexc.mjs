/** MEXC spot v3: an order and its cancel, orders side by side, and the socket of the account. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { mexc } from 'countersign/exchange/mexc'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://wbs-api.mexc.com/ws', ...account }) {
  // The receive window is stated as it is, and never widened.
  const signer = mexc({ ...account, recvWindow: 5000 })
  // If this machine's clock is wrong, MEXC refuses the first request. The signer learns the time from that answer, and
  // the request is signed anew and sent once more.
  const mexcFetch = createSignedFetch(signer)

  const call = async (method, path, params) => {
    const response = await mexcFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${answer.code} ${answer.msg}`)
    return answer
  }
  const market = { symbol: 'BTCUSDT' }
  // Prices and quantities are text: 1e-7 is no number for an exchange.
  const buy = async (price) =>
    (await call('POST', '/api/v3/order', { ...market, side: 'BUY', type: 'LIMIT', quantity: '0.001', price })).orderId
  const cancel = (orderId) => call('DELETE', '/api/v3/order', { ...market, orderId })

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const channel = 'spot@private.orders.v3.api.pb'
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // A signed request fetches a listen key, which the URL shows. It lasts an hour; each connection gets a new one.
    login: () => signer.login(),
    onOpen: ({ send }) => send(JSON.stringify({ method: 'SUBSCRIPTION', params: [channel] })),
    onMessage: (message) => {
      // Answers are JSON; what is pushed is Protocol Buffers, as bytes.
      if (typeof message !== 'string') return
      subscribed = JSON.parse(message).msg
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
