/** Pacifica: an order and its cancel, signed by an agent's key. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { pacifica } from 'countersign/exchange/pacifica'
import { solanaKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, account, ...place }) {
  // The key of an agent (API agent key), made on the exchange's page: it trades for the account, which is stated beside it.
  const signer = pacifica({ key: solanaKey({ privateKey }), account, ...place })
  const pacificaFetch = createSignedFetch(signer)

  const act = async (path, json) => {
    const response = await pacificaFetch(path, { method: 'POST', json })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${answer.error}`)
    return answer.data
  }

  // Prices and amounts are text: what is signed is how they are written.
  const order = { symbol: 'BTC', price: '10000', amount: '0.001', side: 'bid', tif: 'GTC', reduce_only: false }
  const placed = await act('/api/v1/orders/create', order)
  await act('/api/v1/orders/cancel', { symbol: 'BTC', order_id: placed.order_id })
  return { order: placed.order_id }
}

// Run by itself it places a real order, far below the market. ENVIRONMENT=testnet and ORIGIN lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { PRIVATE_KEY: privateKey, ACCOUNT: account, ENVIRONMENT: environment = 'live', ORIGIN: origin } = process.env
  console.log(await run({ privateKey, account, environment, ...(origin && { origin }) }))
}
