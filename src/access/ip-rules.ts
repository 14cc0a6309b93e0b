import { fail, isCountersignError, type VerdictCode } from '../errors.js'
import { type IpRanges, namedRanges } from './cidr.js'
import { readIp } from './ip-address.js'
import type { KeyRecord } from './key-record.js'

interface Rules {
  readonly allow: IpRanges
  readonly deny: IpRanges
  /** What the rules were compiled from, so that a list that was exchanged is noticed. */
  readonly allowIp: readonly string[]
  readonly denyIp: readonly string[]
}

const compiled = /* @__PURE__ */ new WeakMap<KeyRecord, Rules>()
const NONE: readonly string[] = []
// Nothing waits between writing and reading it.
const address = /* @__PURE__ */ new Uint32Array(4)

/** The record's rules, compiled once per record. */
function rulesOf(record: KeyRecord): Rules {
  const { allowIp = NONE, denyIp = NONE } = record
  const known = compiled.get(record)
  if (known !== undefined && known.allowIp === allowIp && known.denyIp === denyIp) return known
  const options = { allowZeroPrefix: record.allowZeroPrefix === true }
  const rules = {
    allow: namedRanges('allowIp', allowIp, options),
    deny: namedRanges('denyIp', denyIp, options),
    allowIp,
    denyIp,
  }
  compiled.set(record, rules)
  return rules
}

/**
 * Checks the address rules of a record before it is used.
 *
 * @throws {CountersignError} `CONFIG_INVALID` as {@link ipRanges} does.
 */
export function assertIpRules(record: KeyRecord): void {
  rulesOf(record)
}

/**
 * Why the key may not be used from that address; `undefined` when it may. `denyIp` beats `allowIp`, and a key with rules
 * is never used from an address that could not be determined.
 *
 * @throws {CountersignError} `KEY_SOURCE_FAILED` for a record whose rules cannot be read: what they would forbid is unknown.
 */
export function ipProblem(record: KeyRecord, clientIp: string | undefined): VerdictCode | undefined {
  const { allowIp = NONE, denyIp = NONE } = record
  if (allowIp.length === 0 && denyIp.length === 0) return undefined
  let rules: Rules
  try {
    rules = rulesOf(record)
  } catch (error) {
    const why = isCountersignError(error) ? error.message : 'not a list'
    fail('KEY_SOURCE_FAILED', `the key record has address rules that cannot be read: ${why}`)
  }
  if (!readIp(clientIp, address)) return 'IP_UNDETERMINED'
  if (rules.deny.includes(address)) return 'IP_DENIED'
  return rules.allow.size === 0 || rules.allow.includes(address) ? undefined : 'IP_DENIED'
}
