import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { krakenFutures } from 'countersign/exchange/kraken-futures'
import { Agent, fetch } from 'undici'
import { WebSocket } from 'ws'

/** As Kraken Futures shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://futures.kraken.com/ws/v1', ...account }: Setup) {
  // Requests carry no time, so no clock can be wrong. The nonce is optional; without it a request could be sent again.
  const signer = krakenFutures({ ...account, variant: 'nonce' })
  // Nonces have to arrive in order, which they do over one connection.
  const dispatcher = new Agent({ connections: 1 })
  const krakenFetch = createSignedFetch(signer, { fetch: (url, init) => fetch(url, { ...init, dispatcher }) })
  const call = async (method: string, name: string, params: Params = {}) => {
    const answer = await (await krakenFetch(`/derivatives/api/v3/${name}`, { method, params })).json()
    if (answer.result !== 'success') throw new Error(`Kraken refused: ${answer.error}`)
    return answer
  }

  const order = { orderType: 'lmt', symbol: 'PI_XBTUSD', side: 'buy', size: '1', limitPrice: '10000.5' }
  const { order_id: orderId } = (await call('POST', 'sendorder', order)).sendStatus
  await call('POST', 'cancelorder', { order_id: orderId })

  // Drawn, signed and sent one after the other, answered in any order.
  const answers = await Promise.all(
    ['openorders', 'openpositions', 'accounts', 'fills', 'leveragepreferences'].map((name) => call('GET', name)),
  )

  let subscribed = ''
  const socket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    // Kraken hands out a text and wants it back, signed.
    challenge: {
      ask: JSON.stringify({ event: 'challenge', api_key: account.apiKey }),
      read: (message) => {
        const { event, message: text } = JSON.parse(String(message))
        return event === 'challenge' ? text : undefined
      },
    },
    login: (challenge) => signer.login({ challenge, feed: 'open_orders' }),
    loggedIn: (message) => {
      const { event, feed, message: text } = JSON.parse(String(message))
      if (event === 'alert' || event === 'error') throw new Error(text)
      subscribed = feed
      return event === 'subscribed'
    },
    onOpen: ({ close }) => close(), // A bot would go on.
    onMessage: () => {},
  })
  await socket.closed
  await dispatcher.close()
  return { orderId, parallel: answers.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
