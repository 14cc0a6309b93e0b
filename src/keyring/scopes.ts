import { CountersignError } from '../errors.js'

const SEGMENT = '[a-z0-9_.-]{1,64}'
const GRANT = new RegExp(`^(?:${SEGMENT}|\\*):(?:${SEGMENT}|\\*)$`)
const RESOURCE = new RegExp(`^${SEGMENT}$`)
const MOST = 256

/** `read`, `write` (reads, too) and `admin` (all three). A preset is only a list of scopes: matching knows no ranks. */
export type ScopePreset = 'read' | 'write' | 'admin'

const ACTIONS: Readonly<Record<ScopePreset, readonly string[]>> = {
  read: ['read'],
  write: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
}

/**
 * The scopes of a preset for some resources.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`
 * @example
 * ```ts
 * import { presetScopes } from 'countersign/keyring'
 *
 * presetScopes('write', ['orders']) // ['orders:read', 'orders:write']
 * ```
 */
export function presetScopes(preset: ScopePreset, resources: readonly string[]): string[] {
  if (!Object.hasOwn(ACTIONS, preset))
    throw new CountersignError('ARGUMENT_INVALID', '"preset" expected read, write or admin')
  if (!Array.isArray(resources) || !resources.every((name) => typeof name === 'string' && RESOURCE.test(name)))
    throw new CountersignError('ARGUMENT_INVALID', '"resources" expected names in lower case')
  return resources.flatMap((resource) => ACTIONS[preset].map((action) => `${resource}:${action}`))
}

/**
 * Checks scopes to be granted.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`
 */
export function assertGrants(scopes: unknown): asserts scopes is readonly string[] {
  if (!Array.isArray(scopes) || scopes.length > MOST || !scopes.every((s) => typeof s === 'string' && GRANT.test(s)))
    throw new CountersignError(
      'ARGUMENT_INVALID',
      `"scopes" expected at most ${MOST} texts resource:action in lower case, "*" for a whole segment`,
    )
}

/** Whether every scope of `wanted` lies within those of `own`; a wildcard only within a wildcard. */
export const isWithin = (wanted: readonly string[], own: readonly string[]): boolean =>
  wanted.every((scope) => {
    const [resource, action] = scope.split(':')
    return own.some((grant) => {
      const [r, a] = grant.split(':')
      return GRANT.test(grant) && (r === '*' || r === resource) && (a === '*' || a === action)
    })
  })
