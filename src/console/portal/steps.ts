import type { IncidentReport } from '../../audit/incident.js'
import type { KeyInfo } from '../../keyring/record/key-view.js'
import type { IncidentStep, IncidentStepCode } from '../contract.js'

/** What is left to do, in the order it is best done. */
export function stepsOf(
  key: KeyInfo,
  report: IncidentReport | undefined,
  replacement: KeyInfo | undefined,
): readonly IncidentStep[] {
  const isRevoked = key.status === 'revoked'
  const step = (code: IncidentStepCode, done = false): IncidentStep => ({ code, done })
  const isPartial = report === undefined || report.lost > 0 || report.corrupt > 0 || report.sampled
  return [
    step('REVOKE', isRevoked),
    step('REPLACE', key.replacedBy !== undefined),
    step('SCREENSHOTS'),
    ...(report?.proven.total === undefined ? [] : [step('CHECK_OWN_USE')]),
    ...(isPartial ? [step('LOG_INCOMPLETE')] : []),
    step('FIND_LEAK'),
    step('CONTACT_PLATFORM'),
    step('CONTACT_AUTHORITIES'),
    ...(replacement !== undefined && replacement.allowIp.length === 0 ? [step('NARROW_REPLACEMENT')] : []),
  ]
}
