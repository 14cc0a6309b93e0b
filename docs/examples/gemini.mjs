/** Gemini: an order and its cancel, orders side by side, and the socket of order events. */
// npm install countersign undici ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { gemini } from 'countersign/exchange/gemini'
import { Agent, fetch } from 'undici'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://api.gemini.com/v1/order/events', ...account }) {
  // No time here: a nonce that increases with every request of the key. A key that "uses a time based nonce" needs
  // `variant: 'time-nonce'`, and then it is the clock that counts.
  const signer = gemini(account)
  // In the order of their nonces: one connection keeps it on the way, several would race.
  const dispatcher = new Agent({ connections: 1 })
  const geminiFetch = createSignedFetch(signer, { fetch: (url, init) => fetch(url, { ...init, dispatcher }) })

  const post = async (path, json) => {
    // Sent and signed in a header; the body is empty.
    const response = await geminiFetch(path, { method: 'POST', json })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${answer.reason} ${answer.message}`)
    return answer
  }
  // Prices and amounts are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = { symbol: 'btcusd', amount: '0.001', price, side: 'buy', type: 'exchange limit' }
    return (await post('/v1/order/new', order)).order_id
  }
  const cancel = (order_id) => post('/v1/order/cancel', { order_id })

  const order = await buy('10000.00')
  await cancel(order)
  // Each draws its nonce when it leaves.
  const orders = await Promise.all(['10001.00', '10002.00', '10003.00'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    // The login stands in fields of the upgrade request: `ws` and undici can send them, no browser can.
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => JSON.parse(String(message)).type === 'subscription_ack',
    onMessage: (message) => {
      const { type } = JSON.parse(String(message))
      if (type === 'subscription_ack') subscribed = type
    },
    // A bot stays.
    onOpen: ({ close }) => close(),
  })
  await socket.closed
  await dispatcher.close()
  return { order, orders, subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', SECRET: secret = '', ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
