import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import type { KeyCheck, KeyFacts, KeyFinding, KeyReport } from './key-report.js'

/** What the judgement depends on besides the facts. */
export interface KeyDemands {
  readonly nowMs: number
  readonly algorithm: KeyAlgorithm | undefined
  readonly lifetimeDaysWithoutIps: number | undefined
  readonly warnBeforeDays: number
  readonly needs: readonly string[]
}

const DAY_MS = 86_400_000
const ORDER: Readonly<Record<KeyFinding['severity'], number>> = { danger: 0, warning: 1, info: 2 }

/** When a key ends, and how that is known. */
interface End {
  readonly atMs: number
  readonly why: 'stated' | 'rule' | 'idle'
}

function endOf(facts: KeyFacts, { lifetime }: KeyCheck, demands: KeyDemands): End | undefined {
  const { nowMs, algorithm, lifetimeDaysWithoutIps } = demands
  if (facts.expiresAtMs !== undefined) return { atMs: facts.expiresAtMs, why: 'stated' }
  const days = lifetimeDaysWithoutIps ?? lifetime?.days
  if (days === undefined || !Number.isFinite(days) || facts.ipBound !== false) return undefined
  if (lifetime?.applies?.(facts, algorithm) === false) return undefined
  if (lifetime?.since === 'use') return { atMs: nowMs + days * DAY_MS, why: 'idle' }
  return facts.createdMs === undefined ? undefined : { atMs: facts.createdMs + days * DAY_MS, why: 'rule' }
}

const dateOf = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 10) : 'some day')

function endFinding(end: End, { nowMs, warnBeforeDays }: KeyDemands): readonly KeyFinding[] {
  const { atMs, why } = end
  const how = why === 'stated' ? '' : ', by the rule for keys without an IP list'
  if (why === 'idle')
    return [{ code: 'EXPIRES_IDLE', severity: 'info', message: `not used, the key ends on ${dateOf(atMs)}${how}` }]
  if (atMs <= nowMs)
    return [{ code: 'EXPIRED', severity: 'danger', message: `the key ended on ${dateOf(atMs)}${how}: make a new one` }]
  if (atMs - nowMs > warnBeforeDays * DAY_MS) return []
  return [{ code: 'EXPIRES_SOON', severity: 'warning', message: `the key ends on ${dateOf(atMs)}${how}` }]
}

/** What to think of the facts. Pure: the time is an argument. */
export function judgeKey(exchange: string, facts: KeyFacts, check: KeyCheck, demands: KeyDemands): KeyReport {
  const { permissions, withdraw, trade, ipBound, unapproved } = facts
  const findings: KeyFinding[] = []
  if (unapproved !== undefined) findings.push({ code: 'NOT_APPROVED', severity: 'danger', message: unapproved })
  if (withdraw)
    findings.push({
      code: 'WITHDRAW_ENABLED',
      severity: 'danger',
      message: 'the key may withdraw: give a program one that may not',
    })
  if (ipBound === false)
    findings.push({
      code: 'NO_IP_LIST',
      severity: withdraw ? 'danger' : 'warning',
      message: 'the key works from any address: bind it to those you call from',
    })
  if (ipBound === undefined && check.noIpLists !== true && unapproved === undefined)
    findings.push({
      code: 'IP_LIST_UNKNOWN',
      severity: 'info',
      message: 'the exchange does not say whether the key is bound to addresses: see its dashboard',
    })
  const end = endOf(facts, check, demands)
  if (end !== undefined) findings.push(...endFinding(end, demands))
  for (const need of demands.needs)
    if (!(need === 'trade' ? trade : need === 'withdraw' ? withdraw : permissions.includes(need)))
      findings.push({ code: 'PERMISSION_MISSING', severity: 'danger', message: `the key lacks "${need}"` })
  if (check.hmac !== undefined && demands.algorithm?.startsWith('hmac') === true)
    findings.push({ code: 'HMAC_KEY', severity: 'info', message: check.hmac })
  findings.sort((a, b) => ORDER[a.severity] - ORDER[b.severity])
  return { exchange, permissions, withdraw, trade, ipBound, expiresAtMs: end?.atMs, findings }
}
