/** Time, nonces and transport: `countersign/client`. */
export { type Clock, systemClock } from './clock.js'
export { type HighWaterStore, type IncreasingNoncesOptions, increasingNonces } from './increasing-nonces.js'
export {
  type Keyset,
  type KeysetChange,
  type KeysetContents,
  type KeysetMember,
  type KeysetOptions,
  type KeysetSigner,
  keyset,
} from './keyset.js'
export { type KeysetReload, type KeysetSource, type ReloadKeysetOptions, reloadKeyset } from './keyset-reload.js'
export { type Nonces, randomNonces } from './nonce.js'
export { allowInsecure, type InsecureOption } from './origins.js'
export { type Attempt, type RetryAfterOptions, type RetryOptions, type RetryRule, retries } from './retry.js'
export { type ServerClock, type ServerClockOptions, serverClock, type TimeSource } from './server-clock.js'
export { type SignOptions, signRequest, signRequestSync } from './sign-request.js'
export {
  createSignedFetch,
  type ResponseCheck,
  type SignedFetch,
  type SignedFetchOptions,
  type TransportOption,
} from './signed-fetch.js'
export { dateHeaderTime, jsonTime, type TimeSourceOptions } from './time-source.js'
export { type TellsTime, type VenueClockOptions, venueClock } from './venue-clock.js'
export {
  createResponseVerifier,
  type ResponseKeys,
  type ResponseVerdict,
  type ResponseVerifier,
  type ResponseVerifierOptions,
} from './verify-response.js'
