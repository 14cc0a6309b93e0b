import { createHash, sign as signBytes } from 'node:crypto'
import { EC_KEY } from '../keys.mjs'
import { b64url, elsewhere, http, mac, publicOf, S, SECRET, same, write } from './case.mjs'

// Coinbase Advanced: a token of a key on P-256 names the request.

const ecdsa = (hash, dsaEncoding) => (text) => signBytes(hash, Buffer.from(text), { key: EC_KEY, dsaEncoding })
const NAME = 'organizations/o-1/apiKeys/k-1'
const coinbase = (
  name,
  source,
  about,
  expected,
  {
    claims,
    target = '/v2/accounts/a-1/transactions?starting_after=t-1',
    header = {},
    sign = ecdsa('sha256', 'ieee-p1363'),
  },
) => {
  const payload = `${b64url({ alg: 'ES256', kid: NAME, nonce: '00112233445566778899aabbccddeeff', typ: 'JWT', ...header })}.${b64url({ sub: NAME, iss: 'cdp', nbf: Number(S), exp: Number(S) + 120, ...claims })}`
  write(
    `coinbase-${name}`,
    'coinbase',
    source,
    about,
    expected,
    http('GET', 'api.coinbase.com', target, [
      ['Authorization', `Bearer ${payload}.${sign(payload).toString('base64url')}`],
    ]),
    { publicKey: publicOf(EC_KEY) },
  )
}
coinbase('uri-query', 'sieblyio/coinbase-api/issues/62', same, 'token-uri', {
  claims: { uri: 'GET api.coinbase.com/v2/accounts/a-1/transactions?starting_after=t-1' },
})
coinbase('no-uri', 'alchemy-run/distilled/pull/353', same, 'token-uri', { claims: {} })
coinbase('der', 'vapor/jwt/pull/102', elsewhere, 'ecdsa-der', {
  claims: { uri: 'GET api.coinbase.com/v2/accounts/a-1/transactions' },
  sign: ecdsa('sha256', 'der'),
})
const legacy = 'limit=100&starting_after=t-1'
write(
  'coinbase-order',
  'coinbase',
  'coinbase/coinbase-python/issues/80',
  same,
  ['query-sorted', 'query-reversed'],
  http('GET', 'api.coinbase.com', '/v2/accounts/a-1/transactions?starting_after=t-1&limit=100', [
    ['CB-ACCESS-KEY', 'key-1'],
    ['CB-ACCESS-SIGN', mac(`${S}GET/v2/accounts/a-1/transactions?${legacy}`)],
    ['CB-ACCESS-TIMESTAMP', S],
  ]),
)

// Upbit: a token holds the hash of the parameters.
const upbitQuery = 'market=KRW-BTC&start_time=2024-08-19T00%3A00%3A00%2B00%3A00'
const upbit = (name, source, about, expected, hashed, options = {}) => {
  const payload = `${b64url({ alg: 'HS512', typ: 'JWT' })}.${b64url({ access_key: 'key-1', nonce: '6f5570df-d8bc-4daf-85b4-976733feb624', query_hash: createHash('sha512').update(hashed).digest('hex'), query_hash_alg: 'SHA512' })}`
  write(
    `upbit-${name}`,
    'upbit',
    source,
    about,
    expected,
    http('GET', 'api.upbit.com', `/v1/orders/closed?${upbitQuery}`, [
      ['Authorization', `Bearer ${payload}.${mac(payload, 'base64url', 'sha512')}`],
    ]),
    { secret: SECRET, ...options },
  )
}
upbit('encoded-hash', 'ccxt/ccxt/pull/23492', same, 'query-encoded', upbitQuery)
upbit(
  'refused',
  'sharebook-kr/pyupbit/issues/85',
  'the same refusal',
  ['token-query-hash', 'refused-digest'],
  'other=1',
  {
    secret: undefined,
    refusal: '{"error":{"message":"Jwt의 query를 검증하는데 실패하였습니다.","name":"invalid_query_payload"}}',
  },
)

// Bithumb: the same, with another hash of the token and its time.
const bithumb = (name, source, expected, { query, hashed }) => {
  const payload = `${b64url({ alg: 'HS256', typ: 'JWT' })}.${b64url({ access_key: 'key-1', nonce: '6f5570df-d8bc-4daf-85b4-976733feb624', timestamp: 1700000000123, query_hash: createHash('sha512').update(hashed).digest('hex'), query_hash_alg: 'SHA512' })}`
  write(
    `bithumb-${name}`,
    'bithumb',
    source,
    same,
    expected,
    http('GET', 'api.bithumb.com', `/v1/orders?${query}`, [
      ['Authorization', `Bearer ${payload}.${mac(payload, 'base64url')}`],
    ]),
  )
}
bithumb('brackets', 'ccxt/ccxt/pull/29036', ['query-decoded', 'query-encoder'], {
  query: 'market=KRW-BTC&uuids%5B%5D=u-1&uuids%5B%5D=u-2',
  hashed: 'market=KRW-BTC&uuids[]=u-1&uuids[]=u-2',
})
bithumb('list', 'sharebook-kr/pyupbit/issues/45', 'query-lists', {
  query: 'market=KRW-BTC&uuids%5B%5D=u-1&uuids%5B%5D=u-2',
  hashed: 'market=KRW-BTC&uuids=u-1&uuids=u-2',
})
