/** Hyperliquid in a small bundle: actions signed one by one, without the exchange's signer. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { signHyperliquidAction } from 'countersign/exchange/orders/hyperliquid'
import { walletKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, environment, origin }) {
  // The key of an agent (API wallet) that the account approved. In a page it may be a wallet's: remoteWalletKey, then await.
  const key = walletKey({ privateKey })

  // A nonce may not come twice, not even within one millisecond.
  let last = 0
  const nextNonce = () => {
    last = Math.max(Date.now(), last + 1)
    return last
  }

  const act = async (action) => {
    const nonce = nextNonce()
    const { url, ...request } = signHyperliquidAction({ action, key, nonce, environment, expiresAfter: nonce + 5_000 })
    const response = await fetch(new URL('/exchange', origin ?? url), request)
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
  console.log(await run({ privateKey, environment, origin }))
}
