import { KEY_LIMITS } from '../../access/key-limits.js'
import { limitProblem, refuseProblem } from '../../access/limit-problem.js'
import { fail } from '../../errors.js'
import { defined } from '../../support/defined.js'
import type { KeyringCore } from '../keyring-core.js'
import {
  ACT_NAMES,
  type Act,
  type IssuedKey,
  RENEW_NAMES,
  type RenewOptions,
  type RotateOptions,
  type Shown,
} from '../keyring-options.js'
import { newKeyId } from '../record/key-format.js'
import type { StoredKey } from '../record/key-record.js'
import { infoOf, isConflict, isIdle, type KeyInfo } from '../record/key-view.js'
import { holdSameSecret, newMaterial } from '../record/material.js'
import { assertMayHandOut, inherited } from './actor.js'
import {
  assertAddressRules,
  assertOwner,
  CLEARABLE,
  checkedAlgorithm,
  checkedLife,
  checkedSettings,
  ISSUE_NAMES,
  type IssueOptions,
  type KeySettings,
  type KeyUpdate,
  neverExpires,
  SETTING_NAMES,
} from './issue-options.js'
import { readOptions } from './read-options.js'
import { assertAsShown, assertRev } from './shown.js'
import { assertReplaceable, changed, succeeded } from './transitions.js'

const DAY = 86_400_000
/** How often a rotation is tried again when the same record changed concurrently. */
const ATTEMPTS = 5

/** A new key. */
export async function issueKey(core: KeyringCore, options: IssueOptions): Promise<IssuedKey> {
  const asked = readOptions(options, { where: 'issue', names: ISSUE_NAMES })
  const change = core.changeOf(asked)
  const { nowMs } = change
  assertOwner(asked.owner)
  const algorithm = checkedAlgorithm(asked.algorithm === undefined ? 'hmac-sha256' : asked.algorithm)
  const { scopes = [], ...settings } = inherited(asked.actor, checkedSettings(asked))
  const id = newKeyId(core.format, core.environment)
  const life = checkedLife(asked, nowMs)
  const draft: Omit<StoredKey, 'material'> = {
    v: 1,
    id,
    rev: 1,
    environment: core.environment,
    owner: asked.owner,
    name: '',
    tags: [],
    algorithm,
    version: 1,
    lineage: id,
    status: 'active',
    createdAtMs: nowMs,
    createdBy: change.actor,
    changedAtMs: nowMs,
    activeSinceMs: Math.max(nowMs, life.notBeforeMs ?? 0),
    policy: {},
    allowIp: [],
    denyIp: [],
    ...settings,
    ...life,
    scopes,
    ...(asked.rotateEveryMs !== undefined && { rotateAtMs: nowMs + asked.rotateEveryMs }),
  }
  assertAddressRules(draft)
  assertMayHandOut(asked.actor, draft as StoredKey)
  const { stored, secret } = await newMaterial(asked, { id, version: 1, algorithm }, core)
  const key: StoredKey = { ...draft, ...stored }
  await core.writer.write([{ record: key, expectedRev: 0 }])
  core.emitChange('key.create', key, change)
  return { key: infoOf(key, undefined, nowMs), secret }
}

/** Has no part in what a key may do. */
const NAMES: readonly string[] = ['name', 'tags']

/** Changes the settings of a key. */
export async function updateKey(core: KeyringCore, id: string, options: KeyUpdate & Act & Shown): Promise<KeyInfo> {
  const asked = readOptions(options, { where: 'update', names: { ...SETTING_NAMES, ...ACT_NAMES, rev: 1 } })
  assertRev(asked.rev)
  const cleared = CLEARABLE.filter((name) => asked[name] === null)
  const gone = Object.fromEntries(cleared.map((name) => [name, undefined]))
  const members = checkedSettings({ ...asked, ...gone } as KeySettings)
  const isOnlyNamed = cleared.length === 0 && Object.keys(members).every((name) => NAMES.includes(name))
  const key = await core.apply('key.update', id, asked, (record, { nowMs }) => {
    assertAsShown(record, asked.rev)
    if (record.status === 'revoked') fail('KEY_STATE', `key "${id}" is revoked; that is final`)
    const next = changed(record, nowMs, { ...members, ...gone, ...dueOf(record, members, cleared) })
    // Looser limits are rights, too: no key makes more of another than it could have issued.
    if (!isOnlyNamed) assertMayHandOut(asked.actor, next, record)
    assertAddressRules(next)
    return next
  })
  return core.info(key)
}

/** The due date follows from how often a key is to be rotated. */
const dueOf = (
  { createdAtMs }: StoredKey,
  { rotateEveryMs }: Partial<StoredKey>,
  cleared: readonly string[],
): { readonly rotateAtMs?: number | undefined } =>
  rotateEveryMs !== undefined
    ? { rotateAtMs: createdAtMs + rotateEveryMs }
    : cleared.includes('rotateEveryMs')
      ? { rotateAtMs: undefined }
      : {}

/** How the end of a successor follows from the key before it. */
type Life = (key: StoredKey, nowMs: number) => { readonly expiresAtMs?: number | null }

/** By itself a successor lives no longer than the key before it. */
const sameLife: Life = () => ({})

/** A successor, and the key it took the place of, as both were written. */
export interface Replaced {
  readonly issued: IssuedKey
  readonly old: StoredKey
}

/** A successor in the place of a key: both are written, or neither. */
export async function replaceKey(
  core: KeyringCore,
  id: string,
  options: RotateOptions,
  life: Life = sameLife,
): Promise<Replaced> {
  const act = readOptions(options)
  const { overlapMs = DAY, compromised = false } = act
  refuseProblem(limitProblem('overlapMs', KEY_LIMITS.overlapMs, overlapMs))
  refuseProblem(limitProblem('compromised', { kind: 'flag' }, compromised))
  // A key that is revoked at once has no overlap: one that is given must mean something else.
  if (compromised && act.overlapMs !== undefined && act.overlapMs !== 0)
    fail('ARGUMENT_INVALID', '"overlapMs" must be absent beside "compromised": a compromised key is revoked at once')
  for (let attempt = 1; ; attempt++) {
    try {
      return await replaceOnce(core, id, { ...act, overlapMs, compromised }, life)
    } catch (error) {
      if (!isConflict(error) || attempt >= ATTEMPTS) throw error
    }
  }
}

async function replaceOnce(
  core: KeyringCore,
  oldId: string,
  act: RotateOptions & { readonly overlapMs: number; readonly compromised: boolean },
  life: Life,
): Promise<Replaced> {
  const { overlapMs, compromised } = act
  const change = core.changeOf(act)
  const key = await core.existing(oldId)
  assertReplaceable(key, change.nowMs)
  await assertNotLocked(core, key, change.nowMs)
  const end = life(key, change.nowMs)
  assertMayHandOut(act.actor, { ...key, ...end })
  const id = newKeyId(core.format, core.environment)
  const { stored: material, secret } = await newMaterial(
    act,
    { id, version: key.version + 1, algorithm: key.algorithm },
    core,
  )
  const { old, next } = succeeded(key, { ...change, id, overlapMs, compromised, material, ...end })
  // What the owner brings may be what the thief has.
  if (compromised && secret === undefined && (await holdSameSecret(key, next, core.sealing)))
    fail('ARGUMENT_INVALID', '"secret" or "publicKey" must be another than that of the compromised key')
  await core.writer.write([
    { record: old, expectedRev: key.rev },
    { record: next, expectedRev: 0 },
  ])
  core.emitChange('key.rotate', old, change, `replaced by ${id}${life === sameLife ? '' : ', with a new life'}`)
  core.emitChange('key.create', next, change, `replaces ${oldId}`)
  if (compromised) core.emitChange('key.revoke', old, change)
  return { issued: { key: infoOf(next, undefined, change.nowMs), secret }, old }
}

/** A successor starts with a fresh idle time, so it would be the way around a lock. */
async function assertNotLocked(core: KeyringCore, key: StoredKey, nowMs: number): Promise<void> {
  if (key.lockAfterIdleMs === undefined) return
  const { lastUsedAtMs = 0 } = (await core.writer.usage([key.id])).get(key.id) ?? {}
  if (isIdle(key, Math.max(lastUsedAtMs, core.tracker?.lastUsedMs(key.id) ?? 0), nowMs))
    fail('KEY_STATE', `key "${key.id}" is locked; enable it first`)
}

/** A successor with a life of its own, which begins when it may be used. */
export async function renewKey(core: KeyringCore, id: string, options: RenewOptions): Promise<IssuedKey> {
  const act = readOptions(options, { where: 'renew', names: RENEW_NAMES })
  const { expiresInMs, [neverExpires]: endless, actor } = act
  const lasting = defined({
    actor,
    expiresInMs,
    [neverExpires]: endless,
  })
  const life: Life = ({ notBeforeMs }, nowMs) => {
    const { expiresAtMs } = checkedLife(notBeforeMs === undefined ? lasting : { ...lasting, notBeforeMs }, nowMs)
    return { expiresAtMs }
  }
  return (await replaceKey(core, id, act, life)).issued
}
