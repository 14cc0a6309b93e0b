/** WhiteBIT v4: an order and its cancel, orders side by side, and the private socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { whitebit } from 'countersign/exchange/whitebit'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://api.whitebit.com/ws', ...account }) {
  // With `nonceWindow` WhiteBIT takes nonces in any order, as long as they are new and within five seconds of its clock.
  // Without it no clock matters, and each has to be larger than the last one of the key.
  const signer = whitebit({ ...account, nonceWindow: true })
  const whitebitFetch = createSignedFetch(signer)

  const post = async (path, json) => {
    const response = await whitebitFetch(path, { method: 'POST', json })
    // An id may have more digits than a number of JavaScript holds, and JSON.parse would change the last ones. It stays text.
    const answer = JSON.parse((await response.text()).replace(/("orderId":\s*)(\d+)/g, '$1"$2"'))
    if (!response.ok) throw new Error(`${path}: ${answer.code} ${answer.message}`)
    return answer
  }
  const market = { market: 'BTC_USDT' }
  // Prices and amounts are text: 1e-7 is no number for an exchange.
  const buy = async (price) =>
    (await post('/api/v4/order/new', { ...market, side: 'buy', amount: '0.001', price })).orderId
  // WhiteBIT wants a number here: a bigint is written as its digits.
  const cancel = (orderId) => post('/api/v4/order/cancel', { ...market, orderId: BigInt(orderId) })

  const order = await buy('10000')
  await cancel(order)
  // Each draws its nonce when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // Fetches a token with a signed request and shows it.
    login: () => signer.login(),
    loggedIn: (message) => {
      const { id, error } = JSON.parse(String(message))
      if (id === 0 && error) throw new Error(`login: ${error.code} ${error.message}`)
      return id === 0
    },
    onOpen: ({ send }) => send('{"id":1,"method":"ordersPending_subscribe","params":["BTC_USDT"]}'),
    onMessage: (message) => {
      const { id, result } = JSON.parse(String(message))
      if (id !== 1) return
      subscribed = result.status
      // A bot stays, and sends {"id":…,"method":"ping","params":[]} every 50 seconds.
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
