import { isKeyId } from '../crypto/key.js'
import { fail, kindOf } from '../errors.js'
import { defined } from '../support/defined.js'
import { ignoreErrors } from '../support/ignore-errors.js'
import { createWatch, type Watch } from './cache/watch.js'
import { actorName } from './change/actor.js'
import { checkedReason } from './change/issue-options.js'
import { readOptions } from './change/read-options.js'
import type { Change } from './change/transitions.js'
import { createWriter, type Writer } from './change/writer.js'
import type { KeyQuery } from './key-store.js'
import { type Act, type KeyringOptions, unboundRecords } from './keyring-options.js'
import type { Integrity } from './record/integrity.js'
import type { KeyEvent } from './record/key-event.js'
import { environmentOfId } from './record/key-format.js'
import type { StoredKey } from './record/key-record.js'
import { infoOf, type KeyInfo } from './record/key-view.js'
import { loadKey } from './record/load-key.js'
import type { MaterialContext } from './record/material.js'
import { createUsageTracker, type UsageTracker } from './usage/usage.js'

/** A page of everything, when everything is read. */
const PAGE = 1_000

/** The parts that every operation of a keyring uses. */
export interface KeyringCore extends MaterialContext {
  readonly writer: Writer
  readonly integrity: Integrity
  readonly watch: Watch
  readonly tracker: UsageTracker | undefined
  now(): number
  /** Everything else is no id of this keyring, and no store is asked for it. */
  isOwnId(id: unknown): id is string
  /** @throws {CountersignError} `KEY_NOT_FOUND` */
  existing(id: string): Promise<StoredKey>
  changeOf(act: Act): Change
  /** Makes one change of one record, and emits it. */
  apply(
    event: KeyEvent['event'],
    keyId: string,
    act: Act,
    step: (key: StoredKey, change: Change) => StoredKey,
  ): Promise<StoredKey>
  emit(event: KeyEvent): void
  /** Passes an error of the background to `onError`. */
  report(error: unknown): void
  emitChange(event: KeyEvent['event'], key: StoredKey, change: Change, detail?: string): void
  info(key: StoredKey): Promise<KeyInfo>
  everyKey(): AsyncGenerator<StoredKey>
  /** Also those that may not be used. */
  everyRecord(): AsyncGenerator<StoredKey>
}

/** The parts of a keyring, put together. The options have been checked. */
export function createCore(options: KeyringOptions): KeyringCore {
  const { store, prefix, environment = 'live', sealing, otherKeys, audit, storeTimeoutMs = 5_000 } = options
  const integrity = integrityOfOptions(options)
  const marks = options.revocations ?? store.revocations
  const { onError = console.error, clock = { now: Date.now }, usage: usageOptions = {} } = options
  const format = { prefix }
  const now = (): number => clock.now()
  const report = (error: unknown): void => ignoreErrors(() => onError(error))
  const emit = (event: KeyEvent): void => ignoreErrors(() => audit?.record(event))

  const writer: Writer = createWriter({
    store,
    timeoutMs: storeTimeoutMs,
    integrity,
    takesUnbound: options[unboundRecords] === true,
    marks,
    now: () => Math.floor(now()),
    announce: (change) => watch.announce(change),
    emit,
  })
  const isOwnId = (id: unknown): id is string => isKeyId(id) && environmentOfId(id, format) === environment
  const watch: Watch = createWatch({
    changes: writer.changes,
    options,
    integrity,
    isOwnId,
    now,
    onError: report,
    // Read once, so that its mark is there before an older record is put back.
    ...(marks !== undefined && { onRevoked: (id: string) => writer.read(id) }),
    load: async (id) => {
      const stored = await writer.read(id)
      if (stored === undefined || stored.environment !== environment) return undefined
      // Only an idle lock needs the time of the last use; other keys save the query.
      const usage = stored.lockAfterIdleMs === undefined ? undefined : (await writer.usage([id])).get(id)
      return writer.ask(() => loadKey(stored, usage, { sealing, otherKeys }))
    },
  })
  if (marks !== undefined) void markRevoked(writer, environment).catch(report)
  const tracker =
    usageOptions === false
      ? undefined
      : createUsageTracker({
          store: { addUsage: (deltas) => writer.ask(() => store.addUsage(deltas)), usage: writer.usage },
          ...usageOptions,
          onError: report,
          onNewNetwork: ({ keyId, network, ip, nowMs }) =>
            emit({ event: 'key.new_network', atMs: nowMs, keyId, clientIp: ip, data: { network } }),
        })

  const own = (id: string): string => {
    assertId(id)
    if (!isOwnId(id)) fail('KEY_NOT_FOUND', `"id" must be a key id ${prefix}k_${environment}_…`)
    return id
  }
  const changeOf = (act: Act): Change => {
    // It would reach no other node: a closed one announces nothing.
    if (watch.isStopped()) fail('CONFIG_INVALID', 'the keyring is closed: it reads keys, and changes none')
    const { actor: by, reason } = readOptions(act)
    // Records keep whole milliseconds.
    return { nowMs: Math.floor(now()), actor: actorName(by), reason: checkedReason(reason) }
  }
  const emitChange: KeyringCore['emitChange'] = (event, key, { nowMs, actor, reason }, detail) =>
    emit(
      defined({
        event,
        atMs: nowMs,
        keyId: key.id,
        keyVersion: key.version,
        owner: key.owner,
        alg: key.algorithm,
        actor,
        reason,
        detail,
      }),
    )

  return {
    format,
    environment,
    sealing,
    otherKeys,
    integrity,
    writer,
    watch,
    tracker,
    now,
    isOwnId,
    changeOf,
    emit,
    report,
    emitChange,
    existing: async (id) => {
      const key = await writer.read(own(id))
      if (key === undefined) fail('KEY_NOT_FOUND', `there is no key "${id}"`)
      return key
    },
    apply: async (event, keyId, act, step) => {
      const change = changeOf(act)
      let before = 0
      const key = await writer.change(own(keyId), (record) => {
        before = record.rev
        return step(record, change)
      })
      if (key.rev !== before) emitChange(event, key, change)
      return key
    },
    info: async (key) => infoOf(key, (await writer.usage([key.id])).get(key.id), now()),
    everyKey: () => pages(environment, writer.list),
    everyRecord: () => pages(environment, async (query) => (await writer.judge(query)).map(({ record }) => record)),
  }
}

/** A record in place of its id names no key that could be missing. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function assertId(id: unknown): asserts id is string {
  if (typeof id === 'string') return
  const hint = typeof id === 'object' && id !== null ? ': pass its "id"' : ''
  fail('ARGUMENT_INVALID', `"id" must be the id of a key, got ${kindOf(id)}${hint}`)
}

async function* pages(
  environment: KeyQuery['environment'] & string,
  list: (query: KeyQuery) => Promise<readonly StoredKey[]>,
): AsyncGenerator<StoredKey> {
  let after: string | undefined
  for (;;) {
    const page = await list(defined({ environment, limit: PAGE, after }))
    yield* page
    after = page.at(-1)?.id
    if (page.length < PAGE) return
  }
}

/**
 * The integrity that records and messages are bound with.
 *
 * @throws {CountersignError} `CONFIG_INVALID` where there is nothing.
 */
function integrityOfOptions({ integrity, sealing }: KeyringOptions): Integrity {
  const found = integrity ?? sealing?.integrity
  if (found !== undefined) return found
  fail(
    'CONFIG_INVALID',
    `"integrity" is required ${sealing ? 'beside a sealing of a remote key' : 'without "sealing"'}: records are bound to a key, createIntegrity({ primary: localKek(…) }) makes one`,
  )
}

/** Marks the keys that were revoked while this node was not there, or before there were marks. */
async function markRevoked(writer: Writer, environment: KeyQuery['environment'] & string): Promise<void> {
  let after: string | undefined
  for (;;) {
    const page = await writer.judge(
      defined({
        environment,
        status: 'revoked',
        limit: PAGE,
        after,
      }),
    )
    await writer.markRevoked(page)
    after = page.at(-1)?.record.id
    if (page.length < PAGE) return
  }
}
