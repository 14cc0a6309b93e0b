/** edgeX v2: an order with a wallet's signature inside, in a request that is signed with the API key, and its cancel. */
// npm install countersign
import { realpathSync } from 'node:fs'
import { createSignedFetch } from 'countersign'
import { edgex } from 'countersign/exchange/edgex'
import { edgexNonce, edgexOrders } from 'countersign/exchange/orders/edgex'
import { walletKey } from 'countersign/exchange/wallet'

const DAY_MS = 86_400_000

export async function run({ privateKey, accountId, origin, ...account }) {
  const signer = edgex({ ...account, ...(origin && { origin }) })
  const edgexFetch = createSignedFetch(signer)

  const ask = async (path, init) => {
    const { code, msg, data } = await (await edgexFetch(path, init)).json()
    if (code !== 'SUCCESS') throw new Error(`${path}: ${code} ${msg}`)
    return data
  }

  // Contracts, coins and what is signed for: public, and signed all the same.
  const { global, contractList, coinList } = await ask('/api/v2/public/meta/getMetaData')
  const contract = contractList.find(({ contractId }) => contractId === '10000001')
  const coin = coinList.find(({ coinId }) => coinId === contract.quoteCoinId)

  const key = walletKey({ privateKey })
  const orders = edgexOrders({ key, chainId: Number(global.nativeChainId), contract: global.contractAddress })
  // Whole numbers: amounts times the resolution, which the exchange states as hexadecimal or decimal text.
  const [size, value, fee] = [0.001, 10, 1]
  const units = (amount, resolution) => String(Math.round(amount * Number(resolution)))
  const clientOrderId = `order-${Date.now()}`
  const nonce = edgexNonce(clientOrderId)
  const expireTime = Date.now() + 22 * DAY_MS
  const l2Signature = orders.sign('LimitOrderParams', {
    base: { nonce, signer: key.address, accountId, expirationTimestamp: String(Math.floor(expireTime / 1000)) },
    amountSynthetic: units(size, contract.resolution),
    amountCollateral: units(value, coin.resolution),
    amountFee: units(fee, coin.resolution),
    assetIdSynthetic: contract.contractId,
    assetIdCollateral: coin.coinId,
    isBuyingSynthetic: true,
    parentOrderHash: `0x${'0'.repeat(64)}`,
    subOrderIndex: '0',
  })
  await ask('/api/v2/private/order/createOrder', {
    method: 'POST',
    json: {
      ...{ accountId, contractId: contract.contractId, clientOrderId },
      ...{ type: 'LIMIT', side: 'BUY', price: '10000', size: String(size), timeInForce: 'POST_ONLY' },
      ...{ expireTime: String(expireTime), l2ExpireTime: String(expireTime + 8 * DAY_MS), l2Nonce: nonce },
      ...{ l2Value: String(value), l2Size: String(size), l2LimitFee: String(fee), l2Signature },
      reduceOnly: false,
    },
  })
  await ask('/api/v2/private/order/cancelOrderByClientOrderId', {
    method: 'POST',
    json: { accountId, clientOrderIdList: [clientOrderId] },
  })
  return { order: clientOrderId }
}

// Run by itself it places a real order, far below the market. ORIGIN leads elsewhere.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const {
    API_KEY: apiKey = '',
    SECRET: secret = '',
    PASSPHRASE: passphrase = '',
    PRIVATE_KEY: privateKey,
    ACCOUNT_ID: accountId,
    ORIGIN: origin,
  } = process.env
  console.log(await run({ apiKey, secret, passphrase, privateKey, accountId, origin }))
}
