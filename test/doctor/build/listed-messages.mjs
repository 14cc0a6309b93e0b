import { constants, createPublicKey, sign as signBytes } from 'node:crypto'
import { EC_KEY, ED25519_KEY, OTHER_RSA_KEY, RSA_KEY } from '../keys.mjs'
import { answered, b64url, DATE, http, listed, mac, publicOf, S, SECRET, sha, write } from './case.mjs'
import {
  axiosJson,
  browserCurl,
  browserFetch,
  chromeCmd,
  chromePowerShell,
  expressLog,
  goQuoted,
  guzzleDebug,
  httpFile,
  insomnia,
  nodeCode,
  phpCurl,
  pinoLine,
  postmanCollection,
  postmanCurl,
  powerShellScript,
  requestsCode,
  rubyDebug,
} from './case-shown.mjs'

// Each mistake of the list at the schemes that are not one service's.
const one = (name, expected, input, options) =>
  write(name.replace('_', '-'), name.split('_')[0], undefined, listed, expected, input, options)
const JSON_TYPE = ['Content-Type', 'application/json']

// --- RFC 9421: lines of the components, then their parameters
const shared = (text) => mac(text, 'base64')
const ed = (text) => signBytes(null, Buffer.from(text), ED25519_KEY).toString('base64')
const PSS = (text, salt = 64) =>
  signBytes('sha512', Buffer.from(text), {
    key: RSA_KEY,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: salt,
  }).toString('base64')
const HMAC = { secret: SECRET }
const ED = { publicKey: publicOf(ED25519_KEY) }
/** Signs what `lines` says, and sends what `names` lists. */
const rfc = ({
  created = S,
  lines,
  names,
  sign = shared,
  alg,
  label = 'sig1',
  sentLabel = label,
  params,
  gap = '\n',
  write: form = (text) => text,
  end = '',
}) => {
  const stated = `(${names ?? lines.map(([name]) => name).join(' ')});created=${created};keyid="key-1"${alg === undefined ? '' : `;alg="${alg}"`}`
  const text = `${lines.map(([name, value]) => `${name}: ${value}`).join(gap)}${gap}"@signature-params": ${params?.(stated) ?? stated}${end}`
  return [
    ['Signature-Input', `${label}=${stated}`],
    ['Signature', `${sentLabel}=:${form(sign(text))}:`],
  ]
}
const api = 'https://api.example.com'
const digest = (body, hash = 'sha256') => `${hash === 'sha256' ? 'sha-256' : 'sha-512'}=:${sha(body, 'base64', hash)}:`
const parts = (method, path, authority = 'api.example.com') => [
  ['"@method"', method],
  ['"@authority"', authority],
  ['"@path"', path],
]
const body = '{"hello":"world","n":1}'
const withDigest = (path, of = body, more = []) => [...parts('POST', path), ['"content-digest"', digest(of)], ...more]

one(
  'rfc9421_digest-of-spaced-json',
  ['digest-mismatch'],
  requestsCode(
    'POST',
    `${api}/v1/items`,
    [
      JSON_TYPE,
      ['Content-Digest', digest('{"hello": "world", "n": 1}')],
      ...rfc({ lines: withDigest('/v1/items', '{"hello": "world", "n": 1}') }),
    ],
    body,
  ),
  HMAC,
)
one(
  'rfc9421_base64url-in-node',
  ['signature-base64url'],
  nodeCode(
    'GET',
    `${api}/v1/items`,
    rfc({
      lines: parts('GET', '/v1/items'),
      sign: (text) => ed(`${text}`),
      write: (text) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
    }),
  ),
  ED,
)
one(
  'rfc9421_spaces-before-parameters',
  ['base-spaces'],
  browserCurl(
    'GET',
    `${api}/v1/items`,
    rfc({ lines: parts('GET', '/v1/items'), params: (text) => text.replaceAll(';', '; ') }),
  ),
  HMAC,
)
one(
  'rfc9421_other-labels',
  ['label-mismatch'],
  postmanCurl('GET', `${api}/v1/items`, rfc({ lines: parts('GET', '/v1/items'), sentLabel: 'sig' })),
  HMAC,
)
one(
  'rfc9421_port-in-authority',
  ['@authority-port'],
  phpCurl('GET', `${api}/v1/items`, rfc({ lines: parts('GET', '/v1/items', 'api.example.com:443') })),
  HMAC,
)
one(
  'rfc9421_method-in-small-letters',
  ['@method-case'],
  httpFile('GET', `${api}/v1/items`, rfc({ lines: parts('get', '/v1/items') })),
  HMAC,
)
one(
  'rfc9421_path-with-query',
  ['@path-query', '@path-with-query'],
  axiosJson('GET', `${api}/v1/items?limit=5`, rfc({ lines: parts('GET', '/v1/items?limit=5') })),
  HMAC,
)
one(
  'rfc9421_trailing-slash',
  ['@path-slash'],
  rubyDebug(
    'GET',
    `${api}/v1/items`,
    rfc({ lines: parts('GET', '/v1/items/') }),
    '',
    '401 Unauthorized',
    '{"code":"SIGNATURE_INVALID"}',
  ),
  HMAC,
)
one(
  'rfc9421_query-without-mark',
  ['@query-mark'],
  goQuoted(
    http(
      'GET',
      'api.example.com',
      '/v1/items?limit=5',
      rfc({ lines: [...parts('GET', '/v1/items'), ['"@query"', 'limit=5']] }),
    ),
  ),
  HMAC,
)
one(
  'rfc9421_query-encoded-otherwise',
  ['@query-encoding', '@query-encoder', '@query-plus', '@query-decoded', '@query-space'],
  powerShellScript(
    'Get',
    `${api}/v1/items?q=a%20b`,
    rfc({ lines: [...parts('GET', '/v1/items'), ['"@query"', '?q=a+b']] }),
  ),
  HMAC,
)
one(
  'rfc9421_http-for-https',
  ['@target-uri-scheme'],
  insomnia(
    'GET',
    `${api}/v1/items`,
    rfc({
      lines: [
        ['"@method"', 'GET'],
        ['"@target-uri"', 'http://api.example.com/v1/items'],
      ],
      sign: ed,
    }),
    '',
    401,
    '{"title":"Unauthorized","code":"SIGNATURE_INVALID"}',
  ),
  ED,
)
one(
  'rfc9421_host-of-a-proxy',
  ['@authority-host', 'host-rewritten', '@authority-other', 'host-not-public'],
  http('GET', 'backend:8080', '/v1/items', [
    ['X-Forwarded-Host', 'api.example.com'],
    ...rfc({ lines: parts('GET', '/v1/items') }),
  ]),
  HMAC,
)
one(
  'rfc9421_prefix-of-a-gateway',
  ['@path-prefix', 'path-rewritten', '@path-segment'],
  http('GET', 'api.example.com', '/items', [
    ['X-Forwarded-Prefix', '/v1'],
    ...rfc({ lines: parts('GET', '/v1/items'), sign: ed }),
  ]),
  ED,
)
one(
  'rfc9421_line-break-at-the-end',
  ['base-line-break', 'text-end'],
  browserFetch('GET', `${api}/v1/items`, rfc({ lines: parts('GET', '/v1/items'), end: '\n', sign: ed })),
  ED,
)
one(
  'rfc9421_carriage-returns',
  ['base-line-break', 'text-line-endings', 'base-line-endings', 'lines-separator'],
  requestsCode('GET', `${api}/v1/items`, rfc({ lines: parts('GET', '/v1/items'), gap: '\r\n' })),
  HMAC,
)
one(
  'rfc9421_salt-of-32',
  ['rsa-salt-length'],
  nodeCode(
    'GET',
    `${api}/v1/items`,
    rfc({ lines: parts('GET', '/v1/items'), sign: (text) => PSS(text, 32), alg: 'rsa-pss-sha512' }),
  ),
  { publicKey: publicOf(RSA_KEY) },
)
one(
  'rfc9421_der',
  ['ecdsa-der'],
  chromeCmd(
    'GET',
    `${api}/v1/items`,
    rfc({
      lines: parts('GET', '/v1/items'),
      sign: (text) => signBytes('sha256', Buffer.from(text), EC_KEY).toString('base64'),
      alg: 'ecdsa-p256-sha256',
    }),
  ),
  { publicKey: publicOf(EC_KEY) },
)
one(
  'rfc9421_der-without-a-key',
  ['ecdsa-der', 'signature-length'],
  pinoLine(
    'GET',
    '/v1/items',
    [
      ['Host', 'api.example.com'],
      ...rfc({
        lines: parts('GET', '/v1/items'),
        sign: (text) => signBytes('sha256', Buffer.from(text), EC_KEY).toString('base64'),
        alg: 'ecdsa-p256-sha256',
      }),
    ],
    '',
  ),
  {},
)
one(
  'rfc9421_other-key-in-powershell',
  ['key-other'],
  chromePowerShell(
    'GET',
    `${api}/v1/items`,
    rfc({
      lines: parts('GET', '/v1/items'),
      sign: (text) =>
        signBytes('sha512', Buffer.from(text), {
          key: OTHER_RSA_KEY,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: 64,
        }).toString('base64'),
      alg: 'rsa-pss-sha512',
    }),
  ),
  { publicKey: publicOf(RSA_KEY) },
)
one(
  'rfc9421_private-key-for-public',
  ['key-form', 'key-is-private', 'public-key-is-private'],
  nodeCode('GET', `${api}/v1/items`, rfc({ lines: parts('GET', '/v1/items'), sign: ed })),
  { publicKey: ED25519_KEY },
)
one(
  'rfc9421_type-with-a-charset',
  ['content-type-parameters', 'content-type-other', 'content-type-value'],
  axiosJson(
    'POST',
    `${api}/v1/items`,
    [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Content-Digest', digest(body)],
      ...rfc({ lines: withDigest('/v1/items', body, [['"content-type"', 'application/json']]) }),
    ],
    body,
  ),
  HMAC,
)
one(
  'rfc9421_milliseconds',
  [
    'created-form',
    'time-unit',
    'created-unit',
    'clock-ahead',
    'created-in-the-future',
    'created-milliseconds',
    'created',
  ],
  answered(
    http(
      'GET',
      'api.example.com',
      '/v1/items',
      rfc({ lines: parts('GET', '/v1/items'), sign: ed, created: `${S}123` }),
    ),
    '401 Unauthorized',
    '',
  ).replace('Content-Type: text/plain', `Date: ${DATE}`),
  ED,
)
one(
  'rfc9421_components-in-capitals',
  ['component-upper-case'],
  postmanCollection(
    'POST',
    `${api}/v1/items`,
    [
      JSON_TYPE,
      ['Content-Digest', digest(body)],
      ...rfc({ lines: [...parts('POST', '/v1/items'), ['"Content-Digest"', digest(body)]] }),
    ],
    body,
  ),
  HMAC,
)
one(
  'rfc9421_digest-in-hexadecimal',
  ['digest-form'],
  expressLog(
    'POST',
    '/v1/items',
    [
      ['Host', 'api.example.com'],
      JSON_TYPE,
      ['Content-Digest', `sha-256=:${sha(body)}:`],
      ...rfc({ lines: [...parts('POST', '/v1/items'), ['"content-digest"', `sha-256=:${sha(body)}:`]] }),
    ],
    body,
  ),
  HMAC,
)
one(
  'rfc9421_header-added-twice',
  [
    'header-other',
    'x-trace-other',
    'x-trace-value',
    'x-trace-list',
    'x-trace-received-other',
    'x-trace-left-out',
    'x-trace-duplicate',
  ],
  http('GET', 'api.example.com', '/v1/items', [
    ['X-Trace', 'a'],
    ['X-Trace', 'b'],
    ...rfc({ lines: [...parts('GET', '/v1/items'), ['"x-trace"', 'a']] }),
  ]),
  HMAC,
)
one(
  'rfc9421_sha512-for-sha256',
  ['hash-other', 'algorithm'],
  phpCurl(
    'GET',
    `${api}/v1/items`,
    rfc({ lines: parts('GET', '/v1/items'), sign: (text) => mac(text, 'base64', 'sha512'), alg: 'hmac-sha256' }),
  ),
  HMAC,
)
// answers that are signed
const answer = (status, headers, text) =>
  `HTTP/1.1 ${status}\r\nDate: ${DATE}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`
const done = '{"ok":true}'
const reply = (lines, more = []) => [...more, ...rfc({ lines, sign: ed })]
one(
  'rfc9421_answer-decompressed',
  ['digest-mismatch', 'body-gzip'],
  answer(
    '200 OK',
    reply(
      [
        ['"@status"', '200'],
        ['"content-digest"', digest('{"ok": true}')],
      ],
      [JSON_TYPE, ['Content-Digest', digest('{"ok": true}')]],
    ),
    done,
  ),
  ED,
)
one(
  'rfc9421_answer-with-another-status',
  ['@status-other', 'status-other', '@status'],
  `${http('GET', 'api.example.com', '/v1/items', [])}\r\n\r\n${answer(
    '200 OK',
    reply(
      [
        ['"@status"', '201'],
        ['"content-digest"', digest(done)],
      ],
      [JSON_TYPE, ['Content-Digest', digest(done)]],
    ),
    done,
  )}`,
  ED,
)
one(
  'rfc9421_answer-to-another-path',
  ['@path-slash', '@path-other'],
  `${http('GET', 'api.example.com', '/v1/items/', [])}\r\n\r\n${answer(
    '200 OK',
    reply([
      ['"@status"', '200'],
      ['"@path";req', '/v1/items'],
    ]),
    done,
  )}`,
  ED,
)

// --- draft-cavage
const rsa = (text) => signBytes('sha256', Buffer.from(text), RSA_KEY).toString('base64')
const cavage = (lines, sent = lines, sign = rsa) => [
  'Signature',
  `keyId="https://a.example/u#main-key",algorithm="rsa-sha256",headers="${sent.map((line) => line.split(': ')[0]).join(' ')}",signature="${sign(lines.join('\n'))}"`,
]
const note = '{"type":"Create","object":{"content":"hi"}}'
const inbox = (path = '/inbox', host = 'social.example', of = note) => [
  `(request-target): post ${path}`,
  `host: ${host}`,
  `date: ${DATE}`,
  `digest: SHA-256=${sha(of, 'base64')}`,
]
const social = (lines, of = note) => [
  ['Date', DATE],
  ['Digest', `SHA-256=${sha(of, 'base64')}`],
  ['Content-Type', 'application/activity+json'],
  cavage(lines),
]
const RSA = { publicKey: publicOf(RSA_KEY) }
one(
  'cavage_method-in-capitals',
  [
    '(request-target)-case',
    '(request-target)-method',
    'method-case',
    '(request-target)-method-case',
    '(request-target)-upper',
  ],
  requestsCode(
    'POST',
    'https://social.example/inbox',
    social(inbox().map((line) => line.replace('post', 'POST'))),
    note,
  ),
  RSA,
)
one(
  'cavage_digest-of-spaced-json',
  ['digest-mismatch', 'digest-of-other-body'],
  goQuoted(
    http(
      'POST',
      'social.example',
      '/inbox',
      social(inbox('/inbox', 'social.example', note.replaceAll(':', ': ')), note.replaceAll(':', ': ')),
      note,
    ),
  ),
  RSA,
)
one(
  'cavage_host-with-port',
  ['host-port'],
  browserCurl('POST', 'https://social.example/inbox', social(inbox('/inbox', 'social.example:443')), note),
  RSA,
)
one(
  'cavage_whole-url',
  ['(request-target)-url', '(request-target)-line-form', 'request-line-url', '(request-target)-host'],
  guzzleDebug(
    'POST',
    'https://social.example/inbox',
    social(inbox('https://social.example/inbox')),
    note,
    '401 Unauthorized',
    '{"error":"Verification failed for a a@a.example"}',
  ),
  RSA,
)
one(
  'cavage_line-order',
  ['lines-order', 'line-order', 'headers-order', 'text-order', 'lines-form'],
  rubyDebug(
    'POST',
    'https://social.example/inbox',
    [...social(inbox()).slice(0, 3), cavage(inbox().reverse(), inbox())],
    note,
    '401 Unauthorized',
    '{"error":"Verification failed"}',
  ),
  RSA,
)

// --- Hawk, OAuth 1.0a
const hawk = ({
  ts = S,
  nonce = 'abc123',
  method = 'GET',
  path = '/v1/things',
  host = 'api.example.com',
  port = '443',
  hash = '',
  end = '\n',
}) => mac(`hawk.1.header\n${ts}\n${nonce}\n${method}\n${path}\n${host}\n${port}\n${hash}\n${end}`, 'base64')
const hawkField = (text) => ['Authorization', `Hawk id="key-1", ts="${S}", nonce="abc123", mac="${text}"`]
one(
  'hawk_port-80',
  ['port-other', 'port-tls'],
  nodeCode('GET', `${api}/v1/things`, [hawkField(hawk({ port: '80' }))]),
  HMAC,
)
one(
  'hawk_query-left-out',
  ['query-left-out', 'path-query'],
  requestsCode('GET', `${api}/v1/things?a=1`, [hawkField(hawk({}))]),
  HMAC,
)
one(
  'hawk_last-line-break',
  ['text-line-break', 'text-end', 'lines-form', 'lines-number'],
  postmanCurl('GET', `${api}/v1/things`, [hawkField(hawk({ end: '' }).replace(/$/, ''))]),
  HMAC,
)
one(
  'hawk_milliseconds-signed',
  ['time-unit', 'time-other'],
  axiosJson('GET', `${api}/v1/things`, [hawkField(hawk({ ts: `${S}123` }))]),
  HMAC,
)
const enc = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
const oauthParams = {
  oauth_consumer_key: 'consumer-1',
  oauth_nonce: 'n-1',
  oauth_signature_method: 'HMAC-SHA1',
  oauth_timestamp: S,
  oauth_token: 'token-1',
  oauth_version: '1.0',
}
const oauth = (method, url, params, key = `${SECRET}&tokensecret`, how = enc) => {
  const text = Object.entries({ ...oauthParams, ...params })
    .map(([name, value]) => `${how(name)}=${how(value)}`)
    .sort()
    .join('&')
  const signature = mac(`${method}&${enc(url)}&${enc(text)}`, 'base64', 'sha1', key)
  return [
    'Authorization',
    `OAuth ${Object.entries({ ...oauthParams, oauth_signature: signature })
      .map(([name, value]) => `${name}="${enc(value)}"`)
      .join(', ')}`,
  ]
}
const OAUTH = { secret: SECRET, passphrase: 'tokensecret' }
const tweets = 'https://api.twitter.com/1.1/statuses/update.json'
one(
  'oauth1_plus-for-spaces',
  ['parameters-space', 'parameters-plus', 'query-plus', 'parameters-encoding'],
  browserCurl('POST', `${tweets}?status=hello%20world`, [
    oauth('POST', tweets, { status: 'hello world' }, undefined, (text) => enc(text).replaceAll('%20', '+')),
  ]),
  OAUTH,
)
one(
  'oauth1_token-secret-left-out',
  ['key-parts', 'token-secret-left-out', 'secret-parts'],
  nodeCode('GET', 'https://api.twitter.com/1.1/account/verify_credentials.json', [
    oauth('GET', 'https://api.twitter.com/1.1/account/verify_credentials.json', {}, `${SECRET}&`),
  ]),
  OAUTH,
)
one(
  'oauth1_url-with-query',
  ['url-query', 'text-with-query'],
  phpCurl('GET', 'https://api.twitter.com/1.1/search/tweets.json?q=a', [
    oauth('GET', 'https://api.twitter.com/1.1/search/tweets.json?q=a', { q: 'a' }),
  ]),
  OAUTH,
)
one(
  'oauth1_http-for-https',
  ['url-scheme', 'url-scheme-other'],
  httpFile('GET', 'https://shop.example.com/wp-json/wc/v3/orders?per_page=5', [
    oauth('GET', 'http://shop.example.com/wp-json/wc/v3/orders', { per_page: '5' }),
  ]),
  OAUTH,
)
one(
  'oauth1_query-not-signed',
  ['query-left-out', 'parameters-query-left-out'],
  insomnia(
    'GET',
    'https://shop.example.com/wp-json/wc/v3/orders?per_page=5',
    [oauth('GET', 'https://shop.example.com/wp-json/wc/v3/orders', {})],
    '',
    401,
    '{"code":"woocommerce_rest_authentication_error","message":"Invalid signature - provided signature does not match."}',
  ),
  OAUTH,
)

// --- JWT and DPoP
const jws = (header, claims, sign) => {
  const text = `${b64url(header)}.${b64url(claims)}`
  return `${text}.${sign(text)}`
}
const es = (text, form = 'ieee-p1363') =>
  signBytes('sha256', Buffer.from(text), { key: EC_KEY, dsaEncoding: form }).toString('base64url')
const jwk = createPublicKey(EC_KEY).export({ format: 'jwk' })
const proof = (claims, sign = es) =>
  jws(
    { typ: 'dpop+jwt', alg: 'ES256', jwk },
    { jti: 'j-1', htm: 'GET', htu: `${api}/me`, iat: Number(S), ...claims },
    sign,
  )
const TOKEN = 'access-token-1'
const dpop = (claims, sign) => [
  ['Authorization', `DPoP ${TOKEN}`],
  ['DPoP', proof({ ath: sha(TOKEN, 'base64url'), ...claims }, sign)],
]
one(
  'dpop_http-for-https',
  ['proof-url-scheme'],
  browserFetch('GET', `${api}/me`, dpop({ htu: 'http://api.example.com/me' })),
  {},
)
one(
  'dpop_der-in-python',
  ['ecdsa-der', 'signature-length', 'proof-signature', 'signature-form'],
  requestsCode(
    'GET',
    `${api}/me`,
    dpop({}, (text) => es(text, 'der')),
  ),
  {},
)
one('dpop_query-in-htu', ['proof-url-query'], nodeCode('GET', `${api}/me?a=1`, dpop({ htu: `${api}/me?a=1` })), {})
one(
  'dpop_milliseconds',
  ['proof-time-unit', 'time-unit', 'proof-iat', 'time-form'],
  powerShellScript('Get', `${api}/me`, dpop({ iat: Number(`${S}123`) })),
  {},
)
one(
  'dpop_hash-in-hexadecimal',
  ['proof-ath', 'proof-ath-form'],
  chromeCmd('GET', `${api}/me`, dpop({ ath: sha(TOKEN) })),
  {},
)
one(
  'dpop_method-in-small-letters',
  ['proof-method', 'proof-method-case', 'proof-htm', 'method-case'],
  postmanCurl('GET', `${api}/me`, dpop({ htm: 'get' })),
  {},
)
one(
  'jwt_secret-decoded',
  ['secret-not-decoded', 'secret-encoding', 'secret-decoded', 'secret-reading'],
  browserCurl('GET', `${api}/me`, [
    [
      'Authorization',
      `Bearer ${jws({ alg: 'HS256', typ: 'JWT' }, { sub: '1', iat: Number(S), exp: Number(S) + 600 }, (text) => mac(text, 'base64url', 'sha256', Buffer.from('Y2FuYXJ5LXNlY3JldC1vZi1hLXRva2VuLTMyLWJ5dGVzIQ==', 'base64')))}`,
    ],
  ]),
  { secret: 'Y2FuYXJ5LXNlY3JldC1vZi1hLXRva2VuLTMyLWJ5dGVzIQ==' },
)
one(
  'jwt_other-hash',
  ['hash-other', 'algorithm', 'alg-other'],
  rubyDebug(
    'GET',
    `${api}/me`,
    [
      [
        'Authorization',
        `Bearer ${jws({ alg: 'HS256', typ: 'JWT' }, { sub: '1', exp: Number(S) + 600 }, (text) => mac(text, 'base64url', 'sha512'))}`,
      ],
    ],
    '',
    '401 Unauthorized',
    '{"error":"invalid_token"}',
  ),
  HMAC,
)
one(
  'jwt_ordinary-base64',
  ['signature-encoding', 'signature-form', 'base64-for-base64url'],
  axiosJson('GET', `${api}/me`, [
    [
      'Authorization',
      `Bearer ${jws({ alg: 'HS256', typ: 'JWT' }, { sub: '12', exp: Number(S) + 600 }, (text) => mac(text, 'base64'))}`,
    ],
  ]),
  HMAC,
)
