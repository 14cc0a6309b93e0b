import { CountersignError } from '../../errors.js'
import { ipRanges } from '../../server/cidr.js'
import { parseIp } from '../../server/ip-address.js'
import { grants } from '../../server/scope.js'
import type { Accepted } from '../../server/verdict.js'
import { assertMayGrant } from '../issue-options.js'
import type { KeyInfo } from '../key-view.js'

/** Who asks, from a verdict and from nothing else. */
export interface Caller {
  readonly keyId: string
  readonly owner: string | undefined
  /** Acts on the keys of every owner. */
  readonly isAdmin: boolean
  /** What the keyring is told: this key, and the most it can hand out. */
  readonly by: { readonly id: string; readonly scopes: readonly string[] }
  readonly allowIp: readonly string[]
  readonly denyIp: readonly string[]
}

/** Members of a key that narrow what it may do. */
type Addresses = { readonly allowIp?: readonly string[]; readonly denyIp?: readonly string[] }

/** Whether this is what a verifier says of a request that passed. Anything else a host passes on is nobody. */
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

export function callerOf({ keyId, owner, record }: Accepted, adminScope: string): Caller {
  const { scopes = [], allowIp = [], denyIp = [] } = record
  return { keyId, owner, isAdmin: grants(scopes, adminScope), by: { id: keyId, scopes }, allowIp, denyIp }
}

const denied = (expected: string): never => {
  throw new CountersignError('SCOPE_DENIED', expected)
}

/** @throws {CountersignError} `SCOPE_DENIED` */
export function assertScoped({ by }: Caller, needed: string): void {
  if (!grants(by.scopes, needed)) denied(`the key expected the scope ${needed}`)
}

/** Strangers' keys are answered like keys that never were. */
export const isVisible = ({ isAdmin, owner }: Caller, key: KeyInfo): boolean =>
  isAdmin || (owner !== undefined && key.owner === owner)

/** Whose keys are meant: the caller's own, unless somebody else is stated who may be. */
export function ownerMeant({ isAdmin, owner }: Caller, asked: string | undefined): string {
  const meant = asked ?? owner
  if (meant === undefined) throw new CountersignError('ARGUMENT_INVALID', '"owner" is required for a key without one')
  if (!isAdmin && meant !== owner) denied('"owner" expected the caller itself')
  return meant
}

/** @throws {CountersignError} `SCOPE_DENIED`: only others loosen what a key may do, or lengthen its life. */
export function assertNotItself({ keyId }: Caller, id: string): void {
  if (keyId === id) denied('a key expected not to change its own limits or life: another key, or a script, does that')
}

/** @throws {CountersignError} `SCOPE_DENIED` */
export function assertAdmin({ isAdmin }: Caller, what: string): void {
  if (!isAdmin) denied(`${what} expected the admin scope`)
}

const ANY = { allowZeroPrefix: true }

const read = (range: string) => {
  const [host = '', prefix] = range.split('/')
  const most = host.includes(':') ? 128 : 32
  return { base: parseIp(host), bits: Number(prefix ?? most) + 128 - most }
}

/**
 * Whether a range lies inside one of some others. Two ranges are nested or apart, so its first address and its size say it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for texts that are no strict ranges.
 */
function insideOf(outer: readonly string[]): (range: string) => boolean {
  const compiled = outer.map((range) => ({ bits: read(range).bits, inside: ipRanges([range], ANY) }))
  return (range) => {
    ipRanges([range], ANY)
    const { base, bits } = read(range)
    return base !== undefined && compiled.some((one) => bits >= one.bits && one.inside.includes(base))
  }
}

/**
 * Nobody below an admin hands out more than it has: no scope it lacks, and no address it may not be used from itself. A
 * stolen key that is locked to an office would otherwise make itself a sister that is not.
 *
 * @throws {CountersignError} `SCOPE_DENIED`
 */
export function assertMayHandOut(caller: Caller, scopes: readonly string[], addresses: Addresses): void {
  assertMayGrant(caller.by, scopes)
  if (!caller.isAdmin && !mayBeUsedFrom(caller, addresses))
    denied('"allowIp" and "denyIp" expected no address that the caller may not be used from')
}

/** Whether every address of a key is one of the caller's. */
export function mayBeUsedFrom(own: Caller, { allowIp = [], denyIp = [] }: Addresses): boolean {
  const allowed = own.allowIp.length === 0 || (allowIp.length > 0 && allowIp.every(insideOf(own.allowIp)))
  return allowed && own.denyIp.every(insideOf(denyIp))
}
