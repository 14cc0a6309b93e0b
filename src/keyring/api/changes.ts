import { neverExpires } from '../issue-options.js'
import type { KeyInfo } from '../key-view.js'
import type { Act, Revocation } from '../keyring-options.js'
import { assertAdmin, assertMayHandOut, assertNotItself, mayBeUsedFrom, ownerMeant } from './caller.js'
import type { Input } from './input.js'
import type { Call } from './operations.js'
import { shown, shownOnce } from './show.js'

const actOf = ({ caller, input }: Call): Act => ({
  by: caller.by,
  ...(input.reason === undefined ? {} : { reason: input.reason }),
})

/** Without an end: nobody misses such a key when it should have gone, so that is for admins. */
function lifeOf({ caller, input: { expiresInMs, neverExpires: endless } }: Call) {
  if (endless === true) assertAdmin(caller, '"neverExpires"')
  return {
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
    ...(endless === undefined ? {} : { [neverExpires]: endless }),
  }
}

/** Names say nothing about what a key may do. */
const isOnlyNamed = ({ name: _, tags: __, reason: ___, ...limits }: Input): boolean => Object.keys(limits).length === 0

/** Its own rate comes before the limiter's: who could state it, could do without limits. */
function assertRate({ caller, input }: Call): void {
  if (input.rateLimit !== undefined) assertAdmin(caller, '"rateLimit"')
}

export async function issue(call: Call): Promise<object> {
  const { keyring, caller, input } = call
  const { neverExpires: _, expiresInMs: __, owner: asked, ...settings } = input
  const owner = ownerMeant(caller, asked)
  assertRate(call)
  // What somebody with address rules says nothing about, has the same ones.
  const rules = caller.isAdmin
    ? {}
    : { allowIp: settings.allowIp ?? caller.allowIp, denyIp: settings.denyIp ?? caller.denyIp }
  assertMayHandOut(caller, settings.scopes ?? [], rules)
  return shownOnce(await keyring.issue({ ...settings, ...rules, ...lifeOf(call), owner, by: caller.by }))
}

export async function update(call: Call): Promise<object> {
  const { keyring, caller, input, key } = call
  const { reason: _, ...settings } = input
  assertRate(call)
  if (!isOnlyNamed(input)) {
    assertNotItself(caller, key.id)
    assertMayHandOut(caller, settings.scopes ?? key.scopes, { ...key, ...settings })
  }
  return { key: shown(await keyring.update(key.id, { ...settings, ...actOf(call) })) }
}

/** A successor has everything of the old key, so it is handed out like a new one. */
const origin = (call: Call): Act & Pick<Input, 'publicKey' | 'overlapMs' | 'compromised'> => {
  const { caller, key, input } = call
  assertMayHandOut(caller, key.scopes, key)
  const { publicKey, overlapMs, compromised } = input
  return {
    ...actOf(call),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(overlapMs === undefined ? {} : { overlapMs }),
    ...(compromised === undefined ? {} : { compromised }),
  }
}

export const rotate = async (call: Call): Promise<object> =>
  shownOnce(await call.keyring.rotate(call.key.id, origin(call)))

export async function renew(call: Call): Promise<object> {
  assertNotItself(call.caller, call.key.id)
  return shownOnce(await call.keyring.renew(call.key.id, { ...origin(call), ...lifeOf(call) }))
}

export const disable = async (call: Call): Promise<object> => ({
  key: shown(await call.keyring.disable(call.key.id, actOf(call))),
})

export async function enable(call: Call): Promise<object> {
  assertNotItself(call.caller, call.key.id)
  assertMayHandOut(call.caller, call.key.scopes, call.key)
  return { key: shown(await call.keyring.enable(call.key.id, actOf(call))) }
}

export const expire = async (call: Call): Promise<object> => {
  const { keyring, key, input } = call
  const at = input.atMs === undefined ? {} : { atMs: input.atMs }
  return { key: shown(await keyring.expire(key.id, { ...actOf(call), ...at })) }
}

const shownRevocation = ({ key, ...how }: Revocation): object => ({ key: shown(key), ...how })

export async function revoke(call: Call): Promise<object> {
  const { keyring, key, input } = call
  return input.wait === true
    ? shownRevocation(await keyring.revokeAndWait(key.id, actOf(call)))
    : { key: shown(await keyring.revoke(key.id, actOf(call))) }
}

/** Whoever reports a key with that very key may be the thief; and nobody gets a successor that is more than themselves. */
const mayTakeOver = ({ caller }: Call, key: KeyInfo): boolean =>
  key.id !== caller.keyId && (caller.isAdmin || mayBeUsedFrom(caller, key))

export async function compromise(call: Call): Promise<object> {
  const { keyring, caller, key, input } = call
  const { publicKey, sinceMs } = input
  // Revoking must not fail for it, so the keyring is asked by somebody who can hand out nothing.
  const by = mayTakeOver(call, key) ? caller.by : { id: caller.keyId, scopes: [] }
  const { revocation, replacement, problem, incident } = await keyring.compromise(key.id, {
    ...actOf(call),
    by,
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  })
  return {
    ...shownRevocation(revocation),
    ...(replacement === undefined ? {} : { replacement: shownOnce(replacement) }),
    problem,
    incident,
  }
}
