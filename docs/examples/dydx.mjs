/** dYdX v4: a short-term order and its cancel, as transactions of its chain. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { dydx } from 'countersign/exchange/dydx'
import { cosmosKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, accountNumber, block, ...place }) {
  // The account's number, and the height of the last block: both are read from a node without a signature.
  const key = cosmosKey({ privateKey })
  const dydxFetch = createSignedFetch(dydx({ key, accountNumber, ...place }))

  const send = async (type, message) => {
    const response = await dydxFetch('/', {
      method: 'POST',
      json: { messages: [{ '@type': `/dydxprotocol.clob.${type}`, ...message }] },
    })
    // Refusals have status 200. Code 4 means that something else was signed: another account number, or another network.
    const { result, error } = await response.json()
    if (error || result.code !== 0) throw new Error(`${type}: ${error?.message ?? result.log}`)
    return result.hash
  }

  const order_id = {
    subaccount_id: { owner: key.address, number: 0 },
    client_id: Math.floor(Math.random() * 2 ** 32),
    // 0 is short-term: it lives for at most 20 blocks.
    order_flags: 0,
    clob_pair_id: 0,
  }
  // Quantums and subticks are the market's smallest units, as text: 0.001 BTC at 10 000 USD.
  const order = {
    order_id,
    side: 'SIDE_BUY',
    quantums: '10000000',
    subticks: '1000000000',
    good_til_block: block + 10,
    time_in_force: 'TIME_IN_FORCE_POST_ONLY',
  }
  const placed = await send('MsgPlaceOrder', { order })
  const cancelled = await send('MsgCancelOrder', { order_id, good_til_block: block + 15 })
  return { placed, cancelled }
}

// Run by itself it places a real order, far below the market. ENVIRONMENT=testnet and ORIGIN lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const {
    PRIVATE_KEY: privateKey,
    ACCOUNT_NUMBER,
    BLOCK,
    ENVIRONMENT: environment = 'live',
    ORIGIN: origin,
  } = process.env
  const [accountNumber, block] = [Number(ACCOUNT_NUMBER), Number(BLOCK)]
  console.log(await run({ privateKey, accountNumber, block, environment, ...(origin && { origin }) }))
}
