/**
 * Sign HTTP requests and send exactly what was signed: what most programs need. Servers import `countersign/server`; everything
 * else has a subpath: `/client`, `/crypto`, `/message`, `/rfc9421`, `/scheme`, `/exchange/okx` …
 */

export type { SignedFetch, SignedFetchOptions } from './client/fetch/options.js'
export { allowInsecure, type InsecureOption } from './client/fetch/origins.js'
export { retries } from './client/fetch/retry.js'
export { createSignedFetch } from './client/fetch/signed-fetch.js'
export { type Keyset, keyset } from './client/keyset/keyset.js'
export { type SignRequestOptions, signRequest, signRequestSync } from './client/sign-request.js'
export {
  createResponseVerifier,
  type ResponseVerifier,
  type ResponseVerifierOptions,
} from './client/verify-response.js'
export type { Algorithm } from './crypto/algorithm.js'
export { exportPrivateKey, exportPublicKey } from './crypto/export.js'
export { generateKeyPair, generateSecret } from './crypto/generate.js'
export { hmacKey } from './crypto/hmac-key.js'
export { importSigningKey, importVerifyingKey } from './crypto/import.js'
export type { HmacKey, SigningKey, SyncSigningKey, SyncVerifyingKey, VerifyingKey } from './crypto/key.js'
export { randomBytes } from './crypto/random.js'
export { Secret } from './crypto/secret.js'
export {
  CountersignError,
  type ErrorCode,
  isCountersignError,
  type UsageCode,
  VERDICT_STATUS,
  type VerdictCode,
} from './errors.js'
export { fromFetchRequest, fromFetchResponse } from './message/from-fetch.js'
export {
  type HttpMessage,
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  httpResponse,
  isRequest,
} from './message/message.js'
export { toFetchRequest, toFetchResponse } from './message/to-fetch.js'
export { component } from './schemes/rfc9421/component.js'
export { rfc9421Signer } from './schemes/rfc9421/custom-signer.js'
export { coverLess, type Rfc9421Options, type Rfc9421SignerOptions } from './schemes/rfc9421/options.js'
export { rfc9421 } from './schemes/rfc9421/signer.js'
export { type Rfc9421VerifierOptions, rfc9421Verifier } from './schemes/rfc9421/verifier.js'
export type { Signer, SignScheme, VerifyScheme } from './schemes/scheme.js'
export type { Clock, Nonces } from './sources/sources.js'
