/** Time, nonces and transport: `countersign/client`. */

export { type IncreasingNoncesOptions, increasingNonces, type NonceStore } from '../sources/increasing-nonces.js'
export { type ServerClock, type ServerClockOptions, serverClock, type TimeSource } from '../sources/server-clock.js'
export { type Clock, type Nonces, randomNonces, systemClock } from '../sources/sources.js'
export { type ExchangeClockOptions, exchangeClock, type TellsTime } from './exchange-clock.js'
export { type DoubleKnockOptions, doubleKnock } from './fetch/double-knock.js'
export type { ResponseCheck, SignedFetch, SignedFetchOptions, TransportOption } from './fetch/options.js'
export { allowInsecure, type InsecureOption } from './fetch/origins.js'
export { type Attempt, type RetryAfterOptions, type RetryOptions, type RetryRule, retries } from './fetch/retry.js'
export { createSignedFetch } from './fetch/signed-fetch.js'
export {
  type Keyset,
  type KeysetChange,
  type KeysetContents,
  type KeysetMember,
  type KeysetOptions,
  keyset,
} from './keyset/keyset.js'
export { type KeysetReload, type KeysetSource, type ReloadKeysetOptions, reloadKeyset } from './keyset/reload.js'
export type { KeysetSigner } from './keyset/signer.js'
export { type SessionOptions, type SessionSigner, sessionSigner } from './session.js'
export type { LoginRequest, OpenedSession, SessionAnswer, SessionLogin } from './session-login.js'
export { type SignRequestOptions, signRequest, signRequestSync } from './sign-request.js'
export { dateHeaderTime, jsonTime, type TimeSourceOptions } from './time-source.js'
export {
  createResponseVerifier,
  type ResponseKeys,
  type ResponseVerdict,
  type ResponseVerifier,
  type ResponseVerifierOptions,
} from './verify-response.js'
