import { createHash } from 'node:crypto'
import { elsewhere, http, mac, refused, S, same, write } from './case.mjs'

const h512 = (text) => createHash('sha512').update(text).digest('hex')
const gate = (
  name,
  source,
  about,
  expected,
  { method = 'GET', query = 'currency_pair=GT_USDT', body = '', text, hash = 'sha512' },
) =>
  write(
    `gate-${name}`,
    'gate',
    source,
    about,
    expected,
    `${method} /api/v4/spot/orders${query === '' ? '' : `?${query}`} HTTP/1.1\nHost: api.gateio.ws\nKEY: key-1\nTimestamp: ${S}\nSIGN: ${mac(text, 'hex', hash)}\nContent-Length: ${body.length}\n\n${body}`,
  )
const GP = '/api/v4/spot/orders'
gate('method', 'gateio/gateapi-python/issues/15', same, 'method-other', {
  method: 'POST',
  query: '',
  body: '{"a":"1"}',
  text: ['GET', GP, '', h512('{"a":"1"}'), S].join('\n'),
})
gate('body-hash', 'gateio/gateapi-js/issues/5', same, 'gate-body-not-hashed', {
  method: 'POST',
  query: '',
  body: '{"a":"1"}',
  text: ['POST', GP, '', '{"a":"1"}', S].join('\n'),
})
gate('empty-hash', 'gateio/gateapi-java/issues/31', refused, 'gate-body-not-hashed', {
  text: ['GET', GP, 'currency_pair=GT_USDT', '', S].join('\n'),
})
gate('comma', 'sieblyio/gateio-api/issues/83', same, ['query-encoded', 'query-encoded-twice'], {
  query: 'currencies=BTC%2CETH',
  text: ['GET', GP, 'currencies=BTC%2CETH', h512(''), S].join('\n'),
})
gate('sha256', 'gateio/gateapi-java/issues/31', refused, 'algorithm', {
  text: ['GET', GP, 'currency_pair=GT_USDT', h512(''), S].join('\n'),
  hash: 'sha256',
})
gate('prefix', null, 'none', 'path-prefix', {
  text: ['GET', '/spot/orders', 'currency_pair=GT_USDT', h512(''), S].join('\n'),
})

write(
  'gate-quote',
  'gate',
  'gateio/gateapi-python/issues/54',
  same,
  ['query-quotes', 'query-encoder', 'query-quoted'],
  http('GET', 'api.gateio.ws', '/api/v4/spot/orders?currency_pair=GT_USDT%22', [
    ['KEY', 'key-1'],
    ['Timestamp', S],
    [
      'SIGN',
      mac(
        ['GET', '/api/v4/spot/orders', 'currency_pair=GT_USDT', createHash('sha512').digest('hex'), S].join('\n'),
        'hex',
        'sha512',
      ),
    ],
  ]),
)

gate('url', 'gateio/gateapi-go/issues/1', same, ['text-with-url', 'query-left-out'], {
  query: '',
  text: ['GET', `https://api.gateio.ws${GP}`, '', h512(''), S].join('\n'),
})
write(
  'gate-no-headers',
  'gate',
  'gateio/gateapi-go/issues/3',
  same,
  'header-missing',
  http('GET', 'api.gateio.ws', GP, []),
)
gate('params-as-body', 'Bittrex/bittrex.github.io/issues/313', elsewhere, 'query-as-body', {
  query: 'currency_pair=GT_USDT&status=open',
  text: ['GET', GP, 'currency_pair=GT_USDT&status=open', h512('{"currency_pair":"GT_USDT","status":"open"}'), S].join(
    '\n',
  ),
})
gate('single-quotes', 'tencentyun/tls-sig-api-v2-php/issues/5', elsewhere, ['text-line-break', 'text-separators'], {
  text: ['GET', GP, 'currency_pair=GT_USDT', h512(''), S].join('\\n'),
})
