import type { Family } from '../spec/spec.js'
import { checkedStaticKey, plain } from '../spec/static-secret.js'

/**
 * Alpaca and Luno: NOTHING IS SIGNED, the secret itself stands where a signature would. What fields and messages it is shown in is
 * all that differs.
 *
 * @see {@link https://docs.alpaca.markets/docs/authentication-1 | Alpaca, authentication}
 * @see {@link https://www.luno.com/en/developers/api#section/Authentication | Luno, authentication}
 */
export const shownSecret: Family<'keys' | 'secretKey' | 'base' | 'covers'> = {
  keys: { 'hmac-sha256': plain },
  secretKey: checkedStaticKey,
  base: () => '',
  covers: [],
}
