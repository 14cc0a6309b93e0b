/**
 * Judging what arrives: `countersign/server`. An entry point, so it also hands out what nearly every server needs of the
 * rooms below: keys, the default scheme, the error class.
 */

export { type IpRanges, ipRanges } from '../access/cidr.js'
export { assertIpRules } from '../access/ip-rules.js'
export { assertKeyPolicy } from '../access/key-policy.js'
export type { KeyPolicy, KeyRecord, RateRule } from '../access/key-record.js'
export { assertRateRule, type RateAnswer, type RateLimiter, type RateLimits } from '../access/rate-limit.js'
export * from '../crypto/index.js'
export {
  CountersignError,
  type ErrorCode,
  isCountersignError,
  type UsageCode,
  VERDICT_STATUS,
  type VerdictCode,
} from '../errors.js'
export { type HttpMessage, type HttpRequest, type HttpResponse, httpRequest, httpResponse } from '../message/message.js'
export { type Rfc9421Options, type Rfc9421SignerOptions, rfc9421, rfc9421Signer } from '../schemes/rfc9421/index.js'
export { type Rfc9421VerifierOptions, rfc9421Verifier } from '../schemes/rfc9421/verifier.js'
export {
  type Coverage,
  type SchemeDemands,
  type Signer,
  schemeDemands,
  type UntrustedSignature,
  type VerifyScheme,
} from '../schemes/scheme.js'
export {
  type Clock,
  type ClockProblem,
  type MonotonicClock,
  type MonotonicClockOptions,
  monotonicClock,
} from '../sources/monotonic-clock.js'
export type { Body, BodyStream } from '../support/body.js'
export type { AuditEvent, AuditFacts, AuditSink, LifeEventName, RequestEventName } from './audit-event.js'
export { type BoundKeysOptions, type BoundToken, boundKeys } from './bound-keys.js'
export { type Explainer, type ExplainFacts, type ExplainRules, explainer } from './explain.js'
export type { KeySource } from './key-source.js'
export { staticKeys } from './key-source.js'
export { type ClientIpFacts, clientIp } from './middleware/client-ip.js'
export type { MiddlewareOptions } from './middleware/gate.js'
export {
  type PublicUrl,
  type PublicUrlOptions,
  type PublicUrlReader,
  publicUrlReader,
  type SocketFacts,
  type TracedUrl,
} from './middleware/public-url.js'
export type { Route } from './middleware/routes.js'
export type { ScopeOptions, ScopeQuestion } from './middleware/scope-question.js'
export type { PermanentNonceStore, Policy, PolicyOptions, SchemePolicy } from './policy/policy.js'
export { strictPolicy, tradingPolicy } from './policy/strict-policy.js'
export { type RateLimiting, rateLimits } from './rate-limits.js'
export { type LocalFallbackOptions, withLocalFallback } from './replay/local-fallback.js'
export { type MemoryReplayOptions, type MemoryReplayStore, memoryReplayStore } from './replay/memory.js'
export type { ReplayClaim, ReplayOutcome, ReplayStore } from './replay/replay-store.js'
export {
  createResponseSigner,
  type RefusalAnswer,
  type ResponseSigner,
  type ResponseSignerOptions,
  refusalResponse,
} from './respond.js'
export { type SignatureErrorFacts, signatureErrors } from './signature-error.js'
export { streamedBody } from './steps/streamed-body.js'
export type { Accepted, Delivery, ExplainedFinding, Explanation, Refused, Verdict } from './verdict.js'
export {
  createVerifier,
  noReplayProtection,
  type TriedOut,
  type Verifier,
  type VerifierOptions,
  type VerifyContext,
} from './verifier.js'
export type { PathOptions, StreamedBody } from './verify-context.js'
