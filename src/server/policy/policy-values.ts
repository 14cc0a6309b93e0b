import { ALGORITHM_NAMES, isKeyAlgorithm } from '../../crypto/algorithm.js'
import { assertInteger, assertOptions, invalid, kindOf, mustBe, nearest, type OptionNames } from '../../errors.js'
import { coverageProblem } from '../../schemes/scheme/coverage-words.js'
import type { Policy, SchemePolicy } from './policy.js'
import { noReplayProtection } from './policy.js'

const HOUR = 3_600_000
// RFC 3986 3.2.2 and 3.2.3: a name or address, and a port.
const AUTHORITY = /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

function assertList(where: string, name: string, value: unknown): asserts value is readonly string[] {
  mustBe(Array.isArray(value), name, 'an array', value, 'CONFIG_INVALID', `${where}: `)
}

export function assertFacts(where: string, name: string, facts: unknown): void {
  assertList(where, name, facts)
  for (const [at, fact] of facts.entries()) {
    const problem = coverageProblem(fact)
    if (problem !== undefined) invalid(where, `"${name}[${at}]" ${problem}`)
  }
}

/** The host name in what was written for one; an example where there is none. */
function hostIn(text: unknown): string {
  const bare =
    typeof text === 'string'
      ? text
          .slice(0, 300)
          .trim()
          .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
      : ''
  const host = /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(bare) ? `[${bare}]` : bare
  try {
    // Of several names for one host this is what clients put into a request.
    const { hostname, port } = new URL(`https://${host}`)
    const found = hostname.replace(/\.$/, '') + (port === '' || port === '80' ? '' : `:${port}`)
    return AUTHORITY.test(found) ? found : 'api.example.com'
  } catch {
    return 'api.example.com'
  }
}

function assertAuthorities(where: string, authorities: unknown): void {
  if (!Array.isArray(authorities) || authorities.length === 0) {
    const got = Array.isArray(authorities) ? 'an empty one' : kindOf(authorities)
    const write = typeof authorities === 'string' ? `: write ["${hostIn(authorities)}"]` : ''
    invalid(where, `"authorities" must be an array with at least one host name of this server, got ${got}${write}`)
  }
  for (const [at, one] of (authorities as readonly unknown[]).entries()) {
    const name = `"authorities[${at}]"`
    if (typeof one === 'string' && one.includes('*'))
      invalid(where, `${name} must be one host name: there are no wildcards, list every name that this server has`)
    if (typeof one !== 'string' || !AUTHORITY.test(one) || !isPort(/:(\d+)$/.exec(one)?.[1]))
      invalid(
        where,
        `${name} must be a host name without scheme and path: write "${hostIn(one)}", got ${wrongWith(one)}`,
      )
    if (/:(?:80|443)$/.test(one as string))
      invalid(where, `${name} must not state a default port: it is never compared, write "${hostIn(one)}"`)
  }
}

const isPort = (port = '1'): boolean => Number(port) >= 1 && Number(port) <= 65_535

/** Characters that no host name has. */
function wrongWith(text: unknown): string {
  if (typeof text !== 'string' || text === '') return kindOf(text)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'a URL'
  if (text.includes('@')) return 'a name with credentials'
  if (/[/?#\\]/.test(text)) return 'a name with a path'
  return /:\d*$/.test(text) ? 'a port that is none' : 'other characters'
}

/** The valid values of a policy, member by member; also for those of one scheme. */
export function assertPolicyValues(where: string, policy: Policy & SchemePolicy): void {
  const range = (name: keyof Policy, from: number, to: number): void =>
    assertInteger(name, policy[name], from, to, `${where}: `)
  const { algorithms, require, requireWithBody, requireNonce, select, contentCodings, methodOverrideFields, untimed } =
    policy
  const must = (fits: boolean, name: string, says: string, value: unknown): void =>
    mustBe(fits, name, says, value, 'CONFIG_INVALID', `${where}: `)
  range('maxAgeMs', 1_000, 24 * HOUR)
  range('maxFutureMs', 0, policy.maxAgeMs)
  const { maxFutureMs } = policy
  must(maxFutureMs === 0 || maxFutureMs >= 100, 'maxFutureMs', 'milliseconds, 0 or at least 100', maxFutureMs)
  range('maxLifetimeMs', 1_000, 7 * 24 * HOUR)
  range('maxBodyBytes', 0, 2 ** 31)
  range('maxStreamBytes', 0, Number.MAX_SAFE_INTEGER)
  assertAuthorities(where, policy.authorities)
  must(typeof requireNonce === 'boolean', 'requireNonce', 'true or false', requireNonce)
  assertFacts(where, 'require', require)
  if (require.length === 0) invalid(where, '"require" must name at least one component')
  assertFacts(where, 'requireWithBody', requireWithBody)
  // Stryker disable next-line BooleanLiteral: either is one
  const { requireWhenPresent = [], requireExpires = false } = policy as Partial<Policy>
  assertFacts(where, 'requireWhenPresent', requireWhenPresent)
  const other = requireWhenPresent.find((fact) => !fact.startsWith('field:'))
  if (other !== undefined) invalid(where, `"requireWhenPresent" must name fields (field:…), got "${other}"`)
  must(typeof requireExpires === 'boolean', 'requireExpires', 'true or false', requireExpires)
  assertEach(where, 'contentCodings', contentCodings, isCoding, 'a content coding in lower case', CODINGS)
  // Stryker disable next-line ArrayDeclaration: no name is near to that one
  assertEach(where, 'methodOverrideFields', methodOverrideFields, isFieldName, 'a field name in lower case', [])
  if (algorithms !== undefined) {
    assertEach(where, 'algorithms', algorithms, isKeyAlgorithm, 'a supported algorithm', ALGORITHM_NAMES)
    if (algorithms.length === 0) invalid(where, '"algorithms" must name at least one')
  }
  if (select !== undefined) assertSelect(where, select)
  const isStore = untimed === undefined || untimed === noReplayProtection || typeof untimed?.claim === 'function'
  must(isStore, 'untimed', 'a store with claim(keyId, nonce), or noReplayProtection', untimed)
}

// IANA, HTTP Content Coding Registry; several are written as the field is, with ", " between.
const CODINGS = 'identity gzip deflate br zstd compress x-gzip x-compress dcb dcz aes128gcm exi pack200-gzip'.split(' ')
const CODING = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/
/** A registered coding or another one (`snappy`, `aws-chunked`), and nothing that is nearly one of the registry. */
const isCoding = (text: string): boolean =>
  text.split(/, ?/).every((one) => CODINGS.includes(one) || (CODING.test(one) && nearest(one, CODINGS) === undefined))
const isFieldName = (text: string): boolean => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(text)

function assertEach(
  where: string,
  name: string,
  list: unknown,
  fits: (text: string) => boolean,
  expected: string,
  known: readonly string[],
): void {
  assertList(where, name, list)
  for (const [at, one] of list.entries()) {
    if (typeof one === 'string' && fits(one)) continue
    const near = typeof one === 'string' ? nearest(one.trim(), known) : undefined
    const got = typeof one === 'string' ? JSON.stringify(one.slice(0, 64)) : kindOf(one)
    invalid(
      where,
      `"${name}[${at}]" must be ${expected}, got ${got}${near === undefined ? '' : `; did you mean "${near}"?`}`,
    )
  }
}

function assertSelect(where: string, select: NonNullable<Policy['select']>): void {
  const place = `${where}: "select"`
  assertOptions(place, select, SELECT)
  if (select.label === undefined && select.tag === undefined) invalid(where, '"select" must name a label or tag')
  for (const [name, value] of Object.entries(select))
    mustBe(value === undefined || typeof value === 'string', name, 'a text', value, 'CONFIG_INVALID', `${place}: `)
}

const SELECT: OptionNames<NonNullable<Policy['select']>> = { label: 1, tag: 1 }
