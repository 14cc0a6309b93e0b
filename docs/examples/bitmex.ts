import { fileURLToPath } from 'node:url'
import { createSignedFetch } from 'countersign'
import { openVenueSocket, type VenueSocket } from 'countersign/client/websocket'
import type { Params } from 'countersign/exchange'
import { bitmex } from 'countersign/exchange/bitmex'
import { WebSocket } from 'ws'

/** As BitMEX shows them; `origin` and `socketUrl` for a test network. */
export interface Setup {
  readonly apiKey: string
  readonly secret: string
  readonly origin?: string | undefined
  readonly socketUrl?: string | undefined
}

/** Buys far below the market, takes the order back, looks around in parallel and listens to its own orders. */
export async function run({ socketUrl = 'wss://ws.bitmex.com/realtime', ...account }: Setup) {
  const signer = bitmex(account)
  // A request states when it ends. One that ended before it arrived, because a clock is wrong, is signed once more, by the
  // time of the refusal.
  const bitmexFetch = createSignedFetch(signer)
  const call = async (method: string, path: string, params: Params) => {
    const response = await bitmexFetch(path, { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`BitMEX refused: ${answer.error?.message}`)
    return answer
  }

  const order = { symbol: 'XBTUSD', side: 'Buy', ordType: 'Limit', orderQty: 100, price: 10000.5 }
  const { orderID: orderId } = await call('POST', '/api/v1/order', order)
  await call('DELETE', '/api/v1/order', { orderID: orderId })

  const open = await Promise.all(
    ['XBTUSD', 'ETHUSD', 'SOLUSD'].map((symbol) => call('GET', '/api/v1/order', { symbol, filter: { open: true } })),
  )

  let subscribed = ''
  const socket: VenueSocket = openVenueSocket({
    url: socketUrl,
    WebSocket,
    login: () => signer.login(),
    loggedIn: (message) => {
      const { error, success, request } = JSON.parse(String(message))
      if (error !== undefined) throw new Error(error)
      return success === true && request?.op === 'authKeyExpires'
    },
    onOpen: ({ send }) => send(JSON.stringify({ op: 'subscribe', args: ['order'] })),
    onMessage: (message) => {
      const { success, request } = JSON.parse(String(message))
      if (success !== true || request?.op !== 'subscribe') return
      subscribed = request.args.join()
      socket.close() // A bot would go on.
    },
  })
  await socket.closed
  return { orderId, parallel: open.length, subscribed }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { API_KEY: apiKey = '', API_SECRET: secret = '' } = process.env
  const { ORIGIN: origin, SOCKET_URL: socketUrl } = process.env
  console.log(await run({ apiKey, secret, origin, socketUrl }))
}
