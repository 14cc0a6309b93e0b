// A second blind measurement, behind blind-first.mjs and what it showed: other threads again, each with its cause written down before
// the doctor had seen it. `firstSight` in the corpus is what came of that.
import { createHash, createHmac, sign as signBytes } from 'node:crypto'
import { EC_KEY, RSA_KEY } from '../keys.mjs'
import { b64url, http, JSON_BODY, mac, publicOf, S, SECRET, same, write as writeCase } from './case.mjs'

const write = (name, family, source, expected, input, options = { secret: SECRET }) =>
  writeCase(name, family, source, same, expected, input, options)
const sha = (text, form = 'hex') => createHash('sha256').update(text).digest(form)
const JSON_TYPE = ['Content-Type', 'application/json']
const FORM_TYPE = ['Content-Type', 'application/x-www-form-urlencoded']
const DATE = 'Tue, 14 Nov 2023 22:13:20 GMT'

// --- BitMEX
const E = '1700000060'
const bitmex = (name, source, expected, body, text) =>
  write(
    `bitmex-${name}`,
    'bitmex',
    source,
    expected,
    http(
      'POST',
      'www.bitmex.com',
      '/api/v1/order',
      [JSON_TYPE, ['api-expires', E], ['api-key', 'key-1'], ['api-signature', mac(text)]],
      body,
    ),
  )
const order = '{"symbol":"XBTUSD","orderQty":219,"price":2600.5}'
bitmex(
  'float-expires',
  'BitMEX/api-connectors/issues/420',
  ['time-form', 'time-other', 'time-unit'],
  order,
  `POST/api/v1/order${E}.0${order}`,
)
bitmex(
  'python-numbers',
  'BitMEX/api-connectors/issues/32',
  ['body-json-numbers-spelt'],
  order,
  `POST/api/v1/order${E}${order.replace('219', '219.0')}`,
)

// --- webhooks
const hook = (name, family, source, expected, headers, body, options) =>
  write(name, family, source, expected, http('POST', 'shop.example.com', '/webhook', headers, body), options)
const es256 = (text, dsaEncoding) => signBytes('sha256', Buffer.from(text), { key: EC_KEY, dsaEncoding })
const mail = '[{"email":"a@example.com","event":"delivered"}]'
hook(
  'sendgrid-last-line',
  'sendgrid',
  'sendgrid/sendgrid-nodejs/issues/1193',
  ['body-line-break', 'body-line-endings', 'body-line-breaks'],
  [
    JSON_TYPE,
    ['X-Twilio-Email-Event-Webhook-Signature', es256(`${S}${mail}\r\n`, 'der').toString('base64')],
    ['X-Twilio-Email-Event-Webhook-Timestamp', S],
  ],
  mail,
  { publicKey: publicOf(EC_KEY) },
)
const pretty = '{\n  "id": "evt_1",\n  "object": "event"\n}'
hook(
  'stripe-line-endings',
  'stripe',
  'stripe/stripe-dotnet/issues/1506',
  ['body-line-endings', 'body-line-breaks'],
  [JSON_TYPE, ['Stripe-Signature', `t=${S},v1=${mac(`${S}.${pretty}`, 'hex', 'sha256', `whsec_${SECRET}`)}`]],
  pretty.replaceAll('\n', '\r\n'),
  { secret: `whsec_${SECRET}` },
)
const slack = (name, source, expected, signed, verified) =>
  hook(
    `slack-${name}`,
    'slack',
    source,
    expected,
    [
      FORM_TYPE,
      ['X-Slack-Request-Timestamp', S],
      ['X-Slack-Signature', `v0=${mac(Buffer.concat([Buffer.from(`v0:${S}:`), Buffer.from(signed)]))}`],
    ],
    verified,
  )
slack(
  'replaced',
  'langchain-ai/open-swe/pull/2319',
  ['body-replaced-characters'],
  Buffer.from([0x74, 0x65, 0x78, 0x74, 0x3d, 0xe9, 0x61]),
  'text=\ufffda',
)
hook(
  'github-white-space',
  'github',
  'atlassian/github-for-jira/pull/1707',
  ['body-json-spaces', 'body-json-indented'],
  [
    ['X-GitHub-Event', 'push'],
    JSON_TYPE,
    ['X-Hub-Signature-256', `sha256=${mac('{"ref": "refs/heads/main", "n": 1}')}`],
  ],
  '{"ref":"refs/heads/main","n":1}',
)

// --- PayPal
const checksum = (text) => {
  let sum = 0xffffffff
  for (const byte of Buffer.from(text)) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0)
  }
  return (sum ^ 0xffffffff) >>> 0
}
const paypal = (name, source, expected, body, text) =>
  hook(
    `paypal-${name}`,
    'paypal',
    source,
    expected,
    [
      JSON_TYPE,
      ['paypal-transmission-id', 't-1'],
      ['paypal-transmission-time', '2023-11-14T22:13:20Z'],
      [
        'paypal-transmission-sig',
        signBytes('sha256', Buffer.from(`t-1|2023-11-14T22:13:20Z|${text}`), RSA_KEY).toString('base64'),
      ],
      ['paypal-auth-algo', 'SHA256withRSA'],
      ['paypal-cert-url', 'https://api.paypal.com/v1/notifications/certs/CERT-1'],
    ],
    body,
    { passphrase: 'WH-ID-1', publicKey: publicOf(RSA_KEY) },
  )
const capture = '{"id":"WH-1","resource":{"amount":"1.00"}}'
paypal(
  'simulator',
  'paypal/PayPal-Java-SDK/issues/157',
  ['webhook-id-simulator', 'webhook-id-other', 'webhook-id-placeholder'],
  capture,
  `WEBHOOK_ID|${checksum(capture)}`,
)
paypal(
  'pretty',
  'paypal/PayPal-PHP-SDK/issues/720',
  ['body-json-compact', 'event-json-compact'],
  JSON.stringify(JSON.parse(capture), null, 4),
  `WH-ID-1|${checksum(capture)}`,
)

// --- draft-cavage
const note = '{"type":"Create","actor":"https://a.example/u/1"}'
const cavageDigest = `SHA-256=${sha(note)}`
hook(
  'cavage-digest-hex',
  'cavage',
  'mastodon/documentation/pull/1119',
  ['digest-form', 'digest-mismatch'],
  [
    ['Date', DATE],
    ['Digest', cavageDigest],
    [
      'Signature',
      `keyId="https://a.example/u/1#main-key",algorithm="hs2019",headers="(request-target) host date digest",signature="${mac(
        `(request-target): post /webhook\nhost: shop.example.com\ndate: ${DATE}\ndigest: ${cavageDigest}`,
        'base64',
      )}"`,
    ],
  ],
  note,
)

// --- SigV4
const TIME = '20231114T221320Z'
const AREA = '20231114/us-east-1/s3/aws4_request'
const scopeKey = AREA.split('/').reduce((key, part) => createHmac('sha256', key).update(part).digest(), `AWS4${SECRET}`)
const byScope = (text) => createHmac('sha256', scopeKey).update(text).digest('hex')
const sigv4 = (
  name,
  source,
  expected,
  {
    method = 'PUT',
    host = 'bucket.s3.us-east-1.amazonaws.com',
    path = '/a.png',
    headers = [],
    body = 'x',
    signed = {},
  },
) => {
  const wire = [['host', host], ['x-amz-content-sha256', sha(body)], ['x-amz-date', TIME], ...headers].sort()
  const list = wire.map(([one]) => one).join(';')
  const lines = wire.map(([one, value]) => `${one}:${signed[one] ?? value}\n`).join('')
  const canonical = [method, signed.path ?? path, '', lines, list, sha(body)].join('\n')
  const signature = byScope(['AWS4-HMAC-SHA256', TIME, AREA, sha(canonical)].join('\n'))
  write(
    `sigv4-${name}`,
    'sigv4',
    source,
    expected,
    http(
      method,
      host,
      path,
      [
        ...wire.filter(([one]) => one !== 'host'),
        [
          'Authorization',
          `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${AREA}, SignedHeaders=${list}, Signature=${signature}`,
        ],
      ],
      body,
    ),
  )
}
sigv4('proxy-prefix', 'minio/minio/issues/6546', ['path-prefix', 'path-extra-prefix', 'path-other'], {
  host: 's3.example.com',
  path: '/bucket/a.png',
  signed: { path: '/minio/bucket/a.png' },
})
sigv4('proxy-host', 'minio/minio/issues/8624', ['host-not-public', 'host-other'], {
  host: 'minio:9000',
  path: '/bucket/a.png',
  signed: { host: 'files.example.com' },
})
sigv4('two-spaces', 'fog/fog-aws/issues/160', ['x-amz-meta-json-white-space'], {
  headers: [['x-amz-meta-json', '{"a":  "b"}']],
})
sigv4('last-space', 'aws/aws-sdk-net/issues/1833', ['x-amz-meta-document-white-space'], {
  headers: [['x-amz-meta-document', 'ABC']],
  signed: { 'x-amz-meta-document': 'ABC ' },
})
sigv4(
  'type-with-line',
  'igor-alexandrov/paperclip-aws/pull/10',
  ['content-type-line-break', 'content-type-white-space'],
  {
    headers: [['content-type', 'image/png']],
    signed: { 'content-type': 'image/png\n' },
  },
)
sigv4('umlaut', 'aws/aws-sdk-js/issues/820', ['x-amz-meta-filename-charset'], {
  headers: [['x-amz-meta-filename', 'groß.jpg']],
  signed: { 'x-amz-meta-filename': 'groÃ\u009f.jpg' },
})

// --- forms of S3
const form = (name, source, expected, { text = (policy) => policy, conditions = [], fields = [] }) => {
  const policy = Buffer.from(
    JSON.stringify({
      expiration: '2023-11-14T23:13:20.000Z',
      conditions: [
        { bucket: 'bucket' },
        { key: 'a/b.png' },
        ['content-length-range', 1, 1048576],
        { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
        ...(conditions.length > 0 ? conditions : [{ 'x-amz-credential': `AKIDEXAMPLE/${AREA}` }]),
        { 'x-amz-date': TIME },
      ],
    }),
  ).toString('base64')
  const parts = [
    ['key', 'a/b.png'],
    ['x-amz-algorithm', 'AWS4-HMAC-SHA256'],
    ['x-amz-credential', `AKIDEXAMPLE/${AREA}`],
    ['x-amz-date', TIME],
    ...fields,
    ['policy', policy],
    ['x-amz-signature', byScope(text(policy))],
    ['file', 'data'],
  ]
  const body = `${parts.map(([one, value]) => `--b\r\nContent-Disposition: form-data; name="${one}"\r\n\r\n${value}\r\n`).join('')}--b--\r\n`
  write(
    `sigv4-form-${name}`,
    'post-policy',
    source,
    expected,
    http('POST', 'bucket.s3.us-east-1.amazonaws.com', '/', [['Content-Type', 'multipart/form-data; boundary=b']], body),
  )
}
form('line-breaks', 'aws/aws-sdk-ruby/pull/7', ['policy-line-breaks', 'policy-line-break', 'line-breaks'], {
  text: (policy) => `${policy.replace(/.{60}/g, '$&\n')}\n`,
})
form(
  'python-bytes',
  'minio/minio-py/pull/1272',
  ['policy-python-repr', 'policy-quoted', 'policy-quotes', 'policy-form'],
  {
    text: (policy) => `b'${policy}'`,
  },
)
form('credential-slash', 'aws/aws-sdk-net/issues/556', ['policy-condition'], {
  conditions: [{ 'x-amz-credential': `AKIDEXAMPLE/${AREA}/` }],
})
form('extra-field', 'aws/aws-sdk-php/issues/3292', ['policy-field-added', 'policy-condition'], {
  fields: [['acl', 'private']],
})

// --- Azure
const ACCOUNT = Buffer.from('canary-secret-5d41402abc4b2a76-of-an-account').toString('base64')
const byAccount = (text) => createHmac('sha256', Buffer.from(ACCOUNT, 'base64')).update(text).digest('base64')
const azure = (name, family, source, expected, { method = 'GET', host, path, headers }) =>
  write(`${family}-${name}`, family, source, expected, http(method, host, path, headers), { secret: ACCOUNT })
azure(
  'resource-lower-case',
  'azure',
  'Azure-Samples/storage-dotnet-rest-api-with-auth/pull/12',
  ['resource-lower-case', 'resource-case', 'path-lower-case', 'path-case'],
  {
    host: 'acct.blob.core.windows.net',
    path: '/Photos/A.jpg',
    headers: [
      ['x-ms-date', DATE],
      ['x-ms-version', '2021-08-06'],
      [
        'Authorization',
        `SharedKey acct:${byAccount(`GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:${DATE}\nx-ms-version:2021-08-06\n/acct/photos/a.jpg`)}`,
      ],
    ],
  },
)
const sas = (name, source, expected, query, text) =>
  azure(name, 'azure-sas', source, expected, {
    host: 'acct.blob.core.windows.net',
    path: `/photos/a.jpg?${query}&sig=${encodeURIComponent(byAccount(text))}`,
    headers: [],
  })
const [FROM, TO] = ['2023-11-14T22:00:00Z', '2023-11-15T06:00:00Z']
sas(
  'encryption-scope',
  'Azure/AzureStor/pull/134',
  ['sas-version', 'sas-line'],
  `sv=2021-06-08&sr=b&sp=r&st=${FROM}&se=${TO}`,
  ['r', FROM, TO, '/blob/acct/photos/a.jpg', '', '', '', '2021-06-08', 'b', '', '', '', '', '', ''].join('\n'),
)
sas(
  'account-scope',
  'hashicorp/terraform-provider-azurerm/issues/17558',
  ['sas-version', 'sas-line'],
  `sv=2021-06-08&ss=bqtf&srt=sco&sp=rwdlacupt&st=${FROM}&se=${TO}&spr=https`,
  ['acct', 'rwdlacupt', 'bqtf', 'sco', FROM, TO, '', 'https', '2021-06-08', ''].join('\n'),
)
sas(
  'minutes',
  'Azure/Azurite/issues/386',
  ['se-form', 'time-form', 'expiry-form', 'se-other', 'se-spelt', 'sas-time', 'expiry-other'],
  'sv=2022-11-02&ss=b&srt=sco&sp=rwdlc&se=2025-06-10T01:21Z',
  ['acct', 'rwdlc', 'b', 'sco', '', '2025-06-10T01:21:00Z', '', '', '2022-11-02', '', ''].join('\n'),
)
sas(
  'older-text',
  'Azure/azure-storage-blob-go/issues/327',
  ['sas-version', 'sas-line'],
  `sv=2021-06-08&sr=c&sp=rcwl&st=${FROM}&se=${TO}&spr=https`,
  ['rcwl', FROM, TO, '/blob/acct/photos', '', '', 'https', '2021-06-08', 'c', '', '', '', '', '', ''].join('\n'),
)
const cosmos = (name, source, expected, { method = 'GET', path, text }) =>
  azure(name, 'azure-cosmos', source, expected, {
    method,
    host: 'acct.documents.azure.com',
    path,
    headers: [
      ['x-ms-date', DATE],
      ['x-ms-version', '2018-12-31'],
      ['Authorization', encodeURIComponent(`type=master&ver=1.0&sig=${byAccount(text)}`)],
    ],
  })
cosmos(
  'lower-case',
  'jupitern/cosmosdb/issues/36',
  ['link-lower-case', 'resource-lower-case', 'path-lower-case', 'text-case', 'id-lower-case', 'link-case'],
  { path: '/dbs/MyDb/colls/MyItems', text: `get\ncolls\ndbs/mydb/colls/myitems\n${DATE.toLowerCase()}\n\n` },
)
cosmos('method-case', 'Azure/azure-cosmosdb-node/issues/5', ['method-case', 'method-upper-case', 'method-lower-case'], {
  path: '/dbs/a/colls/b',
  text: `GET\ncolls\ndbs/a/colls/b\n${DATE.toLowerCase()}\n\n`,
})
cosmos(
  'list-link',
  'BlackbirdWorks/gopherstack/pull/2450',
  [
    'link-other',
    'resource-other',
    'link-whole',
    'resource-whole',
    'link-of-list',
    'link-path',
    'link-parent',
    'resource-link',
  ],
  { path: '/dbs/mydb/colls', text: `get\ncolls\ndbs/mydb/colls\n${DATE.toLowerCase()}\n\n` },
)
cosmos(
  'offer',
  'Azure/azure-cosmos-js/issues/151',
  ['link-case', 'link-lower-case', 'resource-case', 'offer-case', 'id-case', 'link-upper-case'],
  { path: '/offers/aBcD', text: `get\noffers\naBcD\n${DATE.toLowerCase()}\n\n` },
)

// --- OAuth 1.0a
const TOKEN = 'canary-passphrase-77'
const OWN = [
  'oauth_consumer_key=app-1',
  'oauth_nonce=n0nce',
  'oauth_signature_method=HMAC-SHA1',
  `oauth_timestamp=${S}`,
  'oauth_token=user-1',
  'oauth_version=1.0',
]
const ORDERS = [
  'parameters-order',
  'parameters-unsorted',
  'parameters-sorted',
  'text-parameters-order',
  'parameters-as-sent',
]
const oauth1 = (name, source, expected, { path, url = 'https://api.example.com/1/items', parameters }) => {
  const text = `GET&${encodeURIComponent(url)}&${encodeURIComponent(parameters.join('&'))}`
  const signature = createHmac('sha1', `${SECRET}&${TOKEN}`).update(text).digest('base64')
  const list = [...OWN, `oauth_signature=${encodeURIComponent(signature)}`]
  const field = list.map((one) => one.replace(/=(.*)/, '="$1"')).join(', ')
  write(
    `oauth1-${name}`,
    'oauth1',
    source,
    expected,
    http('GET', 'api.example.com', path, [['Authorization', `OAuth ${field}`]]),
    { secret: SECRET, passphrase: TOKEN },
  )
}
oauth1('sorted-without-case', 'AFNetworking/AFOAuth1Client/issues/36', ORDERS, {
  path: '/1/items?B=1&a=2',
  parameters: ['a=2', 'B=1', ...OWN],
})
oauth1('url-lower-case', 'RestKit/RestKit/issues/533', ['path-lower-case', 'url-lower-case', 'path-case', 'url-case'], {
  path: '/1/Items',
  url: 'https://api.example.com/1/items',
  parameters: OWN,
})
oauth1('unsorted', 'Mastercard/oauth1-signer-nodejs/issues/3', ORDERS, {
  path: '/1/items?offset=0&limit=5',
  parameters: ['offset=0', 'limit=5', ...OWN],
})
oauth1('pairs-sorted', 'eclipse-ee4j/jersey/issues/1105', ORDERS, {
  path: '/1/items?a=y&a1=x',
  parameters: ['a1=x', 'a=y', ...OWN],
})
oauth1('natural-order', 'OpenMage/magento-lts/pull/721', ORDERS, {
  path: '/1/items?f10=x&f2=y',
  parameters: ['f2=y', 'f10=x', ...OWN],
})

// --- DPoP
const point = Buffer.from(publicOf(EC_KEY).replace(/-----[^-]+-----|\s/g, ''), 'base64').subarray(-64)
const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: point.subarray(0, 32).toString('base64url'),
  y: point.subarray(32).toString('base64url'),
}
const dpop = (name, source, expected, host, path, htu) => {
  const claims = { jti: 'j-1', htm: 'POST', htu, iat: Number(S) }
  const text = `${b64url({ typ: 'dpop+jwt', alg: 'ES256', jwk })}.${b64url(claims)}`
  const proof = `${text}.${es256(text, 'ieee-p1363').toString('base64url')}`
  write(`dpop-${name}`, 'dpop', source, expected, http('POST', host, path, [JSON_TYPE, ['DPoP', proof]], JSON_BODY), {})
}
dpop(
  'slash',
  'inrupt/solid-client-authn-js/pull/81',
  ['proof-url', 'proof-url-path', 'proof-url-slash'],
  'auth.example.com',
  '/token',
  'https://auth.example.com/token/',
)
dpop(
  'public-url',
  'better-auth/better-auth/pull/10799',
  ['proof-url-host', 'proof-url', 'host-not-public'],
  '127.0.0.1:3000',
  '/oauth2/token',
  'https://auth.example.com/oauth2/token',
)

// One more was frozen, an order of Polymarket for a market of negative risk (Polymarket/py-clob-client/issues/79), and missed: its
// signature fits another contract, and nothing in the request says which one the market has.
