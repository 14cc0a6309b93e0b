import { randomBytes } from 'node:crypto'
import { afterEach } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import type { SigningKey } from '../../../src/crypto/key.js'
import type { Secret } from '../../../src/crypto/secret.js'
import { type BusProver, createBusProver } from '../../../src/keyring/cache/bus-proof.js'
import type { IssueOptions } from '../../../src/keyring/change/issue-options.js'
import type { KeyStore } from '../../../src/keyring/key-store.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import type { IssuedKey, Keyring, KeyringOptions } from '../../../src/keyring/keyring-options.js'
import type { Integrity } from '../../../src/keyring/record/integrity.js'
import { boundRecord } from '../../../src/keyring/record/integrity.js'
import type { KeyEvent } from '../../../src/keyring/record/key-event.js'
import type { StoredKey } from '../../../src/keyring/record/key-record.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { parseStoredKey } from '../../../src/keyring/record/stored-key.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier, type Verifier, type VerifyContext } from '../../../src/server/verifier.js'
import { HOST, NOW, order, type SignHow, sign } from '../../attacks/world.js'
import { verdictCode } from '../../expect-code.js'

export const DAY = 86_400_000
/** What no test asks about, unless it sets it: a busy machine may keep the answer of a store for longer than the 250 ms of a verifier. */
const KEYRING_PATIENCE_MS = 10_000
const VERIFIER_PATIENCE_MS = 20_000
export const BY = { actor: 'tester' }
/** What most tests issue. */
export const ALICE: IssueOptions & { readonly owner: string; readonly actor: string } = {
  owner: 'alice',
  scopes: ['orders:write'],
  ...BY,
}
export const KEK = { id: 'kek-1', key: new Uint8Array(randomBytes(32)) }
export const INDEX_SECRET: Uint8Array = new Uint8Array(randomBytes(32))
export const sealing = createSealing({ primary: KEK, indexSecret: INDEX_SECRET })

/** What the records and messages of these keyrings are bound with. */
export const integrity: Integrity = sealing.integrity as Integrity
/** A record with the MAC of these keyrings. */
export const rebound = (record: StoredKey): StoredKey => boundRecord(parseStoredKey(record) as StoredKey, integrity)
/** Another node of these keyrings, as far as it is heard on their bus. */
export const proverOf = (node: string): BusProver => createBusProver(integrity, node, 'acme/live')

export interface KeyringWorld {
  readonly keyring: Keyring
  readonly store: KeyStore
  readonly events: KeyEvent[]
  readonly errors: unknown[]
  readonly verifier: Verifier
  nowMs: number
  /** The verdict's code, or `ok`, for an order signed with the key. */
  judge(
    key: SigningKey,
    how?: SignHow & { readonly context?: VerifyContext; readonly target?: string },
  ): Promise<string>
  /** Another keyring over the same store: another node. */
  node(options?: Partial<KeyringOptions>): KeyringWorld
}

export function keyringWorld(options: Partial<KeyringOptions> = {}): KeyringWorld {
  const store = options.store ?? memoryKeyStore()
  return nodeOver(store, options, { nowMs: NOW })
}

function nodeOver(store: KeyStore, options: Partial<KeyringOptions>, time: { nowMs: number }): KeyringWorld {
  const events: KeyEvent[] = []
  const errors: unknown[] = []
  const keyring = createKeyring({
    store,
    prefix: 'acme',
    sealing,
    clock: { now: () => time.nowMs },
    audit: { record: (event) => void events.push(event) },
    onError: (error) => void errors.push(error),
    storeTimeoutMs: KEYRING_PATIENCE_MS,
    ...options,
    cache: { pollMs: 0, ...options.cache },
  })
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: keyring,
    policy: strictPolicy({ authorities: [HOST] }),
    replay: memoryReplayStore({ restartBarrier: false, clock: { now: () => time.nowMs } }),
    clock: { now: () => time.nowMs },
    storeTimeoutMs: VERIFIER_PATIENCE_MS,
  })
  const world: KeyringWorld = {
    keyring,
    store,
    events,
    errors,
    verifier,
    get nowMs() {
      return time.nowMs
    },
    set nowMs(value: number) {
      time.nowMs = value
    },
    judge: async (key, { context, target, ...how } = {}) => {
      const asked = target === undefined ? order() : order({ target })
      const verdict = await verifier.verify(await sign(asked, { key, nowMs: time.nowMs, ...how }), context)
      return verdictCode(verdict)
    },
    node: (more = {}) => nodeOver(more.store ?? store, { ...options, ...more }, time),
  }
  return world
}

/** What the owner makes of what was issued. */
export const signerOf = ({ key, secret }: IssuedKey): SigningKey =>
  hmacKey({ keyId: key.id, algorithm: 'hmac-sha256', secret: secret as Secret })

/** The store, with some of its methods replaced. */
export const storeWith = (store: KeyStore, part: Partial<Record<keyof KeyStore, unknown>>): KeyStore => ({
  get: (id) => store.get(id),
  write: (changes) => store.write(changes),
  list: (query) => store.list(query),
  changes: (after, limit) => store.changes(after, limit),
  addUsage: (deltas) => store.addUsage(deltas),
  usage: (ids) => store.usage(ids),
  ...(part as object),
})

/** Worlds that are closed after each test of the file that calls this. */
export function closedWorlds(): {
  readonly open: typeof keyringWorld
  readonly tracked: (world: KeyringWorld) => KeyringWorld
  readonly opened: Keyring[]
} {
  const opened: Keyring[] = []
  afterEach(async () => {
    for (const keyring of opened.splice(0)) await keyring.close()
  })
  const tracked = (world: KeyringWorld): KeyringWorld => {
    opened.push(world.keyring)
    return world
  }
  return { open: (options) => tracked(keyringWorld(options)), tracked, opened }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What a promise gives, or `late`. */
export const soon = <T>(promise: Promise<T>, ms = 1_500): Promise<T | 'late'> =>
  Promise.race([promise, pause(ms).then(() => 'late' as const)])
