/** Crypto.com Exchange v1: an order and its cancel, orders side by side, and the user's socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { cryptoCom } from 'countersign/exchange/crypto-com'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://stream.crypto.com/exchange/v1/user', ...account }) {
  const signer = cryptoCom(account)
  // If this machine's clock is more than a minute off, Crypto.com refuses the first request. The signer learns the time
  // from that answer, and the request is signed anew and sent once more.
  const cryptoComFetch = createSignedFetch(signer)

  const post = async (method, params) => {
    // What is sent is { id, method, params, api_key, nonce, sig }; only `params` is yours.
    const response = await cryptoComFetch(`/exchange/v1/${method}`, { method: 'POST', params })
    const { code, message, result } = await response.json()
    if (code !== 0) throw new Error(`${method}: ${code} ${message}`)
    return result
  }
  // Prices and quantities are text: what is signed is the text of a number, and 0.10 has two.
  const buy = async (price) => {
    const order = { instrument_name: 'BTC_USD', side: 'BUY', type: 'LIMIT', price, quantity: '0.001' }
    return (await post('private/create-order', order)).order_id
  }
  const cancel = (order_id) => post('private/cancel-order', { order_id })

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    login: async () => {
      // The limit of messages is counted by the calendar second: Crypto.com advises to wait for one after connecting.
      await new Promise((done) => setTimeout(done, 1000))
      return signer.login()
    },
    loggedIn: (message) => {
      const { method, code, message: text } = JSON.parse(String(message))
      if (method === 'public/auth' && code !== 0) throw new Error(`login: ${code} ${text}`)
      return method === 'public/auth'
    },
    onOpen: ({ send }) => send('{"id":2,"method":"subscribe","params":{"channels":["user.order.BTC_USD"]}}'),
    onMessage: (message) => {
      const { id, method, code } = JSON.parse(String(message))
      if (method === 'public/heartbeat') socket.send(JSON.stringify({ id, method: 'public/respond-heartbeat' }))
      if (method !== 'subscribe') return
      subscribed = code
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
