import { isAlgorithm } from '../crypto/algorithm.js'
import { assertOptions, CountersignError, kindOf, nearest, type OptionNames } from '../errors.js'
import { noReplayProtection } from './no-replay-protection.js'
import type { Policy, SchemePolicy } from './policy.js'

const HOUR = 3_600_000
/** The words of {@link Coverage} that stand alone. */
const FACTS = ['method', 'scheme', 'authority', 'path', 'query', 'body', 'parameters', 'query-parameters', 'status']
// A field name in lower case (RFC 9110 5.1), with one dictionary member where that is what must be covered.
const NAMED =
  /^(?:field:[!#$%&'*+.^_`|~0-9a-z-]+(?:;key="[a-z*][a-z0-9_.*-]*")?|request:[!#$%&'*+.^_`|~0-9a-z@-]+|query-param:[A-Za-z0-9%*._-]+)$/
// RFC 3986 3.2.2 and 3.2.3: a name or address, and a port.
const AUTHORITY = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

export const invalid = (where: string, text: string): never => {
  throw new CountersignError('CONFIG_INVALID', `${where}: ${text}`)
}

/** An object whose members can be read; anything else is not a set of options. */
export function listed<T>(where: string, options: T): T & object {
  if (typeof options !== 'object' || options === null)
    return invalid(where, `options must be an object, got ${kindOf(options)}`)
  return options
}

function assertList(where: string, name: string, value: unknown): asserts value is readonly string[] {
  if (!Array.isArray(value)) invalid(where, `"${name}" must be an array, got ${kindOf(value)}`)
}

function assertFacts(where: string, name: string, facts: unknown): void {
  assertList(where, name, facts)
  for (const [at, fact] of facts.entries()) {
    if (typeof fact === 'string' && (FACTS.includes(fact) || NAMED.test(fact))) continue
    const near = typeof fact === 'string' ? nearest(fact, FACTS) : undefined
    const got = typeof fact === 'string' ? JSON.stringify(fact.slice(0, 64)) : kindOf(fact)
    const hint = near === undefined ? '' : `; did you mean "${near}"?`
    invalid(
      where,
      `"${name}[${at}]" must be one of ${FACTS.join(', ')}, field:…, query-param:… or request:…, got ${got}${hint}`,
    )
  }
}

function assertAuthorities(where: string, authorities: unknown): void {
  if (!Array.isArray(authorities) || authorities.length === 0)
    invalid(
      where,
      `"authorities" must be an array with at least one host name of this server, got ${Array.isArray(authorities) ? 'an empty one' : kindOf(authorities)}`,
    )
  for (const [at, one] of (authorities as readonly unknown[]).entries()) {
    const name = `"authorities[${at}]"`
    if (typeof one !== 'string' || !AUTHORITY.test(one)) {
      const host = typeof one === 'string' ? /^[a-z]+:\/\/([^/?#@]+)\/?$/i.exec(one)?.[1] : undefined
      const write = host !== undefined && AUTHORITY.test(host) ? host : 'api.example.com'
      invalid(
        where,
        `${name} must be a host name without scheme and path: write "${write.replace(/:(?:80|443)$/, '')}"`,
      )
    }
    if (/:(?:80|443)$/.test(one as string))
      invalid(where, `${name} must not state a default port: it is never compared`)
  }
}

/** What a policy must be, member by member; also of what it says of one scheme. */
export function assertPolicyValues(where: string, policy: Policy & SchemePolicy): void {
  const range = (name: keyof Policy, from: number, to: number): void => {
    const value = policy[name]
    if (!Number.isSafeInteger(value) || (value as number) < from || (value as number) > to)
      invalid(
        where,
        `"${name}" must be an integer from ${from} to ${to}, got ${typeof value === 'number' ? value : kindOf(value)}`,
      )
  }
  const { algorithms, require, requireWithBody, requireNonce, select, contentCodings, methodOverrideFields, untimed } =
    policy
  range('maxAgeMs', 1_000, 24 * HOUR)
  range('maxFutureMs', 0, policy.maxAgeMs)
  range('maxLifetimeMs', 1_000, 24 * HOUR)
  range('maxBodyBytes', 0, 2 ** 31)
  range('maxStreamBytes', 0, 2 ** 53 - 1)
  assertAuthorities(where, policy.authorities)
  if (typeof requireNonce !== 'boolean')
    invalid(where, `"requireNonce" must be true or false, got ${kindOf(requireNonce)}`)
  assertFacts(where, 'require', require)
  if (require.length === 0) invalid(where, '"require" must name at least one component')
  assertFacts(where, 'requireWithBody', requireWithBody)
  const { requireWhenPresent = [], requireExpires = false } = policy as Partial<Policy>
  assertFacts(where, 'requireWhenPresent', requireWhenPresent)
  const other = requireWhenPresent.find((fact) => !fact.startsWith('field:'))
  if (other !== undefined) invalid(where, `"requireWhenPresent" must name fields (field:…), got "${other}"`)
  if (typeof requireExpires !== 'boolean')
    invalid(where, `"requireExpires" must be true or false, got ${kindOf(requireExpires)}`)
  for (const [name, list] of [
    ['contentCodings', contentCodings],
    ['methodOverrideFields', methodOverrideFields],
  ] as const) {
    assertList(where, name, list)
    if (!list.every((one) => typeof one === 'string' && one !== '' && one === one.toLowerCase()))
      invalid(where, `"${name}" must hold names in lower case`)
  }
  if (algorithms !== undefined) {
    assertList(where, 'algorithms', algorithms)
    if (algorithms.length === 0 || !algorithms.every(isAlgorithm))
      invalid(where, '"algorithms" must hold names of supported algorithms')
  }
  if (select !== undefined) assertSelect(where, select)
  if (untimed !== undefined && untimed !== noReplayProtection && typeof untimed.claim !== 'function')
    invalid(where, `"untimed" must be a store with claim(keyId, nonce), or noReplayProtection, got ${kindOf(untimed)}`)
}

function assertSelect(where: string, select: NonNullable<Policy['select']>): void {
  const place = `${where}: "select"`
  assertOptions(place, listed(place, select), SELECT)
  if (select.label === undefined && select.tag === undefined) invalid(where, '"select" must name a label or a tag')
  for (const [name, value] of Object.entries(select))
    if (value !== undefined && typeof value !== 'string')
      invalid(place, `"${name}" must be a text, got ${kindOf(value)}`)
}

const SELECT: OptionNames<NonNullable<Policy['select']>> = { label: 1, tag: 1 }
