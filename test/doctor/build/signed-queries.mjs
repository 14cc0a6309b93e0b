import { elsewhere, http, listed, mac, SECRET, same, write } from './case.mjs'
import { percent } from './oauth1.mjs'

// Signatures over the sorted parameters of a call: version 2 of AWS, the RPC style of Alibaba Cloud, version 1 of Tencent Cloud.

const NOW = { secret: SECRET, nowMs: 1_780_315_201_000 }
const STAMP = '2026-06-01T12:00:00Z'
const sorted = (pairs) => [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))
const list = (pairs, encode = percent) => pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
const plain = (text) => text
const made = (name, family, source, about, expected, request, options = NOW) =>
  write(name, family, source, about, expected, request, options)

// --- AWS
const AWS_HOST = 'ec2.eu-west-1.amazonaws.com'
const aws = [
  ['Action', 'DescribeInstances'],
  ['Version', '2016-11-15'],
  ['AWSAccessKeyId', 'AKIAIOSFODNN7EXAMPLE'],
  ['Filter.1.Name', 'tag:role name'],
  ['Filter.1.Value.1', 'web'],
  ['SignatureMethod', 'HmacSHA256'],
  ['SignatureVersion', '2'],
  ['Timestamp', STAMP],
]
const awsText = (pairs, { host = AWS_HOST, encode, method = 'GET' } = {}) =>
  [method, host, '/', list(pairs, encode)].join('\n')
const awsSent = (text, pairs = aws, encode = percent) =>
  http('GET', AWS_HOST, `/?${list(pairs, encode)}&Signature=${percent(mac(text, 'base64'))}`, [])
made('aws-v2-parameters-not-sorted', 'aws-v2', null, listed, 'parameters-order', awsSent(awsText(aws)))
made(
  'aws-v2-plus-for-a-space',
  'aws-v2',
  null,
  listed,
  'parameters-encoding',
  awsSent(awsText(sorted(aws), { encode: (text) => percent(text).replaceAll('%20', '+') })),
)
made(
  'aws-v2-text-of-post-sent-with-get',
  'aws-v2',
  null,
  listed,
  'method-other',
  awsSent(awsText(sorted(aws), { method: 'POST' })),
)
made('aws-v2-clock-behind', 'aws-v2', null, listed, 'time-expired', awsSent(awsText(sorted(aws))), {
  ...NOW,
  nowMs: 1_780_315_201_000 + 3_600_000,
})

// --- Alibaba
const acs = [
  ['Action', 'UpdateDomainRecord'],
  ['RecordId', '9999985'],
  ['RR', '*'],
  ['Type', 'A'],
  ['Value', '203.0.113.7'],
  ['Format', 'JSON'],
  ['Version', '2015-01-09'],
  ['AccessKeyId', 'LTAI5tOurs'],
  ['SignatureMethod', 'HMAC-SHA1'],
  ['SignatureVersion', '1.0'],
  ['SignatureNonce', '15215528852396'],
  ['Timestamp', STAMP],
]
const acsText = (pairs, encode = percent) => `GET&%2F&${percent(list(pairs, encode))}`
const acsSent = (text, secret = `${SECRET}&`) =>
  http('GET', 'alidns.aliyuncs.com', `/?${list(acs)}&Signature=${percent(mac(text, 'base64', 'sha1', secret))}`, [])
made('acs1-secret-without-its-ampersand', 'acs1', null, listed, 'key-parts', acsSent(acsText(sorted(acs)), SECRET))
made(
  'acs1-star-of-a-record-not-encoded',
  'acs1',
  'louislam/uptime-kuma/issues/5086',
  same,
  'encoder',
  acsSent(acsText(sorted(acs), encodeURIComponent)),
)
made('acs1-parameters-not-sorted', 'acs1', null, listed, 'parameters-order', acsSent(acsText(acs)))
made(
  'acs1-list-of-parameters-not-encoded-again',
  'acs1',
  null,
  listed,
  'text-encoding',
  acsSent(`GET&%2F&${list(sorted(acs))}`),
)

// --- Tencent
const TC_HOST = 'cvm.tencentcloudapi.com'
const tencent = [
  ['Action', 'DescribeInstances'],
  ['Version', '2017-03-12'],
  ['Region', 'ap-guangzhou'],
  ['SecretId', 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE'],
  ['Nonce', '11886'],
  ['Timestamp', '1780315200'],
  ['Filters.0.Name', 'zone name'],
]
const tencentSent = (text, hash = 'sha1', pairs = tencent) =>
  http('GET', TC_HOST, `/?${list(pairs)}&Signature=${percent(mac(text, 'base64', hash))}`, [])
const tencentText = (pairs, encode = plain) => `GET${TC_HOST}/?${list(pairs, encode)}`
made(
  'tencent-v1-values-signed-percent-encoded',
  'tencent-v1',
  null,
  listed,
  'parameters-encoding',
  tencentSent(tencentText(sorted(tencent), percent)),
)
made(
  'tencent-v1-parameters-not-sorted',
  'tencent-v1',
  null,
  listed,
  'parameters-order',
  tencentSent(tencentText(tencent)),
)
made(
  'tencent-v1-sha256-and-no-method-that-says-so',
  'tencent-v1',
  null,
  elsewhere,
  'algorithm',
  tencentSent(tencentText(sorted(tencent)), 'sha256'),
)
