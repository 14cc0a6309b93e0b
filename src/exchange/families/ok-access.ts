import type { Header, MessageSpec } from '../spec/spec.js'
import { seconds } from '../spec/times.js'

/**
 * The login of OKX's and Bitget's sockets is the same message, and Bitget's fields are those of OKX without their prefix, as are
 * WEEX's. What each signs of a request differs, and is in its own file.
 *
 * @see {@link https://www.okx.com/docs-v5/en/#overview-rest-authentication | OKX API, REST authentication}
 * @see {@link https://www.bitget.com/api-doc/common/signature | Bitget API, Signature}
 * @see {@link https://www.weex.com/api-doc/spot/QuickStart/Signature | WEEX API, Signature}
 */
export const okLogin: MessageSpec = {
  // Also where the time of a request is written in another way.
  time: seconds,
  lifeMs: 30_000,
  path: '/users/self/verify',
  base: ({ time, method, path }) => time + method + path,
  template: {
    op: 'login',
    args: [{ apiKey: '$key', passphrase: '$passphrase', timestamp: '$time', sign: '$sign' }],
  },
}

/** The fields of Bitget and WEEX. */
export const accessHeaders: readonly Header[] = [
  ['ACCESS-KEY', 'key'],
  ['ACCESS-SIGN', 'sign'],
  ['ACCESS-TIMESTAMP', 'time'],
  ['ACCESS-PASSPHRASE', 'passphrase'],
]
