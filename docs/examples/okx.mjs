/** OKX v5: an order and its cancel, orders side by side, what the key may do, and the private socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { checkKey } from 'countersign/exchange'
import { okx } from 'countersign/exchange/okx'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://ws.okx.com:8443/ws/v5/private', ...account }) {
  const signer = okx(account)
  // If this machine's clock is wrong, OKX refuses the first request. The signer learns the time from that answer, and
  // the request is signed anew and sent once more.
  const okxFetch = createSignedFetch(signer)

  const post = async (path, params) => {
    const response = await okxFetch(path, { method: 'POST', params })
    const { code, msg, data } = await response.json()
    if (code !== '0') throw new Error(`${path}: ${code} ${data?.[0]?.sMsg || msg}`)
    return data[0]
  }
  // Prices and sizes are text: 1e-7 is no number for an exchange.
  const buy = async (px) => {
    const order = { instId: 'BTC-USDT', tdMode: 'cash', side: 'buy', ordType: 'limit', px, sz: '0.001' }
    return (await post('/api/v5/trade/order', order)).ordId
  }
  const cancel = (ordId) => post('/api/v5/trade/cancel-order', { instId: 'BTC-USDT', ordId })

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  // A key for a program should trade, not withdraw, and work from your addresses only.
  const { findings } = await checkKey(signer, okxFetch, { needs: ['trade'] })

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
    onOpen: ({ send }) => send('{"op":"subscribe","args":[{"channel":"orders","instType":"SPOT"}]}'),
    onMessage: (message) => {
      const { event, arg } = JSON.parse(String(message))
      if (event !== 'subscribe') return
      subscribed = arg.channel
      // A bot stays.
      socket.close()
    },
  })
  await socket.closed
  return { order, orders, findings: findings.map(({ code }) => code), subscribed }
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
