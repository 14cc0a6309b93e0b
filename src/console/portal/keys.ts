import type { Call } from '../../keyring/api/call.js'
import { type KeyringOperation, OPERATIONS } from '../../keyring/api/operations.js'
import type { ObjectSchema, Schema } from '../../keyring/api/schema.js'
import { object, oneOf } from '../../keyring/api/shapes.js'
import type { CompromisedKey } from '../contract.js'
import type { PortalCall, PortalInput, PortalRoute } from './call.js'
import { assertGranted, grantProblem, handsOutNothing } from './grant.js'
import { longestLifeOf } from './life.js'
import type { PortalKind } from './rate.js'
import { refuse } from './refusal.js'
import { withRows } from './row.js'
import { stepsOf } from './steps.js'

const ENVIRONMENT: Schema = oneOf('live', 'test')

/** Runs an operation of the keyring's API for a session. */
async function operate(name: KeyringOperation, call: PortalCall): Promise<object> {
  const { keyring, caller, key, input } = call
  const { environment: _, ...stated } = input
  const asked: Call = { keyring, caller, key, input: stated, incident: undefined, document: {} }
  return withRows(await OPERATIONS[name].run(asked))
}

interface Row {
  readonly kind: PortalKind
  /** Members besides those of the operation. */
  readonly more?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  /** What the portal asks besides; it may change the call. */
  readonly before?: (call: PortalCall) => PortalCall
}

const grown = (schema: ObjectSchema | undefined, { more = {}, required = [] }: Row): ObjectSchema =>
  object({ ...schema?.properties, ...more }, [...(schema?.required ?? []), ...required])

/** An operation of the keyring's API as a route: its path, its shapes and its answer are the API's own. */
function operation(name: KeyringOperation, row: Row): PortalRoute {
  const { method, path, query, body, status } = OPERATIONS[name]
  return {
    method,
    path,
    kind: row.kind,
    status,
    ...(method === 'GET' ? { query: grown(query, row) } : { body: grown(body, row) }),
    run: async (call) => operate(name, row.before?.(call) ?? call),
  }
}

const isReason = (reason: string | undefined): boolean => (reason ?? '').trim().length > 0

const withInput = (call: PortalCall, more: Partial<PortalInput>): PortalCall => ({
  ...call,
  input: { ...call.input, ...more },
})

/** A life that is given, no longer than the service has them; one without an end has a reason. */
function lived(call: PortalCall): PortalCall {
  const { input, portal, caller, login } = call
  const maxLifeMs = longestLifeOf(portal, login)
  const { defaultLifeMs } = portal.settings
  const { neverExpires, expiresInMs = Math.min(defaultLifeMs, maxLifeMs ?? defaultLifeMs), reason } = input
  if (neverExpires === true) {
    if (maxLifeMs !== undefined) refuse(422, 'LIFE_TOO_LONG', 'a key must have an end here')
    if (!isReason(reason)) refuse(422, 'REASON_REQUIRED', 'a key without an end needs a reason')
    return { ...call, caller: { ...caller, mayMakeEndless: true } }
  }
  if (maxLifeMs !== undefined && expiresInMs > maxLifeMs)
    refuse(422, 'LIFE_TOO_LONG', `a key must live at most ${maxLifeMs} milliseconds here`)
  return withInput(call, { expiresInMs })
}

/** Of what a session may grant, the keyring compares scopes, addresses, lock and end itself. */
function issued(call: PortalCall): PortalCall {
  const { input, login, keyring } = call
  // Without a list of its own a key gets the networks of the session.
  const { algorithm = 'hmac-sha256', allowIp = login.mayGrant.allowIp ?? [] } = input
  assertGranted(login.mayGrant, { algorithm, environment: keyring.environment, allowIp })
  return lived(call)
}

/** Names have no effect on what a key may do. */
function updated(call: PortalCall): PortalCall {
  const { input, key, login } = call
  const { name: _, tags: __, reason: ___, rev: ____, ...limits } = input
  if (Object.keys(limits).length > 0) assertGranted(login.mayGrant, { ...key, allowIp: input.allowIp ?? key.allowIp })
  return call
}

/** A renewal is the one way to have a key for longer, so the trail states why. */
function renewed(call: PortalCall): PortalCall {
  if (!isReason(call.input.reason)) refuse(422, 'REASON_REQUIRED', 'a longer life needs a reason')
  assertGranted(call.login.mayGrant, call.key)
  return lived(call)
}

/** A successor lives as long as the key before it: one without an end would have none. */
function rotated(call: PortalCall): PortalCall {
  assertGranted(call.login.mayGrant, call.key)
  if (call.key.expiresAtMs === null && longestLifeOf(call.portal, call.login) !== undefined)
    refuse(422, 'LIFE_TOO_LONG', 'a key must have an end here: renew this one')
  return call
}

/** What an administrator has stopped, its owner does not start again. A lock is the owner's to open. */
function enabled(call: PortalCall): PortalCall {
  const { key, caller } = call
  if (key.status === 'disabled' && !caller.isAdmin && key.disabledBy !== caller.owner)
    refuse(403, 'SCOPE_DENIED', 'the key was disabled by an administrator, who has to enable it')
  assertGranted(call.login.mayGrant, key)
  // Of the key that was looked at: an administrator may be disabling it at this very moment.
  return withInput(call, { rev: key.rev })
}

/** The key is revoked by now, and the secret of its replacement is shown now or never: nothing after it may fail. */
async function compromise(call: PortalCall): Promise<object> {
  const { portal, key, input, login, caller } = call
  const mayReplace = grantProblem(login.mayGrant, key) === undefined
  const by = mayReplace ? caller : { ...caller, actor: handsOutNothing(login.owner) }
  const done = (await operate('compromise', { ...call, caller: by })) as CompromisedKey
  const sinceMs = input.sinceMs ?? key.createdAtMs
  const incident = done.incident ?? (await portal.trail.incident(key.id, sinceMs).catch(() => undefined))
  return { ...done, incident, steps: stepsOf(done.key, incident, done.replacement?.key) }
}

export const KEY_ROUTES: readonly PortalRoute[] = [
  operation('list', { kind: 'read', more: { environment: ENVIRONMENT } }),
  operation('describe', { kind: 'read' }),
  operation('issue', { kind: 'create', more: { environment: ENVIRONMENT }, before: issued }),
  // An edit is of what was shown: without its `rev` a second window would undo the first one's.
  operation('update', { kind: 'change', required: ['rev'], before: updated }),
  operation('rotate', { kind: 'create', before: rotated }),
  operation('renew', { kind: 'create', before: renewed }),
  operation('disable', { kind: 'change' }),
  operation('enable', { kind: 'change', before: enabled }),
  operation('revoke', { kind: 'change' }),
  { ...operation('compromise', { kind: 'costly' }), run: compromise },
]
