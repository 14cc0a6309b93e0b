import { limitProblem, refuseProblem } from '../../access/limit-problem.js'
import { momentProblem } from '../../access/moment-problem.js'
import type { IncidentReport } from '../../audit/incident.js'
import { type ErrorCode, isCountersignError, type OptionNames } from '../../errors.js'
import { deadline, sleep } from '../../support/deadline.js'
import type { KeyringCore } from '../keyring-core.js'
import {
  ACT_NAMES,
  type Act,
  type Compromise,
  type CompromiseOptions,
  type KeyringAudit,
  type Revocation,
} from '../keyring-options.js'
import type { StoredKey } from '../record/key-record.js'
import { infoOf, type KeyInfo } from '../record/key-view.js'
import { type KeyOrigin, ORIGIN_NAMES } from './issue-options.js'
import { type Replaced, replaceKey } from './issuing.js'
import { readOptions } from './read-options.js'
import { revoked } from './transitions.js'

/** How long a revocation waits for a replacement: a key-encryption key may be far away, or gone. */
const REPLACE_TIMEOUT_MS = 500
/** How long reading the audit trail may take. */
const INCIDENT_TIMEOUT_MS = 60_000

/** Revokes, and resolves when the other nodes have acknowledged, or the TTL of anything older has passed. */
export async function revokeAndWait(core: KeyringCore, id: string, act: Act): Promise<Revocation> {
  const startedMs = performance.now()
  return waitForNodes(
    core,
    await revokeKey(core, id, readOptions(act, { where: 'revokeAndWait', names: ACT_NAMES })),
    startedMs,
  )
}

/** Revokes. A record that cannot be used any more is marked at least, so that an older one in its place is not, either. */
export async function revokeKey(core: KeyringCore, id: string, act: Act): Promise<StoredKey> {
  try {
    return await core.apply('key.revoke', id, act, revoked)
  } catch (error) {
    if (isCountersignError(error, 'STORE_CORRUPTED')) await core.writer.mark(id, core.changeOf(act).nowMs)
    throw error
  }
}

/** The key is revoked: that its use cannot be read now does not change that. */
const revokedInfo = (core: KeyringCore, key: StoredKey): Promise<KeyInfo> =>
  core.info(key).catch(() => infoOf(key, undefined, core.now()))

async function waitForNodes(core: KeyringCore, key: StoredKey, startedMs: number): Promise<Revocation> {
  const { boundMs } = core.watch
  const acknowledged = core.watch.acknowledged(key)
  const all = await (acknowledged === undefined
    ? sleep(boundMs).then(() => undefined)
    : within(acknowledged.done, boundMs))
  const nodes = all ?? acknowledged?.count() ?? 0
  acknowledged?.cancel()
  return {
    key: await revokedInfo(core, key),
    how: all === undefined ? 'waited' : 'acknowledged',
    nodes,
    tookMs: Math.round(performance.now() - startedMs),
  }
}

const COMPROMISE_NAMES: OptionNames<CompromiseOptions> = { ...ACT_NAMES, ...ORIGIN_NAMES, sinceMs: 1, wait: 1 }

/** Everything after a leak: revoke, replace, wait for the other nodes, and report where the key was used. */
export async function compromiseKey(
  core: KeyringCore,
  audit: KeyringAudit | undefined,
  id: string,
  options: CompromiseOptions,
): Promise<Compromise> {
  const startedMs = performance.now()
  const { sinceMs, wait = true, ...asked } = readOptions(options, { where: 'compromise', names: COMPROMISE_NAMES })
  if (sinceMs !== undefined) refuseProblem(momentProblem('sinceMs', sinceMs))
  refuseProblem(limitProblem('wait', { kind: 'flag' }, wait))
  const act = { ...asked, reason: asked.reason === undefined ? 'compromised' : asked.reason }
  const replacing = replacement(core, id, act)
  const early = await within(replacing, REPLACE_TIMEOUT_MS)
  // What must not wait is the revocation. A replacement that comes later finds the key revoked, and gives up.
  const known = early?.done?.old ?? (await revokeKey(core, id, act).catch(asError))
  const { done, problem } = await replacing
  const key = done?.old ?? known
  if (key instanceof Error) throw key
  core.emitChange('key.leaked', key, core.changeOf(act))
  // From here on nothing may fail: the secret of the replacement is shown now or never.
  await core.tracker?.flush().catch(core.report)
  const revocation: Revocation = wait
    ? await waitForNodes(core, key, startedMs)
    : { key: await revokedInfo(core, key), how: 'begun', nodes: 0, tookMs: Math.round(performance.now() - startedMs) }
  const readIncident = async (): Promise<IncidentReport | undefined> =>
    audit?.incident?.(id, sinceMs ?? key.createdAtMs)
  const incident = await deadline(readIncident(), INCIDENT_TIMEOUT_MS).catch((error: unknown) => {
    core.report(error)
    return undefined
  })
  return { revocation, replacement: done?.issued, problem, incident }
}

/** The replacement, or why there is none: no public key, replaced before, beyond the actor's scopes. */
const replacement = (
  core: KeyringCore,
  id: string,
  act: Act & KeyOrigin,
): Promise<{ readonly done: Replaced | undefined; readonly problem: ErrorCode | undefined }> =>
  replaceKey(core, id, { ...act, compromised: true }).then(
    (done) => ({ done, problem: undefined }),
    (error: unknown) => ({ done: undefined, problem: isCountersignError(error) ? error.code : 'STORE_UNAVAILABLE' }),
  )

const asError = (error: unknown): Error => error as Error

/** The value of a promise that does not reject; `undefined` where it takes longer. */
const within = <T>(promise: Promise<T>, ms: number): Promise<T | undefined> =>
  deadline(promise, ms).catch(() => undefined)
