import { createHash, createHmac } from 'node:crypto'
import { http, S, SECRET, same, write } from './case.mjs'

// SigV4 and Azure: each request is signed by the lines here, with what its thread has done wrong.

const sha = (text) => createHash('sha256').update(text).digest('hex')
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const EMPTY = sha('')
const TIME = '20231114T221320Z'

/** Signs the canonical request that is given, and puts the signature into Authorization or the query. */
const sigv4 = (
  name,
  source,
  expected,
  {
    method = 'GET',
    host = 'bucket.s3.us-east-1.amazonaws.com',
    service = 's3',
    region = 'us-east-1',
    path = '/',
    query = '',
    headers = [],
    body = '',
    signed,
    inUrl = false,
    options = {},
  },
) => {
  const area = `20231114/${region}/${service}/aws4_request`
  const own =
    service === 's3' && !inUrl
      ? [
          ['x-amz-content-sha256', sha(body)],
          ['x-amz-date', TIME],
        ]
      : inUrl
        ? []
        : [['x-amz-date', TIME]]
  const wire = [['host', host], ...own, ...headers]
  const {
    path: signedPath = path,
    method: signedMethod = method,
    values = {},
    payload = inUrl ? 'UNSIGNED-PAYLOAD' : sha(body),
    query: signedQuery,
  } = signed
  const names = [...new Set([...wire.map(([one]) => one), ...Object.keys(values)])].sort()
  const list = names.join(';')
  const credential = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `AKIDEXAMPLE/${area}`],
    ['X-Amz-Date', TIME],
    ['X-Amz-Expires', '3600'],
    ['X-Amz-SignedHeaders', list],
  ]
    .map(([one, value]) => `${one}=${encodeURIComponent(value)}`)
    .join('&')
  const canonicalQuery = signedQuery ?? (inUrl ? credential : query)
  const lines = names.map((one) => `${one}:${values[one] ?? wire.find(([known]) => known === one)[1]}\n`).join('')
  const canonical = [signedMethod, signedPath, canonicalQuery, lines, list, payload].join('\n')
  const text = ['AWS4-HMAC-SHA256', TIME, area, sha(canonical)].join('\n')
  const key = area.split('/').reduce((from, part) => hmac(from, part), `AWS4${SECRET}`)
  const signature = createHmac('sha256', key).update(text).digest('hex')
  const target = inUrl ? `${path}?${credential}&X-Amz-Signature=${signature}` : path + (query && `?${query}`)
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${area}, SignedHeaders=${list}, Signature=${signature}`
  write(
    `sigv4-${name}`,
    'sigv4',
    source,
    same,
    expected,
    http(method, host, target, [...own, ...headers, ...(inUrl ? [] : [['Authorization', authorization]])], body),
    { secret: SECRET, ...options },
  )
}

sigv4('space', 'kaliber-scala/play-s3/issues/19', 'path-encoding', {
  path: '/sample/test%20file.txt',
  signed: { path: '/sample/test file.txt' },
})
sigv4('plus-as-space', 'anomalizer/ngx_aws_auth/issues/87', 'path-plus', {
  path: '/libstdc++-docs.x86_64.rpm',
  signed: { path: '/libstdc%20%20-docs.x86_64.rpm' },
})
sigv4('at', 'soto-project/soto/issues/601', ['path-characters', 'path-encoding'], {
  path: '/a/b/ab@cd',
  signed: { path: '/a/b/ab@cd' },
})
sigv4('equals', 'grafana/k6-jslib-aws/issues/78', ['path-characters', 'path-encoding'], {
  path: '/state=fl/city=orlando/data.json',
  signed: { path: '/state=fl/city=orlando/data.json' },
})
sigv4('encoded-twice', 'aws/aws-sdk-js-v3/issues/283', 'path-encoding', {
  path: '/key%3F%3Acolon',
  signed: { path: '/key%253F%253Acolon' },
})
sigv4('plus', 'akka/alpakka/issues/838', ['path-plus', 'path-characters', 'path-encoding'], {
  path: '/Special+Character.txt',
  signed: { path: '/Special+Character.txt' },
})
const api = { host: 'abcdef.execute-api.us-east-1.amazonaws.com', service: 'execute-api', path: '/prod/orders' }
sigv4('body-left-out', 'hoppscotch/hoppscotch/issues/5064', 'payload-kind', {
  ...api,
  method: 'POST',
  body: '{"n":1}',
  signed: { payload: EMPTY },
})
sigv4('accept-encoding', 'aws/mcp-proxy-for-aws/issues/313', ['accept-encoding-other', 'accept-encoding-value'], {
  ...api,
  headers: [['accept-encoding', 'gzip']],
  signed: { values: { 'accept-encoding': 'gzip, deflate' } },
})
sigv4('through-proxy', 'aws/aws-sdk-js-v3/issues/6618', ['host-other', 'host-port'], {
  host: 's3-test.devcluster.example.com',
  signed: { values: { host: 'localhost:9000' } },
})
sigv4('tunnel', 'badslug/Paw-AWSSignature4DynamicValue/issues/31', ['host-other', 'host-port', 'host-tunnel'], {
  host: 'vpc-search-1.eu-central-1.es.amazonaws.com',
  service: 'es',
  region: 'eu-central-1',
  path: '/_search',
  signed: { values: { host: 'localhost:1443' } },
})
sigv4('presigned-type', 'aws/aws-sdk-js-v3/issues/5268', ['content-type-other', 'content-type-of-file'], {
  method: 'PUT',
  path: '/photo.png',
  inUrl: true,
  headers: [['content-type', 'application/x-www-form-urlencoded']],
  body: 'x',
  signed: { values: { 'content-type': 'image/png' } },
})
sigv4('presigned-method', 'aws/aws-sdk-js/issues/457', 'method-other', {
  method: 'PUT',
  path: '/abcde',
  inUrl: true,
  body: 'testdata',
  signed: { method: 'GET' },
})
sigv4('reused', 'mhart/aws4/issues/24', 'time-expired', {
  ...api,
  signed: {},
  options: { nowMs: (Number(S) + 3_600) * 1000 },
})

const KEY = Buffer.from(`${SECRET}-of-an-account`).toString('base64')
const azure = (
  name,
  source,
  expected,
  {
    method = 'GET',
    host = 'acct.blob.core.windows.net',
    account = 'acct',
    target = '/box',
    headers = [],
    body = '',
    text,
    label = 'SharedKey',
  },
) =>
  write(
    `azure-${name}`,
    'azure',
    source,
    same,
    expected,
    http(
      method,
      host,
      target,
      [
        ['x-ms-date', 'Tue, 14 Nov 2023 22:13:20 GMT'],
        ['x-ms-version', '2021-08-06'],
        ...headers,
        [
          'Authorization',
          `${label} ${account}:${createHmac('sha256', Buffer.from(KEY, 'base64')).update(text).digest('base64')}`,
        ],
      ],
      body,
    ),
    { secret: KEY },
  )
const stored = ({ method = 'GET', length = '', type = '', own = [], resource }) =>
  `${[method, '', '', length, '', type, '', '', '', '', '', ''].join('\n')}\n${[
    ...own,
    'x-ms-date:Tue, 14 Nov 2023 22:13:20 GMT',
    'x-ms-version:2021-08-06',
  ].join('\n')}\n${resource}`
azure('account', 'microsoft/AzureStorageExplorer/issues/3610', ['account-other', 'resource-account'], {
  account: 'systems',
  text: stored({ resource: '/systems/box\ncomp:list' }),
  target: '/box?comp=list',
})
azure('version', 'Azure/azure-sdk-for-java/issues/15008', ['x-ms-version-other', 'x-ms-version-value'], {
  text: stored({ resource: '/acct/box' }).replace('2021-08-06', '2020-02-10'),
})
azure('length-zero', 'itpropro/azurefetch/issues/12', 'content-length-form', {
  method: 'PUT',
  target: '/box?restype=container',
  text: stored({ method: 'PUT', length: '0', resource: '/acct/box\nrestype:container' }),
})
azure('untrimmed', 'Azure/azure-sdk-for-net/issues/28485', 'x-ms-meta-sender-spaces', {
  method: 'PUT',
  target: '/box/a.pdf',
  headers: [['x-ms-meta-sender', 'abc@mydomain.example']],
  body: 'x',
  text: stored({
    method: 'PUT',
    length: '1',
    own: ['x-ms-meta-sender:abc@mydomain.example '],
    resource: '/acct/box/a.pdf',
  }).replace(/(x-ms-meta-sender:[^\n]*)\n(x-ms-date:[^\n]*)/, '$2\n$1'),
})
azure('type-added', 'Azure/azure-storage-python/issues/254', ['content-type-left-empty', 'content-type-other'], {
  method: 'PUT',
  target: '/box/a.bin',
  headers: [
    ['x-ms-blob-type', 'BlockBlob'],
    ['Content-Type', 'application/x-www-form-urlencoded'],
  ],
  body: 'data',
  text: stored({ method: 'PUT', length: '4', own: ['x-ms-blob-type:BlockBlob'], resource: '/acct/box/a.bin' }),
})
azure('query', 'Azure/azure-sdk-for-node/issues/26', ['query-form', 'query-parameter-added'], {
  target: '/box?restype=container&comp=list',
  text: stored({ resource: '/acct/box\nrestype:container' }),
})

// Of the third batch.
sigv4('slash', 'bryanjos/aws_auth/issues/36', 'path-trailing-slash', {
  ...api,
  path: '/prod/orders/',
  signed: { path: '/prod/orders' },
})
sigv4('dev-server', 'minio/minio/issues/19633', ['host-other', 'host-port'], {
  host: 'localhost:3000',
  path: '/box/a.txt',
  inUrl: true,
  signed: { values: { host: 'localhost:9000' } },
})
