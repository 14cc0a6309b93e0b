// What requests of OAuth 1.0a are made of (RFC 5849 3.4, 3.6).
import { S } from './case.mjs'

export const percent = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** The parameters of the protocol, without the signature. */
export const OWN = [
  ['oauth_consumer_key', 'app-1'],
  ['oauth_nonce', 'n0nce'],
  ['oauth_signature_method', 'HMAC-SHA1'],
  ['oauth_timestamp', S],
  ['oauth_token', 'user-1'],
  ['oauth_version', '1.0'],
]

export const pairs = (list, name = percent, value = percent) =>
  list
    .map(([one, other]) => `${name(one)}=${value(other)}`)
    .sort()
    .join('&')
