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

/** Key sets of one origin in a window, beside its well-known place. */
const MOST_OF_ORIGIN = 4
/** Clients that wait for a window to come. */
const MOST_WAITING = 4_096

/** Of those, clients of one network of IPv6 (/48), which has 65 536 addresses that each count as a client. */
const MOST_OF_NETWORK = 128

/** Where a new key set lies: `origin` only beside the well-known place, of which an origin has one. */
export interface NewPlace {
  readonly url: string
  readonly origin: string | undefined
}

/** Asked before each first fetch. */
export interface NewAgents {
  admits(clientIp: string | undefined, place: NewPlace): boolean
  /** The most that may be admitted within a time. */
  mostWithin(ms: number): number
}

/** The network of a client; `undefined` under IPv4, where addresses are few. */
function networkOf(bucket: string): string | undefined {
  const [first, second] = bucket.split('.')
  return second === undefined ? undefined : `${first}/${Number(second) >>> 16}`
}

/**
 * Counts first fetches within windows of the clock: for each client, for each origin and for all. A client that is refused waits for
 * its turn, one place each, and the first of the next window are for those who have waited the longest. So it is not the number of
 * requests that decides who is next, but the number of addresses: a client that names places without end waits once.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function newAgents(rule: NewAgentsRule | undefined, clock: Clock): NewAgents {
  assertOptions('verifyAgents: "newAgents"', rule ?? {}, KNOWN, { total: 'inAll', limit: 'inAll', perIp: 'perClient' })
  const { perClient = 10, inAll = 120, windowMs = 60_000 } = rule ?? {}
  assertInteger('newAgents.perClient', perClient, 1, 1_000_000, 'verifyAgents: ')
  assertInteger('newAgents.inAll', inAll, 1, 1_000_000, 'verifyAgents: ')
  assertInteger('newAgents.windowMs', windowMs, 1_000, 86_400_000, 'verifyAgents: ')
  let window = Number.NEGATIVE_INFINITY
  let all = 0
  const clients = new Map<string, number>()
  const origins = new Map<string, number>()
  /** By client, the one that has waited the longest first. */
  const waiting = new Map<string, NewPlace>()
  /** How many of a network wait. */
  const networks = new Map<string, number>()
  /** Of those, whose turn it is in this window. */
  const turns = new Map<string, NewPlace>()

  const isOriginFull = ({ origin }: NewPlace): boolean =>
    origin !== undefined && (origins.get(origin) ?? 0) >= MOST_OF_ORIGIN
  const count = (counts: Map<string, number>, name: string | undefined): void => {
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const wait = (bucket: string, place: NewPlace): void => {
    if (turns.has(bucket) || waiting.has(bucket) || waiting.size >= MOST_WAITING) return
    const network = networkOf(bucket)
    if (network !== undefined && (networks.get(network) ?? 0) >= MOST_OF_NETWORK) return
    waiting.set(bucket, place)
    count(networks, network)
  }
  const leave = (bucket: string): void => {
    waiting.delete(bucket)
    const network = networkOf(bucket)
    if (network === undefined) return
    const left = (networks.get(network) ?? 0) - 1
    if (left > 0) networks.set(network, left)
    else networks.delete(network)
  }
  const begin = (): void => {
    all = 0
    for (const one of [clients, origins, turns]) one.clear()
    for (const [bucket, place] of waiting) {
      if (turns.size >= inAll) return
      // It keeps its place in the line.
      if (isOriginFull(place)) continue
      leave(bucket)
      turns.set(bucket, place)
      count(origins, place.origin)
    }
  }
  /** Whether a turn was for this place, or for another one beside the well-known place of its origin. */
  const isFor = (turn: NewPlace | undefined, { url, origin }: NewPlace): boolean =>
    turn !== undefined && (turn.url === url || (origin !== undefined && turn.origin === origin))

  return {
    mostWithin: (ms) => inAll * (Math.ceil(ms / windowMs) + 1),
    admits: (clientIp, place) => {
      const now = Math.floor(clock.now() / windowMs)
      // A clock that was set back starts no window anew.
      if (now > window) {
        window = now
        begin()
      }
      // Without an address, or with a text that is none, every caller would be one: then only the bounds for all of them hold.
      const bucket = parseIp(clientIp) === undefined ? undefined : peerBucket(clientIp)
      if (bucket !== undefined && (clients.get(bucket) ?? 0) >= perClient) return false
      if (bucket !== undefined && isFor(turns.get(bucket), place)) turns.delete(bucket)
      else if (all + turns.size < inAll && !isOriginFull(place)) count(origins, place.origin)
      else {
        if (bucket !== undefined) wait(bucket, place)
        return false
      }
      all++
      count(clients, bucket)
      return true
    },
  }
}
