/** GRVT: a session for an API key, an order that carries a wallet's signature, and its cancel. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch, sessionSigner } from 'countersign/client'
import { grvtLogin } from 'countersign/exchange/logins/grvt'
import { grvtOrders } from 'countersign/exchange/orders/grvt'
import { walletKey } from 'countersign/exchange/wallet'

export async function run({ apiKey, privateKey, subAccount, environment = 'live', origin }) {
  // Logs in before the first request, and again before the session ends. Nothing of these requests is signed.
  const session = sessionSigner(grvtLogin({ apiKey, environment, ...(origin && { baseUrl: origin }) }))
  const grvtFetch = createSignedFetch(session)

  const post = async (path, json) => {
    const response = await grvtFetch(path, { method: 'POST', json })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${answer.code} ${answer.message}`)
    return answer.result
  }

  // How BTC_USDT_Perp is called and counted in what is signed, as full/v1/all_instruments answers it.
  const instruments = { BTC_USDT_Perp: { instrument_hash: '0x030501', base_decimals: 9 } }
  // The wallet that the API key was made with.
  const { order } = grvtOrders({ key: walletKey({ privateKey }), environment, instruments })
  const client_order_id = String(2n ** 63n + BigInt(Math.floor(Math.random() * 2 ** 48)))
  const signed = order.sign({
    sub_account_id: subAccount,
    time_in_force: 'GOOD_TILL_TIME',
    post_only: true,
    legs: [{ instrument: 'BTC_USDT_Perp', size: '0.001', limit_price: '10000', is_buying_asset: true }],
    // Nanoseconds, at most 30 days ahead: the order rests no longer.
    signature: { expiration: `${Date.now() + 300_000}000000` },
    metadata: { client_order_id },
  })
  await post('/full/v1/create_order', { order: signed })
  await post('/full/v1/cancel_order', { sub_account_id: subAccount, client_order_id })
  return { order: client_order_id }
}

// Run by itself it places a real order, far below the market. ENVIRONMENT=testnet and ORIGIN lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const {
    API_KEY: apiKey = '',
    PRIVATE_KEY: privateKey,
    SUB_ACCOUNT: subAccount,
    ENVIRONMENT: environment = 'live',
    ORIGIN: origin,
  } = process.env
  console.log(await run({ apiKey, privateKey, subAccount, environment, origin }))
}
