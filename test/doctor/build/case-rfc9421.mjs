import { constants, createHash, createHmac, createPrivateKey, sign as signBytes } from 'node:crypto'
import { EC_KEY, ED25519_KEY, RSA_KEY } from '../keys.mjs'
import { http, JSON_BODY, publicOf, S, SECRET, write } from './case.mjs'

/** A signed request of RFC 9421; `change` is what is done wrong. */
export const digest = (text, form = 'sha-256=:', hash = 'sha256') =>
  `${form}${createHash(hash).update(text).digest('base64')}:`
export function rfc(name, source, about, expected, change) {
  const {
    sign,
    options,
    covered = ['@method', '@authority', '@path', '@query', 'content-digest'],
    values = {},
    field = digest(JSON_BODY),
    headers = [],
    list = (ids) => `(${ids.map((id) => `"${id}"`).join(' ')})`,
    params = `;created=${S};keyid="k1"`,
    base = (lines, all) => [...lines, `"@signature-params": ${all}`].join('\n'),
    input = (text) => text,
    path = '/v1/orders?dry=1',
    host = 'api.example.com',
  } = change
  const known = {
    '@method': 'POST',
    '@authority': host,
    '@path': '/v1/orders',
    '@query': '?dry=1',
    '@target-uri': `https://${host}${path}`,
    'content-digest': field,
    ...values,
  }
  const all = `${list(covered)}${params}`
  const text = base(
    covered.map((id) => `"${id}": ${known[id]}`),
    all,
  )
  write(
    `rfc9421-${name}`,
    'rfc9421',
    source,
    about,
    expected,
    http(
      'POST',
      host,
      path,
      [
        ['Content-Type', 'application/json'],
        ['Content-Digest', field],
        ...headers,
        ['Signature-Input', `sig1=${input(all)}`],
        ['Signature', `sig1=:${sign(text).toString('base64')}:`],
      ],
      JSON_BODY,
    ),
    options,
  )
}
export const byEc = { publicKey: publicOf(EC_KEY), algorithm: 'ecdsa-p256-sha256' }
export const byRsa = { publicKey: publicOf(RSA_KEY), algorithm: 'rsa-pss-sha512' }
export const byEd = { publicKey: publicOf(ED25519_KEY), algorithm: 'ed25519' }
export const shared = { secret: SECRET }
export const hmac = (text) => createHmac('sha256', SECRET).update(text).digest()
export const pss = (hash, saltLength) => (text) =>
  signBytes(hash, Buffer.from(text), { key: RSA_KEY, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
export const ecdsa = (hash, dsaEncoding) => (text) => signBytes(hash, Buffer.from(text), { key: EC_KEY, dsaEncoding })
export const ed = (text) => signBytes(null, Buffer.from(text), createPrivateKey(ED25519_KEY))
