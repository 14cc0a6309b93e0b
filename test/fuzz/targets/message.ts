import { parseIp } from '../../../src/access/ip-address.js'
import {
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeItem,
  serializeList,
} from '../../../src/message/structured-fields.js'
import { parseUrl } from '../../../src/message/target.js'
import { parseWantDigest } from '../../../src/message/want-digest.js'
import { parseAcceptSignature } from '../../../src/schemes/rfc9421/accept-signature.js'
import { parseSignatureError } from '../../../src/schemes/rfc9421/signature-error.js'
import { reads } from '../target.js'

/** What was written once is written the same again, however it was spelt first (RFC 9651 4.1). */
function settled(input: string, write: (input: string) => string): void {
  const once = write(input)
  if (write(once) !== once) throw new Error(`${JSON.stringify(once)} is written otherwise when it is read again`)
}

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
]
