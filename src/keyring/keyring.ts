import { utf8 } from '../crypto/encoding.js'
import { CountersignError } from '../errors.js'
import { issueKey, renewKey, replaceKey, updateKey } from './issuing.js'
import { assertBrand, environmentOfSecret, isWellFormedSecret } from './key-format.js'
import { infoOf, isIdle } from './key-view.js'
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
  const core = createCore(checkedOptions(options))
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
    rotate: (id, act) => replaceKey(core, id, act),
    renew: (id, act) => renewKey(core, id, act),
    disable: async (id, act) => core.info(await core.apply('key.disable', id, act, disabled)),
    enable: async (id, act) => core.info(await core.apply('key.enable', id, act, enabled)),
    revoke: async (id, act) => core.info(await core.apply('key.revoke', id, act, revoked)),
    revokeAndWait: (id, act) => revokeAndWait(core, id, act),
    expire: async (id, { atMs, ...act }) =>
      core.info(await core.apply('key.expire', id, act, (key, change) => ended(key, atMs ?? change.nowMs, change))),
    compromise: (id, act) => compromiseKey(core, options.audit, id, act),
    findBySecret: (text) => findBySecret(core, text),
    notices: async function* (fromMs, toMs = now()) {
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

async function listKeys(
  { writer, environment, now }: KeyringCore,
  query: Parameters<Keyring['list']>[0] = {},
): Promise<KeyPage> {
  const { owner, status, after, limit = 100 } = query
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_LISTED)
    throw new CountersignError('ARGUMENT_INVALID', `"limit" expected 1 to ${MOST_LISTED}`)
  const stated = Object.fromEntries(Object.entries({ owner, status, after }).filter(([, value]) => value !== undefined))
  const found = await writer.list({ environment, ...stated, limit })
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

function checkedOptions(options: KeyringOptions): KeyringOptions {
  const invalid = (text: string): never => {
    throw new CountersignError('CONFIG_INVALID', text)
  }
  const { store, brand, environment = 'live', cache = {}, storeTimeoutMs = 5_000 } = options ?? {}
  if (typeof store?.get !== 'function' || typeof store.write !== 'function')
    invalid('"store" expected a key store, for example memoryKeyStore()')
  assertBrand(brand)
  if (environment !== 'live' && environment !== 'test') invalid('"environment" expected live or test')
  const numbers = { storeTimeoutMs, ...cache }
  for (const [name, value] of Object.entries(numbers)) {
    const most =
      name === 'maxEntries' ? 1e7 : name === 'pollMs' || name === 'storeTimeoutMs' ? 60_000 : MOST_POSITIVE_MS
    const least = name === 'pollMs' || name === 'negativeMs' ? 0 : 1
    if (!Number.isSafeInteger(value) || value < least || value > most)
      invalid(`"${name}" expected an integer from ${least} to ${most}`)
  }
  return options
}
