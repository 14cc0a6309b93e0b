import { createSignedFetch } from 'countersign'
import { binance } from 'countersign/exchange/binance'
import { mockExchange } from 'countersign/testing'

const account = { apiKey: 'bot-1', secret: 'a secret for tests' }
// A Binance on loopback. Its clock is three seconds behind ours, so it refuses the first request.
const mock = await mockExchange(binance(), { accounts: [account], skewMs: -3_000 })

// For the real exchange leave out baseUrl; for its test network write environment: 'testnet'.
const binanceFetch = createSignedFetch(binance({ ...account, baseUrl: mock.origin }))
const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', price: '10000', quantity: '0.001' }

// The clock is learnt from the refusal, the order signed anew and sent once more.
const placed = await binanceFetch('/api/v3/order', { method: 'POST', params: order })
console.log(placed.status, (await placed.json()).status)
console.log('the exchange saw:', mock.requests.map(({ code }) => code ?? 'ok').join(', then '))
// A misspelt option is refused by name, before anything is sent.
try {
  // @ts-expect-error TypeScript refuses it as well.
  binance({ ...account, testnet: true })
} catch (error) {
  console.log(error instanceof Error && error.message)
}
await mock.close()
