/** Extended: an order whose settlement a Stark key signs, and its cancel, in requests that show the API key. */
// npm install countersign @scure/starknet
import { realpathSync } from 'node:fs'
import * as starknet from '@scure/starknet'
import { createSignedFetch } from 'countersign'
import { extended } from 'countersign/exchange/extended'
import { extendedOrders } from 'countersign/exchange/orders/extended'
import { starkKey } from 'countersign/exchange/wallet'

export async function run({ apiKey, privateKey, position, environment = 'live', origin }) {
  // The API key is shown and signs nothing, so it stands where others have their secret.
  const place = origin === undefined ? { environment } : { baseUrl: origin }
  const extendedFetch = createSignedFetch(extended({ apiKey: 'my-account', secret: apiKey, ...place }))
  const ask = async (method, path, json) => {
    const response = await extendedFetch(path, { method, json })
    const { status, data, error } = await response.json()
    if (status !== 'OK') throw new Error(`${path}: ${error?.code} ${error?.message}`)
    return data
  }

  // How the market counts, which is signed.
  const [market] = await ask('GET', '/api/v1/info/markets?market=BTC-USD')
  const { sign } = extendedOrders({
    key: starkKey({ privateKey, starknet }),
    // The number that the API page calls the vault.
    position: Number(position),
    markets: { [market.name]: market.l2Config },
    environment,
  })
  const order = await sign({
    id: crypto.randomUUID(),
    market: market.name,
    type: 'LIMIT',
    side: 'BUY',
    qty: '0.001',
    price: '10000',
    fee: '0.0005',
    timeInForce: 'GTT',
    postOnly: true,
    reduceOnly: false,
    selfTradeProtectionLevel: 'ACCOUNT',
    nonce: Math.floor(Math.random() * 2 ** 31) + 1,
    expiryEpochMillis: Date.now() + 3_600_000,
  })
  const { id } = await ask('POST', '/api/v1/user/order', { ...order, nonce: String(order.nonce) })
  await ask('DELETE', `/api/v1/user/order/${id}`)
  return { order: id }
}

// Run by itself it places a real order, far below the market. ENVIRONMENT=testnet and ORIGIN lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const {
    API_KEY: apiKey = '',
    PRIVATE_KEY: privateKey,
    POSITION: position,
    ENVIRONMENT: environment = 'live',
    ORIGIN: origin,
  } = process.env
  console.log(await run({ apiKey, privateKey, position, environment, ...(origin && { origin }) }))
}
