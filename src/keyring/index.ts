/** The life of an API key: issue, use, rotate, expire, revoke, report. `countersign/keyring`. */
export type { Aead, AeadId } from '../crypto/aead.js'
export type { KeyPolicy, RateRule } from '../server/key-source.js'
export { type MemoryBus, memoryBus } from './buses/memory.js'
export {
  type Actor,
  DEFAULT_LIFE_MS,
  type IssueOptions,
  type KeyOrigin,
  type KeySettings,
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
  SealedSecret,
  StoredKey,
} from './key-record.js'
export type { ChangedKey, KeyChange, KeyQuery, KeyStore, UsageDelta } from './key-store.js'
export type { KeyInfo, KeyState } from './key-view.js'
export { createKeyring } from './keyring.js'
export type {
  Act,
  Compromise,
  IssuedKey,
  KeyPage,
  Keyring,
  KeyringAudit,
  KeyringOptions,
  RenewOptions,
  Revocation,
  RotateOptions,
} from './keyring-options.js'
export type { KeyringRecord } from './load-key.js'
export { secretText } from './material.js'
export { type KeyNotice, WARNING_DAYS } from './notices.js'
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
export { memoryKeyStore } from './stores/memory.js'
