import { fileURLToPath } from 'node:url'
import { createSignedFetch, increasingNonces } from 'countersign'
import { fileHighWater } from 'countersign/client/nonce-file'
import { openVenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { kraken } from 'countersign/exchange/kraken'
import { Agent, fetch } from 'undici'
import { WebSocket } from 'ws'

/** As Kraken shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  /** Where the last nonce of each key is kept. */
  readonly nonceFile?: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own executions. */
export async function run(setup: Setup) {
  const { socketUrl = 'wss://ws-auth.kraken.com/v2', nonceFile = 'kraken.nonces', ...account } = setup
  // No clock to set: Kraken looks at the nonce alone, which may never go back. In a file it does not even after a restart
  // with a wrong clock, and other processes of this machine may use the same key.
  const nonces = increasingNonces({ unit: 'ms', store: fileHighWater(nonceFile) })
  const signer = kraken({ ...account, nonces })
  // Nonces have to arrive in order as well. Over one connection they do; over several, the key needs a nonce window.
  const dispatcher = new Agent({ connections: 1 })
  const transport = (url: string, init: object) => fetch(url, { ...init, dispatcher })
  const krakenFetch = createSignedFetch(signer, { fetch: transport })
  const call = async (name: string, params: Params = {}) => {
    const { error, result } = await (await krakenFetch(`/0/private/${name}`, { method: 'POST', params })).json()
    if (error.length > 0) throw new Error(`Kraken refused: ${error}`)
    return result
  }

  const order = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', price: '10000.1', volume: '0.001' }
  const [orderId] = (await call('AddOrder', order)).txid
  await call('CancelOrder', { txid: orderId })

  // Drawn, signed and sent one after the other, answered in any order.
  const answers = await Promise.all(
    ['Balance', 'TradeBalance', 'OpenOrders', 'ClosedOrders', 'TradesHistory'].map((name) => call(name)),
  )

  let subscribed = ''
  const socket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    fetch: transport,
    // Fetches a token with a signed request, and shows it in this message.
    login: () => signer.login({ method: 'subscribe', params: { channel: 'executions' }, id: 1 }),
    loggedIn: (message) => {
      const { method, success, error, result } = JSON.parse(String(message))
      if (method !== 'subscribe') return false
      if (success !== true) throw new Error(error)
      subscribed = result.channel
      return true
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
