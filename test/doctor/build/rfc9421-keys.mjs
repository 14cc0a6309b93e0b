import { constants, createHash, sign as signBytes } from 'node:crypto'
import { OTHER_RSA_KEY, RSA_KEY } from '../keys.mjs'
import { elsewhere, http, JSON_BODY, publicOf, S, same, write } from './case.mjs'
import { byEc, byEd, byRsa, digest, ecdsa, ed, hmac, pss, rfc, shared } from './case-rfc9421.mjs'

rfc('ecdsa-der', 'dhensby/node-http-message-signatures/issues/165', same, 'ecdsa-der', {
  sign: ecdsa('sha256', 'der'),
  options: byEc,
})
rfc('pss-salt-32', 'jonasroussel/dart_jsonwebtoken/issues/58', elsewhere, 'rsa-salt-length', {
  sign: pss('sha512', 32),
  options: byRsa,
})
rfc('pss-salt-max', 'localstack/localstack/pull/12467', elsewhere, 'rsa-salt-length', {
  sign: pss('sha512', constants.RSA_PSS_SALTLEN_MAX_SIGN),
  options: byRsa,
})
// The way of Go's hash.Hash: Sum(text) appends the sum to the text.
rfc('text-as-mac', 'common-fate/httpsig/blob/v0.2.1/alg_hmac/alg.go', same, 'signature-is-text', {
  params: `;keyid="k1";alg="hmac-sha256";tag="orders";nonce="n-1";created=${S}`,
  sign: (text) => Buffer.concat([Buffer.from(text), hmac('')]),
  options: shared,
})
rfc('port-twice', 'ltonetwork/http-message-signatures/blob/main/src/build.ts', same, '@authority-port', {
  host: 'api.example.com:8443',
  values: { '@authority': 'api.example.com:8443:8443' },
  sign: ed,
  options: byEd,
})
rfc('authority-empty', 'junkurihara/httpsig-rs/blob/main/httpsig-hyper/src/hyper_http.rs', same, '@authority-empty', {
  values: { '@authority': '' },
  sign: ed,
  options: byEd,
})
rfc('target-without-mark', 'remitly-oss/httpsig-go/blob/v1.2.0/base.go', same, '@target-uri-mark', {
  covered: ['@method', '@target-uri', 'content-digest'],
  values: { '@target-uri': 'https://api.example.comdry=1' },
  sign: ed,
  options: byEd,
})
rfc('bare-parameters', 'visa/trusted-agent-protocol/pull/21', same, 'base-bare-parameters', {
  params: `;created=${S};expires=1700000300;keyid="k1";nonce="n-1"`,
  base: (lines) => [...lines, `"nonce": n-1`, `"created": ${S}`, `"expires": 1700000300`].join('\n'),
  sign: ed,
  options: byEd,
})
rfc('joined-components', 'visa/trusted-agent-protocol/pull/21', same, 'components-joined', {
  covered: ['@authority', '@path'],
  list: (ids) => `("${ids.join(' ')}")`,
  sign: ed,
  options: byEd,
})
rfc('digest-no-equals', 'interledger/rafiki/pull/777', same, 'digest-form', {
  field: digest(JSON_BODY, 'sha-256:'),
  sign: ed,
  options: byEd,
})
rfc('digest-colons', 'Unisys/NSign/issues/66', same, 'digest-form', {
  field: digest(JSON_BODY, 'SHA-512=', 'sha512').replace(/:$/, ''),
  sign: hmac,
  options: shared,
})
rfc('signature-agent', 'cloudflare/cloudflare-docs/issues/30968', same, 'signature-agent-form', {
  covered: ['@authority', 'signature-agent'],
  params: `;created=${S};expires=1700000300;keyid="k1";tag="web-bot-auth"`,
  values: { 'signature-agent': '"https://agent.example"' },
  headers: [['Signature-Agent', '"https://agent.example"']],
  sign: ed,
  options: byEd,
})
rfc('scheme', 'bonfire-networks/activity_pub/issues/7', 'the same subject', '@target-uri-scheme', {
  covered: ['@method', '@target-uri', 'content-digest'],
  values: { '@target-uri': 'http://api.example.com/v1/orders?dry=1' },
  sign: hmac,
  options: shared,
})
rfc('accept', 'misskey-dev/misskey/issues/17235', same, 'accept-other', {
  covered: ['@method', '@authority', '@path', 'accept'],
  values: { accept: 'application/activity+json' },
  headers: [['Accept', '*/*']],
  sign: hmac,
  options: shared,
})
rfc('decoded-path', 'dhensby/node-http-message-signatures/issues/163', same, '@path-decoded', {
  path: '/v1/orders%20open?dry=1',
  values: { '@path': '/v1/orders open' },
  sign: hmac,
  options: shared,
})
rfc('other-key', null, 'none', 'key-other', {
  sign: (text) =>
    signBytes('sha512', Buffer.from(text), { key: RSA_KEY, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }),
  options: { publicKey: publicOf(OTHER_RSA_KEY), algorithm: 'rsa-pss-sha512' },
})
rfc('pkcs1', null, 'none', 'algorithm', {
  sign: (text) => signBytes('sha512', Buffer.from(text), RSA_KEY),
  options: byRsa,
})
rfc('ecdsa-sha512', null, 'none', 'algorithm', { sign: ecdsa('sha512', 'ieee-p1363'), options: byEc })
// The predecessor of RFC 9421, from ActivityPub.
const cavage = (name, source, params) =>
  write(
    `rfc9421-${name}`,
    'rfc9421',
    source,
    same,
    'cavage',
    http(
      'POST',
      'social.example',
      '/inbox',
      [
        ['Date', 'Tue, 14 Nov 2023 22:13:20 GMT'],
        ['Digest', `SHA-256=${createHash('sha256').update(JSON_BODY).digest('base64')}`],
        [
          'Signature',
          `keyId="https://a.example/actor#main-key",${params},signature="${Buffer.alloc(256, 7).toString('base64')}"`,
        ],
      ],
      JSON_BODY,
    ),
    { scheme: 'rfc9421', publicKey: publicOf(RSA_KEY) },
  )
cavage(
  'cavage-no-created',
  'evanp/activitypub-bot/issues/221',
  'algorithm="hs2019",headers="(request-target) host date digest"',
)
cavage(
  'cavage-created',
  'Chocobozzz/PeerTube/issues/4963',
  `algorithm="hs2019",headers="(request-target) content-type (created) (expires) host digest",created=${S},expires=1700000300`,
)
