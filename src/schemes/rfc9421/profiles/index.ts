/** Agreed profiles of RFC 9421, both sides of each: `countersign/rfc9421/profiles`. */
export {
  type GnapOptions,
  type GnapRotationOptions,
  gnap,
  gnapRotation,
  gnapRotationVerifier,
  gnapVerifier,
} from './gnap.js'
