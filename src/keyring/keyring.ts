import { refuseProblem } from '../access/limit-problem.js'
import { momentProblem } from '../access/moment-problem.js'
import { utf8 } from '../crypto/encoding.js'
import { alternatives, assertInteger, fail, type KnownOptions, kindOf, type OptionNames, textKind } from '../errors.js'
import { defined } from '../support/defined.js'
import { assertMayHandOut } from './change/actor.js'
import { issueKey, renewKey, replaceKey, updateKey } from './change/issuing.js'
import { type Known, readOptions } from './change/read-options.js'
import { compromiseKey, revokeAndWait, revokeKey } from './change/revoking.js'
import { assertAsShown, assertRev } from './change/shown.js'
import { disabled, enabled, ended } from './change/transitions.js'
import { checkedOptions } from './checked-options.js'
import { assertId, createCore, type KeyringCore } from './keyring-core.js'
import {
  ACT_NAMES,
  type Act,
  type KeyPage,
  type Keyring,
  type KeyringOptions,
  ROTATE_NAMES,
  type Shown,
} from './keyring-options.js'
import { environmentOfSecret, isKeyringId, isWellFormedSecret } from './record/key-format.js'
import type { KeyStatus } from './record/key-record.js'
import { infoOf, isIdle, type KeyInfo } from './record/key-view.js'
import type { KeyringRecord, LoadedKey } from './record/load-key.js'
import { type BoundRecords, bindAll, rewrapAll } from './record/rewrap.js'
import { countSealed } from './record/sealed-by.js'
import { remindersOf } from './reminders.js'

/** Keys a page may have. */
const MOST_LISTED = 1_000
const LIST_NAMES: OptionNames<NonNullable<Parameters<Keyring['list']>[0]>> = { owner: 1, status: 1, after: 1, limit: 1 }
const named = (where: string, names: KnownOptions): Known => ({ where, names })
const acting = (where: string, act: Act): Act => readOptions(act, named(where, ACT_NAMES))
const STATUSES: readonly KeyStatus[] = ['active', 'rotating', 'disabled', 'revoked']

/**
 * The keys of a service: hands them out, takes them back, and answers the verifier.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant. Its methods throw `ARGUMENT_INVALID`,
 *   `KEY_NOT_FOUND`, `KEY_STATE`, `KEY_WEAK`, `KEY_MALFORMED`, `SCOPE_DENIED`, `STORE_CONFLICT`, `STORE_CORRUPTED`,
 *   `STORE_UNAVAILABLE`.
 * @example
 * ```ts
 * import { randomBytes } from 'countersign/crypto'
 * import { createKeyring, createSealing, memoryKeyStore } from 'countersign/keyring'
 * import { createVerifier, memoryReplayStore, rfc9421Verifier, strictPolicy } from 'countersign/server'
 *
 * const sealing = createSealing({ primary: { id: 'kek-1', key: randomBytes(32) } })
 * const keyring = createKeyring({ store: memoryKeyStore(), prefix: 'acme', sealing })
 * const { key, secret } = await keyring.issue({ owner: 'alice', scopes: ['orders:write'], actor: 'admin' })
 * if (secret !== undefined) console.log(key.id, secret.revealText())
 *
 * const verifier = createVerifier({
 *   schemes: [rfc9421Verifier()],
 *   keys: keyring,
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function createKeyring(options: KeyringOptions): Keyring {
  const checked = checkedOptions(options)
  const core = createCore(checked)
  const { watch, tracker, now } = core
  /** The record, or its locked copy when the key was unused for too long. */
  const usable = ({ record, locked, stored, lastUsedMs }: LoadedKey, id: string): KeyringRecord =>
    stored.lockAfterIdleMs !== undefined && isIdle(stored, Math.max(lastUsedMs, tracker?.lastUsedMs(id) ?? 0), now())
      ? locked
      : record

  return Object.freeze<Keyring>({
    environment: core.environment,
    get: (id) => {
      const known = watch.cache.fresh(id)
      if (known !== undefined) return usable(known, id)
      if (!core.isOwnId(id)) {
        assertId(id)
        return undefined
      }
      const found = watch.cache.get(id)
      return found instanceof Promise
        ? found.then((loaded) => loaded && usable(loaded, id))
        : found && usable(found, id)
    },
    used: (id, verdict, nowMs) => {
      assertId(id)
      tracker?.used(id, verdict, nowMs)
    },
    describe: (id) => describeKey(core, id),
    list: async (query = {}) => listKeys(core, query),
    issue: (asked) => issueKey(core, asked),
    update: (id, asked) => updateKey(core, id, asked),
    rotate: async (id, act) => (await replaceKey(core, id, readOptions(act, named('rotate', ROTATE_NAMES)))).issued,
    renew: (id, act) => renewKey(core, id, act),
    disable: async (id, act) => core.info(await core.apply('key.disable', id, acting('disable', act), disabled)),
    enable: (id, act) => enableKey(core, id, act),
    revoke: async (id, act) => core.info(await revokeKey(core, id, acting('revoke', act))),
    revokeAndWait: (id, act) => revokeAndWait(core, id, act),
    expire: async (id, asked) => {
      const { atMs, ...act } = readOptions(asked, named('expire', { ...ACT_NAMES, atMs: 1 }))
      return core.info(
        await core.apply('key.expire', id, act, (key, change) =>
          ended(key, atMs === undefined ? change.nowMs : atMs, change),
        ),
      )
    },
    compromise: (id, act) => compromiseKey(core, checked.audit, id, act),
    findBySecret: (text) => findBySecret(core, text),
    reminders: async function* (fromMs, toMs = now()) {
      const whole = (time: number): number => (typeof time === 'number' ? Math.floor(time) : time)
      refuseProblem(momentProblem('fromMs', whole(fromMs)) ?? momentProblem('toMs', whole(toMs)))
      for await (const key of core.everyKey()) yield* remindersOf(key, fromMs, toMs)
    },
    rewrap: async (act) => rewrap(core, acting('rewrap', act)),
    bindRecords: async (act) => bindRecords(core, acting('bindRecords', act)),
    sealedBy: () => countSealed(core.everyRecord(), core.sealing),
    ready: () => watch.ready(),
    flush: async () => tracker?.flush(),
    close: async () => {
      await tracker?.close()
      await watch.stop()
    },
  })
}

/** Both questions at once: what is asked of the store does not depend on whether there is such a key. */
async function describeKey(core: KeyringCore, id: string): Promise<KeyInfo> {
  const existing = core.existing(id)
  const usage = core.isOwnId(id) ? core.writer.usage([id]) : Promise.resolve(new Map<string, never>())
  const [key, used] = await Promise.all([existing, usage])
  return infoOf(key, used.get(id), core.now())
}

async function enableKey(core: KeyringCore, id: string, act: Act & Shown): Promise<KeyInfo> {
  const { rev, ...asked } = readOptions(act, named('enable', { ...ACT_NAMES, rev: 1 }))
  assertRev(rev)
  const key = await core.apply('key.enable', id, asked, (record, change) => {
    assertAsShown(record, rev)
    const next = enabled(record, change)
    assertMayHandOut(asked.actor, next)
    return next
  })
  return core.info(key)
}

async function listKeys(
  { writer, environment, now }: KeyringCore,
  query: Parameters<Keyring['list']>[0] = {},
): Promise<KeyPage> {
  const { owner, status, after, limit = 100 } = readOptions(query, named('list', LIST_NAMES))
  assertInteger('limit', limit, 1, MOST_LISTED, '', 'ARGUMENT_INVALID')
  if (owner !== undefined && typeof owner !== 'string')
    fail('ARGUMENT_INVALID', `"owner" must be a text, got ${kindOf(owner)}`)
  if (status !== undefined && !STATUSES.includes(status))
    fail('ARGUMENT_INVALID', `"status" must be one of ${alternatives(STATUSES)}, got ${kindOf(status)}`)
  // Anything else lies before or behind every id, and would read as the end of the list.
  if (after !== undefined && !isKeyringId(after))
    fail('ARGUMENT_INVALID', `"after" must be the "next" of the page before, got ${textKind(after)}`)
  const only = defined({ owner, status, after })
  const found = await writer.list({ environment, ...only, limit })
  const usage = await writer.usage(found.map(({ id }) => id))
  const keys = found.map((key) => infoOf(key, usage.get(key.id), now()))
  const last = keys.at(-1)
  return keys.length < limit || last === undefined ? { keys } : { keys, next: last.id }
}

async function findBySecret(core: KeyringCore, text: string): Promise<string | undefined> {
  const { environment, format, sealing, writer } = core
  if (typeof text !== 'string') fail('ARGUMENT_INVALID', `findBySecret: the secret must be text, got ${kindOf(text)}`)
  if (!isWellFormedSecret(text, format) || environmentOfSecret(text) !== environment) return undefined
  for (const secretHash of sealing?.hashesOf(utf8(text)) ?? []) {
    const [found] = await writer.list({ environment, secretHash, limit: 1 })
    if (found?.secretHash === secretHash) return found.id
  }
  return undefined
}

async function rewrap(core: KeyringCore, act: Act): ReturnType<Keyring['rewrap']> {
  const { nowMs, actor, reason } = core.changeOf(act)
  const { sealing, integrity, writer } = core
  const done = await rewrapAll(core.everyRecord(), { sealing, integrity, writer, nowMs })
  const detail = `${done.rewrapped} sealed and bound with ${sealing?.primaryId ?? integrity.primaryId}, ${done.failed.length} failed`
  core.emit({ event: 'key.rewrap', atMs: nowMs, keyId: undefined, actor, reason, detail })
  return done
}

async function bindRecords(core: KeyringCore, act: Act): Promise<BoundRecords> {
  const { nowMs, actor, reason } = core.changeOf(act)
  const done = await bindAll(core.everyRecord(), core.writer, nowMs)
  for (const keyId of done.bound) core.emit({ event: 'key.bind', atMs: nowMs, keyId, actor, reason })
  const detail = `${done.bound.length} bound, ${done.failed.length} failed`
  core.emit({ event: 'key.bind', atMs: nowMs, keyId: undefined, actor, reason, detail })
  return done
}
