/** The life of an API key: issue, use, limit, rotate, expire, revoke, investigate. `countersign/keyring`. */

export type { KeyPolicy, RateRule } from '../access/key-record.js'
export {
  type ActivityDay,
  type ActivityOptions,
  type ActivityReport,
  keyActivity,
  type OldKeyUse,
} from '../audit/activity.js'
export type { AuditChain, AuditChainOptions } from '../audit/chain.js'
export type { AuditEntry } from '../audit/event.js'
export {
  type IncidentGroup,
  type IncidentNetwork,
  type IncidentOptions,
  type IncidentPart,
  type IncidentReader,
  type IncidentReport,
  type IncidentUse,
  incident,
} from '../audit/incident.js'
export type { AuditBatch, AuditOutput, ReadSince } from '../audit/lane.js'
export { type AuditLog, type AuditLogOptions, type AuditLoss, createAuditLog } from '../audit/log.js'
export { lineSink, type MemoryAuditLog, memoryAuditLog } from '../audit/memory.js'
export { type PrintIncidentOptions, printIncident } from '../audit/report.js'
export type { IncidentBucket, IncidentTimeline } from '../audit/timeline.js'
export {
  type ChainProblem,
  type ChainReport,
  type ChainSummary,
  type VerifyChainOptions,
  verifyAuditChain,
} from '../audit/verify.js'
export type { AeadId } from '../crypto/aead.js'
export type { AuditEvent } from '../server/audit-event.js'
export { createKeyringApi, type KeyringApi, type KeyringApiOptions } from './api/api.js'
export { type KeyringOpenApiOptions, keyringOpenApi, type OpenApiDocument } from './api/openapi.js'
export type { KeyringOperation } from './api/operations.js'
export type { KeyringApiPaths } from './api/paths.js'
export { type MemoryBus, memoryBus } from './buses/memory.js'
export type { BusMessage, KeyBus } from './cache/key-bus.js'
export { type ActingKey, type Actor, actorOf, type HeldLimits } from './change/actor.js'
export {
  DEFAULT_LIFE_MS,
  type IssueOptions,
  type KeyOrigin,
  type KeySettings,
  type KeyUpdate,
  neverExpires,
} from './change/issue-options.js'
export { presetScopes, type ScopePreset } from './change/scopes.js'
export type { ChangedKey, KeyChange, KeyQuery, KeyStore, UsageDelta } from './key-store.js'
export { createKeyring } from './keyring.js'
export {
  type Act,
  type Compromise,
  type CompromiseOptions,
  type IssuedKey,
  type KeyPage,
  type Keyring,
  type KeyringAudit,
  type KeyringOptions,
  type RenewOptions,
  type Revocation,
  type RotateOptions,
  type Shown,
  unboundRecords,
} from './keyring-options.js'
export { GITHUB_REPORT_KEYS_URL, githubReportKeys } from './leaks/github.js'
export { type HandleLeakReportOptions, handleLeakReport } from './leaks/handle.js'
export { judgeLeakReport, type LeakJudgement, type ReportedToken } from './leaks/judge.js'
export {
  createLeakReportHandler,
  type LeakReportOptions,
} from './leaks/report.js'
export type { LeakReportKey, LeakReportKeys } from './leaks/reporter-keys.js'
export type { LeakEvent, LeakReason, LeakRevocation } from './leaks/revoke.js'
export { revokeBySecret } from './leaks/revoke.js'
export { type GithubPattern, type ScannerRules, scannerRules } from './leaks/scanner-rules.js'
export { hashSecret, secretIndex } from './leaks/secret-index.js'
export { createIntegrity, type Integrity, type IntegrityOptions, type IntegrityPurpose } from './record/integrity.js'
export type { Kek, LocalKek, RemoteKek } from './record/kek.js'
export { generateKek, localKek } from './record/kek.js'
export type { KeyEvent } from './record/key-event.js'
export { isWellFormedSecret, type KeyFormat } from './record/key-format.js'
export type {
  Environment,
  KeyStatus,
  KeyUsage,
  PublicMaterialRecord,
  RecordMac,
  SealedSecret,
  StoredKey,
} from './record/key-record.js'
export type { KeyInfo, KeyState } from './record/key-view.js'
export type { KeyringRecord } from './record/load-key.js'
export type { RevocationMarks } from './record/revocation-marks.js'
export type { BoundRecords } from './record/rewrap.js'
export type { SealedBy } from './record/sealed-by.js'
export { createSealing, type SealBinding, type Sealing, type SealingOptions } from './record/sealing.js'
export { parseStoredKey } from './record/stored-key.js'
export { type KeyReminder, WARNING_DAYS } from './reminders.js'
export { type MemoryKeyStore, memoryKeyStore } from './stores/memory.js'
export type { NewNetwork } from './usage/entry.js'
export { createUsageTracker, type UsageTracker, type UsageTrackerOptions } from './usage/usage.js'
