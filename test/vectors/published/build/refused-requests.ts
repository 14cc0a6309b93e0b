import type { HttpRequest } from '../../../../src/message/message.js'
import { contentDigest, dropField, editField, editSignature, FOUR } from '../../../attacks/forge.js'
import { ed } from './keys.js'
import { covering, input, line, type Row, sent, signature, withBody } from './refused-case.js'
import { bytes, GET, ORDER, post, SECONDS } from './verify.js'

const WITHOUT = FOUR.map(
  (id): Row => [
    'COMPONENT_MISSING',
    `${id.replaceAll('"', '')} is not covered`,
    { covered: FOUR.filter((one) => one !== id) },
  ],
)

const bit = (at: number) => (request: HttpRequest) =>
  editSignature(request, (all) => all.map((byte, i) => (i === at >> 3 ? byte ^ (128 >> (at & 7)) : byte)))
const SIGNATURES: readonly Row[] = [
  ...[0, 7, 128, 255].map((at): Row => ['SIGNATURE_INVALID', `bit ${at} of the signature`, { afterwards: bit(at) }]),
  ['SIGNATURE_INVALID', 'bit 511 of a signature of Ed25519', { key: ed, afterwards: bit(511) }],
  [
    'SIGNATURE_MALFORMED',
    'the last byte cut',
    { afterwards: (one) => editSignature(one, (all) => all.subarray(0, -1)) },
  ],
  [
    'SIGNATURE_MALFORMED',
    'a byte behind it',
    { afterwards: (one) => editSignature(one, (all) => Uint8Array.of(...all, 0)) },
  ],
  ['SIGNATURE_MALFORMED', 'no bytes', { afterwards: signature(() => 'sig1=::') }],
  ['AUTH_MALFORMED', 'an empty field', { afterwards: signature(() => '') }],
  ['SIGNATURE_MALFORMED', 'base64 without padding', { afterwards: signature((text) => text.replace('=:', ':')) }],
  [
    'SIGNATURE_MALFORMED',
    'bits behind the end of base64',
    { afterwards: signature((text) => text.replace(/(.)=:$/, (_, last: string) => `${after(last)}=:`)) },
  ],
  ['SIGNATURE_MALFORMED', 'characters of base64url', { afterwards: signature((text) => text.replace(/:./, ':_')) }],
  ['SIGNATURE_MALFORMED', 'white space inside', { afterwards: signature((text) => text.replace(/:(....)/, ':$1 ')) }],
  ['SIGNATURE_MALFORMED', 'text in place of bytes', { afterwards: signature((text) => text.replaceAll(':', '"')) }],
  ['SIGNATURE_MALFORMED', 'a parameter behind it', { afterwards: signature((text) => `${text};a=1`) }],
  [
    'SIGNATURE_INVALID',
    'the time renewed',
    { afterwards: input((text) => text.replace(String(SECONDS), String(SECONDS + 1))) },
  ],
  ['SIGNATURE_INVALID', 'the nonce exchanged', { afterwards: input((text) => text.replace('nonce="', 'nonce="x')) }],
  [
    'SIGNATURE_INVALID',
    'the order of components exchanged',
    { afterwards: input((text) => text.replace('"@method" "@authority"', '"@authority" "@method"')) },
  ],
]

/** Another last character with the same bytes for a reader that ignores what does not fill one. */
function after(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return alphabet[alphabet.indexOf(character) + 1] as string
}

const CHANGES: readonly Row[] = [
  ...WITHOUT,
  ['COMPONENT_MISSING', 'nothing is covered', { covered: [] }],
  ['COMPONENT_MISSING', 'a covered field is not there', covering('"x-absent"')],
  ['SIGNATURE_INVALID', 'another method', { afterwards: sent({ method: 'DELETE' }) }],
  ['SIGNATURE_INVALID', 'another path', { afterwards: sent({ target: '/v1/order?symbol=BTCUSDT&side=buy' }) }],
  [
    'SIGNATURE_INVALID',
    'a slash at the end of the path',
    { afterwards: sent({ target: '/v1/orders/?symbol=BTCUSDT&side=buy' }) },
  ],
  [
    'SIGNATURE_INVALID',
    'the path in another case',
    { afterwards: sent({ target: '/v1/Orders?symbol=BTCUSDT&side=buy' }) },
  ],
  [
    'SIGNATURE_INVALID',
    'the path in another encoding',
    { afterwards: sent({ target: '/v1/%6frders?symbol=BTCUSDT&side=buy' }) },
  ],
  ['SIGNATURE_INVALID', 'the query cut', { afterwards: sent({ target: '/v1/orders' }) }],
  ['SIGNATURE_INVALID', 'the query reordered', { afterwards: sent({ target: '/v1/orders?side=buy&symbol=BTCUSDT' }) }],
  [
    'SIGNATURE_INVALID',
    'the query extended',
    { afterwards: sent({ target: '/v1/orders?symbol=BTCUSDT&side=buy&x=1' }) },
  ],
  [
    'SIGNATURE_INVALID',
    'the query in another encoding',
    { afterwards: sent({ target: '/v1/orders?symbol=BTCUSD%54&side=buy' }) },
  ],
  [
    'SIGNATURE_INVALID',
    'a covered field changed',
    { ...withBody(ORDER), afterwards: (one) => editField(one, 'content-type', () => 'text/plain') },
  ],
  ['HOST_MISMATCH', 'signed for another host', { request: { authority: 'evil.example' } }],
  ['HOST_MISMATCH', 'another port', { request: { authority: 'api.example.com:8080' } }],
  ['HOST_MISMATCH', 'two hosts in one field', { request: { authority: 'api.example.com, evil.example' } }],
  [
    'SIGNATURE_INVALID',
    'signed for another host and sent to this one',
    { request: { authority: 'evil.example' }, afterwards: sent({ authority: GET.authority }) },
  ],
  ['TARGET_MALFORMED', 'two slashes', { request: { target: '//evil.example/v1' } }],
  ['TARGET_MALFORMED', 'a fragment', { request: { target: '/v1/orders#x' } }],
  ['TARGET_MALFORMED', 'a backslash', { request: { target: '/v1\\orders' } }],
  ['TARGET_MALFORMED', 'a space', { request: { target: '/v1/or ders' } }],
  ['TARGET_MALFORMED', 'non-ASCII text', { request: { target: '/v1/caf\u00e9' }, afterwards: sent({}) }],
  ['TARGET_MALFORMED', 'no slash', { request: { target: 'v1/orders' } }],
  ['METHOD_MALFORMED', 'a method in small letters', { request: { method: 'get' } }],
  [
    'METHOD_MALFORMED',
    'an override of the method that is not covered',
    { afterwards: line('X-HTTP-Method-Override', 'DELETE') },
  ],
  ['HEADER_DUPLICATE', 'two content types', { ...withBody(ORDER), afterwards: line('Content-Type', 'text/plain') }],
  ['HEADER_DUPLICATE', 'two lengths', { request: { fields: ['Content-Length', '0', 'Content-Length', '0'] } }],
  [
    'AUTH_DUPLICATE',
    'two lines of Authorization',
    { request: { fields: ['Authorization', 'a', 'Authorization', 'b'] } },
  ],
  [
    'HEADER_DUPLICATE',
    'two lines of a covered field that hosts do not join',
    { request: { fields: ['User-Agent', 'a', 'User-Agent', 'b'] }, ...covering('"user-agent"') },
  ],
  [
    'AUTH_MALFORMED',
    'a covered field that is not ASCII',
    { request: { fields: ['X-Name', 'Zo\u00eb'] }, ...covering('"x-name"') },
  ],
  [
    'CONTENT_ENCODING_UNSUPPORTED',
    'a content coding',
    { ...withBody(ORDER), afterwards: line('Content-Encoding', 'gzip') },
  ],
]

const BODIES: readonly Row[] = [
  [
    'DIGEST_MISMATCH',
    'another body',
    { ...withBody(ORDER), afterwards: sent({ body: bytes(ORDER.replace('1', '2')) }) },
  ],
  ['DIGEST_MISMATCH', 'a byte behind the body', { ...withBody(ORDER), afterwards: sent({ body: bytes(`${ORDER} `) }) }],
  ['DIGEST_MISMATCH', 'no body any more', { ...withBody(ORDER), afterwards: sent({ body: null }) }],
  [
    'DIGEST_MISMATCH',
    'a right digest and a wrong one',
    withBody(ORDER, `${contentDigest(ORDER)}, ${contentDigest('{}', 'sha-512')}`),
  ],
  [
    'SIGNATURE_INVALID',
    'another body and its digest',
    {
      ...withBody(ORDER),
      afterwards: (one) => ({ ...editField(one, 'content-digest', () => contentDigest('{}')), body: bytes('{}') }),
    },
  ],
  ['DIGEST_MISSING', 'a body without a digest', { request: post(ORDER, '') }],
  [
    'DIGEST_MISSING',
    'a body beside a request that was signed without one',
    { afterwards: sent({ body: bytes(ORDER) }) },
  ],
  ['COMPONENT_MISSING', 'a digest that is not covered', { request: post() }],
  [
    'COMPONENT_MISSING',
    'a covered digest that is not there',
    { ...withBody(ORDER), afterwards: (one) => ({ ...dropField(one, 'content-digest'), body: null }) },
  ],
  ['DIGEST_MISSING', 'a digest of no known algorithm', withBody(ORDER, 'md5=:CY9rzUYh03PK3k6DJie09g==:')],
  ['AUTH_MALFORMED', 'a digest of another length', withBody(ORDER, 'sha-256=:AAAA:')],
  ['AUTH_MALFORMED', 'an algorithm twice', withBody(ORDER, `${contentDigest(ORDER)}, ${contentDigest(ORDER)}`)],
  [
    'AUTH_MALFORMED',
    'a digest without padding',
    withBody(ORDER, contentDigest(ORDER).replace('=:', ':').replace('=:', ':')),
  ],
  ['AUTH_MALFORMED', 'a digest as text', withBody(ORDER, 'sha-256="AAAA"')],
  ['BODY_TOO_LARGE', 'a body of 4097 bytes', withBody('x'.repeat(4_097), contentDigest('x'.repeat(4_097)))],
  ['REPLAY', 'the same request again', { before: {} }],
  ['REPLAY', 'the nonce again, for another path', { before: { request: { target: '/v1/balance' } } }],
  ['REPLAY', 'the same request under another label', { before: {}, label: 'other' }],
]

/** What is refused because the request is not the one that was signed, or came before. */
export const REFUSED_REQUESTS: readonly Row[] = [...SIGNATURES, ...CHANGES, ...BODIES]
