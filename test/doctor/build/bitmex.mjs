import { mac, same, sent } from './case.mjs'

const E = '1700000060'
const bitmex = (name, source, expected, { method = 'GET', path = '/api/v1/order', time = E, body = '', sign }) =>
  sent(`bitmex-${name}`, source, same, expected, {
    method,
    host: 'www.bitmex.com',
    path,
    headers: [
      ...(body === '' ? [] : [['Content-Type', 'application/json']]),
      ['api-expires', time],
      ['api-key', 'key-1'],
      ['api-signature', sign],
    ],
    body,
  })
const order = '{"symbol":"XBTUSD","side":"Buy","orderQty":100,"ordType":"Market"}'
bitmex('float-time', 'BitMEX/api-connectors/issues/421', 'time-form', {
  method: 'POST',
  time: '1700000060.4821',
  body: order,
  sign: mac(`POST/api/v1/order1700000060.4821${order}`),
})
bitmex('hex-twice', 'BitMEX/api-connectors/issues/92', 'signature-form', {
  method: 'POST',
  body: order,
  sign: Buffer.from(mac(`POST/api/v1/order${E}${order}`)).toString('hex'),
})
bitmex('time-before-query', 'BitMEX/api-connectors/issues/212', 'text-order', {
  path: '/api/v1/order?symbol=XBTUSD&count=2',
  sign: mac(`GET/api/v1/order${E}?symbol=XBTUSD&count=2`),
})
bitmex('double-slash', 'knowm/XChange/issues/3145', 'path-extra-prefix', {
  path: '/api/v1/user/margin',
  sign: mac(`GET//api/v1/user/margin${E}`),
})
bitmex('array-body', 'BitMEX/api-connectors/issues/260', 'body-json-numbers-spelt', {
  method: 'POST',
  body: '{"symbol":"XBTUSD","orderQty":100,"price":11000}',
  sign: mac(`POST/api/v1/order${E}{"symbol":"XBTUSD","orderQty":100.0,"price":11000.0}`),
})

const phemex = (name, source, expected, { method = 'GET', target, text, body = '', sign = mac(text) }) =>
  sent(`phemex-${name}`, source, same, expected, {
    method,
    host: 'api.phemex.com',
    path: target,
    headers: [
      ['x-phemex-access-token', 'key-1'],
      ['x-phemex-request-expiry', E],
      ['x-phemex-request-signature', sign],
    ],
    body,
  })
phemex('bracket', 'phemex/phemex-api-docs/issues/41', 'signature-form', {
  method: 'POST',
  target: '/orders',
  body: order,
  sign: `${mac(`/orders${E}${order}`)})`,
})
phemex('order', 'phemex/phemex-api-docs/pull/78', ['query-sorted', 'query-reversed'], {
  method: 'DELETE',
  target: '/orders?symbol=BTCUSD&orderID=o-1',
  text: `/ordersorderID=o-1&symbol=BTCUSD${E}`,
})
bitmex('number-space', 'BitMEX/api-connectors/issues/194', 'text-space', {
  sign: mac(`GET/api/v1/order ${E}`),
})
