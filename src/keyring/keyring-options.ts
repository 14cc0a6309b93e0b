import type { IncidentReport } from '../audit/incident.js'
import type { RegistrableKeys } from '../crypto/other-keys.js'
import type { Secret } from '../crypto/secret.js'
import type { ErrorCode, OptionNames } from '../errors.js'
import type { KeySource } from '../server/key-source.js'
import type { Clock } from '../sources/monotonic-clock.js'
import type { KeyBus } from './cache/key-bus.js'
import type { Actor } from './change/actor.js'
import {
  type IssueOptions,
  type KeyOrigin,
  type KeyUpdate,
  type neverExpires,
  ORIGIN_NAMES,
} from './change/issue-options.js'
import type { KeyQuery, KeyStore } from './key-store.js'
import type { Integrity } from './record/integrity.js'
import type { KeyEvent } from './record/key-event.js'
import type { Environment } from './record/key-record.js'
import type { KeyInfo } from './record/key-view.js'
import type { KeyringRecord } from './record/load-key.js'
import type { RevocationMarks } from './record/revocation-marks.js'
import type { BoundRecords } from './record/rewrap.js'
import type { SealedBy } from './record/sealed-by.js'
import type { Sealing } from './record/sealing.js'
import type { KeyReminder } from './reminders.js'

/** Where a keyring's events go, and where it reads what happened with a key. */
export interface KeyringAudit {
  /** Takes an event. Must not throw and must not wait. */
  record(event: KeyEvent): void
  /** For {@link Keyring.compromise}: when and from where a key was used. */
  incident?(keyId: string, sinceMs: number): Promise<IncidentReport>
}

/**
 * Takes records without a MAC too, for the time of a move: while nodes write records that others have not bound yet. An
 * attacker who can write the store can then write such records. Bind what there is with {@link Keyring.bindRecords}, then take
 * this away.
 *
 * @deprecated To make it stand out: it is for one rollout.
 */
export const unboundRecords: unique symbol = Symbol('countersign.unboundRecords')

/** Options of {@link createKeyring}. */
export interface KeyringOptions {
  /**
   * Where records are kept: `fileKeyStore()`, `sqliteKeyStore()`, `postgresKeyStore()`, `redisKeyStore()`,
   * `memoryKeyStore()`.
   */
  readonly store: KeyStore
  /** 2 to 16 lower-case letters and digits; `acme` makes ids `acmek_live_…` and secrets `acmes_live_…`. */
  readonly prefix: string
  /** Keys of the other environment are unknown here. Default `live`. */
  readonly environment?: Environment
  /** Seals shared secrets. Without it only public keys can be registered. */
  readonly sealing?: Sealing
  /**
   * Takes public keys of ML-DSA as well: `mlDsaKeys()` of `countersign/rfc9421/ml-dsa`, or `hybridKeys()` of
   * `countersign/rfc9421/hybrid` for pairs, too. Experimental. Every node that reads the records needs it.
   */
  readonly otherKeys?: RegistrableKeys
  /**
   * Binds every record, and every message on the bus, to a key that only the nodes have. Default: derived from the local
   * key-encryption keys of `sealing`; required where there are none.
   */
  readonly integrity?: Integrity
  /** Confirms that records are taken as the store has them: write access to the store is then enough to make a key. */
  readonly [unboundRecords]?: true
  /**
   * Which keys were revoked, kept apart from the store, so that an older record that is put back revives none: for example
   * `fileRevocations()` of `countersign/keyring/file`. Default: what the store keeps by itself, which the file store does.
   */
  readonly revocations?: RevocationMarks
  /** Delivers changes to the other nodes at once. Without one, changes are noticed by polling the store. */
  readonly bus?: KeyBus
  /**
   * How many other nodes there are at least. `revokeAndWait` returns `acknowledged` only when as many, and every other one on
   * the bus, have acknowledged: a node whose messages a bus loses looks like one that is not there. Default 1; 0 states that this
   * process is alone.
   */
  readonly otherNodes?: number
  /** Default: this machine's. */
  readonly clock?: Clock
  /** Where events of keys go: `createAuditLog()`. */
  readonly audit?: KeyringAudit
  /** Called with what goes wrong in the background. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
  /** How long records stay in the cache. */
  readonly cache?: {
    /**
     * The TTL of a record, and the longest a change can stay unnoticed. Default and most 30 000. The same on every
     * node: `revokeAndWait` waits for as long as that.
     */
    readonly ttlMs?: number
    /** The TTL of "no such key". Default 5 000. */
    readonly negativeTtlMs?: number
    /** `ttlMs` while changes may be missed: no bus connected yet, or not any more. Default 5 000. */
    readonly disconnectedTtlMs?: number
    /** Default 100 000. */
    readonly maxEntries?: number
    /**
     * How often the store is asked for changes. Default 5 000; 0 for a store that only this process uses. Without a bus
     * `revokeAndWait` then waits for nothing.
     */
    readonly pollMs?: number
  }
  /** How the use of keys is written down; `false` writes nothing, and idle locks then see no use. */
  readonly usage?: { readonly flushMs?: number; readonly maxKeys?: number } | false
  /** How long one question to the store may take. Default 5 000; a verifier has its own, shorter one. */
  readonly storeTimeoutMs?: number
}

/** The actor of a change and the reason, for the record and the audit trail. */
export interface Act {
  /** The actor: a name, or the verdict of the request that asks. */
  readonly actor: Actor
  /** Why, for the record and the audit trail: one line of at most 1 024 characters. */
  readonly reason?: string
}

/** What a change was decided on. */
export interface Shown {
  /** The `rev` of the key that was looked at. Where it has changed since, nothing changes and the call throws `STORE_CONFLICT`. */
  readonly rev?: number
}

/** The result of `issue`, `rotate` and `renew`. */
export interface IssuedKey {
  /** The key as it is shown from now on, without its secret. */
  readonly key: KeyInfo
  /** The shared secret, here and never again; absent for a public key. {@link revealText} shows it. */
  readonly secret: Secret | undefined
}

/** How a key is replaced: by whom, with what, and how long both are good. */
export interface RotateOptions extends Act, KeyOrigin {
  /** How long the old key still works beside the new one: default 24 hours, never past the old key's end. */
  readonly overlapMs?: number
  /** The old key is revoked at once, so there is no `overlapMs` beside it. */
  readonly compromised?: boolean
}

/** How a key is replaced with another life or other limits. */
export interface RenewOptions extends RotateOptions {
  /** The life of the new key. Default 90 days. */
  readonly expiresInMs?: number
  /** Confirms that the new key is meant to have no end. */
  readonly [neverExpires]?: true
}

/** The names of {@link Act}. */
export const ACT_NAMES: OptionNames<Act> = { actor: 2, reason: 1 }
/** The names of {@link RotateOptions}. */
export const ROTATE_NAMES: OptionNames<RotateOptions> = { ...ACT_NAMES, ...ORIGIN_NAMES, overlapMs: 1, compromised: 1 }
/** The names of {@link RenewOptions}. */
export const RENEW_NAMES: OptionNames<RenewOptions> = { ...ROTATE_NAMES, expiresInMs: 1 }

/** The answer of {@link Keyring.revokeAndWait}. */
export interface Revocation {
  /** The key as it is now. */
  readonly key: KeyInfo
  /**
   * `acknowledged`: every node on the bus acknowledged, and at least `otherNodes` of them. It does not include one that the bus
   * does not carry: state in `otherNodes` how many there are. One that has noticed that it is cut off, or is only just starting,
   * caches for `disconnectedTtlMs` at most. `waited`: the longest TTL of a record has passed, for every node. What a
   * verifier had begun before takes as long as its replay store and limiter may; one that waits for a body asks for the key
   * again. `begun`: with `wait: false`; the key is revoked, and `revokeAndWait` of it confirms that the others know.
   */
  readonly how: 'acknowledged' | 'waited' | 'begun'
  /** How many other nodes acknowledged: 0 with `acknowledged` only where the options state that there are none. */
  readonly nodes: number
  /** How long it took, in milliseconds. */
  readonly tookMs: number
}

/** Options of {@link Keyring.compromise}. */
export interface CompromiseOptions extends Act, KeyOrigin {
  /** Where the report begins, in milliseconds since the epoch. Default: when the key was made. */
  readonly sinceMs?: number
  /**
   * Answer when the other nodes have acknowledged, or their TTL has passed. Default true. With `false` the key is revoked and replaced
   * when it answers, and `revokeAndWait` of the same key confirms the rest: for people, who should not look at nothing for as long.
   */
  readonly wait?: boolean
}

/** The answer of {@link Keyring.compromise}. */
export interface Compromise {
  /** What became of the key itself. */
  readonly revocation: Revocation
  /** The key in its place, with the same policy; absent where the owner has to bring a public key, or there is one already. */
  readonly replacement: IssuedKey | undefined
  /** Why there is no replacement. */
  readonly problem: ErrorCode | undefined
  /** When and from where the key was used; absent without an audit log that can be read, and where reading it failed. */
  readonly incident: IncidentReport | undefined
}

/** A page of keys. */
export interface KeyPage {
  /** The keys of one page. */
  readonly keys: readonly KeyInfo[]
  /** Where the next page starts; absent on the last one. */
  readonly next?: string
}

/** The keys of a service, and their whole life. It is the `keys` of `createVerifier`. */
export interface Keyring extends KeySource {
  /** Of which environment its keys are. */
  readonly environment: Environment
  /** The record as a verifier uses it, from memory where it is fresh; `undefined` where there is no such key. */
  get(keyId: string): KeyringRecord | undefined | Promise<KeyringRecord | undefined>
  /** The key as people may see it, fresh from the store. */
  describe(keyId: string): Promise<KeyInfo>
  /** The keys, page by page. */
  list(query?: Partial<Omit<KeyQuery, 'environment' | 'secretHash'>>): Promise<KeyPage>
  /** Makes a key. Its secret is in the answer and nowhere else. */
  issue(options: IssueOptions): Promise<IssuedKey>
  /**
   * Changes what may change. Apart from name and tags this takes the right to hand out the key as it is afterwards: an actor
   * with scopes of its own can loosen no limit of a key that is more than it is.
   */
  update(keyId: string, settings: KeyUpdate & Act & Shown): Promise<KeyInfo>
  /** Replaces a key: for `overlapMs` both are good. */
  rotate(keyId: string, options: RotateOptions): Promise<IssuedKey>
  /** {@link rotate} with a new life: the one way to have a key for longer, which the audit trail shows. */
  renew(keyId: string, options: RenewOptions): Promise<IssuedKey>
  /** Switches a key off, until it is switched on again. */
  disable(keyId: string, act: Act): Promise<KeyInfo>
  /** Hands the key out again, so an actor with scopes of its own needs all of the key's. */
  enable(keyId: string, act: Act & Shown): Promise<KeyInfo>
  /** Ends a key for good, on all nodes. */
  revoke(keyId: string, act: Act): Promise<KeyInfo>
  /** Resolves when the other nodes have acknowledged, or their TTL has passed: see {@link Revocation}. */
  revokeAndWait(keyId: string, act: Act): Promise<Revocation>
  /** Ends a key's life now or at a nearer moment. */
  expire(keyId: string, act: Act & { readonly atMs?: number }): Promise<KeyInfo>
  /**
   * Everything after a leak, in one call. A key that was replaced before has its successor in `replacedBy`: where a thief could
   * have rotated the key, that one is the thief's.
   */
  compromise(keyId: string, options: CompromiseOptions): Promise<Compromise>
  /** The id of the key that has this secret: for reports of leaks. */
  findBySecret(secret: string): Promise<string | undefined>
  /** The reminders that became due in a span of time, over all keys: 14, 7 and 1 days before an end, and rotations. */
  reminders(fromMs: number, toMs?: number): AsyncIterable<KeyReminder>
  /** Seals and binds with the primary keys what others sealed and bound, while everything runs. */
  rewrap(act: Act): Promise<{ readonly rewrapped: number; readonly failed: readonly string[] }>
  /** Which key-encryption key seals how many keys. It reads every record: not for every request. */
  sealedBy(): Promise<SealedBy>
  /**
   * Binds every record that has no MAC, once, when a store of before is taken over: their content then is what is trusted
   * from there on. A record with a MAC that differs is left as it is.
   */
  bindRecords(act: Act): Promise<BoundRecords>
  /** Resolves when changes by other nodes arrive. */
  ready(): Promise<void>
  /** Writes what was seen of the use of keys. */
  flush(): Promise<void>
  /**
   * Writes what was seen of the use of keys, and receives no changes any more. Requests that are still on their way find keys,
   * each asked of the store; methods that change a key reject with `CONFIG_INVALID`.
   */
  close(): Promise<void>
}
