import { createHmac } from 'node:crypto'
import { answered, DATE, elsewhere, hook, http, MS, mac, PASS, S, SECRET, same, sha, write } from './case.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'
import { sigv4 } from './sigv4.mjs'

// Threads of Azure, OAuth 1.0a, Lambda behind CloudFront, and what was left of exchanges and webhooks.

// --- Azure
const KEY = Buffer.from(`${SECRET}-of-an-account`).toString('base64')
const keyed = (text) => createHmac('sha256', Buffer.from(KEY, 'base64')).update(text).digest('base64')
const cosmos = (name, source, expected, { method = 'POST', path, text, shown, options = { secret: KEY } }) => {
  const request = http(
    method,
    'acct.documents.azure.com',
    path,
    [
      ['x-ms-date', DATE],
      ['x-ms-version', '2018-12-31'],
      ['Authorization', encodeURIComponent(`type=master&ver=1.0&sig=${keyed(text)}`)],
    ],
    method === 'POST' ? '{"id":"a"}' : '',
  )
  write(
    `azure-cosmos-${name}`,
    'azure',
    source,
    same,
    expected,
    shown === undefined
      ? request
      : answered(
          request,
          '401 Unauthorized',
          JSON.stringify({
            code: 'Unauthorized',
            message: `The input authorization token can't serve the request. The wrong key is being used or the expected payload is not built as per the protocol. Server used the following payload to sign: '${shown}'\r\nActivityId: 746a4599`,
          }),
        ),
    options,
  )
}
const lower = DATE.toLowerCase()
cosmos(
  'docs-in-link',
  'Azure/azure-cosmosdb-node/issues/82',
  ['resource-link-other', 'resource-other', 'resource-link', 'link-other', 'resource-too-low'],
  { path: '/dbs/d/colls/c/docs', text: `post\ndocs\ndbs/d/colls/c/docs\n${lower}\n\n` },
)
cosmos(
  'slash-in-id',
  'Azure/azure-documentdb-datamigrationtool/issues/194',
  [
    'resource-link-other',
    'resource-link-encoded',
    'resource-encoded',
    'link-encoded',
    'resource-encoding',
    'resource-link-encoding',
    'resource-case',
    'resource-other',
  ],
  { method: 'GET', path: '/dbs/d/colls/c/docs/a%2Fb', text: `get\ndocs\ndbs/d/colls/c/docs/a/b\n${lower}\n\n` },
)
cosmos(
  'wrong-key',
  'Azure/azure-sdk-for-js/issues/25826',
  ['text-same', 'refused-signature', 'refused-key-or-signature'],
  {
    path: '/dbs/TestDatabase/colls/TestContainer/docs',
    text: 'x',
    shown: `post\ndocs\ndbs/TestDatabase/colls/TestContainer\n${lower}\n\n`,
    options: {},
  },
)
const sas = (name, source, expected, { query, text, path = '/box/a.txt', shown, options = { secret: KEY } }) => {
  const request = http(
    'GET',
    'acct.blob.core.windows.net',
    `${path}?${query}&sig=${encodeURIComponent(keyed(text))}`,
    [],
  )
  write(
    `azure-sas-${name}`,
    'azure',
    source,
    same,
    expected,
    shown === undefined
      ? request
      : answered(
          request,
          '403 Forbidden',
          `<Error><Code>AuthenticationFailed</Code><AuthenticationErrorDetail>${shown}</AuthenticationErrorDetail></Error>`,
        ),
    options,
  )
}
const service = ({
  permissions = 'r',
  start = '',
  end,
  resource = '/blob/acct/box',
  version = '2021-06-08',
  kind = 'c',
}) => [permissions, start, end, resource, '', '', '', version, kind, '', '', '', '', '', '', ''].join('\n')
sas(
  'expiry-normalised',
  'Azure/azure-sdk-for-java/issues/22042',
  ['end-other', 'time-form', 'expiry-form', 'time-other', 'se-form', 'time-minutes', 'end-form'],
  { query: 'sp=r&se=2023-11-20T13%3A21%3A00Z&sv=2021-06-08&sr=c', text: service({ end: '2023-11-20T13:21Z' }) },
)
sas('name-with-scheme', 'Azure/azure-sdk-for-python/issues/19890', ['account-other', 'resource-account', 'account'], {
  path: '/box/a.txt',
  query: 'sv=2021-06-08&ss=b&srt=s&sp=rwdac&se=2023-11-20T15%3A41%3A20Z',
  text: [
    'https://acct.blob.core.windows.net',
    'rwdac',
    'b',
    's',
    '',
    '2023-11-20T15:41:20Z',
    '',
    '',
    '2021-06-08',
    '',
    '',
  ].join('\n'),
})
sas(
  'expired',
  'microsoft/AzureStorageExplorer/issues/3219',
  ['refused-time', 'refused-expired', 'time-expired', 'expired'],
  {
    query: 'sp=r&st=2023-11-09T10%3A11%3A03Z&se=2023-11-09T18%3A11%3A03Z&sv=2021-06-08&sr=c',
    text: 'x',
    shown:
      'Signature not valid in the specified time frame: Start [Thu, 09 Nov 2023 10:11:03 GMT] - Expiry [Thu, 09 Nov 2023 18:11:03 GMT] - Current [Fri, 10 Nov 2023 10:16:22 GMT]',
    options: {},
  },
)

// --- exchanges
const bitmexSorted = 'count=2&reverse=true&symbol=XBTUSD'
write(
  'bitmex-sorted-vnpy',
  'bitmex',
  'vnpy/vnpy/issues/1151',
  same,
  ['query-sorted', 'query-reversed'],
  {
    method: 'GET',
    url: 'https://www.bitmex.com/api/v1/execution?symbol=XBTUSD&count=2&reverse=true',
    headers: { 'api-key': 'key-1', 'api-expires': S, 'api-signature': mac(`GET/api/v1/execution?${bitmexSorted}${S}`) },
  },
  { secret: SECRET },
)
write(
  'crypto-com-unsorted-pro',
  'crypto-com',
  'bithumb-pro/bithumb.pro-official-api-docs/issues/104',
  elsewhere,
  ['parameters-not-sorted', 'members-joined', 'text-order'],
  http(
    'POST',
    'api.crypto.com',
    '/exchange/v1/private/get-order-history',
    [['Content-Type', 'application/json']],
    JSON.stringify({
      id: 9,
      method: 'private/get-order-history',
      api_key: 'key-1',
      params: { start: '1', instrument_name: 'BTC_USDT', page: '2' },
      nonce: Number(MS),
      sig: mac(`private/get-order-history9key-1start1instrument_nameBTC_USDTpage2${MS}`),
    }),
  ),
)
write(
  'bingx-added-unsorted',
  'bingx',
  'bithumb-pro/bithumb.pro-official-api-docs/issues/13',
  elsewhere,
  ['members-joined', 'text-parameters-order', 'text-order', 'body-json-sorted'],
  http(
    'POST',
    'open-api.bingx.com',
    '/openApi/spot/v1/trade/batchOrders',
    [
      ['X-BX-APIKEY', 'key-1'],
      ['Content-Type', 'application/json'],
    ],
    JSON.stringify({
      symbol: 'A-USDT',
      timestamp: Number(MS),
      assetType: 'spot',
      signature: mac(`symbol=A-USDT&timestamp=${MS}&assetType=spot`),
    }),
  ),
)
write(
  'independent-reserve-lower-case',
  'independent-reserve',
  'bithumb-pro/bithumb.pro-official-api-docs/issues/39',
  elsewhere,
  ['members-joined', 'signed-before-added', 'body-json-parameter-added', 'text-part-left-out'],
  http(
    'POST',
    'api.independentreserve.com',
    '/Private/GetAccounts',
    [['Content-Type', 'application/json']],
    JSON.stringify({
      apiKey: 'key-1',
      nonce: MS,
      primary: 'Xbt',
      signature: mac(`https://api.independentreserve.com/Private/GetAccounts,nonce=${MS},primary=Xbt`).toUpperCase(),
    }),
  ),
)
write(
  'poloniex-url-sorted',
  'poloniex',
  'peshay/btcde/issues/44',
  elsewhere,
  ['text-parameters-order', 'query-sorted', 'query-reversed'],
  {
    method: 'GET',
    url: 'https://api.poloniex.com/orders?symbol=A&side=BUY&limit=5',
    headers: {
      key: 'key-1',
      signTimestamp: MS,
      signature: mac(`GET\n/orders\nsymbol=A&side=BUY&limit=5&signTimestamp=${MS}`, 'base64'),
    },
  },
  { secret: SECRET },
)

// --- SigV4
const lambda = { service: 'lambda', host: 'u1.lambda-url.us-east-1.on.aws', method: 'POST', body: '{"a":1}' }
sigv4('body-unknown-at-edge', 'cdklabs/cdk-nextjs/issues/87', ['payload-kind', 'digest-mismatch'], {
  ...lambda,
  payload: 'UNSIGNED-PAYLOAD',
})
sigv4(
  'via-changed',
  'jetbridge/cdk-nextjs/issues/265',
  ['via-other', 'via-left-out', 'via-left-empty', 'text-differs', 'via-spaces'],
  {
    ...lambda,
    headers: [['via', '2.0 a1.cloudfront.net (CloudFront)']],
    server: { headers: [['via', '2.0 a1.cloudfront.net (CloudFront), 1.1 b2.cloudfront.net (CloudFront)']] },
    options: {},
  },
)
sigv4('body-not-given', 'mhart/aws4/issues/83', ['payload-kind'], {
  method: 'POST',
  path: '/dev/api/GetDetails',
  headers: [['content-type', 'application/json']],
  body: '{"id":1}',
  payload: sha(''),
})
sigv4('umlaut-twice', 'furaiev/amazon-cognito-identity-dart-2/issues/57', ['path-encoding', 'path-characters'], {
  path: '/path/%C3%A4',
  wirePath: '/path/%C3%A4',
  server: { path: '/path/%25C3%25A4' },
})
sigv4(
  'star-in-query',
  'kndt84/aws-api-gateway-client/pull/129',
  ['query-encoder', 'query-characters', 'query-encoding'],
  { path: '/items', query: 'q=a*', wireQuery: 'q=a*' },
)

// --- OAuth 1.0a
const oauth = (
  name,
  source,
  expected,
  {
    method = 'POST',
    path = '/1/items',
    url = 'https://api.example.com/1/items',
    parameters,
    type,
    body = '',
    about = same,
  },
) => {
  const signature = createHmac('sha1', `${percent(SECRET)}&${percent(PASS)}`)
    .update(`${method}&${percent(url)}&${percent(parameters)}`)
    .digest('base64')
  hook(
    `oauth1-${name}`,
    source,
    expected,
    [
      ...(type ? [['Content-Type', type]] : []),
      [
        'Authorization',
        `OAuth ${[...OWN, ['oauth_signature', signature]].map(([one, value]) => `${one}="${percent(value)}"`).join(', ')}`,
      ],
    ],
    body,
    { secret: SECRET, passphrase: PASS },
    { method, path, host: 'api.example.com' },
    about,
  )
}
const multipart = '--b\r\nContent-Disposition: form-data; name="status"\r\n\r\nhello\r\n--b--\r\n'
oauth(
  'multipart',
  'sferik/twitter-ruby/pull/412',
  ['parameters-multipart', 'parameters-left-out', 'parameters-form-left-out', 'parameters-added', 'parameters-body'],
  { type: 'multipart/form-data; boundary=b', body: multipart, parameters: pairs([...OWN, ['status', 'hello']]) },
)
oauth(
  'json-as-parameters',
  'sreejithbnaick/Twitter-OAuth-1.1-Signature-Generator-js/issues/5',
  ['parameters-body', 'parameters-added', 'parameters-left-out', 'parameters-form-left-out', 'parameters-json'],
  {
    type: 'application/json',
    body: '{"media_data":"R0lGOD"}',
    parameters: pairs([...OWN, ['media_data', 'R0lGOD']]),
    about: elsewhere,
  },
)
oauth('charset', 'rdio/api/issues/11', ['parameters-form-left-out'], {
  type: 'application/x-www-form-urlencoded;charset=UTF-8',
  body: 'method=get&keys=a1',
  parameters: pairs(OWN),
})
oauth(
  'url-in-query',
  'scribejava/scribejava/issues/28',
  ['parameters-encoded', 'parameters-left-out', 'parameters-query-left-out', 'path-with-query'],
  {
    method: 'GET',
    path: '/1/items?url=http%3A%2F%2Fyahoo.com%2F',
    url: 'https://api.example.com/1/items',
    parameters: pairs([...OWN, ['url', 'http%3A%2F%2Fyahoo.com%2F']]),
  },
)
oauth('umlaut-path', 'bettiolo/oauth-signature-js/issues/32', ['path-decoded', 'path-encoded', 'path-encoding'], {
  method: 'GET',
  path: '/1/caf%C3%A9',
  url: 'https://api.example.com/1/café',
  parameters: pairs(OWN),
})

// --- webhooks
hook(
  'meta-accents',
  'Secreto31126/whatsapp-api-js/issues/290',
  ['body-json-escapes'],
  [
    ['Content-Type', 'application/json'],
    ['X-Hub-Signature-256', `sha256=${mac('{"text":"J\'ai mang\\u00e9 des p\\u00e2tes"}')}`],
  ],
  '{"text":"J\'ai mangé des pâtes"}',
)
hook(
  'github-flask-empty',
  'bloomberg/python-github-webhook/pull/23',
  ['body-missing', 'body-empty'],
  [
    ['X-GitHub-Event', 'push'],
    ['X-GitHub-Delivery', 'd-3'],
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-Hub-Signature-256', `sha256=${mac('payload=%7B%22ref%22%3A%22a%22%7D')}`],
  ],
  '',
)
