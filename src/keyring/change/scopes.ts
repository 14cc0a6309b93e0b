import { KEY_LIMITS } from '../../access/key-limits.js'
import { limitProblem } from '../../access/limit-problem.js'
import { covers, isGrant } from '../../access/scope.js'
import { fail, kindOf } from '../../errors.js'

const MOST = KEY_LIMITS.scopes.most

/** `read`, `write` (reads, too) and `admin` (all three). A preset is only a list of scopes: matching has no ranks. */
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
  if (typeof preset !== 'string' || !Object.hasOwn(ACTIONS, preset))
    fail('ARGUMENT_INVALID', `"preset" must be "read", "write" or "admin", got ${kindOf(preset)}`)
  const names = textsOf(resources)
  if (names === undefined || !names.every((name) => name !== '*' && isGrant(`${name}:read`)))
    fail(
      'ARGUMENT_INVALID',
      `"resources" must be a list of names in lower case, got ${names === undefined ? kindOf(resources) : 'another text in it'}`,
    )
  return names.flatMap((resource) => ACTIONS[preset].map((action) => `${resource}:${action}`))
}

/** A copy of a list of texts, each read once; `undefined` for anything else, whatever it throws. */
function textsOf(value: unknown): readonly string[] | undefined {
  try {
    if (!Array.isArray(value) || value.length > MOST) return undefined
    const texts: readonly unknown[] = Array.from({ length: value.length }, (_, i) => value[i])
    return texts.every((text) => typeof text === 'string') ? (texts as readonly string[]) : undefined
  } catch {
    return undefined
  }
}

/**
 * Scopes to be granted, in a copy: what was checked is what is granted.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`
 */
export function checkedGrants(scopes: unknown, name = 'scopes'): readonly string[] {
  const grants = textsOf(scopes)
  if (grants?.every(isGrant) === true) return grants
  fail(
    'ARGUMENT_INVALID',
    limitProblem(name, KEY_LIMITS.scopes, grants ?? scopes) ?? `"${name}" must be a list that can be read`,
  )
}

/** Whether every scope of `wanted` lies within those of `own`; a wildcard only within a wildcard. */
export const isWithin = (wanted: readonly string[], own: readonly string[]): boolean =>
  wanted.every((scope) => isGrant(scope) && covers(own, scope))
