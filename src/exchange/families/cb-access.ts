import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { base64 } from '../spec/outputs.js'
import type { Family, Header } from '../spec/spec.js'
import { seconds } from '../spec/times.js'

/** Those of every key, also where it has no passphrase (the legacy keys of Advanced Trade). */
export const cbAccessHeaders: readonly Header[] = [
  ['CB-ACCESS-KEY', 'key'],
  ['CB-ACCESS-SIGN', 'sign'],
  ['CB-ACCESS-TIMESTAMP', 'time'],
]

/**
 * The `CB-ACCESS-` exchanges: what is signed is the time in seconds, method, path and body, one behind the other. Their sockets
 * have nothing in common but that a login is good for half a minute.
 *
 * @see {@link https://docs.cdp.coinbase.com/exchange/rest-api/authentication | Coinbase Exchange, REST authentication}
 */
export const cbAccess: Family<'keys' | 'secretKey' | 'time' | 'passphrase' | 'headers' | 'body'> = {
  keys: { 'hmac-sha256': base64 },
  secretKey: checkedSha256Key,
  time: seconds,
  // What reads it stands in the files of those that have one: Advanced Trade's older keys have none.
  passphrase: 'shown',
  headers: [...cbAccessHeaders, ['CB-ACCESS-PASSPHRASE', 'passphrase']],
  body: 'json',
}

/**
 * International and Prime sign the path without its query.
 *
 * @see {@link https://docs.cdp.coinbase.com/international-exchange/rest-api/authentication | International, REST authentication}
 * @see {@link https://docs.cdp.coinbase.com/prime/rest-api/authentication | Prime, REST authentication}
 */
export const withoutQuery: Family<'base' | 'covers'> = {
  base: ({ time, method, path, body }) => time + method + path + body,
  covers: ['method', 'path', 'body'],
}
