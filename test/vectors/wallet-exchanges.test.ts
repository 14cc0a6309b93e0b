import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ed25519PrivateKey } from '../../src/crypto/index.js'
import { aster } from '../../src/exchange/catalogue/aster.js'
import { robinhood } from '../../src/exchange/catalogue/robinhood.js'
import { walletKey } from '../../src/exchange/wallet/index.js'

const vectors = JSON.parse(readFileSync(new URL('wallet/aster.json', import.meta.url), 'utf8'))
const at = (ms: number, nonce = '') => ({ clock: { now: () => ms }, nonces: { next: () => nonce } })

test('Aster v3 signs the query of an order as its agent does', () => {
  const { privateKey, address, message, signature } = vectors
  expect(walletKey({ privateKey }).address).toBe(address)
  const key = walletKey({ privateKey, keyId: address })
  const [params, nonce] = message.split(/&nonce=|&signer=/)
  const { body } = aster({ key }).sign({ method: 'POST', path: '/fapi/v3/order', body: params }, at(0, nonce))
  expect(body).toBe(`${message}&signature=${signature}`)
})

test('Aster v1 signs an order as Binance does', () => {
  const { secret, text, signature } = vectors.v1
  const signer = aster({ apiKey: 'key', secret, variant: 'v1', recvWindow: 5000 })
  const [params] = text.split('&recvWindow')
  const { body } = signer.sign({ method: 'POST', path: '/fapi/v1/order', body: params }, at(1_591_702_613_943))
  expect(body).toBe(`${text}&signature=${signature}`)
})

// docs.robinhood.com: the example's body is what Python prints of a dictionary.
test('Robinhood signs the example of its page', () => {
  const seed = new Uint8Array(Buffer.from('xQnTJVeQLmw1/Mg2YimEViSpw/SdJcgNXZ5kQkAXNPU=', 'base64'))
  const key = ed25519PrivateKey({ keyId: 'rh-api-6148effc-c0b1-486c-8940-a1d099456be6', seed })
  const body =
    "{'client_order_id': '131de903-5a9c-4260-abc1-28d562a5dcf0', 'side': 'buy', 'symbol': 'BTC-USD', 'type': 'market', 'market_order_config': {'asset_quantity': '0.1'}}"
  const { headers } = robinhood({ key }).sign(
    { method: 'POST', path: '/api/v1/crypto/trading/orders/', body },
    at(1_698_708_981_000),
  )
  expect(headers['x-signature']).toBe(
    'q/nEtxp/P2Or3hph3KejBqnw5o9qeuQ+hYRnB56FaHbjDsNUY9KhB1asMxohDnzdVFSD7StaTqjSd9U9HvaRAw==',
  )
})
