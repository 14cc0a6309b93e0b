/** Gate API v4: an order and its cancel, orders side by side, what the key may do, and the spot socket. */
// npm install countersign ws
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { openExchangeSocket } from 'countersign/client/websocket'
import { checkKey } from 'countersign/exchange'
import { gate } from 'countersign/exchange/gate'
import { WebSocket } from 'ws'

export async function run({ socketUrl = 'wss://api.gateio.ws/ws/v4/', ...account }) {
  const signer = gate(account)
  // If this machine's clock is wrong, Gate refuses the first request. The signer learns the time from that answer, and
  // the request is signed anew and sent once more.
  const gateFetch = createSignedFetch(signer)

  const call = async (method, path, params) => {
    const response = await gateFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${answer.label} ${answer.message}`)
    return answer
  }
  const market = { currency_pair: 'BTC_USDT' }
  // Prices and amounts are text: 1e-7 is no number for an exchange.
  const buy = async (price) => {
    const order = {
      ...market,
      account: 'spot',
      side: 'buy',
      type: 'limit',
      time_in_force: 'gtc',
      amount: '0.001',
      price,
    }
    return (await call('POST', '/api/v4/spot/orders', order)).id
  }
  const cancel = (id) => call('DELETE', `/api/v4/spot/orders/${id}`, market)

  const order = await buy('10000')
  await cancel(order)
  // Each is signed when it leaves.
  const orders = await Promise.all(['10001', '10002', '10003'].map(buy))
  await Promise.all(orders.map(cancel))

  // A key for a program should trade, not withdraw, and work from your addresses only.
  const { findings } = await checkKey(signer, gateFetch, { needs: ['trade'] })

  let subscribed
  const socket = openExchangeSocket({
    url: socketUrl,
    WebSocket,
    // Opens the WebSocket API. Who only listens needs no login: there, each private channel is signed by itself.
    login: () => signer.login({ channel: 'spot.login', reqId: 'login' }),
    loggedIn: (message) => {
      const { request_id, header, data } = JSON.parse(String(message))
      if (request_id === 'login' && header.status !== '200') throw new Error(`login: ${data.errs?.label}`)
      return request_id === 'login'
    },
    onOpen: ({ send }) => send(signer.signMessage('subscribe', { channel: 'spot.orders', payload: ['BTC_USDT'] })),
    onMessage: (message) => {
      const { event, error, result } = JSON.parse(String(message))
      if (event !== 'subscribe') return
      subscribed = error ?? result.status
      // A bot stays.
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
