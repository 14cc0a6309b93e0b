// ccxt as its own clients call it: `sign` of an exchange, which gives URL, headers and body.

import ccxt from 'ccxt'
import { endpoints, RECV_WINDOW } from '../lib/orders.mjs'

/** Signs an order of one exchange. What ccxt adds to an order itself is given, so that it adds nothing. */
export function ccxtSigner(id, { apiKey, secret, passphrase }) {
  const exchange = new ccxt[id]({
    apiKey,
    secret,
    password: passphrase,
    enableRateLimit: false,
    options: { recvWindow: RECV_WINDOW },
  })
  const [path, api] = endpoints[id].ccxt
  return (params) => exchange.sign(path, api, 'POST', params)
}
