/**
 * Judging what arrives: `countersign/server`. An entry point, so it also hands out what nearly every server needs of the
 * rooms below: keys, the default scheme, the error class.
 */
export * from '../crypto/index.js'
export {
  CountersignError,
  type ErrorCode,
  isCountersignError,
  type UsageCode,
  VERDICT_STATUS,
  type VerdictCode,
} from '../errors.js'
export {
  type Body,
  type BodyStream,
  type HttpMessage,
  type HttpRequest,
  type HttpResponse,
  httpRequest,
  httpResponse,
} from '../message/message.js'
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
export type { AuditEvent, AuditFacts, AuditSink, LifeEventName, RequestEventName } from './audit.js'
export { type IpRanges, ipRanges } from './cidr.js'
export { type ClientIpFacts, clientIp } from './client-ip.js'
export {
  type Clock,
  type ClockProblem,
  type MonotonicClock,
  type MonotonicClockOptions,
  monotonicClock,
} from './clock.js'
export type { MiddlewareOptions } from './gate.js'
export { assertIpRules } from './ip-rules.js'
export { assertKeyPolicy } from './key-policy.js'
export type { KeyPolicy, KeyRecord, KeySource, RateRule } from './key-source.js'
export {
  type PermanentNonceStore,
  type Policy,
  type PolicyOptions,
  type SchemePolicy,
  strictPolicy,
  tradingPolicy,
} from './policy.js'
export {
  type PublicUrl,
  type PublicUrlOptions,
  type PublicUrlReader,
  publicUrlReader,
  type SocketFacts,
  type TracedUrl,
} from './public-url.js'
export { assertRateRule, type RateAnswer, type RateLimiter, type RateLimits } from './rate-limit.js'
export type { PathOptions } from './read-path.js'
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
export type { Route } from './routes.js'
export type { ScopeOptions, ScopeQuestion } from './scope-question.js'
export { staticKeys } from './static-keys.js'
export type { Accepted, Refused, Verdict } from './verdict.js'
export {
  createVerifier,
  noReplayProtection,
  type Verifier,
  type VerifierOptions,
  type VerifyContext,
} from './verifier.js'
