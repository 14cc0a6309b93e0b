/** Coinbase Exchange: an order and its cancel, orders side by side, and the subscription of the feed. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { coinbaseExchange } from 'countersign/exchange/coinbase-exchange'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://ws-feed.exchange.coinbase.com', ...account }) {
  const signer = coinbaseExchange(account)
  // If this machine's clock is wrong, Coinbase refuses the first request. The signer learns the time from that answer,
  // and the request is signed anew and sent once more.
  const coinbaseFetch = createSignedFetch(signer)

  const call = async (method, path, params) => {
    const response = await coinbaseFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${answer.message}`)
    return answer
  }
  const market = { product_id: 'BTC-USD' }
  // Prices and sizes are text: 1e-7 is no number for an exchange.
  const buy = async (price) =>
    (await call('POST', '/orders', { ...market, type: 'limit', side: 'buy', price, size: '0.001' })).id
  const cancel = (id) => call('DELETE', `/orders/${id}`, market)

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // The first subscription is the login, and has to come within five seconds.
    login: () => signer.login({ channels: ['user'], productIds: ['BTC-USD'] }),
    loggedIn: (message) => {
      const { type, message: text, reason } = JSON.parse(String(message))
      if (type === 'error') throw new Error(`login: ${text} ${reason}`)
      return type === 'subscriptions'
    },
    onMessage: (message) => {
      const { type, channels } = JSON.parse(String(message))
      if (type === 'subscriptions') subscribed = channels
    },
    // A bot stays.
    onOpen: ({ close }) => close(),
  })
  await socket.closed
  return { order, orders, subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const {
    API_KEY: apiKey = '',
    SECRET: secret = '',
    PASSPHRASE: passphrase = '',
    ORIGIN: origin,
    SOCKET_URL: socketUrl,
  } = process.env
  console.log(await run({ apiKey, secret, passphrase, origin, socketUrl }))
}
