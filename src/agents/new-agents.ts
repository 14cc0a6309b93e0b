import { parseIp } from '../access/ip-address.js'
import { peerBucket } from '../access/rate-limit.js'
import { assertInteger, assertOptions, type OptionNames } from '../errors.js'
import type { Clock } from '../sources/monotonic-clock.js'

/** How many key sets may be fetched for the first time, where requests name them: {@link VerifyAgentsOptions.newAgents}. */
export interface NewAgentsRule {
  /** For one address of a client (IPv6: its network of 64 bits). Default 10. */
  readonly perClient?: number
  /** For all clients together, also those whose address is not known. Default 120. */
  readonly inAll?: number
  /** Default one minute. */
  readonly windowMs?: number
}

const KNOWN: OptionNames<NewAgentsRule> = { perClient: 1, inAll: 1, windowMs: 1 }

/** At the end of the detail of a verdict, where a bound is the reason. */
export const OVER_THE_BOUND = 'too many key sets of agents that are not known yet were asked for'

/**
 * Counts first fetches within windows of the clock. What is counted is forgotten with its window, and never more than `inAll`
 * addresses are remembered.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function newAgents(rule: NewAgentsRule | undefined, clock: Clock): (clientIp: string | undefined) => boolean {
  assertOptions('verifyAgents: "newAgents"', rule ?? {}, KNOWN, { total: 'inAll', limit: 'inAll', perIp: 'perClient' })
  const { perClient = 10, inAll = 120, windowMs = 60_000 } = rule ?? {}
  assertInteger('newAgents.perClient', perClient, 1, 1_000_000, 'verifyAgents: ')
  assertInteger('newAgents.inAll', inAll, 1, 1_000_000, 'verifyAgents: ')
  assertInteger('newAgents.windowMs', windowMs, 1_000, 86_400_000, 'verifyAgents: ')
  let window = Number.NEGATIVE_INFINITY
  let all = 0
  const clients = new Map<string, number>()
  return (clientIp) => {
    const now = Math.floor(clock.now() / windowMs)
    // A clock that was set back starts no window anew.
    if (now > window) {
      window = now
      all = 0
      clients.clear()
    }
    // Without an address, or with a text that is none, every caller would be one: then only the bound for all of them holds.
    const bucket = parseIp(clientIp) === undefined ? undefined : peerBucket(clientIp)
    const taken = bucket === undefined ? 0 : (clients.get(bucket) ?? 0)
    if (all >= inAll || taken >= perClient) return false
    all++
    if (bucket !== undefined) clients.set(bucket, taken + 1)
    return true
  }
}
