// How many HMAC hypotheses the doctor tests in a second: `npx tsup --silent && node bench/doctor.mjs`.
import { diagnose } from '../dist/doctor/index.js'

const request = [
  'POST /api/v5/trade/order?a=1&b=2&c=3 HTTP/1.1',
  'Host: www.okx.com',
  'OK-ACCESS-KEY: key-1',
  `OK-ACCESS-SIGN: ${Buffer.alloc(32, 7).toString('base64')}`,
  'OK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z',
  'OK-ACCESS-PASSPHRASE: phrase-77',
  '',
  '{"instId":"BTC-USDT","side":"buy","px":"100","sz":"1"}',
].join('\n')
for (let round = 0; round < 3; round++) {
  const start = performance.now()
  const { tried } = await diagnose(request, { secret: 'a-secret-of-the-bench', budgetMs: 2_000 })
  const seconds = (performance.now() - start) / 1000
  console.log(`${tried} hypotheses in ${seconds.toFixed(2)} s: ${Math.round(tried / seconds)} a second`)
}
