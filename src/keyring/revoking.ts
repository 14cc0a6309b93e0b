import { type ErrorCode, isCountersignError } from '../errors.js'
import type { KeyOrigin } from './issue-options.js'
import { replaceKey } from './issuing.js'
import type { StoredKey } from './key-record.js'
import type { KeyringCore } from './keyring-core.js'
import type { Act, Compromise, IssuedKey, KeyringAudit, Revocation } from './keyring-options.js'
import { revoked } from './transitions.js'

/** Revokes, and resolves when no node can accept the key any more. */
export async function revokeAndWait(core: KeyringCore, id: string, act: Act): Promise<Revocation> {
  const startedMs = performance.now()
  return waitForNodes(core, await core.apply('key.revoke', id, act, revoked), startedMs)
}

async function waitForNodes(core: KeyringCore, key: StoredKey, startedMs: number): Promise<Revocation> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const bound = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), core.watch.boundMs)
  })
  const acknowledged = core.watch.acknowledged(key)
  const nodes = await (acknowledged === undefined ? bound : Promise.race([acknowledged.done, bound]))
  clearTimeout(timer)
  acknowledged?.cancel()
  return {
    key: await core.info(key),
    how: nodes === undefined ? 'waited' : 'acknowledged',
    nodes: nodes ?? 0,
    tookMs: Math.round(performance.now() - startedMs),
  }
}

/** Everything after a leak: revoke, replace, wait until everybody knows, and say where the key was used. */
export async function compromiseKey(
  core: KeyringCore,
  audit: KeyringAudit | undefined,
  id: string,
  { sinceMs, ...stated }: Act & KeyOrigin & { readonly sinceMs?: number },
): Promise<Compromise> {
  const startedMs = performance.now()
  const act = { reason: 'compromised', ...stated }
  let replacement: IssuedKey | undefined
  let problem: ErrorCode | undefined
  try {
    replacement = await replaceKey(core, id, { ...act, compromised: true })
  } catch (error) {
    // No public key to replace it with, replaced before, beyond the actor's scopes: what must not wait is the revocation.
    problem = isCountersignError(error) ? error.code : 'STORE_UNAVAILABLE'
  }
  const key = await core.apply('key.revoke', id, act, revoked)
  core.tellOf('key.leaked', key, core.changeOf(act))
  await core.tracker?.flush()
  const revocation = await waitForNodes(core, key, startedMs)
  const incident = await audit?.incident?.(id, sinceMs ?? key.createdAtMs)
  return { revocation, replacement, problem, incident }
}
