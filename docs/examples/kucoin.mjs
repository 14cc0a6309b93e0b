/** KuCoin: an order and its cancel, orders side by side, what the key may do, and the private socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { checkKey } from 'countersign/exchange'
import { kucoin } from 'countersign/exchange/kucoin'
import { WebSocket } from 'ws'

export async function run({ apiKey, secret, passphrase, origin }) {
  // As the API page shows the key's version; without `variant` it is 2. The passphrase goes out signed.
  const signer = kucoin({ apiKey, secret, passphrase, origin, variant: 'v3' })
  // If this machine's clock is wrong, KuCoin refuses the first request. The signer learns the time from that answer,
  // and the request is signed anew and sent once more.
  const kucoinFetch = createSignedFetch(signer)

  const call = async (method, path, params) => {
    const response = await kucoinFetch(path, { method, params })
    const { code, msg, data } = await response.json()
    if (code !== '200000') throw new Error(`${path}: ${code} ${msg}`)
    return data
  }
  const market = { symbol: 'BTC-USDT' }
  // Prices and sizes are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = { ...market, clientOid: crypto.randomUUID(), side: 'buy', type: 'limit', price, size: '0.001' }
    return (await call('POST', '/api/v1/hf/orders', order)).orderId
  }
  const cancel = (orderId) => call('DELETE', `/api/v1/hf/orders/${orderId}`, market)

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  // A key for a program should trade, not withdraw, and work from your addresses only.
  const { findings } = await checkKey(signer, kucoinFetch, { needs: ['trade'] })

  let subscribed
  const topic = '/spotMarket/tradeOrdersV2'
  const socket = openExchangeSocket({
    // A signed request fetches a token for the URL; its answer says where the socket is.
    login: () => signer.login(),
    url: (answer) => answer.data.instanceServers[0].endpoint,
    WebSocket,
    loggedIn: (message) => JSON.parse(String(message)).type === 'welcome',
    onOpen: ({ send }) =>
      send(JSON.stringify({ id: '1', type: 'subscribe', topic, privateChannel: true, response: true })),
    onMessage: (message) => {
      const { type, id } = JSON.parse(String(message))
      if (type !== 'ack') return
      subscribed = id
      // A bot stays, and sends {"id":…,"type":"ping"} every `pingInterval` milliseconds of that answer.
      socket.close()
    },
  })
  await socket.closed
  return { order, orders, findings: findings.map(({ code }) => code), subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN leads to a test network.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', SECRET: secret = '', PASSPHRASE: passphrase = '', ORIGIN: origin } = process.env
  console.log(await run({ apiKey, secret, passphrase, origin }))
}
