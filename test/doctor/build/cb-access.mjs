import { createHmac } from 'node:crypto'
import { elsewhere, mac, PASS, S, SECRET, same, sent } from './case.mjs'

const B64 = Buffer.from(SECRET).toString('base64')
const coinbaseExchange = (name, source, about, expected, { method = 'GET', path = '/accounts', body = '', sign }) =>
  sent(`coinbase-exchange-${name}`, source, about, expected, {
    method,
    host: 'api.exchange.coinbase.com',
    path,
    headers: [
      ['CB-ACCESS-KEY', 'key-1'],
      ['CB-ACCESS-SIGN', sign],
      ['CB-ACCESS-TIMESTAMP', S],
      ['CB-ACCESS-PASSPHRASE', PASS],
    ],
    body,
    options: { secret: B64, passphrase: PASS },
  })
coinbaseExchange('not-decoded', 'thrasher-corp/gocryptotrader/pull/1199', same, 'secret-encoding', {
  sign: mac(`${S}GET/accounts`, 'base64', 'sha256', B64),
})
const note = '{"profile_id":"p-1","note":"für später"}'
coinbaseExchange('latin-1', 'knowm/XChange/pull/962', same, 'text-charset', {
  method: 'POST',
  path: '/reports',
  body: note,
  sign: createHmac('sha256', SECRET)
    .update(Buffer.from(`${S}POST/reports${note}`, 'latin1'))
    .digest('base64'),
})
sent('coinbase-base64-of-hex', 'bchavez/Coinbase/issues/49', same, 'signature-form', {
  host: 'api.coinbase.com',
  path: '/v2/accounts',
  headers: [
    ['CB-VERSION', '2018-12-23'],
    ['CB-ACCESS-SIGN', Buffer.from(mac(`${S}GET/v2/accounts`)).toString('base64')],
    ['CB-ACCESS-TIMESTAMP', S],
    ['CB-ACCESS-KEY', 'key-1'],
  ],
})
sent('coinbase-space', 'ruimarinho/authy-client/pull/9', elsewhere, 'query-space', {
  host: 'api.coinbase.com',
  path: '/v2/accounts?name=my+wallet&limit=5',
  headers: [
    ['CB-ACCESS-SIGN', mac(`${S}GET/v2/accounts?name=my%20wallet&limit=5`)],
    ['CB-ACCESS-TIMESTAMP', S],
    ['CB-ACCESS-KEY', 'key-1'],
  ],
})
coinbaseExchange('ascii', 'bchavez/Coinbase/issues/3', same, ['text-charset', 'body-charset'], {
  method: 'POST',
  path: '/reports',
  body: note,
  sign: mac(`${S}POST/reports${note.replace(/[^ -~]/g, '?')}`, 'base64'),
})
coinbaseExchange('slash', 'sefbkn/CoinbaseExchange.NET/pull/1', same, 'path-trailing-slash', {
  sign: mac(`${S}GET/accounts/`, 'base64'),
})
coinbaseExchange('query', 'bnhansn/ex_gdax/pull/15', same, 'query-left-out', {
  path: '/orders?status=open&limit=5',
  sign: mac(`${S}GET/orders`, 'base64'),
})
