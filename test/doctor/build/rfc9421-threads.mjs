import { createHash } from 'node:crypto'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { ED25519_KEY } from '../keys.mjs'
import { elsewhere, S, same } from './case.mjs'
import { byEd, digest, ed, hmac, rfc, shared } from './case-rfc9421.mjs'

const swapped = (from, to) => (lines, all) => [...lines, `"@signature-params": ${all.replace(from, to)}`].join('\n')

rfc('fixed-parameters', 'common-fate/httpsig/issues/14', same, 'parameters-order', {
  base: swapped(`;created=${S};keyid="k1"`, `;keyid="k1";created=${S}`),
  sign: ed,
  options: byEd,
})
rfc('own-parameters', 'jbowes/httpsig/pull/22', same, 'parameters-order', {
  params: `;created=${S};keyid="k1";expires=1700000060;alg="hmac-sha256"`,
  base: swapped(';keyid="k1";expires=1700000060;alg="hmac-sha256"', ';expires=1700000060;keyid="k1";alg="hmac-sha256"'),
  sign: hmac,
  options: shared,
})
rfc('created-typo', 'httpwg/http-extensions/issues/2347', same, 'parameters-created', {
  base: swapped(S, '1699999998'),
  sign: hmac,
  options: shared,
})
rfc('joined-values', 'TritonDataCenter/node-http-signature/issues/75', elsewhere, 'x-tags-spaces', {
  covered: ['@method', '@path', 'x-tags'],
  values: { 'x-tags': 'one,two' },
  headers: [
    ['X-Tags', 'one'],
    ['X-Tags', 'two'],
  ],
  sign: hmac,
  options: shared,
})
rfc('prehashed', 'iqlusioninc/yubikey.rs/issues/670', elsewhere, 'base-hashed', {
  sign: (text) => ed(createHash('sha512').update(text).digest()),
  options: byEd,
})
const seed = Buffer.from(ED25519_KEY.split('\n')[1], 'base64').subarray(-32)
rfc('ed25519ph', 'named-data/python-ndn/issues/93', elsewhere, 'algorithm', {
  sign: (text) => Buffer.from(ed25519ph.sign(Buffer.from(text), seed)),
  options: byEd,
})
rfc('origin-form', 'luckyPipewrench/pipelock/pull/481', same, '@target-uri-path-only', {
  covered: ['@method', '@target-uri', 'content-digest'],
  values: { '@target-uri': '/v1/orders?dry=1' },
  sign: ed,
  options: byEd,
})
rfc('forwarded-proto', 'IQSS/dataverse/pull/11787', elsewhere, '@scheme-other', {
  covered: ['@method', '@scheme', '@authority', '@path'],
  values: { '@scheme': 'http' },
  sign: hmac,
  options: shared,
})
rfc('not-ascii', 'cloudflare/cloudflare-docs/pull/23099', same, 'message-malformed', {
  covered: ['@method', '@path', 'x-bot'],
  values: { 'x-bot': 'Übersicht' },
  headers: [['X-Bot', 'Übersicht']],
  sign: hmac,
  options: shared,
})
rfc('value-case', 'httpwg/http-extensions/issues/1193', same, ['x-kind-case', 'x-kind-lower-case'], {
  covered: ['@method', '@path', 'x-kind'],
  values: { 'x-kind': 'alpha' },
  headers: [['X-Kind', 'Alpha']],
  sign: hmac,
  options: shared,
})
rfc('body-of-another', 'adcontextprotocol/adcp/issues/2335', same, 'digest-mismatch', {
  field: digest('{"name": "a", "n": 1}'),
  sign: hmac,
  options: shared,
})
rfc('date-rewritten', 'nextcloud/server/pull/62543', elsewhere, ['date-other', 'date-value'], {
  covered: ['@method', '@path', 'date'],
  values: { date: 'Tue, 14 Nov 2023 22:13:19 GMT' },
  headers: [['Date', 'Tue, 14 Nov 2023 22:13:20 GMT']],
  sign: hmac,
  options: shared,
})
rfc(
  'target-without-query',
  'mastodon/mastodon/pull/28476',
  elsewhere,
  ['@target-uri-query', '@target-uri-query-left-out'],
  {
    covered: ['@method', '@target-uri', 'content-digest'],
    values: { '@target-uri': 'https://api.example.com/v1/orders' },
    sign: ed,
    options: byEd,
  },
)
rfc('path-rewritten', 'seaweedfs/seaweedfs/issues/7223', elsewhere, 'path-rewritten', {
  values: { '@path': '/storage/v1/orders' },
  headers: [['X-Forwarded-Prefix', '/storage']],
  sign: hmac,
  options: shared,
})
