import { MS, mac, SECRET, same, write } from './case.mjs'

const bybit = (
  name,
  source,
  about,
  expected,
  {
    method = 'GET',
    query = 'category=linear&symbol=BTCUSDT',
    body = '',
    text,
    sign = mac(text),
    window = '5000',
    options = {},
  },
) =>
  write(
    `bybit-${name}`,
    'bybit',
    source,
    about,
    expected,
    {
      method,
      url: `https://api.bybit.com/v5/order/${method === 'GET' ? 'realtime' : 'create'}${query === '' ? '' : `?${query}`}`,
      headers: {
        'X-BAPI-API-KEY': 'key-1',
        'X-BAPI-SIGN': sign,
        'X-BAPI-TIMESTAMP': MS,
        ...(window && { 'X-BAPI-RECV-WINDOW': window }),
      },
      ...(body && { body }),
    },
    { secret: SECRET, ...options },
  )
const bq = 'category=linear&symbol=BTCUSDT'
const bb = '{"category":"spot","symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"0.1"}'
bybit('window-left-out', null, 'none', ['receive window-other', 'text-part-left-out'], {
  text: `${MS}key-1${bq}`,
})
bybit('window-other', null, 'none', 'receive window-other', { text: `${MS}key-120000${bq}` })
bybit('key-left-out', null, 'none', ['API key-left-out', 'text-part-left-out'], {
  text: `${MS}5000${bq}`,
})
bybit('spaces', null, 'none', 'body-json-spaces', {
  method: 'POST',
  query: '',
  body: bb,
  text: `${MS}key-15000${bb.replaceAll(',', ', ').replaceAll('":', '": ')}`,
})
bybit('json-as-form', null, 'none', ['body-json-as-form', 'body-as-query'], {
  method: 'POST',
  query: '',
  body: bb,
  text: `${MS}key-15000${new URLSearchParams(JSON.parse(bb))}`,
})
bybit('order', null, 'none', 'text-order', { text: `key-1${MS}5000${bq}` })
bybit('upper', null, 'none', 'signature-form', {
  sign: mac(`${MS}key-15000${bq}`).toUpperCase(),
})
bybit('origin-string', null, 'none', ['body-json-spaces', 'refused-signature'], {
  method: 'POST',
  query: '',
  body: bb,
  sign: mac('other'),
  options: {
    secret: undefined,
    refusal: JSON.stringify({
      retCode: 10004,
      retMsg: `error sign! origin_string[${MS}key-15000${bb.replaceAll(',', ', ').replaceAll('":', '": ')}]`,
    }),
  },
})

const bybitBody = '{"symbol":"BTCUSDT","isIsolated":false,"buyLeverage":"5"}'
write('bybit-boolean', 'bybit', 'zhouaini528/bybit-php/issues/18', same, 'query-booleans', {
  method: 'GET',
  url: 'https://api.bybit.com/v5/position/list?symbol=BTCUSDT&isIsolated=false&buyLeverage=5',
  headers: {
    'X-BAPI-API-KEY': 'key-1',
    'X-BAPI-SIGN': mac(`${MS}key-15000symbol=BTCUSDT&isIsolated=0&buyLeverage=5`),
    'X-BAPI-TIMESTAMP': MS,
    'X-BAPI-RECV-WINDOW': '5000',
  },
})
write('bybit-boolean-json', 'bybit', 'zhouaini528/bybit-php/issues/18', same, 'body-json-booleans', {
  method: 'POST',
  url: 'https://api.bybit.com/v5/position/switch-isolated',
  headers: {
    'X-BAPI-API-KEY': 'key-1',
    'X-BAPI-SIGN': mac(`${MS}key-15000${bybitBody.replace('false', '"false"')}`),
    'X-BAPI-TIMESTAMP': MS,
    'X-BAPI-RECV-WINDOW': '5000',
  },
  body: bybitBody,
})
write(
  'bybit-clock',
  'bybit',
  'sieblyio/bybit-api/issues/260',
  same,
  'clock-ahead',
  {
    method: 'GET',
    url: 'https://api.bybit.com/v5/account/wallet-balance?accountType=UNIFIED',
    headers: {
      'X-BAPI-API-KEY': 'key-1',
      'X-BAPI-SIGN': mac(`${MS}key-15000accountType=UNIFIED`),
      'X-BAPI-TIMESTAMP': MS,
      'X-BAPI-RECV-WINDOW': '5000',
    },
  },
  {
    secret: SECRET,
    nowMs: Number(MS) - 1_200,
    refusal: '{"retCode":10002,"retMsg":"invalid request, please check your server timestamp or recv_window param."}',
  },
)

bybit('time-twice', 'bybit-exchange/bybit.net.api/pull/11', same, 'time-other', {
  text: `${Number(MS) - 2}key-15000${bq}`,
})
