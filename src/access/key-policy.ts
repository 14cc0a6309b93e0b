import { assertOptions, CountersignError, fail, isCountersignError, type KnownOptions, kindOf } from '../errors.js'
import type { KeyPolicy } from './key-record.js'
import { limitProblem } from './limit-problem.js'
import { type Limit, POLICY_LIMITS, within } from './limits.js'

const MEMBERS = Object.entries(POLICY_LIMITS) as ReadonlyArray<readonly [keyof KeyPolicy, Limit]>
const KNOWN: KnownOptions = Object.fromEntries(MEMBERS.map(([name]) => [name, 1]))

/** A plain copy: each member read once, so that what was checked is what is used. */
export function copyOfPolicy(policy: unknown): KeyPolicy {
  if (typeof policy !== 'object' || policy === null)
    return fail('CONFIG_INVALID', `"policy" must be an object, got ${kindOf(policy)}`)
  const misnamed = Reflect.ownKeys(policy).find((name) => !Object.hasOwn(KNOWN, name))
  if (misnamed !== undefined) {
    // A record may come from anywhere: what is no plain name is not shown.
    if (typeof misnamed === 'string' && /^\w{1,32}$/.test(misnamed)) assertOptions('"policy"', { [misnamed]: 0 }, KNOWN)
    fail('CONFIG_INVALID', '"policy" has a member that no policy of a key has')
  }
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, limit] of MEMBERS) {
    const own = Object.getOwnPropertyDescriptor(policy, name)
    // Inherited and computed members may change between this reading and the next.
    if (own === undefined ? name in policy : !('value' in own))
      fail('CONFIG_INVALID', `"policy.${name}" must be a plain member`)
    if (own?.value === undefined) continue
    copy[name] =
      within(limit, own.value) ?? fail('CONFIG_INVALID', limitProblem(`policy.${name}`, limit, own.value) as string)
  }
  return copy
}

/**
 * Checks the policy of one key before it is stored.
 *
 * @throws {CountersignError} `CONFIG_INVALID` with the name of the member that cannot be meant.
 * @example
 * ```ts
 * import { assertKeyPolicy } from 'countersign/server'
 *
 * assertKeyPolicy({ methods: ['GET', 'POST'], pathPrefixes: ['/v1/orders'], maxBodyBytes: 65_536, maxAgeMs: 30_000 })
 * ```
 */
export function assertKeyPolicy(policy: KeyPolicy): void {
  try {
    copyOfPolicy(policy)
  } catch (error) {
    // A getter or a proxy may throw anything; none of it is repeated.
    throw isCountersignError(error) ? error : new CountersignError('CONFIG_INVALID', '"policy" could not be read')
  }
}
