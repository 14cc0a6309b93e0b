import { bucketName } from '../../access/rate-limit.js'
import { fail, kindOf } from '../../errors.js'
import type { Caller } from '../../keyring/api/caller.js'
import { actorOf, checkedGrant, type PortalGrant } from './grant.js'

/** What the service's login is about: the person at the browser. */
export interface PortalLogin {
  /** Whose keys these are: the `owner` of the keys, and the actor in the audit trail. */
  readonly owner: string
  /** The person's name, for the screen. Default: the owner. */
  readonly name?: string
  /** Sees and changes the keys of all owners. Default `false`. */
  readonly isAdmin?: boolean
  /**
   * The most that a key gets from this session: scopes such as `['orders:*', 'reports:read']`, or a {@link PortalGrant} with limits of
   * addresses, kinds, life and environment as well.
   */
  readonly mayGrant: readonly string[] | PortalGrant
  /**
   * The id of the session, such as the value of its cookie: it is never sent anywhere. The token against forged requests is
   * bound to it, so that one session's token is nothing in another.
   */
  readonly id: string
}

/** A login as it was checked. */
export interface Session extends PortalLogin {
  readonly mayGrant: PortalGrant
}

const LONGEST_ID = 4_096

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value !== '' && value.length <= most

/**
 * What a service's `session` answered, in a copy; `undefined` where there is no session.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for anything else: half a session is none.
 */
export function checkedLogin(value: unknown): Session | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object') return fail('CONFIG_INVALID', `"session" must answer an object, got ${kindOf(value)}`)
  const { owner, name, isAdmin = false, mayGrant, id } = value as Partial<PortalLogin>
  if (!isText(owner, 256)) fail('CONFIG_INVALID', '"owner" of a session must be a text of 1 to 256 characters')
  if (!isText(id, LONGEST_ID))
    fail('CONFIG_INVALID', `"id" of a session must be a text of 1 to ${LONGEST_ID} characters`)
  if (typeof isAdmin !== 'boolean') fail('CONFIG_INVALID', '"isAdmin" of a session must be true or false')
  return { owner, name: isText(name, 256) ? name : owner, isAdmin, mayGrant: checkedGrant(mayGrant), id }
}

/** The session as the operations of the keyring's API have a caller: no key of its own, and nothing beyond `mayGrant`. */
export const callerOf = ({ owner, isAdmin = false, mayGrant }: Session, nowMs: number): Caller => ({
  keyId: '',
  owner,
  isAdmin,
  actor: actorOf(owner, mayGrant, nowMs),
})

/** The bucket of a session's owner: a second login has no second share. */
export const bucketOf = (kind: string, { owner }: PortalLogin): string => bucketName(`portal.${kind}`, owner)
