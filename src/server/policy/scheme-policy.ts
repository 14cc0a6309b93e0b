import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import { invalid, nearest } from '../../errors.js'
import type { Coverage, SchemeDemands, VerifyScheme } from '../../schemes/scheme.js'
import { defined } from '../../support/defined.js'
import type { Policy, SchemePolicy } from './policy.js'
import { assertPolicyValues } from './policy-values.js'
import { DEFAULTS } from './strict-policy.js'

/** The policy as it holds for signatures of one scheme. */
export interface EffectivePolicy extends Policy {
  /** The decision about signatures without a time; `undefined` refuses them. */
  readonly untimed?: SchemePolicy['untimed'] | undefined
  /** As in the demands of the scheme. */
  readonly untilExpires?: boolean
}

/**
 * The policy of each scheme. What the caller sets for a scheme goes first; then what the scheme states of itself, which stands
 * in place of the defaults only: a component that the caller adds to `require`, and a list of algorithms, hold for every
 * scheme. So no scheme loosens what another one must meet.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scheme that cannot meet the policy, and for an id that no scheme has.
 */
export function policiesOf(
  schemes: readonly VerifyScheme[],
  policy: Policy,
): ReadonlyMap<VerifyScheme, EffectivePolicy> {
  const ids = schemes.map(({ id }) => id)
  for (const id of Object.keys(policy.perScheme)) {
    if (ids.includes(id)) continue
    const near = nearest(id, ids)
    const hint = near === undefined ? `known: ${ids.join(', ')}` : `did you mean "${near}"?`
    invalid(
      'createVerifier',
      `policy "perScheme" names ${JSON.stringify(id.slice(0, 64))}, which is not the id of one of the schemes; ${hint}`,
    )
  }
  return new Map(schemes.map((scheme) => [scheme, policyOf(scheme, policy)]))
}

function policyOf(scheme: VerifyScheme, policy: Policy): EffectivePolicy {
  const { id, demands } = scheme
  const own = policy.perScheme[id] ?? {}
  const place = `"perScheme" of ${JSON.stringify(id)}`
  let general: EffectivePolicy = { ...policy, untimed: undefined, untilExpires: false }
  if (demands !== undefined) {
    // Members that a spread would carry into the policy would loosen it for every scheme.
    if (Object.keys(demands).length > 0)
      invalid('createVerifier', `the demands of scheme "${id}" must be made with schemeDemands()`)
    if (demands.untimed === true && own.untimed === undefined) {
      invalid(
        'createVerifier',
        `signatures of scheme "${id}" carry no time, so no window bounds them: state ${place} with untimed: a store with claim(keyId, nonce), or noReplayProtection`,
      )
    }
    general = {
      ...general,
      require: own.require ?? together(id, demands, 'require', policy),
      requireWithBody: own.requireWithBody ?? together(id, demands, 'requireWithBody', policy),
      requireNonce: demands.requireNonce,
      algorithms: own.algorithms ?? common(id, demands.algorithms, policy.algorithms),
      maxLifetimeMs: demands.maxLifetimeMs ?? policy.maxLifetimeMs,
      maxAgeMs: Math.min(demands.maxAgeMs ?? Infinity, policy.maxAgeMs),
      untilExpires: demands.untilExpires === true,
    }
  }
  const stated = defined(own)
  const effective: EffectivePolicy = { ...general, ...stated }
  assertPolicyValues(`createVerifier: scheme "${id}"`, effective as Policy & SchemePolicy)
  return Object.freeze(effective)
}

/**
 * The components that the scheme states, and those that the caller added to the defaults, which the scheme must be able to
 * meet.
 */
function together(
  id: string,
  demands: SchemeDemands,
  name: 'require' | 'requireWithBody',
  policy: Policy,
): readonly Coverage[] {
  const stated = demands[name]
  const added = policy[name].filter((fact) => !DEFAULTS[name].includes(fact) && !stated.includes(fact))
  const able = [...demands.require, ...demands.requireWithBody]
  for (const fact of added) {
    if (!able.includes(fact)) {
      invalid(
        'createVerifier',
        `policy "${name}" names "${fact}", which signatures of scheme "${id}" do not cover: state "perScheme" of "${id}" with "${name}" of its own`,
      )
    }
  }
  return [...stated, ...added]
}

function common(
  id: string,
  stated: readonly KeyAlgorithm[] | undefined,
  allowed: readonly KeyAlgorithm[] | undefined,
): readonly KeyAlgorithm[] | undefined {
  if (stated === undefined || allowed === undefined) return stated ?? allowed
  const both = stated.filter((one) => allowed.includes(one))
  return both.length > 0
    ? both
    : invalid(
        'createVerifier',
        `policy "algorithms" allows none of scheme "${id}": state "perScheme" of "${id}" with "algorithms"`,
      )
}
