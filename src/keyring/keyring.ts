import { utf8 } from '../crypto/encoding.js'
import { isKeyId } from '../crypto/key.js'
import { CountersignError, isCountersignError } from '../errors.js'
import { assertMayGrant, stated } from './issue-options.js'
import { issueKey, renewKey, replaceKey, updateKey } from './issuing.js'
import { assertBrand, environmentOfSecret, isWellFormedSecret } from './key-format.js'
import type { KeyStatus } from './key-record.js'
import { infoOf, isIdle, type KeyInfo } from './key-view.js'
import { createCore, type KeyringCore } from './keyring-core.js'
import type { Act, KeyPage, Keyring, KeyringOptions } from './keyring-options.js'
import type { KeyringRecord, LoadedKey } from './load-key.js'
import { noticesOf } from './notices.js'
import { resealAll } from './reseal.js'
import { compromiseKey, revokeAndWait } from './revoking.js'
import { disabled, enabled, ended, revoked } from './transitions.js'
import { MOST_POSITIVE_MS } from './watch.js'

/** Keys a page may have. */
const MOST_LISTED = 1_000
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
 * import { createKeyring, createSealing, memoryKeyStore, revealText } from 'countersign/keyring'
 * import { createVerifier, memoryReplayStore, rfc9421Verifier, strictPolicy } from 'countersign/server'
 *
 * const sealing = createSealing({ primary: { id: 'kek-1', key: randomBytes(32) } })
 * const keyring = createKeyring({ store: memoryKeyStore(), brand: 'acme', sealing })
 * const { key, secret } = await keyring.issue({ owner: 'alice', scopes: ['orders:write'], by: 'admin' })
 * if (secret !== undefined) console.log(key.id, revealText(secret))
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
  /** The record, or its locked twin when nobody used the key for too long. */
  const usable = ({ record, locked, stored, lastUsedMs }: LoadedKey, id: string): KeyringRecord =>
    stored.lockAfterIdleMs !== undefined && isIdle(stored, Math.max(lastUsedMs, tracker?.lastUsedMs(id) ?? 0), now())
      ? locked
      : record

  return Object.freeze<Keyring>({
    environment: core.environment,
    get: (id) => {
      const known = watch.cache.fresh(id)
      if (known !== undefined) return usable(known, id)
      if (!core.isOwnId(id)) return undefined
      const found = watch.cache.get(id)
      return found instanceof Promise
        ? found.then((loaded) => loaded && usable(loaded, id))
        : found && usable(found, id)
    },
    used: (id, verdict, nowMs) => tracker?.used(id, verdict, nowMs),
    inspect: async (id) => core.info(await core.existing(id)),
    list: (query = {}) => listKeys(core, query),
    issue: (asked) => issueKey(core, asked),
    update: (id, asked) => updateKey(core, id, asked),
    rotate: async (id, act) => (await replaceKey(core, id, act)).issued,
    renew: (id, act) => renewKey(core, id, act),
    disable: async (id, act) => core.info(await core.apply('key.disable', id, act, disabled)),
    enable: (id, act) => enableKey(core, id, act),
    revoke: async (id, act) => core.info(await core.apply('key.revoke', id, act, revoked)),
    revokeAndWait: (id, act) => revokeAndWait(core, id, act),
    expire: async (id, asked) => {
      const { atMs, ...act } = stated(asked)
      return core.info(
        await core.apply('key.expire', id, act, (key, change) => ended(key, atMs ?? change.nowMs, change)),
      )
    },
    compromise: (id, act) => compromiseKey(core, checked.audit, id, act),
    findBySecret: (text) => findBySecret(core, text),
    notices: async function* (fromMs, toMs = now()) {
      if (!Number.isFinite(fromMs) || !Number.isFinite(toMs))
        throw new CountersignError('ARGUMENT_INVALID', '"fromMs" and "toMs" expected milliseconds since the epoch')
      for await (const key of core.everyKey()) yield* noticesOf(key, fromMs, toMs)
    },
    reseal: (act) => reseal(core, act),
    ready: () => watch.ready(),
    flush: async () => tracker?.flush(),
    close: async () => {
      await tracker?.close()
      await watch.stop()
    },
  })
}

async function enableKey(core: KeyringCore, id: string, act: Act): Promise<KeyInfo> {
  const { by } = stated(act)
  const key = await core.apply('key.enable', id, act, (record, change) => {
    const next = enabled(record, change)
    assertMayGrant(by, record.scopes)
    return next
  })
  return core.info(key)
}

async function listKeys(
  { writer, environment, now }: KeyringCore,
  query: Parameters<Keyring['list']>[0] = {},
): Promise<KeyPage> {
  const { owner, status, after, limit = 100 } = stated(query)
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_LISTED)
    throw new CountersignError('ARGUMENT_INVALID', `"limit" expected 1 to ${MOST_LISTED}`)
  if (owner !== undefined && typeof owner !== 'string')
    throw new CountersignError('ARGUMENT_INVALID', '"owner" expected a text')
  if (status !== undefined && !STATUSES.includes(status))
    throw new CountersignError('ARGUMENT_INVALID', `"status" expected one of ${STATUSES.join(', ')}`)
  if (after !== undefined && !isKeyId(after))
    throw new CountersignError('ARGUMENT_INVALID', '"after" expected a key id')
  const only = Object.fromEntries(Object.entries({ owner, status, after }).filter(([, value]) => value !== undefined))
  const found = await writer.list({ environment, ...only, limit })
  const usage = await writer.usage(found.map(({ id }) => id))
  const keys = found.map((key) => infoOf(key, usage.get(key.id), now()))
  const last = keys.at(-1)
  return keys.length < limit || last === undefined ? { keys } : { keys, next: last.id }
}

async function findBySecret(core: KeyringCore, text: string): Promise<string | undefined> {
  const { environment, format, sealing, writer } = core
  if (!isWellFormedSecret(text, format) || environmentOfSecret(text) !== environment) return undefined
  for (const secretHash of sealing?.hashesOf(utf8(text)) ?? []) {
    const [found] = await writer.list({ environment, secretHash, limit: 1 })
    if (found?.secretHash === secretHash) return found.id
  }
  return undefined
}

async function reseal(core: KeyringCore, act: Act): ReturnType<Keyring['reseal']> {
  const { nowMs, actor, reason } = core.changeOf(act)
  const { sealing, writer } = core
  if (sealing === undefined) throw new CountersignError('CONFIG_INVALID', 'there is nothing to seal with')
  const done = await resealAll(core.everyKey(), sealing, writer, nowMs)
  const detail = `${done.resealed} sealed with ${sealing.primaryId}, ${done.failed.length} failed`
  core.tell({ event: 'key.reseal', atMs: nowMs, keyId: undefined, actor, reason, detail })
  return done
}

/** What each part of a keyring has to be able to do. */
const METHODS: ReadonlyArray<readonly [keyof KeyringOptions, readonly string[], string]> = [
  ['store', ['get', 'write', 'list', 'changes', 'addUsage', 'usage'], 'a key store, for example memoryKeyStore()'],
  ['sealing', ['seal', 'open', 'hashesOf'], 'what createSealing() makes'],
  ['bus', ['publish', 'subscribe'], 'a key bus, for example redisBus()'],
  ['clock', ['now'], 'a clock with now()'],
  ['audit', ['record'], 'an audit log with record()'],
]

/** The options in a copy, each member read once. */
function checkedOptions(options: KeyringOptions): KeyringOptions {
  const invalid = (text: string): never => {
    throw new CountersignError('CONFIG_INVALID', text)
  }
  try {
    const read = stated(options)
    const { brand, environment = 'live', cache = {}, usage = {}, onError, storeTimeoutMs = 5_000 } = read
    for (const [name, methods, expected] of METHODS) {
      const part = read[name] as unknown as Record<string, unknown> | null | undefined
      if (part === undefined && name !== 'store') continue
      if (!methods.every((method) => typeof part?.[method] === 'function')) invalid(`"${name}" expected ${expected}`)
    }
    assertBrand(brand)
    if (environment !== 'live' && environment !== 'test') invalid('"environment" expected live or test')
    if (onError !== undefined && typeof onError !== 'function') invalid('"onError" expected a function')
    if (typeof cache !== 'object' || cache === null) invalid('"cache" expected an object')
    if (usage !== false && (typeof usage !== 'object' || usage === null)) invalid('"usage" expected an object or false')
    const limits = { ...cache }
    for (const [name, value] of Object.entries({ storeTimeoutMs, ...limits })) {
      const most =
        name === 'maxEntries' ? 1e7 : name === 'pollMs' || name === 'storeTimeoutMs' ? 60_000 : MOST_POSITIVE_MS
      const least = name === 'pollMs' || name === 'negativeMs' ? 0 : 1
      if (!Number.isSafeInteger(value) || value < least || value > most)
        invalid(`"${name}" expected an integer from ${least} to ${most}`)
    }
    return { ...read, cache: limits, usage: usage === false ? usage : { ...usage } }
  } catch (error) {
    if (isCountersignError(error, 'CONFIG_INVALID')) throw error
    return invalid('the options of a keyring expected an object with members that can be read')
  }
}
