/** Aster v3: an order and its cancel, signed by the key of an API wallet (agent). */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { aster } from 'countersign/exchange/aster'
import { walletKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, user, environment = 'live', origin }) {
  const place = origin === undefined ? { environment } : { baseUrl: origin }
  // The main wallet has approved the agent on the exchange's page: its address is sent as "user".
  const asterFetch = createSignedFetch(aster({ key: walletKey({ privateKey }), ...(user && { user }), ...place }))

  const act = async (method, params) => {
    const response = await asterFetch('/fapi/v3/order', { method, params })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${method} /fapi/v3/order: ${answer.code} ${answer.msg}`)
    return answer
  }

  // The parameters are signed as the text that is sent, in this order; nonce and signer are added.
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTX', quantity: '0.001', price: '10000' }
  const { orderId } = await act('POST', order)
  await act('DELETE', { symbol: 'BTCUSDT', orderId })
  return { order: orderId }
}

// Run by itself it places a real order, far below the market. ENVIRONMENT=testnet and ORIGIN lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { PRIVATE_KEY: privateKey, USER_ADDRESS: user, ENVIRONMENT: environment = 'live', ORIGIN: origin } = process.env
  console.log(await run({ privateKey, user, environment, origin }))
}
