/** BitMEX: an order and its cancel, orders side by side, and the private socket. */
// npm install countersign ws
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { bitmex } from 'countersign/exchange/bitmex'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://ws.bitmex.com/realtime', ...account }) {
  const signer = bitmex(account)
  // A request says when it ends, half a minute from now. If this machine's clock is later than that, BitMEX refuses the
  // first one. The signer learns the time from that answer, and the request is signed anew and sent once more.
  const bitmexFetch = createSignedFetch(signer)

  const call = async (method, params) => {
    const response = await bitmexFetch('/api/v1/order', { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${method} order: ${answer.error?.message}`)
    return answer
  }
  // Contracts and prices are numbers here; one that JavaScript writes with an exponent is refused before it is signed.
  const buy = async (price) =>
    (await call('POST', { symbol: 'XBTUSD', side: 'Buy', ordType: 'Limit', orderQty: 100, price })).orderID
  const cancel = (...orderID) => call('DELETE', { orderID })

  const order = await buy(10_000)
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all([10_001, 10_002, 10_003].map(buy))
  await cancel(...orders)

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // Its time is when it ends, so each connection needs a new one.
    login: () => signer.login(),
    loggedIn: (message) => {
      const { success, error, request } = JSON.parse(String(message))
      if (error) throw new Error(`login: ${error}`)
      return success === true && request?.op === 'authKeyExpires'
    },
    onOpen: ({ send }) => send('{"op":"subscribe","args":["order"]}'),
    onMessage: (message) => {
      const { success, request } = JSON.parse(String(message))
      if (request?.op !== 'subscribe') return
      subscribed = success
      // A bot stays.
      socket.close()
    },
  })
  await socket.closed
  return { order, orders, subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] === import.meta.filename) {
  const { API_KEY: apiKey = '', SECRET: secret = '', ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
