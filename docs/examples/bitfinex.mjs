/** Bitfinex v2: an order and its cancel, orders side by side, and the account's socket. */
// npm install countersign undici ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { bitfinex } from 'countersign/exchange/bitfinex'
import { Agent, fetch } from 'undici'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://api.bitfinex.com/ws/2', ...account }) {
  // No time here: a nonce that increases with every request and every login of the key. All signers of this process
  // draw from one source; a second program needs a second key.
  const signer = bitfinex(account)
  // In the order of their nonces: one connection keeps it on the way, several would race.
  const dispatcher = new Agent({ connections: 1 })
  const bitfinexFetch = createSignedFetch(signer, { fetch: (url, init) => fetch(url, { ...init, dispatcher }) })

  const post = async (path, json) => {
    const response = await bitfinexFetch(path, { method: 'POST', json })
    const answer = await response.text()
    if (!response.ok) throw new Error(`${path}: ${answer}`)
    return answer
  }
  // An answer is [time, type, message id, null, data, code, status, text], and an order begins with its id. It stays text:
  // JSON.parse would change the last digits of one beyond 2^53.
  const buy = async (price) => {
    const order = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.001', price }
    return /\[\[(\d+)/.exec(await post('/v2/auth/w/order/submit', order))?.[1] ?? ''
  }
  // Bitfinex wants a number here: a bigint is written as its digits.
  const cancel = (id) => post('/v2/auth/w/order/cancel', { id: BigInt(id) })

  const order = await buy('10000')
  await cancel(order)
  // Each draws its nonce when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => {
      const { event, status, code, msg } = JSON.parse(String(message))
      if (event === 'auth' && status !== 'OK') throw new Error(`login: ${code} ${msg}`)
      return event === 'auth'
    },
    onMessage: (message) => {
      const { event, status } = JSON.parse(String(message))
      if (event === 'auth') subscribed = status
    },
    // Orders, trades and wallets come by themselves from here on. A bot stays.
    onOpen: ({ close }) => close(),
  })
  await socket.closed
  await dispatcher.close()
  return { order, orders, subscribed }
}

// Run by itself it places real orders, far below the market. ORIGIN and SOCKET_URL lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', SECRET: secret = '', ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
