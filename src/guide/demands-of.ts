import { invalid, kindOf } from '../errors.js'
import type { HeaderScheme } from '../schemes/header/header-scheme.js'
import { rfc9421Verifier } from '../schemes/rfc9421/verifier.js'
import type { VerifyScheme } from '../schemes/scheme.js'
import type { Policy } from '../server/policy/policy.js'
import { policiesOf } from '../server/policy/scheme-policy.js'
import { checkedPolicy } from '../server/policy/strict-policy.js'
import { type Demands, headerDemands, rfc9421Demands } from './demands.js'

type Given = VerifyScheme | HeaderScheme

const isHeaderScheme = (scheme: Given): scheme is HeaderScheme => 'description' in scheme && 'verifier' in scheme

/**
 * What a service asks of each of its schemes.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scheme that there are no clients for, and as the verifier would.
 */
export function demandsOf(given: readonly Given[] | undefined, policy: Policy): readonly Demands[] {
  const own = checkedPolicy(policy, 'clientGuide: "policy"')
  const pairs = (given ?? [rfc9421Verifier()]).map((scheme, at): readonly [Given, VerifyScheme] => {
    if (typeof scheme !== 'object' || scheme === null || typeof scheme.id !== 'string')
      return invalid(
        'clientGuide',
        `"schemes[${at}]" must be rfc9421Verifier(), or what defineHeaderScheme() returns, got ${kindOf(scheme)}`,
      )
    if (isHeaderScheme(scheme)) return [scheme, scheme.verifier()]
    if (scheme.id !== 'rfc9421')
      return invalid(
        'clientGuide',
        `"schemes[${at}]" is "${scheme.id.slice(0, 64)}", and there are clients for rfc9421Verifier() and for what defineHeaderScheme() returns only`,
      )
    return [scheme, scheme]
  })
  const policies = policiesOf(
    pairs.map(([, verifier]) => verifier),
    own,
  )
  return pairs.map(([scheme, verifier]) => {
    const effective = policies.get(verifier) ?? invalid('clientGuide', '"schemes" must hold each scheme once')
    return isHeaderScheme(scheme) ? headerDemands(scheme, verifier, effective) : rfc9421Demands(effective)
  })
}
