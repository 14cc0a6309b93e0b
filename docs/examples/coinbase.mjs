/** Coinbase Advanced Trade: an order and its cancel, orders side by side, what the key may do, and a user's socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { checkKey, importExchangeKey } from 'countersign/exchange'
import { coinbase } from 'countersign/exchange/coinbase'
import { WebSocket } from 'ws'

export async function run({ apiKey, privateKey, origin, socketUrl = 'wss://advanced-trade-ws-user.coinbase.com' }) {
  // Imported once: reading a PEM takes longer than signing. A file whose "privateKey" is no PEM holds an `ed25519` key.
  const key = await importExchangeKey(privateKey, { apiKey, type: 'ecdsa-p256' })
  const signer = coinbase({ key, origin })
  // If this machine's clock is wrong, Coinbase refuses the first request. The signer learns the time from that answer,
  // and the request is signed anew and sent once more.
  const coinbaseFetch = createSignedFetch(signer)

  const post = async (path, json) => {
    const response = await coinbaseFetch(path, { method: 'POST', json })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  // Prices and sizes are text: 1e-7 is no number for an exchange.
  const buy = async (limit_price) => {
    const { success, success_response, error_response } = await post('/api/v3/brokerage/orders', {
      client_order_id: crypto.randomUUID(),
      product_id: 'BTC-USD',
      side: 'BUY',
      order_configuration: { limit_limit_gtc: { base_size: '0.001', limit_price, post_only: true } },
    })
    if (!success) throw new Error(`order: ${error_response?.error}`)
    return success_response.order_id
  }
  const cancel = (...order_ids) => post('/api/v3/brokerage/orders/batch_cancel', { order_ids })

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await cancel(...orders)

  // A key for a program should trade, not withdraw.
  const { findings } = await checkKey(signer, coinbaseFetch, { needs: ['trade'] })

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // Every subscription shows a token of its own, good for two minutes; this is the first one.
    login: () => signer.login({ channel: 'user', productIds: ['BTC-USD'] }),
    loggedIn: (message) => {
      const { type, channel, message: text } = JSON.parse(String(message))
      if (type === 'error') throw new Error(`login: ${text}`)
      return channel === 'subscriptions'
    },
    // Without heartbeats Coinbase closes a quiet socket. A bot stays.
    onOpen: ({ send, close }) => {
      for (const message of signer.login({ channel: 'heartbeats' }).messages) send(message)
      close()
    },
    onMessage: (message) => {
      const { channel, events } = JSON.parse(String(message))
      if (channel === 'subscriptions') subscribed ??= Object.keys(events[0].subscriptions)
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
