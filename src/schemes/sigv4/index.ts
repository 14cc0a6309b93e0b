/** AWS Signature Version 4 and the signatures that descend from it: `countersign/sigv4`. */

export { type Goog4UrlOptions, type Goog4VerifierOptions, goog4, goog4Key, goog4Url, goog4Verifier } from './google.js'
export type { AccessKey } from './key.js'
export type { SignerOptions as Sigv4Options } from './parts.js'
export { sigv4, sigv4Key } from './signer.js'
export {
  type Sigv4aOptions,
  type Sigv4aUrlOptions,
  sigv4a,
  sigv4aKey,
  sigv4aUrl,
  sigv4aVerifier,
} from './sigv4a.js'
export { type PresignOptions, presign, sigv4Url, type UrlSignerOptions as Sigv4UrlOptions } from './url-signer.js'
export { type Sigv4VerifierOptions, sigv4Verifier } from './verifier.js'
