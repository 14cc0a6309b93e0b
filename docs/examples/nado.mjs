/** Nado: an order and its cancel, signed by a wallet or its linked signer. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { nadoOrders } from 'countersign/exchange/orders/nado'
import { walletKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, owner, origin = 'https://gateway.prod.nado.xyz' }) {
  const post = async (path, json) => {
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    })
    const answer = await response.json()
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error_code} ${answer.error}`)
    return answer.data
  }

  // What is signed for: neither network takes what was signed for the other.
  const { chain_id, endpoint_addr } = await post('/v1/query', { type: 'contracts' })
  const key = walletKey({ privateKey })
  const { place_order, cancel_orders } = nadoOrders({ key, chainId: Number(chain_id), endpoint: endpoint_addr })

  // The account and the name of its sub-account, "default" in 12 bytes. A linked signer's key signs for the owner's.
  const sender = `${owner ?? key.address}64656661756c740000000000`.toLowerCase()
  // The time until which the call may arrive, in milliseconds, and 20 bits that tell calls apart.
  let count = 0n
  const nonce = () => String(((BigInt(Date.now()) + 90_000n) << 20n) + count++)
  const order = {
    sender,
    // Price and amount times 10^18: 0.001 BTC at 10 000.
    priceX18: '10000000000000000000000',
    amount: '1000000000000000',
    expiration: String(Math.floor(Date.now() / 1000) + 3600),
    nonce: nonce(),
    appendix: '1',
  }
  const placed = await post('/v1/execute', { place_order: place_order.sign({ product_id: 2, order }) })
  const tx = { sender, productIds: [2], digests: [placed.digest], nonce: nonce() }
  await post('/v1/execute', { cancel_orders: cancel_orders.sign({ tx }) })
  return { order: placed.digest }
}

// Run by itself it places a real order, far below the market. ORIGIN=https://gateway.test.nado.xyz is the test network.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { PRIVATE_KEY: privateKey, OWNER: owner, ORIGIN: origin } = process.env
  console.log(await run({ privateKey, owner, ...(origin && { origin }) }))
}
