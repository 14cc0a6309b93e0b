import { assertKeyPolicy } from '../../../src/access/key-policy.js'
import { assertRateRule } from '../../../src/access/rate-limit.js'
import { fileSink } from '../../../src/audit/file.js'
import { createAuditLog } from '../../../src/audit/log.js'
import { createResponseVerifier } from '../../../src/client/verify-response.js'
import { createKeyringApi } from '../../../src/keyring/api/api.js'
import { postgresBus } from '../../../src/keyring/buses/postgres.js'
import { redisBus } from '../../../src/keyring/buses/redis.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import { handleLeakReport } from '../../../src/keyring/leaks/handle.js'
import { createLeakReportHandler } from '../../../src/keyring/leaks/report.js'
import { scannerRules } from '../../../src/keyring/leaks/scanner-rules.js'
import { createIntegrity } from '../../../src/keyring/record/integrity.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { fileKeyStore } from '../../../src/keyring/stores/file.js'
import { postgresKeyStore } from '../../../src/keyring/stores/postgres.js'
import { redisKeyStore } from '../../../src/keyring/stores/redis.js'
import { sqliteKeyStore } from '../../../src/keyring/stores/sqlite.js'
import { createUsageTracker } from '../../../src/keyring/usage/usage.js'
import { schemeDemands } from '../../../src/schemes/scheme.js'
import { directoryDocument, keyDirectory } from '../../../src/server/directory/directory.js'
import { strictPolicy, tradingPolicy } from '../../../src/server/policy/strict-policy.js'
import { flexibleLimiter } from '../../../src/server/rate-limiter-flexible.js'
import { withLocalFallback } from '../../../src/server/replay/local-fallback.js'
import { postgresReplayStore } from '../../../src/server/replay/postgres.js'
import { redisReplayStore } from '../../../src/server/replay/redis.js'
import { createResponseSigner } from '../../../src/server/respond.js'
import { createVerifier } from '../../../src/server/verifier.js'

/** Functions of the server and the keyring that cannot do without what they are given first. */
export const NEEDING: Readonly<Record<string, (given: never) => unknown>> = {
  assertKeyPolicy,
  assertRateRule,
  createAuditLog,
  createIntegrity,
  createKeyring,
  createKeyringApi,
  createLeakReportHandler,
  createResponseSigner,
  createResponseVerifier,
  createSealing,
  createUsageTracker,
  createVerifier,
  directoryDocument: (given) => directoryDocument(Array.isArray(given) ? (5 as never) : given),
  fileKeyStore: (given) => (typeof given === 'string' ? fileKeyStore(5 as never) : fileKeyStore(given)),
  fileSink,
  flexibleLimiter,
  handleLeakReport,
  keyDirectory,
  postgresBus,
  postgresKeyStore,
  postgresReplayStore,
  redisBus,
  redisKeyStore,
  redisReplayStore,
  scannerRules,
  schemeDemands,
  sqliteKeyStore,
  strictPolicy,
  tradingPolicy,
  withLocalFallback,
}

/** Which options of a function are true or false, and which are numbers; the rows of the same name call it. */
export interface OptionKinds {
  readonly flags?: readonly string[]
  readonly numbers?: readonly string[]
  /** For these `null` takes a limit away. */
  readonly nullable?: readonly string[]
}

const POLICY: OptionKinds = {
  flags: ['requireNonce', 'requireExpires'],
  numbers: ['maxAgeMs', 'maxFutureMs', 'maxLifetimeMs', 'maxBodyBytes', 'maxStreamBytes'],
}
const MIDDLEWARE: OptionKinds = {
  flags: ['acceptAbsoluteForm', 'acceptEncodedSlash', 'acceptAnyPath'],
  numbers: ['cost'],
}
const PREFLIGHT: OptionKinds = { ...MIDDLEWARE, flags: [...(MIDDLEWARE.flags ?? []), 'exemptPreflight'] }
const API: OptionKinds = { flags: ['publicOpenApi'] }
const MEMORY = ['maxEntries', 'maxPerKeyShare', 'maxAgeMs', 'maxFutureMs', 'bucketMs']

/** Every option of the server and the keyring that is a number or true or false, by the name of its row. */
export const KINDS: Readonly<Record<string, OptionKinds>> = {
  'countersign/server#strictPolicy': POLICY,
  'countersign/server#tradingPolicy': POLICY,
  'countersign/server#strictPolicy: perScheme': {
    flags: ['requireNonce', 'requireExpires', 'untimed'],
    numbers: ['maxAgeMs', 'maxFutureMs', 'maxLifetimeMs'],
  },
  'countersign/server#createVerifier': { numbers: ['storeTimeoutMs'] },
  'countersign/server#schemeDemands': {
    flags: ['requireNonce', 'untimed', 'untilExpires'],
    numbers: ['maxLifetimeMs'],
  },
  'countersign/sigv4#sigv4': {
    flags: ['omitSessionToken', 'unsignedPayload', 'signBodyHeader', 'doubleEncode', 'normalizePath'],
  },
  'countersign/sigv4#sigv4Url': {
    flags: ['omitSessionToken', 'unsignedPayload', 'doubleEncode', 'normalizePath'],
    numbers: ['expiresS'],
  },
  'countersign/sigv4#presign': {
    flags: ['omitSessionToken', 'unsignedPayload', 'doubleEncode', 'normalizePath'],
    numbers: ['expiresS', 'nowMs'],
  },
  'countersign/sigv4#sigv4Verifier': {
    flags: [
      'unsignedPayload',
      'chunked',
      'omitSessionToken',
      'reusableUrls',
      'requireBodyHeader',
      'doubleEncode',
      'normalizePath',
    ],
  },
  'countersign/server#staticKeys': {
    flags: ['allowZeroPrefix'],
    numbers: ['notBeforeMs', 'expiresAtMs', 'version'],
  },
  'countersign/server#assertKeyPolicy': {
    flags: ['requireNonce', 'requireBodyDigest'],
    numbers: ['maxBodyBytes', 'maxAgeMs', 'maxFutureMs'],
  },
  'countersign/server/directory#keyDirectory': {
    flags: ['keyIdIsUrl'],
    numbers: ['maxAgeMs', 'cooldownMs', 'timeoutMs', 'maxBytes', 'maxKeys'],
  },
  'countersign/server/directory#directoryDocument': { numbers: ['notBeforeMs', 'expiresAtMs'] },
  'countersign/server/express#requireSignature': PREFLIGHT,
  'countersign/server/fastify#requireSignature': PREFLIGHT,
  'countersign/server/hono#requireSignature': PREFLIGHT,
  'countersign/server/koa#requireSignature': PREFLIGHT,
  'countersign/server/node#verifyRequest': PREFLIGHT,
  'countersign/server/node#withSignature': MIDDLEWARE,
  'countersign/server/fetch#withSignature': MIDDLEWARE,
  'countersign/server/node#signAndSend': { numbers: ['status'] },
  'countersign/server#memoryReplayStore': { flags: ['restartBarrier', 'singleProcess'], numbers: MEMORY },
  'countersign/server#monotonicClock': { numbers: ['maxStepMs'] },
  'countersign/server#withLocalFallback': { flags: ['singleProcess'], numbers: MEMORY },
  'countersign/replay/redis#redisReplayStore': {
    numbers: ['deadlineMs', 'maxAgeMs', 'maxFutureMs', 'clockSkewMs', 'maxPending', 'localGate'],
  },
  'countersign/replay/postgres#postgresReplayStore': {
    numbers: ['deadlineMs', 'maxAgeMs', 'maxFutureMs', 'clockSkewMs', 'maxPending'],
  },
  'countersign/server#assertRateRule': { numbers: ['limit', 'windowMs'] },
  'countersign/server/rate-limiter-flexible#flexibleLimiter': { numbers: ['maxRules'] },
  'countersign/keyring#createKeyring': { numbers: ['otherNodes', 'storeTimeoutMs'], flags: ['usage'] },
  'countersign/keyring#createKeyring: cache': {
    numbers: ['ttlMs', 'negativeTtlMs', 'disconnectedTtlMs', 'maxEntries', 'pollMs'],
  },
  'countersign/keyring#createKeyring: usage': { numbers: ['flushMs', 'maxKeys'] },
  'countersign/keyring#createKeyring().issue': {
    flags: ['allowZeroPrefix'],
    numbers: ['notBeforeMs', 'expiresInMs', 'lockAfterIdleMs', 'rotateEveryMs'],
  },
  'countersign/keyring#createKeyring().issue: rateLimit': { numbers: ['limit', 'windowMs'] },
  'countersign/keyring#createKeyring().issue: actor': {
    flags: ['allowZeroPrefix'],
    numbers: ['expiresAtMs', 'lockAfterIdleMs'],
  },
  'countersign/keyring#createKeyring().update': {
    flags: ['allowZeroPrefix'],
    numbers: ['lockAfterIdleMs', 'rotateEveryMs', 'rev'],
    nullable: ['lockAfterIdleMs', 'rotateEveryMs'],
  },
  'countersign/keyring#createKeyring().rotate': { flags: ['compromised'], numbers: ['overlapMs'] },
  'countersign/keyring#createKeyring().renew': { flags: ['compromised'], numbers: ['overlapMs', 'expiresInMs'] },
  'countersign/keyring#createKeyring().expire': { numbers: ['atMs'] },
  'countersign/keyring#createKeyring().compromise': { flags: ['wait'], numbers: ['sinceMs'] },
  'countersign/keyring#createKeyring().list': { numbers: ['limit'] },
  'countersign/keyring#createKeyringApi': API,
  'countersign/console/portal#createKeyringPortal': { numbers: ['defaultLifeMs', 'maxLifeMs'] },
  'countersign/keyring#keyringOpenApi': { flags: ['publicOpenApi', 'hasIncident'] },
  'countersign/keyring#keyActivity': { numbers: ['nowMs', 'days', 'maxKeys'] },
  'countersign/keyring#createAuditLog': {
    flags: ['chain', 'digests'],
    numbers: ['maxQueue', 'delayMs', 'timeoutMs', 'retries', 'stragglerEveryMs'],
  },
  'countersign/keyring#createAuditLog: sample': { numbers: ['ok'] },
  'countersign/keyring#memoryAuditLog': { numbers: ['maxEvents'] },
  'countersign/keyring#verifyAuditChain': { flags: ['allowTruncatedStart'] },
  'countersign/keyring#incident': { numbers: ['untilMs', 'maxGroups'] },
  'countersign/keyring#printIncident': { numbers: ['maxRows'] },
  'countersign/keyring#createUsageTracker': { numbers: ['flushMs', 'maxKeys', 'timeoutMs'] },
  'countersign/keyring#githubReportKeys': { numbers: ['timeoutMs'] },
  'countersign/keyring#judgeLeakReport': { numbers: ['maxTokens'] },
  'countersign/keyring#createLeakReportHandler': {
    numbers: ['maxBodyBytes', 'timeoutMs', 'maxTokens', 'storeTimeoutMs'],
  },
  'countersign/keyring#handleLeakReport': {
    numbers: ['maxBodyBytes', 'timeoutMs', 'maxTokens', 'storeTimeoutMs'],
  },
  'countersign/keyring/file#fileKeyStore': { numbers: ['waitMs', 'staleMs', 'maxBytes'] },
  'countersign/keyring/file#fileRevocations': { numbers: ['waitMs', 'staleMs', 'maxBytes'] },
  'countersign/keyring/sqlite#sqliteKeyStore': { numbers: ['busyTimeoutMs'] },
  'countersign/keyring/postgres#postgresKeyStore': { numbers: ['timeoutMs'] },
  'countersign/keyring/redis#redisKeyStore': { numbers: ['timeoutMs'] },
  'countersign/keyring/postgres-bus#postgresBus': { numbers: ['heartbeatMs', 'timeoutMs'] },
  'countersign/keyring/redis-bus#redisBus': { numbers: ['heartbeatMs', 'timeoutMs'] },
  'countersign/keyring/audit-file#fileSink': { flags: ['fsync'], numbers: ['maxBytes', 'maxFiles'] },
  'countersign/keyring/exit-hook#flushOnExit': { numbers: ['timeoutMs'] },
}
