import { createHmac, createPrivateKey, sign as signBytes } from 'node:crypto'
import { EC_KEY } from '../keys.mjs'
import {
  answered,
  DATE,
  elsewhere,
  hook,
  http,
  MS,
  mac,
  PASS,
  publicOf,
  S,
  SECRET,
  same,
  sent,
  write,
} from './case.mjs'
import { OWN, pairs, percent } from './oauth1.mjs'
import { sigv4 } from './sigv4.mjs'

// Threads of webhooks behind body parsers, of SigV4 with characters, of OAuth 1.0a, and of clients of exchanges.

// --- webhooks
const event = '[{"email":"a@b.example","event":"processed"}]'
write(
  'sendgrid-line-break-lost',
  'sendgrid',
  'sendgrid/sendgrid-nodejs/issues/1142',
  same,
  ['body-line-break', 'body-line-endings'],
  http(
    'POST',
    'hooks.example.com',
    '/sendgrid',
    [
      ['Content-Type', 'application/json'],
      ['X-Twilio-Email-Event-Webhook-Timestamp', S],
      [
        'X-Twilio-Email-Event-Webhook-Signature',
        signBytes('sha256', Buffer.from(`${S}${event}\r\n`), createPrivateKey(EC_KEY)).toString('base64'),
      ],
    ],
    event,
  ),
  { publicKey: publicOf(EC_KEY) },
)
const github = (name, source, expected, { signed, body, header, about = same, options = { secret: SECRET } }) =>
  hook(
    `github-${name}`,
    source,
    expected,
    [
      ['Content-Type', 'application/json'],
      ['X-GitHub-Event', 'push'],
      header ?? ['X-Hub-Signature-256', `sha256=${mac(signed)}`],
    ],
    body,
    options,
    {},
    about,
  )
github('php-slashes', 'cloudconvert/cloudconvert-node/pull/59', ['body-json-escapes'], {
  signed: '{"event":"job.finished","url":"https:\\/\\/a.example\\/f"}',
  body: '{"event":"job.finished","url":"https://a.example/f"}',
  about: elsewhere,
})
github('go-html', 'GetStream/stream-chat-js/issues/695', ['body-json-escapes'], {
  signed: '{"type":"message.new","html":"\\u003cp\\u003ehi \\u0026 bye\\u003c/p\\u003e"}',
  body: '{"type":"message.new","html":"<p>hi & bye</p>"}',
  about: elsewhere,
})
github('secret-newline', 'coreos/fedora-coreos-pipeline/pull/663', ['secret-line-break'], {
  body: '{"ref":"refs/heads/main"}',
  header: ['X-Hub-Signature-256', `sha256=${mac('{"ref":"refs/heads/main"}', 'hex', 'sha256', `${SECRET}\n`)}`],
})
github('secret-space', 'Azure/azure-functions-host/issues/702', ['secret-line-break'], {
  body: '{"action":"opened"}',
  header: ['X-Hub-Signature-256', `sha256=${mac('{"action":"opened"}', 'hex', 'sha256', ` ${SECRET} `)}`],
})
github('other-header', 'superplanehq/superplane/pull/4386', ['header-missing', 'signature-missing', 'header-other'], {
  body: '{"action":"opened"}',
  header: ['X-Signature-256', `sha256=${mac('{"action":"opened"}')}`],
  options: { secret: SECRET, scheme: 'github' },
})
github('no-prefix', 'ncarlier/webhookd/pull/50', ['signature-form', 'signature-prefix', 'part-missing'], {
  body: '{"action":"opened"}',
  header: ['X-Hub-Signature-256', mac('{"action":"opened"}')],
})
hook(
  'twilio-local-url',
  'vellum-ai/vellum-assistant/pull/5235',
  ['host-not-public'],
  [
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['X-Twilio-Signature', mac('https://abc.ngrok.example/twilio/voiceCallSidCA1From+15550001', 'base64', 'sha1')],
  ],
  'CallSid=CA1&From=%2B15550001',
  { secret: SECRET },
  { host: '127.0.0.1:7821', path: '/twilio/voice' },
)

// --- SigV4
const s3 = { service: 's3', host: 'box.s3.us-east-1.amazonaws.com' }
sigv4('exclamation', 'mirkokiefer/aws-lib/issues/33', ['query-characters', 'query-encoder', 'query-encoding'], {
  path: '/items',
  query: 'q=a!',
  wireQuery: 'q=a!',
})
sigv4(
  's3-server-encodes-again',
  'chimera-nas/chimera/pull/702',
  ['path-encoding', 'path-encoded-twice', 'text-differs'],
  {
    ...s3,
    path: '/foo%20ab/thud',
    server: { path: '/foo%2520ab/thud' },
    options: {},
  },
)
sigv4('s3-star', 'mondain/jets3t/pull/17', ['path-characters'], { ...s3, path: '/a*b@c', wirePath: '/a*b@c' })
sigv4('s3-umlaut', 'akka/alpakka/issues/374', ['path-encoding', 'path-characters', 'path-decoded'], {
  ...s3,
  path: '/files/überall.csv',
  wirePath: '/files/%C3%BCberall.csv',
})

// --- OAuth 1.0a
const oauth = (
  name,
  source,
  expected,
  { path = '/1/items', url = 'https://api.example.com/1/items', parameters, spell = percent, about = same },
) => {
  const signature = createHmac('sha1', `${percent(SECRET)}&${percent(PASS)}`)
    .update(`GET&${percent(url)}&${percent(parameters)}`)
    .digest('base64')
  hook(
    `oauth1-${name}`,
    source,
    expected,
    [
      [
        'Authorization',
        `OAuth ${[...OWN, ['oauth_signature', signature]].map(([one, value]) => `${one}="${one === 'oauth_signature' ? spell(value) : percent(value)}"`).join(', ')}`,
      ],
    ],
    '',
    { secret: SECRET, passphrase: PASS },
    { method: 'GET', path, host: 'api.example.com' },
    about,
  )
}
oauth('slash-at-end', 'dispatch/reboot/issues/75', ['path-trailing-slash'], {
  path: '/1/items/',
  parameters: pairs(OWN),
})
oauth(
  'encoded-once',
  'postmanlabs/postman-app-support/issues/8879',
  ['parameters-encoded', 'parameters-decoded', 'parameters-encoding', 'parameters-encoder'],
  {
    path: '/1/items?foo=first%2Csecond',
    parameters: pairs([...OWN, ['foo', 'first,second']], percent, (value) => value),
  },
)
oauth(
  'space-as-plus',
  'hwi/HWIOAuthBundle/pull/108',
  ['parameters-space', 'parameters-encoder', 'parameters-encoding', 'parameters-encoded'],
  {
    path: '/1/items?q=a%20b',
    parameters: pairs([...OWN, ['q', 'a b']], percent, (value) => percent(value).replaceAll('%20', '+')),
  },
)
oauth(
  'signature-as-it-is',
  'Mastercard/oauth1-signer-python/issues/35',
  ['signature-form', 'signature-encoding', 'signature-not-encoded', 'authorization-form'],
  {
    parameters: pairs([...OWN, ['q', 'a3']]),
    path: '/1/items?q=a3',
    spell: (value) => value,
  },
)
oauth(
  'brackets-bare',
  'OAuthSwift/OAuthSwift/issues/174',
  ['parameters-encoder', 'parameters-encoded', 'parameters-encoding', 'parameters-decoded'],
  {
    path: '/1/items?ids%5B%5D=1',
    parameters: [...pairs(OWN).split('&'), 'ids[]=1'].sort().join('&'),
  },
)
oauth(
  'names-encoded-again',
  'adobe/aio-commerce-sdk/pull/574',
  ['parameters-encoded', 'parameters-encoded-twice', 'parameters-encoding'],
  {
    path: '/1/items?searchCriteria%5BpageSize%5D=5',
    parameters: pairs([...OWN, ['searchCriteria%5BpageSize%5D', '5']]),
  },
)

// --- draft-cavage
const note = '{"type":"Create"}'
hook(
  'cavage-host-empty',
  'pyauth/requests-http-signature/issues/7',
  ['host-left-empty', 'host-left-out', 'line-left-out'],
  [
    ['Date', DATE],
    [
      'Authorization',
      `Signature keyId="bot-1",algorithm="hmac-sha256",headers="(request-target) host date",signature="${mac(['(request-target): get /1/items', 'host: ', `date: ${DATE}`].join('\n'), 'base64')}"`,
    ],
  ],
  '',
  { secret: SECRET },
  { method: 'GET', path: '/1/items', host: 'api.example.com' },
)
hook(
  'cavage-date-and-no-more',
  'misskey-dev/misskey/issues/2545',
  ['digest-missing', 'target-not-signed', 'digest-not-signed'],
  [
    ['Date', DATE],
    [
      'Signature',
      `keyId="https://a.example/u#k",algorithm="hmac-sha256",headers="date",signature="${mac(`date: ${DATE}`, 'base64')}"`,
    ],
  ],
  note,
  { secret: SECRET },
  { path: '/inbox', host: 'social.example.com' },
)

// --- exchanges
sent('binance-arguments-swapped', 'sammchardy/python-binance/issues/5', same, ['hash-without-key'], {
  method: 'GET',
  host: 'api.binance.com',
  path: `/api/v3/openOrders?symbol=LTCBTC&timestamp=${MS}&signature=${createHmac('sha256', `symbol=LTCBTC&timestamp=${MS}`).update(SECRET).digest('hex')}`,
  headers: [['X-MBX-APIKEY', 'key-1']],
})
write(
  'bybit-clock-behind',
  'bybit',
  'bybit-exchange/api-connectors/issues/25',
  same,
  ['time-expired', 'refused-time', 'clock-behind'],
  answered(
    http('GET', 'api.bybit.com', '/v5/account/info', [
      ['X-BAPI-API-KEY', 'key-1'],
      ['X-BAPI-TIMESTAMP', '1580876039000'],
      ['X-BAPI-RECV-WINDOW', '5000'],
      ['X-BAPI-SIGN', 'ab'.repeat(32)],
    ]),
    '200 OK',
    '{"retCode":10002,"retMsg":"invalid request, please check your server timestamp or recv_window param. req_timestamp[1580876039000],server_timestamp[1580896272582],recv_window[5000]"}',
  ),
  {},
)
sent('gate-map-order', 'ccxt/ccxt/pull/30562', same, ['query-reversed', 'query-order', 'query-sorted'], {
  host: 'api.gateio.ws',
  path: '/api/v4/futures/usdt/positions?leverage=5&contract=BTC_USDT&limit=3&offset=0',
  headers: [
    ['KEY', 'key-1'],
    ['Timestamp', S],
    [
      'SIGN',
      mac(
        `GET\n/api/v4/futures/usdt/positions\noffset=0&leverage=5&limit=3&contract=BTC_USDT\ncf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e\n${S}`,
        'hex',
        'sha512',
      ),
    ],
  ],
})
sent('coinbase-java-bytes', 'knowm/XChange/issues/1132', same, ['signature-form'], {
  host: 'api.coinbase.com',
  path: '/v2/user',
  headers: [
    ['CB-ACCESS-KEY', 'key-1'],
    [
      'CB-ACCESS-SIGN',
      `[${[...createHmac('sha256', SECRET).update(`${S}GET/v2/user`).digest()].map((byte) => (byte > 127 ? byte - 256 : byte)).join(', ')}]`,
    ],
    ['CB-ACCESS-TIMESTAMP', S],
  ],
})
