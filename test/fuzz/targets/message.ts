import { ipRanges } from '../../../src/access/cidr.js'
import { parseIp } from '../../../src/access/ip-address.js'
import { parseMessage } from '../../../src/cli/raw-message.js'
import { activeDigests, matchesDigests } from '../../../src/message/content-digest.js'
import { parseOrigin } from '../../../src/message/from-fetch.js'
import {
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeItem,
  serializeList,
} from '../../../src/message/structured-fields.js'
import { originOf, parseUrl, splitTarget } from '../../../src/message/target.js'
import { parseWantDigest } from '../../../src/message/want-digest.js'
import { parseAcceptSignature } from '../../../src/schemes/rfc9421/accept-signature.js'
import { parseSignatureError } from '../../../src/schemes/rfc9421/signature-error.js'
import { tracedClientIp } from '../../../src/server/middleware/client-ip.js'
import { readerOf } from '../../../src/server/middleware/public-url.js'
import { readPath } from '../../../src/server/steps/read-path.js'
import { holds, reads, refusing } from '../target.js'

/** What was written once is written the same again, however it was spelt first (RFC 9651 4.1). */
function settled(input: string, write: (input: string) => string): void {
  const once = write(input)
  if (write(once) !== once) throw new Error(`${JSON.stringify(once)} is written otherwise when it is read again`)
}

const PROXIES = ipRanges(['10.0.0.0/8'])
const FORWARDED = readerOf({ trustedProxies: ['10.0.0.0/8'], forwarded: 'x-forwarded' })

export const targets = [
  reads('sf-dictionary', ['a=1, b;x="y", c=(1 2.5;q tok)', 'd=:AAE=:, e=?0, f=@1700000000'], (input) =>
    settled(input, (one) => serializeDictionary(parseDictionary(one))),
  ),
  reads('sf-list', ['1, "a\\"b", (tok :AA==:);p=?1', '%"f%c3%bc"'], (input) =>
    settled(input, (one) => serializeList(parseList(one))),
  ),
  reads('sf-item', ['"text";a;b=2', '-1.5', 'tok/en'], (input) =>
    settled(input, (one) => serializeItem(parseItem(one))),
  ),
  reads('accept-signature', ['sig1=("@method" "content-digest";req);created;keyid="k";tag="t"'], parseAcceptSignature),
  reads(
    'signature-error',
    ['error=unsupported_algorithm, supported_algorithms=("ed25519")', 'error=invalid_input, required_input=("@path")'],
    parseSignatureError,
  ),
  reads('want-digest', ['sha-256=1, sha-512=10'], parseWantDigest),
  reads('url', ['https://api.example.com:8443/a/../b?c=%20#d', 'http://[::1]/'], parseUrl),
  reads('ip-address', ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1'], parseIp),
  reads('ip-range', ['192.0.2.0/24', '2001:db8::/32', '::ffff:10.0.0.0/104'], (input) => {
    const base = parseIp(input.split('/')[0])
    const ranges = ipRanges([input])
    holds(base !== undefined && ranges.includes(base), 'a range has its own first address')
  }),
  reads('forwarded-for', ['6.6.6.6, 203.0.113.9, 10.0.0.2', '[2001:db8::1], 10.0.0.1', ' 10.0.0.3 '], (input) => {
    const { ip } = tracedClientIp({ peer: '10.0.0.1', forwardedFor: input.split('\n'), trustedProxies: PROXIES })
    holds(ip === undefined || parseIp(ip) !== undefined, 'an address is one')
  }),
  reads('forwarded-host', ['https api.example.com', 'http [::1]:8080', 'https a.example,b.example'], (input) => {
    const [proto = '', ...hosts] = input.split(' ')
    const fields = [...hosts.flatMap((host) => ['X-Forwarded-Host', host]), 'X-Forwarded-Proto', proto]
    const { authority, scheme } = FORWARDED.locate({ peer: '10.0.0.1', encrypted: false, fields })
    holds(scheme === 'https' || scheme === 'http', 'a scheme is one of two')
    holds(authority === undefined || authority === '' || authority === hosts[0], 'a host is the one that was sent')
  }),
  reads(
    'request-target',
    ['/v1/orders?a=1', 'https://api.example.com/a%2Fb?', '*', '/a/../b', '/%e2%82%ac/'],
    (input) => {
      originOf(input)
      const { path, query } = splitTarget(input)
      holds(path.startsWith('/') || path === input.split('?')[0], 'a path begins with a slash')
      holds(input.endsWith(query), 'a query is the end of the target')
      const reading = readPath(input, 'GET', { acceptAbsoluteForm: true })
      if ('problem' in reading) return
      holds(!/\/\/|\/\.{1,2}(?:\/|$)/.test(reading.path), 'a canonical path has no empty or dot segment')
      holds(reading.path === reading.path.toLowerCase(), 'a canonical path is in lower case')
    },
  ),
  reads('origin', ['https://api.example.com', 'http://[::1]:8080', 'https://a.example/'], parseOrigin),
  reads('content-digest', ['sha-256=:AAAA:', 'sha-512=:AA==:, md5=:AA==:, sha-256=:AAE=:;a'], (input) =>
    matchesDigests(activeDigests(input), new Uint8Array([1])),
  ),
  {
    name: 'raw-message',
    run: (bytes: Uint8Array) => refusing(() => parseMessage(bytes, 'https')),
    seeds: () => [
      'POST /v1?a=1 HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 2\r\n\r\n{}',
      'HTTP/1.1 200 OK\nContent-Type: text/plain\n\nok',
    ],
  },
]
