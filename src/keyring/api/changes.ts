import { defined } from '../../support/defined.js'
import { neverExpires } from '../change/issue-options.js'
import type { Act, Revocation } from '../keyring-options.js'
import { shown, shownOnce } from './answers.js'
import type { Call, Input } from './call.js'
import { assertAdmin, assertNotItself, ownerMeant } from './caller.js'

const actOf = ({ caller, input }: Call): Act =>
  defined({
    actor: caller.actor,
    reason: input.reason,
  })

/** Only admins make a key without an end: its expiry never shows that it is still in use. */
function lifeOf({ caller, input: { expiresInMs, neverExpires: endless } }: Call) {
  if (endless === true && caller.mayMakeEndless !== true) assertAdmin(caller, '"neverExpires"')
  return defined({
    expiresInMs,
    [neverExpires]: endless,
  })
}

/** Names have no effect on what a key may do. */
const isOnlyNamed = ({ name: _, tags: __, reason: ___, rev: ____, ...limits }: Input): boolean =>
  Object.keys(limits).length === 0

/** A key's rate comes before the limiter's: a key without one could give another more than the limiter gives itself. */
function assertRate({ caller, input }: Call): void {
  if (input.rateLimit !== undefined && caller.actor.rateLimit === undefined) assertAdmin(caller, '"rateLimit"')
}

export async function issue(call: Call): Promise<object> {
  const { keyring, caller, input } = call
  const { neverExpires: _, expiresInMs: __, owner: asked, ...settings } = input
  const owner = ownerMeant(caller, asked)
  assertRate(call)
  return shownOnce(await keyring.issue({ ...settings, ...lifeOf(call), owner, actor: caller.actor }))
}

export async function update(call: Call): Promise<object> {
  const { keyring, caller, input, key } = call
  const { reason: _, ...settings } = input
  assertRate(call)
  if (!isOnlyNamed(input)) assertNotItself(caller, key.id)
  return { key: shown(await keyring.update(key.id, { ...settings, ...actOf(call) })) }
}

const origin = (call: Call): Act & Pick<Input, 'publicKey' | 'overlapMs' | 'compromised'> => {
  const { publicKey, overlapMs, compromised } = call.input
  return defined({
    ...actOf(call),
    publicKey,
    overlapMs,
    compromised,
  })
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
  const { rev } = call.input
  return { key: shown(await call.keyring.enable(call.key.id, defined({ ...actOf(call), rev }))) }
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

export async function compromise(call: Call): Promise<object> {
  const { keyring, caller, key, input } = call
  const { publicKey, sinceMs, wait } = input
  // A key that is reported with that very key may be in a thief's hands: it is revoked, by a key that can hand out nothing.
  const by = key.id === caller.keyId ? { id: caller.keyId, scopes: [] } : caller.actor
  const { revocation, replacement, problem, incident } = await keyring.compromise(
    key.id,
    defined({
      ...actOf(call),
      actor: by,
      publicKey,
      sinceMs,
      wait,
    }),
  )
  return {
    ...shownRevocation(revocation),
    ...(replacement !== undefined && { replacement: shownOnce(replacement) }),
    problem,
    incident,
  }
}
