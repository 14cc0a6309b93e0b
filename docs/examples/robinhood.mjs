/** Robinhood Crypto: an order and its cancel, signed with an Ed25519 key. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { importExchangeKey } from 'countersign/exchange'
import { robinhood } from 'countersign/exchange/robinhood'

const ORDERS = '/api/v1/crypto/trading/orders/'

export async function run({ apiKey, seed, origin }) {
  // The page shows the API key; the seed is the private key that was made for it, in base64.
  const key = await importExchangeKey(seed, { apiKey, type: 'ed25519' })
  const robinhoodFetch = createSignedFetch(robinhood({ key, ...(origin && { baseUrl: origin }) }))

  const post = async (path, json) => {
    const response = await robinhoodFetch(path, { method: 'POST', ...(json && { json }) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 200)}`)
    return text
  }

  // Paths end with a slash. What is signed is the body as it is sent.
  const placed = await post(ORDERS, {
    client_order_id: crypto.randomUUID(),
    side: 'buy',
    type: 'limit',
    symbol: 'BTC-USD',
    limit_order_config: { asset_quantity: '0.0001', limit_price: '10000', time_in_force: 'gtc' },
  })
  const { id } = JSON.parse(placed)
  await post(`${ORDERS}${id}/cancel/`)
  return { order: id }
}

// Run by itself it places a real order, far below the market. ORIGIN leads elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { API_KEY: apiKey = '', SEED: seed = '', ORIGIN: origin } = process.env
  console.log(await run({ apiKey, seed, origin }))
}
