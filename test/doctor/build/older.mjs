import { createHash, createHmac, createPrivateKey, sign as signBytes } from 'node:crypto'
import { EC_KEY } from '../keys.mjs'
import { b64url, DATE, elsewhere, http, mac, S, SECRET, same, write } from './case.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'

// Schemes from before RFC 9421, and tokens made for one request.

const digest = (body) => `SHA-256=${createHash('sha256').update(body).digest('base64')}`
const note = '{"type":"Create","actor":"https://a.example/u/1"}'

const cavage = (
  name,
  source,
  expected,
  { method = 'POST', target = '/inbox', names, lines, headers = [], body = '', about = same },
) =>
  write(
    `cavage-${name}`,
    'cavage',
    source,
    about,
    expected,
    http(
      method,
      'social.example.com',
      target,
      [
        ['Date', DATE],
        ...headers,
        [
          'Signature',
          `keyId="https://a.example/u/1#main-key",algorithm="hs2019",headers="${names}",signature="${mac(lines.join('\n'), 'base64')}"`,
        ],
      ],
      body,
    ),
    { secret: SECRET },
  )
const target = (text) => `(request-target): ${text}`
const host = 'host: social.example.com'
cavage('no-digest', 'evanp/onepage.pub/issues/141', 'digest-missing', {
  names: '(request-target) host date',
  lines: [target('post /inbox'), host, `date: ${DATE}`],
  body: note,
})
cavage('digest-unsigned', 'immers-space/guppe/issues/28', 'digest-not-signed', {
  names: '(request-target) host date',
  lines: [target('post /inbox'), host, `date: ${DATE}`],
  headers: [['Digest', digest(note)]],
  body: note,
})
cavage('query', 'mastodon/mastodon/pull/18474', '(request-target)-query', {
  method: 'GET',
  target: '/replies?page=true',
  names: '(request-target) host date',
  lines: [target('get /replies'), host, `date: ${DATE}`],
})

const CONSUMER = SECRET
const TOKEN = 'canary-passphrase-77'
const oauth = (
  name,
  source,
  expected,
  { method = 'GET', path = '/1/items', headers = [], body = '', url = 'https://api.example.com/1/items', parameters },
) => {
  const base = `${method}&${percent(url)}&${percent(parameters)}`
  const signature = createHmac('sha1', `${percent(CONSUMER)}&${percent(TOKEN)}`)
    .update(base)
    .digest('base64')
  const field = [...OWN, ['oauth_signature', signature]].map(([one, value]) => `${one}="${percent(value)}"`).join(', ')
  write(
    `oauth1-${name}`,
    'oauth1',
    source,
    same,
    expected,
    http(method, 'api.example.com', path, [...headers, ['Authorization', `OAuth ${field}`]], body),
    { secret: CONSUMER, passphrase: TOKEN },
  )
}
const FORM = [['Content-Type', 'application/x-www-form-urlencoded']]
oauth('query-in-url', 'heremaps/here-aaa-java-sdk/issues/87', ['path-with-query', 'parameters-query-left-out'], {
  path: '/1/items?key1=value1',
  url: 'https://api.example.com/1/items?key1=value1',
  parameters: pairs(OWN),
})
oauth('url-with-params', 'Kong/insomnia/issues/4238', 'path-with-query', {
  path: '/1/items?term=73318',
  url: 'https://api.example.com/1/items?term=73318',
  parameters: pairs([...OWN, ['term', '73318']]),
})
oauth('encoded-twice', 'bytespider/jsOAuth/issues/35', 'parameters-encoded', {
  path: '/1/items?q=a%20b%2Fc',
  parameters: pairs([...OWN, ['q', percent('a b/c')]]),
})
oauth('form', 'Kong/insomnia/issues/1854', 'parameters-form-left-out', {
  method: 'POST',
  headers: FORM,
  body: 'status=hello%20world',
  parameters: pairs(OWN),
})
oauth('repeated', 'postmanlabs/postman-app-support/issues/404', ['parameters-order', 'parameters-left-out'], {
  method: 'POST',
  headers: FORM,
  body: 'a=12&a=123',
  parameters: pairs([...OWN, ['a', '123']]),
})

const hawk = (
  name,
  source,
  expected,
  { url = 'https://api.example.com/v1/items', port = '443', method = 'GET', type, body = '', hash = '' },
) => {
  const text = `hawk.1.header\n${S}\nn0nce\n${method}\n/v1/items\napi.example.com\n${port}\n${hash}\n\n`
  write(`hawk-${name}`, 'hawk', source, same, expected, {
    method,
    url,
    headers: {
      ...(type && { 'Content-Type': type }),
      Authorization: `Hawk id="k1", ts="${S}", nonce="n0nce"${hash && `, hash="${hash}"`}, mac="${mac(text, 'base64')}"`,
    },
    ...(body && { body }),
  })
}
hawk('tls-ends', 'kumar303/mohawk/issues/48', 'port-other', { url: 'http://api.example.com/v1/items' })
hawk('payload', 'postmanlabs/postman-app-support/issues/6550', 'digest-mismatch', {
  method: 'POST',
  type: 'application/json',
  body: '{"n":1}',
  hash: createHash('sha256').update('hawk.1.payload\n\n{"n":1}\n').digest('base64'),
})

const EC = createPrivateKey(EC_KEY)
const { d: _, ...JWK } = EC.export({ format: 'jwk' })
const dpop = (name, source, expected, url, claims, about = same) => {
  const input = `${b64url({ typ: 'dpop+jwt', alg: 'ES256', jwk: JWK })}.${b64url({ jti: 'j1', htm: 'POST', htu: 'https://auth.example.com/oauth/token', iat: Number(S), ...claims })}`
  const signature = signBytes('sha256', Buffer.from(input), { key: EC, dsaEncoding: 'ieee-p1363' }).toString(
    'base64url',
  )
  write(
    `dpop-${name}`,
    'dpop',
    source,
    about,
    expected,
    {
      method: 'POST',
      url,
      headers: { DPoP: `${input}.${signature}`, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=authorization_code',
    },
    {},
  )
}
dpop('tls-ends', 'bluesky-social/pds/issues/163', 'proof-url-scheme', 'http://auth.example.com/oauth/token', {})
dpop('other-host', 'keycloak/keycloak/issues/39332', 'proof-url-host', 'http://keycloak:8080/oauth/token', {})
dpop('query', 'bluesky-social/atproto/pull/3879', 'proof-url-query', 'https://auth.example.com/oauth/token', {
  htu: 'https://auth.example.com/oauth/token?iss=1',
})

// The same secret, read as base64 by one product and as text by another.
write(
  'standard-webhooks-secret-as-text',
  'standard-webhooks',
  'polarsource/polar/issues/13256',
  elsewhere,
  ['secret-prefix', 'secret-encoding'],
  http(
    'POST',
    'app.example.com',
    '/webhooks',
    [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', S],
      [
        'webhook-signature',
        `v1,${createHmac('sha256', 'polar_whs_canary_5d41402abc4b2a76').update(`msg_1.${S}.{"n":1}`).digest('base64')}`,
      ],
    ],
    '{"n":1}',
  ),
  { secret: 'polar_whs_canary_5d41402abc4b2a76' },
)
oauth('slash', 'camme/passport-http-2legged-oauth/pull/6', 'path-trailing-slash', {
  path: '/1/items/',
  parameters: pairs(OWN),
})
cavage(
  'mounted',
  'TritonDataCenter/node-http-signature/issues/87',
  ['(request-target)-prefix', '(request-target)-segment'],
  {
    target: '/first/second',
    names: '(request-target) host date',
    lines: [target('post /second'), host, `date: ${DATE}`],
  },
)
