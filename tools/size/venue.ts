// What a page or a bot bundles that signs for one venue: nothing of any other.
import { okx } from 'countersign/exchange/okx'

const signer = okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' })
console.log(signer.sign({ method: 'POST', path: '/api/v5/trade/order', json: { instId: 'BTC-USDT' } }), signer.login())
