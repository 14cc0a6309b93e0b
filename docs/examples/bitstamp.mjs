/** Bitstamp v2: an order and its cancel, orders side by side, and a private channel of the socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { bitstamp } from 'countersign/exchange/bitstamp'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://ws.bitstamp.net', ...account }) {
  const signer = bitstamp(account)
  // Bitstamp signs what it answers: `response: bitstampResponses(signer)` as a second argument refuses anything else.
  const bitstampFetch = createSignedFetch(signer)

  const post = async (path, params) => {
    const response = await bitstampFetch(path, { method: 'POST', ...(params && { params }) })
    const answer = await response.json()
    if (!response.ok || answer.status === 'error') throw new Error(`${path}: ${JSON.stringify(answer.reason)}`)
    return answer
  }
  // Prices and amounts are text: 1e-7 is no number for an exchange.
  const buy = async (price) => (await post('/api/v2/buy/btcusd/', { amount: '0.001', price })).id
  const cancel = (id) => post('/api/v2/cancel_order/', { id })

  const order = await buy('10000')
  await cancel(order)
  // Each has a nonce of its own, a UUID: their order does not matter.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // The token lasts a minute, which is enough to subscribe. The channel names the user, who is in the same answer.
    login: async () => {
      const answer = await post('/api/v2/websockets_token/')
      const channel = `private-my_orders_btcusd-${answer.user_id}`
      return signer.login({ channel }).use?.(answer) ?? signer.login({ channel })
    },
    loggedIn: (message) => {
      const { event, data } = JSON.parse(String(message))
      if (event === 'bts:error') throw new Error(`login: ${data.message}`)
      return event === 'bts:subscription_succeeded'
    },
    onMessage: (message) => {
      const { event, channel } = JSON.parse(String(message))
      if (event === 'bts:subscription_succeeded') subscribed = channel
    },
    // A bot stays.
    onOpen: ({ close }) => close(),
  })
  await socket.closed
  return { order, orders, subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', SECRET: secret = '', ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
