/** Polymarket: a wallet gets its API key and signs an order; the API key signs the requests. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { polymarketOrders } from 'countersign/exchange/orders/polymarket'
import { polymarket } from 'countersign/exchange/polymarket'
import { polymarketL1 } from 'countersign/exchange/polymarket-l1'
import { walletKey } from 'countersign/exchange/wallet'

export async function run({ privateKey, tokenId, ...place }) {
  const key = walletKey({ privateKey })
  const login = await createSignedFetch(polymarketL1({ key, ...place }))('/auth/derive-api-key')
  if (!login.ok) throw new Error(`login: ${await login.text()}`)
  const { apiKey, secret, passphrase } = await login.json()
  const polymarketFetch = createSignedFetch(polymarket({ apiKey, secret, passphrase, address: key.address, ...place }))

  const ask = async (method, path, json) => {
    const response = await polymarketFetch(path, { method, json })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${path}: ${answer.error}`)
    return answer
  }

  const zeros = `0x${'0'.repeat(64)}`
  // Buys 10 tokens at 0.01: amounts in the smallest units, of which there are a million.
  const order = polymarketOrders({ key, exchange: 'v3' }).sign({
    salt: String(Math.floor(Math.random() * 2 ** 48)),
    maker: key.address,
    signer: key.address,
    tokenId,
    makerAmount: '100000',
    takerAmount: '10000000',
    side: 0,
    signatureType: 0,
    timestamp: Date.now(),
    metadata: zeros,
    builder: zeros,
  })
  // The API takes the side as a word, the salt as a number, and members that nothing signs.
  const unsigned = { taker: `0x${'0'.repeat(40)}`, expiration: '0' }
  const sent = { ...order, ...unsigned, salt: Number(order.salt), side: 'BUY', timestamp: String(order.timestamp) }
  const { orderID } = await ask('POST', '/order', {
    order: sent,
    owner: apiKey,
    orderType: 'GTC',
    postOnly: true,
    deferExec: false,
  })
  await ask('DELETE', '/order', { orderID })
  return { order: orderID }
}

// Run by itself it places a real order, far below the market. ORIGIN leads elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const { PRIVATE_KEY: privateKey, TOKEN_ID: tokenId, ORIGIN: origin } = process.env
  console.log(await run({ privateKey, tokenId, ...(origin && { origin }) }))
}
