import { MS, mac, SECRET, same, sent, write } from './case.mjs'

const contract = (name, source, expected, { method = 'GET', target, body = '', sign }) =>
  write(`mexc-${name}`, 'mexc-contract', source, same, expected, {
    method,
    url: `https://contract.mexc.com${target}`,
    headers: { ApiKey: 'key-1', 'Request-Time': MS, Signature: sign },
    ...(body && { body }),
  })
const order = '{"symbol":"SOL_USDT","price":1,"vol":3,"side":1,"type":5,"openType":1}'
contract('swapped-hmac', 'makarworld/pymexc/issues/1', 'hash-without-key', {
  target: '/api/v1/private/position/open_positions?symbol=SOL_USDT',
  sign: mac(SECRET, 'hex', 'sha256', `key-1${MS}symbol=SOL_USDT`),
})
contract('json-sorted-form', 'makarworld/pymexc/issues/6', ['body-json-as-form', 'body-as-query'], {
  method: 'POST',
  target: '/api/v1/private/order/submit',
  body: order,
  sign: mac(`key-1${MS}openType=1&price=1&side=1&symbol=SOL_USDT&type=5&vol=3`),
})
sent('mexc-no-signature', 'Floris272/py-mexc-api/pull/5', same, 'parameter-missing', {
  host: 'api.mexc.com',
  path: `/api/v3/account?timestamp=${MS}`,
  headers: [['X-MEXC-APIKEY', 'key-1']],
  options: {
    refusal: `{"code":700004,"msg":"Mandatory parameter 'signature' was not sent, was empty/null, or malformed."}`,
  },
})

const loss = '{"type":"STOP_MARKET","stopPrice":90000,"workingType":"MARK_PRICE"}'
sent('bingx-form-decoded', 'BingX-API/BingX-swap-api-doc/issues/38', same, ['body-decoded', 'body-as-query'], {
  method: 'POST',
  host: 'open-api.bingx.com',
  path: '/openApi/swap/v2/trade/order',
  headers: [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-BX-APIKEY', 'key-1'],
  ],
  body: `symbol=BTC-USDT&side=BUY&stopLoss=${encodeURIComponent(loss)}&timestamp=${MS}&signature=${mac(`symbol=BTC-USDT&side=BUY&stopLoss=${loss}&timestamp=${MS}`)}`,
})
