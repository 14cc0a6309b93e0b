import { grants } from '../../access/scope.js'
import { fail } from '../../errors.js'
import type { Accepted } from '../../server/verdict.js'
import { type ActingKey, actorOf } from '../change/actor.js'
import type { KeyInfo } from '../record/key-view.js'

/** The caller, from a verdict and from nothing else. */
export interface Caller {
  readonly keyId: string
  readonly owner: string | undefined
  /** Acts on the keys of every owner. */
  readonly isAdmin: boolean
  /** Makes keys without an end although it is no admin: the portal has asked for a reason. */
  readonly mayMakeEndless?: boolean
  /** The actor for the keyring: this key, and the most it can grant. */
  readonly actor: ActingKey
}

/** Whether this is the verdict of a verifier on a request that passed. Anything else that a host passes on is refused. */
export function isAccepted(verdict: unknown): verdict is Accepted {
  const { ok, keyId, record, request } = (verdict ?? {}) as Partial<Accepted>
  return (
    ok === true &&
    typeof keyId === 'string' &&
    typeof record === 'object' &&
    record !== null &&
    typeof request?.target === 'string' &&
    typeof request.method === 'string'
  )
}

/** With `isUnlimited` an admin hands out what its own limits would keep from it; its scopes stay the most. */
export function callerOf(verdict: Accepted, adminScope: string, isUnlimited: boolean): Caller {
  const { keyId, owner, record } = verdict
  const own = actorOf(verdict)
  const isAdmin = grants(record.scopes ?? [], adminScope)
  return { keyId, owner, isAdmin, actor: isAdmin && isUnlimited ? { id: own.id, scopes: own.scopes } : own }
}

/** @throws {CountersignError} `SCOPE_DENIED` */
export function assertScoped({ actor: by }: Caller, needed: string): void {
  if (!grants(by.scopes, needed)) fail('SCOPE_DENIED', `the key needs the scope ${needed}`)
}

/** Keys of other owners are answered like keys that never were. */
export const isVisible = ({ isAdmin, owner }: Caller, key: KeyInfo): boolean =>
  isAdmin || (owner !== undefined && key.owner === owner)

/** Whose keys are meant: the caller's own, unless an admin names another owner. */
export function ownerMeant({ isAdmin, owner }: Caller, asked: string | undefined): string {
  const meant = asked ?? owner
  if (meant === undefined) fail('ARGUMENT_INVALID', '"owner" is required for a key without one')
  if (!isAdmin && meant !== owner) fail('SCOPE_DENIED', '"owner" must be the caller itself')
  return meant
}

/** @throws {CountersignError} `SCOPE_DENIED`: only others loosen what a key may do, or lengthen its life. */
export function assertNotItself({ keyId }: Caller, id: string): void {
  if (keyId === id) fail('SCOPE_DENIED', 'a key cannot change its own limits or expiry')
}

/** @throws {CountersignError} `SCOPE_DENIED` */
export function assertAdmin({ isAdmin }: Caller, what: string): void {
  if (!isAdmin) fail('SCOPE_DENIED', `${what} needs the admin scope`)
}
