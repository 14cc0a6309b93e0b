/**
 * Sign HTTP requests and send exactly what was signed: keys, messages, RFC 9421 and the client. Servers import
 * `countersign/server`; every room also has its own subpath.
 */
export * from './client/index.js'
export * from './crypto/index.js'
export {
  CountersignError,
  type ErrorCode,
  isCountersignError,
  type UsageCode,
  VERDICT_STATUS,
  type VerdictCode,
} from './errors.js'
export * from './message/index.js'
export * from './schemes/index.js'
export * from './schemes/rfc9421/index.js'
