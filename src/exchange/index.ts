/** What every venue is made of, and its verifying side: `countersign/exchange`. Each venue has its own subpath. */
export { type CheckedSigner, type CheckFetch, type CheckKeyOptions, checkKey } from './check-key/check-key.js'
export type { KeyFinding, KeyFindingCode, KeyReport } from './check-key/key-report.js'
export { importVenueKey, type VenueKeyOptions } from './keys/import-venue-key.js'
export type { VenueKeyType } from './keys/key-types.js'
export { increasing } from './signer/increasing.js'
export { randomTexts } from './signer/random-texts.js'
export { uuids } from './signer/uuids.js'
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
} from './signer/venue.js'
export type { Credentials, KeyCredentials, SecretCredentials, VenueOptions } from './spec/credentials.js'
export { type Draft, targetOf } from './spec/draft.js'
export {
  anyHex,
  base64,
  base64OfHex,
  base64url,
  hex,
  type Output,
  paddedBase64url,
  upperHex,
} from './spec/outputs.js'
export type { Param, Params, ParamsForm, ParamValue } from './spec/params.js'
export { inForm, inJson, inQuery, inQueryOrForm, type Place } from './spec/places.js'
export { base64Secret, base64urlSecret, type SecretForm, utf8Secret } from './spec/secrets.js'
export { type Account, venueScheme } from './spec/sign.js'
export type { ClockSpec, Header, MessageSpec, NonceForm, TokenSpec, VenueRules, VenueSpec } from './spec/spec.js'
export { plain, staticSecretKey } from './spec/static-secret.js'
export type { Value } from './spec/text-of.js'
export {
  decimalSeconds,
  expiresIn,
  isoTime,
  milliseconds,
  millisecondsOrSeconds,
  seconds,
  type TimeForm,
  utcTime,
} from './spec/times.js'
export type { VenueFetchInit } from './spec/venue-types.js'
export { type ReadMessage, readMessage, readUpgrade } from './verifier/read-message.js'
export { type VenueDemands, type VenueVerifyScheme, venueVerifier } from './verifier/verifier.js'
