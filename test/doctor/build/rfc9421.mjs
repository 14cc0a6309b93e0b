import { createHash } from 'node:crypto'
import { mac, SECRET, same, subject, write } from './case.mjs'

const digest = (text) => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`
const PARAMS = '("@method" "@authority" "@path" "@query" "content-type" "content-digest");created=1700000000;keyid="k1"'
const JB = '{"name":"a","n":1}'
const rfc = (
  name,
  source,
  about,
  expected,
  {
    change = (x) => x,
    body = JB,
    dig = JB,
    params = PARAMS,
    url = '/v1/orders?dry=1',
    type = 'application/json',
    extra = '',
    lines = {},
    sig = (x) => `:${x}:`,
    input = params,
    secret = SECRET,
    hash = 'sha256',
    options = {},
  },
) => {
  const values = {
    '@method': 'POST',
    '@authority': 'api.example.com',
    '@path': '/v1/orders',
    '@query': '?dry=1',
    'content-type': type,
    'content-digest': digest(dig),
    ...lines,
  }
  const base = [
    ...Object.entries(values).map(([id, value]) => `"${id}": ${value}`),
    `"@signature-params": ${params}`,
  ].join('\n')
  write(
    `rfc9421-${name}`,
    'rfc9421',
    source,
    about,
    expected,
    `POST ${url} HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: ${type}\r\nContent-Digest: ${digest(dig)}\r\n${extra}Signature-Input: sig1=${input}\r\nSignature: sig1=${sig(mac(change(base), 'base64', hash, secret))}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    { secret: SECRET, ...options },
  )
}
rfc('json-body', 'NodeBB/NodeBB/issues/14463', same, 'digest-mismatch', { body: '{"name": "a", "n": 1}' })
rfc('line-break', null, 'none', 'base-line-break', { change: (x) => `${x}\n` })
rfc('no-params', 'visa/trusted-agent-protocol/pull/21', same, 'base-without-params', {
  change: (x) => x.split('\n').slice(0, -1).join('\n'),
})
rfc('host', 'nomadium/linzer/issues/9', same, 'host-rewritten', {
  extra: 'X-Forwarded-Host: public.example.org\r\n',
  lines: { '@authority': 'public.example.org' },
})
rfc('port', 'httpwg/http-extensions/issues/1196', subject, '@authority-port', {
  lines: { '@authority': 'api.example.com:443' },
})
rfc('path-query', null, 'none', 'path-with-query', {
  lines: { '@path': '/v1/orders?dry=1' },
})
rfc('query-mark', null, 'none', '@query-mark', {
  lines: { '@query': 'dry=1' },
})
rfc('lower-method', null, 'none', '@method-case', {
  lines: { '@method': 'post' },
})
rfc('charset', null, 'none', 'content-type-parameters', {
  lines: { 'content-type': 'application/json; charset=utf-8' },
})
rfc('label', null, 'none', 'parameters-label', {
  change: (x) => x.replace('"@signature-params": ', '"@signature-params": sig1='),
})
rfc('spaces', null, 'none', 'parameters-spaces', { change: (x) => x.replaceAll(';', '; ') })
rfc('order', null, 'none', 'parameters-order', {
  change: (x) => x.replace(';created=1700000000;keyid="k1"', ';keyid="k1";created=1700000000'),
})
rfc('upper-component', null, 'none', 'component-upper-case', {
  input: PARAMS.replace('"content-type"', '"Content-Type"'),
})
rfc('colons', null, 'none', 'signature-without-colons', { sig: (x) => x })
rfc('base64url', null, 'none', 'signature-base64url', {
  sig: (x) => `:${x.replace(/[+/]/g, '-').replace(/=+$/, '')}-_:`,
})
rfc('created-quoted', null, 'none', 'created-not-integer', {
  input: PARAMS.replace('=1700000000', '="1700000000"'),
})
rfc('ahead', 'httpwg/http-extensions/issues/1187', subject, 'clock-ahead', { options: { nowMs: 1699999900000 } })
rfc('expired', 'cloudflare/web-bot-auth/issues/125', subject, 'expired', {
  params: `${PARAMS};expires=1700000060`,
  options: { nowMs: 1700000100000 },
})
rfc('prefix', null, 'none', '@path-prefix', { lines: { '@path': '/orders' } })
rfc('sha512', null, 'none', 'algorithm', {
  hash: 'sha384',
  options: { algorithm: 'hmac-sha256' },
})
rfc('secret-base64', null, 'none', 'secret-encoding', {
  secret: Buffer.from(Buffer.from(SECRET).toString('base64')),
})
rfc('cavage', 'fedify-dev/fedify/issues/208', subject, 'cavage', {
  sig: (x) => `keyId="k1",algorithm="hs2019",headers="(request-target) host date",signature="${x}"`,
})
