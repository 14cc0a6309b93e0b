import { CountersignError } from '../errors.js'
import {
  assertAddressRules,
  assertMayGrant,
  assertName,
  checkedAlgorithm,
  checkedLife,
  checkedSettings,
  type IssueOptions,
  type KeySettings,
} from './issue-options.js'
import { newKeyId } from './key-format.js'
import type { StoredKey } from './key-record.js'
import { infoOf, isConflict, type KeyInfo } from './key-view.js'
import type { KeyringCore } from './keyring-core.js'
import type { Act, IssuedKey, RenewOptions } from './keyring-options.js'
import { newMaterial } from './material.js'
import { assertReplaceable, changed, succeeded } from './transitions.js'

const DAY = 86_400_000
/** How often a rotation is tried again when somebody else changed the same record at the same time. */
const ATTEMPTS = 5

/** A new key. */
export async function issueKey(core: KeyringCore, asked: IssueOptions): Promise<IssuedKey> {
  const change = core.changeOf(asked)
  const { nowMs } = change
  assertName(asked.owner, 'owner')
  const algorithm = checkedAlgorithm(asked.algorithm ?? 'hmac-sha256')
  const { scopes = [], ...settings } = checkedSettings(asked)
  assertMayGrant(asked.by, scopes)
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
    ...(asked.rotateEveryMs === undefined ? {} : { rotateAtMs: nowMs + asked.rotateEveryMs }),
  }
  assertAddressRules(draft)
  const { stored, secret } = await newMaterial(asked, { id, version: 1, algorithm }, core)
  const key: StoredKey = { ...draft, ...stored }
  await core.writer.write([{ record: key, expectedRev: 0 }])
  core.tellOf('key.create', key, change)
  return { key: infoOf(key, undefined, nowMs), secret }
}

/** What may change, changed. */
export async function updateKey(core: KeyringCore, id: string, asked: KeySettings & Act): Promise<KeyInfo> {
  const members = checkedSettings(asked)
  const key = await core.apply('key.update', id, asked, (record, { nowMs }) => {
    if (record.status === 'revoked') throw new CountersignError('KEY_STATE', `key "${id}" expected not to be revoked`)
    if (members.scopes !== undefined) assertMayGrant(asked.by, members.scopes)
    const every = members.rotateEveryMs
    const next = changed(record, nowMs, {
      ...members,
      ...(every === undefined ? {} : { rotateAtMs: record.createdAtMs + every }),
    })
    assertAddressRules(next)
    return next
  })
  return core.info(key)
}

/** A successor in the place of a key: both are written, or neither. `life` is stated by a renewal only. */
export async function replaceKey(
  core: KeyringCore,
  id: string,
  act: RenewOptions,
  life?: { readonly expiresAtMs: number | null },
): Promise<IssuedKey> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await replaceOnce(core, id, act, life)
    } catch (error) {
      if (!isConflict(error) || attempt >= ATTEMPTS) throw error
    }
  }
}

async function replaceOnce(
  core: KeyringCore,
  oldId: string,
  act: RenewOptions,
  life: { readonly expiresAtMs: number | null } | undefined,
): Promise<IssuedKey> {
  const { overlapMs = DAY, compromised = false } = act
  if (!Number.isSafeInteger(overlapMs) || overlapMs < 0 || overlapMs > 366 * DAY)
    throw new CountersignError('ARGUMENT_INVALID', '"overlapMs" expected milliseconds, at most a year')
  const change = core.changeOf(act)
  const key = await core.existing(oldId)
  assertReplaceable(key, change.nowMs)
  assertMayGrant(act.by, key.scopes)
  const id = newKeyId(core.format, core.environment)
  const { stored: material, secret } = await newMaterial(
    act,
    { id, version: key.version + 1, algorithm: key.algorithm },
    core,
  )
  const { old, next } = succeeded(key, { ...change, id, overlapMs, compromised, material, ...life })
  await core.writer.write([
    { record: old, expectedRev: key.rev },
    { record: next, expectedRev: 0 },
  ])
  core.tellOf('key.rotate', old, change, `replaced by ${id}${life === undefined ? '' : ', with a new life'}`)
  core.tellOf('key.create', next, change, `replaces ${oldId}`)
  if (compromised) core.tellOf('key.revoke', old, change)
  return { key: infoOf(next, undefined, change.nowMs), secret }
}

/** A successor with a life of its own. */
export const renewKey = async (core: KeyringCore, id: string, act: RenewOptions): Promise<IssuedKey> => {
  const { expiresAtMs } = checkedLife(act, core.now())
  return replaceKey(core, id, act, { expiresAtMs })
}
