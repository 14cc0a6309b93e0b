import type { VerdictCode } from '../errors.js'
import type { KeyRecord } from './key-source.js'

/** Why the key may not be used from that address; `undefined` when it may. */
export function ipProblem(
  { allowIp = [], denyIp = [] }: KeyRecord,
  _clientIp: string | undefined,
): VerdictCode | undefined {
  return allowIp.length === 0 && denyIp.length === 0 ? undefined : 'IP_UNDETERMINED'
}
