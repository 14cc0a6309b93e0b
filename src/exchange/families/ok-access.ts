import type { Header, MessageSpec } from '../spec/spec.js'
import { seconds } from '../spec/times.js'

/**
 * What became of OKX's API elsewhere. Bitget took the login of its socket, and the fields without their prefix; WEEX took those
 * from Bitget. What each signs of a request differs, and is in its own file.
 *
 * @see {@link https://www.okx.com/docs-v5/en/#websocket-api-login | OKX API, login of the WebSocket}
 * @see {@link https://www.bitget.com/api-doc/common/websocket-intro | Bitget API, WebSocket}
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
