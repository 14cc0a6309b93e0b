import { hmacSha256Key } from '../../src/crypto/index.js'
import { type ExchangeSpec, encoding, timestamp } from '../../src/exchange/index.js'

/** An exchange of one's own, as the documents show it. */
export const acme: ExchangeSpec = {
  id: 'acme',
  name: 'Acme',
  docs: 'https://docs.acme.example/auth',
  origins: ['https://api.acme.example'],
  keys: { 'hmac-sha256': encoding.hex },
  secretKey: hmacSha256Key,
  time: timestamp.seconds,
  headers: [
    ['X-Key', 'key'],
    ['X-Time', 'time'],
    ['X-Sign', 'sign'],
  ],
  base: ({ time, path }) => time + path,
  covers: ['path'],
}
