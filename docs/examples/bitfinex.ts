import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket } from 'countersign/client/websocket'
import { bitfinex } from 'countersign/exchange/bitfinex'
import { Agent, fetch } from 'undici'
import { WebSocket } from 'ws'

/** As Bitfinex shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own account. */
export async function run({ socketUrl = 'wss://api.bitfinex.com/ws/2', ...account }: Setup) {
  // No clock to set: Bitfinex looks at the nonce alone, which increases with every request and login of this process.
  const signer = bitfinex(account)
  // Nonces have to arrive in order as well, which they do over one connection.
  const dispatcher = new Agent({ connections: 1 })
  const bitfinexFetch = createSignedFetch(signer, { fetch: (url, init) => fetch(url, { ...init, dispatcher }) })
  const call = async (path: string, json: object = {}) => {
    const response = await bitfinexFetch(`/v2/auth/${path}`, { method: 'POST', json })
    const answer = await response.json()
    if (!response.ok) throw new Error(`Bitfinex refused: ${answer}`)
    return answer
  }

  const order = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.001', price: '10000.1' }
  // [mts, type, messageId, null, [[id, …]], code, status, text]
  const [orderId] = (await call('w/order/submit', order))[4][0]
  await call('w/order/cancel', { id: orderId })

  // Drawn, signed and sent one after the other, answered in any order.
  const answers = await Promise.all(
    ['r/wallets', 'r/orders', 'r/positions', 'r/orders/tBTCUSD', 'r/trades/hist'].map((path) => call(path)),
  )

  let subscribed = ''
  const socket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // With the login comes everything about the account.
    login: () => signer.login(),
    loggedIn: (message) => {
      const { event, status, msg } = JSON.parse(String(message))
      if (event !== 'auth') return false
      if (status !== 'OK') throw new Error(msg)
      subscribed = event
      return true
    },
    onOpen: ({ close }) => close(), // A bot would go on.
    onMessage: () => {},
  })
  await socket.closed
  await dispatcher.close()
  return { orderId: String(orderId), parallel: answers.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
