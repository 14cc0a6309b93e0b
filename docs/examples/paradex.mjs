/** Paradex: the login with a Stark key, then an order that carries its own signature. */
// npm install countersign @scure/starknet
import { realpathSync } from 'node:fs'
import * as starknet from '@scure/starknet'
import { createSignedFetch } from 'countersign'
import { paradexOrders } from 'countersign/exchange/orders/paradex'
import { paradex } from 'countersign/exchange/paradex'
import { starkKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, account, environment = 'live', ...place }) {
  // A subkey of the account is enough to trade, and cannot withdraw.
  const key = starkKey({ privateKey, account, starknet })
  const signer = paradex({ key, environment, ...place })

  const login = await createSignedFetch(signer)('/v1/auth', { method: 'POST' })
  if (!login.ok) throw new Error(`login: ${await login.text()}`)
  // Good for five minutes.
  const { jwt_token: token } = await login.json()

  const { sign } = paradexOrders({ key, environment })
  const order = await sign({
    market: 'ETH-USD-PERP',
    side: 'BUY',
    type: 'LIMIT',
    size: '0.1',
    price: '500',
    instruction: 'POST_ONLY',
    signature_timestamp: Date.now(),
  })
  // What is signed is in the order; the request shows the token.
  const response = await fetch(new URL('/v1/orders', signer.service.origins[0]), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(order),
  })
  return { status: response.status, order }
}

// Run by itself it places a real order, far below the market. ENVIRONMENT=testnet and ORIGIN lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { PRIVATE_KEY: privateKey, ACCOUNT: account, ENVIRONMENT: environment = 'live', ORIGIN: origin } = process.env
  console.log(await run({ privateKey, account, environment, ...(origin && { origin }) }))
}
