/** Nado: an order and its cancel, in requests that a wallet or its linked signer signs. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { nado } from 'countersign/exchange/nado'
import { walletKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, owner, environment = 'live', origin }) {
  const signer = nado({
    key: walletKey({ privateKey }),
    // A linked signer's key signs for the owner's sub-account: the address, and "default" in 12 bytes.
    ...(owner && { sender: `${owner}64656661756c740000000000`.toLowerCase() }),
    // Neither network takes what was signed for the other.
    environment,
    ...(origin && { baseUrl: origin }),
  })
  const nadoFetch = createSignedFetch(signer)
  const execute = async (json) => {
    const response = await nadoFetch('/v1/execute', { method: 'POST', json })
    const answer = await response.json()
    if (answer.status !== 'success') throw new Error(`${answer.error_code} ${answer.error}`)
    return answer.data
  }

  // Sender and nonce are added: the nonce holds the time until which the call may arrive.
  const order = {
    // Price and amount times 10^18: 0.001 BTC at 10 000.
    priceX18: '10000000000000000000000',
    amount: '1000000000000000',
    expiration: String(Math.floor(Date.now() / 1000) + 3600),
    appendix: '1',
  }
  const placed = await execute({ place_order: { product_id: 2, order } })
  await execute({ cancel_orders: { tx: { productIds: [2], digests: [placed.digest] } } })
  return { order: placed.digest }
}

// Run by itself it places a real order, far below the market. ENVIRONMENT=testnet and ORIGIN lead elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { PRIVATE_KEY: privateKey, OWNER: owner, ENVIRONMENT: environment = 'live', ORIGIN: origin } = process.env
  console.log(await run({ privateKey, owner, environment, origin }))
}
