/** The life of an API key: issue, use, limit, rotate, expire, revoke, investigate. `countersign/keyring`. */
export type { AeadId } from '../crypto/aead.js'
export type { AuditEvent } from '../server/audit.js'
export type { KeyPolicy, RateRule } from '../server/key-source.js'
export { type ActingKey, type Actor, actorOf, type HeldLimits } from './actor.js'
export { createKeyringApi, type KeyringApi, type KeyringApiOptions } from './api/api.js'
export { type KeyringOpenApiOptions, keyringOpenApi, type OpenApiDocument } from './api/openapi.js'
export type { KeyringOperation } from './api/operations.js'
export type { KeyringApiPaths } from './api/paths.js'
export type { AuditChain, AuditChainOptions } from './audit-chain.js'
export type { AuditEntry } from './audit-event.js'
export type { AuditBatch, AuditOutput } from './audit-lane.js'
export { type AuditLog, type AuditLogOptions, type AuditLoss, createAuditLog } from './audit-log.js'
export { lineSink, type MemoryAuditLog, memoryAuditLog } from './audit-memory.js'
export { type PrintIncidentOptions, printIncident } from './audit-report.js'
export {
  type ChainProblem,
  type ChainReport,
  type ChainSummary,
  type VerifyChainOptions,
  verifyAuditChain,
} from './audit-verify.js'
export type { BoundRecords } from './bind-records.js'
export { type MemoryBus, memoryBus } from './buses/memory.js'
export { type HandleLeakReportOptions, handleLeakReport } from './handle-leak-report.js'
export {
  type IncidentGroup,
  type IncidentNetwork,
  type IncidentOptions,
  type IncidentPart,
  type IncidentReader,
  type IncidentReport,
  type IncidentUse,
  incident,
} from './incident.js'
export { createIntegrity, type Integrity, type IntegrityOptions, type IntegrityPurpose } from './integrity.js'
export {
  DEFAULT_LIFE_MS,
  type IssueOptions,
  type KeyOrigin,
  type KeySettings,
  type KeyUpdate,
  neverExpires,
} from './issue-options.js'
export type { BusMessage, KeyBus } from './key-bus.js'
export type { KeyEvent } from './key-event.js'
export { isWellFormedSecret, type KeyFormat } from './key-format.js'
export type {
  Environment,
  KeyStatus,
  KeyUsage,
  PublicMaterialRecord,
  RecordMac,
  SealedSecret,
  StoredKey,
} from './key-record.js'
export type { ChangedKey, KeyChange, KeyQuery, KeyStore, UsageDelta } from './key-store.js'
export type { KeyInfo, KeyState } from './key-view.js'
export { createKeyring } from './keyring.js'
export {
  type Act,
  type Compromise,
  type IssuedKey,
  type KeyPage,
  type Keyring,
  type KeyringAudit,
  type KeyringOptions,
  type RenewOptions,
  type Revocation,
  type RotateOptions,
  unboundRecords,
} from './keyring-options.js'
export { GITHUB_REPORT_KEYS_URL, githubReportKeys } from './leak-github.js'
export { judgeLeakReport, type LeakJudgement, type ReportedToken } from './leak-judge.js'
export {
  createLeakReportHandler,
  type LeakReportOptions,
} from './leak-report.js'
export type { LeakReportKey, LeakReportKeys } from './leak-reporter-keys.js'
export type { LeakEvent, LeakReason, LeakRevocation } from './leak-revoke.js'
export { hashSecret, secretIndex } from './leak-secret-index.js'
export { revokeBySecret } from './leak-self-service.js'
export type { KeyringRecord } from './load-key.js'
export { localKek, newKekText } from './local-kek.js'
export { revealText } from './material.js'
export { type KeyNotice, WARNING_DAYS } from './notices.js'
export type { RevocationMarks } from './revocation-marks.js'
export { type GithubPattern, type ScannerRules, scannerRules } from './scanner-rules.js'
export { presetScopes, type ScopePreset } from './scopes.js'
export {
  createSealing,
  type Kek,
  type LocalKek,
  type RemoteKek,
  type SealBinding,
  type Sealing,
  type SealingOptions,
} from './sealing.js'
export { parseStoredKey } from './stored-key.js'
export { type MemoryKeyStore, memoryKeyStore } from './stores/memory.js'
export {
  createUsageTracker,
  type NewNetwork,
  type UsageTracker,
  type UsageTrackerOptions,
} from './usage.js'
