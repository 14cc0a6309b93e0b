import { createHmac } from 'node:crypto'
import { MS, mac, SECRET, same, sent } from './case.mjs'

const path = '/v2/auth/r/wallets'
const bitfinex = (name, source, expected, { body = '{}', sign }) =>
  sent(`bitfinex-${name}`, `bitfinexcom/bitfinex-api-node/issues/${source}`, same, expected, {
    method: 'POST',
    host: 'api.bitfinex.com',
    path,
    headers: [
      ['Content-Type', 'application/json'],
      ['bfx-nonce', `${MS}000`],
      ['bfx-apikey', 'key-1'],
      ['bfx-signature', sign],
    ],
    body,
  })
const sha384 = (text) => mac(text, 'hex', 'sha384')
bitfinex('no-api', 217, 'text-part-left-out', { sign: sha384(`${path.slice(1)}${MS}000{}`) })
bitfinex('sha3', 217, 'algorithm', {
  sign: createHmac('sha3-384', SECRET).update(`/api${path}${MS}000{}`).digest('hex'),
})
bitfinex('braces', 542, 'body-for-none', { body: '', sign: sha384(`/api${path}${MS}000{}`) })
bitfinex('other-body', 587, 'body-json-empty', {
  body: '{"method":"LNX","wallet":"exchange"}',
  sign: sha384(`${path.slice(1)}${MS}000{}`),
})
