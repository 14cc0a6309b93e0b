import { checkedSha256Key } from '../../crypto/hmac-key.js'
import { learningClock } from '../signer/learning-clock.js'
import { hex } from '../spec/outputs.js'
import type { Family } from '../spec/spec.js'
import { milliseconds } from '../spec/times.js'

/**
 * WOO X: both versions of its API live on the same hosts, take the same key in the same fields, and share a socket. What is signed
 * of a request is all that differs.
 *
 * @see {@link https://developer.woox.io/api-reference/guide | WOO X v3, Authentication}
 * @see {@link https://docs.woox.io/#authentication | WOO X v1, Authentication}
 */
export const wooX: Family<
  'origins' | 'environments' | 'keys' | 'secretKey' | 'time' | 'headers' | 'learningClock' | 'clock' | 'messages'
> = {
  origins: ['https://api.woox.io'],
  environments: {
    staging: {
      origins: ['https://api.staging.woox.io'],
    },
  },
  keys: { 'hmac-sha256': hex },
  secretKey: checkedSha256Key,
  time: milliseconds,
  headers: [
    ['x-api-key', 'key'],
    ['x-api-timestamp', 'time'],
    ['x-api-signature', 'sign'],
  ],
  // Each version has a path of its own for it.
  learningClock,
  clock: { time: 'timestamp', error: /receive window/ },
  messages: {
    login: {
      base: ({ time }) => `|${time}`,
      template: { id: '$id', event: 'auth', params: { apikey: '$key', sign: '$sign', timestamp: '$time' } },
    },
  },
}
