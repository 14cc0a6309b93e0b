/** HTX spot: an order and its cancel, orders side by side, and the account's socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { htx } from 'countersign/exchange/htx'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://api.huobi.pro/ws/v2', ...account }) {
  // The host is part of what is signed: for another one state `origin`.
  const signer = htx(account)
  // HTX forgives five minutes. Beyond that it refuses, and nothing is corrected by so much: set the clock.
  const htxFetch = createSignedFetch(signer)

  const call = async (method, path, json) => {
    const response = await htxFetch(path, { method, ...(json && { json }) })
    // An id may have more digits than a number of JavaScript holds, and JSON.parse would change the last ones. It stays text.
    const answer = JSON.parse((await response.text()).replace(/("id":\s*)(\d+)/g, '$1"$2"'))
    if (answer.status !== 'ok') throw new Error(`${path}: ${answer['err-code']} ${answer['err-msg']}`)
    return answer.data
  }
  const accounts = await call('GET', '/v1/account/accounts')
  const spot = accounts.find(({ type }) => type === 'spot')?.id

  // HTX signs no body: TLS alone protects the price. Prices and amounts are text: 1e-7 is no number for an exchange.
  const buy = (price) =>
    call('POST', '/v1/order/orders/place', {
      'account-id': spot,
      symbol: 'btcusdt',
      type: 'buy-limit',
      amount: '0.001',
      price,
    })
  const cancel = (id) => call('POST', `/v1/order/orders/${id}/submitcancel`, {})

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => {
      const { ch, code, message: text } = JSON.parse(String(message))
      if (ch === 'auth' && code !== 200) throw new Error(`login: ${code} ${text}`)
      return ch === 'auth'
    },
    onOpen: ({ send }) => send('{"action":"sub","ch":"orders#btcusdt"}'),
    onMessage: (message) => {
      const { action, ch, data } = JSON.parse(String(message))
      if (action === 'ping') socket.send(JSON.stringify({ action: 'pong', data }))
      if (action !== 'sub') return
      subscribed = ch
      // A bot stays.
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
