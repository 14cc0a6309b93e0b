import type { HeaderSettings, Rfc9421Settings } from '../clients/fill.js'
import type { KeyAlgorithm } from '../crypto/algorithm.js'
import { fail } from '../errors.js'
import type { HeaderScheme } from '../schemes/header/header-scheme.js'
import { type Coverage, memberOf, type VerifyScheme } from '../schemes/scheme.js'
import type { EffectivePolicy } from '../server/policy/scheme-policy.js'
import { defined } from '../support/defined.js'

/** What a service asks of one scheme, and the settings with which a client meets it. */
export type Demands = {
  readonly id: string
  readonly policy: EffectivePolicy
  readonly algorithms: readonly KeyAlgorithm[]
  /** Fields that every request must have, or every one with a body, because they are signed. */
  readonly fields: readonly string[]
  readonly bodyFields: readonly string[]
} & (
  | { readonly kind: 'rfc9421'; readonly settings: Required<Rfc9421Settings> }
  | { readonly kind: 'header-scheme'; readonly settings: HeaderSettings; readonly scheme: HeaderScheme }
)

const DERIVED: Readonly<Partial<Record<Coverage, string>>> = {
  method: '@method',
  scheme: '@scheme',
  authority: '@authority',
  path: '@path',
  query: '@query',
  parameters: '@query',
  'query-parameters': '@query',
}
const PRESET = ['@method', '@authority', '@path', '@query']
const CLIENT_ALGORITHMS: readonly KeyAlgorithm[] = ['hmac-sha256', 'ed25519']

const cannot = (id: string, why: string): never =>
  fail('CONFIG_INVALID', `clientGuide: the clients cannot serve "${id}": ${why}`)

/** The component that covers a fact of a policy; fields as a whole, which hold their members. */
function componentOf(fact: Coverage): string | undefined {
  if (fact.startsWith('query-param:')) return '@query'
  return DERIVED[fact] ?? memberOf(fact)?.[0]
}

const isField = (name: string): boolean => !name.startsWith('@')
const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]

function algorithmsOf(id: string, policy: EffectivePolicy): readonly KeyAlgorithm[] {
  const both = CLIENT_ALGORITHMS.filter((one) => policy.algorithms?.includes(one) ?? true)
  return both.length > 0
    ? both
    : cannot(
        id,
        `they sign with ${CLIENT_ALGORITHMS.join(' and ')}, and the policy allows ${policy.algorithms?.join(', ')}`,
      )
}

/** Seconds are written as whole ones, cut off: a signature may be one second old when it is made. */
const LEAST_AGE_MS = 2_000
const USUAL_END_S = 60

/**
 * What RFC 9421 needs of a client.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a policy that the clients cannot serve, with the reason.
 */
export function rfc9421Demands(policy: EffectivePolicy): Demands {
  const id = 'rfc9421'
  const { require, requireWithBody, requireWhenPresent, requireExpires, select, maxAgeMs, maxLifetimeMs } = policy
  if (maxAgeMs < LEAST_AGE_MS) cannot(id, `times are whole seconds, so "maxAgeMs" must be at least ${LEAST_AGE_MS}`)
  const always = require.map((fact) => {
    const name = componentOf(fact)
    if (fact === 'body' || name === 'content-digest')
      return cannot(
        id,
        `"require" names "${fact}", and they state a digest for requests with a body only: use "requireWithBody"`,
      )
    return name ?? cannot(id, `"require" names "${fact}"`)
  })
  const withBody = requireWithBody.map((fact) =>
    fact === 'body' ? 'content-digest' : (componentOf(fact) ?? cannot(id, `"requireWithBody" names "${fact}"`)),
  )
  const present = requireWhenPresent.map(
    (fact) => componentOf(fact) ?? cannot(id, `"requireWhenPresent" names "${fact}"`),
  )
  const covered = unique([...PRESET, ...always, ...withBody.filter((name) => !isField(name))])
  const whenPresent = unique(['content-type', 'content-digest', ...withBody, ...present]).filter(
    (name) => isField(name) && !covered.includes(name),
  )
  const expiresIn = requireExpires ? Math.min(USUAL_END_S, Math.floor(Math.min(maxLifetimeMs, maxAgeMs) / 1000)) : 0
  if (requireExpires && expiresIn < 2) cannot(id, 'a signature may live for less than two seconds')
  return {
    kind: 'rfc9421',
    id,
    policy,
    algorithms: algorithmsOf(id, policy),
    fields: covered.filter(isField),
    bodyFields: withBody.filter((name) => isField(name) && name !== 'content-digest'),
    settings: { covered, whenPresent, label: select?.label ?? 'sig1', tag: select?.tag ?? '', expiresIn },
  }
}

/**
 * What a scheme in a few headers needs of a client.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a policy that no request of this scheme can meet.
 */
export function headerDemands(scheme: HeaderScheme, verifier: VerifyScheme, policy: EffectivePolicy): Demands {
  const { id, description } = scheme
  const { headers, base, separator, timestamp = 'ms', encoding, prefix } = description
  const { demands } = verifier
  const able: readonly Coverage[] = [...(demands?.require ?? []), ...(demands?.requireWithBody ?? [])]
  const lacking = [...policy.require, ...policy.requireWithBody, ...policy.requireWhenPresent].find(
    (fact) => !able.includes(fact),
  )
  if (lacking !== undefined)
    cannot(id, `the policy names "${lacking}", which its signatures do not cover: state "perScheme" of "${id}"`)
  if (policy.requireExpires) cannot(id, 'its signatures state no end, and the policy has "requireExpires"')
  if (timestamp !== 'ms' && policy.maxAgeMs < LEAST_AGE_MS)
    cannot(id, `times are whole seconds, so "maxAgeMs" must be at least ${LEAST_AGE_MS}`)
  const optional = defined({ separator, encoding, prefix })
  return {
    kind: 'header-scheme',
    id,
    policy,
    algorithms: algorithmsOf(id, policy),
    fields: base.filter((part) => part.startsWith('field:')).map((part) => part.slice('field:'.length)),
    bodyFields: [],
    settings: { headers, base, timestamp, ...optional },
    scheme,
  }
}
