/** AWS Signature Version 4 and the signatures that descend from it: `countersign/sigv4`. */

export type { Weakness } from '../scheme/weaknesses.js'
export { acs3, acs3Key, acs3Verifier } from './alibaba.js'
export { type ChunkSignerOptions as Sigv4ChunkedOptions, sigv4Chunked } from './chunk-signer.js'
export { type VerifyChunksOptions, verifyChunks } from './chunks.js'
export { type Goog4UrlOptions, type Goog4VerifierOptions, goog4, goog4Key, goog4Url, goog4Verifier } from './google.js'
export { huawei, huaweiKey, huaweiVerifier } from './huawei.js'
export type { AccessKey } from './key.js'
export {
  type Oss4Options,
  type Oss4UrlOptions,
  type Oss4VerifierOptions,
  oss4,
  oss4Key,
  oss4Url,
  oss4Verifier,
} from './oss.js'
export type { CloneOptions as Sigv4CloneOptions, SignerOptions as Sigv4Options } from './parts.js'
export {
  goog4PostPolicy,
  type PolicyCondition,
  type PostPolicyOptions,
  sigv4PostPolicy,
} from './policy.js'
export { sigv4, sigv4Key } from './signer.js'
export {
  type Sigv4aOptions,
  type Sigv4aUrlOptions,
  sigv4a,
  sigv4aKey,
  sigv4aUrl,
  sigv4aVerifier,
} from './sigv4a.js'
export { tc3, tc3Key, tc3Verifier } from './tencent.js'
export { type PresignOptions, presign, sigv4Url, type UrlSignerOptions as Sigv4UrlOptions } from './url-signer.js'
export { type Sigv4VerifierOptions, type Sigv4VerifyScheme, sigv4Verifier } from './verifier.js'
export { type AcceptedForm, type VerifyPostPolicyOptions, verifyPostPolicy } from './verify-policy.js'
export { tos4, tos4Key, tos4Url, tos4Verifier, volc, volcKey, volcVerifier } from './volcengine.js'
