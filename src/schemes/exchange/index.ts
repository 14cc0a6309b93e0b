/** What every venue is made of, and its verifying side: `countersign/exchange`. Each venue has its own subpath. */
export { type CheckedSigner, type CheckFetch, type CheckKeyOptions, checkKey } from './engine/check-key/check-key.js'
export type { KeyFinding, KeyFindingCode, KeyReport } from './engine/check-key/key-report.js'
export type { Credentials, KeyCredentials, SecretCredentials, VenueOptions } from './engine/credentials.js'
export { type Draft, targetOf } from './engine/draft.js'
export type { VenueFetchInit } from './engine/edge/fetch-arguments.js'
export { increasing } from './engine/edge/increasing.js'
export { randomTexts } from './engine/edge/random-texts.js'
export { uuids } from './engine/edge/uuids.js'
export {
  type Answer,
  defineVenue,
  type Login,
  type SignedRequest,
  type Venue,
  type VenueFactory,
  type VenueRequest,
  type VenueSigner,
  type When,
} from './engine/edge/venue.js'
export { importVenueKey, type VenueKeyOptions } from './engine/keys/import-venue-key.js'
export type { VenueKeyType } from './engine/keys/key-types.js'
export {
  anyHex,
  base64,
  base64OfHex,
  base64url,
  hex,
  type Output,
  paddedBase64url,
  upperHex,
} from './engine/outputs.js'
export type { Param, Params, ParamsForm, ParamValue } from './engine/params.js'
export { inForm, inJson, inQuery, inQueryOrForm, type Place } from './engine/places.js'
export { base64Secret, base64urlSecret, type SecretForm, utf8Secret } from './engine/secrets.js'
export { type Account, venueScheme } from './engine/sign.js'
export type {
  ClockSpec,
  Header,
  MessageSpec,
  NonceForm,
  TokenSpec,
  Value,
  VenueRules,
  VenueSpec,
} from './engine/spec.js'
export { plain, staticSecretKey } from './engine/static-secret.js'
export {
  decimalSeconds,
  expiresIn,
  isoTime,
  milliseconds,
  millisecondsOrSeconds,
  seconds,
  type TimeForm,
  utcTime,
} from './engine/times.js'
export { type ReadMessage, readMessage, readUpgrade } from './engine/verify/read-message.js'
export { type VenueDemands, type VenueVerifyScheme, venueVerifier } from './engine/verify/verifier.js'
