/** Bybit v5: an order and its cancel, orders side by side, what the key may do, and the private socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { checkKey } from 'countersign/exchange'
import { bybit } from 'countersign/exchange/bybit'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://stream.bybit.com/v5/private', ...account }) {
  const signer = bybit(account)
  // If this machine's clock is wrong, Bybit refuses the first request. The signer learns the time from that answer, and
  // the request is signed anew and sent once more. The receive window stays as it is.
  const bybitFetch = createSignedFetch(signer)

  const post = async (path, params) => {
    const response = await bybitFetch(path, { method: 'POST', params })
    const { retCode, retMsg, result } = await response.json()
    if (retCode !== 0) throw new Error(`${path}: ${retCode} ${retMsg}`)
    return result
  }
  const market = { category: 'spot', symbol: 'BTCUSDT' }
  // Prices and quantities are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = { ...market, side: 'Buy', orderType: 'Limit', timeInForce: 'GTC', qty: '0.001', price }
    return (await post('/v5/order/create', order)).orderId
  }
  const cancel = (orderId) => post('/v5/order/cancel', { ...market, orderId })

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  // A key for a program should trade, not withdraw, and work from your addresses only.
  const { findings } = await checkKey(signer, bybitFetch, { needs: ['trade'] })

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // It states when it ends, ten seconds from now, so each connection needs a new one.
    login: () => signer.login(),
    loggedIn: (message) => {
      const { op, success, ret_msg } = JSON.parse(String(message))
      if (op === 'auth' && !success) throw new Error(`login: ${ret_msg}`)
      return op === 'auth'
    },
    onOpen: ({ send }) => send('{"op":"subscribe","args":["order"]}'),
    onMessage: (message) => {
      const { op, success } = JSON.parse(String(message))
      if (op !== 'subscribe') return
      subscribed = success
      // A bot stays, and sends {"op":"ping"} every 20 seconds.
      socket.close()
    },
  })
  await socket.closed
  return { order, orders, findings: findings.map(({ code }) => code), subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', SECRET: secret = '', ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
