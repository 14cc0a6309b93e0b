/** Hyperliquid: an order and its cancel, signed by an agent's wallet. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { hyperliquid } from 'countersign/exchange/hyperliquid'
import { walletKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, ...place }) {
  // The key of an agent (API wallet) that the account approved: it trades, and cannot withdraw. Nonces are counted for each
  // agent, so give each program one of its own.
  const signer = hyperliquid({ key: walletKey({ privateKey }), ...place })
  const hyperliquidFetch = createSignedFetch(signer)

  const act = async (action) => {
    // Refused after five seconds on the way.
    const response = await hyperliquidFetch('/exchange', {
      method: 'POST',
      json: { action, expiresAfter: Date.now() + 5_000 },
    })
    const answer = await response.json()
    // Refusals have status 200. One that names an unknown wallet, another one each time, means that something else was signed.
    if (answer.status !== 'ok') throw new Error(`${action.type}: ${answer.response}`)
    return answer.response.data.statuses[0]
  }

  // The order of the members is signed. Prices and sizes are text without zeros at the end; asset 0 is BTC.
  const order = { a: 0, b: true, p: '10000', s: '0.001', r: false, t: { limit: { tif: 'Gtc' } } }
  const placed = await act({ type: 'order', orders: [order], grouping: 'na' })
  await act({ type: 'cancel', cancels: [{ a: 0, o: placed.resting.oid }] })
  return { order: placed.resting.oid }
}

// Run by itself it places a real order, far below the market. ENVIRONMENT=testnet and ORIGIN lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { PRIVATE_KEY: privateKey, ENVIRONMENT: environment = 'live', ORIGIN: origin } = process.env
  console.log(await run({ privateKey, environment, ...(origin && { origin }) }))
}
