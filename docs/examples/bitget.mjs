/** Bitget v2: an order and its cancel, orders side by side, and the private socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { bitget } from 'countersign/exchange/bitget'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://ws.bitget.com/v2/ws/private', ...account }) {
  const signer = bitget(account)
  // If this machine's clock is wrong, Bitget refuses the first request. The signer learns the time from that answer,
  // and the request is signed anew and sent once more.
  const bitgetFetch = createSignedFetch(signer)

  const post = async (path, params) => {
    const response = await bitgetFetch(path, { method: 'POST', params })
    const { code, msg, data } = await response.json()
    if (code !== '00000') throw new Error(`${path}: ${code} ${msg}`)
    return data
  }
  const market = { symbol: 'BTCUSDT' }
  // Prices and sizes are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = { ...market, side: 'buy', orderType: 'limit', force: 'gtc', price, size: '0.001' }
    return (await post('/api/v2/spot/trade/place-order', order)).orderId
  }
  const cancel = (orderId) => post('/api/v2/spot/trade/cancel-order', { ...market, orderId })

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // Called for every connection, so that none shows an old signature.
    login: () => signer.login(),
    loggedIn: (message) => {
      const { event, code, msg } = JSON.parse(String(message))
      if (event === 'error') throw new Error(`login: ${code} ${msg}`)
      return event === 'login'
    },
    onOpen: ({ send }) => send('{"op":"subscribe","args":[{"instType":"SPOT","channel":"orders","instId":"BTCUSDT"}]}'),
    onMessage: (message) => {
      const { event, arg } = JSON.parse(String(message))
      if (event !== 'subscribe') return
      subscribed = arg.channel
      // A bot stays, and sends the text `ping` every 30 seconds.
      socket.close()
    },
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
