/** Kraken spot: an order and its cancel, orders side by side, what the key may do, and WebSocket v2. */
// npm install countersign undici ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { checkKey } from 'countersign/exchange'
import { kraken } from 'countersign/exchange/kraken'
import { Agent, fetch } from 'undici'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://ws-auth.kraken.com/v2', ...account }) {
  // No time here: a nonce that increases with every request of the key. All signers of this process draw from one
  // source; for several processes, see `fileNonceStore` of countersign/client/nonce-file.
  const signer = kraken(account)
  // In the order of their nonces: one connection keeps it on the way, several would race.
  const dispatcher = new Agent({ connections: 1 })
  const transport = (url, init) => fetch(url, { ...init, dispatcher })
  const krakenFetch = createSignedFetch(signer, { fetch: transport })

  const post = async (path, params) => {
    const response = await krakenFetch(path, { method: 'POST', params })
    const { error, result } = await response.json()
    if (error.length > 0) throw new Error(`${path}: ${error}`)
    return result
  }
  // Prices and volumes are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = { ordertype: 'limit', type: 'buy', pair: 'XBTUSD', price, volume: '0.001' }
    return (await post('/0/private/AddOrder', order)).txid[0]
  }
  const cancel = (txid) => post('/0/private/CancelOrder', { txid })

  const order = await buy('10000')
  await cancel(order)
  // Each draws its nonce when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  // A key for a program should trade, not withdraw, and work from your addresses only.
  const { findings } = await checkKey(signer, krakenFetch, { needs: ['trade'] })

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // Fetches a token with a signed request, which needs its turn as well, then subscribes with it.
    fetch: transport,
    login: () => signer.login({ method: 'subscribe', params: { channel: 'executions' }, id: 1 }),
    loggedIn: (message) => {
      const { method, success, error } = JSON.parse(String(message))
      if (method === 'subscribe' && !success) throw new Error(`login: ${error}`)
      return method === 'subscribe'
    },
    onMessage: (message) => {
      const { method, result } = JSON.parse(String(message))
      if (method === 'subscribe') subscribed = result?.channel
    },
    // A bot stays.
    onOpen: ({ close }) => close(),
  })
  await socket.closed
  await dispatcher.close()
  return { order, orders, findings: findings.map(({ code }) => code), subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', SECRET: secret = '', ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
