/** Upbit: an order and its cancel, orders side by side, and the private socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { upbit } from 'countersign/exchange/upbit'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://api.upbit.com/websocket/v1/private', ...account }) {
  // A token holds a nonce and the hash of all parameters, and no time: no clock can be wrong here.
  const signer = upbit(account)
  const upbitFetch = createSignedFetch(signer)

  const call = async (method, path, params) => {
    const response = await upbitFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${answer.error?.name} ${answer.error?.message}`)
    return answer
  }
  // Prices and volumes are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = { market: 'KRW-BTC', side: 'bid', ord_type: 'limit', price, volume: '0.001' }
    return (await call('POST', '/v1/orders', order)).uuid
  }
  const cancel = (uuid) => call('DELETE', '/v1/order', { uuid })

  const order = await buy('10000000')
  await cancel(order)
  // Each has a nonce of its own, a UUID: their order does not matter.
  const orders = await Promise.all(['10001000', '10002000', '10003000'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    // The login stands in a field of the upgrade request: `ws` and undici can send it, no browser can.
    WebSocket,
    login: () => signer.login(),
    onOpen: ({ send }) => {
      send(JSON.stringify([{ ticket: crypto.randomUUID() }, { type: 'myOrder', codes: ['KRW-BTC'] }]))
      // Upbit confirms no subscription; this it answers.
      send('PING')
    },
    onMessage: (message) => {
      const { status } = JSON.parse(typeof message === 'string' ? message : new TextDecoder().decode(message))
      if (status === undefined) return
      subscribed = status
      // A bot stays, and sends PING every minute.
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
