/** Agreed profiles of RFC 9421, both sides of each: `countersign/rfc9421/profiles`. */
export { type ActivityPubOptions, activityPub, activityPubVerifier } from './activitypub.js'
export {
  type AdcpDigest,
  type AdcpJwk,
  type AdcpOptions,
  type AdcpUse,
  type AdcpVerifierOptions,
  type AdcpVersion,
  adcp,
  adcpVerifier,
  adcpVerifyingKey,
} from './adcp.js'
export { type AdcpTarget, adcpTarget } from './adcp-target.js'
export { type CompatibleOptions, compatible, compatibleVerifier } from './compatible.js'
export { type Fapi2Options, fapi2, fapi2Response, fapi2ResponseVerifier, fapi2Verifier } from './fapi2.js'
export {
  type GnapOptions,
  type GnapRotationOptions,
  gnap,
  gnapRotation,
  gnapRotationVerifier,
  gnapVerifier,
} from './gnap.js'
export { type UcpOptions, type UcpVerifierOptions, ucp, ucpVerifier } from './ucp.js'
export {
  type TapPurpose,
  type VisaTapOptions,
  type VisaTapVerifierOptions,
  visaTap,
  visaTapVerifier,
} from './visa-tap.js'
export { type VisaTapKeyOptions, visaTapVerifyingKey } from './visa-tap-key.js'
