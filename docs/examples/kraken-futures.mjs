/** Kraken Futures: an order and its cancel, orders side by side, and the challenge of the socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { krakenFutures } from 'countersign/exchange/kraken-futures'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://futures.kraken.com/ws/v1', ...account }) {
  // No time, and no nonce unless you state `variant: 'nonce'`: no clock can be wrong here, and no request grows old.
  const signer = krakenFutures(account)
  const krakenFetch = createSignedFetch(signer)

  const post = async (path, params) => {
    const response = await krakenFetch(path, { method: 'POST', params })
    const answer = await response.json()
    if (answer.result !== 'success') throw new Error(`${path}: ${answer.error}`)
    return answer
  }
  // Prices and sizes are text: 1e-7 is no number for an exchange.
  const buy = async (limitPrice) => {
    const order = { orderType: 'lmt', symbol: 'PF_XBTUSD', side: 'buy', size: '0.001', limitPrice }
    const { sendStatus } = await post('/derivatives/api/v3/sendorder', order)
    if (sendStatus.status !== 'placed') throw new Error(`order: ${sendStatus.status}`)
    return sendStatus.order_id
  }
  const cancel = (order_id) => post('/derivatives/api/v3/cancelorder', { order_id })

  const order = await buy('10000')
  await cancel(order)
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // Kraken sends a text, and every private subscription shows it signed.
    challenge: {
      ask: JSON.stringify({ event: 'challenge', api_key: account.apiKey }),
      read: (message) => {
        const { event, message: text } = JSON.parse(String(message))
        return event === 'challenge' ? text : undefined
      },
    },
    login: (challenge) => signer.login({ challenge, feed: 'open_orders' }),
    loggedIn: (message) => {
      const { event, message: text } = JSON.parse(String(message))
      if (event === 'error') throw new Error(`login: ${text}`)
      return event === 'subscribed'
    },
    onMessage: (message) => {
      const { event, feed } = JSON.parse(String(message))
      if (event === 'subscribed') subscribed = feed
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
