/** Binance spot, Ed25519: an order and its cancel, orders side by side, what the key may do, and the WebSocket API. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { exchangeClock } from 'countersign/client'
import { openExchangeSocket } from 'countersign/client/websocket'
import { checkKey, importExchangeKey } from 'countersign/exchange'
import { binance } from 'countersign/exchange/binance'
import { WebSocket } from 'ws'

export async function run({ apiKey, privateKey, origin, socketUrl = 'wss://ws-api.binance.com:443/ws-api/v3' }) {
  // Imported once: reading a PEM takes longer than signing. With a shared secret it is `binance({ apiKey, secret })`.
  const key = await importExchangeKey(privateKey, { apiKey, type: 'ed25519' })
  const signer = binance({ key, origin })
  // Asks for Binance's time before the first request, and now and then; without it the signer learns from a refusal.
  const clock = exchangeClock(signer)
  const binanceFetch = createSignedFetch(signer, { clock })

  const call = async (method, path, params) => {
    const response = await binanceFetch(path, { method, params })
    // An id may have 19 digits, and JSON.parse would change the last ones. It stays text.
    const answer = JSON.parse((await response.text()).replace(/("orderId":\s*)(\d+)/g, '$1"$2"'))
    if (!response.ok) throw new Error(`${path}: ${answer.code} ${answer.msg}`)
    return answer
  }
  // Prices and quantities are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.001', price }
    return (await call('POST', '/api/v3/order', order)).orderId
  }
  const cancel = (orderId) => call('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId })

  const order = await buy('10000.00')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001.00', '10002.00', '10003.00'].map(buy))
  await Promise.all(orders.map(cancel))

  // A key for a program should trade, not withdraw, and work from your addresses only.
  const { findings } = await checkKey(signer, binanceFetch, { needs: ['trade'] })

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // session.logon takes Ed25519 keys only. With any other, each call is signed by itself:
    // signer.signMessage('call', { id, method: 'order.place', params }, { clock })
    login: () => signer.login({ id: 1 }, { clock }),
    loggedIn: (message) => {
      const { id, status, error } = JSON.parse(String(message))
      if (id === 1 && status !== 200) throw new Error(`login: ${error?.code} ${error?.msg}`)
      return id === 1
    },
    onOpen: ({ send }) => send('{"id":2,"method":"userDataStream.subscribe"}'),
    onMessage: (message) => {
      const { id, status } = JSON.parse(String(message))
      if (id !== 2) return
      subscribed = status
      // A bot stays.
      socket.close()
    },
  })
  await socket.closed
  return { order, orders, findings: findings.map(({ code }) => code), subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', PRIVATE_KEY: privateKey = '', ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, privateKey, origin, socketUrl }))
}
